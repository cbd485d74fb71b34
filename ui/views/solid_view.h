#pragma once

#include "ui/render/solid_scene.h"
#include "ui/views/crop_box.h"
#include "ui/views/solid_thread.h"
#include "ui/views/view_point.h"

#include <QImage>
#include <QTimer>
#include <QWidget>

#include <optional>

class QComboBox;
class QToolButton;

namespace ui {

class ShownPicture;
class ViewState;

/// What lies in space of the picture that is open: its volume, by a preset, and the skins of its segments. It is drawn on
/// another thread, coarsely while it is turned and finely when it is still.
///
/// Left-drag turns, middle- or Shift+drag moves, the wheel zooms; a click moves the crosshair to what it hits. By keys:
/// arrows turn, Shift+arrows move, Page Up and Down zoom, Home shows all from the front.
class SolidView : public QWidget
{
    Q_OBJECT

public:
    /// `picture` and `state` must outlive the view.
    SolidView(ShownPicture& picture, ViewState& state, SolidThread::Open open, QWidget* parent = nullptr);

    SolidPreset preset() const;
    void setPreset(SolidPreset preset);
    void lookFrom(SolidSide side);
    void setCropping(bool on);
    const ViewPoint& viewPoint() const { return m_viewPoint; }
    /// What is shown now, in device pixels; null before the first picture.
    const QImage& shownImage() const { return m_image; }
    /// Whether the finest picture of what is asked for is shown.
    bool isStill() const { return m_still; }

    QSize sizeHint() const override { return {600, 600}; }

Q_SIGNALS:
    /// What is shown is the finest picture.
    void settled();

protected:
    void paintEvent(QPaintEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    enum class Drag { None, Turn, Move, Crop };

    void fillBar();
    void fillPresets();
    void showVolume();
    void order(SolidQuality quality);
    void showDrawn(const QImage& image, const SolidOrder& order);
    void look(const ViewPoint& from);
    SolidScene scene() const;
    void paintOver(QPainter& painter) const;

    ShownPicture& m_picture;
    ViewState& m_state;
    SolidThread m_thread;
    QTimer m_refine; ///< Until it is still long enough for the fine picture.
    QWidget* m_bar; ///< Above the picture.
    QComboBox* m_presets;
    QToolButton* m_cropButton;
    SolidPreset m_wanted = SolidPreset::Bone; ///< As the user chose it, for the volumes that it suits.
    ViewPoint m_viewPoint;
    std::optional<CropBox> m_crop;
    bool m_cropping = false;
    QImage m_image;
    ViewPoint m_imagePoint; ///< From where the image was drawn.
    SolidOrder m_last;
    QString m_failure;
    bool m_still = false;
    Drag m_drag = Drag::None;
    std::size_t m_cropSide = 0;
    QPointF m_dragFrom;
    QPointF m_pressed;
};

} // namespace ui
