#pragma once

#include "annotations/journal_record.h"
#include "imaging/geometry.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace annotations {

/// The work on a study on disk, step by step, so that a crash or a power cut loses nothing. An undo is written as the
/// inverted step, so replaying from the start gives the last state. What was saved is marked and stays: it comes back
/// with the study. All records are kept in memory too: a file that is lost, or that could not be written for a while, is
/// written again whole. One that has grown large is written again with fewer records (compacted()), to another file that
/// takes its place when it is complete. Whoever writes holds the JournalLock of its path.
///
///     Journal journal(path, seriesUid, map.grid());
///     for (const auto& step : journal.takeContent().steps) ... // JournalStep::mask->apply(map)
///     journal.append(journalRecord(delta));
///     journal.flush();
class Journal
{
public:
    /// Reads what is there. `key` says what the steps belong to (the series); a file with another key or grid is left
    /// alone until flush(), which moves it aside. Nothing is written yet. Beyond `largeBytes`, and twice what was left
    /// the last time, it is compacted; the newest records stay, as many as a quarter of `largeBytes` holds.
    Journal(std::filesystem::path path, std::string_view key, const imaging::VoxelGrid& grid,
        std::uint64_t largeBytes = kLargeBytes);
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    static constexpr std::uint64_t kLargeBytes = std::uint64_t{64} << 20U;

    const std::filesystem::path& path() const { return m_path; }
    /// What was read when it was opened; empty the second time.
    JournalContent takeContent() { return std::exchange(m_content, {}); }

    void append(std::string record) { m_records.push_back(std::move(record)); }
    /// Forgets what came after the last save. When there is none, flush() removes the file.
    void forgetUnsaved();

    /// Brings all to the disk, with the file and its folder when absent. Throws Error(Io), e.g. on a full disk: what was
    /// written before stays readable, and the next flush() tries again.
    void flush();
    /// The file is there as flush() left it.
    bool isOnDisk() const;

private:
    void close();
    void writePending();
    void writeWhole(const std::vector<std::string>& records);
    void compact();
    void removeUnfinished() const;
    void moveStrangerAside() const;
    void removeFile();

    std::filesystem::path m_path;
    std::string m_header;
    imaging::VoxelGrid m_grid;
    std::uint64_t m_largeBytes;
    std::uint64_t m_compactedBytes = 0; // Of the file when it was compacted last.
    JournalContent m_content;
    std::vector<std::string> m_records; // Without their frames.
    std::size_t m_written = 0; // How many of them are in the file.
    std::uint64_t m_writtenBytes = 0;
    bool m_cut = false; // Some of what is in the file is no longer among the records.
    int m_file = -1;
    ino_t m_known = 0; // The file that was read; 0: none that is ours.
};

/// What a journal holds for this series and grid; nothing when there is no file, or it is of another series or grid. A
/// torn or damaged tail is left out with a warning; no content of the file can crash or exhaust the program.
JournalContent readJournal(const std::filesystem::path& path, std::string_view key, const imaging::VoxelGrid& grid);

/// A journal as a list shows it, told without the pictures.
struct JournalSummary
{
    std::filesystem::path path;
    std::optional<StudyNote> study; ///< None in an earlier version's.
    std::optional<SavedNote> saved;
    std::size_t steps = 0;
    std::size_t unsavedSteps = 0; ///< Those after the last save.
    std::int64_t changed = 0; ///< Seconds since 1970, UTC.
};

/// The journals of a folder that hold any step and that no window has open, the newest first.
std::vector<JournalSummary> journalsIn(const std::filesystem::path& folder);

} // namespace annotations
