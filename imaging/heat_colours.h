#pragma once

#include <array>
#include <cstdint>

namespace imaging {

/// Colours of a heat map (Grad-CAM) from 0 (dark violet) to 1 (pale yellow) in 256 steps, red, green and blue: lighter is
/// more, also without colour vision. The window and the pictures that are written have the same.
const std::array<std::array<std::uint8_t, 3>, 256>& heatColours();

} // namespace imaging
