#pragma once

#include "ui/views/view_layout.h"
#include "ui/views/view_plane.h"

#include <QWidget>

#include <map>

class QGridLayout;

namespace ui {

class ShownPicture;
class SliceView;
class SolidView;
class ViewState;

/// The views of a picture side by side, as their state's layout says. Views are made when a layout first needs them;
/// the one of the stored slices is there from the start and stands for the direction in which they lie.
class ViewGrid : public QWidget
{
    Q_OBJECT

public:
    /// Both must outlive the grid.
    ViewGrid(ShownPicture& picture, ViewState& state, QWidget* parent = nullptr);
    /// Null while no layout has needed it.
    SolidView* solid() const { return m_solid; }

    SliceView& stored() { return *m_views.at(ViewPlane::Stored); }
    /// Null while no layout has needed it.
    SliceView* view(ViewPlane plane) const;

Q_SIGNALS:
    /// One more view than before.
    void viewMade(ui::SliceView* view);
    /// Other views are in sight.
    void arranged();

private:
    void arrange();
    SliceView& viewOf(ViewPlane plane);
    void arrangeSolid();
    void put(QWidget& widget, int row, int column);

    ShownPicture& m_picture;
    ViewState& m_state;
    QGridLayout* m_cells;
    std::map<ViewPlane, SliceView*> m_views;
    SolidView* m_solid = nullptr;
};

} // namespace ui
