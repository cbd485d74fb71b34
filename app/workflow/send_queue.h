#pragma once

#include "imaging/pacs/store_scu.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace app {

/// How far a file of the queue has come. What the archive has stored is no longer in it.
enum class QueueState {
    Pending, ///< Not tried yet, or the program ended while it was on its way.
    Sent, ///< On its way when the connection broke: the archive may have it, but has not said so.
    Failed, ///< Refused, or it did not get there.
};

/// A file that waits to be sent.
struct QueueEntry
{
    std::filesystem::path file;
    QueueState state = QueueState::Pending;
    std::string reason; ///< A sentence; empty while it was not tried.
    std::string node; ///< Where it was to go the last time; empty while it was not tried.
    int tries = 0;
    std::int64_t when = 0; ///< Of the last try, or of the file: seconds since 1970, UTC.

    friend bool operator==(const QueueEntry&, const QueueEntry&) = default;
};

/// "pending", "sent, not confirmed" or "failed".
std::string_view nameOf(QueueState state);

/// All that waits in a folder, the oldest first: its .dcm files, and files elsewhere that were to be sent and were not
/// stored, as long as they are there. What became of each stands in a record beside them, which outlives the program; a
/// record that cannot be read says that its file is pending.
std::vector<QueueEntry> sendQueue(const std::filesystem::path& folder);

/// Says that a file is about to be sent, so that it waits should the program end on the way. A folder that cannot be
/// written keeps no record: what is to be sent is sent all the same.
void noteSending(const std::filesystem::path& folder, const std::filesystem::path& file, const std::string& node);

/// What became of it, likewise: stored ones leave the queue, and files in the folder itself the disk, too.
void noteResult(const std::filesystem::path& folder, const imaging::pacs::StoreResult& result, const std::string& node);

/// Takes a file out of the queue: one in the folder is deleted, one elsewhere stays. Throws Error(Io) when it cannot be.
void removeFromQueue(const std::filesystem::path& folder, const std::filesystem::path& file);

} // namespace app
