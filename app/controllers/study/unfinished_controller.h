#pragma once

#include "annotations/journal.h"
#include "app/session/job_runner.h"
#include "app/session/session.h"

#include <QObject>

#include <vector>

class QWidget;

namespace ui {
class UnfinishedList;
}

namespace app {

class OpenController;

/// Lists the studies whose journals hold work that was not saved, as long as nothing is open, and opens them again.
class UnfinishedController : public QObject
{
    Q_OBJECT

public:
    /// `window` is what its question lies over.
    UnfinishedController(JobRunner& jobs, Session& session, ui::UnfinishedList& list, QWidget& window, OpenController& open);

    /// Looks through the journals.
    void look();

private:
    void show(std::vector<annotations::JournalSummary> journals);
    void hide();
    void open(int row);
    void askToForget(int row);

    JobRunner& m_jobs;
    Session& m_session;
    ui::UnfinishedList& m_list;
    QWidget& m_window;
    OpenController& m_open;
    std::vector<annotations::JournalSummary> m_journals; ///< Those that are listed.
};

} // namespace app
