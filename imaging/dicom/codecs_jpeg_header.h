#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace imaging::detail {

/// What ISO/IEC 10918-1 B.2 puts before the first scan.
struct JpegHeader
{
    int startOfFrame = 0; ///< The marker's low byte: 0xC0 baseline, 0xC1 extended, 0xC3 lossless.
    int precision = 0;
    int rows = 0;
    int columns = 0;
    int components = 0;
    std::array<std::uint8_t, 4> componentIds{};
    bool jfif = false;
    std::optional<int> adobeTransform; ///< APP14: 0 none, 1 YCbCr.
};

/// Walks the markers up to the frame header. Throws Error(InvalidInput) naming `path` when there is none.
JpegHeader parseJpegHeader(std::span<const std::byte> data, const std::string& path);

} // namespace imaging::detail
