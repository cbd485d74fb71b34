#include "annotations/grid_match.h"
#include "imaging/error.h"

#include <QtTest>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

using annotations::LabelMap;
using imaging::PatientPoint;
using imaging::VoxelGrid;

namespace {

/// Turned about two axes, with three different spacings.
VoxelGrid oblique(int columns, int rows, int slices)
{
    VoxelGrid grid;
    grid.columns = columns;
    grid.rows = rows;
    grid.slices = slices;
    grid.spacingMm = {0.7, 0.9, 2.5};
    grid.origin = {-31.25, 12.5, 100};
    const double a = 0.3;
    const double b = -0.2;
    grid.axes[0] = {std::cos(a), std::sin(a), 0};
    grid.axes[1] = {-std::sin(a) * std::cos(b), std::cos(a) * std::cos(b), std::sin(b)};
    grid.axes[2] = imaging::cross(grid.axes[0], grid.axes[1]);
    return grid;
}

/// Different in each voxel.
LabelMap numbered(const VoxelGrid& grid)
{
    std::vector<std::uint16_t> voxels(grid.voxels());
    std::iota(voxels.begin(), voxels.end(), std::uint16_t{1});
    return LabelMap(grid, std::move(voxels));
}

/// The same voxels with axes exchanged and flipped, as another program would store them.
LabelMap reordered(const LabelMap& map, std::array<std::size_t, 3> axes, std::array<bool, 3> flipped)
{
    const VoxelGrid& from = map.grid();
    const std::array<int, 3> sizes{from.columns, from.rows, from.slices};
    VoxelGrid to;
    to.columns = sizes[axes[0]];
    to.rows = sizes[axes[1]];
    to.slices = sizes[axes[2]];
    std::array<double, 3> corner{};
    for (std::size_t i = 0; i < 3; ++i) {
        to.spacingMm[i] = from.spacingMm[axes[i]];
        to.axes[i] = (flipped[i] ? -1.0 : 1.0) * from.axes[axes[i]];
        corner[axes[i]] = flipped[i] ? sizes[axes[i]] - 1 : 0;
    }
    to.origin = from.toPatient(corner[0], corner[1], corner[2]);
    std::vector<std::uint16_t> voxels(to.voxels());
    for (int s = 0; s < to.slices; ++s) {
        for (int r = 0; r < to.rows; ++r) {
            for (int c = 0; c < to.columns; ++c) {
                const std::array<int, 3> own{c, r, s};
                std::array<int, 3> index{};
                for (std::size_t i = 0; i < 3; ++i)
                    index[axes[i]] = flipped[i] ? sizes[axes[i]] - 1 - own[i] : own[i];
                voxels[to.offset({c, r, s})] = map.at({index[0], index[1], index[2]});
            }
        }
    }
    return LabelMap(to, std::move(voxels));
}

} // namespace

class TestGridMatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void axes_in_any_order_and_direction_give_the_same_voxels()
    {
        QVERIFY(rc::check([] {
            const LabelMap map =
                numbered(oblique(*rc::gen::inRange(1, 9), *rc::gen::inRange(1, 9), *rc::gen::inRange(1, 9)));
            std::array<std::size_t, 3> axes{0, 1, 2};
            for (int turns = *rc::gen::inRange(0, 6); turns > 0; --turns)
                std::next_permutation(axes.begin(), axes.end());
            const LabelMap other = reordered(
                map, axes, {*rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<bool>()});
            const LabelMap back = annotations::onGrid(other, map.grid());
            RC_ASSERT(std::ranges::equal(back.voxels(), map.voxels()));
            const auto common = annotations::commonGrid(map.grid(), other.grid());
            RC_ASSERT(common.has_value());
            RC_ASSERT(common->voxels() == map.voxels().size());
        }));
    }

    void a_part_of_a_stack_finds_its_slices()
    {
        const VoxelGrid whole = oblique(5, 4, 9);
        VoxelGrid part = whole;
        part.slices = 3;
        part.origin = whole.toPatient(0, 0, 4);
        const LabelMap map = annotations::onGrid(numbered(part), whole);
        QCOMPARE(map.at({0, 0, 4}), std::uint16_t{1});
        QCOMPARE(map.at({4, 3, 6}), std::uint16_t{60});
        QCOMPARE(map.at({4, 3, 7}), std::uint16_t{0});
    }

    void two_parts_of_a_stack_have_a_grid_around_both()
    {
        const VoxelGrid whole = oblique(5, 4, 9);
        VoxelGrid first = whole;
        first.slices = 2;
        VoxelGrid second = whole;
        second.slices = 3;
        second.origin = whole.toPatient(0, 0, 6);
        for (const auto& [a, b] : {std::pair{first, second}, std::pair{second, first}}) {
            const auto common = annotations::commonGrid(a, b);
            QVERIFY(common);
            QCOMPARE(common->slices, 9);
            QVERIFY(imaging::length(common->origin - whole.origin) < 1e-9);
        }
    }

    void the_precision_of_nifti_is_enough()
    {
        const VoxelGrid grid = oblique(512, 512, 275);
        VoxelGrid rounded = grid;
        for (auto& spacing : rounded.spacingMm)
            spacing = static_cast<float>(spacing);
        for (auto& axis : rounded.axes)
            axis = {static_cast<float>(axis.x), static_cast<float>(axis.y), static_cast<float>(axis.z)};
        QVERIFY(annotations::commonGrid(grid, rounded));
    }

    void voxels_that_do_not_coincide_are_refused_data()
    {
        QTest::addColumn<int>("change");
        QTest::newRow("half a voxel aside") << 0;
        QTest::newRow("other spacing") << 1;
        QTest::newRow("turned") << 2;
        QTest::newRow("no number") << 3;
        QTest::newRow("axes that run alike") << 4;
    }

    void voxels_that_do_not_coincide_are_refused()
    {
        QFETCH(int, change);
        const VoxelGrid grid = oblique(20, 20, 20);
        VoxelGrid other = grid;
        if (change == 0)
            other.origin = grid.toPatient(0.5, 0, 0);
        else if (change == 1)
            other.spacingMm[1] *= 1.02;
        else if (change == 2)
            other.axes = oblique(1, 1, 1).axes, other.axes[0] = {1, 0, 0}, other.axes[1] = {0, 1, 0};
        else if (change == 3)
            other.spacingMm[2] = 0;
        else
            other.axes[1] = other.axes[0];
        QVERIFY(!annotations::commonGrid(other, grid));
        QVERIFY_EXCEPTION_THROWN(annotations::onGrid(numbered(grid), other), imaging::Error);
    }

    void labels_outside_the_picture_are_refused_but_not_background()
    {
        const VoxelGrid grid = oblique(4, 4, 4);
        VoxelGrid shifted = grid;
        shifted.origin = grid.toPatient(2, 0, 0);
        QVERIFY_EXCEPTION_THROWN(annotations::onGrid(numbered(grid), shifted), imaging::Error);
        std::vector<std::uint16_t> voxels(64);
        voxels[3] = 7;
        const LabelMap moved = annotations::onGrid(LabelMap(grid, std::move(voxels)), shifted);
        QCOMPARE(moved.at({1, 0, 0}), std::uint16_t{7});
    }

    void another_grid_takes_the_nearest_voxel()
    {
        QVERIFY(rc::check([] {
            const VoxelGrid own = oblique(6, 5, 4);
            VoxelGrid grid = oblique(*rc::gen::inRange(1, 12), *rc::gen::inRange(1, 12), *rc::gen::inRange(1, 8));
            for (auto& spacing : grid.spacingMm)
                spacing *= *rc::gen::elementOf(std::vector<double>{0.4, 0.7, 1.37});
            grid.axes = oblique(1, 1, 1).axes;
            std::swap(grid.axes[0], grid.axes[1]);
            grid.axes[2] = imaging::cross(grid.axes[0], grid.axes[1]);
            grid.origin = own.toPatient(0.2, 0.3, 3.13);
            const LabelMap map = numbered(own);
            const auto laid = annotations::layOn(map, {grid, true, {}});
            RC_ASSERT(laid.resampled);
            for (int s = 0; s < grid.slices; ++s)
                for (int r = 0; r < grid.rows; ++r)
                    for (int c = 0; c < grid.columns; ++c) {
                        const auto offset = grid.toPatient(c, r, s) - own.origin;
                        std::array<int, 3> index{};
                        for (std::size_t i = 0; i < 3; ++i)
                            index[i] = static_cast<int>(
                                std::floor(imaging::dot(offset, own.axes[i]) / own.spacingMm[i] + 0.5));
                        const imaging::VoxelIndex voxel{index[0], index[1], index[2]};
                        RC_ASSERT(laid.map.at({c, r, s}) == (own.contains(voxel) ? map.at(voxel) : std::uint16_t{0}));
                    }
        }));
    }

    void a_shift_by_half_a_voxel_is_open_and_a_small_one_is_not()
    {
        const VoxelGrid grid = oblique(6, 6, 6);
        VoxelGrid shifted = grid;
        shifted.origin = grid.toPatient(0, 0.5, 0);
        QVERIFY_EXCEPTION_THROWN(annotations::layOn(numbered(shifted), {grid, true, {}}), imaging::Error);
        shifted.origin = grid.toPatient(0, 0.25, 0);
        const auto laid = annotations::layOn(numbered(shifted), {grid, true, {}});
        QVERIFY(laid.resampled);
        QVERIFY(std::ranges::equal(laid.map.voxels(), numbered(grid).voxels()));
    }

    void what_lies_beyond_is_counted()
    {
        const VoxelGrid grid = oblique(4, 4, 4);
        VoxelGrid shifted = grid;
        shifted.origin = grid.toPatient(2, 0, 0);
        const auto laid = annotations::layOn(numbered(grid), {shifted, true, {}});
        QVERIFY(!laid.resampled);
        QCOMPARE(laid.outside, std::size_t{32});
        QCOMPARE(laid.map.at({0, 0, 0}), std::uint16_t{3});
        shifted.origin = grid.toPatient(4, 0, 0);
        QVERIFY_EXCEPTION_THROWN(annotations::layOn(numbered(grid), {shifted, true, {}}), imaging::Error);
    }

    void grids_far_apart_are_not_united()
    {
        const VoxelGrid grid = oblique(100, 100, 10);
        VoxelGrid far = grid;
        far.origin = grid.toPatient(900'000, 0, 0);
        QVERIFY(!annotations::commonGrid(grid, far));
    }
};

QTEST_APPLESS_MAIN(TestGridMatch)
#include "tst_grid_match.moc"
