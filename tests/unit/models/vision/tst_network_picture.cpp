// Slice to network picture and back.

#include "tests/unit/models/tiny_lvit.h"
#include "tests/unit/models/vision/spot.h"

#include "imaging/error.h"
#include "models/vision/encoding_step.h"
#include "models/vision/network_picture.h"

#include <QtTest>

#include <cmath>
#include <limits>

using models::vision::SliceFit;
using tiny::spot;

namespace {

models::vision::NetworkSquare squareOf(int size, SliceFit fit, int channels = 1)
{
    return {size, channels, fit};
}

struct Centre
{
    double column = 0;
    double row = 0;
};

Centre centreOf(const std::vector<float>& values, int columns)
{
    double sum = 0, column = 0, row = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        sum += static_cast<double>(values[i]);
        column += static_cast<double>(values[i]) * static_cast<double>(i % static_cast<std::size_t>(columns));
        row += static_cast<double>(values[i]) * static_cast<double>(i / static_cast<std::size_t>(columns));
    }
    return {column / sum, row / sum};
}

} // namespace

class TestNetworkPicture : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_large_tower_encodes_few_pictures_at_a_time_on_a_processor()
    {
        using models::vision::encodedTogether;
        QCOMPARE(encodedTogether(32, 50, 192, 6, c10::kCPU), 32); // A small one all of a step,
        QCOMPARE(encodedTogether(32, 577, 768, 12, c10::kCPU), 4); // BLIP base's some,
        QCOMPARE(encodedTogether(2, 577, 768, 12, c10::kCPU), 2);
        QCOMPARE(encodedTogether(32, 257, 1408, 39, c10::kCPU), 1); // EVA's one by one.
        QCOMPARE(encodedTogether(32, 577, 768, 12, c10::kCUDA), 32);
    }

    void picture_of_the_networks_size_is_unchanged()
    {
        const auto slice = tiny::slice(32, 32);
        const auto picture = models::vision::networkPicture(slice, squareOf(32, SliceFit::Squash));
        const auto bright = imaging::brightness(slice);
        for (int i = 0; i < 32 * 32; ++i)
            QVERIFY(std::abs(picture.flatten()[i].item<float>() - bright[static_cast<std::size_t>(i)]) < 1e-6F);
    }

    void window_and_polarity_give_brightness()
    {
        imaging::Slice slice;
        slice.columns = slice.rows = 16;
        slice.values.assign(256, 30.0F);
        slice.window = {40, 80};
        QVERIFY(
            std::abs(models::vision::networkPicture(slice, squareOf(16, SliceFit::Squash)).mean().item<double>() - 0.375)
            < 1e-6);
        slice.inverted = true;
        QVERIFY(
            std::abs(models::vision::networkPicture(slice, squareOf(16, SliceFit::Squash)).mean().item<double>() - 0.625)
            < 1e-6);
        slice.values.assign(256, 1e9F);
        QCOMPARE(models::vision::networkPicture(slice, squareOf(16, SliceFit::Squash)).max().item<float>(), 0.0F);
    }

    void channels_are_the_same_picture()
    {
        const auto picture = models::vision::networkPicture(tiny::slice(40, 30), squareOf(32, SliceFit::Squash, 3));
        QCOMPARE(picture.sizes().vec(), (std::vector<std::int64_t>{1, 3, 32, 32}));
        QVERIFY(torch::equal(picture[0][0], picture[0][2]));
    }

    void values_that_are_no_numbers_become_black()
    {
        auto slice = tiny::slice(32, 32);
        slice.values[5] = std::numeric_limits<float>::quiet_NaN();
        slice.values[6] = std::numeric_limits<float>::infinity();
        const auto picture = models::vision::networkPicture(slice, squareOf(32, SliceFit::Squash)).flatten();
        QVERIFY(torch::isfinite(picture).all().item<bool>());
        QCOMPARE(picture[5].item<float>(), 0.0F);
        QCOMPARE(picture[6].item<float>(), 1.0F);
    }

    void shrinking_averages_instead_of_picking()
    {
        imaging::Slice slice; // a chessboard of single pixels
        slice.columns = slice.rows = 256;
        slice.window = {0.5, 1};
        for (int i = 0; i < 256 * 256; ++i)
            slice.values.push_back(static_cast<float>((i % 256 + i / 256) % 2));
        const auto picture = models::vision::networkPicture(slice, squareOf(32, SliceFit::Squash));
        QVERIFY(std::abs(picture.min().item<double>() - 0.5) < 0.05);
        QVERIFY(std::abs(picture.max().item<double>() - 0.5) < 0.05);
    }

    void way_there_and_back_keeps_places_data()
    {
        QTest::addColumn<int>("columns");
        QTest::addColumn<int>("rows");
        QTest::addColumn<bool>("pad");
        for (const bool pad : {false, true}) {
            const auto row = [pad](int columns, int rows) {
                QTest::addRow("%dx%d %s", columns, rows, pad ? "padded" : "squashed") << columns << rows << pad;
            };
            row(64, 64);
            row(200, 90);
            row(37, 150);
            row(20, 24);
        }
    }
    void way_there_and_back_keeps_places()
    {
        QFETCH(int, columns);
        QFETCH(int, rows);
        QFETCH(bool, pad);
        const auto fit = pad ? SliceFit::Pad : SliceFit::Squash;
        const int width = columns / 4, height = rows / 4, left = columns / 2, top = rows / 5;
        const auto slice = spot(columns, rows, left, top, width, height);
        const auto picture = models::vision::networkPicture(slice, squareOf(64, fit));
        const auto back = models::vision::toSliceGrid(picture[0][0], columns, rows, fit);
        QCOMPARE(back.size(), slice.values.size());
        const auto centre = centreOf(back, columns);
        QVERIFY2(std::abs(centre.column - (left + (width - 1) / 2.0)) < 0.02 * columns,
            qPrintable(QString::number(centre.column)));
        QVERIFY2(
            std::abs(centre.row - (top + (height - 1) / 2.0)) < 0.02 * rows, qPrintable(QString::number(centre.row)));
    }

    void padding_keeps_the_shape_and_is_black()
    {
        imaging::Slice slice;
        slice.columns = 100;
        slice.rows = 50;
        slice.window = {0.5, 1};
        slice.values.assign(5000, 1.0F);
        const auto picture = models::vision::networkPicture(slice, squareOf(32, SliceFit::Pad))[0][0];
        QCOMPARE(picture.narrow(0, 0, 8).max().item<float>(), 0.0F);
        QCOMPARE(picture.narrow(0, 24, 8).max().item<float>(), 0.0F);
        QCOMPARE(picture.narrow(0, 8, 16).min().item<float>(), 1.0F);
    }

    void padding_keeps_the_shape_in_the_patient()
    {
        imaging::Slice slice;
        slice.columns = 60;
        slice.rows = 60;
        slice.window = {0.5, 1};
        slice.values.assign(3600, 1.0F);
        slice.spacingMm = {0.4, 0.2}; // Twice as wide as high.
        const auto picture = models::vision::networkPicture(slice, squareOf(32, SliceFit::Pad))[0][0];
        QCOMPARE(picture.narrow(0, 0, 8).max().item<float>(), 0.0F);
        QCOMPARE(picture.narrow(0, 24, 8).max().item<float>(), 0.0F);
        QCOMPARE(picture.narrow(0, 8, 16).min().item<float>(), 1.0F);
        const auto back = models::vision::toSliceGrid(picture, 60, 60, SliceFit::Pad, models::vision::pixelAspect(slice));
        QVERIFY(*std::min_element(back.begin(), back.end()) > 0.999F);
        const std::vector<std::uint8_t> mask(3600, 1);
        const auto square =
            models::vision::networkMask(mask, 60, 60, 32, SliceFit::Pad, models::vision::pixelAspect(slice));
        QVERIFY(torch::equal(square[0][0], picture));

        for (const double wrong : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
            slice.spacingMm = {0.4, wrong};
            QCOMPARE(models::vision::pixelAspect(slice), 1.0);
        }
    }

    void any_size_works_data()
    {
        QTest::addColumn<int>("columns");
        QTest::addColumn<int>("rows");
        QTest::newRow("one pixel") << 1 << 1;
        QTest::newRow("10x10") << 10 << 10;
        QTest::newRow("a line") << 1 << 3000;
        QTest::newRow("1955x1841") << 1955 << 1841;
    }
    void any_size_works()
    {
        QFETCH(int, columns);
        QFETCH(int, rows);
        for (const auto fit : {SliceFit::Squash, SliceFit::Pad}) {
            const auto picture = models::vision::networkPicture(tiny::slice(columns, rows), squareOf(32, fit));
            const auto back = models::vision::toSliceGrid(picture[0][0], columns, rows, fit);
            QCOMPARE(back.size(), static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
            const auto [low, high] = std::minmax_element(back.begin(), back.end());
            QVERIFY(*low >= 0 && *high <= 1);
        }
    }

    void slice_without_pixels_is_refused()
    {
        QVERIFY_THROWS_EXCEPTION(
            imaging::Error, models::vision::networkPicture(imaging::Slice{}, squareOf(32, SliceFit::Squash)));
        auto slice = tiny::slice(8, 8);
        slice.values.pop_back();
        QVERIFY_THROWS_EXCEPTION(imaging::Error, models::vision::networkPicture(slice, squareOf(32, SliceFit::Squash)));
    }
};

QTEST_GUILESS_MAIN(TestNetworkPicture)
#include "tst_network_picture.moc"
