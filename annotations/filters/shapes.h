#pragma once

#include "annotations/filters/mask_filter.h"
#include "annotations/filters/voxel_set.h"

#include <stop_token>

namespace annotations::detail {

/// Whether a kind makes a new shape of one label's mask, and leaves all other labels' as they are but for what the new
/// shape takes.
bool makesShape(FilterKind kind);

/// The mask that a filter of such a kind makes of the label's in the scope's box.
/// Throws Error(WrongUse) when it has none there and needs one, and as filterMask().
VoxelSet shapeOf(const LabelBlock& block, const imaging::Volume& picture, const MaskFilter& filter,
    const FilterScope& scope, std::stop_token stop);

/// The label's voxels in the scope's box. Throws Error(WrongUse) when there are none.
VoxelSet drawnVoxels(const LabelBlock& block, const FilterScope& scope);

} // namespace annotations::detail
