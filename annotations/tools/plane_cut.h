#pragma once

#include "annotations/mask_delta.h"
#include "annotations/tools/swept_disc.h"
#include "imaging/grid_frame.h"
#include "imaging/plane.h"

#include <array>
#include <optional>

namespace annotations::detail {

/// mm along a plane's columns, across them on the plane, and along its normal.
using PlaneVector = std::array<double, 3>;

/// The voxels of a grid that a plane cuts, in rows of voxels along the grid's columns. A plane cuts a voxel when its
/// centre is not farther away than half of what the voxel measures along the normal.
class PlaneCut
{
public:
    /// Throws Error(WrongUse) when the plane's place is not finite.
    PlaneCut(const imaging::VoxelGrid& grid, const imaging::Plane& plane);

    PlaneVector onPlane(imaging::PatientPoint way) const;
    /// Of a position in the plane's pixels.
    PlaneVector placeOf(double column, double row) const;
    /// The voxel indices of a place, in fractions.
    std::array<double, 3> indexOf(const PlaneVector& place) const;
    /// What an index grows by on the plane and along its normal, per mm.
    PlaneVector gradient(std::size_t axis) const { return onPlane(m_frame.gradient(axis)); }

    /// The centre of the first voxel of a row of voxels, and the way from a voxel to the next one in it.
    PlaneVector rowStart(int row, int slice) const;
    const PlaneVector& rowStep() const { return m_steps[0]; }
    /// The steps along a row of voxels, from a height above the plane, at which the plane cuts voxels.
    LinePart cutPart(double height) const;
    /// Heights above the plane of the centres of the voxels that it cuts.
    const LinePart& heightsMm() const { return m_heightsMm; }
    /// Cuts, from now on, also the voxels in front of the plane and behind it: within these heights.
    void reachOver(const LinePart& heightsMm);

private:
    imaging::Plane m_plane;
    imaging::GridFrame m_frame;
    std::array<imaging::PatientPoint, 3> m_axes;
    std::array<PlaneVector, 3> m_steps; ///< From a voxel to the next along an axis of the grid.
    PlaneVector m_start; ///< Of voxel (0, 0, 0).
    LinePart m_heightsMm;
};

/// The voxel at fractional indices, when it lies in the grid. Of two that are equally near that of the higher index.
std::optional<imaging::VoxelIndex> voxelAt(const imaging::VoxelGrid& grid, const std::array<double, 3>& index);

/// Whole numbers of a range among 0..size-1; empty ones end before they begin.
std::array<int, 2> wholeNumbers(double first, double last, int size);

/// How far from a whole number an index still counts as that, of a voxel.
constexpr double kSameVoxel = 1e-9;

void include(std::optional<MaskRegion>& region, const MaskRegion& painted);

} // namespace annotations::detail
