#pragma once

#include "imaging/error.h"
#include "imaging/progress.h"

#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace app {

/// Which threads do a job: the one inference thread, which a model needs, the pool for files and network, the one thread
/// on which a cohort's store is used, or the one of the model that writes and compares, which may take long to open: a
/// segmentation does not wait for it. On a single thread jobs are done in the order in which they were given.
enum class Lane { Inference, Io, Store, Words };

/// Why a job gave no result.
struct JobFailure
{
    imaging::ErrorKind kind = imaging::ErrorKind::Internal;
    std::string message;
    imaging::Confirmable confirmable = imaging::Confirmable::Nothing; ///< What would let the job go on.
};

/// A job that waits or runs, as the status bar shows it.
struct JobStatus
{
    int id = 0;
    QString channel; ///< As requested.
    QString title;
    double fraction = 0;
    QString stage;
};

/// Runs jobs off the GUI thread and brings their results back to it. Jobs take values and return values. On one channel
/// the newest wins: starting another stops the older one and drops its result. A forward pass cannot be interrupted; it
/// ends in the background. Exceptions of jobs are caught here. The destructor asks all to stop and waits.
///
///     jobs.start<int>({Lane::Io, "count", tr("Counting")},
///         [path](std::stop_token stop, const imaging::Progress& progress) { return count(path, stop, progress); },
///         [this](int n) { show(n); },
///         [this](const JobFailure& failure) { say(failure); });
class JobRunner : public QObject
{
    Q_OBJECT

public:
    struct Request
    {
        Lane lane = Lane::Io;
        QString channel; ///< Newest wins within one; empty: independent of all others.
        QString title; ///< For the user; empty: not shown.
    };

    explicit JobRunner(int ioThreads = 2, QObject* parent = nullptr);
    ~JobRunner() override;

    /// `work(stop, progress)` runs on the lane; `done(result)`, or `failed(failure)` for an exception, is called on the
    /// GUI thread, unless the job was stopped or superseded: then `stopped()`, when given, is. Returns the job's id.
    template <typename Result, typename Work>
    int start(Request request, Work work, std::type_identity_t<std::function<void(Result)>> done,
        std::function<void(const JobFailure&)> failed = {}, std::function<void()> stopped = {})
    {
        auto task = [work = std::move(work), done = std::move(done)](
                        std::stop_token stop, const imaging::Progress& progress, const Post&) -> std::function<void()> {
            auto result = std::make_shared<Result>(work(stop, progress));
            return [result, done] { done(std::move(*result)); };
        };
        return enqueue(std::move(request), std::move(task), std::move(failed), std::move(stopped));
    }

    /// The same for work that gives parts on the way: `work(stop, progress, give)` calls `give(Part)`, and `part(Part)`
    /// is called on the GUI thread, in order and before `done`; not after the job was stopped or superseded.
    template <typename Part, typename Result, typename Work>
    int startInParts(Request request, Work work, std::type_identity_t<std::function<void(Part)>> part,
        std::type_identity_t<std::function<void(Result)>> done, std::function<void(const JobFailure&)> failed = {},
        std::function<void()> stopped = {})
    {
        auto task = [work = std::move(work), part = std::move(part), done = std::move(done)](std::stop_token stop,
                        const imaging::Progress& progress, const Post& post) -> std::function<void()> {
            const auto give = [&](Part made) {
                auto shared = std::make_shared<Part>(std::move(made));
                post([shared, part] { part(std::move(*shared)); });
            };
            auto result = std::make_shared<Result>(work(stop, progress, give));
            return [result, done] { done(std::move(*result)); };
        };
        return enqueue(std::move(request), std::move(task), std::move(failed), std::move(stopped));
    }

    void stop(int id);
    void stopChannel(const QString& channel);
    /// Whether a job of the channel waits or runs and has not been stopped.
    bool isBusy(const QString& channel) const;
    bool isIdle() const;

Q_SIGNALS:
    void jobStarted(const app::JobStatus& status);
    /// At most 20 times a second.
    void jobProgressed(const app::JobStatus& status);
    void jobEnded(int id);

private:
    /// Has a function called on the GUI thread while the job is wanted.
    using Post = std::function<void(std::function<void()>)>;
    using Task = std::function<std::function<void()>(std::stop_token, const imaging::Progress&, const Post&)>;
    struct JobState;
    struct Shared;

    int enqueue(
        Request request, Task task, std::function<void(const JobFailure&)> failed, std::function<void()> stopped);
    void work(Lane lane);
    void execute(const std::shared_ptr<JobState>& job);
    void finish(const std::shared_ptr<JobState>& job, const std::function<void()>& deliver);
    void reportProgress();

    std::unique_ptr<Shared> m_shared;
};

} // namespace app
