#pragma once

#include "imaging/geometry.h"
#include "imaging/volume.h"

#include <array>
#include <optional>
#include <vector>

namespace annotations {

/// Where the slices of a picture lie in the patient, each by its own position (0020,0032) where it has one: also right in
/// a stack whose slices do not lie on one grid. Columns and rows may be fractional.
class SlicePlaces
{
public:
    explicit SlicePlaces(const imaging::Volume& picture);

    imaging::PatientPoint toPatient(double column, double row, int slice) const;

    /// The reverse: column and row on that slice, and how far in front of it, mm, the point lies along its normal.
    std::array<double, 3> onSlice(int slice, const imaging::PatientPoint& point) const;

    /// Whether a point this far from a slice belongs to it: not farther than half the distance between slices.
    bool isWithin(double distanceMm) const;

    /// The slice that a point lies on, the nearest; none when it belongs to none.
    std::optional<int> sliceOf(const imaging::PatientPoint& point) const;

private:
    imaging::VoxelGrid m_grid;
    imaging::PatientPoint m_normal;
    std::vector<imaging::PatientPoint> m_corners; ///< The centre of each slice's first pixel.
};

} // namespace annotations
