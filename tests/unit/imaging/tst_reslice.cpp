#include "imaging/reslice.h"

#include "imaging/error.h"
#include "imaging/voxel_type.h"
#include "tests/support/any_plane.h"
#include "tests/support/synthetic_volume.h"

#include <QtTest>

#include <cstring>

using imaging::GridAxis;
using imaging::Interpolation;
using imaging::Plane;
using imaging::VoxelIndex;

namespace {

constexpr float kOutside = -5000;

/// A volume whose voxels are all different.
std::shared_ptr<const imaging::Volume> numbered(const imaging::VoxelGrid& grid)
{
    return support::syntheticVolume(
        grid, {}, [&](VoxelIndex v) { return static_cast<std::int16_t>(grid.offset(v) % 30011); });
}

/// Values that change linearly over the patient.
std::shared_ptr<const imaging::Volume> ramp(const imaging::VoxelGrid& grid, imaging::PatientPoint slope, double start)
{
    std::vector<std::byte> bytes(grid.voxels() * sizeof(double));
    for (int slice = 0; slice < grid.slices; ++slice)
        for (int row = 0; row < grid.rows; ++row)
            for (int column = 0; column < grid.columns; ++column) {
                const double value = start + dot(grid.toPatient(column, row, slice), slope);
                std::memcpy(bytes.data() + grid.offset({column, row, slice}) * sizeof value, &value, sizeof value);
            }
    return std::make_shared<const imaging::Volume>(
        grid, imaging::VoxelType::Float64, 1, std::move(bytes), imaging::VolumeInfo());
}

bool holdsInside(const imaging::VoxelGrid& grid, const std::array<double, 3>& index, double margin)
{
    return index[0] >= margin && index[0] <= grid.columns - 1 - margin && index[1] >= margin
        && index[1] <= grid.rows - 1 - margin && index[2] >= margin && index[2] <= grid.slices - 1 - margin;
}

std::array<double, 3> indexOf(const imaging::VoxelGrid& grid, imaging::PatientPoint point)
{
    const auto way = point - grid.origin;
    return {dot(way, grid.axes[0]) / grid.spacingMm[0], dot(way, grid.axes[1]) / grid.spacingMm[1],
        dot(way, grid.axes[2]) / grid.spacingMm[2]};
}

bool nearATie(const std::array<double, 3>& index)
{
    return std::any_of(index.begin(), index.end(),
        [](double v) { return std::abs(v - std::floor(v) - 0.5) < 1e-6; });
}

} // namespace

class TestReslice : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_slice_is_the_slice()
    {
        QVERIFY(rc::check([] {
            const auto grid = support::anyGrid();
            const auto volume = numbered(grid);
            const int slice = *rc::gen::inRange(0, grid.slices);
            const auto values = reslice(*volume, planeOf(grid, GridAxis::Slice, slice));
            const auto voxels =
                volume->voxels<std::int16_t>().subspan(grid.sliceVoxels() * static_cast<std::size_t>(slice));
            for (std::size_t i = 0; i < values.size(); ++i)
                RC_ASSERT(values[i] == static_cast<float>(voxels[i]));
        }));
    }

    /// However the layer is turned, and where it reaches over the edge.
    void a_layer_is_copied_voxel_by_voxel()
    {
        QVERIFY(rc::check([] {
            const auto grid = support::anyGrid();
            const auto volume = numbered(grid);
            const GridAxis axis = support::anyAxis();
            Plane plane = upright(planeOf(grid, axis, *rc::gen::inRange(0, layersAlong(grid, axis))));
            plane.origin = plane.toPatient(*rc::gen::inRange(-5, 5), *rc::gen::inRange(-5, 5));
            const auto how = *rc::gen::element(Interpolation::Nearest, Interpolation::Trilinear);
            const auto values = reslice(*volume, plane, {how, kOutside, 2});
            for (int row = 0; row < plane.rows; ++row)
                for (int column = 0; column < plane.columns; ++column) {
                    const auto at = indexOf(grid, plane.toPatient(column, row));
                    const VoxelIndex voxel{static_cast<int>(std::lround(at[0])), static_cast<int>(std::lround(at[1])),
                        static_cast<int>(std::lround(at[2]))};
                    const double expected = grid.contains(voxel) ? volume->value(voxel) : double{kOutside};
                    RC_ASSERT(double{values[static_cast<std::size_t>(row * plane.columns + column)]} == expected);
                }
        }));
    }

    void an_oblique_plane_that_is_axial_has_the_axial_values()
    {
        QVERIFY(rc::check([] {
            auto grid = support::gridOf(23, 17, 9, 0.8);
            const auto volume = numbered(grid);
            const int slice = *rc::gen::inRange(0, grid.slices);
            // A turn so small that no pixel moves by half a voxel, but too large for the plane to be copied.
            const double tilt = *rc::gen::element(0.0, 1e-3, -1e-3);
            const double up = *rc::gen::element(-1.0, 1.0);
            const Plane plane = planeThrough(grid, grid.toPatient(5, 5, slice), {tilt, 0, up});
            const auto values = reslice(*volume, plane, {Interpolation::Nearest, kOutside});
            const auto corner = plane.toPlane(grid.toPatient(0, 0, slice));
            for (int row = 0; row < grid.rows; ++row)
                for (int column = 0; column < grid.columns; ++column) {
                    const auto x = static_cast<std::size_t>(std::lround(corner.column) + column);
                    const auto y = static_cast<std::size_t>(std::lround(corner.row) + row);
                    const auto at = y * static_cast<std::size_t>(plane.columns) + x;
                    RC_ASSERT(double{values[at]} == volume->value({column, row, slice}));
                }
        }));
    }

    void a_linear_ramp_is_kept_on_every_plane()
    {
        QVERIFY(rc::check([] {
            const auto grid = support::anyGrid();
            const auto slope = *rc::gen::inRange(1, 50) * support::anyDirection();
            const auto volume = ramp(grid, slope, 100);
            const Plane plane = planeThrough(grid, support::anyPointIn(grid), support::anyDirection());
            const auto values = reslice(*volume, plane, {Interpolation::Trilinear, kOutside});
            for (int row = 0; row < plane.rows; ++row)
                for (int column = 0; column < plane.columns; ++column) {
                    const auto point = plane.toPatient(column, row);
                    const auto value = values[static_cast<std::size_t>(row * plane.columns + column)];
                    const auto index = indexOf(grid, point);
                    if (holdsInside(grid, index, 0))
                        RC_ASSERT(std::abs(double{value} - (100 + dot(point, slope))) < 0.05); // Of some thousands.
                    else if (!holdsInside(grid, index, -0.5 - 1e-6))
                        RC_ASSERT(value == kOutside);
                    else if (holdsInside(grid, index, -0.5 + 1e-6))
                        RC_ASSERT(value != kOutside);
                }
        }));
    }

    void labels_are_those_of_the_nearest_voxel()
    {
        QVERIFY(rc::check([] {
            const auto grid = support::anyGrid();
            std::vector<std::uint16_t> labels(grid.voxels());
            for (std::size_t i = 0; i < labels.size(); ++i)
                labels[i] = static_cast<std::uint16_t>(1 + i * 7 % 60000);
            const Plane plane = support::anyPlane(grid);
            const auto values = imaging::resliceLabels(labels, grid, plane);
            for (int row = 0; row < plane.rows; ++row)
                for (int column = 0; column < plane.columns; ++column) {
                    const auto index = indexOf(grid, plane.toPatient(column, row));
                    if (nearATie(index))
                        continue;
                    const VoxelIndex voxel{static_cast<int>(std::lround(index[0])),
                        static_cast<int>(std::lround(index[1])), static_cast<int>(std::lround(index[2]))};
                    const std::uint16_t expected = grid.contains(voxel) ? labels[grid.offset(voxel)] : 0;
                    RC_ASSERT(values[static_cast<std::size_t>(row * plane.columns + column)] == expected);
                }
        }));
    }

    void every_type_and_colour_is_read_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("components");
        for (int type = 0; type <= static_cast<int>(imaging::VoxelType::Float64); ++type)
            QTest::addRow("type %d", type) << type << 1;
        QTest::newRow("colour") << static_cast<int>(imaging::VoxelType::UInt8) << 3;
    }

    void every_type_and_colour_is_read()
    {
        QFETCH(int, type);
        QFETCH(int, components);
        const auto grid = support::gridOf(6, 5, 4);
        const auto voxelType = static_cast<imaging::VoxelType>(type);
        const auto size = static_cast<std::size_t>(components);
        std::vector<std::byte> bytes(grid.voxels() * size * imaging::bytesOf(voxelType));
        imaging::withVoxelType(voxelType, [&](auto zero) {
            for (std::size_t i = 0; i < grid.voxels() * size; ++i) {
                const auto value = static_cast<decltype(zero)>(i / size % 5 * 10 + i % size); // Rises with the column.
                std::memcpy(bytes.data() + i * sizeof value, &value, sizeof value);
            }
        });
        const imaging::Volume volume(grid, voxelType, components, bytes, {});
        for (const auto how : {Interpolation::Nearest, Interpolation::Trilinear}) {
            const Plane coronal = planeOf(grid, GridAxis::Row, 2);
            const Plane between = moved(coronal, 0.25);
            for (const Plane& plane : {coronal, between}) {
                const auto values = reslice(volume, plane, {how, kOutside});
                QCOMPARE(values.size(), plane.pixels() * size);
                const auto expected = reslice(volume, coronal, {Interpolation::Nearest, kOutside});
                if (how == Interpolation::Nearest)
                    QCOMPARE(values, expected);
                QVERIFY(std::find(values.begin(), values.end(), kOutside) == values.end());
            }
        }
        QCOMPARE(double{reslice(volume, planeOf(grid, GridAxis::Row, 0)).front()}, volume.value({0, 0, 0}));
    }

    void threads_change_nothing()
    {
        const auto grid = support::gridOf(60, 50, 40);
        const auto volume = numbered(grid);
        const Plane plane = planeThrough(grid, {20, 20, 20}, {1, 2, 3});
        QCOMPARE(reslice(*volume, plane, {Interpolation::Trilinear, kOutside, 1}),
            reslice(*volume, plane, {Interpolation::Trilinear, kOutside, 4}));
    }

    void a_plane_far_away_shows_nothing()
    {
        const auto grid = support::gridOf(8, 8, 8);
        const auto volume = numbered(grid);
        for (const double mm : {30.0, -30.0, 1e12, 1e200})
            for (const Plane& start : {planeOf(grid, GridAxis::Slice, 0), planeThrough(grid, {2, 2, 2}, {1, 2, 3})}) {
                const auto values = reslice(*volume, moved(start, mm), {Interpolation::Trilinear, kOutside});
                QVERIFY(std::all_of(values.begin(), values.end(), [](float v) { return v == kOutside; }));
            }
    }

    void what_is_no_plane_is_refused()
    {
        const auto volume = numbered(support::gridOf(8, 8, 8));
        QVERIFY_EXCEPTION_THROWN(reslice(*volume, Plane{}), imaging::Error);
        Plane plane = planeOf(volume->grid(), GridAxis::Slice, 0);
        plane.origin.x = std::nan("");
        QVERIFY_EXCEPTION_THROWN(reslice(*volume, plane), imaging::Error);
        const std::vector<std::uint16_t> tooFew(7);
        QVERIFY_EXCEPTION_THROWN(
            imaging::resliceLabels(tooFew, volume->grid(), planeOf(volume->grid(), GridAxis::Slice, 0)),
            imaging::Error);
    }
};

QTEST_APPLESS_MAIN(TestReslice)
#include "tst_reslice.moc"
