#include "annotations/tools/edge_costs.h"
#include "annotations/tools/edge_paths.h"
#include "annotations/tools/freehand_tool.h"
#include "annotations/tools/livewire_tool.h"
#include "annotations/tools/polygon.h"
#include "annotations/tools/polygon_tool.h"
#include "annotations/tools/scissors_tool.h"
#include "imaging/error.h"
#include "imaging/grid_frame.h"
#include "tests/support/any_plane.h"
#include "tests/unit/annotations/any_picture.h"

#include <QtTest>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <numbers>

using annotations::AfterClick;
using annotations::CutChoice;
using annotations::LabelMap;
using annotations::MaskEdit;
using annotations::PlanePosition;
using annotations::ToolOptions;
using annotations::detail::EdgePaths;

namespace {

std::vector<PlanePosition> anyOutline()
{
    const auto coordinate = rc::gen::map(rc::gen::inRange(-80, 400), [](int v) { return v / 11.0; });
    std::vector<PlanePosition> corners(static_cast<std::size_t>(*rc::gen::inRange(3, 9)));
    for (auto& corner : corners)
        corner = {*coordinate, *coordinate};
    return corners;
}

void drag(annotations::Tool& tool, const std::vector<PlanePosition>& outline)
{
    tool.begin(outline.front());
    for (const auto& position : outline)
        tool.move(position);
    tool.end();
}

imaging::VoxelGrid flat(int columns, int rows, int slices = 1)
{
    imaging::VoxelGrid grid;
    grid.columns = columns;
    grid.rows = rows;
    grid.slices = slices;
    return grid;
}

/// A disc of 100 on 0, its edge two pixels wide.
std::vector<float> discOf(const imaging::VoxelGrid& grid, double radius)
{
    std::vector<float> values;
    support::forVoxels(grid, [&](imaging::VoxelIndex v) {
        const double distance = std::hypot(v.column - grid.columns / 2.0, v.row - grid.rows / 2.0);
        values.push_back(static_cast<float>(100 * std::clamp((radius - distance) / 2 + 0.5, 0.0, 1.0)));
    });
    return values;
}

/// What every pixel costs from `from`, by going over all steps until nothing gets cheaper.
std::vector<std::uint32_t> costsPlainly(const annotations::detail::EdgeCosts& costs, EdgePaths::Pixel from)
{
    const auto numberOf = [&](int column, int row) { return static_cast<std::size_t>(row * costs.columns + column); };
    std::vector<std::uint32_t> cheapest(costs.pixel.size(), 1'000'000'000);
    cheapest[numberOf(from[0], from[1])] = 0;
    for (bool changed = true; changed;) {
        changed = false;
        for (int row = 0; row < costs.rows; ++row)
            for (int column = 0; column < costs.columns; ++column)
                for (int dr = -1; dr <= 1; ++dr)
                    for (int dc = -1; dc <= 1; ++dc) {
                        if ((dr == 0 && dc == 0) || column + dc < 0 || row + dr < 0 || column + dc >= costs.columns
                            || row + dr >= costs.rows)
                            continue;
                        const float size = dr != 0 && dc != 0 ? 1.41421356F : 1;
                        const auto here = numberOf(column, row);
                        const auto there = numberOf(column + dc, row + dr);
                        const auto cost = cheapest[here]
                            + costs.ofStep(
                                here, there, {static_cast<float>(dc) / size, static_cast<float>(dr) / size}, size);
                        changed = changed || cost < cheapest[there];
                        cheapest[there] = std::min(cheapest[there], cost);
                    }
    }
    return cheapest;
}

std::uint32_t costOf(const annotations::detail::EdgeCosts& costs, const std::vector<EdgePaths::Pixel>& path)
{
    std::uint32_t sum = 0;
    for (std::size_t i = 1; i < path.size(); ++i) {
        const int dc = path[i][0] - path[i - 1][0];
        const int dr = path[i][1] - path[i - 1][1];
        RC_ASSERT(std::max(std::abs(dc), std::abs(dr)) == 1);
        const float size = dr != 0 && dc != 0 ? 1.41421356F : 1;
        const auto numberOf = [&](const EdgePaths::Pixel& p) {
            return static_cast<std::size_t>(p[1] * costs.columns + p[0]);
        };
        sum += costs.ofStep(numberOf(path[i - 1]), numberOf(path[i]),
            {static_cast<float>(dc) / size, static_cast<float>(dr) / size}, size);
    }
    return sum;
}

} // namespace

class TestOutlineTools : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void freehand_fills_what_lies_within_as_a_polygon_does()
    {
        QVERIFY(rc::check([] {
            const auto grid = support::anyGrid();
            const ToolOptions options{.plane = support::anyPlane(grid), .label = 4};
            const auto outline = anyOutline();
            LabelMap expected = support::anyMap(grid, 3);
            LabelMap map = expected;
            MaskEdit polygon(expected, {}, std::vector<std::uint16_t>{2});
            fillPolygon(polygon, options.plane, outline, 4);
            MaskEdit edit(map, {}, std::vector<std::uint16_t>{2});
            const auto tool = annotations::freehandTool().make(edit, options);
            drag(*tool, outline);
            RC_ASSERT(support::copyOf(map) == support::copyOf(expected));
            RC_ASSERT(map.count(2) == expected.count(2));
        }));
    }

    void freehand_shows_its_line_and_changes_nothing_before_its_end()
    {
        LabelMap map(flat(20, 20));
        MaskEdit edit(map);
        const auto tool = annotations::freehandTool().make(
            edit, {.plane = planeOf(map.grid(), imaging::GridAxis::Slice, 0), .label = 1});
        tool->begin({2.5, 2.5});
        tool->move({10.5, 2.5});
        tool->move({10.5, 10.5});
        QCOMPARE(tool->outline().path.size(), std::size_t{3});
        QVERIFY(tool->outline().corners.empty());
        QVERIFY(!edit.changed());
        tool->move({2.5, 10.5});
        tool->end();
        QCOMPARE(map.count(1), std::size_t{64});
    }

    void a_corner_that_is_pressed_on_can_be_dragged()
    {
        LabelMap map(flat(30, 30));
        MaskEdit edit(map);
        const auto tool = annotations::polygonTool().make(
            edit, {.plane = planeOf(map.grid(), imaging::GridAxis::Slice, 0), .label = 1});
        tool->begin({2.5, 2.5});
        tool->release();
        for (const PlanePosition corner : {PlanePosition{10.5, 2.5}, {10.5, 10.5}, {2.5, 10.5}}) {
            QCOMPARE(tool->click(corner, 1), AfterClick::GoOn);
            QCOMPARE(tool->release(), AfterClick::GoOn);
        }
        QCOMPARE(tool->click({10.4, 10.4}, 1), AfterClick::GoOn);
        tool->move({10.5, 10.5}); // A hand that shakes.
        QCOMPARE(tool->outline().corners[2].column, 10.5);
        tool->move({18.5, 18.5});
        QCOMPARE(tool->outline().corners.size(), std::size_t{4});
        QCOMPARE(tool->outline().corners[2].column, 18.5);
        QCOMPARE(tool->release(), AfterClick::GoOn);
        tool->move({25, 25}); // Let go: it stays.
        QCOMPARE(tool->outline().corners[2].column, 18.5);
        tool->end();
        QVERIFY(map.count(1) > 100);
    }

    void scissors_inside_and_outside_share_the_label_among_them()
    {
        QVERIFY(rc::check([] {
            const auto grid = support::anyGrid();
            const auto plane = support::anyPlane(grid);
            const auto outline = anyOutline();
            const double depth = *rc::gen::element(0.0, 2.0, 9.0);
            const LabelMap before = support::anyMap(grid, 4);
            LabelMap inside = before;
            LabelMap outside = before;
            MaskEdit cutInside(inside, {}, std::vector<std::uint16_t>{3});
            MaskEdit cutOutside(outside, {}, std::vector<std::uint16_t>{3});
            cutAway(cutInside, plane, outline, {CutChoice::Side::Inside, depth}, 2);
            cutAway(cutOutside, plane, outline, {CutChoice::Side::Outside, depth}, 2);
            const imaging::GridFrame frame(grid);
            const double half = std::max(depth, frame.voxelAlong(plane.normal())) / 2;
            support::forVoxels(grid, [&](imaging::VoxelIndex v) {
                const auto was = before.at(v);
                if (was != 2)
                    return RC_ASSERT(inside.at(v) == was && outside.at(v) == was);
                const double height = plane.toPlane(frame.toPatient(v.column, v.row, v.slice)).heightMm;
                if (std::abs(std::abs(height) - half) < 1e-5)
                    return;
                const bool reached = depth == 0 || std::abs(height) < half;
                // A centre that lies on the outline may be on either side, or on both.
                RC_ASSERT((inside.at(v) == 0 || outside.at(v) == 0) == reached);
            });
        }));
    }

    void scissors_without_a_depth_cut_a_prism_through_all_layers()
    {
        LabelMap map(flat(20, 20, 5));
        {
            MaskEdit all(map);
            all.paintRun(0, map.grid().voxels(), 1);
            all.commit("All");
        }
        const std::vector<PlanePosition> square{{2.5, 3.5}, {9.5, 3.5}, {9.5, 7.5}, {2.5, 7.5}};
        ToolOptions options{.plane = planeOf(map.grid(), imaging::GridAxis::Slice, 2), .label = 1};
        const auto leftBy = [&] {
            MaskEdit edit(map);
            drag(*annotations::scissorsTool().make(edit, options), square);
            return map.count(1);
        };
        QCOMPARE(leftBy(), std::size_t{5 * (400 - 28)});
        options.cut.side = CutChoice::Side::Outside;
        QCOMPARE(leftBy(), std::size_t{5 * 28});
        options.cut.depthMm = 2.5;
        QCOMPARE(leftBy(), std::size_t{2 * 400 + 3 * 28});
        options.label = 2;
        QCOMPARE(leftBy(), std::size_t{5 * 400});
    }

    void paths_cost_least()
    {
        QVERIFY(rc::check([] {
            const int columns = *rc::gen::inRange(1, 14);
            const int rows = *rc::gen::inRange(1, 14);
            std::vector<float> values;
            for (const int number : support::anyNumbers(static_cast<std::size_t>(columns * rows), 9))
                values.push_back(static_cast<float>(number));
            const auto costs = annotations::detail::edgeCosts(values, columns, rows);
            const EdgePaths::Pixel from{*rc::gen::inRange(0, columns), *rc::gen::inRange(0, rows)};
            const auto cheapest = costsPlainly(costs, from);
            EdgePaths paths(costs, from);
            for (int i = 0; i < 5; ++i) {
                const EdgePaths::Pixel to{*rc::gen::inRange(0, columns), *rc::gen::inRange(0, rows)};
                const auto path = paths.pathTo(to);
                RC_ASSERT(path.front() == from);
                RC_ASSERT(path.back() == to);
                RC_ASSERT(costOf(costs, path) == cheapest[static_cast<std::size_t>(to[1] * columns + to[0])]);
            }
        }));
    }

    void a_path_that_is_not_found_in_time_goes_on_with_the_next_call()
    {
        const auto grid = flat(60, 60);
        EdgePaths paths(annotations::detail::edgeCosts(discOf(grid, 20), 60, 60), {2, 2});
        QVERIFY(paths.pathTo({57, 57}, 10).back() != (EdgePaths::Pixel{57, 57}));
        int calls = 0;
        while (paths.pathTo({57, 57}, 100).back() != EdgePaths::Pixel{57, 57})
            QVERIFY(++calls < 60);
        QCOMPARE(paths.pathTo({90, -7}).back(), (EdgePaths::Pixel{59, 0})); // Held within the picture.
    }

    void livewire_follows_the_edge_of_a_disc_data()
    {
        QTest::addColumn<int>("axis");
        QTest::newRow("slice") << 2;
        QTest::newRow("coronal") << 1;
    }

    void livewire_follows_the_edge_of_a_disc()
    {
        QFETCH(int, axis);
        auto grid = flat(120, 120);
        const auto values = discOf(grid, 40);
        if (axis == 1)
            grid = flat(120, 1, 120); // The same values, standing up.
        const auto picture = support::volumeOf(grid, values);
        LabelMap map(grid);
        MaskEdit edit(map);
        const auto kind = annotations::livewireTool();
        QCOMPARE(kind.gesture, annotations::ToolGesture::Clicks);
        const auto tool = kind.make(edit,
            {.plane = planeOf(grid, axis == 1 ? imaging::GridAxis::Row : imaging::GridAxis::Slice, 0), .label = 1, .picture = &picture});
        tool->begin({100, 60});
        tool->release();
        for (const PlanePosition anchor : {PlanePosition{60, 100}, {20, 60}, {60, 20}}) {
            tool->move(anchor);
            QVERIFY(tool->outline().path.size() > 40);
            QCOMPARE(tool->click(anchor, 2), AfterClick::GoOn);
            tool->release();
        }
        for (const auto& at : tool->outline().path)
            QVERIFY2(std::abs(std::hypot(at.column - 60, at.row - 60) - 40) < 3, "The line leaves the edge.");
        QCOMPARE(tool->click({100, 61}, 2), AfterClick::End);
        QVERIFY(!edit.changed());
        tool->end();
        const double disc = std::numbers::pi * 40 * 40;
        QVERIFY(std::abs(static_cast<double>(map.count(1)) - disc) < 0.04 * disc);
    }

    void livewire_takes_anchors_back_to_none()
    {
        const auto grid = flat(50, 50);
        const auto picture = support::volumeOf(grid, discOf(grid, 15));
        LabelMap map(grid);
        MaskEdit edit(map);
        annotations::LivewireTool tool(
            edit, {.plane = planeOf(grid, imaging::GridAxis::Slice, 0), .picture = &picture}, 1);
        tool.begin({10, 10});
        tool.click({30, 10}, 1);
        const auto line = tool.outline().path.size();
        tool.click({30, 30}, 1);
        QVERIFY(tool.canEnd());
        QVERIFY(tool.takeBack());
        QVERIFY(!tool.canEnd());
        QCOMPARE(tool.outline().corners.size(), std::size_t{2});
        QVERIFY(tool.outline().path.size() >= line);
        QVERIFY(tool.takeBack());
        QVERIFY(!tool.takeBack());
        QVERIFY(tool.outline().corners.empty());
    }

    void livewire_works_beside_the_picture_and_on_any_plane()
    {
        QVERIFY(rc::check([] {
            const auto grid = support::anyGrid();
            const auto picture = support::volumeOf(grid, support::anyValues(grid));
            LabelMap map = support::anyMap(grid, 3);
            const auto before = support::copyOf(map);
            MaskEdit edit(map, {}, std::vector<std::uint16_t>{2});
            annotations::LivewireTool tool(edit, {.plane = support::anyPlane(grid), .picture = &picture}, 5);
            const auto outline = anyOutline();
            tool.begin(outline.front());
            for (const auto& at : outline) {
                tool.move(at);
                tool.click(at, 0.1);
            }
            tool.end();
            for (std::size_t i = 0; i < before.size(); ++i)
                RC_ASSERT(map.voxels()[i] == before[i] || (map.voxels()[i] == 5 && before[i] != 2));
            edit.revert();
            RC_ASSERT(support::copyOf(map) == before);
        }));
    }

    void livewire_needs_a_grey_picture()
    {
        LabelMap map(flat(4, 4));
        MaskEdit edit(map);
        QVERIFY_EXCEPTION_THROWN(
            annotations::LivewireTool(edit, {.plane = planeOf(map.grid(), imaging::GridAxis::Slice, 0)}, 1), imaging::Error);
    }
};

QTEST_APPLESS_MAIN(TestOutlineTools)
#include "tst_outline_tools.moc"
