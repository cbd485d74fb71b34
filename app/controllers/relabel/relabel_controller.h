#pragma once

#include "app/controllers/relabel/cohort_worker.h"
#include "app/session/job_runner.h"

#include <QObject>

#include <filesystem>
#include <string>

namespace ui {
class Messages;
class Pages;
enum class PageId;
} // namespace ui

namespace app {

class CohortJobController;
class OpenController;
class QueueController;
class ReviewController;
class SaveController;
class TrainingController;

/// Which page is shown and which cohort is open. A cohort is gone on with where this reader stopped.
class RelabelController : public QObject
{
    Q_OBJECT

public:
    struct Parts
    {
        CohortWorker& worker;
        SaveController& save;
        OpenController& open;
        ReviewController& review;
        TrainingController& training;
        QueueController& queue;
        CohortJobController& work;
    };

    /// `reader` is who the history says decided; empty: defaultReader(). The last cohort is kept in `settingsFile`.
    RelabelController(JobRunner& jobs, ui::Pages& pages, ui::Messages& messages, const Parts& parts,
        std::string reader, QString settingsFile);

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
    void opened(const std::filesystem::path& folder, const annotations::CohortSettings& settings);
    void leaveCohort();
    void enter();
    void fail(const JobFailure& failure);

    JobRunner& m_jobs;
    ui::Pages& m_pages;
    ui::Messages& m_messages;
    Parts m_parts;
    std::string m_reader;
    QString m_settingsFile;
    std::filesystem::path m_folder; ///< Empty: no cohort is open.
};

} // namespace app
