#pragma once

#include "imaging/slice.h"
#include "models/lvit/config.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace models {

/// A slice as the network takes it: brightness 0..1 by window and polarity, brought to the network's square by a
/// triangle filter over the area of each new pixel (as PIL, torchvision and the training do), repeated for every
/// channel.
/// -> [1, channels, S, S]. Throws Error(InvalidInput) for a slice without pixels or whose sizes do not fit its values.
at::Tensor networkPicture(const imaging::Slice& slice, const LViTConfig& network, PictureFit fit);

/// The way back: probabilities [S, S] on the slice's own grid, bilinearly, 0..1, row by row.
std::vector<float> toSliceGrid(const at::Tensor& probabilities, int columns, int rows, PictureFit fit);

} // namespace models
