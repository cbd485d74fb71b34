#include "app/controllers/edit/mask_painter.h"

#include <QElapsedTimer>

#include <utility>

namespace app {

namespace {

constexpr qint64 kPieceNs = 5'000'000;

} // namespace

MaskPainter::MaskPainter(Session& session, QObject* parent)
    : QObject(parent)
    , m_session(session)
{
    m_timer.setInterval(0);
    connect(&m_timer, &QTimer::timeout, this, &MaskPainter::paintPiece);
    connect(&session, &Session::strokeMustEnd, this, &MaskPainter::finish);
    connect(&session, &Session::closed, this, &MaskPainter::giveUp);
}

MaskPainter::~MaskPainter() = default;

void MaskPainter::paint(std::vector<annotations::ValueRun> runs, Then then)
{
    auto edit = m_session.beginEdit();
    if (!edit)
        return;
    m_edit = std::move(edit);
    m_runs = std::move(runs);
    m_next = m_painted = 0;
    m_then = std::move(then);
    m_timer.start();
    paintPiece();
}

/// False when there is none left.
bool MaskPainter::paintOne()
{
    if (m_next >= m_runs.size())
        return false;
    const annotations::ValueRun& run = m_runs[m_next++];
    m_painted += m_edit->paintRun(run.offset, run.count, run.value);
    return true;
}

void MaskPainter::paintPiece()
{
    if (!m_edit)
        return;
    QElapsedTimer clock;
    clock.start();
    while (clock.nsecsElapsed() < kPieceNs)
        if (!paintOne())
            return finish();
}

void MaskPainter::finish()
{
    if (!m_edit)
        return;
    while (paintOne()) { }
    m_timer.stop();
    m_runs = {};
    const auto edit = std::exchange(m_edit, nullptr);
    std::exchange(m_then, {})(*edit, m_painted);
}

void MaskPainter::giveUp()
{
    m_timer.stop();
    m_edit.reset();
    m_runs = {};
    m_then = {};
}

} // namespace app
