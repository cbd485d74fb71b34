#pragma once

#include "models/training/dataset.h"
#include "models/training/png_reader.h"

#include <cstdint>
#include <vector>

namespace models {

/// The picture squashed to size x size (triangle filter over the area of each new pixel, as PIL and torchvision do).
std::vector<std::uint8_t> resizedPicture(const GreyPicture& picture, int size);

/// The mask squashed to size x size; a pixel is 1 when at least half of its area was set.
std::vector<std::uint8_t> resizedMask(const FullMask& mask, int size);

} // namespace models
