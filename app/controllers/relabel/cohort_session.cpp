#include "app/controllers/relabel/cohort_session.h"

#include "app/workflow/relabel/relabel.h"

#include <algorithm>
#include <utility>

namespace app {

namespace {

constexpr int kPollMs = 1000;
const QString kLook = QStringLiteral("cohort look");

} // namespace

CohortSession::CohortSession(JobRunner& jobs, CohortWorker& worker, std::string reader)
    : m_jobs(jobs)
    , m_worker(worker)
    , m_reader(reader.empty() ? defaultReader() : std::move(reader))
{
    m_poll.setInterval(kPollMs);
    connect(&m_poll, &QTimer::timeout, this, [this] {
        if (!m_jobs.isBusy(kLook))
            look(Look::IfChanged);
    });
}

void CohortSession::open(const std::filesystem::path& folder)
{
    m_jobs.start<annotations::CohortSettings>(
        {Lane::Store, QStringLiteral("cohort open"), tr("Opening the cohort")},
        [&worker = m_worker, folder, reader = m_reader](
            std::stop_token, const imaging::Progress&) { return worker.open(folder, reader); },
        [this, folder](const annotations::CohortSettings& settings) { take(folder, settings); },
        [this](const JobFailure& failure) { Q_EMIT openFailed(failure); });
}

void CohortSession::take(const std::filesystem::path& folder, const annotations::CohortSettings& settings)
{
    leave();
    m_folder = folder;
    m_request.run = 0;
    Q_EMIT opened(settings);
    resume();
}

void CohortSession::close()
{
    leave();
    m_jobs.start<bool>(
        {Lane::Store, {}, {}},
        [&worker = m_worker](std::stop_token, const imaging::Progress&) {
            worker.close();
            return true;
        },
        [](bool) {});
}

void CohortSession::leave()
{
    m_poll.stop();
    m_jobs.stopChannel(kLook);
    m_folder.clear();
    m_view = {};
    Q_EMIT left();
}

void CohortSession::pause()
{
    m_poll.stop();
    Q_EMIT paused();
}

void CohortSession::resume()
{
    Q_EMIT begun();
    m_poll.start();
    look();
}

void CohortSession::setQueue(annotations::QueueOrder order, const annotations::QueueFilter& filter, int rows)
{
    m_request.order = order;
    m_request.filter = filter;
    m_request.rows = rows;
}

void CohortSession::look(Look when)
{
    if (!isOpen())
        return;
    m_jobs.start<std::optional<CohortView>>(
        {Lane::Store, kLook, {}},
        [&worker = m_worker, request = m_request, onlyChanged = when == Look::IfChanged](
            std::stop_token, const imaging::Progress&) { return worker.look(request, onlyChanged); },
        [this](std::optional<CohortView> view) {
            if (!view)
                return;
            m_view = std::move(*view);
            Q_EMIT looked();
        },
        [this](const JobFailure& failure) { Q_EMIT lookFailed(failure); });
}

bool CohortSession::hasOwnModel() const
{
    return std::any_of(m_view.runs.begin(), m_view.runs.end(),
        [this](const auto& run) { return run.bestEpoch > 0 && !annotations::isAlive(run, m_view.now); });
}

} // namespace app
