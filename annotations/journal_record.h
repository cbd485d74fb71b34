#pragma once

#include "annotations/label.h"
#include "annotations/mask_delta.h"
#include "annotations/measure/measurement.h"
#include "imaging/geometry.h"
#include "imaging/progress.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace annotations {

/// A step as a journal keeps it: what it did to the masks, the whole table of labels, and of measurements, after it.
struct JournalStep
{
    std::string name; ///< Empty for labels that changed without a step: their visibility, or an earlier version's.
    std::optional<MaskDelta> mask;
    std::optional<LabelTable> labels;
    std::optional<MeasurementTable> measurements;

    friend bool operator==(const JournalStep&, const JournalStep&) = default;
};

/// Where the work up to here was saved or stored.
struct SavedNote
{
    std::string file; ///< The file that holds it; empty: none.
    std::string archive; ///< The DICOM node that has stored it; empty: none.
    std::int64_t when = 0; ///< Seconds since 1970, UTC.
    std::uint64_t fileBytes = 0; ///< Size and time of change of `file` then: whether it is still the same one.
    std::int64_t fileTime = 0;

    friend bool operator==(const SavedNote&, const SavedNote&) = default;
};

/// Which study a journal belongs to, for the reader to recognise it and for the program to open it again. It names the
/// patient: it is written into the journal, which only the user can read, and nowhere else.
struct StudyNote
{
    std::string path; ///< The folder or file that was opened.
    std::string series; ///< imaging::SeriesInfo::id
    std::string patient; ///< Name and ID as they are shown.
    std::string date; ///< (0008,0020) Study Date
    std::string modality; ///< (0008,0060)
    std::string title; ///< Study or series description.

    friend bool operator==(const StudyNote&, const StudyNote&) = default;
};

/// What a journal held: the steps in order, the last save, and what could not be read.
struct JournalContent
{
    std::vector<JournalStep> steps;
    std::optional<SavedNote> saved; ///< The last one; none when nothing was saved.
    std::size_t savedSteps = 0; ///< How many of `steps` it holds.
    std::optional<StudyNote> study;
    imaging::Warnings warnings; ///< E.g. that the last step was not written completely.
};

/// Records of a journal, without their frame. A step on the masks:
std::string journalRecord(const MaskDelta& delta);
/// A step on the labels, which are `labels` after it, and on the masks unless `mask` is null. An empty name and no mask:
/// the labels look otherwise, which is no step.
std::string journalRecord(std::string_view name, const MaskDelta* mask, const LabelTable& labels);
/// A step on the measurements, too; null: not on that.
std::string journalRecord(
    std::string_view name, const MaskDelta* mask, const LabelTable* labels, const MeasurementTable& measurements);
std::string journalRecord(const SavedNote& note);
std::string journalRecord(const StudyNote& note);

/// Adds what a record says. False for one that is damaged or does not fit the grid.
bool takeJournalRecord(std::string_view record, const imaging::VoxelGrid& grid, JournalContent& content);

enum class RecordKind { Step, View, Saved, Study };

/// Told from the first four bytes. Labels of earlier versions are taken for a view.
RecordKind journalRecordKind(std::string_view record);

} // namespace annotations
