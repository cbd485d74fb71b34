#pragma once

#include <array>
#include <cstdint>

namespace annotations {

/// sRGB to (0062,000D) RecommendedDisplayCIELabValue, PS3.3 C.10.7.1.1: L* 0..100 and a*, b* -128..127, each over
/// 0..65535. The white point is D65, as in DCMTK and the programs built on it.
std::array<std::uint16_t, 3> cielabFromRgb(const std::array<std::uint8_t, 3>& rgb);

/// And back; colours outside sRGB are clipped.
std::array<std::uint8_t, 3> rgbFromCielab(const std::array<std::uint16_t, 3>& lab);

} // namespace annotations
