#include "ui/views/measure_marks.h"

#include "imaging/grid_frame.h"
#include "ui/views/shown_picture.h"
#include "ui/views/sketch.h"
#include "ui/views/slice_view.h"

#include <QFontMetrics>
#include <QLineF>
#include <QPainter>
#include <QPolygonF>

#include <cmath>
#include <limits>

namespace ui {

namespace {

const QColor kLine(240, 208, 112);
const QColor kChosen(255, 240, 180);
const QColor kMarkShadow(0, 0, 0, 180);
constexpr double kTextGap = 10;

bool isShown(const SliceView& view, const annotations::Measurement& measurement)
{
    const imaging::GridFrame frame(view.picture().volume()->grid());
    return liesOn(measurement, view.plane(), frame.voxelAlong(view.plane().normal()));
}

QPolygonF placesOf(const SliceView& view, const annotations::Measurement& measurement)
{
    QPolygonF places;
    for (const auto& point : measurement.points) {
        const auto at = view.plane().toPlane(point);
        places << view.toWidget({at.column + 0.5, at.row + 0.5});
    }
    return places;
}

/// An ellipse by its centre and the ends of its half axes, however it lies.
QPolygonF ellipseOf(const QPolygonF& p)
{
    constexpr int kSteps = 72;
    QPolygonF outline;
    for (int step = 0; step <= kSteps; ++step) {
        const double angle = 2 * M_PI * step / kSteps;
        outline << p[0] + std::cos(angle) * (p[1] - p[0]) + std::sin(angle) * (p[2] - p[0]);
    }
    return outline;
}

/// The lines of a measurement that has all its points, or as many as there are.
QList<QPolygonF> linesOf(annotations::MeasureKind kind, const QPolygonF& p)
{
    using annotations::MeasureKind;
    if (kind == MeasureKind::Ellipse)
        return p.size() == 3 ? QList<QPolygonF>{ellipseOf(p)} : QList<QPolygonF>{p};
    if (kind != MeasureKind::Cobb && kind != MeasureKind::CardiothoracicRatio)
        return {p};
    QList<QPolygonF> lines;
    for (qsizetype i = 0; i + 1 < p.size(); i += 2)
        lines << QPolygonF({p[i], p[i + 1]});
    return lines;
}

void paintText(QPainter& painter, const QRectF& view, QPointF at, const QString& text, const QColor& colour)
{
    const QRectF room(0, 0, view.width(), view.height());
    QRectF box = painter.fontMetrics().boundingRect(room.toRect(), Qt::AlignLeft | Qt::AlignTop, text);
    box.moveTopLeft(at + QPointF(kTextGap, -box.height() / 2));
    box.moveLeft(std::clamp(box.left(), view.left(), std::max(view.left(), view.right() - box.width())));
    box.moveTop(std::clamp(box.top(), view.top(), std::max(view.top(), view.bottom() - box.height())));
    for (const QPointF step : {QPointF(1, 1), QPointF(-1, 0), QPointF(0, -1)}) {
        painter.setPen(kMarkShadow);
        painter.drawText(box.translated(step), Qt::AlignLeft | Qt::AlignTop, text);
    }
    painter.setPen(colour);
    painter.drawText(box, Qt::AlignLeft | Qt::AlignTop, text);
}

void paintOne(QPainter& painter, const SliceView& view, const ShownMeasurement& shown)
{
    const auto places = placesOf(view, shown.measurement);
    const QColor colour = shown.chosen ? kChosen : kLine;
    painter.setBrush(Qt::NoBrush);
    for (const QPen& pen : {QPen(kMarkShadow, 3.2), QPen(colour, shown.chosen ? 1.8 : 1.4)}) {
        painter.setPen(pen);
        for (const QPolygonF& line : linesOf(shown.measurement.kind, places))
            painter.drawPolyline(line);
    }
    painter.setPen(QPen(kMarkShadow, 1));
    painter.setBrush(colour);
    for (const QPointF& place : places)
        painter.drawEllipse(place, shown.chosen ? 4 : 3, shown.chosen ? 4 : 3);
    if (!places.isEmpty())
        paintText(painter, QRectF(view.rect()).adjusted(4, 4, -4, -4), places.last(), shown.text, colour);
}

} // namespace

std::optional<MeasureHandle> measureHandleAt(const SliceView& view, QPointF place)
{
    std::optional<MeasureHandle> nearest;
    double distance = kClickReach;
    if (!view.hasPicture())
        return nearest;
    for (const auto& shown : view.picture().measurements()) {
        if (shown.measurement.id == 0 || !isShown(view, shown.measurement))
            continue; // Not there yet, or elsewhere.
        const auto places = placesOf(view, shown.measurement);
        for (qsizetype i = 0; i < places.size(); ++i)
            if (const double apart = QLineF(places[i], place).length(); apart <= distance) {
                distance = apart;
                nearest = MeasureHandle{shown.measurement.id, static_cast<std::size_t>(i)};
            }
    }
    return nearest;
}

void paintMeasurements(QPainter& painter, const SliceView& view)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    for (const auto& shown : view.picture().measurements())
        if (isShown(view, shown.measurement))
            paintOne(painter, view, shown);
    painter.restore();
}

} // namespace ui
