#pragma once

#include "imaging/plane.h"
#include "ui/views/view_plane.h"

#include <QColor>
#include <QLineF>
#include <QPointF>

#include <optional>
#include <vector>

class QPainter;

namespace ui {

class SliceView;
class ViewState;

/// The colour that a plane has wherever it is named or drawn.
QColor colourOf(ViewPlane plane, imaging::Orientation stored);
/// "Axial", "Coronal" ...; the stored plane by the direction that it lies in.
QString nameOf(ViewPlane plane, imaging::Orientation stored);

/// Where the plane of another view cuts the picture, in widget positions.
struct CrosshairLine
{
    ViewPlane of = ViewPlane::Stored;
    imaging::PatientPoint direction; ///< Of length 1.
    QLineF line; ///< From one edge of the view to the other.
};

/// What links the views of one picture: where the planes of the others cut this one.
struct Crosshair
{
    QPointF centre; ///< The point that all planes go through.
    double handleReach = 0; ///< How far from it the handles lie.
    std::vector<CrosshairLine> lines;

    /// Two places on the oblique plane's line by which it is turned about the centre; none where it does not cut.
    std::vector<QPointF> handles() const;
};

/// Of a view that shows a picture, while its state's layout links several; nothing otherwise.
std::optional<Crosshair> crosshairOf(const SliceView& view, const ViewState& state);

/// Turns the oblique plane so that it cuts the view where a place (widget) lies.
void turnObliqueTo(QPointF place, const SliceView& view, ViewState& state);

void paintCrosshair(QPainter& painter, const Crosshair& crosshair, imaging::Orientation stored);

} // namespace ui
