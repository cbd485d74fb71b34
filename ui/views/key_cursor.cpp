#include "ui/views/key_cursor.h"

#include "ui/views/slice_view.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr double kStep = 2; ///< Points, at least one pixel of the picture.
constexpr double kFarStep = 10; ///< Steps with Shift.

} // namespace

KeyCursor::KeyCursor(SliceView& view)
    : m_view(view)
{
}

void KeyCursor::begin(std::optional<QPointF> mouse)
{
    if (m_position)
        return;
    const QRectF seen = m_view.pictureRect().intersected(QRectF(m_view.rect()));
    const QPointF at = m_view.toPicture(mouse && seen.contains(*mouse) ? *mouse : seen.center());
    m_position = QPointF(std::floor(at.x()) + 0.5, std::floor(at.y()) + 0.5);
}

void KeyCursor::move(QPointF direction, bool far, std::optional<QPointF> mouse)
{
    begin(mouse);
    const double pointsPerPixel = m_view.zoom() / m_view.devicePixelRatioF();
    const double step = std::max(1.0, std::round(kStep / pointsPerPixel)) * (far ? kFarStep : 1);
    const QSize size = m_view.pictureSize();
    const QPointF to = *m_position + step * direction;
    m_position = QPointF(std::clamp(to.x(), 0.5, size.width() - 0.5), std::clamp(to.y(), 0.5, size.height() - 0.5));
}

/// With a free middle, so that what it points at stays visible.
void KeyCursor::paint(QPainter& painter, bool down) const
{
    if (!m_position)
        return;
    constexpr double kInner = 4;
    constexpr double kOuter = 13;
    const QPointF at = m_view.toWidget(*m_position);
    painter.setRenderHint(QPainter::Antialiasing);
    for (const QPen& pen : {QPen(QColor(0, 0, 0, 190), 4), QPen(down ? QColor(240, 180, 110) : Qt::white, 2)}) {
        painter.setPen(pen);
        for (const QPointF way : {QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)})
            painter.drawLine(at + kInner * way, at + kOuter * way);
    }
}

} // namespace ui
