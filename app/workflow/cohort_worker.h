#pragma once

#include "annotations/cohort/cohort.h"
#include "annotations/cohort/review_queue.h"
#include "annotations/cohort/training_runs.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace app {

/// What the Relabel page wants to see of the queue.
struct QueueRequest
{
    annotations::QueueOrder order = annotations::QueueOrder::Uncertainty;
    annotations::QueueFilter filter;
    int rows = 0; ///< From the first one.
    std::int64_t run = 0; ///< Whose curves; 0: the newest run's.
    std::int64_t shown = 0; ///< The case on the screen; 0: none.
};

/// The cohort as it stood at one moment.
struct CohortView
{
    annotations::CohortCounts counts;
    std::vector<annotations::TrainingRun> runs; ///< Newest first.
    std::int64_t curveRun = 0; ///< Whose curves; 0: there is no run.
    std::vector<annotations::CurvePoint> curves;
    std::vector<annotations::Study> rows;
    int total = 0; ///< Cases of the filter.
    annotations::QueueOrder order = annotations::QueueOrder::Uncertainty;
    std::optional<annotations::Study> shown; ///< The case on the screen as it stands now.
    int decidedToday = 0; ///< By this reader.
    annotations::CohortTime now;
};

/// One case with what a reader has to know about it.
struct CaseView
{
    annotations::Study study;
    std::vector<annotations::HistoryEntry> history; ///< Oldest first.
    std::optional<annotations::StoredMask> mask; ///< The current one.
    int position = 0; ///< In the queue of the order, from 0.
    int total = 0;
};

/// Holds the one connection that the window has to a cohort's store. Used on the store's thread only; made before the
/// JobRunner, so that it outlives the thread. What it needs of annotations/cohort throws as is said there.
class CohortWorker
{
public:
    /// Opens another cohort in place of the present one, which stays open when this throws.
    annotations::CohortSettings open(const std::filesystem::path& folder, const std::string& reader);
    void close();

    /// Nothing when `onlyChanged` and nobody else has changed the store since the last look.
    std::optional<CohortView> look(const QueueRequest& request, bool onlyChanged);
    /// The cases behind the last one of a page.
    std::vector<annotations::Study> more(const QueueRequest& request, const annotations::QueueKey& after, int count);

    /// Where the reader stopped, else the next case; nothing when none waits.
    std::optional<CaseView> resume(annotations::QueueOrder order);
    /// Gives the present case up and takes the next one.
    std::optional<CaseView> next(annotations::QueueOrder order);
    /// One case in place of `instead` (0: none); nothing when another reader holds it.
    std::optional<CaseView> take(std::int64_t id, std::int64_t instead, annotations::QueueOrder order);
    annotations::DecisionOutcome decide(std::int64_t id, annotations::Decision decision);
    /// Nothing when the case changed meanwhile.
    std::optional<CaseView> setText(
        std::int64_t id, int revision, const std::string& text, annotations::QueueOrder order);
    /// False when another reader has it now.
    bool renew(std::int64_t id);

private:
    annotations::Cohort& cohort();
    CaseView viewOf(const annotations::Study& study, annotations::QueueOrder order);

    std::unique_ptr<annotations::Cohort> m_cohort;
    std::string m_reader;
    std::int64_t m_seen = -1; ///< dataVersion() at the last look.
};

} // namespace app
