#pragma once

#include "annotations/label_map.h"
#include "imaging/geometry.h"

#include <optional>

namespace annotations {

/// The smallest grid, with the axes of `a`, that holds every voxel of both. Nothing when the voxels of the two do not
/// coincide (other spacing, turned, or shifted by a part of a voxel), or the grid would be too large to hold. Axes may
/// be swapped or flipped: a NIfTI file may store the same voxels in another order than a SEG.
std::optional<imaging::VoxelGrid> commonGrid(const imaging::VoxelGrid& a, const imaging::VoxelGrid& b);

/// The same voxels in the order of `target`; nothing is interpolated, what `map` does not cover is 0. Throws
/// Error(InvalidInput) when the voxels do not coincide, or a labelled one lies outside `target`.
LabelMap onGrid(const LabelMap& map, const imaging::VoxelGrid& target);

} // namespace annotations
