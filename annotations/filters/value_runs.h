#pragma once

#include "annotations/filters/mask_filter.h"
#include "annotations/filters/voxel_set.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace annotations::detail {

/// What the voxels of the scope's box are to hold, a row at a time: gets row and slice (the picture's numbers), the values
/// that they hold from the box's first column on, and a copy of these to change. Called from several threads.
using WantedValues = std::function<void(
    int row, int slice, std::span<const std::uint16_t> now, std::span<std::uint16_t> wanted)>;

/// The runs that make what is wanted, as far as locks and the rule for other labels' voxels let them: a value that becomes
/// 0 or another label's own may always do so where it is the scope's label or `given`.
FilterOutcome runsFor(const LabelBlock& block, const FilterScope& scope, std::span<const std::uint16_t> given,
    const WantedValues& wanted, std::stop_token stop = {});

/// The label holds `set` and nothing else in the scope's box, whose first column is `firstColumn`.
WantedValues replaceBy(const VoxelSet& set, std::uint16_t label, int firstColumn);
/// The label holds `set`, too. Both must outlive what they give.
WantedValues addTo(const VoxelSet& set, std::uint16_t label, int firstColumn);

} // namespace annotations::detail
