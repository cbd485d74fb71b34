#include "imaging/plane.h"

#include "imaging/error.h"
#include "imaging/grid_frame.h"
#include "tests/support/any_plane.h"
#include "tests/support/synthetic_volume.h"

#include <QtTest>

#include <limits>

using imaging::GridAxis;
using imaging::Orientation;
using imaging::PatientPoint;
using imaging::Plane;

namespace {

bool near(double a, double b)
{
    return std::abs(a - b) < 1e-6;
}

bool near(PatientPoint a, PatientPoint b)
{
    return length(a - b) < 1e-6;
}

/// A CT as it is usually stored: slices from the feet upwards.
imaging::VoxelGrid ct()
{
    auto grid = support::gridOf(40, 30, 20);
    grid.spacingMm = {0.5, 0.7, 2};
    grid.origin = {-10, -20, 100};
    return grid;
}

} // namespace

class TestPlane : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void points_go_to_the_patient_and_back()
    {
        QVERIFY(rc::check([] {
            const Plane plane = support::anyPlane(support::anyGrid());
            const double column = *rc::gen::inRange(-400, 400) / 8.0;
            const double row = *rc::gen::inRange(-400, 400) / 8.0;
            const double height = *rc::gen::inRange(-400, 400) / 8.0;
            const auto back = plane.toPlane(plane.toPatient(column, row) + height * plane.normal());
            RC_ASSERT(near(back.column, column));
            RC_ASSERT(near(back.row, row));
            RC_ASSERT(near(back.heightMm, height));
        }));
    }

    void indices_go_to_the_patient_and_back()
    {
        QVERIFY(rc::check([] {
            const auto grid = support::anyGrid();
            const imaging::GridFrame frame(grid);
            const double column = *rc::gen::inRange(-400, 400) / 8.0;
            const double row = *rc::gen::inRange(-400, 400) / 8.0;
            const double slice = *rc::gen::inRange(-400, 400) / 8.0;
            RC_ASSERT(near(frame.toPatient(column, row, slice), grid.toPatient(column, row, slice)));
            const auto index = frame.toIndex(grid.toPatient(column, row, slice));
            RC_ASSERT(near(index[0], column) && near(index[1], row) && near(index[2], slice));
        }));
    }

    void a_layer_has_a_pixel_at_each_voxel()
    {
        QVERIFY(rc::check([] {
            const auto grid = support::anyGrid();
            const int column = *rc::gen::inRange(0, grid.columns);
            const int row = *rc::gen::inRange(0, grid.rows);
            const int slice = *rc::gen::inRange(0, grid.slices);
            const PatientPoint voxel = grid.toPatient(column, row, slice);
            RC_ASSERT(near(planeOf(grid, GridAxis::Slice, slice).toPatient(column, row), voxel));
            RC_ASSERT(near(planeOf(grid, GridAxis::Row, row).toPatient(column, slice), voxel));
            RC_ASSERT(near(planeOf(grid, GridAxis::Column, column).toPatient(row, slice), voxel));
        }));
    }

    void the_same_pixels_are_known_and_others_are_not()
    {
        QVERIFY(rc::check([] {
            const auto grid = support::anyGrid();
            const Plane plane = support::anyPlane(grid);
            RC_ASSERT(samePixels(plane, plane));
            RC_ASSERT(!samePixels(plane, moved(plane, 0.1)));
            Plane shifted = plane;
            shifted.origin = plane.toPatient(1, 0);
            RC_ASSERT(!samePixels(plane, shifted));
            Plane wider = plane;
            ++wider.columns;
            RC_ASSERT(!samePixels(plane, wider));
            const Plane again = upright(plane);
            if (plane.columns > 1 && plane.rows > 1) // One column is the same from either side.
                RC_ASSERT(samePixels(plane, again) == (plane.axes == again.axes));
        }));
    }

    void a_layer_that_is_not_there_is_refused()
    {
        QVERIFY_EXCEPTION_THROWN(planeOf(ct(), GridAxis::Slice, 20), imaging::Error);
        QVERIFY_EXCEPTION_THROWN(planeOf(ct(), GridAxis::Row, -1), imaging::Error);
    }

    void only_a_grids_slices_as_stored_are_known_as_slices()
    {
        QVERIFY(rc::check([] {
            auto grid = support::anyGrid();
            grid.columns += 1;
            const int slice = *rc::gen::inRange(0, grid.slices);
            const Plane plane = planeOf(grid, GridAxis::Slice, slice);
            RC_ASSERT(sliceOn(grid, plane) == slice);
            Plane reversed = plane;
            reversed.origin = plane.toPatient(plane.columns - 1, 0);
            reversed.axes[0] = -1 * plane.axes[0];
            RC_ASSERT(!sliceOn(grid, reversed));
            RC_ASSERT(!sliceOn(grid, moved(plane, 0.3 * grid.spacingMm[2])));
            RC_ASSERT(!sliceOn(grid, moved(plane, 100 * grid.spacingMm[2])));
        }));
    }

    void a_grid_without_usable_geometry_keeps_its_slices()
    {
        auto grid = ct();
        grid.axes[1] = {};
        grid.spacingMm[2] = std::numeric_limits<double>::quiet_NaN();
        for (int slice = 0; slice < grid.slices; ++slice)
            QCOMPARE(sliceOn(grid, planeOf(grid, GridAxis::Slice, slice)), std::optional<int>(slice));
    }

    void orientations_are_found_by_the_nearest_axes_data()
    {
        QTest::addColumn<int>("x"); // The grid's axis that runs along the patient's.
        QTest::addColumn<int>("y");
        QTest::addColumn<int>("z");
        QTest::newRow("stored axially") << 0 << 1 << 2;
        QTest::newRow("stored coronally") << 0 << 2 << 1;
        QTest::newRow("stored sagittally") << 2 << 0 << 1;
    }

    void orientations_are_found_by_the_nearest_axes()
    {
        QFETCH(int, x);
        QFETCH(int, y);
        QFETCH(int, z);
        auto grid = ct();
        const double tilt = 0.2;
        grid.axes[static_cast<std::size_t>(x)] = {-1, 0, 0};
        grid.axes[static_cast<std::size_t>(y)] = {0, std::cos(tilt), std::sin(tilt)};
        grid.axes[static_cast<std::size_t>(z)] = {0, std::sin(tilt), -std::cos(tilt)};
        QCOMPARE(static_cast<int>(axisAcross(grid, Orientation::Sagittal)), x);
        QCOMPARE(static_cast<int>(axisAcross(grid, Orientation::Coronal)), y);
        QCOMPARE(static_cast<int>(axisAcross(grid, Orientation::Axial)), z);
    }

    void upright_pictures_lie_as_is_usual()
    {
        QVERIFY(rc::check([] {
            auto grid = support::gridOf(9, 8, 7);
            std::array<PatientPoint, 3> patient{PatientPoint{1, 0, 0}, PatientPoint{0, 1, 0}, PatientPoint{0, 0, 1}};
            const std::size_t shift = *rc::gen::inRange<std::size_t>(0, 3);
            for (std::size_t i = 0; i < 3; ++i)
                grid.axes[i] = *rc::gen::element(-1.0, 1.0) * patient[(i + shift) % 3];
            const auto laid = [&](Orientation o) { return upright(planeOf(grid, axisAcross(grid, o), 3)).axes; };
            RC_ASSERT((laid(Orientation::Axial) == std::array<PatientPoint, 2>{patient[0], patient[1]}));
            RC_ASSERT((laid(Orientation::Coronal) == std::array<PatientPoint, 2>{patient[0], -1 * patient[2]}));
            RC_ASSERT((laid(Orientation::Sagittal) == std::array<PatientPoint, 2>{patient[1], -1 * patient[2]}));
        }));
    }

    void upright_keeps_the_pixels_where_they_are()
    {
        QVERIFY(rc::check([] {
            const auto grid = support::anyGrid();
            const GridAxis axis = support::anyAxis();
            const Plane plane = planeOf(grid, axis, *rc::gen::inRange(0, layersAlong(grid, axis)));
            const Plane turned = upright(plane);
            RC_ASSERT(turned.pixels() == plane.pixels());
            for (const auto& [column, row] : {std::pair{0, 0}, std::pair{turned.columns - 1, 0}}) {
                const auto at = plane.toPlane(turned.toPatient(column, row));
                RC_ASSERT(near(at.heightMm, 0));
                RC_ASSERT(near(at.column, 0) || near(at.column, plane.columns - 1));
                RC_ASSERT(near(at.row, 0) || near(at.row, plane.rows - 1));
            }
        }));
    }

    void an_oblique_plane_holds_its_point_and_the_grid()
    {
        QVERIFY(rc::check([] {
            const auto grid = support::anyGrid();
            const PatientPoint point = support::anyPointIn(grid);
            const PatientPoint normal = support::anyDirection();
            const Plane plane = planeThrough(grid, point, 3 * normal);
            RC_ASSERT(near(std::abs(dot(plane.normal(), normal)), 1));
            const auto at = plane.toPlane(point);
            RC_ASSERT(near(at.heightMm, 0));
            RC_ASSERT(near(at.column, std::round(at.column)) && near(at.row, std::round(at.row)));
            for (const int c : {0, grid.columns - 1})
                for (const int r : {0, grid.rows - 1})
                    for (const int s : {0, grid.slices - 1}) {
                        const auto corner = plane.toPlane(grid.toPatient(c, r, s));
                        RC_ASSERT(corner.column >= 0 && corner.column <= plane.columns - 1);
                        RC_ASSERT(corner.row >= 0 && corner.row <= plane.rows - 1);
                    }
            RC_ASSERT(plane.axes[1].z <= 1e-9 || std::abs(normal.z) > 0.5); // The head is not down.
        }));
    }

    void what_is_no_plane_is_refused()
    {
        const double nan = std::numeric_limits<double>::quiet_NaN();
        QVERIFY_EXCEPTION_THROWN(planeThrough(ct(), {0, 0, 0}, {0, 0, 0}), imaging::Error);
        QVERIFY_EXCEPTION_THROWN(planeThrough(ct(), {0, nan, 0}, {0, 0, 1}), imaging::Error);
        QVERIFY_EXCEPTION_THROWN(planeThrough(ct(), {1e300, 0, 0}, {0, 0, 1}), imaging::Error);
        QVERIFY_EXCEPTION_THROWN(planeThrough(ct(), {0, 0, 0}, {0, nan, 1}), imaging::Error);
    }

    void a_fine_grid_makes_no_picture_beyond_measure()
    {
        auto grid = ct();
        grid.spacingMm = {1e-5, 1, 5};
        const Plane plane = planeThrough(grid, {0, 0, 0}, {1, 1, 1});
        QVERIFY(plane.columns <= 4096 && plane.rows <= 4096);
    }

    void a_step_along_the_normal_keeps_the_pixels()
    {
        QVERIFY(rc::check([] {
            const Plane plane = support::anyPlane(support::anyGrid());
            const double mm = *rc::gen::inRange(-80, 80) / 4.0;
            const auto at = plane.toPlane(moved(plane, mm).toPatient(3, 5));
            RC_ASSERT(near(at.column, 3) && near(at.row, 5) && near(at.heightMm, mm));
        }));
    }

    void planes_meet_in_a_line_that_lies_on_both()
    {
        QVERIFY(rc::check([] {
            const auto grid = support::anyGrid();
            const Plane a = support::anyPlane(grid);
            const Plane b = support::anyPlane(grid);
            const double sine = length(cross(a.normal(), b.normal()));
            const auto line = intersection(a, b);
            if (sine < 1e-3) {
                RC_ASSERT(!line || sine > 1e-7);
                return;
            }
            RC_ASSERT(line.has_value());
            RC_ASSERT(near(length(line->direction), 1));
            for (const double mm : {-50.0, 0.0, 70.0}) {
                const PatientPoint point = line->point + mm * line->direction;
                RC_ASSERT(near(a.toPlane(point).heightMm, 0));
                RC_ASSERT(near(b.toPlane(point).heightMm, 0));
            }
        }));
    }

    void parallel_planes_do_not_meet()
    {
        const Plane plane = planeOf(ct(), GridAxis::Row, 3);
        QVERIFY(!intersection(plane, moved(plane, 5)));
        QVERIFY(!intersection(plane, upright(plane)));
    }
};

QTEST_APPLESS_MAIN(TestPlane)
#include "tst_plane.moc"
