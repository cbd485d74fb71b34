#pragma once

#include "annotations/label.h"
#include "annotations/mask_delta.h"
#include "imaging/geometry.h"
#include "imaging/progress.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace annotations {

/// A step as a journal keeps it: what it did to the masks, the whole table of labels after it, or both.
struct JournalStep
{
    std::string name; ///< Empty for labels that changed without a step: their visibility, or an earlier version's.
    std::optional<MaskDelta> mask;
    std::optional<LabelTable> labels;

    friend bool operator==(const JournalStep&, const JournalStep&) = default;
};

/// What a journal held: the steps in order, and what could not be read.
struct JournalContent
{
    std::vector<JournalStep> steps;
    imaging::Warnings warnings; ///< E.g. that the last step was not written completely.
};

/// Every committed step, on disk before the next event, so that a crash or a power cut loses nothing. An undo is
/// written as the inverted step, so replaying from the start gives the last state.
///
///     Journal journal(path, seriesUid, map.grid());
///     journal.append(delta);
///     journal.remove(); // after a clean save
class Journal
{
public:
    /// Opens for appending; makes the file, its folder and the header when absent. `key` says what the steps belong to
    /// (the series); a file with another key or grid is replaced. Throws Error(Io) when it cannot be written.
    Journal(std::filesystem::path path, std::string_view key, const imaging::VoxelGrid& grid);
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    const std::filesystem::path& path() const { return m_path; }

    /// Writes and flushes one step. Throws Error(Io), e.g. on a full disk; what was written before stays readable.
    void append(const MaskDelta& delta);
    /// The same for a step on the labels, which are `labels` after it, and on the masks unless `mask` is null. An empty
    /// name and no mask: the labels look otherwise, which is no step.
    void append(std::string_view name, const MaskDelta* mask, const LabelTable& labels);
    /// Removes the file: its steps are saved elsewhere. A later append starts it again.
    void remove();

private:
    void open();
    void close();
    void appendRecord(const std::string& payload);

    std::filesystem::path m_path;
    std::string m_header;
    int m_file = -1;
};

/// The steps of a journal for this series and grid; none when there is no file, or it is of another series or grid.
/// A torn or damaged tail is left out with a warning; no content of the file can crash or exhaust the program.
JournalContent readJournal(const std::filesystem::path& path, std::string_view key, const imaging::VoxelGrid& grid);

/// Applies what they did to the masks, in order.
void replay(const JournalContent& content, LabelMap& map);

} // namespace annotations
