#include "app/controllers/study/work_line.h"

#include "ui/messages.h"
#include "ui/panels/job_bar.h"

namespace app {

namespace {

const QString kJournal = QStringLiteral("journal");
const QString kReadOnly = QStringLiteral("readOnly");

} // namespace

WorkLine::WorkLine(Session& session, ui::Messages& messages, ui::JobBar& bar)
    : m_session(session)
    , m_messages(messages)
    , m_bar(bar)
{
    connect(&session, &Session::historyChanged, this, &WorkLine::update);
    connect(&session, &Session::closed, this, [this] {
        setSaved({});
        m_messages.remove(kReadOnly);
    });
    watchJournal();
}

void WorkLine::setSaved(const QString& text)
{
    m_saved = text;
    update();
}

void WorkLine::sayReadOnly()
{
    if (const QString why = m_session.readOnlyReason(); !why.isEmpty())
        m_messages.show({kReadOnly, ui::MessageKind::Warning, why, {}, {}});
}

void WorkLine::watchJournal()
{
    const auto say = [this](const QString& id, ui::MessageKind kind, const QString& text) {
        m_messages.show({id, kind, text, {}, {}});
    };
    connect(&m_session, &Session::journalStateChanged, this, &WorkLine::update);
    connect(&m_session, &Session::journalFailed, this, [say](const QString& why) {
        say(kJournal, ui::MessageKind::Error, tr("Your strokes are not kept on disk: save often. %1").arg(why));
    });
    connect(&m_session, &Session::journalRecovered, this, [say] {
        say(kJournal, ui::MessageKind::Info,
            tr("The journal could not be kept for a while. It is written again, whole: a crash would lose nothing."));
    });
    connect(&m_session, &Session::editRefused, this,
        [say](const QString& why) { say(kReadOnly, ui::MessageKind::Warning, why); });
    connect(&m_session, &Session::journalFreed, this, [this] {
        m_messages.show({kReadOnly, ui::MessageKind::Info,
            tr("The other window has let go of this study: it can be worked on here."), tr("Work on it here"),
            [this] { Q_EMIT takeOverRequested(); }});
    });
}

void WorkLine::update()
{
    QStringList parts{workText(), journalText()};
    parts.removeAll(QString());
    m_bar.setState(parts.join(QStringLiteral("  ·  ")));
}

QString WorkLine::workText() const
{
    if (m_session.hasUnsavedWork())
        return m_decides ? tr("Drawn on, not decided yet") : tr("Not saved as a file yet");
    return m_saved;
}

QString WorkLine::journalText() const
{
    if (!m_session.isOpen())
        return {};
    switch (m_session.journalState()) {
    case JournalState::OnDisk:
        return tr("Journal on: every stroke is on disk");
    case JournalState::Writing:
        return tr("Journal on: writing…");
    case JournalState::Failed:
        return tr("Journal off: a crash would lose what is not saved");
    case JournalState::Elsewhere:
        return tr("Read only: another window has this study");
    case JournalState::None:
        break;
    }
    return tr("Journal off");
}

} // namespace app
