#include "annotations/measure/measurement.h"

#include "imaging/error.h"
#include "tests/support/synthetic_volume.h"

#include <QtTest>
#include <rapidcheck.h>

#include <cmath>
#include <limits>
#include <numbers>

using annotations::Measurement;
using annotations::MeasureKind;
using imaging::PatientPoint;

namespace {

PatientPoint anyPoint()
{
    const auto part = [] { return *rc::gen::inRange(-1000, 1000) / 10.0; };
    return {part(), part(), part()};
}

Measurement made(MeasureKind kind, std::vector<PatientPoint> points)
{
    return {1, kind, {}, std::move(points), {}};
}

/// An ellipse on a slice of a grid, by centre and half axes in voxels.
Measurement ellipseOn(const imaging::VoxelGrid& grid, double column, double row, double across, double down, int slice)
{
    auto ellipse = made(MeasureKind::Ellipse, {});
    ellipse.plane = imaging::planeOf(grid, imaging::GridAxis::Slice, slice);
    ellipse.points = {grid.toPatient(column, row, slice), grid.toPatient(column + across, row, slice),
        grid.toPatient(column, row + down, slice)};
    return ellipse;
}

} // namespace

class MeasurementTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_ruler_measures_millimetres()
    {
        QCOMPARE(lengthOf(made(MeasureKind::Length, {{0, 0, 0}, {3, 4, 12}})), 13.0);
    }

    void angles_data()
    {
        QTest::addColumn<double>("degrees");
        for (const double degrees : {0.0, 1.0, 37.5, 90.0, 135.0, 180.0})
            QTest::addRow("%g", degrees) << degrees;
    }

    void angles()
    {
        QFETCH(double, degrees);
        const double radians = degrees * std::numbers::pi / 180;
        const PatientPoint vertex{5, -3, 70};
        const PatientPoint a = vertex + 7 * PatientPoint{0, 1, 0};
        const PatientPoint b = vertex + 40 * PatientPoint{0, std::cos(radians), std::sin(radians)};
        QVERIFY(std::abs(degreesOf(made(MeasureKind::Angle, {a, vertex, b})) - degrees) < 1e-9);
    }

    void a_cobb_angle_does_not_hang_on_how_its_lines_were_drawn()
    {
        QVERIFY(rc::check([] {
            const auto a = anyPoint();
            const auto b = anyPoint();
            const auto c = anyPoint();
            const auto d = anyPoint();
            const double angle = degreesOf(made(MeasureKind::Cobb, {a, b, c, d}));
            RC_ASSERT(angle >= 0 && angle <= 90);
            for (const auto& other : {made(MeasureKind::Cobb, {b, a, c, d}), made(MeasureKind::Cobb, {a, b, d, c}),
                     made(MeasureKind::Cobb, {c, d, a, b})})
                RC_ASSERT(std::abs(degreesOf(other) - angle) < 1e-6);
        }));
    }

    void a_leg_without_length_has_no_angle()
    {
        QCOMPARE(degreesOf(made(MeasureKind::Angle, {{1, 1, 1}, {1, 1, 1}, {4, 5, 6}})), 0.0);
        QCOMPARE(ratioOf(made(MeasureKind::CardiothoracicRatio, {{0, 0, 0}, {5, 0, 0}, {2, 2, 2}, {2, 2, 2}})), 0.0);
    }

    void the_ratio_is_the_heart_s_width_to_the_thorax_s()
    {
        const auto ratio = made(MeasureKind::CardiothoracicRatio, {{-50, 0, 0}, {80, 0, 0}, {-140, 0, 30}, {120, 0, 30}});
        QCOMPARE(ratioOf(ratio), 0.5);
    }

    void values_in_an_ellipse_are_those_of_the_voxels_inside()
    {
        QVERIFY(rc::check([] {
            auto grid = support::gridOf(30, 24, 3);
            grid.spacingMm = {0.5, 1.25, 3};
            const auto value = [](imaging::VoxelIndex v) { return static_cast<std::int16_t>(37 * v.column % 101 - 13 * v.row + 5 * v.slice); };
            const auto volume = support::syntheticVolume(grid, {}, value);
            const double column = *rc::gen::inRange(-40, 340) / 10.0;
            const double row = *rc::gen::inRange(-40, 280) / 10.0;
            const double across = *rc::gen::inRange(1, 200) / 10.0;
            const double down = *rc::gen::inRange(1, 200) / 10.0;
            const auto values = valuesIn(ellipseOn(grid, column, row, across, down, 1), *volume);
            std::vector<double> inside;
            for (int r = 0; r < grid.rows; ++r)
                for (int c = 0; c < grid.columns; ++c) {
                    const double at = std::pow((c - column) / across, 2) + std::pow((r - row) / down, 2);
                    RC_PRE(std::abs(at - 1) > 1e-9);
                    if (at <= 1)
                        inside.push_back(value({c, r, 1}));
                }
            RC_ASSERT(values.pixels == inside.size());
            RC_ASSERT(std::abs(values.area - std::numbers::pi * across * 0.5 * down * 1.25) < 1e-6);
            if (inside.empty())
                return;
            double sum = 0;
            for (const double v : inside)
                sum += v;
            const double mean = sum / static_cast<double>(inside.size());
            double squares = 0;
            for (const double v : inside)
                squares += (v - mean) * (v - mean);
            RC_ASSERT(std::abs(values.mean - mean) < 1e-6);
            RC_ASSERT(std::abs(values.deviation - std::sqrt(squares / static_cast<double>(inside.size()))) < 1e-6);
            RC_ASSERT(values.minimum == *std::min_element(inside.begin(), inside.end()));
            RC_ASSERT(values.maximum == *std::max_element(inside.begin(), inside.end()));
        }));
    }

    void an_ellipse_beside_the_picture_has_no_values_and_no_nan()
    {
        const auto grid = support::gridOf(10, 10, 1);
        const auto volume = support::syntheticVolume(grid, {}, [](imaging::VoxelIndex) { return std::int16_t{7}; });
        const auto values = valuesIn(ellipseOn(grid, 200, 200, 5, 5, 0), *volume);
        QCOMPARE(values.pixels, std::size_t{0});
        for (const double value : {values.mean, values.deviation, values.minimum, values.maximum})
            QCOMPARE(value, 0.0);
        const auto flat = valuesIn(ellipseOn(grid, 5, 5, 0, 3, 0), *volume);
        QCOMPARE(flat.pixels, std::size_t{0});
        const auto far = valuesIn(ellipseOn(grid, 5, 5, 1e7, 1e7, 0), *volume); // Of no more pixels than it has.
        QVERIFY(far.pixels <= 100);
    }

    void equal_values_deviate_by_nothing()
    {
        const auto grid = support::gridOf(50, 50, 1);
        const auto volume = support::syntheticVolume(grid, {}, [](imaging::VoxelIndex) { return std::int16_t{-1013}; });
        const auto values = valuesIn(ellipseOn(grid, 25, 25, 20, 20, 0), *volume);
        QCOMPARE(values.mean, -1013.0);
        QCOMPARE(values.deviation, 0.0);
    }

    void a_measurement_lies_on_its_own_layer_alone()
    {
        auto grid = support::gridOf(10, 10, 5);
        grid.spacingMm = {1, 1, 2};
        const auto ellipse = ellipseOn(grid, 5, 5, 2, 2, 2);
        for (int slice = 0; slice < grid.slices; ++slice)
            QCOMPARE(liesOn(ellipse, imaging::planeOf(grid, imaging::GridAxis::Slice, slice), 2), slice == 2);
        QVERIFY(!liesOn(ellipse, imaging::planeOf(grid, imaging::GridAxis::Row, 5), 1));
    }

    void ids_are_free_ones()
    {
        annotations::MeasurementTable table;
        QCOMPARE(freeId(table), 1U);
        table.push_back(made(MeasureKind::Length, {{}, {}}));
        QCOMPARE(freeId(table), 2U);
        table[0].id = 2;
        QCOMPARE(freeId(table), 1U);
    }
};

QTEST_GUILESS_MAIN(MeasurementTest)

#include "tst_measurement.moc"
