#pragma once

#include "imaging/slice.h"
#include "models/vision/picture_fit.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace models::vision {

/// A slice as a network that was trained on ordinary pictures takes it.
struct SeenPixels
{
    at::Tensor pixels; ///< [1, 3, size, size] float32, normalised
    int size = 0;
    std::vector<std::uint8_t> grey; ///< The brightness of the same square, 0..255, row by row.
};

/// By window and polarity, upright, fitted. Throws Error(InvalidInput) for a slice without pixels.
SeenPixels seenPixels(const imaging::Slice& slice, const PictureFit& fit);

/// A map over the square of seenPixels(), [rows, columns] of any size, brought to the slice's own grid: bilinear, row by
/// row; 0 where the square does not reach.
std::vector<float> onSliceGrid(const at::Tensor& map, const imaging::Slice& slice, const PictureFit& fit);

} // namespace models::vision
