#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace imaging::detail {

struct DecodedPng
{
    int columns = 0;
    int rows = 0;
    int components = 1; ///< 1 or 3: palettes are expanded, alpha is dropped.
    int bits = 8; ///< 8 or 16, this machine's byte order.
    bool hadAlpha = false;
    std::vector<std::byte> pixels;
};

/// Decodes a PNG file with libpng: ITK's reader ends the program when a header is damaged. Throws std::runtime_error
/// with libpng's reason, also when the picture claims more pixels than `content` can hold.
DecodedPng decodePng(const std::string& content);

} // namespace imaging::detail
