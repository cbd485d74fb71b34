#pragma once

#include "annotations/label.h"
#include "annotations/label_map.h"
#include "annotations/mask_delta.h"
#include "imaging/volume.h"
#include "ui/views/slice_scene.h"
#include "ui/views/view_hud.h"

#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

namespace ui {

enum class Tool { Select, Brush, Eraser };

/// Probabilities shown as the mask that a threshold gives, on one slice; see ScenePreview.
struct SlicePreview
{
    int slice = 0;
    std::vector<float> probabilities;
    std::vector<std::uint8_t> classes;
    float threshold = 0.5F;
    std::vector<QRgb> colours;
};

/// Heat over one slice, 0..1 a pixel, and what it is, for the view's corner.
struct SliceHeat
{
    int slice = 0;
    std::vector<float> values;
    double opacity = 0.65;
    QString caption;
};

/// One slice of a volume with masks over it: scroll, window, zoom, pan and paint. Holds no document: masks are read
/// from the map it was given, strokes are signals.
///
/// Wheel: slices (a single picture: zoom). Ctrl+wheel: zoom. Shift+wheel: brush size. Right-drag: window. Middle-drag
/// or Space+drag: pan. Left-drag: the tool; for Select it scrolls a stack and pans a single picture.
///
/// By keys the tool works at the keyboard's cursor: with brush and eraser (and for Select after setKeyCursor) the arrow
/// keys move it, Enter puts the brush down and lifts it, Space paints while it is held.
class SliceView : public QWidget
{
    Q_OBJECT

public:
    explicit SliceView(QWidget* parent = nullptr);

    /// Shows a volume from its middle slice, fitted, in its opening window; null shows the empty ground. `pixels` are
    /// that slice's when another thread has made its halved copies already: of a large picture they take a while.
    void setVolume(std::shared_ptr<const imaging::Volume> volume, std::optional<SlicePixels> pixels = std::nullopt);
    const imaging::Volume* volume() const { return m_volume.get(); }

    int slice() const { return m_slice; }
    void setSlice(int slice);
    void stepSlice(int by) { setSlice(m_slice + by); }

    imaging::WindowLevel window() const { return m_window; }
    void setWindow(imaging::WindowLevel window, const QString& presetName = {});

    void fit();
    void zoomBy(double factor);
    void actualSize();
    /// Device pixels per picture pixel.
    double zoom() const { return m_view.scaleX; }
    const ViewTransform& viewTransform() const { return m_view; }

    /// The masks to draw: must outlive the view or be replaced; null: none.
    void setLabelMap(const annotations::LabelMap* map);
    void setLabels(const std::vector<annotations::Label>& labels);
    /// Draws again what lies in `region`, or everything.
    void refreshMasks(const std::optional<annotations::MaskRegion>& region = std::nullopt);
    void setPreview(std::optional<SlicePreview> preview);
    void setPreviewThreshold(float threshold);
    void setPreviewColours(std::vector<QRgb> colours);
    const std::optional<SlicePreview>& preview() const { return m_preview; }

    void setHeat(std::optional<SliceHeat> heat);
    const std::optional<SliceHeat>& heat() const { return m_heat; }

    void setOverlayOpacity(double opacity);
    void setOverlayStyle(OverlayStyle style);
    void setOverlayVisible(bool visible);
    void setInverted(bool inverted);
    void setSmooth(bool smooth);

    Tool tool() const { return m_tool; }
    void setTool(Tool tool);
    double brushRadiusMm() const { return m_brushRadiusMm; }
    void setBrushRadiusMm(double radius);
    void scaleBrush(double factor) { setBrushRadiusMm(m_brushRadiusMm * factor); }

    /// Arrow keys move a cursor that reads values, also with the Select tool.
    void setKeyCursor(bool on);
    bool hasKeyCursor() const { return m_cursorOn; }
    /// Where the keyboard's cursor is, in picture positions; nothing while the mouse is used.
    std::optional<QPointF> keyCursor() const { return m_keyCursor; }
    /// Ends a stroke that is being drawn, by mouse or keys, as if its button had been let go.
    void finishStroke();
    /// Multiplies the window's width and moves its centre by a part of the width.
    void changeWindow(double widthFactor, double centreShift);

    /// What the empty ground says.
    void setInvitation(const QString& text);

    /// Says in the middle what is being read and how far it is, 0..1, until that job ends; an empty title says nothing.
    void showReading(int job, const QString& title, double fraction);
    void endReading(int job);

    /// Lines at the top left: who and what is shown. Plain text.
    void setCaption(const QStringList& lines);

    /// What is written over the picture; a volume must be shown.
    ViewHud hud() const;

    /// Logical widget position of a picture position and back; picture (0.5, 0.5) is the centre of the first pixel.
    QPointF toWidget(QPointF picture) const;
    QPointF toPicture(QPointF widget) const;

    QSize sizeHint() const override { return {800, 800}; }

Q_SIGNALS:
    void sliceChanged(int slice);
    void windowChanged();
    void zoomChanged(double zoom);
    void brushRadiusChanged(double radiusMm);
    void keyCursorChanged(bool on);
    /// A stroke of the brush (or eraser): positions in voxels, (0, 0) the centre of the first one.
    void strokeBegan(QPointF voxel, ui::Tool tool);
    void strokeMoved(QPointF voxel);
    void strokeEnded();
    void strokeAborted();

protected:
    void paintEvent(QPaintEvent* event) override;
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
    enum class Drag { None, Scroll, Pan, Window, Stroke, KeyStroke };

    bool hasPicture() const { return m_volume != nullptr; }
    bool isStack() const { return m_volume && m_volume->grid().slices > 1; }
    QSize pictureSize() const;
    QSize deviceSize() const;
    SliceScene scene() const;
    QStringList readOut() const;
    QStringList badges() const;
    QRectF pictureRect() const;
    void redraw(const QRect& device);
    void redrawAll();
    void setView(const ViewTransform& view);
    void dragTo(QPointF position);
    Drag dragFor(const QMouseEvent& event) const;
    void updateCursor();
    void abortStroke();
    bool keysMoveCursor() const { return m_tool != Tool::Select || m_cursorOn; }
    bool handleCursorKey(const QKeyEvent& event);
    void handleViewKey(QKeyEvent& event);
    QPointF keyCursorOrStart() const;
    void moveKeyCursor(QPointF by, bool far);
    void showAround(QPointF widget);
    void beginKeyStroke();
    void announce();
    /// The mouse pointer or the keyboard's cursor, in widget positions.
    std::optional<QPointF> pointer() const;
    void paintKeyCursor(QPainter& painter) const;
    void paintBrush(QPainter& painter) const;
    QPointF voxelAt(QPointF widget) const;

    std::shared_ptr<const imaging::Volume> m_volume;
    std::optional<SlicePixels> m_pixels;
    int m_slice = 0;
    imaging::WindowLevel m_window;
    QString m_presetName;
    ViewTransform m_view;
    bool m_fitted = true; ///< Follow the widget's size until the user zooms or pans.
    bool m_inverted = false; ///< On top of the picture's own polarity.
    bool m_smooth = true;

    const annotations::LabelMap* m_map = nullptr;
    std::vector<QRgb> m_colours;
    std::optional<SlicePreview> m_preview;
    std::optional<SliceHeat> m_heat;
    double m_opacity = 0.35;
    OverlayStyle m_style = OverlayStyle::FillAndContour;
    bool m_overlayVisible = true;

    Tool m_tool = Tool::Select;
    double m_brushRadiusMm = 5;
    QStringList m_caption;
    QString m_invitation;
    int m_readingJob = 0;
    QString m_reading; ///< Empty: nothing is being read.
    double m_readingFraction = 0;

    QImage m_canvas;
    Drag m_drag = Drag::None;
    QPointF m_dragFrom;
    imaging::WindowLevel m_dragWindow;
    double m_dragRest = 0; ///< Movement not yet used for a whole slice.
    int m_wheelRest = 0;
    bool m_spaceHeld = false;
    std::optional<QPointF> m_pointer; ///< Of the mouse.
    std::optional<QPointF> m_keyCursor; ///< Of the keyboard, in picture positions.
    bool m_cursorOn = false; ///< setKeyCursor.
};

} // namespace ui
