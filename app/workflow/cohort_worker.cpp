#include "app/workflow/cohort_worker.h"

#include "imaging/error.h"

#include <chrono>
#include <utility>

namespace app {

using annotations::QueueOrder;

annotations::CohortSettings CohortWorker::open(const std::filesystem::path& folder, const std::string& reader)
{
    auto opened = std::make_unique<annotations::Cohort>(folder);
    m_cohort = std::move(opened);
    m_reader = reader;
    m_seen = -1;
    return m_cohort->settings();
}

void CohortWorker::close()
{
    m_cohort.reset();
}

annotations::Cohort& CohortWorker::cohort()
{
    if (!m_cohort)
        throw imaging::Error(imaging::ErrorKind::WrongUse, "No cohort is open.");
    return *m_cohort;
}

std::optional<CohortView> CohortWorker::look(const QueueRequest& request, bool onlyChanged)
{
    const std::int64_t version = cohort().dataVersion();
    if (onlyChanged && version == m_seen)
        return std::nullopt;
    m_seen = version;
    CohortView view;
    view.now = cohort().now();
    view.counts = cohort().counts();
    view.runs = annotations::trainingRuns(cohort());
    if (!view.runs.empty()) {
        view.curveRun = request.run > 0 ? request.run : view.runs.front().id;
        view.curves = annotations::curvesOf(cohort(), view.curveRun);
    }
    if (request.shown > 0)
        view.shown = cohort().study(request.shown);
    view.order = request.order;
    view.rows = annotations::queuePage(cohort(), request.order, std::nullopt, request.rows, request.filter);
    view.total = annotations::queueLength(cohort(), request.filter);
    view.decidedToday = cohort().decisionsSince(m_reader, std::chrono::floor<std::chrono::days>(view.now));
    return view;
}

std::vector<annotations::Study> CohortWorker::more(
    const QueueRequest& request, const annotations::QueueKey& after, int count)
{
    return annotations::queuePage(cohort(), request.order, after, count, request.filter);
}

CaseView CohortWorker::viewOf(const annotations::Study& study, QueueOrder order)
{
    CaseView view;
    view.study = study;
    view.history = cohort().history(study.id);
    if (study.maskRevision > 0)
        view.mask = cohort().readMask(study.id, study.maskRevision);
    view.position = annotations::queuePosition(cohort(), order, annotations::keyOf(study, order));
    view.total = annotations::queueLength(cohort());
    return view;
}

std::optional<CaseView> CohortWorker::resume(QueueOrder order)
{
    if (const auto study = annotations::resumeCase(cohort(), m_reader))
        return viewOf(*study, order);
    return next(order);
}

std::optional<CaseView> CohortWorker::next(QueueOrder order)
{
    const auto study = annotations::nextCase(cohort(), m_reader, order);
    return study ? std::optional(viewOf(*study, order)) : std::nullopt;
}

std::optional<CaseView> CohortWorker::take(std::int64_t id, std::int64_t instead, QueueOrder order)
{
    if (!annotations::claimCase(cohort(), id, m_reader))
        return std::nullopt;
    if (instead > 0 && instead != id)
        annotations::releaseCase(cohort(), instead, m_reader);
    return viewOf(cohort().study(id), order);
}

annotations::DecisionOutcome CohortWorker::decide(std::int64_t id, annotations::Decision decision)
{
    decision.who = m_reader;
    return cohort().decide(id, decision);
}

std::optional<CaseView> CohortWorker::setText(std::int64_t id, int revision, const std::string& text, QueueOrder order)
{
    if (!cohort().setText(id, revision, text, m_reader))
        return std::nullopt;
    return viewOf(cohort().study(id), order);
}

bool CohortWorker::renew(std::int64_t id)
{
    return annotations::claimCase(cohort(), id, m_reader);
}

} // namespace app
