#include "annotations/filters/mask_filter.h"

#include "annotations/edit_history.h"
#include "annotations/filters/layer_copy.h"
#include "imaging/error.h"
#include "imaging/volume.h"
#include "tests/unit/annotations/filter_masks.h"

#include <QtTest>
#include <rapidcheck.h>

#include <algorithm>
#include <vector>

using annotations::FilterKind;
using annotations::FilterOver;
using annotations::FilterScope;
using annotations::LabelMap;
using annotations::MaskFilter;
using annotations::wholeBox;
using namespace filter_masks;

namespace {

constexpr int kKinds = static_cast<int>(FilterKind::SplitByPlane) + 1;

imaging::Volume anyPicture(const imaging::VoxelGrid& grid)
{
    unsigned state = *rc::gen::arbitrary<unsigned>();
    std::vector<float> values(grid.voxels());
    for (float& value : values) {
        state = state * 1664525U + 1013904223U;
        value = static_cast<float>(state >> 28U);
    }
    return picture(grid, values);
}

/// Of any kind, with label 1 and other label 2.
MaskFilter anyFilter(const imaging::VoxelGrid& grid)
{
    MaskFilter filter;
    filter.kind = static_cast<FilterKind>(*rc::gen::inRange(0, kKinds));
    filter.other = 2;
    filter.range = {3, 9};
    filter.mm = *rc::gen::inRange(1, 9) / 2.0;
    filter.count = *rc::gen::inRange(1, 3);
    filter.smallest = *rc::gen::inRange(0, 30);
    filter.side = static_cast<annotations::ShellSide>(*rc::gen::inRange(0, 3));
    filter.across = static_cast<imaging::GridAxis>(*rc::gen::inRange(0, 3));
    filter.at = {*rc::gen::inRange(0, grid.columns), *rc::gen::inRange(0, grid.rows), *rc::gen::inRange(0, grid.slices)};
    filter.plane = imaging::planeOf(grid, filter.across, *rc::gen::inRange(0, imaging::layersAlong(grid, filter.across)));
    return filter;
}

FilterScope anyScope(const imaging::VoxelGrid& grid)
{
    FilterScope scope;
    scope.box = wholeBox(grid);
    scope.box.firstSlice = *rc::gen::inRange(0, grid.slices);
    scope.box.lastSlice = *rc::gen::inRange(scope.box.firstSlice, grid.slices);
    scope.extent = *rc::gen::element(annotations::FilterExtent::Volume, annotations::FilterExtent::EachSlice);
    scope.over = *rc::gen::element(FilterOver::Empty, FilterOver::Others);
    scope.fresh = {10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20};
    return scope;
}

/// What the filter does, painted; nothing where it cannot be done.
std::optional<annotations::MaskDelta> apply(
    LabelMap& map, const imaging::Volume& volume, const MaskFilter& filter, const FilterScope& scope)
{
    try {
        const auto outcome = annotations::filterMask(annotations::blockOf(map), volume, filter, scope);
        annotations::MaskEdit edit(map, {}, scope.locked);
        annotations::paint(edit, outcome);
        return edit.commit("Filter");
    } catch (const imaging::Error&) {
        return std::nullopt;
    }
}

} // namespace

class TestMaskFilter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void undo_gives_back_all_voxels()
    {
        QVERIFY(rc::check([] {
            const auto g = anyGrid();
            LabelMap map = anyMap(g, 3);
            const LabelMap before = map;
            const auto delta = apply(map, anyPicture(g), anyFilter(g), anyScope(g));
            if (!delta)
                return;
            annotations::LabelTable labels;
            annotations::EditHistory history;
            history.push(*delta);
            annotations::MeasurementTable measurements;
            history.undo(map, labels, measurements);
            RC_ASSERT(std::ranges::equal(map.voxels(), before.voxels()));
        }));
    }

    void locked_labels_neither_lose_nor_get_a_voxel()
    {
        QVERIFY(rc::check([] {
            const auto g = anyGrid();
            LabelMap map = anyMap(g, 3);
            const LabelMap before = map;
            auto scope = anyScope(g);
            scope.locked = *rc::gen::element(
                std::vector<std::uint16_t>{3}, std::vector<std::uint16_t>{2, 3}, std::vector<std::uint16_t>{2});
            apply(map, anyPicture(g), anyFilter(g), scope);
            for (std::size_t i = 0; i < map.voxels().size(); ++i)
                for (const auto locked : scope.locked)
                    RC_ASSERT((map.voxels()[i] == locked) == (before.voxels()[i] == locked));
        }));
    }

    void nothing_changes_outside_the_scope()
    {
        QVERIFY(rc::check([] {
            const auto g = anyGrid();
            LabelMap map = anyMap(g, 3);
            const LabelMap before = map;
            const auto scope = anyScope(g);
            apply(map, anyPicture(g), anyFilter(g), scope);
            for (int slice = 0; slice < g.slices; ++slice)
                if (slice < scope.box.firstSlice || slice > scope.box.lastSlice)
                    RC_ASSERT(std::ranges::equal(map.slice(slice), before.slice(slice)));
        }));
    }

    void third_labels_keep_their_voxels_unless_they_may_be_drawn_over()
    {
        QVERIFY(rc::check([] {
            const auto g = anyGrid();
            LabelMap map = anyMap(g, 3);
            const LabelMap before = map;
            auto scope = anyScope(g);
            scope.over = FilterOver::Empty;
            const auto filter = anyFilter(g);
            RC_PRE(filter.kind != FilterKind::JointMedian);
            apply(map, anyPicture(g), filter, scope);
            for (std::size_t i = 0; i < map.voxels().size(); ++i)
                RC_ASSERT((map.voxels()[i] == 3) == (before.voxels()[i] == 3));
        }));
    }

    void a_box_alone_gives_the_same_as_the_whole_map()
    {
        QVERIFY(rc::check([] {
            const auto g = anyGrid();
            const LabelMap map = anyMap(g, 3);
            const auto scope = anyScope(g);
            const auto filter = anyFilter(g);
            const auto volume = anyPicture(g);
            const auto values = annotations::valuesIn(map, scope.box);
            try {
                const auto whole = annotations::filterMask(annotations::blockOf(map), volume, filter, scope);
                const auto alone = annotations::filterMask({g, scope.box, values}, volume, filter, scope);
                RC_ASSERT(whole.runs == alone.runs);
                RC_ASSERT(whole.kept == alone.kept);
            } catch (const imaging::Error&) {
                RC_DISCARD("cannot be done");
            }
        }));
    }

    void what_is_told_is_what_is_painted()
    {
        QVERIFY(rc::check([] {
            const auto g = anyGrid();
            LabelMap map = anyMap(g, 3);
            const auto scope = anyScope(g);
            try {
                const auto outcome = annotations::filterMask(annotations::blockOf(map), anyPicture(g), anyFilter(g), scope);
                std::size_t told = 0;
                for (const auto& run : outcome.runs)
                    told += run.count;
                annotations::MaskEdit edit(map, {}, scope.locked);
                annotations::paint(edit, outcome);
                const auto delta = edit.commit("Filter");
                RC_ASSERT((delta ? delta->voxels() : 0) == told);
            } catch (const imaging::Error&) {
                RC_DISCARD("cannot be done");
            }
        }));
    }

    void a_layers_mask_is_the_same_on_another_layer_and_takes_no_labels_voxels()
    {
        QVERIFY(rc::check([] {
            const auto g = anyGrid();
            LabelMap map = anyMap(g, 2);
            const LabelMap before = map;
            const auto across = static_cast<imaging::GridAxis>(*rc::gen::inRange(0, 3));
            const int layers = imaging::layersAlong(g, across);
            const auto copy = annotations::copyLayer(map, 1, across, *rc::gen::inRange(0, layers));
            const auto there = annotations::onLayer(copy, *rc::gen::inRange(0, layers));
            RC_ASSERT(there.count() == copy.voxels.count());
            FilterScope scope;
            scope.box = there.box();
            const auto outcome = annotations::addToLabel(annotations::blockOf(map), there, scope);
            annotations::MaskEdit edit(map);
            annotations::paint(edit, outcome);
            edit.commit("Paste");
            for (int slice = 0; slice < g.slices; ++slice)
                for (int row = 0; row < g.rows; ++row)
                    for (int column = 0; column < g.columns; ++column) {
                        const imaging::VoxelIndex at{column, row, slice};
                        const bool added = before.at(at) == 0 && there.contains(at);
                        RC_ASSERT(map.at(at) == (added ? 1 : before.at(at)));
                    }
        }));
    }

    void labels_are_put_together_moved_and_exchanged_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<std::vector<std::uint16_t>>("after"); // Of 1 1 0 2 2 3.
        using Values = std::vector<std::uint16_t>;
        QTest::newRow("merge") << static_cast<int>(FilterKind::Merge) << Values{1, 1, 0, 1, 1, 3};
        QTest::newRow("move") << static_cast<int>(FilterKind::MoveTo) << Values{2, 2, 0, 2, 2, 3};
        QTest::newRow("swap") << static_cast<int>(FilterKind::Swap) << Values{2, 2, 0, 1, 1, 3};
        QTest::newRow("invert") << static_cast<int>(FilterKind::Invert) << Values{0, 0, 1, 2, 2, 3};
        QTest::newRow("clear") << static_cast<int>(FilterKind::Clear) << Values{0, 0, 0, 2, 2, 3};
        QTest::newRow("subtract 2 mm") << static_cast<int>(FilterKind::Subtract) << Values{1, 0, 0, 2, 2, 3};
        QTest::newRow("intersect 2 mm") << static_cast<int>(FilterKind::Intersect) << Values{0, 1, 0, 2, 2, 3};
        QTest::newRow("margin 2 mm") << static_cast<int>(FilterKind::Margin) << Values{1, 1, 2, 2, 2, 3};
    }
    void labels_are_put_together_moved_and_exchanged()
    {
        QFETCH(int, kind);
        QFETCH(std::vector<std::uint16_t>, after);
        const auto g = grid(6, 1, 1);
        LabelMap map(g, std::vector<std::uint16_t>{1, 1, 0, 2, 2, 3});
        MaskFilter filter;
        filter.kind = static_cast<FilterKind>(kind);
        filter.other = 2;
        filter.mm = 2;
        FilterScope scope;
        scope.box = wholeBox(g);
        apply(map, picture(g, {0, 0, 0, 0, 0, 0}), filter, scope);
        QCOMPARE(std::vector<std::uint16_t>(map.voxels().begin(), map.voxels().end()), after);
    }

    void splitting_gives_each_island_its_label_and_too_many_are_refused()
    {
        const auto g = grid(7, 1, 1);
        const std::vector<std::uint16_t> drawn{1, 0, 1, 1, 0, 1, 1};
        LabelMap map(g, drawn);
        MaskFilter filter;
        filter.kind = FilterKind::SplitIslands;
        FilterScope scope;
        scope.box = wholeBox(g);
        scope.fresh = {5};
        const auto volume = picture(g, std::vector<float>(7));
        QVERIFY_EXCEPTION_THROWN(
            annotations::filterMask(annotations::blockOf(map), volume, filter, scope), imaging::Error);
        scope.fresh = {5, 6};
        const auto outcome = annotations::filterMask(annotations::blockOf(map), volume, filter, scope);
        QCOMPARE(outcome.fresh, std::size_t{2});
        apply(map, volume, filter, scope);
        QCOMPARE(std::vector<std::uint16_t>(map.voxels().begin(), map.voxels().end()),
            (std::vector<std::uint16_t>{6, 0, 1, 1, 0, 5, 5}));
    }

    void a_plane_cuts_a_mask_in_two()
    {
        const auto g = grid(4, 4, 4);
        LabelMap map(g, std::vector<std::uint16_t>(64, 1));
        MaskFilter filter;
        filter.kind = FilterKind::SplitByPlane;
        filter.plane = imaging::planeOf(g, imaging::GridAxis::Slice, 1);
        FilterScope scope;
        scope.box = wholeBox(g);
        scope.fresh = {9};
        apply(map, picture(g, std::vector<float>(64)), filter, scope);
        QCOMPARE(map.count(9), std::size_t{32});
        QCOMPARE(map.at({0, 0, 1}), std::uint16_t{1});
        QCOMPARE(map.at({0, 0, 2}), std::uint16_t{9});
        filter.plane = imaging::planeOf(g, imaging::GridAxis::Slice, 3);
        QVERIFY_EXCEPTION_THROWN(annotations::filterMask(annotations::blockOf(map), picture(g, std::vector<float>(64)),
                                     filter, scope),
            imaging::Error);
    }

    void a_mask_that_is_not_there_is_said()
    {
        const auto g = grid(4, 4, 2);
        const LabelMap map(g);
        FilterScope scope;
        scope.box = wholeBox(g);
        const auto volume = picture(g, std::vector<float>(32));
        for (int kind = 0; kind < kKinds; ++kind) {
            MaskFilter filter;
            filter.kind = static_cast<FilterKind>(kind);
            filter.mm = 1;
            filter.other = 2;
            if (filter.kind == FilterKind::Threshold || filter.kind == FilterKind::Invert
                || filter.kind == FilterKind::Swap)
                continue;
            QVERIFY_EXCEPTION_THROWN(
                annotations::filterMask(annotations::blockOf(map), volume, filter, scope), imaging::Error);
        }
    }

    void what_is_stopped_ends_without_an_error()
    {
        const auto g = grid(9, 9, 9);
        LabelMap map(g, std::vector<std::uint16_t>(g.voxels(), 1));
        std::stop_source stop;
        stop.request_stop();
        FilterScope scope;
        scope.box = wholeBox(g);
        MaskFilter filter;
        filter.mm = 1;
        for (const auto kind : {FilterKind::Grow, FilterKind::Median, FilterKind::KeepLargest, FilterKind::FillHoles}) {
            filter.kind = kind;
            annotations::filterMask(
                annotations::blockOf(map), picture(g, std::vector<float>(g.voxels())), filter, scope, stop.get_token());
        }
    }
};

QTEST_GUILESS_MAIN(TestMaskFilter)
#include "tst_mask_filter.moc"
