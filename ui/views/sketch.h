#pragma once

#include <QColor>
#include <QPointF>
#include <QPolygonF>

#include <optional>

class QPainter;

namespace ui {

/// How near to a corner a click still means it, in points.
constexpr double kClickReach = 8;

/// What is drawn click by click and is no mask yet, in widget positions: its corners joined, and a rubber band from the
/// last one to where the pointer is. The first corner stands out where a click closes the outline.
void paintSketch(QPainter& painter, const QPolygonF& corners, std::optional<QPointF> loose, QColor colour);

} // namespace ui
