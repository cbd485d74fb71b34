#pragma once

#include "annotations/cohort/cohort.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace annotations {

/// Which case comes first. All but the last two: the worst first, cases without that score last.
enum class QueueOrder {
    Uncertainty, ///< uncertaintyOf() all scores.
    Entropy,
    Disagreement,
    Mismatch,
    Random, ///< The same for all readers, and for all times.
    Import, ///< As they came.
};

/// "uncertainty", "entropy", "disagreement", "mismatch", "random", "import"
std::string_view nameOf(QueueOrder order);
std::optional<QueueOrder> queueOrderOf(std::string_view name);

/// A place in the queue, to read on from: that of one case in one order.
struct QueueKey
{
    double value = 0; ///< The score, in an order by score.
    std::int64_t whole = 0; ///< What the other two orders sort by.
    std::int64_t study = 0;
};

QueueKey keyOf(const Study& study, QueueOrder order);

/// Which cases a page shows. Studies of the split "test" are in no queue.
struct QueueFilter
{
    std::optional<CaseState> state; ///< Absent: the open ones (Unlabelled and Predicted).
};

/// Up to `count` cases behind `after` (absent: from the first). 50 of 10,000 take under a millisecond in every order.
std::vector<Study> queuePage(const Cohort& cohort, QueueOrder order, const std::optional<QueueKey>& after, int count,
    const QueueFilter& filter = {});

/// How many cases stand before `key`: "case 630 of 4,036".
int queuePosition(const Cohort& cohort, QueueOrder order, const QueueKey& key, const QueueFilter& filter = {});
int queueLength(const Cohort& cohort, const QueueFilter& filter = {});

/// A claim keeps a case from other readers until it is decided, given up, or not renewed for so long.
inline constexpr std::chrono::minutes kLease{5};

/// The case that this reader had on the screen, claimed again, when it is still open and nobody else took it: where a
/// session that was killed goes on.
std::optional<Study> resumeCase(Cohort& cohort, const std::string& reader, std::chrono::milliseconds lease = kLease);

/// Gives up the reader's present case and claims the first open one that no other reader holds; nothing when there is
/// none. A case that was given up undecided comes again, after all others, unless it was predicted anew.
std::optional<Study> nextCase(
    Cohort& cohort, const std::string& reader, QueueOrder order, std::chrono::milliseconds lease = kLease);

/// Claims (or renews the claim on) one case; gives false when another reader holds it. Whoever shows a case renews its
/// claim well within the lease.
bool claimCase(Cohort& cohort, std::int64_t id, const std::string& reader, std::chrono::milliseconds lease = kLease);

/// Gives a case back without skipping it.
void releaseCase(Cohort& cohort, std::int64_t id, const std::string& reader);

} // namespace annotations
