#include "ui/views/cine.h"

#include "ui/views/view_state.h"

#include <QAction>
#include <QCoreApplication>
#include <QKeyEvent>
#include <QTimer>

#include <algorithm>

namespace ui {

Cine::Cine(ViewState& state, QObject* parent)
    : QObject(parent)
    , m_state(state)
    , m_timer(new QTimer(this))
{
    m_timer->setTimerType(Qt::PreciseTimer);
    connect(m_timer, &QTimer::timeout, this, &Cine::step);
    connect(&state, &ViewState::layoutChanged, this, &Cine::pause); // Another picture says so, too.
}

bool Cine::isPlaying() const
{
    return m_timer->isActive();
}

void Cine::play(ViewPlane view)
{
    if (isPlaying() || m_state.layers(view) < 2)
        return;
    m_view = view;
    m_direction = 1;
    m_timer->start(1000 / m_speed);
    QCoreApplication::instance()->installEventFilter(this);
    Q_EMIT playingChanged(true);
}

void Cine::pause()
{
    if (!isPlaying())
        return;
    m_timer->stop();
    QCoreApplication::instance()->removeEventFilter(this);
    Q_EMIT playingChanged(false);
}

void Cine::setSpeed(int slicesPerSecond)
{
    m_speed = std::clamp(slicesPerSecond, 1, 60);
    m_timer->setInterval(1000 / m_speed);
}

void Cine::step()
{
    const int count = m_state.layers(m_view);
    const int next = m_state.layer(m_view) + m_direction;
    if (next >= 0 && next < count)
        return m_state.setLayer(m_view, next);
    if (m_end == CineEnd::Bounce)
        m_direction = -m_direction;
    m_state.setLayer(m_view, m_end == CineEnd::Bounce ? next + 2 * m_direction : 0);
}

bool Cine::isOwnKey(const QEvent& event) const
{
    if (event.type() != QEvent::KeyPress && event.type() != QEvent::ShortcutOverride)
        return false;
    const auto& pressed = static_cast<const QKeyEvent&>(event);
    if (pressed.key() == Qt::Key_Shift || pressed.key() == Qt::Key_Control || pressed.key() == Qt::Key_Alt)
        return true; // What comes with it says what is meant.
    const QKeySequence key(pressed.keyCombination());
    return std::any_of(m_own.begin(), m_own.end(), [&](const QAction* own) { return own->shortcuts().contains(key); });
}

bool Cine::eventFilter(QObject* watched, QEvent* event)
{
    switch (event->type()) {
    case QEvent::KeyPress:
    case QEvent::ShortcutOverride:
    case QEvent::MouseButtonPress:
    case QEvent::MouseButtonDblClick:
    case QEvent::Wheel:
    case QEvent::TouchBegin:
        if (!isOwnKey(*event))
            pause();
        break;
    default:
        break;
    }
    return QObject::eventFilter(watched, event);
}

} // namespace ui
