#pragma once

#include "annotations/journal.h"
#include "app/session/job_runner.h"
#include "app/session/session.h"

#include <QObject>

#include <vector>

namespace ui {
class SegmentPage;
}

namespace app {

class OpenController;

/// Lists the studies whose journals hold work that was not saved, as long as nothing is open, and opens them again.
class UnfinishedController : public QObject
{
    Q_OBJECT

public:
    UnfinishedController(JobRunner& jobs, Session& session, ui::SegmentPage& page, OpenController& open);

    /// Looks through the journals.
    void look();

private:
    void show(std::vector<annotations::JournalSummary> journals);
    void hide();
    void open(int row);
    void askToForget(int row);

    JobRunner& m_jobs;
    Session& m_session;
    ui::SegmentPage& m_page;
    OpenController& m_open;
    std::vector<annotations::JournalSummary> m_journals; ///< Those that are listed.
};

} // namespace app
