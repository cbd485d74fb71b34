#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace annotations {

/// UTC with milliseconds.
using CohortTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// "2026-11-26T02:15:00Z"
std::string textOf(CohortTime time);

/// Where a study stands. The first two are open: they wait for a reader.
enum class CaseState {
    Unlabelled, ///< No mask yet.
    Predicted, ///< A model's mask that nobody has looked at.
    Labelled, ///< A mask came with the import.
    Accepted, ///< A reader took the model's mask as it was.
    Edited, ///< A reader drew or corrected the mask.
    Rejected, ///< A reader refused the mask. Open again once another model has predicted it anew.
};

inline constexpr int kCaseStates = 6;

/// "unlabelled", "predicted", "labelled", "accepted", "edited", "rejected"
std::string_view nameOf(CaseState state);
std::optional<CaseState> caseStateOf(std::string_view name);

constexpr bool isOpen(CaseState state)
{
    return state == CaseState::Unlabelled || state == CaseState::Predicted;
}

/// Whether the mask is one to learn from and to export.
constexpr bool hasLabel(CaseState state)
{
    return state == CaseState::Labelled || state == CaseState::Accepted || state == CaseState::Edited;
}

/// How unsure a model is about one mask; each 0..1, higher is worse. Absent: not known.
struct Scores
{
    std::optional<double> entropy; ///< Sum of binary entropies over itself plus the expected area.
    std::optional<double> disagreement; ///< 1 - soft Dice of the EPI average and the prediction.
    std::optional<double> mismatch; ///< Between what the text says and what the mask shows.

    friend bool operator==(const Scores&, const Scores&) = default;
};

/// What the queue is ordered by: the chance that at least one of three independent doubts is right,
/// 1 - (1 - entropy)(1 - disagreement)(1 - mismatch); a score that is absent does not count. -1 without any score, so
/// that cases that no model has seen come last.
double uncertaintyOf(const Scores& scores);

/// What the import knows about one case: a picture and a sentence.
struct NewStudy
{
    std::string picture; ///< Relative to the cohort's folder, or absolute.
    int slice = 0; ///< Of the picture's file, from 0.
    std::string digest; ///< SHA-256 of the picture's file, 64 hexadecimal digits.
    std::string instanceUid; ///< SOP Instance UID, to find the study of a SEG; empty when not from DICOM.
    int columns = 0;
    int rows = 0;
    std::string text; ///< The report's sentence; may be empty.
    std::string split; ///< "train", "valid" or "test"; empty: the training may choose.
};

/// One case of the cohort, a picture and a sentence, as it stands now.
struct Study
{
    std::int64_t id = 0;
    std::string name; ///< "S000042": names no patient; what exports use.
    std::string picture;
    int slice = 0;
    std::string digest;
    std::string instanceUid;
    int columns = 0;
    int rows = 0;
    std::string text;
    std::string sentence; ///< The text as it came with the import.
    std::string split;
    CaseState state = CaseState::Unlabelled;
    /// Grows with every entry of the history. A decision states the revision it was made on.
    int revision = 0;
    int maskRevision = 0; ///< The history entry that holds the current mask; 0: none.
    Scores scores; ///< Of the last prediction.
    double uncertainty = -1;
    std::int64_t shuffle = 0; ///< Its place in the random order.
    std::string claimedBy; ///< The reader who has it on the screen; empty: nobody.
    CohortTime claimedUntil;
    /// What is to be known of the case before it is judged: what the model's last run said of its sentence and picture,
    /// or why it drew nothing.
    std::vector<std::string> warnings;
};

/// Which model made a mask.
struct ModelStamp
{
    std::string name;
    std::string version;
    std::string sha256; ///< Of the weights.
    std::int64_t run = 0; ///< The training run of this cohort that made it; 0: a model from elsewhere.

    friend bool operator==(const ModelStamp&, const ModelStamp&) = default;
};

enum class Action { Imported, Predicted, Accepted, Edited, Rejected, Reopened, TextChanged, NotDrawn };

inline constexpr int kActions = 8;

/// "imported", "predicted", "accepted", "edited", "rejected", "reopened", "text changed", "not drawn"
std::string_view nameOf(Action action);

/// One thing that happened to a study. Entries are only ever added.
struct HistoryEntry
{
    int revision = 0; ///< From 1, in order.
    Action action = Action::Imported;
    CohortTime time;
    std::string who; ///< The reader, or who ran the import or the model.
    ModelStamp model; ///< Of predictions.
    std::string text; ///< The sentence as it stood then.
    std::string modelText; ///< What was sent to the model; of predictions.
    std::optional<double> threshold; ///< Of predictions.
    Scores scores; ///< Of predictions.
    int maskRevision = 0; ///< The entry whose mask this one is about; its own revision when it brought one.
    std::string maskFile; ///< Relative to the cohort's folder; of entries that brought a mask.
    std::string note; ///< The reader's reason, or where an imported mask came from.
    bool conflicting = false; ///< Came too late: kept here, but it changed nothing.
    std::vector<std::string> warnings; ///< As Study::warnings; of what a model did or did not draw.
};

/// Labels of one picture, row by row: 0 outside, from 1 the label's value.
struct StoredMask
{
    int columns = 0;
    int rows = 0;
    std::vector<std::uint16_t> values;

    friend bool operator==(const StoredMask&, const StoredMask&) = default;
};

enum class Verdict { Accept, Edit, Reject, Reopen };

/// A reader's word on one case.
struct Decision
{
    Verdict verdict = Verdict::Accept;
    int revision = 0; ///< Study::revision that the reader saw.
    std::string who;
    std::string note;
    std::optional<StoredMask> mask; ///< Of Edit only.
};

enum class DecisionResult {
    Applied, ///< Nothing had happened since the reader looked.
    Merged, ///< Something had, but it does not contradict: a newer prediction, or the same verdict by another reader.
    Conflict, ///< Another reader decided otherwise meanwhile. Kept in the history; the case stands as the other left
              ///< it.
};

struct DecisionOutcome
{
    DecisionResult result = DecisionResult::Applied;
    int revision = 0; ///< Of the history entry that was added.
    std::string otherReader; ///< Who decided meanwhile; empty unless Conflict, or Merged with a reader.
    Study study; ///< As it stands now.
};

/// A model's mask for one case.
struct Prediction
{
    StoredMask mask;
    ModelStamp model;
    std::string who;
    std::string text; ///< Study::text it was made from.
    std::string modelText;
    double threshold = 0.5;
    Scores scores;
    std::vector<std::string> warnings; ///< As Study::warnings.
};

} // namespace annotations
