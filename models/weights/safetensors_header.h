#pragma once

#include <c10/core/ScalarType.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace models::weights::detail {

/// One tensor as the header of a safetensors file states it; checked against the file's size.
struct SafetensorsEntry
{
    std::string name;
    c10::ScalarType type = c10::ScalarType::Float;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0; ///< Relative to the first byte after the header.
    std::uint64_t end = 0;
};

struct SafetensorsHeader
{
    std::vector<SafetensorsEntry> entries; ///< In the order of their bytes.
    std::map<std::string, std::string> metadata;
};

/// Checks and reads the JSON text of a header. `dataBytes`: what follows the header in the file. `file` is for
/// messages. Throws Error(Model).
SafetensorsHeader parseSafetensorsHeader(std::string_view json, std::uint64_t dataBytes, const std::string& file);

/// The format's name of a type ("F32"), and back; nothing when there is none.
std::optional<std::string_view> safetensorsTypeName(c10::ScalarType type);
std::optional<c10::ScalarType> safetensorsType(std::string_view name);

} // namespace models::weights::detail
