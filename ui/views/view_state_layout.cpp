#include "imaging/grid_frame.h"
#include "ui/views/view_state.h"

#include <algorithm>

namespace ui {

void ViewState::setLayout(ViewLayout layout)
{
    if (!canBeCut() || layout == m_layout)
        return;
    m_layout = layout;
    m_alone.reset();
    m_layouts[m_modality] = layout;
    Q_EMIT layoutChanged();
}

void ViewState::toggleAlone(ViewPlane view)
{
    if (m_alone)
        m_alone.reset();
    else
        m_alone = view;
    Q_EMIT layoutChanged();
}

void ViewState::setSlab(std::optional<imaging::Slab> slab)
{
    if (slab == m_slab || (slab && !canBeCut()))
        return;
    m_slab = slab;
    Q_EMIT slabChanged();
}

imaging::Orientation ViewState::storedOrientation() const
{
    using enum imaging::Orientation;
    for (const auto orientation : {Coronal, Sagittal})
        if (m_grid && axisAcross(*m_grid, orientation) == imaging::GridAxis::Slice)
            return orientation;
    return Axial;
}

bool ViewState::showsSolid() const
{
    return layout() == ViewLayout::Solid || (layout() == ViewLayout::PlanesAndSolid && !m_alone);
}

std::vector<ViewPlane> ViewState::planesShown() const
{
    std::vector<ViewPlane> planes{ViewPlane::Stored};
    if (layout() != ViewLayout::Planes && layout() != ViewLayout::PlanesAndSolid)
        return planes;
    constexpr std::array kPlanes{ViewPlane::Axial, ViewPlane::Coronal, ViewPlane::Sagittal};
    for (std::size_t i = 0; i < kPlanes.size(); ++i)
        if (static_cast<std::size_t>(storedOrientation()) != i)
            planes.push_back(kPlanes[i]);
    if (layout() == ViewLayout::Planes)
        planes.push_back(ViewPlane::Oblique);
    return planes;
}

} // namespace ui
