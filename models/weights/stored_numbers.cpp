#include "models/weights/stored_numbers.h"

#include "models/weights/safetensors_file.h"

#include <string>

namespace models::weights {

namespace {

std::uint64_t numbersOf(const detail::SafetensorsFile& file)
{
    std::uint64_t numbers = 0;
    for (const auto& entry : file.header().entries) {
        std::uint64_t count = entry.type.find('F') != std::string_view::npos ? 1 : 0; // "F32", "BF16", "F8_E4M3"
        for (const auto size : entry.shape)
            count *= static_cast<std::uint64_t>(size); // It was checked against the file's size.
        numbers += count;
    }
    return numbers;
}

std::uint64_t numbersOfFile(const std::filesystem::path& file)
{
    if (file.extension() == ".safetensors")
        return numbersOf(detail::SafetensorsFile(file));
    std::error_code absent;
    const auto bytes = std::filesystem::file_size(file, absent);
    return absent ? 0 : bytes / 4;
}

} // namespace

std::uint64_t storedNumbers(const std::filesystem::path& path)
{
    std::error_code ignored;
    if (!std::filesystem::is_directory(path, ignored))
        return std::filesystem::is_regular_file(path, ignored) ? numbersOfFile(path) : 0;
    for (const char* name : {"model.safetensors", "open_clip_model.safetensors"})
        if (std::filesystem::is_regular_file(path / name, ignored))
            return numbersOfFile(path / name);
    std::uint64_t shards = 0;
    for (const auto& entry : std::filesystem::directory_iterator(path, ignored))
        if (entry.is_regular_file(ignored) && entry.path().extension() == ".safetensors"
            && entry.path().filename().string().starts_with("model-"))
            shards += numbersOfFile(entry.path());
    if (shards > 0)
        return shards;
    for (const char* name : {"pytorch_model.bin", "open_clip_pytorch_model.bin"})
        if (std::filesystem::is_regular_file(path / name, ignored))
            return numbersOfFile(path / name);
    return 0;
}

} // namespace models::weights
