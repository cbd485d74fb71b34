#include "annotations/rtstruct/slice_places.h"

#include <cmath>
#include <cstdio>

namespace annotations {

namespace {

imaging::PatientPoint cornerOf(const imaging::Volume& picture, int slice)
{
    const auto& sources = picture.info().sources;
    imaging::PatientPoint corner;
    if (static_cast<std::size_t>(slice) < sources.size()
        && std::sscanf(sources[static_cast<std::size_t>(slice)].imagePosition.c_str(), "%lf\\%lf\\%lf", &corner.x,
               &corner.y, &corner.z)
            == 3
        && std::isfinite(corner.x) && std::isfinite(corner.y) && std::isfinite(corner.z))
        return corner;
    return picture.grid().toPatient(0, 0, slice);
}

} // namespace

SlicePlaces::SlicePlaces(const imaging::Volume& picture)
    : m_grid(picture.grid())
    , m_normal(cross(m_grid.axes[0], m_grid.axes[1]))
{
    for (int slice = 0; slice < m_grid.slices; ++slice)
        m_corners.push_back(cornerOf(picture, slice));
}

imaging::PatientPoint SlicePlaces::toPatient(double column, double row, int slice) const
{
    return m_corners[static_cast<std::size_t>(slice)] + column * m_grid.spacingMm[0] * m_grid.axes[0]
        + row * m_grid.spacingMm[1] * m_grid.axes[1];
}

std::array<double, 3> SlicePlaces::onSlice(int slice, const imaging::PatientPoint& point) const
{
    const auto offset = point - m_corners[static_cast<std::size_t>(slice)];
    return {dot(offset, m_grid.axes[0]) / m_grid.spacingMm[0], dot(offset, m_grid.axes[1]) / m_grid.spacingMm[1],
        dot(offset, m_normal)};
}

bool SlicePlaces::isWithin(double distanceMm) const
{
    constexpr double kRounding = 1e-6;
    return std::abs(distanceMm) <= m_grid.spacingMm[2] / 2 * (1 + kRounding);
}

std::optional<int> SlicePlaces::sliceOf(const imaging::PatientPoint& point) const
{
    std::optional<int> nearest;
    double distance = 0;
    for (int slice = 0; slice < m_grid.slices; ++slice) {
        const double away = std::abs(dot(point - m_corners[static_cast<std::size_t>(slice)], m_normal));
        if (isWithin(away) && (!nearest || away < distance)) {
            distance = away;
            nearest = slice;
        }
    }
    return nearest;
}

} // namespace annotations
