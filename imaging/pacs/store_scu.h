#pragma once

#include "imaging/pacs/node.h"
#include "imaging/progress.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace imaging::pacs {

/// What became of one file. Only `Stored` and `StoredWithWarning` mean that the archive has said it keeps the instance.
enum class StoreState {
    Stored,
    StoredWithWarning, ///< Kept, with a warning status (0xB000 ...).
    Refused, ///< The archive refused this instance, its kind or its transfer syntax.
    NotSent, ///< It never reached the archive: the file or the connection failed first. Worth a retry.
    Unconfirmed, ///< The connection broke before the answer came: it may or may not be there. Worth a retry.
    Cancelled,
};

struct StoreResult
{
    std::filesystem::path path;
    std::string sopClassUid; ///< Empty when the file could not be read.
    std::string sopInstanceUid;
    StoreState state = StoreState::NotSent;
    std::optional<std::uint16_t> status; ///< The DICOM status (0000,0900), when there was an answer.
    bool converted = false; ///< Sent in Implicit VR Little Endian, since the archive does not take the file's encoding.
    std::string message; ///< A sentence; names the file and the archive.

    bool ok() const { return state == StoreState::Stored || state == StoreState::StoredWithWarning; }
};

/// Sends DICOM files by C-STORE, byte for byte as they are on disk: each keeps its own transfer syntax, for which one
/// presentation context per SOP class and transfer syntax is proposed (over 128 of them need several associations).
/// With an object that is not compressed the default transfer syntax is proposed, too (PS3.5 10.1): where the archive
/// takes only that one, the object is converted. Gives one result for each file, in their order, and does not throw for
/// anything the network, the archive or a file does; before anything is sent it throws
/// Error(WrongUse|NotFound|InvalidInput) when the node's TLS settings cannot be used. Never hangs: see Node's timeouts;
/// a stop request is honoured within a fifth of a second (host name resolution excepted). Nothing of a file's content is
/// logged.
///
///     for (const auto& result : store(parseNode("PACS@localhost:4242"), files, stop, progress))
///         std::cout << result.message << '\n';
std::vector<StoreResult> store(
    const Node& node, std::span<const std::filesystem::path> files, std::stop_token stop, const Progress& progress);

} // namespace imaging::pacs
