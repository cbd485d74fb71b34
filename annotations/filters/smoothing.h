#pragma once

#include "annotations/filters/voxel_set.h"

#include <cstdint>
#include <stop_token>
#include <vector>

namespace annotations {

/// The voxels of `within` around which more than half of a box of `radiusMm` to each side is in the set: whole voxels,
/// at least one along each axis that has several layers. What lies outside `within` does not count.
/// When `stop` is requested the result is worthless, and given early.
VoxelSet medianOf(const VoxelSet& set, double radiusMm, const MaskRegion& within, std::stop_token stop = {});

/// The values of `box`, which lies in the block, after each voxel took the one that most of the box of `radiusMm` around
/// it hold; of several the one it had, then the smallest. Values of `fixed` are neither taken nor given up. Smooths all labels of a
/// picture together, so that no gaps open between them.
std::vector<std::uint16_t> jointlySmoothed(const LabelBlock& block, const MaskRegion& box, double radiusMm,
    const std::vector<std::uint16_t>& fixed, std::stop_token stop = {});

} // namespace annotations
