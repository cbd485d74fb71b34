#pragma once

#include "annotations/index_map.h"
#include "annotations/label_map.h"
#include "imaging/geometry.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace annotations {

/// Where the voxels of a picture lie. A stack of slices with changing distances or a tilt is no grid: `grid` then says
/// only how many voxels there are, and the slices say where.
struct PictureGrid
{
    imaging::VoxelGrid grid;
    bool regular = true; ///< The voxels lie where `grid` says.
    std::vector<imaging::VoxelGrid> slices; ///< Of one slice each, as their headers have them; may be empty.
};

/// How voxels lie among those of a picture.
enum class Fit {
    Exact, ///< Each voxel centre is one of the picture's: axes may be swapped, flipped and shifted.
    Outside, ///< Beyond the picture's voxels.
    Several, ///< On several slices that lie at the same place: of different times, for example.
    OtherGrid, ///< Between its voxels: other spacing, turned, or shifted by a part of a voxel.
};

/// The place of a part of a mask (all of it, or one plane) on a picture.
struct Placement
{
    Fit fit = Fit::Outside;
    IndexMap map; ///< For Exact: the part's indices as the picture's, which may lie outside it.
};

/// Finds the place of a grid's voxels among those of a picture, by where both lie in the patient.
Placement placeOn(const imaging::VoxelGrid& part, const PictureGrid& picture);

/// A mask on the voxels of a picture.
struct LaidMask
{
    LabelMap map;
    bool resampled = false; ///< On another grid: each voxel has the value of the mask's voxel that is nearest.
    std::size_t outside = 0; ///< Labelled voxels of the mask that lie beyond the picture; 0 when resampled.
};

/// Lays a mask on a picture by where the voxels of both lie: exactly where they coincide, axes in any order and
/// direction, otherwise by nearest neighbour. Throws Error(InvalidInput) with the reason when no labelled voxel lies on
/// the picture, or when the mask is shifted by half a voxel, so that which of two neighbours is meant is open.
LaidMask layOn(const LabelMap& mask, const PictureGrid& picture);

/// Lays a mask on a picture that says in which directions its axes run, and not where it lies, as X-rays do: voxel for
/// voxel, axes in any order and direction; `axes` are the picture's in the patient. Throws Error(InvalidInput) with the
/// reason when directions or sizes differ.
LaidMask layByAxes(
    const LabelMap& mask, const std::array<imaging::PatientPoint, 3>& axes, const imaging::VoxelGrid& picture);

/// What was done to a mask on another grid, as a sentence for the user.
std::string resamplingNote(const imaging::VoxelGrid& mask, const imaging::VoxelGrid& picture);

/// The smallest grid, with the axes of `a`, that holds every voxel of both. Nothing when the voxels of the two do not
/// coincide (other spacing, turned, or shifted by a part of a voxel), or the grid would be too large to hold. Axes may
/// be swapped or flipped: a NIfTI file may store the same voxels in another order than a SEG.
std::optional<imaging::VoxelGrid> commonGrid(const imaging::VoxelGrid& a, const imaging::VoxelGrid& b);

/// The same voxels in the order of `target`; nothing is interpolated, what `map` does not cover is 0. Throws
/// Error(InvalidInput) when the voxels do not coincide, or a labelled one lies outside `target`.
LabelMap onGrid(const LabelMap& map, const imaging::VoxelGrid& target);

} // namespace annotations
