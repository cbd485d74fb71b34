#pragma once

#include "imaging/slice.h"
#include "models/vision/network_square.h"
#include "models/vision/tile_grid.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace models::vision {

/// The width of a pixel over its height, Slice::spacingMm; what is no size counts as square. Where a package keeps the
/// proportions (SliceFit::Pad) those of the patient are meant, not those of the numbers of pixels.
double pixelAspect(const imaging::Slice& slice);

/// A slice as the network takes it: brightness 0..1 by window and polarity, brought to the network's square by a
/// triangle filter over the area of each new pixel (as PIL, torchvision and the training do), repeated for every
/// channel.
/// -> [1, channels, S, S]. Throws Error(InvalidInput) for a slice without pixels or whose sizes do not fit its values.
at::Tensor networkPicture(const imaging::Slice& slice, const NetworkSquare& square);

/// The slice cut into tiles, each brought to the network's square; outside of the slice is black.
/// -> [tiles, channels, S, S]
at::Tensor networkTiles(const imaging::Slice& slice, const NetworkSquare& square, const std::vector<Tile>& tiles);

/// A mask (not 0 inside) on the network's square, where networkPicture puts its picture: the part of each new pixel
/// that is inside, 0..1. -> [1, 1, S, S]. Throws Error(InvalidInput) when it has not columns x rows values.
at::Tensor networkMask(
    const std::vector<std::uint8_t>& mask, int columns, int rows, int size, SliceFit fit, double pixelAspect = 1);

/// The way back: probabilities [S, S] on the slice's own grid, bilinearly, 0..1, row by row.
std::vector<float> toSliceGrid(
    const at::Tensor& probabilities, int columns, int rows, SliceFit fit, double pixelAspect = 1);

} // namespace models::vision
