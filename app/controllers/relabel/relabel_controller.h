#pragma once

#include "annotations/cohort/cohort.h"
#include "app/session/job_runner.h"

#include <QObject>
#include <QString>

namespace ui {
class Messages;
class RelabelPage;
} // namespace ui

namespace app {

class CohortSession;
class PageController;
class SaveController;

/// Which cohort is open. A cohort is gone on with where this reader stopped.
class RelabelController : public QObject
{
    Q_OBJECT

public:
    /// The last cohort is kept in `settingsFile`.
    RelabelController(JobRunner& jobs, CohortSession& cohort, ui::RelabelPage& page, ui::Messages& messages,
        SaveController& save, PageController& pageController, QString settingsFile);

    /// Whether there is a cohort in this folder.
    static bool isCohort(const QString& path);
    /// Shows the page and the cohort, and the case at which this reader stopped.
    void openCohort(const QString& folder);
    void createCohort(
        const QString& folder, const annotations::CohortSettings& settings, annotations::CohortPlace place);
    void closeCohort();
    /// What the page shows when it is come to: the cohort that is open, or the one of the last time.
    void enter();
    void leave();

Q_SIGNALS:
    void failed(const QString& why);

private:
    void askForNew();
    void askForFolder();
    void opened(const annotations::CohortSettings& settings);
    void fail(const JobFailure& failure);

    JobRunner& m_jobs;
    CohortSession& m_cohort;
    ui::RelabelPage& m_page;
    ui::Messages& m_messages;
    SaveController& m_save;
    PageController& m_pageController;
    QString m_settingsFile;
};

} // namespace app
