#pragma once

#include <QColor>
#include <QPointF>
#include <QPolygonF>
#include <QString>

#include <optional>

class QPainter;

namespace ui {

/// How near to a corner a click still means it, in points.
constexpr double kClickReach = 8;

/// What is drawn by a tool and is no mask yet, in widget positions: see annotations::ToolOutline.
struct SketchShape
{
    QPolygonF corners;
    QPolygonF path; ///< Empty: straight from corner to corner.
    std::optional<QPointF> loose;
    QString note; ///< Said beside the pointer.
};

/// The line, or nothing for none; a handle at each corner, and a rubber band from the line's end to where the pointer is. The first corner
/// stands out where a click closes the outline.
void paintSketch(QPainter& painter, const SketchShape& shape, QColor colour);

} // namespace ui
