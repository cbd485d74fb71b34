#include "annotations/tools/polygon.h"
#include "annotations/tools/polygon_tool.h"
#include "imaging/error.h"
#include "imaging/grid_frame.h"
#include "tests/support/any_plane.h"

#include <QtTest>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

using annotations::AfterClick;
using annotations::fillPolygon;
using annotations::LabelMap;
using annotations::MaskEdit;
using annotations::PlanePosition;

namespace {

imaging::VoxelGrid flatGrid(int columns, int rows, int slices = 2)
{
    imaging::VoxelGrid grid;
    grid.columns = columns;
    grid.rows = rows;
    grid.slices = slices;
    return grid;
}

imaging::Plane slice(const imaging::VoxelGrid& grid, int index)
{
    return planeOf(grid, imaging::GridAxis::Slice, index);
}

/// How often the outline turns about a point: odd where it lies within. Another way than the one that fills.
int turnsAbout(const std::vector<PlanePosition>& corners, double column, double row)
{
    double angle = 0;
    for (std::size_t i = 0; i < corners.size(); ++i) {
        const auto& a = corners[i];
        const auto& b = corners[(i + 1) % corners.size()];
        const double ac = a.column - column, ar = a.row - row, bc = b.column - column, br = b.row - row;
        angle += std::atan2(ac * br - ar * bc, ac * bc + ar * br);
    }
    return static_cast<int>(std::lround(angle / (2 * std::numbers::pi)));
}

/// In the plane's pixels.
double distanceToOutline(const std::vector<PlanePosition>& corners, double column, double row)
{
    double nearest = std::numeric_limits<double>::max();
    for (std::size_t i = 0; i < corners.size(); ++i) {
        const auto& a = corners[i];
        const auto& b = corners[(i + 1) % corners.size()];
        const double dc = b.column - a.column, dr = b.row - a.row;
        const double square = dc * dc + dr * dr;
        const double along = square > 0 ? ((column - a.column) * dc + (row - a.row) * dr) / square : 0;
        const double t = std::clamp(along, 0.0, 1.0);
        nearest = std::min(nearest, std::hypot(column - a.column - t * dc, row - a.row - t * dr));
    }
    return nearest;
}

std::size_t countOf(const LabelMap& map, std::uint16_t value)
{
    const auto voxels = map.voxels();
    return static_cast<std::size_t>(std::count(voxels.begin(), voxels.end(), value));
}

} // namespace

class TestPolygon : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Axial, coronal, sagittal and oblique planes of grids of any shape, polygons that cross themselves among them.
    void a_polygon_paints_the_voxels_within_that_its_plane_cuts()
    {
        QVERIFY(rc::check([] {
            const auto grid = support::anyGrid();
            const auto plane = support::anyPlane(grid);
            const auto coordinate = rc::gen::map(rc::gen::inRange(-80, 400), [](int v) { return v / 11.0; });
            std::vector<PlanePosition> corners(static_cast<std::size_t>(*rc::gen::inRange(3, 9)));
            for (auto& corner : corners)
                corner = {*coordinate, *coordinate};
            LabelMap map(grid);
            MaskEdit edit(map);
            const auto region = fillPolygon(edit, plane, corners, 5);
            const imaging::GridFrame frame(grid);
            const double half = frame.voxelAlong(plane.normal()) / 2;
            std::size_t painted = 0;
            for (int z = 0; z < grid.slices; ++z)
                for (int row = 0; row < grid.rows; ++row)
                    for (int column = 0; column < grid.columns; ++column) {
                        const auto seen = plane.toPlane(frame.toPatient(column, row, z));
                        const bool is = map.at({column, row, z}) == 5;
                        painted += is;
                        if (is)
                            RC_ASSERT(region && region->firstColumn <= column && column <= region->lastColumn
                                && region->firstRow <= row && row <= region->lastRow && region->firstSlice <= z
                                && z <= region->lastSlice);
                        if (std::abs(std::abs(seen.heightMm) - half) < 1e-5
                            || distanceToOutline(corners, seen.column, seen.row) < 1e-6)
                            continue; // On an edge, where both are right.
                        const bool within = turnsAbout(corners, seen.column, seen.row) % 2 != 0;
                        RC_ASSERT(is == (within && std::abs(seen.heightMm) < half));
                    }
            RC_ASSERT(region.has_value() == (painted > 0));
        }));
    }

    void a_square_on_a_slice_stays_on_it()
    {
        LabelMap map(flatGrid(20, 20));
        MaskEdit edit(map);
        const std::array<PlanePosition, 4> corners{{{2.5, 3.5}, {9.5, 3.5}, {9.5, 7.5}, {2.5, 7.5}}};
        const auto region = fillPolygon(edit, slice(map.grid(), 1), corners, 2);
        QCOMPARE(countOf(map, 2), std::size_t{28});
        QVERIFY(region);
        QCOMPARE(region->firstColumn, 3);
        QCOMPARE(region->lastColumn, 9);
        QCOMPARE(region->firstRow, 4);
        QCOMPARE(region->lastRow, 7);
        QCOMPARE(region->firstSlice, 1);
        QCOMPARE(region->lastSlice, 1);
    }

    void locked_labels_stay_and_the_edit_is_taken_back_whole()
    {
        LabelMap map(flatGrid(20, 20));
        {
            MaskEdit first(map);
            first.paintRun(map.grid().offset({0, 5, 0}), 20, 7);
            first.commit("Line");
        }
        const std::array<PlanePosition, 4> corners{{{2.5, 3.5}, {9.5, 3.5}, {9.5, 7.5}, {2.5, 7.5}}};
        {
            const std::array<std::uint16_t, 1> locked{7};
            MaskEdit edit(map, {}, locked);
            fillPolygon(edit, slice(map.grid(), 0), corners, 2);
            QCOMPARE(countOf(map, 7), std::size_t{20});
            QCOMPARE(countOf(map, 2), std::size_t{21});
        }
        QCOMPARE(countOf(map, 2), std::size_t{0});
    }

    void fewer_than_three_corners_and_no_place_paint_nothing()
    {
        LabelMap map(flatGrid(20, 20));
        MaskEdit edit(map);
        const double endless = std::numeric_limits<double>::infinity();
        const std::array<PlanePosition, 4> corners{{{2, 3}, {9, 3}, {endless, 7}, {2, std::nan("")}}};
        QVERIFY(!fillPolygon(edit, slice(map.grid(), 1), corners, 2));
        QVERIFY(!fillPolygon(edit, slice(map.grid(), 1), {}, 2));
        auto nowhere = slice(map.grid(), 1);
        nowhere.origin.x = std::nan("");
        QVERIFY_THROWS_EXCEPTION(imaging::Error, fillPolygon(edit, nowhere, corners, 2));
    }

    void corners_far_outside_are_cut_at_the_grid()
    {
        LabelMap map(flatGrid(20, 20));
        MaskEdit edit(map);
        const std::array<PlanePosition, 3> corners{{{-1e9, -1e9}, {1e9, -1e9}, {0, 1e9}}};
        fillPolygon(edit, slice(map.grid(), 0), corners, 1);
        QCOMPARE(countOf(map, 1), std::size_t{400});
    }

    void a_click_on_the_first_corner_closes_and_one_elsewhere_adds()
    {
        LabelMap map(flatGrid(20, 20));
        MaskEdit edit(map);
        const auto kind = annotations::polygonTool();
        QCOMPARE(kind.gesture, annotations::ToolGesture::Clicks);
        const auto tool = kind.make(edit, {slice(map.grid(), 0), 3, 5, {}});
        tool->begin({2.5, 2.5});
        QVERIFY(!tool->canEnd());
        QCOMPARE(tool->click({10.5, 2.5}, 1), AfterClick::GoOn);
        QCOMPARE(tool->click({2.6, 2.5}, 1), AfterClick::GoOn); // Two corners are no polygon yet.
        QVERIFY(tool->takeBack());
        tool->move({6, 6});
        QCOMPARE(tool->outline().corners.size(), std::size_t{2});
        QCOMPARE(tool->outline().loose->column, 6.0);
        QCOMPARE(tool->click({10.5, 10.5}, 1), AfterClick::GoOn);
        QCOMPARE(tool->click({10.5, 10.5}, 1), AfterClick::GoOn); // Twice at one place is one corner.
        QCOMPARE(tool->outline().corners.size(), std::size_t{3});
        QCOMPARE(tool->click({2.5, 10.5}, 1), AfterClick::GoOn);
        QVERIFY(!edit.changed());
        QCOMPARE(tool->click({3, 3}, 1), AfterClick::End);
        tool->end();
        QCOMPARE(countOf(map, 3), std::size_t{64});
    }

    void corners_are_taken_back_to_none()
    {
        LabelMap map(flatGrid(20, 20));
        MaskEdit edit(map);
        const auto tool = annotations::polygonTool().make(edit, {slice(map.grid(), 0), 3, 5, {}});
        tool->begin({2, 2});
        tool->click({10, 2}, 1);
        QVERIFY(tool->takeBack());
        QVERIFY(!tool->takeBack());
        QVERIFY(!tool->takeBack());
    }

    void the_erasing_one_leaves_no_label()
    {
        LabelMap map(flatGrid(20, 20));
        MaskEdit edit(map);
        for (int row = 0; row < 20; ++row)
            edit.paintRun(map.grid().offset({0, row, 0}), 20, row % 2 == 0 ? 1 : 2);
        const auto tool = annotations::polygonEraserTool().make(edit, {slice(map.grid(), 0), 1, 5, {}});
        tool->begin({2.5, 2.5});
        tool->click({10.5, 2.5}, 1);
        tool->click({10.5, 10.5}, 1);
        tool->click({2.5, 10.5}, 1);
        tool->end();
        QCOMPARE(countOf(map, 1) + countOf(map, 2), std::size_t{400 - 64});
    }
};

QTEST_APPLESS_MAIN(TestPolygon)
#include "tst_polygon.moc"
