#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace imaging {

/// Decodes the private compression "PMSCT_RLE1" of older Philips and Elscint CT scanners, (07A1,100A) under the creator
/// ELSCINT1: runs (0xA5, count - 1, byte) around a stream of 16-bit values (0x5A, low byte, high byte) and signed 8-bit
/// steps from the value before. The format is not published; this reading of it uses up every byte and gives exactly
/// one value a pixel, which is checked. Throws Error(InvalidInput) naming `path` when the data does not give exactly
/// `destination`.
void decodePhilipsRle(std::span<const std::byte> encoded, std::span<std::byte> destination, const std::string& path);

} // namespace imaging
