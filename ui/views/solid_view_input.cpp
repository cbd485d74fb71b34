#include "imaging/slice_sides.h"
#include "ui/views/shown_picture.h"
#include "ui/views/solid_view.h"
#include "ui/views/view_hud.h"
#include "ui/views/view_state.h"

#include <QKeyEvent>
#include <QLineF>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <cmath>
#include <numbers>

namespace ui {

namespace {

constexpr double kTurnPerPoint = 0.008; ///< Radians.
constexpr double kTurnByKey = std::numbers::pi / 18;
constexpr double kMoveByKey = 0.05; ///< Of the view's height.
constexpr double kSolidZoomStep = 1.15;
constexpr int kBarMargin = 8;
constexpr double kClickMoves = 4; ///< Points that the pointer may move in a click.

} // namespace

void SolidView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), QColor(9, 11, 13));
    if (!m_image.isNull())
        painter.drawImage(rect(), m_image);
    const bool canShow = m_state.canBeCut();
    if (!canShow || !m_failure.isEmpty() || m_image.isNull()) {
        painter.setPen(QColor(139, 148, 158));
        const QString text = !canShow ? tr("This picture has no depth to show.")
            : m_failure.isEmpty()     ? tr("Drawing…")
                                      : m_failure;
        painter.drawText(rect().adjusted(20, 20, -20, -20), Qt::AlignCenter | Qt::TextWordWrap, text);
    }
    if (canShow && m_picture.volume())
        paintOver(painter);
    if (hasFocus()) {
        painter.setPen(QColor(47, 127, 196, 150));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void SolidView::paintOver(QPainter& painter) const
{
    const QSizeF view = size();
    if (m_cropping && m_crop)
        m_crop->paint(painter, m_viewPoint, view);
    const QPointF at = m_viewPoint.toView(m_state.crosshair(), view);
    painter.setRenderHint(QPainter::Antialiasing);
    for (const QPen& pen : {QPen(QColor(0, 0, 0, 150), 3), QPen(QColor(240, 200, 90), 1.3)}) {
        painter.setPen(pen);
        for (const QPointF step : {QPointF(1, 0), QPointF(0, 1), QPointF(-1, 0), QPointF(0, -1)})
            painter.drawLine(at + 5 * step, at + 13 * step);
    }
    ViewHud hud;
    const auto letters = imaging::edgeLettersOf(*m_picture.volume(), m_viewPoint.plane(view));
    for (std::size_t i = 0; i < letters.size(); ++i)
        hud.edges[i] = QString::fromStdString(letters[i]);
    hud.picture = QRectF(rect());
    hud.mmPerPoint = m_viewPoint.heightMm / view.height();
    paintHud(painter, rect().adjusted(0, m_bar->geometry().bottom() - kBarMargin, 0, 0), hud);
}

void SolidView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    order(SolidQuality::Fine);
}

void SolidView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    order(SolidQuality::Coarse);
}

void SolidView::wheelEvent(QWheelEvent* event)
{
    ViewPoint from = m_viewPoint;
    from.heightMm *= std::pow(kSolidZoomStep, -event->angleDelta().y() / 120.0);
    look(from);
    event->accept();
}

void SolidView::mousePressEvent(QMouseEvent* event)
{
    m_pressed = m_dragFrom = event->position();
    const auto side = m_cropping && m_crop ? m_crop->sideAt(event->position(), m_viewPoint, size()) : std::nullopt;
    if (event->button() == Qt::LeftButton && side) {
        m_drag = Drag::Crop;
        m_cropSide = *side;
    } else if (event->button() == Qt::MiddleButton || event->modifiers() & Qt::ShiftModifier) {
        m_drag = Drag::Move;
    } else if (event->button() == Qt::LeftButton) {
        m_drag = Drag::Turn;
    }
}

void SolidView::mouseMoveEvent(QMouseEvent* event)
{
    const QPointF moved = event->position() - m_dragFrom;
    if (m_drag == Drag::None || QLineF(event->position(), m_pressed).length() < kClickMoves)
        return;
    m_dragFrom = event->position();
    ViewPoint from = m_viewPoint;
    switch (m_drag) {
    case Drag::Turn:
        from.turn(-moved.x() * kTurnPerPoint, moved.y() * kTurnPerPoint);
        break;
    case Drag::Move:
        from.focus = from.toPatient(QPointF(width() / 2.0, height() / 2.0) - moved, size());
        break;
    case Drag::Crop:
        m_crop->drag(m_cropSide, moved, m_viewPoint, size());
        break;
    case Drag::None:
        break;
    }
    look(from);
}

void SolidView::mouseReleaseEvent(QMouseEvent* event)
{
    const bool wasClick = QLineF(event->position(), m_pressed).length() < kClickMoves;
    if (m_drag == Drag::Turn && wasClick)
        m_thread.pick((event->position() * devicePixelRatioF()).toPoint());
    m_drag = Drag::None;
}

void SolidView::mouseDoubleClickEvent(QMouseEvent*)
{
    m_state.setLayout(m_state.layout() == ViewLayout::Solid ? ViewLayout::PlanesAndSolid : ViewLayout::Solid);
}

void SolidView::keyPressEvent(QKeyEvent* event)
{
    ViewPoint from = m_viewPoint;
    const bool moves = event->modifiers() & Qt::ShiftModifier;
    const auto step = [&](double right, double up) {
        if (moves)
            from.focus = from.focus + -right * kMoveByKey * from.heightMm * from.right()
                + -up * kMoveByKey * from.heightMm * from.up();
        else
            from.turn(-right * kTurnByKey, -up * kTurnByKey);
    };
    switch (event->key()) {
    case Qt::Key_Left:
        step(-1, 0);
        break;
    case Qt::Key_Right:
        step(1, 0);
        break;
    case Qt::Key_Up:
        step(0, 1);
        break;
    case Qt::Key_Down:
        step(0, -1);
        break;
    case Qt::Key_PageUp:
        from.heightMm /= kSolidZoomStep;
        break;
    case Qt::Key_PageDown:
        from.heightMm *= kSolidZoomStep;
        break;
    case Qt::Key_Home:
        if (m_picture.volume())
            from = viewPointOf(m_picture.volume()->grid());
        break;
    default:
        return event->ignore();
    }
    look(from);
}

} // namespace ui
