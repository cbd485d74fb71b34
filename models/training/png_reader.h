#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace models {

/// A picture as brightness 0..255, row by row.
struct GreyPicture
{
    int columns = 0;
    int rows = 0;
    std::vector<std::uint8_t> values;
};

/// Any PNG (grey, palette, colour, 1 to 16 bits) as grey. Colour becomes luminance, transparency lies on black.
/// Throws Error(NotFound) when there is no such file, Error(InvalidInput) when it is no PNG, broken or above 100
/// megapixels.
GreyPicture readGreyPng(const std::filesystem::path& file);

} // namespace models
