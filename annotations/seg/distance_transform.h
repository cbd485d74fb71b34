#pragma once

#include "imaging/geometry.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

namespace annotations {

/// Squared distance in mm of every voxel to the nearest voxel of `mask` that is not 0; exact, for any spacing.
/// Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", 2012. `mask` must not be all 0.
/// On all cores. When `stop` is requested the result is worthless, and given early.
std::vector<float> squaredDistances(
    std::span<const std::uint8_t> mask, const imaging::VoxelGrid& grid, std::stop_token stop = {});

} // namespace annotations
