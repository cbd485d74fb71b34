#pragma once

#include "annotations/filters/voxel_set.h"

#include <stop_token>

namespace annotations {

// Balls of a radius in mm around the centres of voxels, whatever the distances between voxels: by the exact distances of
// squaredDistances(), which on the box of a segment costs less than ITK's filters of the same (tests/bench/bench_filters).
// What lies outside `within` is unknown: nothing grows there, and nothing is taken away from there. When `stop` is
// requested results are worthless, and given early.

/// Every voxel of `within` that is no farther than `mm` from one of the set.
VoxelSet grown(const VoxelSet& set, double mm, const MaskRegion& within, std::stop_token stop = {});
/// The voxels of the set that are farther than `mm` from every voxel of `within` that is not in it.
VoxelSet shrunk(const VoxelSet& set, double mm, const MaskRegion& within, std::stop_token stop = {});
/// Shrunk, then grown: what is thinner than a ball goes. Never adds a voxel.
VoxelSet opened(const VoxelSet& set, double mm, const MaskRegion& within, std::stop_token stop = {});
/// Grown, then shrunk: gaps that are narrower than a ball are closed. Never takes a voxel away.
VoxelSet closed(const VoxelSet& set, double mm, const MaskRegion& within, std::stop_token stop = {});

/// On which side of a set's surface a shell lies.
enum class ShellSide {
    Inside,
    Outside,
    Both, ///< Half of the thickness on either side.
};

/// What is left of a set that is hollowed: a shell of `mm` along its surface.
VoxelSet shell(
    const VoxelSet& set, double mm, ShellSide side, const MaskRegion& within, std::stop_token stop = {});

} // namespace annotations
