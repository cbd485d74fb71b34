#pragma once

#include "annotations/mask_edit.h"
#include "annotations/tools/plane_cut.h"
#include "annotations/tools/tool.h"
#include "imaging/plane.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

namespace annotations {

/// Paints what lies within a polygon on a plane: axial, coronal, sagittal or oblique. A voxel is painted when the plane
/// cuts it, as a brush does (BrushStroke), and its centre lies, seen along the plane's normal, within the polygon; where
/// that crosses itself, a part counts as within when a way out of it crosses the outline an odd number of times. The
/// last corner is joined to the first. `value` 0 erases. Gives the box that was painted over; nothing for fewer than
/// three corners and where no voxel lies within. Throws Error(WrongUse) when the plane's place is not finite.
std::optional<MaskRegion> fillPolygon(
    MaskEdit& edit, const imaging::Plane& plane, std::span<const PlanePosition> corners, std::uint16_t value);

/// Voxels of one row of a grid, from the first column to the last.
using PolygonRuns = std::function<void(int first, int last, int row, int slice)>;

/// The voxels that `cut` cuts on one side of a polygon: within it as said at fillPolygon, or outside. None for fewer
/// than three corners.
void forRunsInPolygon(const detail::PlaneCut& cut, const imaging::VoxelGrid& grid,
    std::span<const PlanePosition> corners, CutChoice::Side side, const PolygonRuns& runs);

} // namespace annotations
