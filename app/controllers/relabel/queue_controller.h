#pragma once

#include "app/controllers/relabel/cohort_worker.h"
#include "app/session/job_runner.h"

#include <QObject>
#include <QTimer>

#include <filesystem>
#include <string>

namespace ui {
class JobBar;
class Messages;
class QueuePanel;
class RelabelPage;
} // namespace ui

namespace app {

class ReviewController;
class TrainingController;

/// Shows the open cohort as it stands: counts, trainings and the review queue, a page at a time, with thumbnails of
/// what is in sight. Looks once a second whether another program has changed the store.
class QueueController : public QObject
{
    Q_OBJECT

public:
    struct Parts
    {
        CohortWorker& worker;
        ReviewController& review;
        TrainingController& training;
    };

    /// The order of the queue is kept in `settingsFile`.
    QueueController(JobRunner& jobs, ui::RelabelPage& page, ui::Messages& messages, ui::JobBar& bar, const Parts& parts,
        QString settingsFile);

    void begin(const std::filesystem::path& folder, const std::string& reader);
    /// Looks no longer until it begins again; what is shown stays.
    void pause() { m_poll.stop(); }
    void leave();
    /// Reads the store again; `onlyChanged`: only when others have changed it.
    void look(bool onlyChanged);
    /// Whether a training of this cohort has left a model.
    bool hasOwnModel() const { return m_hasOwnModel; }

Q_SIGNALS:
    void failed(const QString& why);

private:
    void show(const CohortView& view);
    void sayState();
    void loadMore();
    void loadThumbnails(const QList<qint64>& ids);
    QueueRequest request() const;
    void fail(const JobFailure& failure);

    JobRunner& m_jobs;
    ui::RelabelPage& m_page;
    ui::Messages& m_messages;
    ui::JobBar& m_bar;
    ui::QueuePanel& m_queue;
    Parts m_parts;
    QString m_settingsFile;
    std::filesystem::path m_folder; ///< Empty: no cohort is open.
    std::string m_reader;
    int m_decidedToday = 0;
    std::int64_t m_run = 0; ///< Whose curves are shown; 0: the newest.
    bool m_hasOwnModel = false;
    QTimer m_poll;
};

} // namespace app
