#pragma once

#include <QPointF>
#include <QSizeF>

class QPainter;

namespace ui {

/// What a round brush covers: a circle, in points an ellipse where pixels are not square.
void paintBrushPointer(QPainter& painter, QPointF at, QSizeF radii);
/// The same, dashed.
void paintEraserPointer(QPainter& painter, QPointF at, QSizeF radii);

} // namespace ui
