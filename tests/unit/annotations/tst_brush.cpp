#include "annotations/tools/brush.h"

#include "annotations/label_map.h"
#include "imaging/error.h"

#include <QtTest>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>

using annotations::BrushStroke;
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
            BrushStroke stroke(edit, 1, radius, 5);
            stroke.moveTo(ac, ar);
            stroke.moveTo(bc, br);
            for (int row = 0; row < g.rows; ++row) {
                for (int column = 0; column < g.columns; ++column) {
                    const double d = distance(g, column, row, ac, ar, bc, br);
                    const bool underCursor = (column == std::lround(ac) && row == std::lround(ar))
                        || (column == std::lround(bc) && row == std::lround(br));
                    if (std::abs(d - radius) > 1e-6 && !underCursor)
                        RC_ASSERT((map.at({column, row, 1}) == 5) == (d < radius));
                    RC_ASSERT(map.at({column, row, 0}) == 0);
                }
            }
        }));
    }

    void the_region_holds_all_that_was_painted()
    {
        LabelMap map(grid(64, 64, 1, 1));
        MaskEdit edit(map);
        BrushStroke stroke(edit, 0, 5, 1);
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
        BrushStroke stroke(edit, 0, 0.1, 1);
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
        BrushStroke eraser(edit, 0, 20, 0);
        eraser.moveTo(4, 4);
        QCOMPARE(map.count(1), std::size_t{0});
        QCOMPARE(map.count(2), std::size_t{32});
    }

    void outside_the_picture_nothing_happens()
    {
        LabelMap map(grid(8, 8, 1, 1));
        MaskEdit edit(map);
        BrushStroke stroke(edit, 0, 2, 1);
        QVERIFY(!stroke.moveTo(-50, -50));
        QVERIFY(!stroke.moveTo(std::nan(""), 3));
        QVERIFY_EXCEPTION_THROWN(BrushStroke(edit, 2, 2, 1), imaging::Error);
        QVERIFY_EXCEPTION_THROWN(BrushStroke(edit, 0, 0, 1), imaging::Error);
    }
};

QTEST_APPLESS_MAIN(TestBrush)
#include "tst_brush.moc"
