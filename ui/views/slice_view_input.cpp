#include "ui/views/slice_view.h"

#include <QMouseEvent>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr int kWheelStep = 120; ///< Eighths of a degree of one notch.
constexpr double kZoomStep = 1.15;
constexpr double kBrushStep = 1.15;

} // namespace

void SliceView::wheelEvent(QWheelEvent* event)
{
    if (!hasPicture())
        return;
    // Some platforms turn the wheel with Shift or Alt into a horizontal one.
    const QPoint delta = event->angleDelta();
    m_wheelRest += delta.y() != 0 ? delta.y() : delta.x();
    const int steps = m_wheelRest / kWheelStep;
    m_wheelRest -= steps * kWheelStep;
    event->accept();
    if (steps == 0)
        return;
    m_pointer = event->position();
    if (m_drag != Drag::KeyStroke)
        m_keyCursor.reset(); // The mouse takes over.
    if (event->modifiers() & Qt::ShiftModifier && m_tool != Tool::Select)
        scaleBrush(std::pow(kBrushStep, steps));
    else if (event->modifiers() & Qt::ControlModifier || !isStack())
        zoomBy(std::pow(kZoomStep, steps));
    else
        stepSlice(-steps);
}

SliceView::Drag SliceView::dragFor(const QMouseEvent& event) const
{
    if (!hasPicture())
        return Drag::None;
    if (event.button() == Qt::RightButton)
        return Drag::Window;
    if (event.button() == Qt::MiddleButton || (event.button() == Qt::LeftButton && m_spaceHeld))
        return Drag::Pan;
    if (event.button() != Qt::LeftButton)
        return Drag::None;
    if (m_tool != Tool::Select)
        return Drag::Stroke;
    return isStack() && !(event.modifiers() & Qt::ShiftModifier) ? Drag::Scroll : Drag::Pan;
}

void SliceView::mousePressEvent(QMouseEvent* event)
{
    if (m_drag == Drag::Stroke) {
        abortStroke();
        return;
    }
    finishStroke(); // Of the keyboard.
    m_drag = dragFor(*event);
    m_dragFrom = event->position();
    m_dragWindow = m_window;
    m_dragRest = 0;
    m_pointer = event->position();
    updateCursor();
    if (m_drag == Drag::Stroke)
        Q_EMIT strokeBegan(voxelAt(event->position()), m_tool);
}

void SliceView::mouseMoveEvent(QMouseEvent* event)
{
    if (m_pointer != event->position() && m_drag != Drag::KeyStroke)
        m_keyCursor.reset(); // The mouse takes over.
    m_pointer = event->position();
    if (m_drag != Drag::None)
        dragTo(event->position());
    if (hasPicture())
        update();
}

void SliceView::dragTo(QPointF position)
{
    const QPointF moved = position - m_dragFrom;
    switch (m_drag) {
    case Drag::Stroke:
        Q_EMIT strokeMoved(voxelAt(position));
        break;
    case Drag::Pan:
        m_fitted = false;
        setView(panned(m_view, moved * devicePixelRatioF(), pictureSize(), deviceSize()));
        m_dragFrom = position;
        break;
    case Drag::Window: {
        // One view's height is one window: fine for narrow windows, fast for wide ones.
        const double perPoint = std::max(m_dragWindow.width, 1.0) / std::max(200, height() / 2);
        setWindow({m_dragWindow.center + moved.y() * perPoint,
            std::max(m_dragWindow.width + moved.x() * perPoint, m_dragWindow.width / 500)});
        break;
    }
    case Drag::Scroll: {
        const double perSlice = std::clamp(height() / static_cast<double>(m_volume->grid().slices), 2.0, 24.0);
        m_dragRest += moved.y();
        const int steps = static_cast<int>(m_dragRest / perSlice);
        m_dragRest -= steps * perSlice;
        m_dragFrom = position;
        stepSlice(steps);
        break;
    }
    case Drag::KeyStroke:
    case Drag::None:
        break;
    }
}

void SliceView::mouseReleaseEvent(QMouseEvent*)
{
    if (m_drag == Drag::KeyStroke)
        return;
    const Drag finished = std::exchange(m_drag, Drag::None);
    updateCursor();
    update();
    if (finished == Drag::Stroke)
        Q_EMIT strokeEnded();
}

void SliceView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (m_tool == Tool::Select && event->button() == Qt::LeftButton)
        fit();
    else
        mousePressEvent(event);
}

void SliceView::leaveEvent(QEvent*)
{
    m_pointer.reset();
    m_spaceHeld = false;
    update();
}

void SliceView::finishStroke()
{
    if (m_drag != Drag::Stroke && m_drag != Drag::KeyStroke)
        return;
    m_drag = Drag::None;
    updateCursor();
    update();
    Q_EMIT strokeEnded();
}

void SliceView::abortStroke()
{
    if (m_drag != Drag::Stroke && m_drag != Drag::KeyStroke)
        return;
    m_drag = Drag::None;
    updateCursor();
    Q_EMIT strokeAborted();
}

void SliceView::updateCursor()
{
    if (!hasPicture())
        setCursor(Qt::ArrowCursor);
    else if (m_drag == Drag::Pan)
        setCursor(Qt::ClosedHandCursor);
    else if (m_spaceHeld)
        setCursor(Qt::OpenHandCursor);
    else if (m_drag == Drag::Window)
        setCursor(Qt::SizeAllCursor);
    else
        setCursor(m_tool == Tool::Select ? Qt::ArrowCursor : Qt::CrossCursor);
}

QPointF SliceView::voxelAt(QPointF widget) const
{
    return toPicture(widget) - QPointF(0.5, 0.5);
}

} // namespace ui
