#pragma once

#include "annotations/changed_share.h"
#include "annotations/dicom/provenance.h"
#include "annotations/edit_history.h"
#include "annotations/journal.h"
#include "annotations/journal_lock.h"
#include "annotations/label.h"
#include "annotations/label_map.h"
#include "annotations/mask_edit.h"
#include "app/session/journal_writer.h"
#include "imaging/dicom/scan.h"
#include "imaging/volume.h"

#include <QObject>
#include <QString>

#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace app {

/// Where journals are kept, and when those that the session has given up are no longer being written.
struct JournalPlace
{
    JournalPlace() = default;
    JournalPlace(std::filesystem::path where)
        : folder(std::move(where))
    {
    }

    std::filesystem::path folder; ///< Empty: none are kept.
    std::shared_future<void> settled;
    std::uint64_t largeBytes = annotations::Journal::kLargeBytes; ///< Beyond these a journal is compacted.
};

/// What an edit is for.
enum class EditKind {
    Draws, ///< Held to what the user lets be drawn over.
    WholeLabels, ///< Masks that go or come with their labels: removing one, opening a file. Locks hold.
};

/// The open study: the picture, its masks and labels, what can be undone, and the journal. GUI thread only. Masks
/// change through beginEdit() and commit(), labels through setLabels() and commit(), both through undo() and redo(). All
/// of these are work: journalled, undone by name, and unsaved until markSaved(). What was saved stays in the journal and
/// is there when the study is opened again. A study that another window has open is read only.
class Session : public QObject
{
    Q_OBJECT

public:
    /// Journals are kept in `journalFolder`; an empty path keeps none.
    explicit Session(std::filesystem::path journalFolder, QObject* parent = nullptr);
    ~Session() override;

    /// What opening brought back from a journal.
    struct Restored
    {
        std::size_t steps = 0; ///< Unsaved ones.
        std::optional<annotations::SavedNote> saved; ///< Where the masks were saved that came back.
        imaging::Warnings warnings;
    };

    /// What a picture is opened with. Made by prepareWork(), on any thread, since the masks of a stack are large.
    struct PreparedWork
    {
        std::unique_ptr<annotations::LabelMap> map;
        std::vector<annotations::MaskRun> base; ///< What the map held before the steps; `before` is 0 in each.
        std::vector<annotations::EditStep> steps; ///< Of a journal; in the map and the labels already.
        annotations::LabelTable labels = annotations::defaultLabels();
        annotations::MeasurementTable measurements;
        std::size_t savedSteps = 0; ///< How many of them were saved.
        std::optional<annotations::SavedNote> saved;
        std::filesystem::path journalFile;
        std::unique_ptr<annotations::Journal> journal;
        std::unique_ptr<annotations::JournalLock> lock;
        std::optional<annotations::JournalHolder> holder; ///< The window that has the study; no journal then.
        std::string viewNote; ///< Session::viewNote()
        imaging::Warnings warnings;
    };
    /// For prepareWork(). A study that is open cannot be prepared a second time: close it first.
    JournalPlace journalPlace() const { return m_journalFolder.empty() ? JournalPlace() : settledPlace(); }

    /// Takes a picture with empty masks, or those that a journal of a run that crashed holds. What was open is given
    /// up: ask first. A journal that cannot be written is said by journalFailed(); work goes on without it.
    Restored open(std::shared_ptr<const imaging::Volume> volume, const QString& id, PreparedWork work);
    /// The same with work that is prepared here.
    Restored open(std::shared_ptr<const imaging::Volume> volume, const QString& id);
    /// Gives up what is open, and what its journal holds that was not saved.
    void close();

    /// Why nothing can be changed now: another window has the study, or hold() was called. Empty: it can.
    QString readOnlyReason() const;
    /// True, and says so by editRefused(), when nothing can be changed now. Whoever edits asks first; a commit that is
    /// refused takes the edit back.
    bool refusesEdit();
    /// Lets nothing be changed until release(), e.g. while another study is read that will take this one's place.
    void hold(const QString& why) { m_held = why; }
    void release() { m_held.clear(); }
    /// Says how much memory is free; by itself what the system says. Where it is little, edits are refused before the
    /// system ends the program.
    void setMemory(std::function<std::optional<std::uint64_t>()> available) { m_availableMemory = std::move(available); }

    JournalState journalState() const { return m_writer.state(); }
    const QString& journalProblem() const { return m_writer.problem(); }
    /// The window that has the study; none when it is this one.
    const std::optional<annotations::JournalHolder>& holder() const { return m_holder; }

    /// How the study was looked at when it was closed, in the words of whoever kept it; empty: not known.
    const std::string& viewNote() const { return m_viewNote; }
    /// Keeps it for the next time, beside the journal and by its thread. Nothing when another window has the study.
    void keepViewNote(std::string note);

    bool isOpen() const { return m_volume != nullptr; }
    const std::shared_ptr<const imaging::Volume>& volume() const { return m_volume; }
    const QString& id() const { return m_id; }
    /// Null when nothing is open.
    const annotations::LabelMap* labelMap() const { return m_map.get(); }

    const std::vector<annotations::Label>& labels() const { return m_labels; }
    /// Null when there is no such label.
    const annotations::Label* label(std::uint16_t value) const;
    /// Takes other labels as one step; without a name for it, it is called after what changed. Visibility alone is a
    /// view and no step: it is kept in the journal, but neither undone nor saved.
    void setLabels(const annotations::LabelTable& labels, const QString& stepName = {});
    std::uint16_t activeLabel() const { return m_activeLabel; }
    void setActiveLabel(std::uint16_t value);
    const annotations::MeasurementTable& measurements() const { return m_measurements; }
    /// Takes other measurements as one named step.
    void setMeasurements(const annotations::MeasurementTable& measurements, const QString& stepName);
    /// Voxels that hold the label.
    std::size_t voxelsOf(std::uint16_t value) const;
    /// Voxels of a slice that hold any label.
    std::size_t voxelsOnSlice(int slice) const;

    /// What the user lets be drawn over. Holds for every edit that begins from now on.
    const annotations::DrawRules& drawRules() const { return m_drawRules; }
    void setDrawRules(const annotations::DrawRules& rules) { m_drawRules = rules; }
    /// Work on the masks that commit() keeps; locked and hidden labels are protected, and what the rules keep. Null
    /// when nothing is open. A stroke that is being drawn is ended first, as before undo() and redo(): one edit at a
    /// time.
    std::unique_ptr<annotations::MaskEdit> beginEdit(EditKind kind = EditKind::Draws);
    /// Ends a stroke that is being drawn, so that the masks are what the user sees.
    void finishStroke() { Q_EMIT strokeMustEnd(); }
    /// Keeps the edit as one named step, on its way to the disk at once. False when it changed nothing or is refused.
    bool commit(annotations::MaskEdit& edit, const QString& name);
    /// The same with labels that change in the same step. False when neither changed.
    bool commit(annotations::MaskEdit& edit, const QString& name, const annotations::LabelTable& labels);
    void undo();
    void redo();
    bool canUndo() const { return m_history.canUndo(); }
    bool canRedo() const { return m_history.canRedo(); }
    QString undoName() const { return QString::fromStdString(m_history.undoName()); }
    QString redoName() const { return QString::fromStdString(m_history.redoName()); }

    /// What the model drew of each label, as far as the history knows: for the share that was changed by hand.
    annotations::AcceptedVoxels acceptedVoxels() const { return annotations::acceptedVoxels(m_history, m_labels); }

    /// Where the last accepted proposal came from: goes into exported objects.
    const annotations::Provenance& provenance() const { return m_provenance; }
    void setProvenance(annotations::Provenance provenance) { m_provenance = std::move(provenance); }

    /// Grows with every change of masks and labels: what was saved is the present state when it is still the same.
    std::uint64_t revision() const { return m_revision; }
    /// Masks and labels of `revision` were written to a file that the user keeps.
    void markSaved(std::uint64_t revision);
    /// The same; with the note the journal keeps them for the next time that the study is opened.
    void markSaved(std::uint64_t revision, annotations::SavedNote note);
    bool hasUnsavedWork() const;
    /// Where the work was saved last, as far as the journal knows; none: nowhere.
    const std::optional<annotations::SavedNote>& savedNote() const { return m_saved; }

Q_SIGNALS:
    void opened();
    /// What is open will be given up now: the last moment to keep how it was looked at.
    void aboutToClose();
    void closed();
    /// Voxels changed in a committed way.
    void maskChanged(const annotations::MaskRegion& region);
    void labelsChanged();
    void measurementsChanged();
    void activeLabelChanged(quint16 value);
    void historyChanged();
    /// Whoever holds an edit must commit it now.
    void strokeMustEnd();
    /// The journal cannot be written; a sentence. Then journalRecovered() when it is whole on the disk again.
    void journalFailed(const QString& message);
    void journalRecovered();
    void journalStateChanged();
    /// The other window that had the study has let go of it.
    void journalFreed();
    /// Something was to be changed that cannot be now; a sentence.
    void editRefused(const QString& why);

private:
    void countRun(const annotations::MaskRun& run, bool forward);
    void keep(annotations::EditStep step);
    void applied(const annotations::EditStep& step, bool forward);
    /// What a step touches.
    struct Touched
    {
        explicit Touched(const annotations::EditStep& step);
        std::optional<annotations::MaskRegion> region;
        bool labels;
        bool measurements;
    };
    void announce(const Touched& touched);
    QString memoryReason() const;
    void changeView(const annotations::LabelTable& labels);
    void count(const annotations::EditStep& step, bool forward);
    void record(const annotations::EditStep& step, bool forward);
    void countOnSlices(const annotations::MaskRun& run, std::int64_t change);
    JournalPlace settledPlace() const;
    void takeJournal(PreparedWork& work);
    void addMissingLabels();

    std::filesystem::path m_journalFolder;
    std::filesystem::path m_journalFile; ///< Of what is open; empty: none.
    std::string m_viewNote;
    std::shared_ptr<const imaging::Volume> m_volume;
    QString m_id;
    std::unique_ptr<annotations::LabelMap> m_map;
    std::vector<annotations::Label> m_labels;
    annotations::MeasurementTable m_measurements;
    std::uint16_t m_activeLabel = 1;
    annotations::DrawRules m_drawRules;
    annotations::Provenance m_provenance;
    std::uint64_t m_revision = 0;
    std::map<std::uint16_t, std::int64_t> m_counts;
    std::vector<std::int64_t> m_sliceCounts;
    annotations::EditHistory m_history;
    std::optional<annotations::SavedNote> m_saved;
    std::optional<annotations::JournalHolder> m_holder;
    QString m_held; ///< Why nothing may be changed; empty: it may.
    std::function<std::optional<std::uint64_t>()> m_availableMemory;
    JournalWriter m_writer;
};

namespace detail {
/// The file beside a journal that says how its study was looked at.
std::filesystem::path viewNoteOf(std::filesystem::path journal);
} // namespace detail

/// Masks that a picture has already when it is opened: they count as saved and cannot be undone.
struct GivenMasks
{
    annotations::LabelTable labels;
    std::vector<std::uint16_t> voxels; ///< Of `slice`; empty: none yet.
    int slice = 0;
};

/// Empty masks on the volume's grid, or those of the series' journal in `place`. With `given` masks the journal's steps
/// are taken to have been drawn on those: `id` must say which they are. `study` is kept in the journal, so that a list of
/// unfinished work can say what it is. Waits for journals that the session still writes.
Session::PreparedWork prepareWork(const JournalPlace& place, const imaging::Volume& volume, const QString& id,
    const GivenMasks* given = nullptr, const annotations::StudyNote* study = nullptr);

/// "This study is open in another window on HOST (process 12, user anna, since 14:05)."
QString holderText(const annotations::JournalHolder& holder);

/// What a step that makes `before` to `after` is called: "Rename “Nodule”", "Lock “Nodule”". Visibility is passed over.
QString labelsStepName(const annotations::LabelTable& before, const annotations::LabelTable& after);

} // namespace app
