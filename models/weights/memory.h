#pragma once

#include <cstdint>
#include <filesystem>

namespace models::weights {

/// imaging::availableMemory(); the largest number where nothing says it.
std::uint64_t availableMemory(const std::filesystem::path& root = "/");

/// Throws Error(Model), a sentence with both figures, when `bytes` and some more to work with are not `available`: the
/// system would end the program while it loads.
void requireMemory(std::uint64_t bytes, const std::filesystem::path& file, std::uint64_t available = availableMemory());

} // namespace models::weights
