#pragma once

#include "app/session/job_runner.h"
#include "app/workflow/cohort_worker.h"

#include <QObject>
#include <QTimer>

#include <cstdint>
#include <filesystem>
#include <string>

namespace app {

/// The cohort that is worked on: its folder and reader, the worker that reads its store, and how it stood at the last
/// look. Looks once a second whether another program has changed the store. The Relabel page's controllers read it,
/// and hear from it what they have to follow.
class CohortSession : public QObject
{
    Q_OBJECT

public:
    /// `reader` is who the history says decided; empty: defaultReader().
    CohortSession(JobRunner& jobs, CohortWorker& worker, std::string reader);

    bool isOpen() const { return !m_folder.empty(); }
    /// Empty: no cohort is open.
    const std::filesystem::path& folder() const { return m_folder; }
    const std::string& reader() const { return m_reader; }
    /// For jobs on Lane::Store.
    CohortWorker& worker() { return m_worker; }

    /// Opens another cohort in place of the present one, which stays when that fails: openFailed().
    void open(const std::filesystem::path& folder);
    void close();
    /// Looks no longer until resume(); what was seen stays.
    void pause();
    void resume();

    /// What look() asks for from now on.
    void setQueue(annotations::QueueOrder order, const annotations::QueueFilter& filter, int rows);
    /// Whose curves; 0: the newest run's.
    void setRun(std::int64_t run) { m_request.run = run; }
    /// The case on the screen; 0: none.
    void setShownCase(std::int64_t id) { m_request.shown = id; }
    const QueueRequest& request() const { return m_request; }

    enum class Look { Anyway, IfChanged };
    /// Reads the store again: looked() or lookFailed(), or nothing when only others' changes are wanted and none is.
    void look(Look when = Look::Anyway);
    const CohortView& view() const { return m_view; }
    /// Whether a training of this cohort has left a model.
    bool hasOwnModel() const;

Q_SIGNALS:
    /// Another cohort is open.
    void opened(const annotations::CohortSettings& settings);
    void openFailed(const app::JobFailure& failure);
    /// Work begins or goes on, where this reader stopped.
    void begun();
    void paused();
    /// The cohort is no longer open.
    void left();
    void looked();
    void lookFailed(const app::JobFailure& failure);

private:
    void take(const std::filesystem::path& folder, const annotations::CohortSettings& settings);
    void leave();

    JobRunner& m_jobs;
    CohortWorker& m_worker;
    std::string m_reader;
    std::filesystem::path m_folder;
    QueueRequest m_request;
    CohortView m_view;
    QTimer m_poll;
};

} // namespace app
