#include "ui/tools/tool_table.h"
#include "ui/views/crosshair.h"
#include "ui/views/shown_picture.h"
#include "ui/views/sketch.h"
#include "ui/views/slice_input.h"
#include "ui/views/slice_view.h"
#include "ui/views/view_state.h"

#include <QLocale>
#include <QPaintEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace ui {

SliceScene SliceView::scene() const
{
    SliceScene scene;
    if (!m_pixels)
        return scene;
    scene.pixels = &*m_pixels;
    scene.window = m_state.window();
    scene.inverted = m_picture.volume()->info().monochrome1 != m_state.isInverted();
    scene.smooth = m_state.isSmooth();
    scene.view = m_transform;
    if (const auto& heat = m_picture.heat(); heat && samePixels(heat->plane, plane()))
        scene.heat = {heat->values, heat->opacity};
    if (!m_state.isOverlayVisible())
        return scene;
    scene.overlay.opacity = m_state.overlayOpacity();
    scene.overlay.style = m_state.overlayStyle();
    scene.overlay.contourWidth = std::max(1, static_cast<int>(std::lround(1.5 * devicePixelRatioF())));
    if (m_labels) {
        scene.overlay.labels = m_labels->values();
        scene.overlay.colours = m_picture.colours();
    }
    if (const auto& preview = m_picture.preview(); preview && samePixels(preview->plane, plane()))
        scene.overlay.preview = {preview->probabilities, preview->classes, preview->threshold, preview->colours};
    return scene;
}

void SliceView::redraw(const QRect& device)
{
    if (m_canvas.size() != deviceSize())
        return redrawAll();
    renderSlice(scene(), m_canvas, device);
    const double ratio = devicePixelRatioF();
    update(QRectF(device.x() / ratio, device.y() / ratio, device.width() / ratio, device.height() / ratio)
               .toAlignedRect()
               .adjusted(-1, -1, 1, 1));
}

void SliceView::redrawAll()
{
    m_canvas = QImage(); // Drawn when it is painted: several changes between two paints cost one drawing.
    update();
}

void SliceView::paintEvent(QPaintEvent* event)
{
    if (m_canvas.size() != deviceSize()) {
        m_canvas = QImage(deviceSize(), QImage::Format_RGB32);
        renderSlice(scene(), m_canvas, m_canvas.rect());
    }
    m_canvas.setDevicePixelRatio(devicePixelRatioF());
    QPainter painter(this);
    painter.setClipRegion(event->region());
    painter.drawImage(0, 0, m_canvas);
    const auto& reading = m_picture.reading();
    if (reading)
        paintReading(painter, rect(), reading->title, reading->fraction);
    if (!m_pixels) {
        painter.setPen(QColor(139, 148, 158));
        if (!reading)
            painter.drawText(rect().adjusted(20, 20, -20, -20), Qt::AlignCenter | Qt::TextWordWrap, m_picture.invitation());
        return;
    }
    if (const auto crosshair = crosshairOf(*this, m_state))
        paintCrosshair(painter, *crosshair, m_state.storedOrientation());
    paintHud(painter, rect(), hud());
    paintMeasurements(painter, *this);
    paintToolSketch(painter);
    paintPointer(painter);
    m_input->cursor().paint(painter, m_input->isBrushDownByKey());
    if (hasFocus()) {
        painter.setPen(QColor(47, 127, 196, 150));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void SliceView::paintToolSketch(QPainter& painter) const
{
    const auto& sketch = m_picture.sketch();
    if (!sketch || !samePixels(sketch->plane, plane()))
        return;
    const auto at = [this](annotations::PlanePosition position) {
        return toWidget({position.column + 0.5, position.row + 0.5});
    };
    SketchShape shape;
    for (const auto& corner : sketch->outline.corners)
        shape.corners << at(corner);
    for (const auto& position : sketch->outline.path)
        shape.path << at(position);
    if (const auto& loose = sketch->outline.loose)
        shape.loose = at(*loose);
    if (const auto& window = sketch->outline.window) {
        const auto& volume = m_picture.volume();
        const QString unit = volume ? QString::fromStdString(volume->info().unit) : QString();
        shape.note = tr("%1 to %2 %3")
                         .arg(QLocale().toString(window->low, 'g', 4), QLocale().toString(window->high, 'g', 4), unit)
                         .trimmed();
    }
    paintSketch(painter, shape, QColor(sketch->colour));
}

void SliceView::paintPointer(QPainter& painter) const
{
    const auto at = m_input->pointer();
    const auto paint = toolRow(m_state.tool()).paintPointer;
    if (!paint || !at || m_input->isMovingPicture())
        return;
    const auto& spacing = plane().spacingMm;
    const double radius = m_state.brushRadiusMm() / devicePixelRatioF();
    paint(painter, *at, {radius / spacing[0] * m_transform.scaleX, radius / spacing[1] * m_transform.scaleY});
}

} // namespace ui
