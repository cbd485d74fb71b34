#include "ui/views/sketch.h"

#include <QLineF>
#include <QPainter>

namespace ui {

namespace {

void paintNote(QPainter& painter, QPointF pointer, const QString& note)
{
    QRectF box = painter.boundingRect(QRectF(pointer + QPointF(16, -30), QSizeF(1, 1)), Qt::AlignLeft | Qt::TextDontClip, note);
    box.adjust(-5, -2, 5, 2);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(0, 0, 0, 170));
    painter.drawRoundedRect(box, 3, 3);
    painter.setPen(Qt::white);
    painter.drawText(box, Qt::AlignCenter, note);
}

} // namespace

void paintSketch(QPainter& painter, const SketchShape& shape, QColor colour)
{
    const auto& [corners, path, loose, note] = shape;
    if (loose && !note.isEmpty())
        paintNote(painter, *loose, note);
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
