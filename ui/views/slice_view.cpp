#include "ui/views/slice_view.h"

#include "ui/views/slice_input.h"
#include "ui/views/view_state.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr double kCursorMargin = 24; ///< Points between the cursor and the view's edge.

} // namespace

SliceView::SliceView(ViewState& state, QWidget* parent)
    : QWidget(parent)
    , m_state(state)
    , m_input(new SliceInput(*this, state))
{
    setObjectName(QStringLiteral("sliceView"));
    setAccessibleName(tr("Picture"));
    setAccessibleDescription(tr("The open picture or slice with its masks"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setMinimumSize(240, 240);
    followState();
}

void SliceView::followState()
{
    connect(&m_state, &ViewState::sliceChanged, this, &SliceView::showSlice);
    connect(&m_state, &ViewState::windowChanged, this, &SliceView::redrawAll);
    connect(&m_state, &ViewState::styleChanged, this, &SliceView::redrawAll);
    connect(&m_state, &ViewState::toolChanged, this, qOverload<>(&QWidget::update));
    connect(&m_state, &ViewState::brushRadiusChanged, this, qOverload<>(&QWidget::update));
    connect(m_input, &SliceInput::strokeBegan, this, &SliceView::strokeBegan);
    connect(m_input, &SliceInput::strokeMoved, this, &SliceView::strokeMoved);
    connect(m_input, &SliceInput::strokeEnded, this, &SliceView::strokeEnded);
    connect(m_input, &SliceInput::strokeAborted, this, &SliceView::strokeAborted);
    connect(m_input, &SliceInput::keyCursorChanged, this, &SliceView::keyCursorChanged);
}

void SliceView::setVolume(std::shared_ptr<const imaging::Volume> volume, std::optional<SlicePixels> pixels)
{
    m_input->reset();
    m_preview.reset();
    m_heat.reset();
    m_map = nullptr;
    m_labels.reset();
    m_pixels = std::move(pixels);
    m_volume = std::move(volume);
    m_slice = m_volume ? m_volume->grid().slices / 2 : 0;
    if (m_volume && !m_pixels)
        m_pixels.emplace(m_volume, m_slice);
    fit();
    m_volume ? m_state.begin(*m_volume) : m_state.end();
    m_input->updateShape();
}

void SliceView::showSlice()
{
    finishStroke();
    if (m_volume && m_slice != m_state.slice()) {
        const auto before = m_pixels->plane();
        m_pixels.emplace(m_volume, m_state.slice());
        const bool sameShape = before.spacingMm == plane().spacingMm && pictureSize() == QSize(before.columns, before.rows);
        if (!sameShape)
            fit();
    }
    m_slice = m_state.slice();
    readLabels();
    redrawAll();
}

/// None where the plane is not one of the volume's slices.
std::optional<int> SliceView::shownSlice() const
{
    return imaging::sliceOn(m_volume->grid(), plane());
}

void SliceView::readLabels()
{
    m_labels.reset();
    if (m_map && m_pixels)
        m_labels.emplace(*m_map, m_pixels->plane());
}

void SliceView::fit()
{
    if (m_pixels)
        setTransform(fitted(pictureSize(), plane().spacingMm, deviceSize()));
    m_fitted = true;
    redrawAll();
}

void SliceView::zoomBy(double factor)
{
    const QPointF fixed = m_input->pointer().value_or(QPointF(width() / 2.0, height() / 2.0)) * devicePixelRatioF();
    m_fitted = false;
    setTransform(zoomedAbout(m_transform, fixed, factor));
}

void SliceView::actualSize()
{
    const QPointF middle(deviceSize().width() / 2.0, deviceSize().height() / 2.0);
    m_fitted = false;
    setTransform(zoomedAbout(m_transform, middle, 1 / m_transform.scaleX));
}

void SliceView::panBy(QPointF points)
{
    m_fitted = false;
    setTransform(panned(m_transform, points * devicePixelRatioF(), pictureSize(), deviceSize()));
}

void SliceView::showAround(QPointF widget)
{
    const QRectF inner = QRectF(rect()).adjusted(kCursorMargin, kCursorMargin, -kCursorMargin, -kCursorMargin);
    const QPointF held(
        std::clamp(widget.x(), inner.left(), inner.right()), std::clamp(widget.y(), inner.top(), inner.bottom()));
    if (held != widget && !m_fitted)
        panBy(held - widget);
}

void SliceView::setLabelMap(const annotations::LabelMap* map)
{
    m_map = map;
    readLabels();
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
    if (m_labels)
        m_labels->refresh();
    if (!region || !m_labels)
        return redrawAll();
    if (const auto reach = m_labels->reachOf(*region))
        redraw(QRectF(m_transform.toViewport(reach->topLeft()), m_transform.toViewport(reach->bottomRight()))
                   .toAlignedRect()
                   .adjusted(-4, -4, 4, 4));
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

void SliceView::setCaption(const QStringList& lines)
{
    m_caption = lines;
    update();
}

void SliceView::setKeyCursor(bool on)
{
    m_input->setKeyCursor(on);
}

bool SliceView::hasKeyCursor() const
{
    return m_input->isKeyCursorOn();
}

std::optional<QPointF> SliceView::keyCursor() const
{
    return m_input->cursor().position();
}

void SliceView::finishStroke()
{
    m_input->finishStroke();
}

void SliceView::announce()
{
    setAccessibleDescription(
        keyCursor() ? readOut().join(QStringLiteral(", ")) : tr("The open picture or slice with its masks"));
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

QPointF SliceView::toWidget(QPointF picture) const
{
    return m_transform.toViewport(picture) / devicePixelRatioF();
}

QPointF SliceView::toPicture(QPointF widget) const
{
    return m_transform.toPicture(widget * devicePixelRatioF());
}

QSize SliceView::pictureSize() const
{
    return m_pixels ? QSize(m_pixels->columns(), m_pixels->rows()) : QSize();
}

QSize SliceView::deviceSize() const
{
    return size() * devicePixelRatioF();
}

void SliceView::setTransform(const ViewTransform& transform)
{
    if (transform == m_transform)
        return;
    m_transform = transform;
    redrawAll();
}

void SliceView::resizeEvent(QResizeEvent* event)
{
    if (m_fitted)
        fit();
    else
        setTransform(panned(m_transform, {}, pictureSize(), deviceSize()));
    QWidget::resizeEvent(event);
}

QRectF SliceView::pictureRect() const
{
    return {toWidget({0, 0}), toWidget(QPointF(pictureSize().width(), pictureSize().height()))};
}

void SliceView::wheelEvent(QWheelEvent* event)
{
    m_input->wheel(*event);
}

void SliceView::mousePressEvent(QMouseEvent* event)
{
    m_input->press(*event);
}

void SliceView::mouseMoveEvent(QMouseEvent* event)
{
    m_input->move(*event);
}

void SliceView::mouseReleaseEvent(QMouseEvent*)
{
    m_input->release();
}

void SliceView::mouseDoubleClickEvent(QMouseEvent* event)
{
    m_input->doubleClick(*event);
}

void SliceView::leaveEvent(QEvent*)
{
    m_input->leave();
}

void SliceView::keyPressEvent(QKeyEvent* event)
{
    m_input->keyPress(*event);
}

void SliceView::keyReleaseEvent(QKeyEvent* event)
{
    m_input->keyRelease(*event);
}

void SliceView::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void SliceView::focusOutEvent(QFocusEvent* event)
{
    m_input->focusOut();
    QWidget::focusOutEvent(event);
    update();
}

} // namespace ui
