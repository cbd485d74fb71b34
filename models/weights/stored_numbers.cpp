#include "models/weights/stored_numbers.h"

#include "models/weights/safetensors_file.h"
#include "models/weights/weights_file.h"

#include <string>

namespace models::weights {

namespace {

using Counted = std::function<bool(const std::string& name)>;

std::uint64_t numbersOf(const detail::SafetensorsFile& file, const Counted& counted)
{
    std::uint64_t numbers = 0;
    for (const auto& entry : file.header().entries) {
        if (counted && !counted(entry.name))
            continue;
        std::uint64_t count = entry.type.find('F') != std::string_view::npos ? 1 : 0; // "F32", "BF16", "F8_E4M3"
        for (const auto size : entry.shape)
            count *= static_cast<std::uint64_t>(size); // It was checked against the file's size.
        numbers += count;
    }
    return numbers;
}

std::uint64_t numbersOfFile(const std::filesystem::path& file, const Counted& counted)
{
    if (file.extension() == ".safetensors")
        return numbersOf(detail::SafetensorsFile(file), counted);
    std::error_code absent;
    const auto bytes = std::filesystem::file_size(file, absent);
    return absent || counted ? 0 : bytes / 4;
}

} // namespace

std::uint64_t storedNumbers(const std::filesystem::path& path, const Counted& counted)
{
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
        const auto file = weightsFileIn(path);
        return file ? storedNumbers(*file, counted) : 0;
    }
    if (!isShardIndex(path))
        return std::filesystem::is_regular_file(path, ignored) ? numbersOfFile(path, counted) : 0;
    std::uint64_t numbers = 0;
    for (const auto& [shard, names] : readShardIndex(path))
        numbers += numbersOfFile(path.parent_path() / shard, counted);
    return numbers;
}

} // namespace models::weights
