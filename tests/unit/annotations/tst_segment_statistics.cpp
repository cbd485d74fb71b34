#include "annotations/measure/longest_diameter.h"
#include "annotations/measure/plane_areas.h"
#include "annotations/measure/segment_statistics.h"
#include "annotations/report/areas.h"
#include "imaging/error.h"
#include "source_volumes.h"

#include <QtTest>

#include <rapidcheck.h>

#include <cmath>
#include <cstring>
#include <limits>

using annotations::LabelMap;
using annotations::Neighbours;

namespace {

imaging::VoxelGrid gridOf(int columns, int rows, int slices)
{
    imaging::VoxelGrid grid;
    grid.columns = columns;
    grid.rows = rows;
    grid.slices = slices;
    grid.spacingMm = {0.5, 2, 3};
    return grid;
}

template <typename T> imaging::Volume pictureOf(
    const imaging::VoxelGrid& grid, imaging::VoxelType type, const std::vector<T>& values, imaging::VolumeInfo info = {})
{
    std::vector<std::byte> bytes(values.size() * sizeof(T));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    if (info.spacing == imaging::SpacingKind::Unknown && info.notRegular.empty())
        info.spacing = imaging::SpacingKind::Calibrated;
    return imaging::Volume(grid, type, 1, std::move(bytes), std::move(info));
}

std::vector<std::uint16_t> randomPlane(int columns, int rows, int values)
{
    return *rc::gen::container<std::vector<std::uint16_t>>(static_cast<std::size_t>(columns) * std::size_t(rows),
        rc::gen::cast<std::uint16_t>(rc::gen::inRange(0, values)));
}

} // namespace

class TestSegmentStatistics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void areas_are_those_of_the_flood_fill()
    {
        const bool ok = rc::check([] {
            const int columns = *rc::gen::inRange(1, 14);
            const int rows = *rc::gen::inRange(1, 14);
            const auto plane = randomPlane(columns, rows, 2);
            auto runs = annotations::runsOf(plane, columns)[1];
            RC_ASSERT(std::size_t(annotations::connectRuns(runs, Neighbours::EdgesAndCorners))
                == annotations::countAreas(plane, gridOf(columns, rows, 1)));
        });
        QVERIFY(ok);
    }

    void corners_join_only_when_asked_for()
    {
        const std::vector<std::uint16_t> plane{1, 0, 0, 1};
        auto runs = annotations::runsOf(plane, 2)[1];
        QCOMPARE(annotations::connectRuns(runs, Neighbours::Edges), 2);
        QCOMPARE(annotations::connectRuns(runs, Neighbours::EdgesAndCorners), 1);
    }

    void the_longest_diameter_is_that_of_all_corners()
    {
        const bool ok = rc::check([] {
            const int columns = *rc::gen::inRange(1, 9);
            const int rows = *rc::gen::inRange(1, 9);
            auto plane = randomPlane(columns, rows, 2);
            const auto runs = annotations::runsOf(plane, columns)[1];
            double longest = 0;
            std::vector<std::array<double, 2>> corners;
            for (const auto& run : runs)
                for (const int column : {run.first, run.last + 1})
                    for (const int row : {run.row, run.row + 1})
                        corners.push_back({column * 0.5, row * 2.0});
            for (const auto& a : corners)
                for (const auto& b : corners)
                    longest = std::max(longest, std::hypot(a[0] - b[0], a[1] - b[1]));
            RC_ASSERT(std::abs(annotations::longestDiameterMm(runs, 0.5, 2) - longest) < 1e-9);
        });
        QVERIFY(ok);
    }

    void volume_values_and_diameter_are_measured()
    {
        const auto grid = gridOf(4, 3, 2);
        std::vector<std::int16_t> values(grid.voxels(), -1000);
        std::vector<std::uint16_t> masks(grid.voxels());
        for (const auto& [voxel, value] : {std::pair{imaging::VoxelIndex{0, 0, 0}, 10}, {imaging::VoxelIndex{1, 0, 0}, 20},
                 {imaging::VoxelIndex{3, 2, 1}, 60}}) {
            masks[grid.offset(voxel)] = 5;
            values[grid.offset(voxel)] = static_cast<std::int16_t>(value);
        }
        imaging::VolumeInfo info;
        info.unit = "HU";
        const auto picture = pictureOf(grid, imaging::VoxelType::Int16, values, info);
        const std::uint16_t asked[]{5, 9};
        const auto measured = annotations::measureSegments(LabelMap(grid, masks), picture, asked);
        QCOMPARE(measured.unit, std::string("HU"));
        const auto& segment = measured.segments[0];
        QCOMPARE(segment.voxels, std::size_t(3));
        QCOMPARE(*segment.millilitres, 3 * 0.5 * 2 * 3 / 1000);
        QVERIFY(!segment.squareMm);
        QCOMPARE(segment.values->mean, 30.0);
        QCOMPARE(segment.values->deviation, std::sqrt((400.0 + 100 + 900) / 3));
        QCOMPARE(segment.values->minimum, 10.0);
        QCOMPARE(segment.values->maximum, 60.0);
        QCOMPARE(*segment.longestMm, std::hypot(1.0, 2.0)); // Two areas: not from one to the other.
        QVERIFY(measured.segments[1].empty()); // Says so, and nothing else.
        QVERIFY(!measured.segments[1].values && !measured.segments[1].millilitres && !measured.segments[1].longestMm);
    }

    void nothing_is_ever_not_a_number()
    {
        const auto grid = gridOf(3, 1, 1);
        const float nan = std::numeric_limits<float>::quiet_NaN();
        imaging::VolumeInfo info;
        info.padding = -5;
        const auto picture = pictureOf<float>(
            grid, imaging::VoxelType::Float32, {nan, -5, std::numeric_limits<float>::infinity()}, info);
        const std::uint16_t asked[]{1};
        const auto none =
            annotations::measureSegments(LabelMap(grid, std::vector<std::uint16_t>{1, 1, 1}), picture, asked);
        QCOMPARE(none.segments[0].voxels, std::size_t(3));
        QVERIFY(!none.segments[0].values);
        const auto one = pictureOf<float>(grid, imaging::VoxelType::Float32, {nan, 7, -5}, info);
        const auto measured =
            annotations::measureSegments(LabelMap(grid, std::vector<std::uint16_t>{1, 1, 1}), one, asked);
        QCOMPARE(measured.segments[0].values->voxels, std::size_t(1));
        QCOMPARE(measured.segments[0].values->deviation, 0.0);
        QCOMPARE(*measured.segments[0].squareMm, 3.0);
    }

    void large_values_keep_their_deviation()
    {
        const auto grid = gridOf(1000, 1, 1);
        std::vector<double> values(1000);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = 1e9 + static_cast<double>(i % 2);
        const auto picture = pictureOf(grid, imaging::VoxelType::Float64, values);
        const std::uint16_t asked[]{1};
        const auto measured = annotations::measureSegments(
            LabelMap(grid, std::vector<std::uint16_t>(1000, 1)), picture, asked);
        QVERIFY(std::abs(measured.segments[0].values->deviation - 0.5) < 1e-6);
    }

    void what_has_no_size_says_why()
    {
        const auto grid = gridOf(2, 2, 2);
        imaging::VolumeInfo info;
        info.notRegular = "The slices lie at changing distances.";
        info.spacing = imaging::SpacingKind::Calibrated;
        const std::uint16_t asked[]{1};
        const LabelMap map(grid, std::vector<std::uint16_t>(8, 1));
        const auto irregular = annotations::measureSegments(
            map, pictureOf<std::uint8_t>(grid, imaging::VoxelType::UInt8, std::vector<std::uint8_t>(8), info), asked);
        QVERIFY(!irregular.segments[0].millilitres);
        QCOMPARE(irregular.noVolume, info.notRegular);
        QVERIFY(irregular.segments[0].longestMm); // On one slice all is well.
        info.spacing = imaging::SpacingKind::Unknown;
        const auto pixels = annotations::measureSegments(
            map, pictureOf<std::uint8_t>(grid, imaging::VoxelType::UInt8, std::vector<std::uint8_t>(8), info), asked);
        QVERIFY(!pixels.segments[0].longestMm && !pixels.noVolume.empty());
        QCOMPARE(pixels.segments[0].voxels, std::size_t(8));
    }

    void a_map_of_another_size_is_refused()
    {
        const auto picture = fixtures::ct(4, 4, 2);
        QVERIFY_EXCEPTION_THROWN(
            annotations::measureSegments(LabelMap(gridOf(4, 4, 3)), picture, {}), imaging::Error);
    }

    void a_stop_measures_nothing()
    {
        const auto picture = fixtures::ct(4, 4, 2);
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(annotations::measureSegments(LabelMap(picture.grid()), picture, {}, stop.get_token()).cancelled);
    }
};

QTEST_GUILESS_MAIN(TestSegmentStatistics)
#include "tst_segment_statistics.moc"
