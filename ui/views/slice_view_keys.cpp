#include "ui/views/slice_view.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr double kPanKeyStep = 40;
constexpr double kCursorStep = 2; ///< Points, at least one pixel of the picture.
constexpr double kFarStep = 10; ///< Steps with Shift.
constexpr double kCursorMargin = 24; ///< Points between the cursor and the view's edge.

QPointF directionOf(int key)
{
    switch (key) {
    case Qt::Key_Left:
        return {-1, 0};
    case Qt::Key_Right:
        return {1, 0};
    case Qt::Key_Up:
        return {0, -1};
    case Qt::Key_Down:
        return {0, 1};
    default:
        return {};
    }
}

} // namespace

void SliceView::keyPressEvent(QKeyEvent* event)
{
    if (!hasPicture())
        return QWidget::keyPressEvent(event);
    if (!keysMoveCursor() || !handleCursorKey(*event))
        handleViewKey(*event);
}

/// False when the key is none of the cursor's.
bool SliceView::handleCursorKey(const QKeyEvent& event)
{
    const bool enter = event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter;
    if (const QPointF direction = directionOf(event.key()); !direction.isNull()) {
        moveKeyCursor(direction, event.modifiers() & Qt::ShiftModifier);
    } else if (enter && m_tool != Tool::Select) {
        m_drag == Drag::KeyStroke ? finishStroke() : beginKeyStroke();
    } else if (event.key() == Qt::Key_Space && m_tool != Tool::Select && m_keyCursor) {
        if (!event.isAutoRepeat())
            beginKeyStroke();
    } else if (event.key() == Qt::Key_Escape && m_drag == Drag::KeyStroke) {
        abortStroke();
    } else if (event.key() == Qt::Key_Escape && m_cursorOn) {
        setKeyCursor(false);
    } else {
        return false;
    }
    return true;
}

void SliceView::handleViewKey(QKeyEvent& event)
{
    const int page = std::max(5, m_volume->grid().slices / 20);
    const QPointF direction = directionOf(event.key());
    if (!direction.isNull() && event.modifiers() & Qt::ShiftModifier) {
        m_fitted = false;
        return setView(panned(m_view, -kPanKeyStep * direction, pictureSize(), deviceSize()));
    }
    if (!direction.isNull())
        return stepSlice(static_cast<int>(direction.x() + direction.y()));
    switch (event.key()) {
    case Qt::Key_PageUp:
        return stepSlice(-page);
    case Qt::Key_PageDown:
        return stepSlice(page);
    case Qt::Key_Home:
        return setSlice(0);
    case Qt::Key_End:
        return setSlice(m_volume->grid().slices - 1);
    case Qt::Key_Space:
        m_spaceHeld = true;
        return updateCursor();
    case Qt::Key_Escape:
        m_drag == Drag::Stroke ? abortStroke() : event.ignore();
        return;
    default:
        QWidget::keyPressEvent(&event);
    }
}

void SliceView::keyReleaseEvent(QKeyEvent* event)
{
    if (event->key() != Qt::Key_Space || event->isAutoRepeat())
        return QWidget::keyReleaseEvent(event);
    if (m_drag == Drag::KeyStroke)
        finishStroke();
    m_spaceHeld = false;
    updateCursor();
}

void SliceView::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void SliceView::focusOutEvent(QFocusEvent* event)
{
    // Nobody would see the key let go.
    if (m_drag == Drag::KeyStroke)
        finishStroke();
    m_spaceHeld = false;
    QWidget::focusOutEvent(event);
    update();
}

void SliceView::setKeyCursor(bool on)
{
    if (on == m_cursorOn)
        return;
    m_cursorOn = on;
    if (on && hasPicture())
        m_keyCursor = keyCursorOrStart();
    else if (!on)
        m_keyCursor.reset();
    announce();
    update();
    Q_EMIT keyCursorChanged(on);
}

std::optional<QPointF> SliceView::pointer() const
{
    return m_keyCursor ? std::optional(toWidget(*m_keyCursor)) : m_pointer;
}

/// The cursor begins where the mouse is, or in the middle of what is seen of the picture.
QPointF SliceView::keyCursorOrStart() const
{
    if (m_keyCursor)
        return *m_keyCursor;
    const QRectF seen = pictureRect().intersected(QRectF(rect()));
    const QPointF start = m_pointer && seen.contains(*m_pointer) ? *m_pointer : seen.center();
    const QPointF at = toPicture(start);
    return {std::floor(at.x()) + 0.5, std::floor(at.y()) + 0.5};
}

void SliceView::moveKeyCursor(QPointF by, bool far)
{
    const double pointsPerPixel = m_view.scaleX / devicePixelRatioF();
    const double step = std::max(1.0, std::round(kCursorStep / pointsPerPixel)) * (far ? kFarStep : 1);
    const QSize size = pictureSize();
    const QPointF to = keyCursorOrStart() + step * by;
    m_keyCursor = QPointF(std::clamp(to.x(), 0.5, size.width() - 0.5), std::clamp(to.y(), 0.5, size.height() - 0.5));
    showAround(toWidget(*m_keyCursor));
    if (m_drag == Drag::KeyStroke)
        Q_EMIT strokeMoved(*m_keyCursor - QPointF(0.5, 0.5));
    announce();
    update();
}

/// Moves the picture where the position lies too near to the view's edge.
void SliceView::showAround(QPointF widget)
{
    const QRectF inner = QRectF(rect()).adjusted(kCursorMargin, kCursorMargin, -kCursorMargin, -kCursorMargin);
    const QPointF held(
        std::clamp(widget.x(), inner.left(), inner.right()), std::clamp(widget.y(), inner.top(), inner.bottom()));
    if (held == widget || m_fitted)
        return;
    m_fitted = false;
    setView(panned(m_view, (held - widget) * devicePixelRatioF(), pictureSize(), deviceSize()));
}

void SliceView::beginKeyStroke()
{
    if (m_drag != Drag::None)
        return;
    m_keyCursor = keyCursorOrStart();
    m_drag = Drag::KeyStroke;
    update();
    Q_EMIT strokeBegan(*m_keyCursor - QPointF(0.5, 0.5), m_tool);
}

/// Tells programs that read the screen what lies under the cursor.
void SliceView::announce()
{
    setAccessibleDescription(
        m_keyCursor ? readOut().join(QStringLiteral(", ")) : tr("The open picture or slice with its masks"));
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

/// A cross with a free middle, so that what it points at stays visible.
void SliceView::paintKeyCursor(QPainter& painter) const
{
    if (!m_keyCursor)
        return;
    constexpr double kInner = 4;
    constexpr double kOuter = 13;
    const QPointF at = toWidget(*m_keyCursor);
    const bool down = m_drag == Drag::KeyStroke;
    painter.setRenderHint(QPainter::Antialiasing);
    for (const QPen& pen : {QPen(QColor(0, 0, 0, 190), 4), QPen(down ? QColor(240, 180, 110) : Qt::white, 2)}) {
        painter.setPen(pen);
        for (const QPointF way : {QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)})
            painter.drawLine(at + kInner * way, at + kOuter * way);
    }
}

} // namespace ui
