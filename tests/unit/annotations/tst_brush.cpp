#include "annotations/tools/brush.h"

#include "annotations/label_map.h"
#include "annotations/tools/brush_tool.h"
#include "annotations/tools/erase_plane.h"
#include "annotations/tools/eraser_tool.h"
#include "imaging/error.h"
#include "imaging/reslice.h"
#include "tests/support/any_plane.h"

#include <QtTest>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

using annotations::BrushStroke;
using annotations::BrushTip;
using annotations::LabelMap;
using annotations::MaskEdit;

namespace {

imaging::VoxelGrid grid(int columns, int rows, double columnMm, double rowMm)
{
    imaging::VoxelGrid g;
    g.columns = columns;
    g.rows = rows;
    g.slices = 2;
    g.spacingMm = {columnMm, rowMm, 1};
    return g;
}

imaging::Plane slice(const imaging::VoxelGrid& g, int index)
{
    return imaging::planeOf(g, imaging::GridAxis::Slice, index);
}

/// Distance in mm of a voxel's centre from the segment between two positions.
double distance(const imaging::VoxelGrid& g, int column, int row, double ac, double ar, double bc, double br)
{
    const double px = column * g.spacingMm[0], py = row * g.spacingMm[1];
    const double ax = ac * g.spacingMm[0], ay = ar * g.spacingMm[1];
    const double dx = bc * g.spacingMm[0] - ax, dy = br * g.spacingMm[1] - ay;
    const double square = dx * dx + dy * dy;
    const double t = square > 0 ? std::clamp(((px - ax) * dx + (py - ay) * dy) / square, 0.0, 1.0) : 0;
    return std::hypot(px - ax - t * dx, py - ay - t * dy);
}

struct Position
{
    double column;
    double row;
};

/// A plane of a grid and two positions on it; axial, coronal, sagittal or oblique.
struct Stroke
{
    imaging::VoxelGrid grid;
    imaging::Plane plane;
    Position from;
    Position to;
    double radiusMm;
    BrushTip tip;
};

Stroke anyStroke()
{
    const imaging::VoxelGrid g = support::anyGrid();
    const auto coordinate = rc::gen::map(rc::gen::inRange(-40, 280), [](int v) { return v / 8.0; });
    const imaging::Plane plane = support::anyPlane(g);
    const Position from{*coordinate, *coordinate};
    const Position to{*coordinate, *coordinate};
    return {g, plane, from, to, *rc::gen::inRange(1, 30) / 4.0, *rc::gen::element(BrushTip::Disc, BrushTip::Sphere)};
}

LabelMap painted(const Stroke& s)
{
    LabelMap map(s.grid);
    MaskEdit edit(map);
    BrushStroke stroke(edit, s.plane, s.radiusMm, 5, s.tip);
    stroke.moveTo(s.from.column, s.from.row);
    stroke.moveTo(s.to.column, s.to.row);
    edit.commit("Brush");
    return map;
}

/// Distance in mm of a point from the way between two points.
double distance(imaging::PatientPoint p, imaging::PatientPoint a, imaging::PatientPoint b)
{
    const imaging::PatientPoint way = b - a;
    const double square = dot(way, way);
    const double t = square > 0 ? std::clamp(dot(p - a, way) / square, 0.0, 1.0) : 0;
    return length(p - a - t * way);
}

/// Whether the way between two points, as indices, touches the voxel.
bool passes(imaging::VoxelIndex voxel, const std::array<double, 3>& a, const std::array<double, 3>& b)
{
    const std::array<int, 3> centre{voxel.column, voxel.row, voxel.slice};
    double first = 0;
    double last = 1;
    for (std::size_t i = 0; i < 3; ++i) {
        const double low = centre[i] - 0.5 - 1e-6 - a[i];
        const double high = centre[i] + 0.5 + 1e-6 - a[i];
        const double step = b[i] - a[i];
        if (std::abs(step) < 1e-12) {
            if (low > 0 || high < 0)
                return false;
            continue;
        }
        first = std::max(first, std::min(low / step, high / step));
        last = std::min(last, std::max(low / step, high / step));
    }
    return first <= last;
}

template <typename Work> void forVoxels(const imaging::VoxelGrid& g, Work&& work)
{
    for (int z = 0; z < g.slices; ++z)
        for (int row = 0; row < g.rows; ++row)
            for (int column = 0; column < g.columns; ++column)
                work(imaging::VoxelIndex{column, row, z});
}

/// Whether the way passes along an edge of the voxel, where it is open which of two voxels it passes.
bool nearATie(const Stroke& s, imaging::VoxelIndex voxel)
{
    const imaging::GridFrame frame(s.grid);
    const auto a = frame.toIndex(s.plane.toPatient(s.from.column, s.from.row));
    const auto b = frame.toIndex(s.plane.toPatient(s.to.column, s.to.row));
    const auto steps = std::max({std::abs(b[0] - a[0]), std::abs(b[1] - a[1]), std::abs(b[2] - a[2])});
    const std::array<int, 3> centre{voxel.column, voxel.row, voxel.slice};
    for (std::size_t i = 0; i < 3; ++i)
        for (const double side : {-0.5, 0.5}) {
            const double start = a[i] - centre[i] - side;
            const double end = b[i] - centre[i] - side;
            if (std::min(std::abs(start), std::abs(end)) < 1e-6 || (start < 0) != (end < 0) || steps == 0)
                return true;
        }
    return false;
}

/// How many voxels can be reached from one over labelled neighbours, at corners too.
std::size_t reachable(const LabelMap& map, imaging::VoxelIndex start)
{
    const imaging::VoxelGrid& g = map.grid();
    std::vector<char> seen(g.voxels());
    std::vector<imaging::VoxelIndex> next{start};
    std::size_t count = 0;
    while (!next.empty()) {
        const imaging::VoxelIndex v = next.back();
        next.pop_back();
        if (!g.contains(v) || seen[g.offset(v)] || map.at(v) == 0)
            continue;
        seen[g.offset(v)] = 1;
        ++count;
        for (int dz = -1; dz <= 1; ++dz)
            for (int dy = -1; dy <= 1; ++dy)
                for (int dx = -1; dx <= 1; ++dx)
                    next.push_back({v.column + dx, v.row + dy, v.slice + dz});
    }
    return count;
}

} // namespace

class TestBrush : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_stroke_paints_exactly_the_capsule()
    {
        QVERIFY(rc::check([] {
            const auto coordinate = rc::gen::map(rc::gen::inRange(-80, 480), [](int v) { return v / 8.0; });
            const imaging::VoxelGrid g =
                grid(50, 40, *rc::gen::element(0.5, 1.0, 0.8), *rc::gen::element(1.0, 0.5, 2.0));
            const double radius = *rc::gen::inRange(2, 40) / 4.0;
            const double ac = *coordinate, ar = *coordinate, bc = *coordinate, br = *coordinate;
            LabelMap map(g);
            MaskEdit edit(map);
            BrushStroke stroke(edit, slice(g, 1), radius, 5);
            stroke.moveTo(ac, ar);
            stroke.moveTo(bc, br);
            // Only a brush that is thinner than a voxel is long misses voxels that its centre passes.
            const double longer = std::max(g.spacingMm[0], g.spacingMm[1]);
            const auto isUnder = [&](int column, int row) {
                return (column == std::lround(ac) && row == std::lround(ar))
                    || (column == std::lround(bc) && row == std::lround(br));
            };
            for (int row = 0; row < g.rows; ++row) {
                for (int column = 0; column < g.columns; ++column) {
                    const double d = distance(g, column, row, ac, ar, bc, br);
                    const bool passed = passes({column, row, 1}, {ac, ar, 1}, {bc, br, 1});
                    if (std::abs(d - radius) > 1e-6 && !(passed && radius < longer / 2))
                        RC_ASSERT((map.at({column, row, 1}) == 5) == (d < radius || isUnder(column, row)));
                    RC_ASSERT(map.at({column, row, 0}) == 0);
                }
            }
        }));
    }

    void the_region_holds_all_that_was_painted()
    {
        LabelMap map(grid(64, 64, 1, 1));
        MaskEdit edit(map);
        BrushStroke stroke(edit, slice(map.grid(), 0), 5, 1);
        stroke.moveTo(10, 10);
        const auto region = stroke.moveTo(30, 20);
        QVERIFY(region.has_value());
        QCOMPARE(region->firstColumn, 5);
        QCOMPARE(region->lastColumn, 35);
        QCOMPARE(region->firstRow, 5);
        QCOMPARE(region->lastRow, 25);
        QCOMPARE(region->firstSlice, 0);
    }

    void a_brush_smaller_than_a_voxel_paints_the_voxel_under_it()
    {
        LabelMap map(grid(16, 16, 1, 1));
        MaskEdit edit(map);
        BrushStroke stroke(edit, slice(map.grid(), 0), 0.1, 1);
        stroke.moveTo(7.4, 3.4);
        QCOMPARE(map.count(1), std::size_t{1});
        QCOMPARE(map.at({7, 3, 0}), std::uint16_t{1});
    }

    void erasing_respects_draw_over_rules()
    {
        LabelMap map(grid(8, 8, 1, 1));
        {
            MaskEdit edit(map);
            edit.paintRun(0, 32, 1);
            edit.paintRun(32, 32, 2);
            edit.commit("start");
        }
        MaskEdit edit(map, {annotations::DrawOver::Mode::OnlyLabel, 1});
        BrushStroke eraser(edit, slice(map.grid(), 0), 20, 0);
        eraser.moveTo(4, 4);
        QCOMPARE(map.count(1), std::size_t{0});
        QCOMPARE(map.count(2), std::size_t{32});
    }

    void outside_the_picture_nothing_happens()
    {
        LabelMap map(grid(8, 8, 1, 1));
        MaskEdit edit(map);
        BrushStroke stroke(edit, slice(map.grid(), 0), 2, 1);
        QVERIFY(!stroke.moveTo(-50, -50));
        QVERIFY(!stroke.moveTo(std::nan(""), 3));
        QVERIFY_EXCEPTION_THROWN(BrushStroke(edit, slice(map.grid(), 2), 2, 1), imaging::Error);
        QVERIFY_EXCEPTION_THROWN(BrushStroke(edit, slice(map.grid(), 0), 0, 1), imaging::Error);
        imaging::Plane nowhere = slice(map.grid(), 0);
        nowhere.origin.y = std::numeric_limits<double>::quiet_NaN();
        QVERIFY_EXCEPTION_THROWN(BrushStroke(edit, nowhere, 1, 1), imaging::Error);
    }

    /// What lies within the disc as seen along the normal and is cut by the plane, or within the ball; nothing else but
    /// the voxels that the centre passes.
    void on_every_plane_exactly_what_is_swept_is_painted()
    {
        QVERIFY(rc::check([] {
            const Stroke s = anyStroke();
            const LabelMap map = painted(s);
            const imaging::GridFrame frame(s.grid);
            const auto a = s.plane.toPatient(s.from.column, s.from.row);
            const auto b = s.plane.toPatient(s.to.column, s.to.row);
            const double half = frame.voxelAlong(s.plane.normal()) / 2;
            forVoxels(s.grid, [&](imaging::VoxelIndex v) {
                auto centre = s.grid.toPatient(v.column, v.row, v.slice);
                const double height = s.plane.toPlane(centre).heightMm;
                if (s.tip == BrushTip::Disc)
                    centre = centre - height * s.plane.normal();
                const double d = distance(centre, a, b);
                const bool cut = s.tip == BrushTip::Sphere || std::abs(height) < half;
                const bool onEdge = std::abs(d - s.radiusMm) < 1e-6 * s.radiusMm + 1e-6
                    || (s.tip == BrushTip::Disc && std::abs(std::abs(height) - half) < 1e-5);
                if (onEdge)
                    return;
                if (cut && d < s.radiusMm)
                    RC_ASSERT(map.at(v) == 5);
                else if (!passes(v, frame.toIndex(a), frame.toIndex(b)))
                    RC_ASSERT(map.at(v) == 0);
            });
        }));
    }

    void on_a_plane_of_voxels_one_layer_is_painted_data()
    {
        QTest::addColumn<int>("axis");
        QTest::addColumn<double>("shift"); // Of a layer.
        for (const double shift : {0.0, 0.3, -0.49}) {
            QTest::addRow("sagittal, %g", shift) << 0 << shift;
            QTest::addRow("coronal, %g", shift) << 1 << shift;
            QTest::addRow("axial, %g", shift) << 2 << shift;
        }
    }

    void on_a_plane_of_voxels_one_layer_is_painted()
    {
        QFETCH(int, axis);
        QFETCH(double, shift);
        imaging::VoxelGrid g = grid(20, 18, 0.7, 0.9);
        g.slices = 16;
        g.spacingMm[2] = 2.5;
        const auto across = static_cast<imaging::GridAxis>(axis);
        const imaging::Plane layer = imaging::planeOf(g, across, 7);
        const double spacing = g.spacingMm[static_cast<std::size_t>(axis)];
        const bool along = dot(layer.normal(), g.axes[static_cast<std::size_t>(axis)]) > 0;
        const imaging::Plane plane = moved(layer, (along ? shift : -shift) * spacing);
        const LabelMap map = painted({g, plane, {3, 4}, {11, 8}, 2.2, BrushTip::Disc});
        QVERIFY(!map.empty());
        const LabelMap whole = painted({g, layer, {3, 4}, {11, 8}, 2.2, BrushTip::Disc});
        QVERIFY(std::ranges::equal(map.voxels(), whole.voxels()));
        forVoxels(g, [&](imaging::VoxelIndex v) {
            const std::array<int, 3> index{v.column, v.row, v.slice};
            if (index[static_cast<std::size_t>(axis)] != 7)
                QCOMPARE(map.at(v), std::uint16_t{0});
        });
    }

    void halfway_between_two_layers_one_is_painted()
    {
        imaging::VoxelGrid g = grid(12, 12, 1, 1);
        g.slices = 6;
        for (const double sign : {1.0, -1.0}) {
            imaging::Plane plane = moved(imaging::planeOf(g, imaging::GridAxis::Slice, 2), 0.5);
            plane.axes[0] = sign * plane.axes[0]; // The normal looks the other way.
            const LabelMap map = painted({g, plane, {sign * 5, 5}, {sign * 7, 5}, 2, BrushTip::Disc});
            QCOMPARE(map.count(5), std::size_t{13 + 10});
            QVERIFY(std::ranges::all_of(map.slice(2), [](auto v) { return v == 0; }));
            QVERIFY(std::ranges::all_of(map.slice(4), [](auto v) { return v == 0; }));
        }
    }

    /// As the picture of the plane shows the mask: by the voxel nearest to each pixel.
    void what_was_painted_shows_no_holes_on_its_plane()
    {
        QVERIFY(rc::check([] {
            const Stroke s = anyStroke();
            const LabelMap map = painted(s);
            const auto shown = imaging::resliceLabels(map.voxels(), s.grid, s.plane);
            const double voxel = std::hypot(s.grid.spacingMm[0], s.grid.spacingMm[1], s.grid.spacingMm[2]);
            const auto a = s.plane.toPatient(s.from.column, s.from.row);
            const auto b = s.plane.toPatient(s.to.column, s.to.row);
            const imaging::GridFrame frame(s.grid);
            for (int row = 0; row < s.plane.rows; ++row)
                for (int column = 0; column < s.plane.columns; ++column) {
                    const auto point = s.plane.toPatient(column, row);
                    const auto index = frame.toIndex(point);
                    const bool inside = index[0] > -0.499 && index[0] < s.grid.columns - 0.501 && index[1] > -0.499
                        && index[1] < s.grid.rows - 0.501 && index[2] > -0.499 && index[2] < s.grid.slices - 0.501;
                    const bool atCorner = std::any_of(index.begin(), index.end(),
                        [](double v) { return std::abs(v - std::floor(v) - 0.5) < 1e-4; });
                    if (inside && !atCorner && distance(point, a, b) < s.radiusMm - voxel / 2)
                        RC_ASSERT(shown[static_cast<std::size_t>(row * s.plane.columns + column)] == 5);
                }
        }));
    }

    /// However far apart the positions are and however thin the brush is.
    void a_stroke_has_no_gaps_on_any_plane()
    {
        QVERIFY(rc::check([] {
            const imaging::VoxelGrid g = support::anyGrid();
            const auto a = support::anyPointIn(g);
            const auto b = support::anyPointIn(g);
            const auto normal = cross(b - a, support::anyDirection());
            RC_PRE(length(normal) > 1e-3);
            const imaging::Plane plane = planeThrough(g, a, normal);
            const auto from = plane.toPlane(a);
            const auto to = plane.toPlane(b);
            const double radius = *rc::gen::element(0.01, 0.3, 1.0, 4.0);
            const LabelMap map = painted(
                {g, plane, {from.column, from.row}, {to.column, to.row}, radius, BrushTip::Disc});
            const auto index = imaging::GridFrame(g).toIndex(a);
            const auto nearest = [](double i) { return static_cast<int>(std::floor(i + 0.5 + 1e-9)); };
            const imaging::VoxelIndex start{nearest(index[0]), nearest(index[1]), nearest(index[2])};
            RC_ASSERT(map.at(start) == 5);
            RC_ASSERT(reachable(map, start) == map.count(5));
        }));
    }

    void a_stroke_back_paints_the_same()
    {
        QVERIFY(rc::check([] {
            Stroke s = anyStroke();
            const LabelMap there = painted(s);
            std::swap(s.from, s.to);
            const LabelMap back = painted(s);
            forVoxels(s.grid, [&](imaging::VoxelIndex v) {
                if (there.at(v) != back.at(v)) // Only where the way touches two voxels alike.
                    RC_ASSERT(nearATie(s, v));
            });
        }));
    }

    void how_the_picture_is_turned_changes_nothing()
    {
        const imaging::VoxelGrid g = [] {
            imaging::VoxelGrid voxels = grid(24, 22, 0.7, 0.9);
            voxels.slices = 12;
            return voxels;
        }();
        for (const imaging::Plane& plane : {imaging::planeOf(g, imaging::GridAxis::Slice, 5),
                 imaging::planeOf(g, imaging::GridAxis::Row, 9), imaging::planeOf(g, imaging::GridAxis::Column, 11),
                 planeThrough(g, g.toPatient(11, 10, 6), {0.3, 0.5, 0.8})})
            for (const BrushTip tip : {BrushTip::Disc, BrushTip::Sphere}) {
                imaging::Plane reversed = plane;
                reversed.origin = plane.toPatient(plane.columns - 1, 0);
                reversed.axes[0] = -1 * plane.axes[0];
                const double last = plane.columns - 1;
                const LabelMap a = painted({g, plane, {4.2, 3.1}, {9.7, 8.3}, 2.6, tip});
                const LabelMap b = painted({g, reversed, {last - 4.2, 3.1}, {last - 9.7, 8.3}, 2.6, tip});
                QVERIFY(!a.empty());
                QVERIFY(std::ranges::equal(a.voxels(), b.voxels()));
            }
    }

    void the_region_holds_all_that_was_painted_on_any_plane()
    {
        QVERIFY(rc::check([] {
            const Stroke s = anyStroke();
            LabelMap map(s.grid);
            MaskEdit edit(map);
            BrushStroke stroke(edit, s.plane, s.radiusMm, 5, s.tip);
            const auto first = stroke.moveTo(s.from.column, s.from.row);
            const auto second = stroke.moveTo(s.to.column, s.to.row);
            const auto all = first && second ? united(*first, *second) : first ? first : second;
            RC_ASSERT((edit.takeRegion() == all));
        }));
    }

    void tools_draw_on_the_plane_of_their_options_data()
    {
        QTest::addColumn<bool>("eraser");
        QTest::newRow("brush") << false;
        QTest::newRow("eraser") << true;
    }

    void tools_draw_on_the_plane_of_their_options()
    {
        QFETCH(bool, eraser);
        imaging::VoxelGrid g = grid(14, 12, 1, 1);
        g.slices = 10;
        const annotations::ToolOptions options{
            planeThrough(g, g.toPatient(6, 6, 5), {1, 2, 3}), 4, 2.5, BrushTip::Sphere};
        LabelMap map(g);
        MaskEdit edit(map);
        edit.paintRun(0, g.voxels(), eraser ? 4 : 0);
        edit.commit("start");
        const auto tool = (eraser ? annotations::eraserTool() : annotations::brushTool()).make(edit, options);
        tool->begin({3, 4});
        tool->move({9, 8});
        const LabelMap expected = painted({g, options.plane, {3, 4}, {9, 8}, 2.5, BrushTip::Sphere});
        QVERIFY(!expected.empty());
        forVoxels(g, [&](imaging::VoxelIndex v) {
            QCOMPARE(map.at(v) == 4, (expected.at(v) != 0) != eraser);
        });
    }

    void undo_brings_back_what_was_there_on_any_plane()
    {
        QVERIFY(rc::check([] {
            const Stroke s = anyStroke();
            LabelMap map(s.grid);
            MaskEdit edit(map, {annotations::DrawOver::Mode::All}, std::vector<std::uint16_t>{3});
            for (std::size_t i = 0; i < s.grid.voxels(); i += 2)
                edit.paintRun(i, 1, static_cast<std::uint16_t>(1 + i % 5));
            edit.commit("start");
            const std::vector<std::uint16_t> before(map.voxels().begin(), map.voxels().end());
            BrushStroke stroke(edit, s.plane, s.radiusMm, *rc::gen::element<std::uint16_t>(0, 5), s.tip);
            stroke.moveTo(s.from.column, s.from.row);
            stroke.moveTo(s.to.column, s.to.row);
            if (const auto delta = edit.commit("Brush")) {
                RC_ASSERT(!std::ranges::equal(map.voxels(), before));
                delta->revert(map);
            }
            RC_ASSERT(std::ranges::equal(map.voxels(), before));
        }));
    }

    void a_label_is_erased_on_a_plane_where_a_brush_paints_it()
    {
        QVERIFY(rc::check([] {
            const imaging::VoxelGrid g = support::anyGrid();
            const imaging::Plane plane = support::anyPlane(g);
            LabelMap reached(g);
            MaskEdit brush(reached);
            BrushStroke(brush, plane, 1e4, 1).moveTo(plane.columns / 2.0, plane.rows / 2.0);
            LabelMap map(g);
            MaskEdit edit(map);
            forVoxels(g, [&](imaging::VoxelIndex v) { edit.paint(v, (v.column + v.row) % 3 == 0 ? 2 : 1); });
            annotations::eraseOnPlane(edit, plane, 1);
            forVoxels(g, [&](imaging::VoxelIndex v) {
                const int before = (v.column + v.row) % 3 == 0 ? 2 : 1;
                RC_ASSERT(map.at(v) == (before == 1 && reached.at(v) == 1 ? 0 : before));
            });
        }));
    }
};

QTEST_APPLESS_MAIN(TestBrush)
#include "tst_brush.moc"
