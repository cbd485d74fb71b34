// A scanner's slice on its way to a network: stretched, equalized as OpenCV does it.

#include "imaging/error.h"
#include "models/vision/clahe.h"
#include "models/vision/slice_preparation.h"
#include "models/weights/sha256.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <algorithm>
#include <fstream>
#include <span>

using models::vision::PictureBytes;
using models::vision::SlicePreparation;

namespace {

/// As tests/support/opencv_clahe.py makes it.
std::vector<std::uint8_t> scene(int columns, int rows)
{
    std::vector<std::uint8_t> picture;
    for (int row = 0; row < rows; ++row)
        for (int column = 0; column < columns; ++column) {
            const int x = column - columns / 2, y = row - rows / 2, radius = columns / 3;
            const int slope = column * 90 / columns + row * 60 / rows;
            const int pattern = (column * 7919 + row * 104729 + column * row * 31) % 23;
            picture.push_back(static_cast<std::uint8_t>(slope + (x * x + y * y < radius * radius ? 70 : 0) + pattern));
        }
    return picture;
}

QString digestOf(const std::vector<std::uint8_t>& bytes)
{
    models::weights::Sha256 digest;
    digest.update(std::as_bytes(std::span(bytes)));
    return QString::fromStdString(digest.hexDigest());
}

/// Of a chest, in Hounsfield units: air around a body with two lungs.
imaging::Slice chest(int columns, int rows)
{
    imaging::Slice slice;
    slice.columns = columns;
    slice.rows = rows;
    slice.window = {40, 400};
    for (int row = 0; row < rows; ++row)
        for (int column = 0; column < columns; ++column) {
            const bool body = column > columns / 8 && column < columns * 7 / 8 && row > rows / 8 && row < rows * 7 / 8;
            const bool lung =
                body && row > rows / 4 && row < rows * 3 / 4 && std::abs(column - columns / 2) > columns / 16;
            slice.values.push_back(lung ? -850.0F : body ? 40.0F : -1000.0F);
        }
    return slice;
}

} // namespace

class TestSlicePreparation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void clahe_is_opencvs_data();
    void clahe_is_opencvs();
    void pictures_that_cannot_be_cut_into_tiles_are_refused();
    void stretching_makes_the_lowest_black_and_the_highest_white();
    void preparation_that_does_nothing_leaves_the_picture();
    void a_slice_is_windowed_stretched_and_equalized_on_its_square();
    void only_grey_levels_without_a_modality_are_a_picture_of_levels();
    void settings_without_sense_are_refused_data();
    void settings_without_sense_are_refused();
};

void TestSlicePreparation::clahe_is_opencvs_data()
{
    QTest::addColumn<int>("columns");
    QTest::addColumn<int>("rows");
    QTest::addColumn<double>("clip");
    QTest::addColumn<int>("tiles");
    QTest::addColumn<QString>("input");
    QTest::addColumn<QString>("output");
    std::ifstream stream("tests/data/vision/clahe.json");
    const auto golden = nlohmann::json::parse(stream);
    for (const auto& one : golden["cases"])
        QTest::addRow("%dx%d clip %.0f", int(one["columns"]), int(one["rows"]), double(one["clip"]))
            << int(one["columns"]) << int(one["rows"]) << double(one["clip"]) << int(one["tiles"])
            << QString::fromStdString(one["input"]) << QString::fromStdString(one["output"]);
}

void TestSlicePreparation::clahe_is_opencvs()
{
    QFETCH(int, columns);
    QFETCH(int, rows);
    QFETCH(double, clip);
    QFETCH(int, tiles);
    const auto picture = scene(columns, rows);
    QTEST(digestOf(picture), "input");
    QTEST(digestOf(models::vision::equalized(picture, columns, rows, clip, tiles)), "output");
}

void TestSlicePreparation::pictures_that_cannot_be_cut_into_tiles_are_refused()
{
    const std::vector<std::uint8_t> picture(64 * 60);
    QVERIFY_THROWS_EXCEPTION(imaging::Error, models::vision::equalized(picture, 64, 60, 7, 8));
    QVERIFY_THROWS_EXCEPTION(imaging::Error, models::vision::equalized(picture, 64, 64, 7, 8));
    QVERIFY_THROWS_EXCEPTION(imaging::Error, models::vision::equalized({}, 0, 0, 7, 8));
    QVERIFY_THROWS_EXCEPTION(imaging::Error, models::vision::equalized(picture, 64, 60, 7, 0));
}

void TestSlicePreparation::stretching_makes_the_lowest_black_and_the_highest_white()
{
    const SlicePreparation stretch{.stretch = true};
    const auto picture = models::vision::prepared({4, 1, 1, {50, 60, 100, 150}}, stretch);
    QCOMPARE(picture.bytes, (std::vector<std::uint8_t>{0, 26, 128, 255}));
    const auto flat = models::vision::prepared({4, 1, 1, {9, 9, 9, 9}}, stretch);
    QCOMPARE(flat.bytes, (std::vector<std::uint8_t>{9, 9, 9, 9}));
}

void TestSlicePreparation::preparation_that_does_nothing_leaves_the_picture()
{
    const auto bytes = scene(40, 30);
    const auto picture = models::vision::prepared({40, 30, 1, bytes}, {});
    QCOMPARE(picture.width, 40);
    QCOMPARE(picture.bytes, bytes);
    QVERIFY(SlicePreparation().doesNothing());
}

void TestSlicePreparation::a_slice_is_windowed_stretched_and_equalized_on_its_square()
{
    auto slice = chest(128, 96);
    slice.spacingMm = {0.8, 0.6};
    slice.window = {-500, 1500};
    const SlicePreparation preparation{.stretch = true, .claheClip = 7, .claheTiles = 8, .claheSide = 64};
    const auto seen = models::vision::preparedSlice(slice, preparation);
    QCOMPARE(seen.columns, 64);
    QCOMPARE(seen.rows, 64);
    QCOMPARE(seen.spacingMm[0], 1.6);
    const auto [low, high] = std::minmax_element(seen.values.begin(), seen.values.end());
    QVERIFY(*low >= 0 && *high <= 255 && *high > 200);
    // -1000, -850 and 40 HU are three levels of grey, in their order.
    const auto at = [&](int column, int row) { return seen.values[std::size_t(row * 64 + column)]; };
    QVERIFY(at(16, 32) < at(32, 32));
    const auto levels = models::vision::isPictureOfLevels(seen);
    QVERIFY(levels);
    slice.window = {40, 80};
    QVERIFY(models::vision::preparedSlice(slice, preparation).values != seen.values);
}

void TestSlicePreparation::only_grey_levels_without_a_modality_are_a_picture_of_levels()
{
    auto slice = chest(32, 32);
    QVERIFY(!models::vision::isPictureOfLevels(slice));
    for (auto& value : slice.values)
        value = std::clamp(value, 0.0F, 255.0F);
    QVERIFY(models::vision::isPictureOfLevels(slice));
    slice.modality = "CT";
    QVERIFY(!models::vision::isPictureOfLevels(slice));
}

void TestSlicePreparation::settings_without_sense_are_refused_data()
{
    QTest::addColumn<double>("clip");
    QTest::addColumn<int>("tiles");
    QTest::addColumn<int>("side");
    QTest::newRow("negative clip") << -1.0 << 8 << 256;
    QTest::newRow("clip that is no number") << std::nan("") << 8 << 256;
    QTest::newRow("no tiles") << 7.0 << 0 << 256;
    QTest::newRow("too many tiles") << 7.0 << 100 << 200;
    QTest::newRow("parts of pixels") << 7.0 << 8 << 250;
    QTest::newRow("huge") << 7.0 << 8 << 8000;
}

void TestSlicePreparation::settings_without_sense_are_refused()
{
    QFETCH(double, clip);
    QFETCH(int, tiles);
    QFETCH(int, side);
    models::vision::validate({});
    QVERIFY_THROWS_EXCEPTION(imaging::Error, models::vision::validate({true, clip, tiles, side}));
}

QTEST_GUILESS_MAIN(TestSlicePreparation)
#include "tst_slice_preparation.moc"
