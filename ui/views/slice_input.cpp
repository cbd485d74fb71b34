#include "ui/views/slice_input.h"

#include "ui/tools/tool_table.h"
#include "ui/views/crosshair.h"
#include "ui/views/shown_picture.h"
#include "ui/views/sketch.h"
#include "ui/views/slice_view.h"
#include "ui/views/view_state.h"

#include <QMouseEvent>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <utility>

namespace ui {

namespace {

constexpr int kWheelStep = 120; ///< Eighths of a degree of one notch.
constexpr double kZoomStep = 1.15;
constexpr double kBrushStep = 1.15;
constexpr double kDragFrom = 4; ///< Points; less is a click.

} // namespace

SliceInput::SliceInput(SliceView& view, ViewState& state)
    : QObject(&view)
    , m_view(view)
    , m_state(state)
    , m_cursor(view)
{
    connect(&state, &ViewState::toolChanged, this, [this] {
        finishStroke();
        updateShape();
    });
}

void SliceInput::reset()
{
    abortStroke();
    m_cursor.drop();
}

void SliceInput::wheel(QWheelEvent& event)
{
    if (!m_view.hasPicture())
        return;
    // Some platforms turn the wheel with Shift or Alt into a horizontal one.
    const QPoint delta = event.angleDelta();
    m_wheelRest += delta.y() != 0 ? delta.y() : delta.x();
    const int steps = m_wheelRest / kWheelStep;
    m_wheelRest -= steps * kWheelStep;
    event.accept();
    if (steps == 0)
        return;
    m_pointer = event.position();
    if (m_drag != Drag::KeyStroke)
        m_cursor.drop(); // The mouse takes over.
    if (event.modifiers() & Qt::ShiftModifier && toolRow(m_state.tool()).hasSize())
        m_state.scaleBrush(std::pow(kBrushStep, steps));
    else if (event.modifiers() & Qt::ControlModifier || !m_view.isStack())
        m_view.zoomBy(std::pow(kZoomStep, steps));
    else
        m_state.stepLayer(m_view.which(), -steps);
}

SliceInput::Drag SliceInput::dragFor(const QMouseEvent& event) const
{
    if (!m_view.hasPicture())
        return Drag::None;
    if (event.button() == Qt::RightButton)
        return Drag::Window;
    if (event.button() == Qt::MiddleButton || (event.button() == Qt::LeftButton && m_spaceHeld))
        return Drag::Pan;
    if (event.button() != Qt::LeftButton)
        return Drag::None;
    if (!isClicking() && handleAt(event.position()))
        return Drag::Grab;
    if (const Drag drag = crosshairDragFor(event); drag != Drag::None)
        return drag;
    if (toolRow(m_state.tool()).measures)
        return Drag::Measure;
    if (toolRow(m_state.tool()).draws())
        return toolRow(m_state.tool()).isUsedByClicks() ? Drag::Click : Drag::Stroke;
    return m_view.isStack() && !(event.modifiers() & Qt::ShiftModifier) ? Drag::Scroll : Drag::Pan;
}

/// None where the button is not for the crosshair.
SliceInput::Drag SliceInput::crosshairDragFor(const QMouseEvent& event) const
{
    const bool setsPoints = toolRow(m_state.tool()).setsPoints();
    const auto crosshair = crosshairOf(m_view, m_state);
    if (!crosshair || (setsPoints && !(event.modifiers() & Qt::ControlModifier)) || event.modifiers() & Qt::ShiftModifier)
        return Drag::None;
    for (const QPointF& handle : crosshair->handles())
        if (QLineF(handle, event.position()).length() <= kClickReach)
            return Drag::Turn;
    return Drag::Crosshair;
}

void SliceInput::press(const QMouseEvent& event)
{
    if (m_drag == Drag::Stroke) {
        abortStroke();
        return;
    }
    finishStroke(); // Of the keyboard.
    m_drag = dragFor(event);
    m_dragFrom = event.position();
    m_pressed = event.position();
    m_dragWindow = m_state.window();
    m_dragRest = 0;
    m_pointer = event.position();
    updateShape();
    if (m_drag == Drag::Stroke)
        Q_EMIT strokeBegan(voxelAt(event.position()), m_state.tool());
    if (m_drag == Drag::Click)
        click(voxelAt(event.position()));
    if (m_drag == Drag::Crosshair)
        dragTo(event.position());
    if (m_drag == Drag::Grab || m_drag == Drag::Measure)
        pressMeasure(event.position());
}

/// Handles of measurements are for Select and the tools that measure: another tool draws over them.
std::optional<MeasureHandle> SliceInput::handleAt(QPointF position) const
{
    return toolRow(m_state.tool()).draws() || isMeasuring() ? std::nullopt : measureHandleAt(m_view, position);
}

void SliceInput::pressMeasure(QPointF position)
{
    if (const auto handle = m_drag == Drag::Grab ? handleAt(position) : std::nullopt)
        Q_EMIT measureGrabbed(*handle);
    else
        Q_EMIT measurePressed(voxelAt(position), m_state.tool());
}

/// Whether something is being measured that has not all its points.
bool SliceInput::isMeasuring() const
{
    const auto& all = m_view.picture().measurements();
    return !all.empty() && all.back().measurement.id == 0;
}

/// Whether a tool that is used by clicks is in use here, not in another view.
bool SliceInput::isClicking() const
{
    const auto& sketch = m_view.picture().sketch();
    return sketch && m_view.hasPicture() && toolRow(m_state.tool()).isUsedByClicks()
        && samePixels(sketch->plane, m_view.plane());
}

void SliceInput::click(QPointF voxel)
{
    const double mmPerPoint = m_view.plane().spacingMm[0] / m_view.zoom() * m_view.devicePixelRatioF();
    if (isClicking())
        Q_EMIT strokeClicked(voxel, kClickReach * mmPerPoint);
    else
        Q_EMIT strokeBegan(voxel, m_state.tool());
}

void SliceInput::move(const QMouseEvent& event)
{
    if (m_pointer != event.position() && m_drag != Drag::KeyStroke)
        m_cursor.drop(); // The mouse takes over.
    m_pointer = event.position();
    if (m_drag != Drag::None)
        dragTo(event.position());
    if (isClicking())
        Q_EMIT strokeMoved(voxelAt(event.position()));
    if (m_drag == Drag::Grab || m_drag == Drag::Measure || (m_drag == Drag::None && isMeasuring()))
        Q_EMIT measureMoved(voxelAt(event.position()));
    if (m_view.hasPicture())
        m_view.update();
}

void SliceInput::dragTo(QPointF position)
{
    switch (m_drag) {
    case Drag::Stroke:
        Q_EMIT strokeMoved(voxelAt(position));
        break;
    case Drag::Pan:
        m_view.panBy(position - m_dragFrom);
        m_dragFrom = position;
        break;
    case Drag::Window:
        dragWindow(position - m_dragFrom);
        break;
    case Drag::Scroll:
        dragSlices(position);
        break;
    case Drag::Crosshair: {
        const QPointF at = voxelAt(position);
        m_state.setCrosshair(m_view.plane().toPatient(at.x(), at.y()));
        break;
    }
    case Drag::Turn:
        turnObliqueTo(position, m_view, m_state);
        break;
    case Drag::Measure:
    case Drag::Grab:
    case Drag::KeyStroke:
    case Drag::Click:
    case Drag::None:
        break;
    }
}

/// One view's height is one window: fine for narrow windows, fast for wide ones.
void SliceInput::dragWindow(QPointF moved)
{
    const double perPoint = std::max(m_dragWindow.width, 1.0) / std::max(200, m_view.height() / 2);
    m_state.setWindow({m_dragWindow.center + moved.y() * perPoint,
        std::max(m_dragWindow.width + moved.x() * perPoint, m_dragWindow.width / 500)});
}

void SliceInput::dragSlices(QPointF position)
{
    const auto layers = static_cast<double>(m_state.layers(m_view.which()));
    const double perSlice = std::clamp(m_view.height() / layers, 2.0, 24.0);
    m_dragRest += position.y() - m_dragFrom.y();
    const int steps = static_cast<int>(m_dragRest / perSlice);
    m_dragRest -= steps * perSlice;
    m_dragFrom = position;
    m_state.stepLayer(m_view.which(), steps);
}

void SliceInput::release()
{
    if (m_drag == Drag::KeyStroke)
        return;
    const Drag finished = std::exchange(m_drag, Drag::None);
    updateShape();
    m_view.update();
    if (finished == Drag::Stroke)
        Q_EMIT strokeEnded();
    if ((finished == Drag::Measure || finished == Drag::Grab) && m_pointer)
        Q_EMIT measureReleased(voxelAt(*m_pointer), QLineF(*m_pointer, m_pressed).length() > kDragFrom);
    if (finished == Drag::Click && isClicking())
        Q_EMIT strokeReleased();
}

void SliceInput::doubleClick(const QMouseEvent& event)
{
    const auto& tool = toolRow(m_state.tool());
    const bool left = event.button() == Qt::LeftButton && !m_spaceHeld;
    if (left && tool.isUsedByClicks()) {
        if (isClicking()) // Its first press has set a corner, or closed the outline.
            Q_EMIT strokeEnded();
    } else if (!tool.draws() && event.button() == Qt::LeftButton)
        m_state.layout() == ViewLayout::Single ? m_view.fit() : m_state.toggleAlone(m_view.which());
    else
        press(event);
}

void SliceInput::leave()
{
    m_pointer.reset();
    m_spaceHeld = false;
    m_view.update();
}

void SliceInput::finishStroke()
{
    if (!isDrawing())
        return;
    m_drag = Drag::None;
    updateShape();
    m_view.update();
    Q_EMIT strokeEnded();
}

void SliceInput::abortStroke()
{
    if (!isDrawing())
        return;
    m_drag = Drag::None;
    updateShape();
    Q_EMIT strokeAborted();
}

void SliceInput::updateShape()
{
    if (!m_view.hasPicture())
        m_view.setCursor(Qt::ArrowCursor);
    else if (m_drag == Drag::Pan)
        m_view.setCursor(Qt::ClosedHandCursor);
    else if (m_spaceHeld)
        m_view.setCursor(Qt::OpenHandCursor);
    else if (m_drag == Drag::Window)
        m_view.setCursor(Qt::SizeAllCursor);
    else
        m_view.setCursor(toolRow(m_state.tool()).setsPoints() ? Qt::CrossCursor : Qt::ArrowCursor);
}

QPointF SliceInput::voxelAt(QPointF widget) const
{
    return m_view.toPicture(widget) - QPointF(0.5, 0.5);
}

std::optional<QPointF> SliceInput::pointer() const
{
    return m_cursor.position() ? std::optional(m_view.toWidget(*m_cursor.position())) : m_pointer;
}

} // namespace ui
