#include "ui/views/view_grid.h"

#include "ui/views/slice_view.h"
#include "ui/views/solid_view.h"
#include "ui/views/view_state.h"

#include <QGridLayout>

#include <array>
#include <utility>

namespace ui {

namespace {

/// The stored slices first, what lies across them below, the oblique plane or the room beside.
constexpr std::array<std::pair<int, int>, 4> kCells{{{0, 0}, {1, 0}, {1, 1}, {0, 1}}};

} // namespace

ViewGrid::ViewGrid(ShownPicture& picture, ViewState& state, QWidget* parent)
    : QWidget(parent)
    , m_picture(picture)
    , m_state(state)
    , m_cells(new QGridLayout(this))
{
    setObjectName(QStringLiteral("viewGrid"));
    m_cells->setContentsMargins(0, 0, 0, 0);
    m_cells->setSpacing(2);
    viewOf(ViewPlane::Stored);
    setFocusProxy(&stored());
    arrange();
    connect(&state, &ViewState::layoutChanged, this, &ViewGrid::arrange);
}

SliceView* ViewGrid::view(ViewPlane plane) const
{
    const auto found = m_views.find(plane);
    return found == m_views.end() ? nullptr : found->second;
}

SliceView& ViewGrid::viewOf(ViewPlane plane)
{
    if (SliceView* made = view(plane))
        return *made;
    auto* made = new SliceView(m_picture, m_state, plane, this);
    m_views[plane] = made;
    Q_EMIT viewMade(made);
    return *made;
}

void ViewGrid::put(QWidget& widget, int row, int column)
{
    m_cells->addWidget(&widget, row, column);
    m_cells->setRowStretch(row, 1);
    m_cells->setColumnStretch(column, 1);
    widget.setVisible(true);
}

/// In the cell that the planes leave, or in all.
void ViewGrid::arrangeSolid()
{
    if (m_solid) {
        m_cells->removeWidget(m_solid);
        m_solid->hide();
    }
    if (!m_state.showsSolid())
        return;
    if (!m_solid)
        m_solid = new SolidView(m_picture, m_state, openSolidRenderer, this);
    const auto cell = m_state.layout() == ViewLayout::Solid ? kCells.front() : kCells.back();
    put(*m_solid, cell.first, cell.second);
}

void ViewGrid::arrange()
{
    auto planes = m_state.alone() ? std::vector{*m_state.alone()} : m_state.planesShown();
    if (m_state.layout() == ViewLayout::Solid)
        planes.clear();
    for (auto [plane, view] : m_views) {
        m_cells->removeWidget(view);
        if (std::find(planes.begin(), planes.end(), plane) == planes.end())
            view->hide();
    }
    for (int i = 0; i < 2; ++i) {
        m_cells->setRowStretch(i, 0);
        m_cells->setColumnStretch(i, 0);
    }
    for (std::size_t i = 0; i < planes.size(); ++i)
        put(viewOf(planes[i]), kCells[i].first, kCells[i].second);
    arrangeSolid();
    Q_EMIT arranged();
}

} // namespace ui
