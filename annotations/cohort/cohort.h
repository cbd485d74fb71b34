#pragma once

#include "annotations/cohort/cohort_types.h"
#include "imaging/laterality.h"
#include "imaging/progress.h"

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>

namespace SQLite {
class Database;
}

namespace annotations {

/// What holds for the whole cohort, chosen when it is made.
struct CohortSettings
{
    std::string name;
    std::optional<imaging::Sides> textSides{}; ///< Whose left and right the texts mean; nothing: not decided yet.
    std::string finding = "Pulmonary infection"; ///< What the masks show.
};

/// Whether several computers will use the folder. SQLite's fast journal (WAL) needs memory that all of them share, so a
/// cohort for several computers uses the slower rollback journal; on a network drive it always does.
enum class CohortPlace { OneComputer, SeveralComputers };

struct CohortCounts
{
    std::array<int, kCaseStates> byState{}; ///< Indexed by CaseState.
    int studies = 0;
    int texts = 0; ///< Studies with a text.
    int of(CaseState state) const { return byState[static_cast<std::size_t>(state)]; }
    int open() const { return of(CaseState::Unlabelled) + of(CaseState::Predicted); }
};

struct AddedStudy
{
    std::int64_t id = 0;
    bool isNew = false; ///< False: the same picture (digest and slice) was there already with this sentence.
};

/// Makes the folder (if need be) and an empty cohort in it. Throws Error(WrongUse) when there is one already,
/// Error(Io) when the folder cannot be written.
void createCohort(
    const std::filesystem::path& folder, const CohortSettings& settings, CohortPlace place = CohortPlace::OneComputer);

/// Makes a cohort that was made for one computer one for several. Run on the computer that holds the drive while no
/// other program has the cohort open. Throws Error(NotFound), Error(Io) when it is in use.
void shareCohort(const std::filesystem::path& folder);

/// A relabelling session on disk: `cohort.sqlite`, `masks/`, `pictures/` and `runs/` in one folder. Every change is on
/// disk when the call returns; masks are files (PNG) that are written before the row that names them and never change.
/// Several programs, on one computer or on several, may use one folder at once. One object is one connection: use it on
/// one thread at a time and open another for another thread (1 ms). Everything here throws Error(Io) when the disk is
/// full or another program holds the store for longer than 30 s, and Error(InvalidInput) when the store is damaged.
///
///     Cohort cohort(folder);
///     auto study = nextCase(cohort, "anna", QueueOrder::Uncertainty); // review_queue.h
///     cohort.decide(study->id, {Verdict::Accept, study->revision, "anna"});
class Cohort
{
public:
    using Clock = std::function<CohortTime()>;

    /// Opens. Throws Error(NotFound) when the folder holds no cohort, Error(InvalidInput) when the file is no cohort of
    /// ours or damaged, Error(Unsupported) when a newer program made it, or when it was made for one computer and lies
    /// on a network drive. `clock` is for tests.
    explicit Cohort(const std::filesystem::path& folder, Clock clock = {});
    ~Cohort();
    Cohort(Cohort&&) noexcept;
    Cohort(const Cohort&) = delete;
    Cohort& operator=(const Cohort&) = delete;

    const std::filesystem::path& folder() const { return m_folder; }
    const CohortSettings& settings() const { return m_settings; }
    CohortTime now() const { return m_clock(); }
    /// Changes whenever another connection has changed the store: poll it to know when to read again.
    std::int64_t dataVersion() const;

    CohortCounts counts() const;
    /// Throws Error(NotFound).
    Study study(std::int64_t id) const;
    std::optional<Study> findByName(const std::string& name) const;
    /// The cases of a picture, one for each of its sentences, in order of import.
    std::vector<Study> findByPicture(const std::string& digest, int slice) const;
    std::optional<Study> findByInstance(const std::string& instanceUid) const;
    /// The studies with an id above `afterId`, in order of import: to walk through all of them in parts.
    std::vector<Study> studiesAfter(std::int64_t afterId, int count) const;

    /// Oldest first.
    std::vector<HistoryEntry> history(std::int64_t id) const;
    /// The mask that a history entry brought. Throws Error(NotFound) when it brought none or the file is gone,
    /// Error(InvalidInput) when the file is damaged or another one.
    StoredMask readMask(std::int64_t id, int maskRevision) const;
    /// The file of that mask, a PNG whose pixels are label values. Throws Error(NotFound).
    std::filesystem::path maskFile(std::int64_t id, int maskRevision) const;
    /// Decisions of a reader since a time, those that conflict included.
    int decisionsSince(const std::string& who, CohortTime since) const;
    /// The picture in 8-bit grey at a size for training and thumbnails (app/workflow makes it).
    std::filesystem::path pictureFile(const Study& study) const;
    /// Where the original picture lies.
    std::filesystem::path sourceFile(const Study& study) const;

    /// Adds cases, all or none: a case is a picture and a sentence. A picture without a text gets the first one that
    /// comes, and one without a split the split; a study without a text adds nothing to a picture that is there. Those
    /// that are there already, by the text they came with or have now, stay as they are. Throws Error(InvalidInput) for
    /// a study without picture, digest or size.
    std::vector<AddedStudy> addStudies(std::span<const NewStudy> studies);
    /// Sets the report's sentence; a case with another text wants a new prediction. Gives false, and changes nothing,
    /// when the study is no longer at `revision`.
    bool setText(std::int64_t id, int revision, const std::string& text, const std::string& who);
    void setSplit(std::int64_t id, const std::string& split);
    /// Decides whose left and right the texts mean, for good: predictions and trainings rest on it. Throws
    /// Error(WrongUse) when it was decided otherwise.
    void decideTextSides(imaging::Sides sides);

    /// A mask that came with the data. Gives false when the same mask is there already. A case that a reader has
    /// decided keeps the reader's mask: the label is then kept in the history as conflicting.
    bool importLabel(std::int64_t id, const StoredMask& mask, const std::string& who, const std::string& note);
    /// Gives false, and changes nothing, when a reader decided meanwhile or the text is no longer the one it was made
    /// from.
    bool addPrediction(std::int64_t id, const Prediction& prediction);
    /// A case that the model was not let draw, for the reasons in `warnings` (the mask is not looked at): it is left
    /// without a proposal and comes first in the queue. Gives false as addPrediction().
    bool addNotDrawn(std::int64_t id, const Prediction& prediction);
    /// Throws Error(WrongUse) when there is no mask to accept or reject, an Edit has no mask, or it has another size
    /// than the picture; nothing is lost otherwise, whatever else happened to the case.
    DecisionOutcome decide(std::int64_t id, const Decision& decision);

    /// For the other files of annotations/cohort.
    SQLite::Database& database() const { return *m_database; }

private:
    std::filesystem::path m_folder;
    Clock m_clock;
    std::unique_ptr<SQLite::Database> m_database;
    CohortSettings m_settings;
};

} // namespace annotations
