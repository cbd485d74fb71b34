#include "annotations/tools/plane_cut.h"

#include "imaging/error.h"

#include <algorithm>
#include <cmath>

namespace annotations::detail {

PlaneCut::PlaneCut(const imaging::VoxelGrid& grid, const imaging::Plane& plane)
    : m_plane(plane)
    , m_frame(grid)
{
    const imaging::PatientPoint normal = plane.normal();
    m_axes = {plane.axes[0], imaging::cross(normal, plane.axes[0]), normal};
    for (std::size_t i = 0; i < 3; ++i)
        m_steps[i] = onPlane(m_frame.step(i));
    m_start = onPlane(m_frame.toPatient(0, 0, 0) - plane.origin);
    const double thickness = m_frame.voxelAlong(normal);
    if (!std::isfinite(m_start[0] + m_start[1] + m_start[2] + thickness))
        throw imaging::Error(imaging::ErrorKind::WrongUse, "A tool needs a plane to draw on.");
    // Of two layers that touch on the plane it cuts the one that nearest neighbours show: that of the higher index.
    const auto steepest = std::max_element(m_steps.begin(), m_steps.end(),
        [](const PlaneVector& a, const PlaneVector& b) { return std::abs(a[2]) < std::abs(b[2]); });
    const double same = (*steepest)[2] < 0 ? -1e-6 : 1e-6;
    m_heightsMm = {(same - 0.5) * thickness, (same + 0.5) * thickness};
}

PlaneVector PlaneCut::onPlane(imaging::PatientPoint way) const
{
    return {imaging::dot(way, m_axes[0]), imaging::dot(way, m_axes[1]), imaging::dot(way, m_axes[2])};
}

PlaneVector PlaneCut::placeOf(double column, double row) const
{
    return onPlane(m_plane.toPatient(column, row) - m_plane.origin);
}

std::array<double, 3> PlaneCut::indexOf(const PlaneVector& place) const
{
    return m_frame.toIndex(m_plane.origin + place[0] * m_axes[0] + place[1] * m_axes[1] + place[2] * m_axes[2]);
}

PlaneVector PlaneCut::rowStart(int row, int slice) const
{
    PlaneVector start = m_start;
    for (std::size_t i = 0; i < 3; ++i)
        start[i] += row * m_steps[1][i] + slice * m_steps[2][i];
    return start;
}

LinePart PlaneCut::cutPart(double height) const
{
    constexpr double kAll = 1e12;
    const double low = m_heightsMm.first - height;
    const double high = m_heightsMm.last - height;
    const double step = m_steps[0][2];
    if (std::abs(step) < 1e-9 * (high - low))
        return low <= 0 && high >= 0 ? LinePart{-kAll, kAll} : LinePart{kAll, -kAll};
    return {std::min(low / step, high / step), std::max(low / step, high / step)};
}

void PlaneCut::reachOver(const LinePart& heightsMm)
{
    m_heightsMm = {std::min(m_heightsMm.first, heightsMm.first), std::max(m_heightsMm.last, heightsMm.last)};
}

std::optional<imaging::VoxelIndex> voxelAt(const imaging::VoxelGrid& grid, const std::array<double, 3>& index)
{
    std::array<int, 3> nearest{};
    for (std::size_t i = 0; i < 3; ++i) { // Held before it is a whole number: a position may be anywhere.
        const double edge = std::clamp(index[i], -2.0, 1e9) + 0.5;
        nearest[i] = edge > kSameVoxel ? static_cast<int>(std::floor(edge + kSameVoxel)) : -1;
    }
    const imaging::VoxelIndex voxel{nearest[0], nearest[1], nearest[2]};
    return grid.contains(voxel) ? std::optional(voxel) : std::nullopt;
}

std::array<int, 2> wholeNumbers(double first, double last, int size)
{
    const double low = std::max(0.0, std::ceil(first - kSameVoxel));
    const double high = std::min(size - 1.0, std::floor(last + kSameVoxel));
    return low <= high ? std::array<int, 2>{static_cast<int>(low), static_cast<int>(high)} : std::array<int, 2>{0, -1};
}

void include(std::optional<MaskRegion>& region, const MaskRegion& painted)
{
    region = region ? united(*region, painted) : painted;
}

} // namespace annotations::detail
