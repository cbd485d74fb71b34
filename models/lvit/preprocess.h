#pragma once

#include "imaging/slice.h"
#include "models/lvit/config.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace models {

/// A slice as the network takes it: brightness 0..1 by window and polarity, brought to the network's square by a
/// triangle filter over the area of each new pixel (as PIL, torchvision and the training do), repeated for every
/// channel.
/// -> [1, channels, S, S]. Throws Error(InvalidInput) for a slice without pixels or whose sizes do not fit its values.
at::Tensor networkPicture(const imaging::Slice& slice, const LViTConfig& network, PictureFit fit);

/// A mask (not 0 inside) on the network's square, where networkPicture puts its picture: the part of each new pixel
/// that is inside, 0..1. -> [1, 1, S, S]. Throws Error(InvalidInput) when it has not columns x rows values.
at::Tensor networkMask(
    const std::vector<std::uint8_t>& mask, int columns, int rows, const LViTConfig& network, PictureFit fit);

/// The way back: probabilities [S, S] on the slice's own grid, bilinearly, 0..1, row by row.
std::vector<float> toSliceGrid(const at::Tensor& probabilities, int columns, int rows, PictureFit fit);

} // namespace models
