#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace models::weights {

/// The text pairs under `__metadata__` of a safetensors file.
using SafetensorsMetadata = std::map<std::string, std::string>;

/// Those of a file, of which only the header is read. Throws Error(NotFound), Error(Io), or Error(Model) where the
/// header is wrong.
SafetensorsMetadata readSafetensorsMetadata(const std::filesystem::path& file);

} // namespace models::weights

namespace models::weights::detail {

/// One tensor as the header of a safetensors file states it; checked against the file's size.
struct SafetensorsEntry
{
    std::string name;
    std::string_view type; ///< By the format's name of it, "F32".
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0; ///< Relative to the first byte after the header.
    std::uint64_t end = 0;
};

struct SafetensorsHeader
{
    std::vector<SafetensorsEntry> entries; ///< In the order of their bytes.
    SafetensorsMetadata metadata;
};

/// Checks and reads the JSON text of a header. `dataBytes`: what follows the header in the file. `file` is for
/// messages. Throws Error(Model).
SafetensorsHeader parseSafetensorsHeader(std::string_view json, std::uint64_t dataBytes, const std::string& file);

/// The text of a header, padded so that what follows starts aligned. What the entries say is the caller's to check.
std::string safetensorsHeader(const std::vector<SafetensorsEntry>& entries, const SafetensorsMetadata& metadata);

} // namespace models::weights::detail
