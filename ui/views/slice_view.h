#pragma once

#include "imaging/plane.h"
#include "ui/tools/tool.h"
#include "ui/views/measure_marks.h"
#include "ui/views/plane_labels.h"
#include "ui/views/slice_pixels.h"
#include "ui/views/slice_scene.h"
#include "ui/views/view_hud.h"
#include "ui/views/view_plane.h"

#include <QWidget>

#include <optional>
#include <string>

namespace ui {

class ShownPicture;
class SliceInput;
class ViewState;

/// One plane of a picture with masks over it: what is shown is the ShownPicture's, where and how its state's. Strokes
/// are signals. Mouse and keys are its SliceInput's.
class SliceView : public QWidget
{
    Q_OBJECT

public:
    /// `picture` and `state` must outlive the view.
    SliceView(ShownPicture& picture, ViewState& state, ViewPlane which = ViewPlane::Stored, QWidget* parent = nullptr);

    const ShownPicture& picture() const { return m_picture; }
    /// Which of the state's planes it shows.
    ViewPlane which() const { return m_which; }
    bool hasPicture() const { return m_pixels.has_value(); }
    bool isStack() const;
    /// Where the pixels lie in the patient; a picture must be shown.
    const imaging::Plane& plane() const { return m_pixels->plane(); }
    /// Columns and rows; empty without a picture.
    QSize pictureSize() const;

    void fit();
    void zoomBy(double factor);
    void actualSize();
    /// Moves the picture by so many points, as far as a part of it stays in sight.
    void panBy(QPointF points);
    /// Moves the picture where a position lies too near to the view's edge.
    void showAround(QPointF widget);
    /// Device pixels per picture pixel.
    double zoom() const { return m_transform.scaleX; }
    const ViewTransform& viewTransform() const { return m_transform; }
    /// Where the picture lies in the widget.
    QRectF pictureRect() const;

    /// Arrow keys move a cursor that reads values, also with the Select tool.
    void setKeyCursor(bool on);
    bool hasKeyCursor() const;
    /// Where the keyboard's cursor is, in picture positions; nothing while the mouse is used.
    std::optional<QPointF> keyCursor() const;
    /// Tells programs that read the screen what lies under the cursor.
    void announce();
    /// Ends a stroke that is being drawn, by mouse or keys, as if its button had been let go.
    void finishStroke();

    /// What is written over the picture; one must be shown.
    ViewHud hud() const;

    /// Logical widget position of a picture position and back; picture (0.5, 0.5) is the centre of the first pixel.
    QPointF toWidget(QPointF picture) const;
    QPointF toPicture(QPointF widget) const;

    QSize sizeHint() const override { return {800, 800}; }

Q_SIGNALS:
    void keyCursorChanged(bool on);
    /// A stroke of a tool that draws, or its first click: positions in the plane's pixels, (0, 0) the centre of the first one.
    void strokeBegan(QPointF pixel, ui::ToolId tool, ui::ViewPlane which);
    void strokeMoved(QPointF pixel);
    void strokeEnded();
    void strokeAborted();
    /// Of a tool that is used by clicks: another one, which means a corner within `reachMm`; and the last one back.
    void strokeClicked(QPointF pixel, double reachMm);
    void strokeReleased();
    void strokeTakenBack();
    /// A tool that measures: its button goes down, on a handle or elsewhere; the pointer moves; the button is let go, after
    /// a drag or where it was.
    void measurePressed(QPointF pixel, ui::ToolId tool, ui::ViewPlane which);
    void measureGrabbed(const ui::MeasureHandle& handle, ui::ViewPlane which);
    void measureMoved(QPointF pixel);
    void measureReleased(QPointF pixel, bool dragged);
    void measureCancelled();
    void measureRemoved();

protected:
    void paintEvent(QPaintEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void followState();
    void followPicture();
    void forget();
    void showPlane();
    void followPlanes();
    bool isInSight() const;
    void catchUp();
    std::optional<int> shownSlice() const;
    void readLabels();
    void showMasks(const std::optional<annotations::MaskRegion>& region);
    QSize deviceSize() const;
    SliceScene scene() const;
    QStringList readOut() const;
    QStringList badges(bool knowsSides) const;
    QStringList pictureLines() const;
    QStringList placeLines() const;
    void redraw(const QRect& device);
    void redrawAll();
    void setTransform(const ViewTransform& transform);
    void paintToolSketch(QPainter& painter) const;
    void paintPointer(QPainter& painter) const;

    ShownPicture& m_picture;
    ViewState& m_state;
    ViewPlane m_which;
    SliceInput* m_input;
    std::optional<SlicePixels> m_pixels; ///< None: no picture.
    std::optional<PlaneLabels> m_labels; ///< Of the map, on the plane of the pixels; none: they are to be read.
    ViewTransform m_transform;
    bool m_fitted = true; ///< Follow the widget's size until the user zooms or pans.
    QImage m_canvas;
};

} // namespace ui
