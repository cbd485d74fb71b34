#include "annotations/measure/measurement.h"

#include "annotations/measure/running_statistics.h"
#include "imaging/reslice.h"
#include "imaging/volume.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace annotations {

namespace {

constexpr double kDegrees = 180 / std::numbers::pi;
constexpr int kMostPixels = 8192; ///< Side by side, of an ellipse whose values are looked at.

double angleBetween(imaging::PatientPoint a, imaging::PatientPoint b)
{
    const bool hasLegs = length(a) > 0 && length(b) > 0;
    return hasLegs ? std::atan2(length(cross(a, b)), dot(a, b)) * kDegrees : 0;
}

/// The part of the ellipse's plane that it lies in, on the same pixels.
imaging::Plane windowOf(const Measurement& ellipse)
{
    const auto& plane = ellipse.plane;
    const auto centre = plane.toPlane(ellipse.points[0]);
    const auto a = plane.toPlane(ellipse.points[1]);
    const auto b = plane.toPlane(ellipse.points[2]);
    const auto reach = [](double one, double other) { return std::min(std::hypot(one, other), kMostPixels / 2.0); };
    const double across = reach(a.column - centre.column, b.column - centre.column);
    const double down = reach(a.row - centre.row, b.row - centre.row);
    const double column = std::floor(centre.column - across);
    const double row = std::floor(centre.row - down);
    imaging::Plane window = plane;
    window.origin = plane.toPatient(column, row);
    window.columns = static_cast<int>(std::ceil(centre.column + across) - column) + 1;
    window.rows = static_cast<int>(std::ceil(centre.row + down) - row) + 1;
    return window;
}

/// Whether a point of its plane lies inside: by its place along the two half axes.
bool isInside(const Measurement& ellipse, imaging::PatientPoint point)
{
    double sum = 0;
    for (const std::size_t axis : {std::size_t{1}, std::size_t{2}}) {
        const auto half = ellipse.points[axis] - ellipse.points[0];
        const double square = dot(half, half);
        if (!(square > 0))
            return false;
        const double at = dot(point - ellipse.points[0], half) / square;
        sum += at * at;
    }
    return sum <= 1;
}

} // namespace

std::uint32_t freeId(const MeasurementTable& table)
{
    std::uint32_t id = 1;
    while (std::any_of(table.begin(), table.end(), [id](const Measurement& m) { return m.id == id; }))
        ++id;
    return id;
}

double lengthOf(const Measurement& measurement, std::size_t which)
{
    return length(measurement.points[2 * which + 1] - measurement.points[2 * which]);
}

double degreesOf(const Measurement& measurement)
{
    const auto& p = measurement.points;
    if (measurement.kind == MeasureKind::Angle)
        return angleBetween(p[0] - p[1], p[2] - p[1]);
    const double angle = angleBetween(p[1] - p[0], p[3] - p[2]);
    return std::min(angle, 180 - angle);
}

double ratioOf(const Measurement& measurement)
{
    const double thorax = lengthOf(measurement, 1);
    return thorax > 0 ? lengthOf(measurement, 0) / thorax : 0;
}

EllipseValues valuesIn(const Measurement& ellipse, const imaging::Volume& volume)
{
    EllipseValues values;
    const auto& p = ellipse.points;
    values.area = std::numbers::pi * length(p[1] - p[0]) * length(p[2] - p[0]);
    if (volume.components() != 1)
        return values;
    const auto window = windowOf(ellipse);
    constexpr float kNothing = std::numeric_limits<float>::quiet_NaN();
    const auto pixels = imaging::reslice(volume, window, {imaging::Interpolation::Trilinear, kNothing});
    detail::RunningStatistics inside;
    for (int row = 0; row < window.rows; ++row)
        for (int column = 0; column < window.columns; ++column) {
            const auto value = static_cast<double>(pixels[static_cast<std::size_t>(row * window.columns + column)]);
            if (std::isfinite(value) && isInside(ellipse, window.toPatient(column, row)))
                inside.take(value);
        }
    if (inside.count > 0)
        values = {inside.count, values.area, inside.mean, inside.deviation(), inside.minimum, inside.maximum};
    return values;
}

bool liesOn(const Measurement& measurement, const imaging::Plane& plane, double thicknessMm)
{
    return std::all_of(measurement.points.begin(), measurement.points.end(),
        [&](imaging::PatientPoint point) { return std::abs(plane.toPlane(point).heightMm) <= thicknessMm / 2; });
}

} // namespace annotations
