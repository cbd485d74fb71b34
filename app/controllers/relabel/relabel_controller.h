#pragma once

#include "annotations/cohort/cohort.h"
#include "app/session/job_runner.h"

#include <QObject>
#include <QString>

namespace ui {
class Messages;
class Pages;
enum class PageId;
} // namespace ui

namespace app {

class CohortSession;
class OpenController;
class SaveController;

/// Which page is shown and which cohort is open. A cohort is gone on with where this reader stopped.
class RelabelController : public QObject
{
    Q_OBJECT

public:
    /// The last cohort is kept in `settingsFile`.
    RelabelController(JobRunner& jobs, CohortSession& cohort, ui::Pages& pages, ui::Messages& messages,
        SaveController& save, OpenController& open, QString settingsFile);

    /// Whether there is a cohort in this folder.
    static bool isCohort(const QString& path);
    /// Shows the page and the cohort, and the case at which this reader stopped.
    void openCohort(const QString& folder);
    void createCohort(
        const QString& folder, const annotations::CohortSettings& settings, annotations::CohortPlace place);
    void closeCohort();
    void showPage(ui::PageId page);

Q_SIGNALS:
    void failed(const QString& why);

private:
    void askForNew();
    void askForFolder();
    void opened(const annotations::CohortSettings& settings);
    void enter();
    void fail(const JobFailure& failure);

    JobRunner& m_jobs;
    CohortSession& m_cohort;
    ui::Pages& m_pages;
    ui::Messages& m_messages;
    SaveController& m_save;
    OpenController& m_open;
    QString m_settingsFile;
};

} // namespace app
