#include "annotations/filters/grow.h"
#include "annotations/filters/islands.h"
#include "annotations/filters/smoothing.h"
#include "annotations/filters/value_sets.h"
#include "annotations/filters/voxel_set.h"
#include "imaging/error.h"
#include "tests/unit/annotations/filter_masks.h"

#include <QtTest>
#include <rapidcheck.h>

#include <cmath>
#include <limits>
#include <vector>

using annotations::MaskRegion;
using annotations::VoxelSet;
using annotations::wholeBox;
using namespace filter_masks;

namespace {

double anyMm()
{
    return *rc::gen::map(rc::gen::inRange(1, 33), [](int v) { return v / 8.0; });
}

/// By looking at every pair of voxels.
VoxelSet slowlyGrown(const VoxelSet& set, double mm)
{
    const auto& grid = set.grid();
    VoxelSet result(grid, wholeBox(grid));
    const auto each = [&](auto function) {
        for (int z = 0; z < grid.slices; ++z)
            for (int y = 0; y < grid.rows; ++y)
                for (int x = 0; x < grid.columns; ++x)
                    function(imaging::VoxelIndex{x, y, z});
    };
    each([&](imaging::VoxelIndex from) {
        if (!set.contains(from))
            return;
        each([&](imaging::VoxelIndex to) {
            const double dx = (to.column - from.column) * grid.spacingMm[0];
            const double dy = (to.row - from.row) * grid.spacingMm[1];
            const double dz = (to.slice - from.slice) * grid.spacingMm[2];
            if (std::sqrt(dx * dx + dy * dy + dz * dz) <= mm + 1e-9)
                result.insert(to);
        });
    });
    return result;
}

} // namespace

class TestMaskShapes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void growing_takes_all_voxels_within_the_distance_and_no_other()
    {
        QVERIFY(rc::check([] {
            const auto set = anySet(anyGrid());
            const double mm = anyMm();
            RC_ASSERT(isEqual(annotations::grown(set, mm, set.box()), slowlyGrown(set, mm)));
        }));
    }

    void shrinking_is_growing_of_what_is_outside()
    {
        QVERIFY(rc::check([] {
            const auto set = anySet(anyGrid());
            const double mm = anyMm();
            const auto expected = annotations::complement(slowlyGrown(annotations::complement(set), mm));
            RC_ASSERT(isEqual(annotations::shrunk(set, mm, set.box()), expected));
        }));
    }

    void opening_only_takes_away_and_closing_only_adds()
    {
        QVERIFY(rc::check([] {
            const auto set = anySet(anyGrid());
            const double mm = anyMm();
            const auto opened = annotations::opened(set, mm, set.box());
            const auto closed = annotations::closed(set, mm, set.box());
            RC_ASSERT(isWithin(opened, set));
            RC_ASSERT(isWithin(set, closed));
            RC_ASSERT(isEqual(annotations::opened(opened, mm, set.box()), opened)); // Once more changes nothing.
            RC_ASSERT(isEqual(annotations::closed(closed, mm, set.box()), closed));
        }));
    }

    void a_shell_lies_on_its_side_of_the_surface()
    {
        QVERIFY(rc::check([] {
            const auto set = anySet(anyGrid());
            const double mm = anyMm();
            const auto inside = annotations::shell(set, mm, annotations::ShellSide::Inside, set.box());
            const auto outside = annotations::shell(set, mm, annotations::ShellSide::Outside, set.box());
            RC_ASSERT(isWithin(inside, set));
            RC_ASSERT(isWithin(outside, annotations::complement(set)));
            RC_ASSERT(isEqual(together(annotations::cutTo(inside, set.box()),
                                  annotations::cutTo(annotations::shrunk(set, mm, set.box()), set.box())),
                set));
        }));
    }

    void nothing_reaches_out_of_the_box_that_is_given()
    {
        const auto g = grid(20, 20, 9);
        VoxelSet set(g, wholeBox(g));
        set.insert({10, 10, 4});
        const MaskRegion within{5, 12, 5, 12, 4, 4};
        const auto grown = annotations::grown(annotations::cutTo(set, within), 4, within);
        QCOMPARE(grown.box().firstSlice, 4);
        QCOMPARE(grown.box().lastSlice, 4);
        QVERIFY(grown.contains({6, 10, 4}));
        QVERIFY(!grown.contains({14, 10, 4}));
    }

    void islands_are_a_partition_and_the_largest_is_the_first()
    {
        QVERIFY(rc::check([] {
            const auto set = anySet(anyGrid());
            const auto neighbours = *rc::gen::element(annotations::Neighbours::Faces, annotations::Neighbours::Corners);
            const auto islands = annotations::islandsOf(set, neighbours);
            VoxelSet all(set.grid(), set.box());
            std::size_t sum = 0;
            for (std::size_t i = 0; i < islands.voxels.size(); ++i) {
                const auto one =
                    annotations::onlyIslands(set, islands, [i](std::uint32_t island) { return island == i; });
                RC_ASSERT(one.count() == islands.voxels[i]);
                RC_ASSERT(i == 0 || islands.voxels[i] <= islands.voxels[i - 1]);
                RC_ASSERT(annotations::islandsOf(one, neighbours).voxels.size() == 1);
                sum += one.count();
                all = together(all, one);
            }
            RC_ASSERT(sum == set.count());
            RC_ASSERT(isEqual(all, set));
        }));
    }

    void islands_that_touch_at_a_corner_are_one_by_corners_and_two_by_faces()
    {
        const auto g = grid(4, 4, 4);
        VoxelSet set(g, wholeBox(g));
        set.insert({1, 1, 1});
        set.insert({2, 2, 2});
        QCOMPARE(annotations::islandsOf(set, annotations::Neighbours::Corners).voxels.size(), std::size_t{1});
        QCOMPARE(annotations::islandsOf(set, annotations::Neighbours::Faces).voxels.size(), std::size_t{2});
    }

    void islands_are_kept_by_number_size_and_place()
    {
        const auto g = grid(20, 5, 1);
        VoxelSet set(g, wholeBox(g));
        for (const auto& [from, to] : {std::pair(0, 0), std::pair(3, 5), std::pair(8, 14)})
            for (int column = from; column <= to; ++column)
                set.insert({column, 2, 0});
        QCOMPARE(annotations::keepLargest(set, 1).count(), std::size_t{7});
        QCOMPARE(annotations::keepLargest(set, 2).count(), std::size_t{10});
        QCOMPARE(annotations::removeSmall(set, 2).count(), std::size_t{10});
        QCOMPARE(annotations::removeSmall(set, 4).count(), std::size_t{7});
        QCOMPARE(annotations::keepIslandAt(set, {4, 2, 0}).count(), std::size_t{3});
        QVERIFY(annotations::keepIslandAt(set, {6, 2, 0}).empty());
    }

    void filling_holes_fills_what_has_no_way_out()
    {
        QVERIFY(rc::check([] {
            const auto set = anySet(anyGrid());
            const auto filled = annotations::cutTo(annotations::holesFilled(set, set.box()), set.box());
            RC_ASSERT(isWithin(set, filled));
            // Every voxel outside of it hangs together with the picture's side.
            const auto gaps = annotations::islandsOf(annotations::complement(filled), annotations::Neighbours::Faces);
            RC_ASSERT(isEqual(annotations::cutTo(annotations::holesFilled(filled, set.box()), set.box()), filled));
            RC_ASSERT(gaps.voxels.size()
                <= annotations::islandsOf(annotations::complement(set), annotations::Neighbours::Faces).voxels.size());
        }));
    }

    void a_tube_is_a_hole_of_its_slices_and_none_of_the_volume()
    {
        const auto g = grid(7, 7, 3);
        VoxelSet tube(g, wholeBox(g));
        for (int z = 0; z < 3; ++z)
            for (int y = 1; y < 6; ++y)
                for (int x = 1; x < 6; ++x)
                    if (x == 1 || x == 5 || y == 1 || y == 5)
                        tube.insert({x, y, z});
        QCOMPARE(annotations::holesFilled(tube, wholeBox(g)).count(), tube.count());
        const auto slice = annotations::layerBox(g, imaging::GridAxis::Slice, 1);
        QCOMPARE(annotations::holesFilled(annotations::cutTo(tube, slice), slice).count(), std::size_t{25});
    }

    void the_median_removes_specks_fills_dots_and_keeps_straight_edges()
    {
        const auto g = grid(16, 16, 1);
        VoxelSet half(g, wholeBox(g));
        for (int y = 0; y < 16; ++y)
            for (int x = 0; x < 8; ++x)
                half.insert({x, y, 0});
        VoxelSet drawn = half;
        drawn.insert({12, 8, 0});
        drawn.line(5, 0)[3] = 0;
        const auto smooth = annotations::medianOf(drawn, 1, wholeBox(g));
        QVERIFY(isEqual(smooth, half));
    }

    void the_median_is_that_of_every_voxels_neighbourhood()
    {
        QVERIFY(rc::check([] {
            const auto set = anySet(anyGrid());
            const auto& g = set.grid();
            const double mm = anyMm();
            const auto reach = [&](std::size_t axis, int layers) {
                return layers > 1 ? std::max(1, static_cast<int>(std::round(mm / g.spacingMm[axis]))) : 0;
            };
            VoxelSet expected(g, wholeBox(g));
            for (int z = 0; z < g.slices; ++z)
                for (int y = 0; y < g.rows; ++y)
                    for (int x = 0; x < g.columns; ++x) {
                        int in = 0, all = 0;
                        for (int dz = -reach(2, g.slices); dz <= reach(2, g.slices); ++dz)
                            for (int dy = -reach(1, g.rows); dy <= reach(1, g.rows); ++dy)
                                for (int dx = -reach(0, g.columns); dx <= reach(0, g.columns); ++dx) {
                                    all += g.contains({x + dx, y + dy, z + dz}) ? 1 : 0;
                                    in += set.contains({x + dx, y + dy, z + dz}) ? 1 : 0;
                                }
                        if (2 * in > all)
                            expected.insert({x, y, z});
                    }
            RC_ASSERT(isEqual(annotations::medianOf(set, mm, wholeBox(g)), expected));
        }));
    }

    void smoothing_all_labels_leaves_no_gap_between_them_and_fixed_ones_alone()
    {
        QVERIFY(rc::check([] {
            const auto g = anyGrid();
            const auto map = anyMap(g, 3);
            const auto smooth =
                annotations::jointlySmoothed(annotations::blockOf(map), wholeBox(g), anyMm(), {2});
            for (std::size_t i = 0; i < smooth.size(); ++i)
                RC_ASSERT((smooth[i] == 2) == (map.voxels()[i] == 2));
        }));
        annotations::LabelMap halves(grid(12, 12, 1));
        annotations::MaskEdit edit(halves);
        for (int row = 0; row < 12; ++row)
            for (int column = 0; column < 12; ++column)
                edit.paint({column, row, 0}, column + (row % 2) < 6 ? 1 : 2);
        edit.commit("Halves");
        const auto smooth =
            annotations::jointlySmoothed(annotations::blockOf(halves), wholeBox(halves.grid()), 2, {});
        QCOMPARE(std::count(smooth.begin(), smooth.end(), 0), 0);
    }

    void values_in_a_range_are_found_with_both_ends_and_no_nan()
    {
        const auto g = grid(5, 1, 1);
        const auto volume = picture(g, {1, 2, std::numeric_limits<float>::quiet_NaN(), 3, 4});
        const auto set = annotations::voxelsInRange(volume, {2, 3}, wholeBox(g));
        QCOMPARE(set.count(), std::size_t{2});
        QVERIFY(set.contains({1, 0, 0}) && set.contains({3, 0, 0}));
        const auto colour = picture(grid(1, 1, 1), {1, 2, 3}, 3);
        QVERIFY_EXCEPTION_THROWN(annotations::voxelsInRange(colour, {0, 9}, wholeBox(grid(1, 1, 1))), imaging::Error);
    }

    void the_box_of_a_label_is_the_smallest()
    {
        QVERIFY(rc::check([] {
            const auto g = anyGrid();
            const auto map = anyMap(g, 2);
            const auto block = annotations::blockOf(map);
            const auto box = annotations::boxOfLabel(block, 1, wholeBox(g));
            RC_ASSERT(box.has_value() == (map.count(1) > 0));
            if (!box)
                return;
            RC_ASSERT(annotations::voxelsWith(block, 1, *box).count() == map.count(1));
            RC_ASSERT(annotations::boxOfVoxels(annotations::voxelsWith(block, 1, wholeBox(g))) == box);
        }));
    }
};

QTEST_GUILESS_MAIN(TestMaskShapes)
#include "tst_mask_shapes.moc"
