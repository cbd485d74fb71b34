#include "ui/views/view_point.h"

#include "imaging/grid_frame.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace ui {

namespace {

constexpr double kRight = std::numbers::pi / 2;

} // namespace

imaging::PatientPoint ViewPoint::toEye() const
{
    return {std::sin(azimuth) * std::cos(elevation), -std::cos(azimuth) * std::cos(elevation), std::sin(elevation)};
}

imaging::PatientPoint ViewPoint::up() const
{
    return {-std::sin(azimuth) * std::sin(elevation), std::cos(azimuth) * std::sin(elevation), std::cos(elevation)};
}

SolidCamera ViewPoint::camera() const
{
    return {focus, toEye(), up(), heightMm};
}

QPointF ViewPoint::wayInView(imaging::PatientPoint way, QSizeF view) const
{
    const double pointsPerMm = view.height() / heightMm;
    return {dot(way, right()) * pointsPerMm, -dot(way, up()) * pointsPerMm};
}

QPointF ViewPoint::toView(imaging::PatientPoint point, QSizeF view) const
{
    return QPointF(view.width() / 2, view.height() / 2) + wayInView(point - focus, view);
}

imaging::PatientPoint ViewPoint::toPatient(QPointF place, QSizeF view) const
{
    const double mmPerPoint = heightMm / view.height();
    return focus + (place.x() - view.width() / 2) * mmPerPoint * right()
        + -(place.y() - view.height() / 2) * mmPerPoint * up();
}

void ViewPoint::turn(double byAzimuth, double byElevation)
{
    azimuth = std::remainder(azimuth + byAzimuth, 2 * std::numbers::pi);
    elevation = std::clamp(elevation + byElevation, -kRight, kRight);
}

void ViewPoint::lookFrom(SolidSide side)
{
    constexpr std::array<std::array<double, 2>, 6> kAngles{
        {{0, 0}, {std::numbers::pi, 0}, {kRight, 0}, {-kRight, 0}, {0, kRight}, {0, -kRight}}};
    azimuth = kAngles[static_cast<std::size_t>(side)][0];
    elevation = kAngles[static_cast<std::size_t>(side)][1];
}

imaging::Plane ViewPoint::plane(QSizeF view) const
{
    imaging::Plane plane;
    plane.columns = std::max(1, static_cast<int>(view.width()));
    plane.rows = std::max(1, static_cast<int>(view.height()));
    const double mmPerPoint = heightMm / plane.rows;
    plane.spacingMm = {mmPerPoint, mmPerPoint};
    plane.axes = {right(), -1 * up()};
    plane.origin = toPatient({0, 0}, view);
    return plane;
}

ViewPoint viewPointOf(const imaging::VoxelGrid& grid)
{
    const imaging::GridFrame frame(grid);
    ViewPoint point;
    point.focus = frame.toPatient((grid.columns - 1) / 2.0, (grid.rows - 1) / 2.0, (grid.slices - 1) / 2.0);
    const auto reach = [&](imaging::PatientPoint direction) {
        const auto [low, high] = reachAlong(grid, point.focus, direction);
        return high - low;
    };
    point.heightMm = 1.05 * std::max({reach({1, 0, 0}), reach({0, 1, 0}), reach({0, 0, 1}), 1.0});
    return point;
}

} // namespace ui
