#include "app/session/job_runner.h"

#include <QCoreApplication>
#include <QThread>
#include <QTimer>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace app {

namespace {

constexpr int kProgressIntervalMs = 50;

} // namespace

struct JobRunner::JobState
{
    int id = 0;
    Request request;
    Task task;
    std::function<void(const JobFailure&)> failed;
    std::function<void()> stopped;
    std::stop_source stop;

    std::mutex mutex; ///< Guards what follows.
    double fraction = 0;
    std::string stage;
    bool moved = false; ///< Since the last report to the GUI.
};

struct JobRunner::Shared
{
    std::mutex mutex; ///< Guards the queues and `closing`.
    std::condition_variable wake;
    std::deque<std::shared_ptr<JobState>> waiting[4]; ///< By Lane.
    bool closing = false;

    // GUI thread only.
    std::vector<std::shared_ptr<JobState>> live;
    int lastId = 0;
    QTimer timer;

    std::vector<std::thread> threads; ///< Last: they use all of the above.
};

JobRunner::JobRunner(int ioThreads, QObject* parent)
    : QObject(parent)
    , m_shared(std::make_unique<Shared>())
{
    m_shared->timer.setInterval(kProgressIntervalMs);
    connect(&m_shared->timer, &QTimer::timeout, this, &JobRunner::reportProgress);
    for (const Lane single : {Lane::Inference, Lane::Store, Lane::Words})
        m_shared->threads.emplace_back([this, single] { work(single); });
    for (int i = 0; i < std::max(1, ioThreads); ++i)
        m_shared->threads.emplace_back([this] { work(Lane::Io); });
}

JobRunner::~JobRunner()
{
    for (const auto& job : m_shared->live)
        job->stop.request_stop();
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->closing = true;
        for (auto& queue : m_shared->waiting)
            queue.clear();
    }
    m_shared->wake.notify_all();
    for (auto& thread : m_shared->threads)
        thread.join();
}

int JobRunner::enqueue(
    Request request, Task task, std::function<void(const JobFailure&)> failed, std::function<void()> stopped)
{
    Q_ASSERT(QThread::currentThread() == thread());
    if (!request.channel.isEmpty())
        stopChannel(request.channel);
    auto job = std::make_shared<JobState>();
    job->id = ++m_shared->lastId;
    job->request = std::move(request);
    job->task = std::move(task);
    job->failed = std::move(failed);
    job->stopped = std::move(stopped);
    m_shared->live.push_back(job);
    m_shared->timer.start();
    const JobStatus status{job->id, job->request.channel, job->request.title, 0, {}};
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->waiting[static_cast<int>(job->request.lane)].push_back(job);
    }
    m_shared->wake.notify_all();
    Q_EMIT jobStarted(status);
    return status.id;
}

void JobRunner::stop(int id)
{
    for (const auto& job : m_shared->live)
        if (job->id == id)
            job->stop.request_stop();
}

void JobRunner::stopChannel(const QString& channel)
{
    for (const auto& job : m_shared->live)
        if (job->request.channel == channel)
            job->stop.request_stop();
}

bool JobRunner::isBusy(const QString& channel) const
{
    return std::any_of(m_shared->live.begin(), m_shared->live.end(),
        [&](const auto& job) { return job->request.channel == channel && !job->stop.stop_requested(); });
}

bool JobRunner::isIdle() const
{
    return m_shared->live.empty();
}

void JobRunner::work(Lane lane)
{
    auto& queue = m_shared->waiting[static_cast<int>(lane)];
    for (;;) {
        std::shared_ptr<JobState> job;
        {
            std::unique_lock lock(m_shared->mutex);
            m_shared->wake.wait(lock, [&] { return m_shared->closing || !queue.empty(); });
            if (m_shared->closing)
                return;
            job = std::move(queue.front());
            queue.pop_front();
        }
        execute(job);
    }
}

void JobRunner::execute(const std::shared_ptr<JobState>& job)
{
    const imaging::Progress progress([state = job.get()](double fraction, std::string_view stage) {
        const std::lock_guard lock(state->mutex);
        state->fraction = fraction;
        state->stage = stage;
        state->moved = true;
    });
    const Post post = [this, job](std::function<void()> deliver) {
        QMetaObject::invokeMethod(
            this,
            [job, deliver = std::move(deliver)] {
                if (!job->stop.stop_requested())
                    deliver();
            },
            Qt::QueuedConnection);
    };
    std::function<void()> deliver;
    const auto fail = [&](imaging::ErrorKind kind, const char* message, imaging::Confirmable confirmable = {}) {
        if (job->failed)
            deliver = [failed = job->failed, failure = JobFailure{kind, message, confirmable}] { failed(failure); };
    };
    try {
        if (!job->stop.stop_requested())
            deliver = job->task(job->stop.get_token(), progress, post);
    } catch (const imaging::Error& error) {
        fail(error.kind(), error.what(), error.confirmable());
    } catch (const std::bad_alloc&) {
        fail(imaging::ErrorKind::Internal, "There is not enough memory for this: close other programs and try again.");
    } catch (const std::exception& error) {
        fail(imaging::ErrorKind::Internal, error.what());
    } catch (...) {
        fail(imaging::ErrorKind::Internal, "An unknown error occurred.");
    }
    job->task = {}; // What it captured may be large: it is let go here, not on the GUI thread.
    QMetaObject::invokeMethod(
        this, [this, job, deliver] { finish(job, deliver); }, Qt::QueuedConnection);
}

void JobRunner::finish(const std::shared_ptr<JobState>& job, const std::function<void()>& deliver)
{
    std::erase(m_shared->live, job);
    if (m_shared->live.empty())
        m_shared->timer.stop();
    const int id = job->id;
    const bool superseded = job->stop.stop_requested();
    Q_EMIT jobEnded(id);
    if (!superseded && deliver)
        deliver();
    else if (superseded && job->stopped)
        job->stopped();
}

void JobRunner::reportProgress()
{
    const auto live = m_shared->live;
    for (const auto& job : live) {
        JobStatus status{job->id, job->request.channel, job->request.title, 0, {}};
        {
            const std::lock_guard lock(job->mutex);
            if (!std::exchange(job->moved, false))
                continue;
            status.fraction = job->fraction;
            status.stage = QString::fromStdString(job->stage);
        }
        Q_EMIT jobProgressed(status);
    }
}

} // namespace app
