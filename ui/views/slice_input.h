#pragma once

#include "imaging/window_level.h"
#include "ui/tools/tool.h"
#include "ui/views/key_cursor.h"
#include "ui/views/measure_marks.h"

#include <QObject>
#include <QPointF>

#include <optional>

class QKeyEvent;
class QMouseEvent;
class QWheelEvent;

namespace ui {

class SliceView;
class ViewState;

/// What mouse and keys do in a view: they scroll, set the window, zoom, pan and draw.
///
/// Wheel: slices (a single picture: zoom). Ctrl+wheel: zoom. Shift+wheel: brush size. Right-drag: window. Middle-drag
/// or Space+drag: pan. Left-drag: the tool; for Select it scrolls a stack and pans a single picture. Where a crosshair
/// links several views, Select (and with Ctrl every tool) moves it, by its handles it turns the oblique plane, and a
/// double click shows the view alone.
///
/// By keys the tool works at the keyboard's cursor: with a tool that draws (and for Select after setKeyCursor) the
/// arrow keys move it, Enter puts the brush down and lifts it, Space paints while it is held.
///
/// A tool that is used by clicks: a click, or Space at the keyboard's cursor, sets a corner, a drag of one moves it;
/// Enter, a double click and a click on the first corner end it; Backspace takes the last corner back, Escape all.
class SliceInput : public QObject
{
    Q_OBJECT

public:
    SliceInput(SliceView& view, ViewState& state);

    void wheel(QWheelEvent& event);
    void press(const QMouseEvent& event);
    void move(const QMouseEvent& event);
    void release();
    void doubleClick(const QMouseEvent& event);
    void leave();
    /// A key that is not for the picture is ignored.
    void keyPress(QKeyEvent& event);
    void keyRelease(QKeyEvent& event);
    void focusOut();

    /// The mouse pointer or the keyboard's cursor, in widget positions.
    std::optional<QPointF> pointer() const;
    const KeyCursor& cursor() const { return m_cursor; }
    bool isKeyCursorOn() const { return m_cursorOn; }
    void setKeyCursor(bool on);
    bool isBrushDownByKey() const { return m_drag == Drag::KeyStroke; }
    /// Whether the picture or its window is being dragged, so that the brush is not what the pointer means.
    bool isMovingPicture() const { return m_drag == Drag::Pan || m_drag == Drag::Window; }

    /// Another picture: nothing is drawn any more, nothing pointed at.
    void reset();
    void finishStroke();
    void updateShape();

Q_SIGNALS:
    /// Positions in voxels, (0, 0) the centre of the first one.
    void strokeBegan(QPointF voxel, ui::ToolId tool);
    void strokeMoved(QPointF voxel);
    void strokeEnded();
    void strokeAborted();
    void strokeClicked(QPointF voxel, double reachMm);
    /// After strokeBegan or strokeClicked of a tool that is used by clicks: its button is let go.
    void strokeReleased();
    void strokeTakenBack();
    void measurePressed(QPointF voxel, ui::ToolId tool);
    void measureGrabbed(const ui::MeasureHandle& handle);
    void measureMoved(QPointF voxel);
    void measureReleased(QPointF voxel, bool dragged);
    void measureCancelled();
    void measureRemoved();
    void keyCursorChanged(bool on);

private:
    enum class Drag { None, Scroll, Pan, Window, Stroke, KeyStroke, Click, Crosshair, Turn, Measure, Grab };

    Drag dragFor(const QMouseEvent& event) const;
    void dragTo(QPointF position);
    void dragWindow(QPointF moved);
    void dragSlices(QPointF position);
    Drag crosshairDragFor(const QMouseEvent& event) const;
    std::optional<MeasureHandle> handleAt(QPointF position) const;
    void pressMeasure(QPointF position);
    bool isMeasuring() const;
    bool handleMeasureKey(const QKeyEvent& event);
    bool isDrawing() const { return m_drag == Drag::Stroke || m_drag == Drag::KeyStroke; }
    bool isClicking() const;
    void click(QPointF voxel);
    bool keysMoveCursor() const;
    bool handleClickKey(const QKeyEvent& event);
    bool handleCursorKey(const QKeyEvent& event);
    void handleViewKey(QKeyEvent& event);
    void moveCursor(QPointF direction, bool far);
    void beginKeyStroke();
    void abortStroke();
    QPointF voxelAt(QPointF widget) const;

    SliceView& m_view;
    ViewState& m_state;
    KeyCursor m_cursor;
    bool m_cursorOn = false; ///< setKeyCursor.
    Drag m_drag = Drag::None;
    QPointF m_dragFrom;
    QPointF m_pressed; ///< Where the button went down.
    imaging::WindowLevel m_dragWindow;
    double m_dragRest = 0; ///< Movement not yet used for a whole slice.
    int m_wheelRest = 0;
    bool m_spaceHeld = false;
    std::optional<QPointF> m_pointer; ///< Of the mouse.
};

} // namespace ui
