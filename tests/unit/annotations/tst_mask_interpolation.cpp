#include "annotations/filters/contour_morph.h"
#include "annotations/filters/interpolation.h"
#include "annotations/filters/islands.h"
#include "tests/unit/annotations/filter_masks.h"

#include <QtTest>
#include <rapidcheck.h>

#include <cmath>

using annotations::shapesBetween;
using annotations::VoxelSet;
using annotations::wholeBox;
using imaging::GridAxis;
using namespace filter_masks;

namespace {

std::array<double, 2> middle(const VoxelSet& flat)
{
    double column = 0, row = 0;
    for (int y = 0; y < flat.grid().rows; ++y)
        for (int x = 0; x < flat.grid().columns; ++x)
            if (flat.contains({x, y, 0})) {
                column += x;
                row += y;
            }
    const auto count = static_cast<double>(flat.count());
    return {column / count, row / count};
}

std::size_t islandsIn(const VoxelSet& flat)
{
    return annotations::islandsOf(flat, annotations::Neighbours::Corners).voxels.size();
}

} // namespace

class TestMaskInterpolation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_shape_that_does_not_change_stays_as_it_is()
    {
        QVERIFY(rc::check([] {
            auto g = anyGrid();
            g.slices = 1;
            const auto shape = anySet(g);
            const int count = *rc::gen::inRange(1, 5);
            for (const auto& between : shapesBetween(shape, shape, count))
                RC_ASSERT(isEqual(between, shape));
        }));
    }

    void between_two_discs_of_one_size_lies_the_same_disc_data()
    {
        QTest::addColumn<double>("columns"); // Apart.
        QTest::addColumn<double>("rows");
        QTest::newRow("overlapping") << 8.0 << 4.0;
        QTest::newRow("apart") << 24.0 << 0.0;
        QTest::newRow("apart, aslant") << 16.0 << 16.0;
    }
    void between_two_discs_of_one_size_lies_the_same_disc()
    {
        QFETCH(double, columns);
        QFETCH(double, rows);
        const auto g = grid(80, 80, 1);
        const auto between = shapesBetween(disc(g, 20, 20, 10), disc(g, 20 + columns, 20 + rows, 10), 3);
        for (std::size_t i = 0; i < 3; ++i) {
            const double part = static_cast<double>(i + 1) / 4;
            QVERIFY(isEqual(between[i], disc(g, 20 + part * columns, 20 + part * rows, 10)));
        }
    }

    void a_disc_that_grows_does_so_evenly()
    {
        const auto g = grid(80, 80, 1);
        const auto between = shapesBetween(disc(g, 40, 40, 8), disc(g, 40, 40, 24), 3);
        for (std::size_t i = 0; i < 3; ++i) {
            const double radius = 8 + 4.0 * static_cast<double>(i + 1);
            // Steps go to eight neighbours: a disc's rim is up to a twelfth of the way off.
            QVERIFY(isWithin(disc(g, 40, 40, radius - 2), between[i]));
            QVERIFY(isWithin(between[i], disc(g, 40, 40, radius + 2)));
        }
    }

    void a_shape_that_branches_becomes_two_that_move_apart()
    {
        const auto g = grid(80, 40, 1);
        const auto one = disc(g, 40, 20, 12);
        const auto two = together(disc(g, 32, 20, 5), disc(g, 48, 20, 5));
        const auto between = shapesBetween(one, two, 3);
        QVERIFY(between[0].count() > between[2].count());
        QCOMPARE(islandsIn(between[2]), std::size_t{2});
        for (const auto& shape : between) {
            QVERIFY(!shape.empty());
            QVERIFY(std::abs(middle(shape)[0] - 40) < 1);
        }
        // The other way round the same shapes come in the other order.
        const auto back = shapesBetween(two, one, 3);
        for (std::size_t i = 0; i < 3; ++i)
            QVERIFY(std::abs(static_cast<double>(back[2 - i].count()) - static_cast<double>(between[i].count()))
                <= 0.1 * static_cast<double>(between[i].count()));
    }

    void a_hole_closes_from_its_sides()
    {
        const auto g = grid(60, 60, 1);
        const auto full = disc(g, 30, 30, 20);
        VoxelSet ring = full;
        const auto hole = disc(g, 30, 30, 10);
        for (std::size_t i = 0; i < ring.voxels().size(); ++i)
            if (hole.voxels()[i])
                ring.voxels()[i] = 0;
        const auto between = shapesBetween(ring, full, 1);
        QVERIFY(!between[0].contains({30, 30, 0}));
        QVERIFY(between[0].contains({30 + 9, 30, 0}));
        QVERIFY(isWithin(ring, between[0]));
        QVERIFY(isWithin(between[0], full));
    }

    void an_island_without_a_partner_ends_half_way()
    {
        const auto g = grid(120, 40, 1);
        const auto partner = disc(g, 20, 20, 8);
        const auto both = together(partner, disc(g, 100, 20, 8));
        const auto between = shapesBetween(both, partner, 3);
        QVERIFY(between[0].contains({100, 20, 0}));
        QVERIFY(!between[0].contains({107, 20, 0}));
        QVERIFY(!between[1].contains({100, 20, 0}));
        QVERIFY(isEqual(between[2], partner));
    }

    void missing_layers_are_filled_across_any_axis_data()
    {
        QTest::addColumn<int>("axis");
        QTest::newRow("columns") << 0;
        QTest::newRow("rows") << 1;
        QTest::newRow("slices") << 2;
    }
    /// A ball of which every third layer was drawn is nearly a ball again: chords lie where its surface was.
    void missing_layers_are_filled_across_any_axis()
    {
        QFETCH(int, axis);
        const auto g = grid(48, 48, 48);
        VoxelSet ball(g, wholeBox(g));
        VoxelSet drawn(g, wholeBox(g));
        for (int z = 0; z < 48; ++z)
            for (int y = 0; y < 48; ++y)
                for (int x = 0; x < 48; ++x)
                    if (std::hypot(x - 24, y - 24, z - 24) <= 18) {
                        ball.insert({x, y, z});
                        if ((axis == 0 ? x : axis == 1 ? y : z) % 3 == 0)
                            drawn.insert({x, y, z});
                    }
        const auto filled = annotations::layersFilledIn(drawn, static_cast<GridAxis>(axis));
        std::size_t common = 0;
        for (int z = 0; z < 48; ++z)
            for (int y = 0; y < 48; ++y)
                for (int x = 0; x < 48; ++x)
                    common += filled.contains({x, y, z}) && ball.contains({x, y, z}) ? 1 : 0;
        const double dice = 2.0 * static_cast<double>(common) / static_cast<double>(filled.count() + ball.count());
        QVERIFY2(dice > 0.97, qPrintable(QString::number(dice)));
    }

    void drawn_layers_never_change()
    {
        QVERIFY(rc::check([] {
            const auto set = anySet(anyGrid());
            const auto axis = static_cast<GridAxis>(*rc::gen::inRange(0, 3));
            const auto filled = annotations::cutTo(annotations::layersFilledIn(set, axis), set.box());
            RC_ASSERT(isWithin(set, filled));
            for (int layer = 0; layer < imaging::layersAlong(set.grid(), axis); ++layer) {
                const auto before = annotations::layerOf(set, axis, layer);
                if (!before.empty())
                    RC_ASSERT(isEqual(before, annotations::layerOf(filled, axis, layer)));
            }
        }));
    }

    void a_layer_that_is_put_back_is_the_same()
    {
        QVERIFY(rc::check([] {
            const auto set = anySet(anyGrid());
            const auto axis = static_cast<GridAxis>(*rc::gen::inRange(0, 3));
            VoxelSet copy(set.grid(), set.box());
            for (int layer = 0; layer < imaging::layersAlong(set.grid(), axis); ++layer)
                annotations::putLayer(copy, axis, layer, annotations::layerOf(set, axis, layer));
            RC_ASSERT(isEqual(copy, set));
        }));
    }
};

QTEST_GUILESS_MAIN(TestMaskInterpolation)
#include "tst_mask_interpolation.moc"
