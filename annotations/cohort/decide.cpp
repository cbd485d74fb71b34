#include "annotations/cohort/decide.h"

#include "annotations/cohort/cohort_database.h"
#include "imaging/error.h"

#include <algorithm>

namespace annotations::detail {

namespace {

using imaging::Error;
using imaging::ErrorKind;

Action actionOf(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Accept:
        return Action::Accepted;
    case Verdict::Edit:
        return Action::Edited;
    case Verdict::Reject:
        return Action::Rejected;
    case Verdict::Reopen:
        break;
    }
    return Action::Reopened;
}

/// Whether a model's run left the entry, with a mask or without.
bool isModels(const HistoryEntry& entry)
{
    return entry.action == Action::Predicted || entry.action == Action::NotDrawn;
}

bool isDecision(const HistoryEntry& entry)
{
    return !entry.conflicting && !isModels(entry) && entry.action != Action::TextChanged;
}

/// The mask that a reader saw who looked at the case at `revision`; 0: none.
int maskSeenAt(const std::vector<HistoryEntry>& history, int revision)
{
    int mask = 0;
    for (const auto& entry : history)
        if (entry.revision <= revision && !entry.conflicting)
            mask = entry.maskRevision;
    return mask;
}

/// The last thing a reader or an import said about the case after `revision`, or null.
const HistoryEntry* decisionAfter(const std::vector<HistoryEntry>& history, int revision)
{
    const auto found = std::find_if(history.rbegin(), history.rend(),
        [&](const HistoryEntry& entry) { return entry.revision > revision && isDecision(entry); });
    return found == history.rend() ? nullptr : &*found;
}

/// A mask that is accepted stays what it is: a model's, an imported one, or one drawn by hand.
CaseState acceptedState(const HistoryEntry& mask)
{
    if (mask.action == Action::Imported)
        return CaseState::Labelled;
    return mask.action == Action::Edited ? CaseState::Edited : CaseState::Accepted;
}

bool saysTheSame(const HistoryEntry& entry, Verdict verdict, int seen, const std::string& maskFile)
{
    return entry.action == actionOf(verdict)
        && (maskFile.empty() ? entry.maskRevision == seen : entry.maskFile == maskFile);
}

/// Back to the last thing that a model made of it.
void reopen(const std::vector<HistoryEntry>& history, Study& study)
{
    const auto found = std::find_if(history.rbegin(), history.rend(),
        [](const HistoryEntry& entry) { return isModels(entry) && !entry.conflicting; });
    study.maskRevision = found == history.rend() ? 0 : found->maskRevision;
    study.state = study.maskRevision == 0 ? CaseState::Unlabelled : CaseState::Predicted;
}

void apply(const std::vector<HistoryEntry>& history, Verdict verdict, int seen, Study& study)
{
    study.maskRevision = seen;
    if (verdict == Verdict::Edit)
        study.state = CaseState::Edited;
    else if (verdict == Verdict::Reject)
        study.state = CaseState::Rejected;
    else if (verdict == Verdict::Accept)
        study.state = acceptedState(*entryAt(history, seen));
    else
        reopen(history, study);
}

void requireMask(const Decision& decision, int mask, const Study& study)
{
    const bool needed = decision.verdict == Verdict::Accept || decision.verdict == Verdict::Reject;
    if (needed && mask == 0)
        throw Error(ErrorKind::WrongUse,
            "Study " + study.name
                + " has no mask yet that could be accepted or rejected: draw one, or predict it first.",
            study.name);
    if (decision.revision < 0 || decision.revision > study.revision)
        throw Error(ErrorKind::WrongUse,
            "Study " + study.name + " is at revision " + std::to_string(study.revision) + "; there is no revision "
                + std::to_string(decision.revision) + ".",
            study.name);
}

} // namespace

int addEntry(const Cohort& cohort, Study& study, HistoryEntry entry)
{
    entry.revision = study.revision + 1;
    if (!entry.maskFile.empty())
        entry.maskRevision = entry.revision;
    SQLite::Statement insert(
        cohort.database(), "INSERT INTO history VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    SQLite::bind(insert, study.id, entry.revision, static_cast<int>(entry.action), milliseconds(cohort.now()),
        entry.who, entry.model.name, entry.model.version, entry.model.sha256, entry.model.run, study.text,
        entry.modelText, storedScore(entry.threshold), storedScore(entry.scores.entropy),
        storedScore(entry.scores.disagreement), storedScore(entry.scores.mismatch), entry.maskRevision, entry.maskFile,
        entry.note, static_cast<int>(entry.conflicting), storedLines(entry.warnings));
    insert.exec();
    study.revision = entry.revision;
    return entry.revision;
}

void writeStudy(const Cohort& cohort, const Study& study)
{
    SQLite::Statement update(cohort.database(),
        "UPDATE studies SET text = ?, state = ?, revision = ?, mask_revision = ?, entropy = ?, disagreement = ?, "
        "mismatch = ?, uncertainty = ?, warnings = ? WHERE id = ?");
    SQLite::bind(update, study.text, static_cast<int>(study.state), study.revision, study.maskRevision,
        storedScore(study.scores.entropy), storedScore(study.scores.disagreement), storedScore(study.scores.mismatch),
        study.uncertainty, storedLines(study.warnings), study.id);
    update.exec();
    if (isOpen(study.state))
        return;
    SQLite::Statement release(cohort.database(), "UPDATE studies SET claimed_by = '', claimed_until = 0 WHERE id = ?");
    SQLite::bind(release, study.id);
    release.exec();
}

const HistoryEntry* entryAt(const std::vector<HistoryEntry>& history, int revision)
{
    const auto found = std::find_if(
        history.begin(), history.end(), [&](const HistoryEntry& entry) { return entry.revision == revision; });
    return found == history.end() ? nullptr : &*found;
}

DecisionOutcome decide(const Cohort& cohort, std::int64_t id, const Decision& decision, const std::string& maskFile)
{
    auto study = findStudy(cohort, id);
    const auto history = historyOf(cohort, id);
    const int seen = maskSeenAt(history, decision.revision);
    requireMask(decision, seen, study);
    if (seen != 0 && !entryAt(history, seen))
        throw damagedRow("the history of a study names a mask that it does not hold");

    const auto* other = decisionAfter(history, decision.revision);
    const bool agrees = other && saysTheSame(*other, decision.verdict, seen, maskFile);
    DecisionOutcome outcome;
    outcome.result = other && !agrees         ? DecisionResult::Conflict
        : study.revision != decision.revision ? DecisionResult::Merged
                                              : DecisionResult::Applied;
    if (other)
        outcome.otherReader = other->who;

    HistoryEntry entry;
    entry.action = actionOf(decision.verdict);
    entry.who = decision.who;
    entry.note = decision.note;
    entry.maskFile = maskFile;
    entry.conflicting = outcome.result == DecisionResult::Conflict;
    if (!other)
        apply(history, decision.verdict, seen, study);
    entry.maskRevision = other ? seen : study.maskRevision;
    outcome.revision = addEntry(cohort, study, entry);
    if (!other && !maskFile.empty())
        study.maskRevision = outcome.revision;
    writeStudy(cohort, study);
    outcome.study = findStudy(cohort, id);
    return outcome;
}

} // namespace annotations::detail
