#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace models::vision {

/// Contrast limited adaptive histogram equalization (Zuiderveld, Graphics Gems IV, 1994) of a grey picture of bytes,
/// row by row, number for number as OpenCV's createCLAHE(clip, Size(tiles, tiles)) does it. `clip` 0: no limit. Throws
/// Error(InvalidInput) when the picture has not columns x rows bytes, or cannot be cut into tiles of whole pixels.
std::vector<std::uint8_t> equalized(
    std::span<const std::uint8_t> picture, int columns, int rows, double clip, int tiles);

} // namespace models::vision
