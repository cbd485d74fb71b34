#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace models::weights {

/// Bytes that can be taken without swapping: what the machine has available (/proc/meminfo), or less where a control
/// group limits the process. The largest number where nothing says it. `root`: where /proc and /sys lie.
std::uint64_t availableMemory(const std::filesystem::path& root = "/");

/// Throws Error(Model), a sentence with both figures, when `bytes` and some more to work with are not `available`: the
/// system would end the program while it loads.
void requireMemory(std::uint64_t bytes, const std::filesystem::path& file, std::uint64_t available = availableMemory());

/// "3.7 GB"
std::string gigabytes(std::uint64_t bytes);

} // namespace models::weights
