#include "app/workflow/send_queue.h"

#include "imaging/error.h"
#include "imaging/files/atomic_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

namespace app {

namespace fs = std::filesystem;
namespace pacs = imaging::pacs;

namespace {

constexpr std::string_view kRecordEnding = ".send.json";
constexpr std::uintmax_t kLargestRecord = 1U << 20U;
constexpr std::array<std::pair<QueueState, std::string_view>, 3> kStateKeys{
    std::pair{QueueState::Pending, "pending"}, {QueueState::Sent, "sent"}, {QueueState::Failed, "failed"}};

bool liesIn(const fs::path& folder, const fs::path& file)
{
    return file.parent_path() == folder;
}

/// Beside a file of the folder; for one elsewhere by its path, so that it has one record however often it is tried.
fs::path recordOf(const fs::path& folder, const fs::path& file)
{
    if (liesIn(folder, file))
        return fs::path(file) += kRecordEnding;
    char name[48];
    std::snprintf(name, sizeof name, "elsewhere-%016zx", std::hash<std::string>()(file.string()));
    return folder / (name + std::string(kRecordEnding));
}

std::int64_t now()
{
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::int64_t timeOf(const fs::path& file)
{
    std::error_code none;
    const auto written = fs::last_write_time(file, none);
    if (none)
        return 0;
    const auto system = std::chrono::file_clock::to_sys(written);
    return std::chrono::duration_cast<std::chrono::seconds>(system.time_since_epoch()).count();
}

/// Nothing for what is no record; texts of another program's file are not trusted to be any.
std::optional<QueueEntry> readRecord(const fs::path& path)
{
    std::error_code none;
    if (fs::file_size(path, none) > kLargestRecord || none)
        return std::nullopt;
    std::ifstream stream(path, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    try {
        QueueEntry entry{json.at("file").get<std::string>(), QueueState::Pending, json.at("reason").get<std::string>(),
            json.at("node").get<std::string>(), json.at("tries").get<int>(), json.at("when").get<std::int64_t>()};
        const auto key = json.at("state").get<std::string>();
        for (const auto& [state, name] : kStateKeys)
            if (key == name)
                entry.state = state;
        return entry;
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;
    }
}

/// A disk that is full must not keep a mask from an archive that would take it.
void writeRecord(const fs::path& folder, const QueueEntry& entry)
{
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed)
        return;
    const auto key = std::find_if(
        kStateKeys.begin(), kStateKeys.end(), [&entry](const auto& state) { return state.first == entry.state; });
    const nlohmann::json json{{"file", entry.file.string()}, {"state", key->second}, {"reason", entry.reason},
        {"node", entry.node}, {"tries", entry.tries}, {"when", entry.when}};
    try {
        imaging::writeFileAtomically(recordOf(folder, entry.file),
            json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    } catch (const imaging::Error&) {
        return;
    }
}

/// What is known of a file of the queue.
QueueEntry entryOf(const fs::path& folder, const fs::path& file)
{
    auto entry = readRecord(recordOf(folder, file));
    if (entry && entry->file == file)
        return *entry;
    return {file, QueueState::Pending, {}, {}, 0, timeOf(file)};
}

std::error_code takeOut(const fs::path& folder, const fs::path& file)
{
    std::error_code failed;
    if (liesIn(folder, file))
        fs::remove(file, failed);
    if (!failed)
        fs::remove(recordOf(folder, file), failed);
    return failed;
}

bool isDicomName(const fs::path& path)
{
    return path.extension() == ".dcm";
}

bool isRecord(const fs::path& path)
{
    return path.filename().string().ends_with(kRecordEnding);
}

} // namespace

std::string_view nameOf(QueueState state)
{
    switch (state) {
    case QueueState::Pending:
        return "pending";
    case QueueState::Sent:
        return "sent, not confirmed";
    case QueueState::Failed:
        break;
    }
    return "failed";
}

std::vector<QueueEntry> sendQueue(const fs::path& folder)
{
    std::vector<QueueEntry> entries;
    std::error_code none;
    for (fs::directory_iterator at(folder, none), end; !none && at != end; at.increment(none)) {
        const fs::path path = at->path();
        if (isDicomName(path)) {
            entries.push_back(entryOf(folder, path));
        } else if (isRecord(path)) {
            auto entry = readRecord(path);
            std::error_code missing;
            if (entry && !liesIn(folder, entry->file) && fs::exists(entry->file, missing))
                entries.push_back(std::move(*entry));
        }
    }
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
        return a.file.filename() != b.file.filename() ? a.file.filename() < b.file.filename() : a.file < b.file;
    });
    return entries;
}

void noteSending(const fs::path& folder, const fs::path& file, const std::string& node)
{
    auto entry = entryOf(folder, file);
    entry.state = QueueState::Pending;
    entry.node = node;
    entry.when = now();
    writeRecord(folder, entry);
}

void noteResult(const fs::path& folder, const pacs::StoreResult& result, const std::string& node)
{
    if (result.ok()) {
        takeOut(folder, result.path);
        return;
    }
    auto entry = entryOf(folder, result.path);
    entry.node = node;
    entry.when = now();
    entry.reason = result.message;
    entry.tries += result.state != pacs::StoreState::Cancelled;
    entry.state = result.state == pacs::StoreState::Unconfirmed ? QueueState::Sent
        : result.state == pacs::StoreState::Cancelled           ? QueueState::Pending
                                                                : QueueState::Failed;
    writeRecord(folder, entry);
}

void removeFromQueue(const fs::path& folder, const fs::path& file)
{
    if (const auto failed = takeOut(folder, file))
        throw imaging::Error(imaging::ErrorKind::Io,
            "The file \"" + file.string() + "\" cannot be taken out of the send queue: " + failed.message() + ".",
            file.string());
}

} // namespace app
