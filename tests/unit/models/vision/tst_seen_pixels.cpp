#include "models/vision/seen_pixels.h"
#include "tests/unit/models/vision/spot.h"

#include <torch/types.h>

#include <QtTest>

using tiny::spot;

namespace {

QPointF centreOf(const std::vector<float>& values, int columns)
{
    double sum = 0;
    QPointF place;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto wide = static_cast<std::size_t>(columns);
        sum += static_cast<double>(values[i]);
        place += static_cast<double>(values[i]) * QPointF(static_cast<double>(i % wide), static_cast<double>(i / wide));
    }
    return place / sum;
}

} // namespace

/// A slice as networks of ordinary pictures see it, and back.
class TestSeenPixels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_map_of_what_was_seen_comes_back_to_its_place_data()
    {
        QTest::addColumn<int>("columns");
        QTest::addColumn<int>("rows");
        QTest::addColumn<bool>("crop");
        QTest::addColumn<double>("aspect"); // Height of a pixel to its width.
        QTest::newRow("square") << 64 << 64 << true << 1.0;
        QTest::newRow("wide, cut") << 120 << 80 << true << 1.0;
        QTest::newRow("high, cut") << 80 << 120 << true << 1.0;
        QTest::newRow("wide, squashed") << 120 << 80 << false << 1.0;
        QTest::newRow("pixels that are no squares") << 120 << 60 << true << 2.0;
    }

    void a_map_of_what_was_seen_comes_back_to_its_place()
    {
        QFETCH(int, columns);
        QFETCH(int, rows);
        QFETCH(bool, crop);
        QFETCH(double, aspect);
        models::vision::PictureFit fit;
        fit.size = 32;
        fit.fit = crop ? models::vision::SquareFit::CenterCrop : models::vision::SquareFit::Squash;
        auto slice = spot(columns, rows, columns / 2 + 4, rows / 2 - 16, 8, 6);
        slice.spacingMm = {1, aspect};
        for (const imaging::Turn turn :
            {imaging::Turn{}, {true, false, false}, {false, true, true}, {true, true, false}}) {
            auto laid = imaging::turned(slice, turn);
            laid.sides.toUsual = imaging::inverse(turn);
            const auto seen = models::vision::seenPixels(laid, fit).pixels[0][0];
            const auto map = (seen - seen.min()) / (seen.max() - seen.min());
            const auto back = models::vision::onSliceGrid(map, laid, fit);
            QCOMPARE(back.size(), laid.values.size());
            const auto found = centreOf(back, laid.columns), wanted = centreOf(laid.values, laid.columns);
            QVERIFY2(std::abs(found.x() - wanted.x()) < 0.7 && std::abs(found.y() - wanted.y()) < 0.7,
                qPrintable(QString("%1,%2 for %3,%4").arg(found.x()).arg(found.y()).arg(wanted.x()).arg(wanted.y())));
        }
    }
};

QTEST_GUILESS_MAIN(TestSeenPixels)
#include "tst_seen_pixels.moc"
