#pragma once

#include "app/session/session.h"

#include <QObject>
#include <QString>

namespace ui {
class JobBar;
class Messages;
} // namespace ui

namespace app {

/// Says where the work stands: in the bottom line what was saved and whether the journal holds the rest, in messages
/// when the journal fails or another window has the study.
class WorkLine : public QObject
{
    Q_OBJECT

public:
    WorkLine(Session& session, ui::Messages& messages, ui::JobBar& bar);

    /// Where the masks were saved; empty: nowhere yet.
    void setSaved(const QString& text);
    /// Whether masks are decided on rather than saved as files.
    void setDecides(bool decides) { m_decides = decides; }
    void update();
    /// Why nothing can be changed, when that is so.
    void sayReadOnly();

Q_SIGNALS:
    /// The user wants to work on the open study, which another window has let go of.
    void takeOverRequested();

private:
    void watchJournal();
    QString workText() const;
    QString journalText() const;

    Session& m_session;
    ui::Messages& m_messages;
    ui::JobBar& m_bar;
    QString m_saved;
    bool m_decides = false;
};

} // namespace app
