#pragma once

#include "annotations/tools/tool.h"
#include "annotations/tools/voxel_rows.h"

#include <optional>
#include <span>

namespace annotations::detail {

/// The voxel of a grid that a position on a plane lies in; nothing outside the grid. Throws Error(WrongUse) when the
/// plane's place is not finite.
std::optional<imaging::VoxelIndex> voxelUnder(
    const imaging::VoxelGrid& grid, const imaging::Plane& plane, PlanePosition position);

/// Where a tool looks for what is connected with `seed`, as the user has chosen. A box holds 8 million voxels at most:
/// more would take longer than a hand waits.
VoxelRows rowsAround(const imaging::VoxelGrid& grid, const ToolOptions& options, imaging::VoxelIndex seed);

/// Gives the box that was painted over; nothing for no voxels.
std::optional<MaskRegion> paintSpans(MaskEdit& edit, std::span<const RowSpan> spans, std::uint16_t value);

} // namespace annotations::detail
