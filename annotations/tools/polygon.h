#pragma once

#include "annotations/mask_edit.h"
#include "annotations/tools/tool.h"
#include "imaging/plane.h"

#include <cstdint>
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

} // namespace annotations
