#include "ui/views/slice_view.h"

#include "imaging/laterality.h"
#include "ui/views/window_presets.h"

#include <QPaintEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace ui {

SliceView::SliceView(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("sliceView"));
    setAccessibleName(tr("Picture"));
    setAccessibleDescription(tr("The open picture or slice with its masks"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setMinimumSize(240, 240);
}

void SliceView::setVolume(std::shared_ptr<const imaging::Volume> volume, std::optional<SlicePixels> pixels)
{
    abortStroke();
    m_keyCursor.reset();
    m_preview.reset();
    m_heat.reset();
    m_map = nullptr;
    m_pixels.reset();
    m_volume = std::move(volume);
    m_slice = 0;
    m_inverted = false;
    m_presetName.clear();
    if (m_volume) {
        const auto& grid = m_volume->grid();
        m_slice = grid.slices / 2;
        m_pixels = pixels ? std::move(pixels) : SlicePixels(m_volume, m_slice);
        m_window = openingWindow(*m_volume);
        setBrushRadiusMm(grid.columns * grid.spacingMm[0] * 0.02);
    }
    fit();
    updateCursor();
    Q_EMIT sliceChanged(m_slice);
    Q_EMIT windowChanged();
}

void SliceView::setSlice(int slice)
{
    if (!hasPicture())
        return;
    slice = std::clamp(slice, 0, m_volume->grid().slices - 1);
    if (slice == m_slice)
        return;
    finishStroke();
    m_slice = slice;
    m_pixels.emplace(m_volume, slice);
    redrawAll();
    Q_EMIT sliceChanged(slice);
}

void SliceView::setWindow(imaging::WindowLevel window, const QString& presetName)
{
    window.width = std::max(window.width, 1e-3);
    m_presetName = presetName;
    m_window = window;
    redrawAll();
    Q_EMIT windowChanged();
}

void SliceView::changeWindow(double widthFactor, double centreShift)
{
    if (hasPicture())
        setWindow({m_window.center + centreShift * m_window.width, m_window.width * widthFactor});
}

void SliceView::fit()
{
    if (hasPicture())
        setView(fitted(pictureSize(), {m_volume->grid().spacingMm[0], m_volume->grid().spacingMm[1]}, deviceSize()));
    m_fitted = true;
    redrawAll();
}

void SliceView::zoomBy(double factor)
{
    const QPointF fixed = pointer().value_or(QPointF(width() / 2.0, height() / 2.0)) * devicePixelRatioF();
    m_fitted = false;
    setView(zoomedAbout(m_view, fixed, factor));
}

void SliceView::actualSize()
{
    const QPointF middle(deviceSize().width() / 2.0, deviceSize().height() / 2.0);
    m_fitted = false;
    setView(zoomedAbout(m_view, middle, 1 / m_view.scaleX));
}

void SliceView::setLabelMap(const annotations::LabelMap* map)
{
    m_map = map;
    redrawAll();
}

void SliceView::setLabels(const std::vector<annotations::Label>& labels)
{
    m_colours.clear();
    for (const auto& label : labels) {
        if (label.value >= m_colours.size())
            m_colours.resize(label.value + 1U, 0);
        m_colours[label.value] =
            label.visible ? qRgb(label.colour[0], label.colour[1], label.colour[2]) : qRgba(0, 0, 0, 0);
    }
    redrawAll();
}

void SliceView::refreshMasks(const std::optional<annotations::MaskRegion>& region)
{
    if (!region)
        return redrawAll();
    if (!region->containsSlice(m_slice))
        return;
    const QPointF topLeft = m_view.toViewport(QPointF(region->firstColumn, region->firstRow));
    const QPointF bottomRight = m_view.toViewport(QPointF(region->lastColumn + 1, region->lastRow + 1));
    redraw(QRectF(topLeft, bottomRight).toAlignedRect().adjusted(-4, -4, 4, 4));
}

void SliceView::setPreview(std::optional<SlicePreview> preview)
{
    m_preview = std::move(preview);
    redrawAll();
}

void SliceView::setPreviewThreshold(float threshold)
{
    if (!m_preview)
        return;
    m_preview->threshold = threshold;
    redrawAll();
}

void SliceView::setPreviewColours(std::vector<QRgb> colours)
{
    if (!m_preview || m_preview->colours == colours)
        return;
    m_preview->colours = std::move(colours);
    redrawAll();
}

void SliceView::setHeat(std::optional<SliceHeat> heat)
{
    m_heat = std::move(heat);
    redrawAll();
}

void SliceView::setInvitation(const QString& text)
{
    m_invitation = text;
    update();
}

void SliceView::showReading(int job, const QString& title, double fraction)
{
    if (title.isEmpty())
        return;
    m_readingJob = job;
    m_reading = title;
    m_readingFraction = fraction;
    update();
}

void SliceView::endReading(int job)
{
    if (job != m_readingJob)
        return;
    m_reading.clear();
    update();
}

void SliceView::setOverlayOpacity(double opacity)
{
    m_opacity = std::clamp(opacity, 0.0, 1.0);
    redrawAll();
}

void SliceView::setOverlayStyle(OverlayStyle style)
{
    m_style = style;
    redrawAll();
}

void SliceView::setOverlayVisible(bool visible)
{
    m_overlayVisible = visible;
    redrawAll();
}

void SliceView::setInverted(bool inverted)
{
    m_inverted = inverted;
    redrawAll();
}

void SliceView::setSmooth(bool smooth)
{
    m_smooth = smooth;
    redrawAll();
}

void SliceView::setTool(Tool tool)
{
    finishStroke();
    m_tool = tool;
    updateCursor();
    update();
}

void SliceView::setBrushRadiusMm(double radius)
{
    const double pixel = hasPicture() ? m_volume->grid().spacingMm[0] : 1;
    const double largest = hasPicture() ? m_volume->grid().columns * pixel / 2 : 1000;
    m_brushRadiusMm = std::clamp(radius, pixel / 2, std::max(largest, pixel));
    update();
    Q_EMIT brushRadiusChanged(m_brushRadiusMm);
}

void SliceView::setCaption(const QStringList& lines)
{
    m_caption = lines;
    update();
}

QPointF SliceView::toWidget(QPointF picture) const
{
    return m_view.toViewport(picture) / devicePixelRatioF();
}

QPointF SliceView::toPicture(QPointF widget) const
{
    return m_view.toPicture(widget * devicePixelRatioF());
}

QSize SliceView::pictureSize() const
{
    return hasPicture() ? QSize(m_volume->grid().columns, m_volume->grid().rows) : QSize();
}

QSize SliceView::deviceSize() const
{
    return size() * devicePixelRatioF();
}

SliceScene SliceView::scene() const
{
    SliceScene scene;
    if (!m_pixels)
        return scene;
    scene.pixels = &*m_pixels;
    scene.window = m_window;
    scene.inverted = m_volume->info().monochrome1 != m_inverted;
    scene.smooth = m_smooth;
    scene.view = m_view;
    if (m_heat && m_heat->slice == m_slice)
        scene.heat = {m_heat->values, m_heat->opacity};
    if (!m_overlayVisible)
        return scene;
    scene.overlay.opacity = m_opacity;
    scene.overlay.style = m_style;
    scene.overlay.contourWidth = std::max(1, static_cast<int>(std::lround(1.5 * devicePixelRatioF())));
    if (m_map && m_slice < m_map->grid().slices) {
        scene.overlay.labels = m_map->slice(m_slice);
        scene.overlay.colours = m_colours;
    }
    if (m_preview && m_preview->slice == m_slice)
        scene.overlay.preview = {
            m_preview->probabilities, m_preview->classes, m_preview->threshold, m_preview->colours};
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

void SliceView::setView(const ViewTransform& view)
{
    if (view == m_view)
        return;
    m_view = view;
    redrawAll();
    Q_EMIT zoomChanged(m_view.scaleX);
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
    if (!m_reading.isEmpty())
        paintReading(painter, rect(), m_reading, m_readingFraction);
    if (!hasPicture()) {
        painter.setPen(QColor(139, 148, 158));
        if (m_reading.isEmpty())
            painter.drawText(rect().adjusted(20, 20, -20, -20), Qt::AlignCenter | Qt::TextWordWrap, m_invitation);
        return;
    }
    paintHud(painter, rect(), hud());
    paintBrush(painter);
    paintKeyCursor(painter);
    if (hasFocus()) {
        painter.setPen(QColor(47, 127, 196, 150));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void SliceView::paintBrush(QPainter& painter) const
{
    const auto at = pointer();
    if (m_tool == Tool::Select || !at || m_drag == Drag::Pan || m_drag == Drag::Window)
        return;
    const auto& spacing = m_volume->grid().spacingMm;
    const double ratio = devicePixelRatioF();
    const double radiusX = m_brushRadiusMm / spacing[0] * m_view.scaleX / ratio;
    const double radiusY = m_brushRadiusMm / spacing[1] * m_view.scaleY / ratio;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(0, 0, 0, 150), 2.5));
    painter.drawEllipse(*at, radiusX, radiusY);
    painter.setPen(QPen(QColor(255, 255, 255, 220), 1.2, m_tool == Tool::Eraser ? Qt::DashLine : Qt::SolidLine));
    painter.drawEllipse(*at, radiusX, radiusY);
}

void SliceView::resizeEvent(QResizeEvent* event)
{
    if (m_fitted)
        fit();
    else
        setView(panned(m_view, {}, pictureSize(), deviceSize()));
    QWidget::resizeEvent(event);
}

QRectF SliceView::pictureRect() const
{
    return {toWidget({0, 0}), toWidget(QPointF(pictureSize().width(), pictureSize().height()))};
}

} // namespace ui
