#include "annotations/tools/threshold_brush_tool.h"

#include "annotations/label_map.h"
#include "annotations/tools/brush_tool.h"
#include "imaging/error.h"
#include "imaging/grid_frame.h"
#include "imaging/volume.h"
#include "tests/support/any_plane.h"

#include <QtTest>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

using annotations::LabelMap;
using annotations::MaskEdit;
using annotations::ToolOptions;

namespace {

imaging::Volume volumeOf(const imaging::VoxelGrid& grid, const std::vector<float>& values, int components = 1)
{
    std::vector<std::byte> bytes(values.size() * sizeof(float));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return {grid, imaging::VoxelType::Float32, components, std::move(bytes), {}};
}

/// Values from -20 to 20 in no order; some are no numbers.
std::vector<float> anyValues(const imaging::VoxelGrid& grid)
{
    unsigned state = *rc::gen::arbitrary<unsigned>();
    std::vector<float> values(grid.voxels());
    for (float& value : values) {
        state = state * 1664525U + 1013904223U;
        const int drawn = static_cast<int>(state >> 16U) % 42 - 21;
        value = drawn == -21 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(drawn);
    }
    return values;
}

struct Use
{
    annotations::PlanePosition from;
    annotations::PlanePosition to;
};

Use anyUse()
{
    const auto coordinate = rc::gen::map(rc::gen::inRange(-40, 280), [](int v) { return v / 8.0; });
    const double a = *coordinate, b = *coordinate, c = *coordinate, d = *coordinate;
    return {{a, b}, {c, d}};
}

void draw(MaskEdit& edit, const annotations::ToolKind& kind, const ToolOptions& options, const Use& use)
{
    const auto tool = kind.make(edit, options);
    tool->begin(use.from);
    tool->move(use.to);
    tool->end();
}

/// Distance in mm of a point from the way between two points.
double distance(imaging::PatientPoint p, imaging::PatientPoint a, imaging::PatientPoint b)
{
    const imaging::PatientPoint way = b - a;
    const double square = dot(way, way);
    const double t = square > 0 ? std::clamp(dot(p - a, way) / square, 0.0, 1.0) : 0;
    return length(p - a - t * way);
}

template <typename Work> void forVoxels(const imaging::VoxelGrid& g, Work&& work)
{
    for (int z = 0; z < g.slices; ++z)
        for (int row = 0; row < g.rows; ++row)
            for (int column = 0; column < g.columns; ++column)
                work(imaging::VoxelIndex{column, row, z});
}

imaging::VoxelGrid smallGrid()
{
    imaging::VoxelGrid grid;
    grid.columns = 9;
    grid.rows = 7;
    grid.slices = 2;
    return grid;
}

} // namespace

class TestThresholdBrush : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Axial, coronal, sagittal and oblique ones.
    void on_every_plane_it_paints_what_a_brush_paints_where_values_lie_in_the_range()
    {
        QVERIFY(rc::check([] {
            const imaging::VoxelGrid grid = support::anyGrid();
            const imaging::Volume picture = volumeOf(grid, anyValues(grid));
            const double low = *rc::gen::inRange(-25, 25);
            ToolOptions options{.plane = support::anyPlane(grid), .label = 3, .picture = &picture};
            options.radiusMm = *rc::gen::inRange(1, 30) / 4.0;
            options.range = {low, low + *rc::gen::inRange(0, 20)};
            const Use use = anyUse();
            LabelMap gated(grid);
            LabelMap whole(grid);
            MaskEdit gatedEdit(gated);
            MaskEdit wholeEdit(whole);
            draw(gatedEdit, annotations::thresholdBrushTool(), options, use);
            draw(wholeEdit, annotations::brushTool(), options, use);
            forVoxels(grid, [&](imaging::VoxelIndex voxel) {
                const double value = picture.value(voxel);
                const bool wanted = whole.at(voxel) == 3 && value >= options.range.low && value <= options.range.high;
                RC_ASSERT(gated.at(voxel) == (wanted ? 3 : 0));
            });
        }));
    }

    void every_painted_voxel_lies_in_the_disc_and_in_the_range()
    {
        QVERIFY(rc::check([] {
            const imaging::VoxelGrid grid = support::anyGrid();
            const imaging::Volume picture = volumeOf(grid, anyValues(grid));
            ToolOptions options{.plane = support::anyPlane(grid), .picture = &picture, .range = {-5, 9}};
            const auto& spacing = grid.spacingMm;
            // Thinner brushes also paint the voxels under their centre.
            options.radiusMm = std::hypot(spacing[0], spacing[1], spacing[2]) + *rc::gen::inRange(0, 20) / 4.0;
            const Use use = anyUse();
            LabelMap map(grid);
            MaskEdit edit(map);
            draw(edit, annotations::thresholdBrushTool(), options, use);
            const auto a = options.plane.toPatient(use.from.column, use.from.row);
            const auto b = options.plane.toPatient(use.to.column, use.to.row);
            const double half = imaging::GridFrame(grid).voxelAlong(options.plane.normal()) / 2;
            forVoxels(grid, [&](imaging::VoxelIndex voxel) {
                const auto centre = grid.toPatient(voxel.column, voxel.row, voxel.slice);
                const double height = options.plane.toPlane(centre).heightMm;
                const double d = distance(centre - height * options.plane.normal(), a, b);
                const bool onEdge = std::abs(d - options.radiusMm) < 1e-5 || std::abs(std::abs(height) - half) < 1e-5;
                const double value = picture.value(voxel);
                const bool wanted = d < options.radiusMm && std::abs(height) < half && value >= -5 && value <= 9;
                if (!onEdge)
                    RC_ASSERT((map.at(voxel) != 0) == wanted);
                else if (map.at(voxel) != 0)
                    RC_ASSERT(value >= -5 && value <= 9);
            });
        }));
    }

    void undo_brings_back_what_was_there()
    {
        QVERIFY(rc::check([] {
            const imaging::VoxelGrid grid = support::anyGrid();
            const imaging::Volume picture = volumeOf(grid, anyValues(grid));
            LabelMap map(grid);
            {
                MaskEdit earlier(map);
                earlier.paintRun(0, grid.voxels() / 2, 2);
                earlier.commit("Earlier");
            }
            const std::vector<std::uint16_t> before(map.voxels().begin(), map.voxels().end());
            MaskEdit edit(map);
            ToolOptions options{.plane = support::anyPlane(grid), .picture = &picture, .range = {-8, 8}};
            draw(edit, annotations::thresholdBrushTool(), options, anyUse());
            const std::vector<std::uint16_t> after(map.voxels().begin(), map.voxels().end());
            const auto step = edit.commit("Threshold brush");
            RC_ASSERT(step.has_value() == (before != after));
            if (!step)
                return;
            step->revert(map);
            RC_ASSERT(std::ranges::equal(map.voxels(), before));
            step->apply(map);
            RC_ASSERT(std::ranges::equal(map.voxels(), after));
        }));
    }

    void both_ends_of_the_range_belong_to_it()
    {
        const imaging::VoxelGrid grid = smallGrid();
        std::vector<float> values(grid.voxels(), 0);
        values[0] = 10;
        values[1] = 20;
        values[2] = 20.5F;
        values[3] = 9.5F;
        const imaging::Volume picture = volumeOf(grid, values);
        LabelMap map(grid);
        MaskEdit edit(map);
        const imaging::Plane plane = planeOf(grid, imaging::GridAxis::Slice, 0);
        draw(edit, annotations::thresholdBrushTool(),
            {.plane = plane, .radiusMm = 50, .picture = &picture, .range = {10, 20}}, {{2, 2}, {2, 2}});
        QCOMPARE(map.count(1), std::size_t{2});
        QVERIFY(map.at({0, 0, 0}) == 1 && map.at({1, 0, 0}) == 1);
    }

    void a_brush_thinner_than_a_voxel_keeps_to_the_range()
    {
        const imaging::VoxelGrid grid = smallGrid();
        const imaging::Volume picture = volumeOf(grid, std::vector<float>(grid.voxels(), 7));
        const imaging::Plane plane = planeOf(grid, imaging::GridAxis::Slice, 1);
        for (const double low : {7.0, 8.0}) {
            LabelMap map(grid);
            MaskEdit edit(map);
            draw(edit, annotations::thresholdBrushTool(),
                {.plane = plane, .radiusMm = 0.1, .picture = &picture, .range = {low, 9}}, {{3, 3}, {3, 3}});
            QCOMPARE(map.count(1), low > 7 ? std::size_t{0} : std::size_t{1});
        }
    }

    void what_is_not_the_masks_grey_picture_is_refused()
    {
        const imaging::VoxelGrid grid = smallGrid();
        imaging::VoxelGrid other = grid;
        other.columns = 8;
        const imaging::Volume elsewhere = volumeOf(other, std::vector<float>(other.voxels()));
        const imaging::Volume colour(grid, imaging::VoxelType::UInt8, 3, std::vector<std::byte>(grid.voxels() * 3), {});
        LabelMap map(grid);
        MaskEdit edit(map);
        const imaging::Plane plane = planeOf(grid, imaging::GridAxis::Slice, 0);
        const std::vector<const imaging::Volume*> pictures{nullptr, &elsewhere, &colour};
        for (const imaging::Volume* picture : pictures) {
            const auto tool =
                annotations::thresholdBrushTool().make(edit, {.plane = plane, .picture = picture, .range = {0, 1}});
            QVERIFY_EXCEPTION_THROWN(tool->begin({1, 1}), imaging::Error);
        }
        QVERIFY(!edit.changed());
    }
};

QTEST_APPLESS_MAIN(TestThresholdBrush)
#include "tst_threshold_brush.moc"
