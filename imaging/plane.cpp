#include "imaging/plane.h"

#include "imaging/error.h"
#include "imaging/grid_frame.h"

#include <algorithm>
#include <string>
#include <utility>

namespace imaging {

namespace {

constexpr double kSamePlace = 1e-3; // Of a voxel or pixel.

PatientPoint unit(PatientPoint direction)
{
    return (1 / length(direction)) * direction;
}

std::array<double, 3> partsOf(PatientPoint direction)
{
    return {direction.x, direction.y, direction.z};
}

/// x, y or z, whichever the direction follows most nearly, as 0, 1 or 2.
std::size_t mainPart(PatientPoint direction)
{
    const auto parts = partsOf(direction);
    const auto longest =
        std::max_element(parts.begin(), parts.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
    return static_cast<std::size_t>(longest - parts.begin());
}

void reverseColumns(Plane& plane)
{
    plane.origin = plane.toPatient(plane.columns - 1, 0);
    plane.axes[0] = -1 * plane.axes[0];
}

void reverseRows(Plane& plane)
{
    plane.origin = plane.toPatient(0, plane.rows - 1);
    plane.axes[1] = -1 * plane.axes[1];
}

void exchangeAxes(Plane& plane)
{
    std::swap(plane.columns, plane.rows);
    std::swap(plane.spacingMm[0], plane.spacingMm[1]);
    std::swap(plane.axes[0], plane.axes[1]);
}

/// Directions of columns and rows of an upright picture across a unit normal.
std::array<PatientPoint, 2> uprightAxes(PatientPoint normal)
{
    const std::size_t across = mainPart(normal);
    const PatientPoint down = across == 2 ? PatientPoint{0, 1, 0} : PatientPoint{0, 0, -1};
    const PatientPoint rows = unit(down - dot(down, normal) * normal);
    const PatientPoint columns = cross(rows, normal);
    const double toTheRight = across == 0 ? columns.y : columns.x;
    return {toTheRight < 0 ? -1 * columns : columns, rows};
}

} // namespace

PatientPoint Plane::normal() const
{
    return unit(cross(axes[0], axes[1]));
}

PlanePoint Plane::toPlane(PatientPoint point) const
{
    const PatientPoint way = point - origin;
    const PatientPoint across = cross(axes[0], axes[1]);
    const double square = dot(across, across);
    return {dot(cross(way, axes[1]), across) / square / spacingMm[0],
        dot(cross(axes[0], way), across) / square / spacingMm[1], dot(way, across) / std::sqrt(square)};
}

int layersAlong(const VoxelGrid& grid, GridAxis axis)
{
    return axis == GridAxis::Column ? grid.columns : axis == GridAxis::Row ? grid.rows : grid.slices;
}

GridAxis axisAcross(const VoxelGrid& grid, Orientation orientation)
{
    const GridFrame frame(grid);
    std::array<std::size_t, 3> order{0, 1, 2}; // By patient axis: the grid's.
    std::array<std::size_t, 3> best = order;
    double most = -1;
    do {
        double sum = 0;
        for (std::size_t i = 0; i < 3; ++i)
            sum += std::abs(partsOf(unit(frame.step(order[i])))[i]);
        if (sum > most + 1e-9) {
            most = sum;
            best = order;
        }
    } while (std::next_permutation(order.begin(), order.end()));
    const std::size_t across = orientation == Orientation::Axial ? 2 : orientation == Orientation::Coronal ? 1 : 0;
    return static_cast<GridAxis>(best[across]);
}

Plane planeOf(const VoxelGrid& grid, GridAxis across, int layer)
{
    const int layers = layersAlong(grid, across);
    if (layer < 0 || layer >= layers)
        throw Error(ErrorKind::WrongUse,
            "There is no " + std::string(across == GridAxis::Slice ? "slice " : "layer ") + std::to_string(layer + 1)
                + " in a stack of " + std::to_string(layers) + ".");
    const GridFrame frame(grid);
    const std::size_t columnAxis = across == GridAxis::Column ? 1 : 0;
    const std::size_t rowAxis = across == GridAxis::Slice ? 1 : 2;
    Plane plane;
    plane.columns = layersAlong(grid, static_cast<GridAxis>(columnAxis));
    plane.rows = layersAlong(grid, static_cast<GridAxis>(rowAxis));
    plane.spacingMm = {length(frame.step(columnAxis)), length(frame.step(rowAxis))};
    plane.axes = {unit(frame.step(columnAxis)), unit(frame.step(rowAxis))};
    plane.origin = frame.toPatient(0, 0, 0) + layer * frame.step(static_cast<std::size_t>(across));
    return plane;
}

Plane planeThrough(const VoxelGrid& grid, PatientPoint point, PatientPoint normal)
{
    constexpr double kMostPixels = 4096;
    constexpr double kFarthest = 1e9; // mm: pixels are told apart there.
    const double size = length(normal);
    if (!(length(point) < kFarthest) || !std::isfinite(size) || !(size > 0))
        throw Error(ErrorKind::WrongUse, "A plane needs a point and a direction across it.");
    const GridFrame frame(grid);
    Plane plane;
    plane.axes = uprightAxes((1 / size) * normal);
    const auto across = reachAlong(grid, point, plane.axes[0]);
    const auto down = reachAlong(grid, point, plane.axes[1]);
    const double widest = std::max(across.second - across.first, down.second - down.first);
    const double finest = std::min({length(frame.step(0)), length(frame.step(1)), length(frame.step(2))});
    const double pixel = std::max(finest, widest / (kMostPixels - 2));
    const double left = std::floor(across.first / pixel);
    const double top = std::floor(down.first / pixel);
    plane.spacingMm = {pixel, pixel};
    plane.columns = static_cast<int>(std::ceil(across.second / pixel) - left) + 1;
    plane.rows = static_cast<int>(std::ceil(down.second / pixel) - top) + 1;
    plane.origin = point + left * pixel * plane.axes[0] + top * pixel * plane.axes[1];
    return plane;
}

Plane upright(const Plane& plane)
{
    Plane turned = plane;
    if (mainPart(turned.axes[0]) > mainPart(turned.axes[1]))
        exchangeAxes(turned);
    if (partsOf(turned.axes[0])[mainPart(turned.axes[0])] < 0)
        reverseColumns(turned);
    const std::size_t down = mainPart(turned.axes[1]);
    const bool growsUpwards = partsOf(turned.axes[1])[down] > 0;
    if (growsUpwards == (down == 2))
        reverseRows(turned);
    return turned;
}

Plane moved(Plane plane, double mm)
{
    plane.origin = plane.origin + mm * plane.normal();
    return plane;
}

bool samePixels(const Plane& a, const Plane& b)
{
    const double near = kSamePlace * std::min(a.spacingMm[0], a.spacingMm[1]);
    const auto samePlace = [&](double column, double row) {
        return length(a.toPatient(column, row) - b.toPatient(column, row)) < near;
    };
    return a.columns == b.columns && a.rows == b.rows && samePlace(0, 0) && samePlace(a.columns - 1, 0)
        && samePlace(0, a.rows - 1);
}

std::optional<int> sliceOn(const VoxelGrid& grid, const Plane& plane)
{
    if (plane.columns != grid.columns || plane.rows != grid.rows)
        return std::nullopt;
    const GridFrame frame(grid);
    const double slice = std::round(frame.toIndex(plane.origin)[2]);
    if (!(slice >= 0 && slice < grid.slices))
        return std::nullopt;
    const std::array<std::array<double, 2>, 3> corners{
        {{0, 0}, {plane.columns - 1.0, 0}, {0, plane.rows - 1.0}}}; // Those between lie where these say.
    for (const auto& [column, row] : corners) {
        const auto index = frame.toIndex(plane.toPatient(column, row));
        const bool same = std::abs(index[0] - column) < kSamePlace && std::abs(index[1] - row) < kSamePlace
            && std::abs(index[2] - slice) < kSamePlace;
        if (!same)
            return std::nullopt;
    }
    return static_cast<int>(slice);
}

std::optional<PatientLine> intersection(const Plane& a, const Plane& b)
{
    constexpr double kParallel = 1e-6; // The sine of the angle between them.
    const PatientPoint n = a.normal();
    const PatientPoint m = b.normal();
    const PatientPoint along = cross(n, m);
    const double sine = length(along);
    if (!(sine > kParallel))
        return std::nullopt;
    // Both heights are brought to 0 by steps along the normals: two equations.
    const PatientPoint middle = 0.5 * (a.origin + b.origin);
    const double heightA = dot(a.origin - middle, n);
    const double heightB = dot(b.origin - middle, m);
    const double cosine = dot(n, m);
    const double square = sine * sine;
    const PatientPoint point = middle + ((heightA - cosine * heightB) / square) * n
        + ((heightB - cosine * heightA) / square) * m;
    return PatientLine{point, (1 / sine) * along};
}

} // namespace imaging
