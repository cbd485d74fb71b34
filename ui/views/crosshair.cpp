#include "ui/views/crosshair.h"

#include "ui/views/slice_view.h"
#include "ui/views/view_state.h"

#include <QCoreApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr double kGap = 14; ///< Around the centre, so that what lies there is seen.
constexpr double kHandleAt = 0.36; ///< Of the view's smaller side, from the centre.

std::size_t directionOf(ViewPlane plane, imaging::Orientation stored)
{
    switch (plane) {
    case ViewPlane::Stored:
        return static_cast<std::size_t>(stored);
    case ViewPlane::Axial:
        return 0;
    case ViewPlane::Coronal:
        return 1;
    case ViewPlane::Sagittal:
        return 2;
    case ViewPlane::Oblique:
        break;
    }
    return 3;
}

QPointF placeOf(imaging::PatientPoint point, const SliceView& view)
{
    const auto at = view.plane().toPlane(point);
    return view.toWidget({at.column + 0.5, at.row + 0.5});
}

/// The way in the patient from the crosshair to a place in the view.
imaging::PatientPoint wayTo(QPointF place, const SliceView& view, const ViewState& state)
{
    const QPointF picture = view.toPicture(place) - QPointF(0.5, 0.5);
    const auto& plane = view.plane();
    const auto centre = plane.toPlane(state.crosshair());
    return (picture.x() - centre.column) * plane.spacingMm[0] * plane.axes[0]
        + (picture.y() - centre.row) * plane.spacingMm[1] * plane.axes[1];
}

} // namespace

QColor colourOf(ViewPlane plane, imaging::Orientation stored)
{
    static const std::array<QColor, 4> kColours{
        QColor(226, 122, 106), QColor(120, 190, 122), QColor(222, 190, 92), QColor(178, 148, 226)};
    return kColours[directionOf(plane, stored)];
}

QString nameOf(ViewPlane plane, imaging::Orientation stored)
{
    const std::array<const char*, 4> names{QT_TRANSLATE_NOOP("ui::Crosshair", "Axial"),
        QT_TRANSLATE_NOOP("ui::Crosshair", "Coronal"), QT_TRANSLATE_NOOP("ui::Crosshair", "Sagittal"),
        QT_TRANSLATE_NOOP("ui::Crosshair", "Oblique")};
    return QCoreApplication::translate("ui::Crosshair", names[directionOf(plane, stored)]);
}

std::vector<QPointF> Crosshair::handles() const
{
    std::vector<QPointF> handles;
    for (const auto& [of, direction, line] : lines) {
        if (of != ViewPlane::Oblique || line.length() < 1)
            continue;
        const QPointF step = (line.p2() - line.p1()) / line.length() * (handleReach);
        handles = {centre - step, centre + step};
    }
    return handles;
}

std::optional<Crosshair> crosshairOf(const SliceView& view, const ViewState& state)
{
    const auto shown = state.planesShown();
    if (!view.hasPicture() || shown.size() < 2)
        return std::nullopt;
    Crosshair crosshair{placeOf(state.crosshair(), view), kHandleAt * std::min(view.width(), view.height()), {}};
    const double reach = 2.0 * std::max(view.width(), view.height()); // Beyond the edges from wherever the centre is.
    for (const ViewPlane other : shown) {
        const auto plane = other == view.which() ? std::nullopt : state.plane(other);
        const auto cut = plane ? intersection(view.plane(), *plane) : std::nullopt;
        if (!cut)
            continue;
        const QPointF ahead = placeOf(state.crosshair() + cut->direction, view) - crosshair.centre;
        const double length = std::hypot(ahead.x(), ahead.y());
        const QPointF step = length > 0 ? ahead / length * reach : QPointF();
        crosshair.lines.push_back({other, cut->direction, {crosshair.centre - step, crosshair.centre + step}});
    }
    return crosshair;
}

void turnObliqueTo(QPointF place, const SliceView& view, ViewState& state)
{
    const auto plane = state.plane(ViewPlane::Oblique);
    const auto cut = plane ? intersection(view.plane(), *plane) : std::nullopt;
    auto way = wayTo(place, view, state);
    if (!cut || !(length(way) > 0))
        return;
    if (dot(way, cut->direction) < 0)
        way = -1 * way;
    const auto axis = view.plane().normal();
    const double angle = std::atan2(dot(cross(cut->direction, way), axis), dot(cut->direction, way));
    // Rodrigues' formula.
    const auto normal = state.obliqueNormal();
    state.setObliqueNormal(std::cos(angle) * normal + std::sin(angle) * cross(axis, normal)
        + (1 - std::cos(angle)) * dot(axis, normal) * axis);
}

void paintCrosshair(QPainter& painter, const Crosshair& crosshair, imaging::Orientation stored)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    for (const auto& [of, direction, line] : crosshair.lines) {
        if (line.length() < 1)
            continue;
        QColor colour = colourOf(of, stored);
        colour.setAlpha(190);
        painter.setPen(QPen(colour, 1.2));
        const QPointF gap = (line.p2() - line.p1()) / line.length() * kGap;
        painter.drawLine(line.p1(), crosshair.centre - gap);
        painter.drawLine(crosshair.centre + gap, line.p2());
    }
    painter.setBrush(colourOf(ViewPlane::Oblique, stored));
    painter.setPen(QPen(QColor(0, 0, 0, 190), 1));
    for (const QPointF& handle : crosshair.handles())
        painter.drawEllipse(handle, 5, 5);
    painter.restore();
}

} // namespace ui
