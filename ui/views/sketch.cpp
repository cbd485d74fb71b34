#include "ui/views/sketch.h"

#include <QLineF>
#include <QPainter>

namespace ui {

void paintSketch(QPainter& painter, const SketchShape& shape, QColor colour)
{
    const auto& [corners, path, loose] = shape;
    if (corners.isEmpty() && path.isEmpty())
        return;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    const QPolygonF& line = path.isEmpty() ? corners : path;
    const bool closes = corners.size() >= 3 && loose && QLineF(*loose, corners.first()).length() <= kClickReach;
    for (const QPen& pen : {QPen(QColor(0, 0, 0, 170), 3.5), QPen(colour, 1.8)}) {
        painter.setPen(pen);
        painter.drawPolyline(line);
        if (!loose)
            continue;
        QPen band = pen;
        band.setStyle(Qt::DashLine);
        painter.setPen(band);
        painter.drawLine(line.last(), closes ? corners.first() : *loose);
    }
    if (corners.isEmpty())
        return;
    painter.setPen(QPen(QColor(0, 0, 0, 190), 1));
    painter.setBrush(colour);
    for (const QPointF& corner : corners)
        painter.drawEllipse(corner, 3, 3);
    painter.setBrush(closes ? QBrush(Qt::white) : QBrush(Qt::NoBrush));
    painter.setPen(QPen(Qt::white, 1.5));
    painter.drawEllipse(corners.first(), closes ? 6 : 5, closes ? 6 : 5);
}

} // namespace ui
