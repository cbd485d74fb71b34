#pragma once

#include "models/weights/safetensors_header.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace models::weights {

/// A safetensors file of rows of bytes only (type U8, one dimension), without Torch.
struct ByteArrays
{
    std::map<std::string, std::vector<std::uint8_t>> arrays;
    SafetensorsMetadata metadata;
};

/// Throws Error(NotFound), Error(Io), or Error(Model) where the header is wrong or a tensor is something else.
ByteArrays readByteArrays(const std::filesystem::path& file);

/// Writes the file that writeSafetensors() would for the same bytes as tensors, whole or not at all. Throws Error(Io).
void writeByteArrays(const std::filesystem::path& file,
    const std::map<std::string, std::span<const std::uint8_t>>& arrays, const SafetensorsMetadata& metadata);

} // namespace models::weights
