#pragma once

#include "imaging/geometry.h"

#include <array>
#include <cstdint>
#include <optional>

namespace imaging {

/// A point as a plane sees it.
struct PlanePoint
{
    double column = 0; ///< In pixels; (0, 0) is the centre of the first one.
    double row = 0;
    double heightMm = 0; ///< Above the plane, along its normal.
};

/// The pixels of a picture as they lie in the patient (LPS, mm): axial, coronal, sagittal or oblique. Pixel numbers are
/// column and row, from 0.
///
///     const Plane coronal = upright(planeOf(grid, axisAcross(grid, Orientation::Coronal), 200));
///     const Plane oblique = planeThrough(grid, point, normal);
///     const std::vector<float> values = reslice(volume, oblique); // imaging/reslice.h
struct Plane
{
    int columns = 0;
    int rows = 0;
    std::array<double, 2> spacingMm{1, 1}; ///< Between columns, between rows.
    PatientPoint origin; ///< Centre of pixel (0, 0).
    /// Unit directions in which column and row numbers grow. At right angles, unless those of a grid are not.
    std::array<PatientPoint, 2> axes{PatientPoint{1, 0, 0}, PatientPoint{0, 1, 0}};

    std::size_t pixels() const { return static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows); }

    /// Unit direction across the plane: that of columns, then rows, then the normal is right-handed.
    PatientPoint normal() const;
    /// Centre of a pixel; numbers may be fractional.
    PatientPoint toPatient(double column, double row) const
    {
        return origin + column * spacingMm[0] * axes[0] + row * spacingMm[1] * axes[1];
    }
    PlanePoint toPlane(PatientPoint point) const;

    friend bool operator==(const Plane&, const Plane&) = default;
};

/// One of a grid's own axes.
enum class GridAxis : std::uint8_t { Column, Row, Slice };

/// The usual ways to look at a patient: across head-foot, front-back, left-right.
enum class Orientation : std::uint8_t { Axial, Coronal, Sagittal };

/// How many layers of voxels a grid has along an axis.
int layersAlong(const VoxelGrid& grid, GridAxis axis);

/// The axis of a grid that runs most nearly across the pictures of an orientation. No two orientations have the same.
GridAxis axisAcross(const VoxelGrid& grid, Orientation orientation);

/// A layer of a grid's voxels, a pixel for each, in the order of the grid: for Slice the slice as stored, for Row the
/// columns of all slices, for Column the rows of all slices. Throws Error(WrongUse) when there is no such layer.
Plane planeOf(const VoxelGrid& grid, GridAxis across, int layer);

/// A plane across `normal` (of any length, either way) through `point`, which is the centre of a pixel. The picture is
/// upright as said at `upright`, its pixels are squares as fine as the grid's finest, coarser where there would be more
/// than 4096 side by side, and it holds the whole grid however far it is moved. Throws Error(WrongUse) for a normal
/// without length and for what is not finite or farther than 1000 km.
Plane planeThrough(const VoxelGrid& grid, PatientPoint point, PatientPoint normal);

/// The same pixels laid as is usual: the patient's left to the right, the head up or, on axial ones, the back down; on
/// sagittal ones the front to the left. By the patient's axis that each of the plane's follows most nearly.
Plane upright(const Plane& plane);

/// The plane moved along its normal.
Plane moved(Plane plane, double mm);

/// Whether both are the same pixels in the same order: their corners lie within a thousandth of a pixel of each other.
bool samePixels(const Plane& a, const Plane& b);

/// The slice of a grid whose pixels these are, in the same order; nothing for other planes.
std::optional<int> sliceOn(const VoxelGrid& grid, const Plane& plane);

struct PatientLine
{
    PatientPoint point;
    PatientPoint direction; ///< Of length 1.
};

/// Where two planes meet, by the point of it that is nearest to the middle between their first pixels; nothing for
/// planes that are parallel.
std::optional<PatientLine> intersection(const Plane& a, const Plane& b);

} // namespace imaging
