#include "imaging/memory.h"

#include "imaging/error.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <limits>
#include <string>

namespace imaging {

namespace {

constexpr auto kUnlimited = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kToWorkWith = 128'000'000; // For the window itself, and steps that can be undone.

/// The number behind a word at the beginning of a line ("MemAvailable:"); with an empty word the file's only one.
std::optional<std::uint64_t> numberIn(const std::filesystem::path& file, const std::string& word)
{
    std::ifstream stream(file);
    std::uint64_t number = 0;
    for (std::string text; word.empty() || stream >> text;) {
        if (text != word)
            continue;
        return stream >> number ? std::optional(number) : std::nullopt; // "max" is no number.
    }
    return std::nullopt;
}

/// The names of one version of Linux' control groups.
struct GroupFiles
{
    const char* folder;
    const char* limit;
    const char* used;
    const char* reclaimable; ///< In memory.stat: pages of files that can be read again.
};

std::uint64_t leftOfGroup(const std::filesystem::path& group, const GroupFiles& files)
{
    const auto limit = numberIn(group / files.limit, ""), used = numberIn(group / files.used, "");
    if (!limit || !used)
        return kUnlimited;
    const auto kept = *used - std::min(*used, numberIn(group / "memory.stat", files.reclaimable).value_or(0));
    return *limit - std::min(*limit, kept);
}

/// The least that the group and those around it leave.
std::uint64_t leftOfGroups(const std::filesystem::path& root, const std::string& name, const GroupFiles& files)
{
    const auto top = root / files.folder;
    auto left = kUnlimited;
    for (auto path = std::filesystem::path(name).relative_path();; path = path.parent_path()) {
        left = std::min(left, leftOfGroup(top / path, files));
        if (path.empty())
            return left;
    }
}

} // namespace

std::optional<std::uint64_t> availableMemory(const std::filesystem::path& root)
{
    constexpr GroupFiles kSecond{"sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"};
    constexpr GroupFiles kFirst{
        "sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"};
    const auto kilobytes = numberIn(root / "proc/meminfo", "MemAvailable:");
    auto available = kilobytes ? *kilobytes * 1024 : kUnlimited;
    std::ifstream groups(root / "proc/self/cgroup"); // Lines "number:controllers:/name".
    for (std::string line; std::getline(groups, line);) {
        const auto first = line.find(':'), second = line.find(':', first + 1);
        if (first == std::string::npos || second == std::string::npos)
            continue;
        const auto controllers = line.substr(first + 1, second - first - 1);
        const auto name = line.substr(second + 1);
        if (controllers.empty())
            available = std::min(available, leftOfGroups(root, name, kSecond));
        else if (controllers.find("memory") != std::string::npos)
            available = std::min(available, leftOfGroups(root, name, kFirst));
    }
    return available == kUnlimited ? std::nullopt : std::optional(available);
}

std::string gigabytes(std::uint64_t bytes)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.1f GB", static_cast<double>(bytes) / 1e9);
    return text;
}

void requireMemory(std::uint64_t bytes, std::string_view what, std::optional<std::uint64_t> available)
{
    if (available && (bytes > *available || *available - bytes < kToWorkWith))
        throw Error(ErrorKind::Internal,
            std::string(what) + " needs " + gigabytes(bytes + kToWorkWith) + " of memory and " + gigabytes(*available)
                + " are free: close other programs, or open a part of it.");
}

} // namespace imaging
