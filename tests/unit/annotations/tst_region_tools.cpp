#include "annotations/tools/brush.h"
#include "annotations/tools/fill_tool.h"
#include "annotations/tools/region.h"
#include "annotations/tools/region_grow_tool.h"
#include "annotations/tools/voxel_rows.h"
#include "imaging/error.h"
#include "imaging/grid_frame.h"
#include "tests/support/any_plane.h"
#include "tests/unit/annotations/any_picture.h"

#include <QtTest>
#include <rapidcheck.h>

#include <algorithm>

using annotations::LabelMap;
using annotations::MaskEdit;
using annotations::PlanePosition;
using annotations::RegionChoice;
using annotations::ToolOptions;

namespace {

/// A position whose voxel is known, on the plane.
struct Press
{
    PlanePosition at;
    imaging::VoxelIndex voxel;
};

/// Below the centre of one of the voxels that the plane cuts.
Press anyPress(const imaging::VoxelGrid& grid, const imaging::Plane& plane)
{
    const auto spans = annotations::detail::VoxelRows(grid, plane).all();
    const auto first = *rc::gen::inRange<std::size_t>(0, std::max<std::size_t>(spans.size(), 1));
    for (std::size_t i = 0; i < spans.size(); ++i) {
        const auto& span = spans[(first + i) % spans.size()];
        const auto centre = imaging::GridFrame(grid).toPatient((span.first + span.last) / 2, span.row, span.slice);
        const auto seen = plane.toPlane(centre);
        const PlanePosition at{seen.column, seen.row};
        if (const auto voxel = annotations::detail::voxelUnder(grid, plane, at))
            return {at, *voxel};
    }
    RC_DISCARD("The plane cuts nothing.");
}

/// What a brush larger than the grid paints on the plane: all voxels that it cuts.
std::vector<std::uint16_t> cutBy(const imaging::VoxelGrid& grid, const imaging::Plane& plane)
{
    LabelMap map(grid);
    MaskEdit edit(map);
    annotations::BrushStroke(edit, plane, 1000, 1).moveTo(plane.columns / 2.0, plane.rows / 2.0);
    return support::copyOf(map);
}

imaging::VoxelGrid flat(int columns, int rows, int slices = 1)
{
    imaging::VoxelGrid grid;
    grid.columns = columns;
    grid.rows = rows;
    grid.slices = slices;
    return grid;
}

} // namespace

class TestRegionTools : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rows_of_a_plane_are_what_a_brush_paints_on_it()
    {
        QVERIFY(rc::check([] {
            const auto grid = support::anyGrid();
            const auto plane = support::anyPlane(grid);
            const annotations::detail::VoxelRows rows(grid, plane);
            const auto painted = cutBy(grid, plane);
            std::size_t next = 0;
            support::forVoxels(grid, [&](imaging::VoxelIndex voxel) {
                const auto number = rows.numberOf(voxel);
                RC_ASSERT(number.has_value() == (painted[grid.offset(voxel)] == 1));
                if (number)
                    RC_ASSERT(*number == next++);
            });
            RC_ASSERT(next == rows.size());
        }));
    }

    /// On axial, coronal, sagittal and oblique planes and in boxes.
    void fill_paints_the_connected_voxels_of_one_label()
    {
        QVERIFY(rc::check([] {
            const auto grid = support::anyGrid();
            LabelMap map = support::anyMap(grid, 3);
            const auto before = support::copyOf(map);
            ToolOptions options{.plane = support::anyPlane(grid), .label = 7};
            const bool volume = *rc::gen::arbitrary<bool>();
            if (volume)
                options.region = {RegionChoice::Extent::Volume, 3};
            const auto press = anyPress(grid, options.plane);
            const auto cut = cutBy(grid, options.plane);
            const auto isNear = [&](int a, int b, std::size_t axis) {
                return std::abs(a - b) * grid.spacingMm[axis] <= 3 + 1e-6;
            };
            const std::uint16_t wanted = before[grid.offset(press.voxel)];
            const auto expected = support::connectedPlainly(grid, press.voxel, [&](imaging::VoxelIndex v) {
                const bool within = volume ? isNear(v.column, press.voxel.column, 0)
                        && isNear(v.row, press.voxel.row, 1) && isNear(v.slice, press.voxel.slice, 2)
                                           : cut[grid.offset(v)] == 1;
                return within && before[grid.offset(v)] == wanted;
            });
            {
                MaskEdit edit(map);
                const auto tool = annotations::fillTool().make(edit, options);
                tool->begin(press.at);
                tool->end();
                for (std::size_t i = 0; i < expected.size(); ++i)
                    RC_ASSERT(map.voxels()[i] == (expected[i] ? 7 : before[i]));
            }
            RC_ASSERT(support::copyOf(map) == before); // It was not kept.
        }));
    }

    void what_is_locked_is_not_filled()
    {
        LabelMap map(flat(4, 1), std::vector<std::uint16_t>{2, 2, 0, 2});
        MaskEdit edit(map, {}, std::vector<std::uint16_t>{2});
        const ToolOptions options{.plane = planeOf(map.grid(), imaging::GridAxis::Slice, 0)};
        annotations::fillTool().make(edit, options)->begin({0, 0});
        QVERIFY(!edit.changed());
        annotations::fillTool().make(edit, options)->begin({2, 0});
        QCOMPARE(support::copyOf(map), (std::vector<std::uint16_t>{2, 2, 1, 2}));
    }

    void a_press_beside_the_picture_does_nothing()
    {
        LabelMap map(flat(4, 4));
        MaskEdit edit(map);
        const auto picture = support::volumeOf(map.grid(), std::vector<float>(16, 1));
        const ToolOptions options{.plane = planeOf(map.grid(), imaging::GridAxis::Slice, 0), .picture = &picture};
        for (const auto& kind : {annotations::fillTool(), annotations::regionGrowTool()}) {
            const auto tool = kind.make(edit, options);
            tool->begin({-3, 1});
            tool->move({2, 2});
            tool->end();
        }
        QVERIFY(!edit.changed());
    }

    void growing_paints_what_is_connected_by_values_in_the_window()
    {
        QVERIFY(rc::check([] {
            const auto grid = support::anyGrid();
            const auto values = support::anyValues(grid);
            const auto picture = support::volumeOf(grid, values);
            LabelMap map = support::anyMap(grid, 4);
            const auto before = support::copyOf(map);
            const ToolOptions options{.plane = support::anyPlane(grid), .label = 9, .picture = &picture};
            const auto press = anyPress(grid, options.plane);
            const auto cut = cutBy(grid, options.plane);
            MaskEdit edit(map, {}, std::vector<std::uint16_t>{3});
            annotations::RegionGrowTool tool(edit, options);
            tool.begin(press.at);
            for (int moves = *rc::gen::inRange(0, 4); moves > 0; --moves)
                tool.move({press.at.column + *rc::gen::inRange(-20, 20), press.at.row + *rc::gen::inRange(-20, 20)});
            const auto& window = tool.window();
            RC_ASSERT(window.has_value() == std::isfinite(values[grid.offset(press.voxel)]));
            if (!window)
                return RC_ASSERT(support::copyOf(map) == before);
            RC_ASSERT(window->contains(static_cast<double>(values[grid.offset(press.voxel)])));
            const auto low = static_cast<float>(window->low);
            const auto high = static_cast<float>(window->high);
            const auto expected = support::connectedPlainly(grid, press.voxel, [&](imaging::VoxelIndex v) {
                const float value = values[grid.offset(v)];
                return cut[grid.offset(v)] == 1 && value >= low && value <= high;
            });
            for (std::size_t i = 0; i < expected.size(); ++i)
                RC_ASSERT(map.voxels()[i] == (expected[i] && before[i] != 3 ? 9 : before[i]));
            const auto delta = edit.commit("Region");
            if (delta)
                delta->revert(map);
            RC_ASSERT(support::copyOf(map) == before);
        }));
    }

    void dragging_to_the_right_never_takes_away_and_to_the_left_gives_back()
    {
        QVERIFY(rc::check([] {
            const auto grid = support::anyGrid();
            const auto picture = support::volumeOf(grid, support::anyValues(grid));
            LabelMap map(grid);
            const ToolOptions options{.plane = support::anyPlane(grid), .picture = &picture};
            const auto press = anyPress(grid, options.plane);
            MaskEdit edit(map);
            annotations::RegionGrowTool tool(edit, options);
            tool.begin(press.at);
            const auto first = support::copyOf(map);
            auto before = first;
            for (int i = 1; i < 6; ++i) {
                tool.move({press.at.column + 3 * i, press.at.row});
                const auto now = support::copyOf(map);
                for (std::size_t at = 0; at < now.size(); ++at)
                    RC_ASSERT(now[at] >= before[at]);
                before = now;
            }
            tool.move(press.at);
            RC_ASSERT(support::copyOf(map) == first);
        }));
    }

    void growing_needs_the_grey_picture_that_the_mask_lies_on()
    {
        LabelMap map(flat(4, 4));
        MaskEdit edit(map);
        const auto other = support::volumeOf(flat(5, 4), std::vector<float>(20));
        for (const auto* picture : {static_cast<const imaging::Volume*>(nullptr), &other})
            QVERIFY_EXCEPTION_THROWN(
                annotations::RegionGrowTool(edit, {.plane = planeOf(map.grid(), imaging::GridAxis::Slice, 0), .picture = picture}),
                imaging::Error);
    }

    void a_box_of_a_large_volume_is_held_to_what_a_hand_waits_for()
    {
        const auto grid = flat(512, 512, 300);
        ToolOptions options{.plane = planeOf(grid, imaging::GridAxis::Slice, 150)};
        options.region = {RegionChoice::Extent::Volume, 1e6};
        const auto rows = annotations::detail::rowsAround(grid, options, {256, 256, 150});
        QVERIFY(rows.size() <= 8'000'000);
        QVERIFY(rows.size() > 4'000'000);
        QVERIFY(rows.numberOf({256, 256, 150}));
    }
};

QTEST_APPLESS_MAIN(TestRegionTools)
#include "tst_region_tools.moc"
