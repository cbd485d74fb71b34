#pragma once

#include "annotations/label.h"
#include "annotations/label_map.h"
#include "annotations/mask_delta.h"
#include "imaging/volume.h"
#include "ui/tools/tool.h"
#include "ui/views/plane_labels.h"
#include "ui/views/slice_scene.h"
#include "ui/views/view_hud.h"

#include <QWidget>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ui {

class SliceInput;
class ViewState;

/// Probabilities shown as the mask that a threshold gives, on one plane; see ScenePreview.
struct SlicePreview
{
    imaging::Plane plane; ///< Whose pixels they are; on others they are not shown.
    std::vector<float> probabilities;
    std::vector<std::uint8_t> classes;
    float threshold = 0.5F;
    std::vector<QRgb> colours;
};

/// Heat over one plane, 0..1 a pixel, and what it is, for the view's corner.
struct SliceHeat
{
    imaging::Plane plane;
    std::vector<float> values;
    double opacity = 0.65;
    QString caption;
};

/// One slice of a volume with masks over it, where and how its state says. Holds no document: masks are read from the
/// map it was given, strokes are signals. Mouse and keys are its SliceInput's.
class SliceView : public QWidget
{
    Q_OBJECT

public:
    /// `state` must outlive the view.
    explicit SliceView(ViewState& state, QWidget* parent = nullptr);

    /// Shows a volume from its middle slice, fitted, in its opening window; null shows the empty ground. `pixels` are
    /// that slice's when another thread has made its halved copies already: of a large picture they take a while; or
    /// those of any other plane, which is shown until the state's slice changes.
    void setVolume(std::shared_ptr<const imaging::Volume> volume, std::optional<SlicePixels> pixels = std::nullopt);
    const imaging::Volume* volume() const { return m_volume.get(); }
    bool isStack() const { return m_volume && m_volume->grid().slices > 1; }
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

    /// Arrow keys move a cursor that reads values, also with the Select tool.
    void setKeyCursor(bool on);
    bool hasKeyCursor() const;
    /// Where the keyboard's cursor is, in picture positions; nothing while the mouse is used.
    std::optional<QPointF> keyCursor() const;
    /// Tells programs that read the screen what lies under the cursor.
    void announce();
    /// Ends a stroke that is being drawn, by mouse or keys, as if its button had been let go.
    void finishStroke();

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
    void keyCursorChanged(bool on);
    /// A stroke of a tool that draws: positions in the plane's pixels, (0, 0) the centre of the first one.
    void strokeBegan(QPointF pixel, ui::ToolId tool);
    void strokeMoved(QPointF pixel);
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
    void followState();
    void showSlice();
    std::optional<int> shownSlice() const;
    std::array<std::string, 4> edgeLetters() const;
    void readLabels();
    QSize deviceSize() const;
    SliceScene scene() const;
    QStringList readOut() const;
    QStringList badges() const;
    QStringList pictureLines() const;
    void redraw(const QRect& device);
    void redrawAll();
    void setTransform(const ViewTransform& transform);
    void paintPointer(QPainter& painter) const;

    ViewState& m_state;
    SliceInput* m_input;
    std::shared_ptr<const imaging::Volume> m_volume;
    std::optional<SlicePixels> m_pixels; ///< None: no picture.
    int m_slice = 0; ///< The state's, when the pixels were made.
    ViewTransform m_transform;
    bool m_fitted = true; ///< Follow the widget's size until the user zooms or pans.

    const annotations::LabelMap* m_map = nullptr;
    std::optional<PlaneLabels> m_labels; ///< Of the map, on the plane of the pixels.
    std::vector<QRgb> m_colours;
    std::optional<SlicePreview> m_preview;
    std::optional<SliceHeat> m_heat;

    QStringList m_caption;
    QString m_invitation;
    int m_readingJob = 0;
    QString m_reading; ///< Empty: nothing is being read.
    double m_readingFraction = 0;

    QImage m_canvas;
};

} // namespace ui
