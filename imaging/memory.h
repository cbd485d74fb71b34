#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace imaging {

/// Bytes that can be taken without swapping: what the machine has available (/proc/meminfo), or less where the control
/// group of the process, of either version, is limited. Nothing where the system does not say. `root`: where /proc and /sys lie.
std::optional<std::uint64_t> availableMemory(const std::filesystem::path& root = "/");

/// "3.7 GB"
std::string gigabytes(std::uint64_t bytes);

/// Throws Error(Internal), a sentence with both figures, when `bytes` and some more to work with are not available: the
/// system would end the program. `what` begins the sentence: "The series".
void requireMemory(std::uint64_t bytes, std::string_view what, std::optional<std::uint64_t> available = availableMemory());

} // namespace imaging
