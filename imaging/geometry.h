#pragma once

#include <array>
#include <cmath>

namespace imaging {

/// A point or direction in the patient's frame: millimetres, LPS (+x to the patient's left, +y to the back, +z to the head).
struct PatientPoint
{
    double x = 0;
    double y = 0;
    double z = 0;

    friend PatientPoint operator+(PatientPoint a, PatientPoint b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
    friend PatientPoint operator-(PatientPoint a, PatientPoint b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
    friend PatientPoint operator*(double s, PatientPoint a) { return {s * a.x, s * a.y, s * a.z}; }
    friend bool operator==(const PatientPoint&, const PatientPoint&) = default;
};

inline double dot(PatientPoint a, PatientPoint b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}

inline PatientPoint cross(PatientPoint a, PatientPoint b)
{
    return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

inline double length(PatientPoint a)
{
    return std::sqrt(dot(a, a));
}

/// A voxel by its indices, from 0.
struct VoxelIndex
{
    int column = 0;
    int row = 0;
    int slice = 0;

    friend bool operator==(const VoxelIndex&, const VoxelIndex&) = default;
};

/// The regular grid that voxels lie on. Memory order: column fastest, then row, then slice.
struct VoxelGrid
{
    int columns = 0;
    int rows = 0;
    int slices = 0;
    /// Distance between neighbours along column, row and slice index, mm. (0028,0030) is (row, column): mind the order.
    std::array<double, 3> spacingMm{1, 1, 1};
    /// Centre of voxel (0,0,0).
    PatientPoint origin;
    /// Unit directions in which the column, row and slice index grow. The first two are (0020,0037)'s halves.
    std::array<PatientPoint, 3> axes{PatientPoint{1, 0, 0}, PatientPoint{0, 1, 0}, PatientPoint{0, 0, 1}};

    std::size_t sliceVoxels() const { return static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows); }
    std::size_t voxels() const { return sliceVoxels() * static_cast<std::size_t>(slices); }

    std::size_t offset(VoxelIndex v) const
    {
        return (static_cast<std::size_t>(v.slice) * static_cast<std::size_t>(rows) + static_cast<std::size_t>(v.row))
            * static_cast<std::size_t>(columns)
            + static_cast<std::size_t>(v.column);
    }

    bool contains(VoxelIndex v) const
    {
        return v.column >= 0 && v.column < columns && v.row >= 0 && v.row < rows && v.slice >= 0 && v.slice < slices;
    }

    /// Centre of a voxel; indices may be fractional.
    PatientPoint toPatient(double column, double row, double slice) const
    {
        return origin + column * spacingMm[0] * axes[0] + row * spacingMm[1] * axes[1] + slice * spacingMm[2] * axes[2];
    }

    friend bool operator==(const VoxelGrid&, const VoxelGrid&) = default;
};

} // namespace imaging
