#pragma once

#include "models/data/dataset.h"
#include "models/data/picture_reader.h"

#include <cstdint>
#include <vector>

namespace models::data {

/// The picture squashed to size x size (triangle filter over the area of each new pixel, as PIL and torchvision do).
/// -> [channels, size, size]
std::vector<std::uint8_t> resizedPicture(const Picture& picture, int size);

/// The mask squashed to size x size: a pixel is 1 when at least half of its area was set; with several classes it has
/// the label of the largest part of its area (of equal ones the larger label).
std::vector<std::uint8_t> resizedMask(const FullMask& mask, int size);

} // namespace models::data
