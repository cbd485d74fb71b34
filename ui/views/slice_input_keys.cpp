#include "ui/tools/tool_table.h"
#include "ui/views/shown_picture.h"
#include "ui/views/slice_input.h"
#include "ui/views/slice_view.h"
#include "ui/views/view_state.h"

#include <QKeyEvent>

#include <algorithm>

namespace ui {

namespace {

constexpr double kPanKeyStep = 40;

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

bool SliceInput::keysMoveCursor() const
{
    return toolRow(m_state.tool()).draws() || m_cursorOn;
}

void SliceInput::keyPress(QKeyEvent& event)
{
    if (!m_view.hasPicture())
        return event.ignore();
    if (handleMeasureKey(event))
        return;
    if (!keysMoveCursor() || !handleCursorKey(event))
        handleViewKey(event);
}

/// False when the key is none for measurements, or there are none.
bool SliceInput::handleMeasureKey(const QKeyEvent& event)
{
    if (event.key() == Qt::Key_Delete && !m_view.picture().measurements().empty())
        Q_EMIT measureRemoved();
    else if (event.key() == Qt::Key_Escape && isMeasuring())
        Q_EMIT measureCancelled();
    else
        return false;
    return true;
}

/// False when the key is none of a tool that is used by clicks.
bool SliceInput::handleClickKey(const QKeyEvent& event)
{
    const bool enter = event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter;
    if (enter && isClicking()) {
        Q_EMIT strokeEnded();
    } else if (event.key() == Qt::Key_Backspace && isClicking()) {
        Q_EMIT strokeTakenBack();
    } else if (event.key() == Qt::Key_Escape && isClicking()) {
        Q_EMIT strokeAborted();
    } else if (enter || (event.key() == Qt::Key_Space && m_cursor.position())) {
        m_cursor.begin(m_pointer);
        if (!event.isAutoRepeat()) {
            click(*m_cursor.position() - QPointF(0.5, 0.5));
            Q_EMIT strokeReleased();
        }
        m_view.update();
    } else {
        return false;
    }
    return true;
}

/// False when the key is none of the cursor's.
bool SliceInput::handleCursorKey(const QKeyEvent& event)
{
    const bool enter = event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter;
    const bool draws = toolRow(m_state.tool()).draws();
    if (toolRow(m_state.tool()).isUsedByClicks() && handleClickKey(event))
        return true;
    if (const QPointF direction = directionOf(event.key()); !direction.isNull()) {
        moveCursor(direction, event.modifiers() & Qt::ShiftModifier);
    } else if (enter && draws) {
        m_drag == Drag::KeyStroke ? finishStroke() : beginKeyStroke();
    } else if (event.key() == Qt::Key_Space && draws && m_cursor.position()) {
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

void SliceInput::handleViewKey(QKeyEvent& event)
{
    const int page = std::max(5, m_state.layers(m_view.which()) / 20);
    const QPointF direction = directionOf(event.key());
    if (!direction.isNull() && event.modifiers() & Qt::ShiftModifier)
        return m_view.panBy(-kPanKeyStep * direction / m_view.devicePixelRatioF());
    if (!direction.isNull())
        return m_state.stepLayer(m_view.which(), static_cast<int>(direction.x() + direction.y()));
    switch (event.key()) {
    case Qt::Key_PageUp:
        return m_state.stepLayer(m_view.which(), -page);
    case Qt::Key_PageDown:
        return m_state.stepLayer(m_view.which(), page);
    case Qt::Key_Home:
        return m_state.setLayer(m_view.which(), 0);
    case Qt::Key_End:
        return m_state.setLayer(m_view.which(), m_state.layers(m_view.which()) - 1);
    case Qt::Key_Space:
        m_spaceHeld = true;
        return updateShape();
    case Qt::Key_Escape:
        m_drag == Drag::Stroke ? abortStroke() : event.ignore();
        return;
    default:
        event.ignore();
    }
}

void SliceInput::keyRelease(QKeyEvent& event)
{
    if (event.key() != Qt::Key_Space || event.isAutoRepeat())
        return event.ignore();
    if (m_drag == Drag::KeyStroke)
        finishStroke();
    m_spaceHeld = false;
    updateShape();
}

void SliceInput::focusOut()
{
    // Nobody would see the key let go.
    if (m_drag == Drag::KeyStroke)
        finishStroke();
    m_spaceHeld = false;
}

void SliceInput::setKeyCursor(bool on)
{
    if (on == m_cursorOn)
        return;
    m_cursorOn = on;
    if (on && m_view.hasPicture())
        m_cursor.begin(m_pointer);
    else if (!on)
        m_cursor.drop();
    m_view.announce();
    m_view.update();
    Q_EMIT keyCursorChanged(on);
}

void SliceInput::moveCursor(QPointF direction, bool far)
{
    m_cursor.move(direction, far, m_pointer);
    m_view.showAround(m_view.toWidget(*m_cursor.position()));
    if (m_drag == Drag::KeyStroke || isClicking())
        Q_EMIT strokeMoved(*m_cursor.position() - QPointF(0.5, 0.5));
    m_view.announce();
    m_view.update();
}

void SliceInput::beginKeyStroke()
{
    if (m_drag != Drag::None)
        return;
    m_cursor.begin(m_pointer);
    m_drag = Drag::KeyStroke;
    m_view.update();
    Q_EMIT strokeBegan(*m_cursor.position() - QPointF(0.5, 0.5), m_state.tool());
}

} // namespace ui
