#pragma once

#include "imaging/plane.h"
#include "imaging/volume.h"

#include <cstdint>
#include <span>
#include <vector>

namespace imaging {

/// How a value between voxels is found. Half a voxel around the outermost centres still has their values.
enum class Interpolation : std::uint8_t {
    Nearest,
    Trilinear, ///< Exact where values change linearly.
};

struct ResliceOptions
{
    Interpolation interpolation = Interpolation::Trilinear;
    float outside = 0; ///< The value of pixels outside the volume.
    unsigned threads = 0; ///< Not more than these; 0: one a core, and one alone for small pictures.
};

/// The values of a volume on a plane, row by row, the components of a colour volume interleaved. A plane whose pixels
/// are voxels (imaging::planeOf, also turned or reaching over the edge) is copied, nothing is interpolated then. Throws
/// Error(WrongUse) for a plane without pixels or with a place that is not finite.
std::vector<float> reslice(const Volume& volume, const Plane& plane, const ResliceOptions& options = {});

/// The labels of the voxels that lie nearest to the pixels of a plane, row by row; 0 outside the grid. `voxels` holds
/// one label for each voxel of the grid, as annotations::LabelMap::voxels does. Throws as `reslice`, and
/// Error(Internal) when they do not fit the grid.
std::vector<std::uint16_t> resliceLabels(
    std::span<const std::uint16_t> voxels, const VoxelGrid& grid, const Plane& plane);

} // namespace imaging
