#include "imaging/projection.h"

#include "imaging/error.h"
#include "tests/support/any_plane.h"
#include "tests/support/synthetic_volume.h"

#include <QtTest>

#include <cstring>
#include <limits>

using imaging::GridAxis;
using imaging::Interpolation;
using imaging::Plane;
using imaging::Projection;

namespace {

constexpr float kOutside = -9;

std::shared_ptr<const imaging::Volume> noise(const imaging::VoxelGrid& grid)
{
    unsigned random = 1;
    return support::syntheticVolume(grid, {}, [&](imaging::VoxelIndex) {
        random = random * 1664525U + 1013904223U;
        return static_cast<std::int16_t>(random >> 20);
    });
}

std::shared_ptr<const imaging::Volume> floats(const imaging::VoxelGrid& grid, const std::vector<float>& values)
{
    std::vector<std::byte> bytes(values.size() * sizeof(float));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return std::make_shared<const imaging::Volume>(
        grid, imaging::VoxelType::Float32, 1, std::move(bytes), imaging::VolumeInfo());
}

} // namespace

class TestProjection : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void the_mean_lies_between_minimum_and_maximum()
    {
        QVERIFY(rc::check([] {
            const auto grid = support::anyGrid();
            const auto volume = noise(grid);
            const Plane plane = support::anyPlane(grid);
            const double thickness = *rc::gen::inRange(0, 60) / 4.0;
            const imaging::ResliceOptions options{
                *rc::gen::element(Interpolation::Nearest, Interpolation::Trilinear), kOutside};
            const auto most = project(*volume, plane, Projection::Maximum, thickness, options);
            const auto mean = project(*volume, plane, Projection::Mean, thickness, options);
            const auto least = project(*volume, plane, Projection::Minimum, thickness, options);
            const auto middle = reslice(*volume, plane, options);
            for (std::size_t i = 0; i < most.size(); ++i) {
                RC_ASSERT(most[i] >= mean[i] && mean[i] >= least[i]);
                if (middle[i] != kOutside)
                    RC_ASSERT(most[i] >= middle[i] && middle[i] >= least[i]);
            }
        }));
    }

    void a_slab_without_thickness_is_the_plane()
    {
        QVERIFY(rc::check([] {
            const auto grid = support::anyGrid();
            const auto volume = noise(grid);
            const Plane plane = support::anyPlane(grid);
            const imaging::ResliceOptions options{Interpolation::Trilinear, kOutside};
            const auto expected = reslice(*volume, plane, options);
            for (const auto projection : {Projection::Maximum, Projection::Minimum, Projection::Mean})
                RC_ASSERT(project(*volume, plane, projection, 0, options) == expected);
        }));
    }

    void a_slab_of_layers_takes_those_within_it_data()
    {
        QTest::addColumn<double>("thickness");
        QTest::addColumn<int>("layers"); // On either side of the one in the middle.
        QTest::newRow("one layer") << 1.9 << 0;
        QTest::newRow("to the centres of the next ones") << 2.0 << 1;
        QTest::newRow("five layers") << 5.0 << 2;
        QTest::newRow("more than there are") << 1e12 << 100;
    }

    void a_slab_of_layers_takes_those_within_it()
    {
        QFETCH(double, thickness);
        QFETCH(int, layers);
        const auto grid = support::gridOf(4, 4, 12);
        // Values 0, 1, 4, 9 ... by slice, and at one place of the last layer nothing.
        const auto volume = support::syntheticVolume(
            grid, {}, [](imaging::VoxelIndex v) { return static_cast<std::int16_t>(v.slice * v.slice); });
        const int middle = 4;
        double sum = 0;
        int count = 0;
        int last = 0;
        int first = 1000;
        for (int slice = std::max(0, middle - layers); slice <= std::min(11, middle + layers); ++slice, ++count) {
            sum += slice * slice;
            first = std::min(first, slice * slice);
            last = slice * slice;
        }
        const Plane plane = planeOf(grid, GridAxis::Slice, middle);
        for (const Plane& laid : {plane, upright(planeOf(grid, GridAxis::Slice, middle))}) {
            QCOMPARE(project(*volume, laid, Projection::Maximum, thickness).at(5), static_cast<float>(last));
            QCOMPARE(project(*volume, laid, Projection::Minimum, thickness).at(5), static_cast<float>(first));
            QCOMPARE(project(*volume, laid, Projection::Mean, thickness).at(5), static_cast<float>(sum / count));
        }
    }

    void an_oblique_slab_finds_a_bright_voxel_near_its_plane()
    {
        const auto grid = support::gridOf(21, 21, 21);
        std::vector<float> values(grid.voxels(), 1);
        values[grid.offset({10, 10, 14})] = 100;
        const auto volume = floats(grid, values);
        const Plane plane = planeThrough(grid, {10, 10, 10}, {1, 1, 2});
        const auto brightest = [&](double thickness) {
            const auto most =
                project(*volume, plane, Projection::Maximum, thickness, {Interpolation::Nearest, kOutside});
            return *std::max_element(most.begin(), most.end());
        };
        QCOMPARE(brightest(2), 1.0F); // The voxel lies 3.3 mm from the plane.
        QCOMPARE(brightest(8), 100.0F);
    }

    void what_is_no_number_or_outside_is_left_out()
    {
        const auto grid = support::gridOf(2, 1, 3);
        const float nan = std::numeric_limits<float>::quiet_NaN();
        const auto volume = floats(grid, {1, nan, 2, nan, 6, nan});
        const Plane plane = planeOf(grid, GridAxis::Slice, 1);
        const imaging::ResliceOptions options{Interpolation::Trilinear, kOutside};
        QCOMPARE(project(*volume, plane, Projection::Mean, 100, options), (std::vector<float>{3, kOutside}));
        QCOMPARE(project(*volume, plane, Projection::Maximum, 100, options), (std::vector<float>{6, kOutside}));
        QCOMPARE(project(*volume, plane, Projection::Minimum, 100, options), (std::vector<float>{1, kOutside}));
        const auto beyond = project(*volume, moved(plane, 50), Projection::Mean, 10, options);
        QCOMPARE(beyond, (std::vector<float>{kOutside, kOutside}));
    }

    void a_thickness_that_is_none_is_refused()
    {
        const auto volume = noise(support::gridOf(4, 4, 4));
        const Plane plane = planeOf(volume->grid(), GridAxis::Slice, 1);
        QVERIFY_EXCEPTION_THROWN(project(*volume, plane, Projection::Mean, -1), imaging::Error);
        QVERIFY_EXCEPTION_THROWN(project(*volume, plane, Projection::Mean, std::nan("")), imaging::Error);
    }
};

QTEST_APPLESS_MAIN(TestProjection)
#include "tst_projection.moc"
