#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace models::weights {

/// How many floating-point numbers lie in weights that readWeights() would read, from their headers alone; of a file of
/// torch.save as if each had four bytes. `counted`: only those of tensors with such names, which are not known of what
/// torch.save wrote: none there. 0 where there is no such file. Throws Error(Model) for a broken header or index,
/// Error(NotFound) for a shard that is not there.
std::uint64_t storedNumbers(
    const std::filesystem::path& path, const std::function<bool(const std::string& name)>& counted = {});

} // namespace models::weights
