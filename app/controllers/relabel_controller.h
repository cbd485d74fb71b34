#pragma once

#include "app/controllers/cohort_worker.h"
#include "app/session/job_runner.h"

#include <QObject>
#include <QTimer>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace ui {
class CohortPanel;
class MainWindow;
class QueuePanel;
enum class Page;
} // namespace ui

namespace app {

class OpenController;
class ReviewController;
class SaveController;
class TrainingController;

struct RelabelOptions
{
    std::string reader; ///< Who the history says decided; empty: defaultReader().
    std::string model; ///< What predicts as long as the cohort has trained none; empty: the default package.
    std::string device = "auto";
    QString settingsFile;
};

/// The Relabel page: which cohort is open, what is taken into it, predicted and exported, and the queue.
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
    };

    RelabelController(JobRunner& jobs, ui::MainWindow& window, const Parts& parts, RelabelOptions options);

    /// Whether there is a cohort in this folder.
    static bool isCohort(const QString& path);
    /// Shows the page and the cohort, and the case at which this reader stopped.
    void openCohort(const QString& folder);
    void createCohort(
        const QString& folder, const annotations::CohortSettings& settings, annotations::CohortPlace place);
    /// Asks what to import, `source` proposed.
    void askForImport(const QString& source = {});
    void importFrom(const QString& source, const QString& image, const QString& mask, const QString& text);
    void predict();
    void exportTo();
    void closeCohort();
    void showPage(ui::Page page);

Q_SIGNALS:
    void cohortOpened(const QString& folder);
    /// An import, a prediction or an export has ended; what came of it.
    void finished(const QString& what);
    void failed(const QString& why);

private:
    void connectPage();
    void askForNew();
    void askForFolder();
    void askForExportFolder();
    void opened(const std::filesystem::path& folder, const annotations::CohortSettings& settings);
    void leaveCohort();
    void enter();
    void look(bool onlyChanged);
    void show(const CohortView& view);
    void loadMore();
    void loadThumbnails(const QList<qint64>& ids);
    QueueRequest request() const;
    template <typename Result, typename Work>
    void startLong(bool needsModel, const QString& title, Work work, QString (*sentence)(const Result&));
    void longEnded(const QString& what);
    void fail(const JobFailure& failure);

    JobRunner& m_jobs;
    ui::MainWindow& m_window;
    ui::CohortPanel& m_panel;
    ui::QueuePanel& m_queue;
    Parts m_parts;
    RelabelOptions m_options;
    std::filesystem::path m_folder; ///< Empty: no cohort is open.
    std::int64_t m_run = 0; ///< Whose curves are shown; 0: the newest.
    bool m_hasOwnModel = false; ///< A training of this cohort has a package.
    QTimer m_poll;
};

} // namespace app
