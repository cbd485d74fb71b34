#pragma once

#include "annotations/filters/voxel_set.h"

#include <vector>

namespace annotations {

/// The shapes that lie between two shapes on parallel layers: `count` of them at equal steps from `a` to `b`. Both, and the
/// results, are sets of one slice on the same grid and box.
///
/// Morphological contour interpolation after Albu, Beugeling and Laurendeau, "A Morphology-Based Approach for Interslice
/// Interpolation of Anatomical Slices From Volumetric Images", IEEE TBME 55(8), 2008: islands that overlap belong
/// together; one that overlaps several is divided among them (shapes that branch or move apart); pairs are laid on one another
/// and go from the first to the second through dilations of what they have in common, so that holes close from
/// their sides. Of islands that overlap none, the nearest of both layers become pairs when they lie no farther apart than they
/// are wide, and the others end half-way.
std::vector<VoxelSet> shapesBetween(const VoxelSet& a, const VoxelSet& b, int count);

} // namespace annotations
