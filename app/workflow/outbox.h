#pragma once

#include "annotations/dicom/provenance.h"
#include "annotations/label.h"
#include "annotations/label_map.h"
#include "app/workflow/report_files.h"
#include "app/workflow/send_queue.h"
#include "imaging/pacs/node.h"
#include "imaging/pacs/store_scu.h"
#include "imaging/progress.h"
#include "imaging/volume.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>
#include <vector>

namespace app {

/// Masks that are to be sent and lie in no file yet, they or the report on them.
struct UnwrittenMasks
{
    annotations::LabelMap map;
    std::shared_ptr<const imaging::Volume> volume;
    annotations::LabelTable labels;
    annotations::Provenance provenance;
    bool masksToo = true; ///< False: `Parcel::masks` is their file already, only the report is missing.
    ReportWords words{}; ///< For the report, where the parcel has one.
};

/// What goes to an archive at once.
struct Parcel
{
    std::filesystem::path masks; ///< The SEG of the open study; empty: none is sent.
    std::optional<UnwrittenMasks> unwritten; ///< What is written to `masks` and `report` first.
    std::vector<std::filesystem::path> others; ///< Sent after them.
    std::filesystem::path report{}; ///< The SR on the segments of `masks`, sent after them; empty: none is.
};

/// What became of a parcel.
struct Delivery
{
    std::vector<imaging::pacs::StoreResult> results; ///< One a file, in the order in which they were sent.

    std::size_t stored() const;
    bool all() const { return stored() == results.size(); }
    /// Whether the archive has said that it keeps this file.
    bool hasStored(const std::filesystem::path& file) const;
    /// No file could be read as DICOM: the archive was not even asked.
    bool isUnreadable() const;
};

/// "stored", "stored with warning", "refused", "not sent", "unconfirmed" or "cancelled".
std::string_view nameOf(imaging::pacs::StoreState state);

/// Writes the masks that lie in no file yet, sends all, and removes from the folder `outbox` what the archive has said it
/// keeps; files elsewhere are never removed. What it does not keep of the outbox, the masks and the report waits in the
/// queue of that folder (send_queue.h) with the reason; an empty path keeps none. Throws Error(Io) when the masks cannot be written, and as
/// imaging::pacs::store() before anything is sent.
Delivery deliver(const imaging::pacs::Node& node, const Parcel& parcel, const std::filesystem::path& outbox,
    std::stop_token stop, const imaging::Progress& progress);

/// A folder of masks that no archive has taken yet. They stay when the program ends, and are offered again. It knows which
/// of them are those of the open study, so that a second try sends the same object and not another one.
class Outbox
{
public:
    explicit Outbox(std::filesystem::path folder);

    const std::filesystem::path& folder() const { return m_folder; }
    /// Files that wait from earlier (sendQueue()), the oldest first: all but those of the masks that are open now.
    std::vector<std::filesystem::path> waiting() const;
    /// The same with what became of each.
    std::vector<QueueEntry> queue() const;
    /// Names the file of the open masks, which is not there yet; deliver() writes it.
    std::filesystem::path keep(std::uint64_t revision);
    /// The file of the open masks from a try before, unless they have changed since.
    std::optional<std::filesystem::path> kept(std::uint64_t revision) const;
    /// Where the report on masks lies that are sent from `masks`: in the outbox, whether it is there or not.
    std::filesystem::path reportFor(const std::filesystem::path& masks) const;
    /// The open masks, of whatever revision, still wait here.
    bool keepsOpenMasks() const;
    /// Another study is open: what was kept waits as the rest does.
    void letGo() { m_kept.clear(); }

private:
    std::filesystem::path m_folder;
    std::filesystem::path m_kept; ///< The masks of `m_revision`; empty: none.
    std::uint64_t m_revision = 0;
};

} // namespace app
