#include "ui/views/slice_view.h"

#include "ui/views/crosshair.h"
#include "ui/views/shown_picture.h"
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

SliceView::SliceView(ShownPicture& picture, ViewState& state, ViewPlane which, QWidget* parent)
    : QWidget(parent)
    , m_picture(picture)
    , m_state(state)
    , m_which(which)
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
    followPicture();
    showPlane();
}

void SliceView::followState()
{
    connect(&m_state, &ViewState::planesChanged, this, &SliceView::followPlanes);
    connect(&m_state, &ViewState::slabChanged, this, &SliceView::showPlane);
    connect(&m_state, &ViewState::layoutChanged, this, &SliceView::catchUp);
    connect(&m_state, &ViewState::windowChanged, this, &SliceView::redrawAll);
    connect(&m_state, &ViewState::styleChanged, this, &SliceView::redrawAll);
    connect(&m_state, &ViewState::toolChanged, this, qOverload<>(&QWidget::update));
    connect(&m_state, &ViewState::brushRadiusChanged, this, qOverload<>(&QWidget::update));
    connect(m_input, &SliceInput::strokeBegan, this,
        [this](QPointF pixel, ToolId tool) { Q_EMIT strokeBegan(pixel, tool, m_which); });
    connect(m_input, &SliceInput::strokeMoved, this, &SliceView::strokeMoved);
    connect(m_input, &SliceInput::strokeEnded, this, &SliceView::strokeEnded);
    connect(m_input, &SliceInput::strokeAborted, this, &SliceView::strokeAborted);
    connect(m_input, &SliceInput::strokeClicked, this, &SliceView::strokeClicked);
    connect(m_input, &SliceInput::strokeReleased, this, &SliceView::strokeReleased);
    connect(m_input, &SliceInput::strokeTakenBack, this, &SliceView::strokeTakenBack);
    connect(m_input, &SliceInput::measurePressed, this,
        [this](QPointF pixel, ToolId tool) { Q_EMIT measurePressed(pixel, tool, m_which); });
    connect(m_input, &SliceInput::measureGrabbed, this,
        [this](const MeasureHandle& handle) { Q_EMIT measureGrabbed(handle, m_which); });
    connect(m_input, &SliceInput::measureMoved, this, &SliceView::measureMoved);
    connect(m_input, &SliceInput::measureReleased, this, &SliceView::measureReleased);
    connect(m_input, &SliceInput::measureCancelled, this, &SliceView::measureCancelled);
    connect(m_input, &SliceInput::measureRemoved, this, &SliceView::measureRemoved);
    connect(m_input, &SliceInput::keyCursorChanged, this, &SliceView::keyCursorChanged);
}

void SliceView::followPicture()
{
    connect(&m_picture, &ShownPicture::volumeChanged, this, &SliceView::forget);
    connect(&m_picture, &ShownPicture::labelMapChanged, this, [this] {
        m_labels.reset(); // The map that it reads may go.
        catchUp();
    });
    connect(&m_picture, &ShownPicture::masksChanged, this, &SliceView::showMasks);
    connect(&m_picture, &ShownPicture::overlayChanged, this, &SliceView::redrawAll);
    connect(&m_picture, &ShownPicture::sketchChanged, this, qOverload<>(&QWidget::update));
    connect(&m_picture, &ShownPicture::notesChanged, this, qOverload<>(&QWidget::update));
}

/// The picture that was shown is shown no more.
void SliceView::forget()
{
    m_input->reset();
    m_labels.reset();
    m_pixels.reset();
    m_fitted = true;
    m_input->updateShape();
    redrawAll();
}

/// Follows the state to another plane, and the picture to another volume.
void SliceView::showPlane()
{
    const auto plane = m_picture.volume() ? m_state.plane(m_which) : std::nullopt;
    if (!plane || (m_pixels && m_pixels->plane() == *plane && m_pixels->slab() == m_state.slab()))
        return;
    if (!isInSight())
        return;
    finishStroke();
    const bool sameShape = m_pixels && m_pixels->plane().spacingMm == plane->spacingMm
        && pictureSize() == QSize(plane->columns, plane->rows);
    m_pixels = m_state.slab() ? std::nullopt : m_picture.takePrepared(*plane);
    if (m_state.slab())
        m_pixels.emplace(m_picture.volume(), *plane, *m_state.slab());
    else if (!m_pixels)
        m_pixels.emplace(m_picture.volume(), *plane);
    if (!sameShape)
        fit();
    readLabels();
    m_input->updateShape();
    redrawAll();
}

/// The crosshair has moved, or the oblique plane turned: lines are elsewhere even where the plane is as it was.
void SliceView::followPlanes()
{
    showPlane();
    if (m_state.planesShown().size() < 2)
        return;
    if (const auto crosshair = crosshairOf(*this, m_state); crosshair && !m_input->isMovingPicture())
        showAround(crosshair->centre);
    update();
}

/// False while a page or a panel that holds the view is hidden: then it does no work, and catches up when it is shown.
bool SliceView::isInSight() const
{
    for (const QWidget* widget = this; widget && !widget->isWindow(); widget = widget->parentWidget())
        if (widget->isHidden() && widget->testAttribute(Qt::WA_WState_ExplicitShowHide))
            return false;
    return true;
}

/// With the state's plane and the masks on it.
void SliceView::catchUp()
{
    showPlane();
    if (!m_labels && isInSight())
        readLabels();
    redrawAll();
}

bool SliceView::isStack() const
{
    return m_picture.volume() && m_picture.volume()->grid().slices > 1;
}

/// None where the plane is not one of the volume's slices.
std::optional<int> SliceView::shownSlice() const
{
    return imaging::sliceOn(m_picture.volume()->grid(), plane());
}

void SliceView::readLabels()
{
    m_labels.reset();
    if (m_picture.labelMap() && m_pixels)
        m_labels.emplace(*m_picture.labelMap(), m_pixels->plane());
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

void SliceView::showMasks(const std::optional<annotations::MaskRegion>& region)
{
    if (!isInSight())
        return m_labels.reset(); // Read again when it is shown.
    const auto reach = region && m_labels ? m_labels->reachOf(*region) : std::nullopt;
    if (region && m_labels && !reach)
        return; // Beside the plane.
    if (m_labels)
        m_labels->refresh();
    if (!reach)
        redrawAll();
    else
        redraw(QRectF(m_transform.toViewport(reach->topLeft()), m_transform.toViewport(reach->bottomRight()))
                   .toAlignedRect()
                   .adjusted(-4, -4, 4, 4));
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

void SliceView::showEvent(QShowEvent* event)
{
    catchUp();
    QWidget::showEvent(event);
}

void SliceView::hideEvent(QHideEvent* event)
{
    finishStroke(); // Nobody would see it go on.
    QWidget::hideEvent(event);
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
