#include "models/weights/memory.h"

#include "imaging/error.h"
#include "imaging/memory.h"

#include <limits>
#include <string>

namespace models::weights {

namespace {

constexpr auto kUnlimited = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kToWorkWith = 256'000'000; // A picture's and a text's way through a network.

} // namespace

std::uint64_t availableMemory(const std::filesystem::path& root)
{
    return imaging::availableMemory(root).value_or(kUnlimited);
}

void requireMemory(std::uint64_t bytes, const std::filesystem::path& file, std::uint64_t available)
{
    const auto needed = bytes > kUnlimited - kToWorkWith ? kUnlimited : bytes + kToWorkWith;
    if (needed > available)
        throw imaging::Error(imaging::ErrorKind::Model,
            "The model in " + file.string() + " needs " + imaging::gigabytes(needed) + " of memory and " + imaging::gigabytes(available)
                + " are free: close other programs, or take a smaller model or a lower precision.",
            file.string());
}

} // namespace models::weights
