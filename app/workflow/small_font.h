#pragma once

#include <array>
#include <cstdint>

namespace app {

inline constexpr int kGlyphColumns = 5;
inline constexpr int kGlyphRows = 7;

/// The rows of a printable ASCII character from the top, the leftmost pixel in bit 4; a question mark for others.
const std::array<std::uint8_t, kGlyphRows>& glyphOf(char character);

} // namespace app
