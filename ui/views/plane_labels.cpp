#include "ui/views/plane_labels.h"

#include "imaging/reslice.h"

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

} // namespace ui
