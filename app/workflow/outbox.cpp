#include "app/workflow/outbox.h"

#include "app/workflow/mask_files.h"
#include "imaging/error.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>

namespace app {

namespace fs = std::filesystem;
namespace pacs = imaging::pacs;

namespace {

/// Local time to the millisecond, so that names in their order are the files in theirs.
std::string stamp()
{
    const auto now = std::chrono::system_clock::now();
    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
    std::tm local{};
    localtime_r(&seconds, &local);
    char day[24];
    std::strftime(day, sizeof day, "%Y%m%d-%H%M%S", &local);
    char all[32];
    std::snprintf(all, sizeof all, "%s-%03d", day, static_cast<int>(milliseconds));
    return all;
}

void makeFolder(const fs::path& folder)
{
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed)
        throw imaging::Error(imaging::ErrorKind::Io,
            "The folder \"" + folder.string() + "\" could not be made: " + failed.message() + ".", folder.string());
}

/// False when it was stopped before all was written.
bool write(const Parcel& parcel, std::stop_token stop, const imaging::Progress& progress)
{
    const UnwrittenMasks& masks = *parcel.unwritten;
    if (masks.masksToo) {
        makeFolder(parcel.masks.parent_path());
        imaging::Warnings warnings;
        writeMasks(parcel.masks, *masks.volume, masks.map, masks.labels, masks.provenance, warnings);
    }
    if (parcel.report.empty())
        return true;
    makeFolder(parcel.report.parent_path());
    return writeReportOn(parcel.masks, parcel.report, {*masks.volume, masks.map, masks.labels, masks.provenance},
        masks.words, stop, progress);
}

/// Whether a file that is not stored has to wait: pictures lie where they came from and can be sent from there again.
bool isQueued(const Parcel& parcel, const fs::path& outbox, const fs::path& file)
{
    if (outbox.empty())
        return false;
    const auto queue = sendQueue(outbox);
    return file == parcel.masks || file == parcel.report || file.parent_path() == outbox
        || std::any_of(queue.begin(), queue.end(), [&](const auto& entry) { return entry.file == file; });
}

} // namespace

std::size_t Delivery::stored() const
{
    return static_cast<std::size_t>(
        std::count_if(results.begin(), results.end(), [](const auto& result) { return result.ok(); }));
}

bool Delivery::hasStored(const fs::path& file) const
{
    return std::any_of(
        results.begin(), results.end(), [&](const auto& result) { return result.ok() && result.path == file; });
}

bool Delivery::isUnreadable() const
{
    return std::all_of(results.begin(), results.end(), [](const auto& result) { return result.sopClassUid.empty(); });
}

std::string_view nameOf(pacs::StoreState state)
{
    switch (state) {
    case pacs::StoreState::Stored:
        return "stored";
    case pacs::StoreState::StoredWithWarning:
        return "stored with warning";
    case pacs::StoreState::Refused:
        return "refused";
    case pacs::StoreState::NotSent:
        return "not sent";
    case pacs::StoreState::Unconfirmed:
        return "unconfirmed";
    case pacs::StoreState::Cancelled:
        break;
    }
    return "cancelled";
}

Delivery deliver(const pacs::Node& node, const Parcel& parcel, const fs::path& outbox, std::stop_token stop,
    const imaging::Progress& progress)
{
    const bool whole = !parcel.unwritten || write(parcel, stop, progress);
    std::vector<fs::path> files;
    if (!parcel.masks.empty())
        files.push_back(parcel.masks);
    if (!parcel.report.empty() && whole)
        files.push_back(parcel.report);
    files.insert(files.end(), parcel.others.begin(), parcel.others.end());
    const std::string title = pacs::toString(node);
    std::vector<fs::path> queued;
    std::copy_if(files.begin(), files.end(), std::back_inserter(queued),
        [&](const auto& file) { return isQueued(parcel, outbox, file); });
    for (const auto& file : queued)
        noteSending(outbox, file, title);
    Delivery delivery{pacs::store(node, files, stop, progress)};
    for (const auto& result : delivery.results)
        if (std::find(queued.begin(), queued.end(), result.path) != queued.end())
            noteResult(outbox, result, title);
    return delivery;
}

Outbox::Outbox(fs::path folder)
    : m_folder(std::move(folder))
{
}

std::vector<fs::path> Outbox::waiting() const
{
    std::vector<fs::path> files;
    for (auto& entry : queue())
        files.push_back(std::move(entry.file));
    return files;
}

std::vector<QueueEntry> Outbox::queue() const
{
    auto entries = sendQueue(m_folder);
    std::erase_if(entries, [this](const auto& entry) {
        return !m_kept.empty() && (entry.file == m_kept || entry.file == reportFor(m_kept));
    });
    return entries;
}

fs::path Outbox::reportFor(const fs::path& masks) const
{
    return m_folder / reportBeside(masks).filename();
}

fs::path Outbox::keep(std::uint64_t revision)
{
    const std::string name = "limn-" + stamp();
    m_kept = m_folder / (name + ".dcm");
    std::error_code none;
    for (int number = 2; fs::exists(m_kept, none); ++number)
        m_kept = m_folder / (name + "-" + std::to_string(number) + ".dcm");
    m_revision = revision;
    return m_kept;
}

std::optional<fs::path> Outbox::kept(std::uint64_t revision) const
{
    if (revision != m_revision || !keepsOpenMasks())
        return std::nullopt;
    return m_kept;
}

bool Outbox::keepsOpenMasks() const
{
    std::error_code none;
    return !m_kept.empty() && fs::exists(m_kept, none);
}

} // namespace app
