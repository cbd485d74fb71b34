#include "imaging/memory.h"

#include "imaging/error.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <limits>
#include <string>

namespace imaging {

namespace {

constexpr std::uint64_t kToWorkWith = 128'000'000; // For the window itself, and steps that can be undone.

std::string gigabytes(std::uint64_t bytes)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.1f GB", static_cast<double>(bytes) / 1e9);
    return text;
}

/// The number behind `word`, or the only one; nothing for "max" and for a file that is not there.
std::optional<std::uint64_t> numberBehind(const std::filesystem::path& file, const std::string& word)
{
    std::ifstream stream(file);
    std::string found;
    while (!word.empty() && found != word)
        if (!(stream >> found))
            return std::nullopt;
    std::uint64_t number = 0;
    return stream >> number ? std::optional(number) : std::nullopt;
}

/// What the groups around the process leave. Pages of files can be read again, and do not count.
std::optional<std::uint64_t> leftOfGroups(const std::filesystem::path& root)
{
    std::ifstream groups(root / "proc/self/cgroup");
    std::optional<std::uint64_t> least;
    for (std::string line; std::getline(groups, line);) {
        if (!line.starts_with("0::/"))
            continue;
        for (std::filesystem::path name = line.substr(4);; name = name.parent_path()) {
            const auto group = root / "sys/fs/cgroup" / name;
            const auto limit = numberBehind(group / "memory.max", ""), used = numberBehind(group / "memory.current", "");
            if (limit && used) {
                const auto again = numberBehind(group / "memory.stat", "inactive_file").value_or(0);
                const auto left = *limit - std::min(*limit, *used - std::min(*used, again));
                least = std::min(least.value_or(left), left);
            }
            if (name.empty())
                break;
        }
    }
    return least;
}

} // namespace

std::optional<std::uint64_t> availableMemory(const std::filesystem::path& root)
{
    const auto kilobytes = numberBehind(root / "proc/meminfo", "MemAvailable:");
    const auto ofGroups = leftOfGroups(root);
    if (!kilobytes)
        return ofGroups;
    return std::min(*kilobytes * 1024, ofGroups.value_or(std::numeric_limits<std::uint64_t>::max()));
}

void requireMemory(std::uint64_t bytes, std::string_view what, std::optional<std::uint64_t> available)
{
    if (available && (bytes > *available || *available - bytes < kToWorkWith))
        throw Error(ErrorKind::Internal,
            std::string(what) + " needs " + gigabytes(bytes + kToWorkWith) + " of memory and " + gigabytes(*available)
                + " are free: close other programs, or open a part of it.");
}

} // namespace imaging
