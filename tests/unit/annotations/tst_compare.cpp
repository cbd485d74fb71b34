#include "annotations/seg/compare.h"

#include "annotations/report/areas.h"
#include "imaging/error.h"

#include <QtTest>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>

namespace {

imaging::VoxelGrid grid(int columns, int rows, int slices, std::array<double, 3> spacing = {1, 1, 1})
{
    imaging::VoxelGrid g;
    g.columns = columns;
    g.rows = rows;
    g.slices = slices;
    g.spacingMm = spacing;
    return g;
}

bool onSurface(const std::vector<std::uint8_t>& mask, const imaging::VoxelGrid& g, imaging::VoxelIndex v)
{
    if (!mask[g.offset(v)])
        return false;
    for (int axis = 0; axis < (g.slices > 1 ? 3 : 2); ++axis) {
        for (int step : {-1, 1}) {
            imaging::VoxelIndex n = v;
            (axis == 0 ? n.column : axis == 1 ? n.row : n.slice) += step;
            if (!g.contains(n) || !mask[g.offset(n)])
                return true;
        }
    }
    return false;
}

/// The definition, written down as slowly as possible.
double slowHausdorff(
    const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b, const imaging::VoxelGrid& g)
{
    std::vector<imaging::VoxelIndex> points[2];
    for (int s = 0; s < g.slices; ++s) {
        for (int r = 0; r < g.rows; ++r) {
            for (int c = 0; c < g.columns; ++c) {
                if (onSurface(a, g, {c, r, s}))
                    points[0].push_back({c, r, s});
                if (onSurface(b, g, {c, r, s}))
                    points[1].push_back({c, r, s});
            }
        }
    }
    double worst = 0;
    for (int from : {0, 1}) {
        for (const auto& p : points[from]) {
            double nearest = 1e300;
            for (const auto& q : points[1 - from])
                nearest = std::min(nearest,
                    imaging::length(g.toPatient(p.column, p.row, p.slice) - g.toPatient(q.column, q.row, q.slice)));
            worst = std::max(worst, nearest);
        }
    }
    return worst;
}

} // namespace

class TestCompare : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void dice_and_iou_of_half_overlap()
    {
        const auto r = annotations::compareMasks(
            std::vector<std::uint8_t>{1, 1, 0, 0}, std::vector<std::uint8_t>{0, 1, 1, 0}, grid(4, 1, 1, {2, 1, 1}));
        QCOMPARE(r.voxelsA, std::size_t{2});
        QCOMPARE(r.common, std::size_t{1});
        QCOMPARE(r.dice, 0.5);
        QCOMPARE(r.iou, 1.0 / 3);
        QCOMPARE(*r.hausdorffMm, 2.0);
    }

    void empty_masks_are_equal_and_have_no_distance()
    {
        const std::vector<std::uint8_t> none(8);
        const std::vector<std::uint8_t> some{0, 1, 0, 0, 0, 0, 0, 0};
        QCOMPARE(annotations::compareMasks(none, none, grid(4, 2, 1)).dice, 1.0);
        const auto r = annotations::compareMasks(none, some, grid(4, 2, 1));
        QCOMPARE(r.dice, 0.0);
        QVERIFY(!r.hausdorffMm);
    }

    void hausdorff_is_the_brute_force_distance_on_anisotropic_grids()
    {
        QVERIFY(rc::check([] {
            const imaging::VoxelGrid g = grid(9, 7, *rc::gen::element(1, 4), {0.7, 1.3, 2.5});
            const auto mask = rc::gen::container<std::vector<std::uint8_t>>(
                g.voxels(), rc::gen::weightedElement<std::uint8_t>({{9, 0}, {1, 1}}));
            const auto a = *mask;
            const auto b = *mask;
            const auto r = annotations::compareMasks(a, b, g);
            const bool any = r.voxelsA > 0 && r.voxelsB > 0;
            RC_ASSERT(r.hausdorffMm.has_value() == any);
            if (any) {
                RC_ASSERT(std::abs(*r.hausdorffMm - slowHausdorff(a, b, g)) < 1e-4);
                RC_ASSERT(*r.hausdorff95Mm <= *r.hausdorffMm + 1e-9);
            }
        }));
    }

    void percentile_95_leaves_out_the_outlier()
    {
        std::vector<std::uint8_t> a(100), b(100);
        std::fill_n(a.begin(), 41, 1);
        std::fill_n(b.begin(), 40, 1);
        a[40] = 0;
        a[90] = 1;
        const auto r = annotations::compareMasks(a, b, grid(100, 1, 1));
        QCOMPARE(*r.hausdorffMm, 51.0);
        QCOMPARE(*r.hausdorff95Mm, 0.0);
    }

    void surface_dice_counts_what_lies_within_the_tolerance()
    {
        // Two bars of one row: columns 0..4 and 3..9. In one row every voxel is surface.
        std::vector<std::uint8_t> a(12), b(12);
        std::fill(a.begin(), a.begin() + 5, 1);
        std::fill(b.begin() + 3, b.begin() + 10, 1);
        const auto at = [&](double tolerance, double spacing) {
            return annotations::compareMasks(a, b, grid(12, 1, 1, {spacing, 1, 1}), tolerance).surfaceDice;
        };
        QCOMPARE(at(0, 1), 4.0 / 12); // Columns 3 and 4 of both.
        QCOMPARE(at(1, 1), 6.0 / 12); // And 2 of a, 5 of b.
        QCOMPARE(at(0.7, 0.7), 6.0 / 12);
        QCOMPARE(at(0.69, 0.7), 4.0 / 12);
        QCOMPARE(at(5, 1), 1.0);
    }

    void surface_dice_of_empty_masks()
    {
        const std::vector<std::uint8_t> none(8);
        const std::vector<std::uint8_t> some{0, 1, 0, 0, 0, 0, 0, 0};
        QCOMPARE(annotations::compareMasks(none, none, grid(4, 2, 1)).surfaceDice, 1.0);
        QCOMPARE(annotations::compareMasks(none, some, grid(4, 2, 1)).surfaceDice, 0.0);
        QCOMPARE(annotations::compareMasks(some, none, grid(4, 2, 1)).surfaceDice, 0.0);
        QCOMPARE(annotations::compareMasks(some, some, grid(4, 2, 1), 0).surfaceDice, 1.0);
    }

    void other_sizes_are_refused()
    {
        QVERIFY_EXCEPTION_THROWN(
            annotations::compareMasks(std::vector<std::uint8_t>(3), std::vector<std::uint8_t>(4), grid(4, 1, 1)),
            imaging::Error);
    }

    void areas_are_counted_with_diagonal_neighbours()
    {
        // Two areas: a diagonal pair, and a bar of three.
        const std::vector<std::uint16_t> mask{
            1, 0, 0, 0, 0, //
            0, 1, 0, 0, 2, //
            0, 0, 0, 0, 2, //
            0, 0, 0, 0, 2, //
        };
        const auto areas = annotations::findAreas(mask, grid(5, 4, 1, {0.5, 2, 1}));
        QCOMPARE(areas.size(), std::size_t{2});
        QCOMPARE(areas[0].pixels, std::size_t{3});
        QCOMPARE(areas[0].squareMm, 3.0);
        QCOMPARE(areas[0].centerColumn, 4.0);
        QCOMPARE(areas[0].centerRow, 2.0);
        QCOMPARE(annotations::countAreas(mask, grid(5, 4, 1), 3), std::size_t{1});
    }

    void a_large_area_does_not_overflow()
    {
        const std::vector<std::uint16_t> mask(2000 * 2000, 1);
        QCOMPARE(annotations::countAreas(mask, grid(2000, 2000, 1)), std::size_t{1});
    }

    void text_and_mask_are_compared()
    {
        annotations::ReportFields fields;
        fields.areas = 2;
        fields.left.involved = true;
        const std::vector<std::uint16_t> mask{1, 0, 1, 0, 0, 0, 0, 0, 1};
        const imaging::VoxelGrid g = grid(9, 1, 1);
        const auto areas = annotations::findAreas(mask, g);
        // Frontal chest: the patient's right lies at the left edge.
        const imaging::PictureSides sides{imaging::PatientSide::Right, imaging::PatientSide::Left};
        const auto warnings = annotations::compareWithMask(fields, areas, g, sides);
        QCOMPARE(warnings.size(), std::size_t{2});
        QCOMPARE(warnings[0], std::string("The text names 2 areas, the mask has 3."));
        QCOMPARE(
            warnings[1], std::string("The mask has an area on the patient's right, which the text does not name."));
        fields.areas = 3;
        fields.right.involved = true;
        QVERIFY(annotations::compareWithMask(fields, areas, g, sides).empty());
        fields.right.involved = false;
        QVERIFY(annotations::compareWithMask(fields, areas, g, {}).empty());
    }
};

QTEST_APPLESS_MAIN(TestCompare)
#include "tst_compare.moc"
