#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace imaging::detail {

struct PngShape
{
    int columns = 0;
    int rows = 0;
    int components = 1; ///< 1 or 3
    int bits = 8; ///< 8 or 16, this machine's byte order
};

/// The content of a PNG file, made in memory: ITK's writer crashes when the disk is full. Throws std::bad_alloc.
std::string encodePng(const PngShape& shape, std::span<const std::byte> pixels);

} // namespace imaging::detail
