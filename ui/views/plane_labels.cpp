#include "ui/views/plane_labels.h"

#include "imaging/grid_frame.h"
#include "imaging/reslice.h"

#include <algorithm>
#include <limits>

namespace ui {

PlaneLabels::PlaneLabels(const annotations::LabelMap& map, const imaging::Plane& plane)
    : m_map(map)
    , m_plane(plane)
    , m_slice(imaging::sliceOn(map.grid(), plane))
{
    refresh();
}

std::span<const std::uint16_t> PlaneLabels::values() const
{
    return m_slice ? m_map.slice(*m_slice) : std::span<const std::uint16_t>(m_resliced);
}

void PlaneLabels::refresh()
{
    if (!m_slice)
        m_resliced = imaging::resliceLabels(m_map.voxels(), m_map.grid(), m_plane);
}

std::optional<QRectF> PlaneLabels::reachOf(const annotations::MaskRegion& region) const
{
    constexpr double kTouches = 1e-6; // mm: two voxels meet in a plane that belongs to both.
    const imaging::GridFrame frame(m_map.grid());
    constexpr double kEndless = std::numeric_limits<double>::max();
    imaging::PlanePoint low{kEndless, kEndless, kEndless};
    imaging::PlanePoint high{-kEndless, -kEndless, -kEndless};
    for (const double column : {region.firstColumn - 0.5, region.lastColumn + 0.5})
        for (const double row : {region.firstRow - 0.5, region.lastRow + 0.5})
            for (const double slice : {region.firstSlice - 0.5, region.lastSlice + 0.5}) {
                const auto corner = m_plane.toPlane(frame.toPatient(column, row, slice));
                low = {std::min(low.column, corner.column), std::min(low.row, corner.row),
                    std::min(low.heightMm, corner.heightMm)};
                high = {std::max(high.column, corner.column), std::max(high.row, corner.row),
                    std::max(high.heightMm, corner.heightMm)};
            }
    if (low.heightMm > kTouches || high.heightMm < -kTouches)
        return std::nullopt;
    return QRectF(QPointF(low.column + 0.5, low.row + 0.5), QPointF(high.column + 0.5, high.row + 0.5));
}

} // namespace ui
