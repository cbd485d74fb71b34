#include "app/controllers/study/view_keeper.h"

#include "app/controllers/study/view_note.h"
#include "app/session/session.h"
#include "ui/views/view_state.h"

namespace app {

ViewKeeper::ViewKeeper(Session& session, ui::ViewState& state)
    : m_session(session)
    , m_state(state)
{
    m_later.setSingleShot(true);
    m_later.setInterval(kWriteEvery);
    connect(&m_later, &QTimer::timeout, this, &ViewKeeper::keep);
    connect(&session, &Session::opened, this, &ViewKeeper::restore);
    connect(&session, &Session::aboutToClose, this, &ViewKeeper::keep);
    connect(&session, &Session::activeLabelChanged, this, &ViewKeeper::changed);
    connect(&state, &ui::ViewState::planesChanged, this, &ViewKeeper::changed);
    connect(&state, &ui::ViewState::layoutChanged, this, &ViewKeeper::changed);
    connect(&state, &ui::ViewState::windowChanged, this, &ViewKeeper::changed);
    connect(&state, &ui::ViewState::styleChanged, this, &ViewKeeper::changed);
    connect(&state, &ui::ViewState::toolChanged, this, &ViewKeeper::changed);
    connect(&state, &ui::ViewState::brushRadiusChanged, this, &ViewKeeper::changed);
}

void ViewKeeper::restore()
{
    if (m_session.viewNote().empty())
        return;
    if (const auto label = applyViewNote(m_session.viewNote(), m_state))
        m_session.setActiveLabel(*label);
}

/// Not put off by the next change: someone may scroll for minutes.
void ViewKeeper::changed()
{
    if (m_session.isOpen() && !m_later.isActive())
        m_later.start();
}

void ViewKeeper::keep()
{
    m_later.stop();
    if (m_session.isOpen())
        m_session.keepViewNote(viewNoteOf(m_state, m_session.activeLabel()));
}

} // namespace app
