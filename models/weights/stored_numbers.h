#pragma once

#include <cstdint>
#include <filesystem>

namespace models::weights {

/// How many floating-point numbers lie in weights that readWeights() would read, from their headers alone; of a file of
/// torch.save as if each had four bytes. 0 where there is no such file. Throws Error(Model) for a broken header.
std::uint64_t storedNumbers(const std::filesystem::path& path);

} // namespace models::weights
