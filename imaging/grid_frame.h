#pragma once

#include "imaging/geometry.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

namespace imaging {

/// A grid's indices and patient points, both ways. Axes need not be at right angles. Where a grid's axes or distances
/// are of no use (zero, not finite, three directions in one plane), its voxels count as 1 mm along x, y and z from the
/// patient's origin, so that its own slices can still be shown and drawn on.
class GridFrame
{
public:
    explicit GridFrame(const VoxelGrid& grid);

    /// Centre of a voxel; indices may be fractional.
    PatientPoint toPatient(double column, double row, double slice) const
    {
        return m_origin + column * m_steps[0] + row * m_steps[1] + slice * m_steps[2];
    }

    /// Where a point lies among the voxels: column, row and slice, in fractions.
    std::array<double, 3> toIndex(PatientPoint point) const { return stepInIndex(point - m_origin); }

    /// By how much the indices grow along a way in the patient, mm.
    std::array<double, 3> stepInIndex(PatientPoint way) const
    {
        return {dot(way, m_inverse[0]), dot(way, m_inverse[1]), dot(way, m_inverse[2])};
    }

    /// From a voxel to the next one along an axis of the grid, mm.
    PatientPoint step(std::size_t axis) const { return m_steps[axis]; }

    /// What an axis' index grows by along x, y and z, per mm.
    PatientPoint gradient(std::size_t axis) const { return m_inverse[axis]; }

    /// How far a voxel reaches along a unit direction, mm: half of it on either side of its centre.
    double voxelAlong(PatientPoint direction) const
    {
        return std::abs(dot(m_steps[0], direction)) + std::abs(dot(m_steps[1], direction))
            + std::abs(dot(m_steps[2], direction));
    }

private:
    PatientPoint m_origin;
    std::array<PatientPoint, 3> m_steps;
    std::array<PatientPoint, 3> m_inverse;
};

/// How far the edges of a grid's voxels reach from a point along a unit direction: the lowest and the highest, mm.
std::pair<double, double> reachAlong(const VoxelGrid& grid, PatientPoint from, PatientPoint direction);

} // namespace imaging
