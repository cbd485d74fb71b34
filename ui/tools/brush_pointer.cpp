#include "ui/tools/brush_pointer.h"

#include <QPainter>

namespace ui {

namespace {

void paintCircle(QPainter& painter, QPointF at, QSizeF radii, Qt::PenStyle style)
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(0, 0, 0, 150), 2.5));
    painter.drawEllipse(at, radii.width(), radii.height());
    painter.setPen(QPen(QColor(255, 255, 255, 220), 1.2, style));
    painter.drawEllipse(at, radii.width(), radii.height());
}

} // namespace

void paintBrushPointer(QPainter& painter, QPointF at, QSizeF radii)
{
    paintCircle(painter, at, radii, Qt::SolidLine);
}

void paintEraserPointer(QPainter& painter, QPointF at, QSizeF radii)
{
    paintCircle(painter, at, radii, Qt::DashLine);
}

} // namespace ui
