#pragma once

#include "imaging/geometry.h"

#include <cstdint>
#include <vector>

namespace annotations {

/// Squared distance in mm of every voxel to the nearest voxel of `mask` that is not 0; exact, for any spacing.
/// Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", 2012. `mask` must not be all 0.
std::vector<float> squaredDistances(const std::vector<std::uint8_t>& mask, const imaging::VoxelGrid& grid);

} // namespace annotations
