#pragma once

#include "annotations/mask_edit.h"
#include "imaging/plane.h"

#include <cstdint>

namespace annotations {

/// Takes a label away from the voxels that a plane cuts, axial, coronal, sagittal or oblique: from those that a brush
/// would paint on it (BrushTip::Disc), of a layer of voxels from that layer alone. Throws Error(WrongUse) when the
/// plane's place is not finite.
void eraseOnPlane(MaskEdit& edit, const imaging::Plane& plane, std::uint16_t label);

namespace detail {

/// The same for the voxels from the first to the last in memory order.
void eraseInRow(MaskEdit& edit, std::size_t first, std::size_t last, std::uint16_t label);

} // namespace detail

} // namespace annotations
