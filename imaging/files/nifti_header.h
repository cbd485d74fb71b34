#pragma once

#include "imaging/geometry.h"
#include "imaging/progress.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace imaging::detail {

/// What the first bytes of a NIfTI-1 or NIfTI-2 file say, numbers as stored.
struct NiftiHeader
{
    bool swapped = false; ///< The file has the other byte order than this machine.
    bool detached = false; ///< The voxels are in a file of their own (.hdr and .img).
    std::array<std::int64_t, 8> dim{}; ///< Number of dimensions, then their sizes.
    int datatype = 0;
    std::array<double, 8> pixdim{}; ///< [0] is the sign of the third axis, then the distances.
    double voxelOffset = 0;
    double slope = 0;
    double intercept = 0;
    int units = 0; ///< xyzt_units
    int qformCode = 0;
    int sformCode = 0;
    std::array<double, 6> qform{}; ///< Quaternion b, c, d and the offset x, y, z.
    std::array<double, 12> sform{}; ///< Three rows of four.
};

inline constexpr std::size_t kNiftiHeaderBytes = 540; ///< Of NIfTI-2, the longer one.

/// Nothing when these are not the first bytes of a NIfTI file. `bytes` may be fewer than kNiftiHeaderBytes for NIfTI-1.
std::optional<NiftiHeader> parseNiftiHeader(std::span<const std::byte> bytes);

/// Where the voxels of a NIfTI file lie.
struct NiftiGeometry
{
    PatientPoint origin; ///< LPS, mm.
    std::array<PatientPoint, 3> axes{PatientPoint{1, 0, 0}, PatientPoint{0, 1, 0}, PatientPoint{0, 0, 1}};
    std::array<double, 3> spacingMm{1, 1, 1};
    bool spacingKnown = false;
    bool axesKnown = false; ///< False when neither form is usable: the axes are then the picture's alone.
};

/// The sform when it is the scanner's or there is no qform, else the qform, as ITK (and so 3D Slicer and ITK-SNAP) has
/// it; brought from RAS to LPS and to millimetres. Warns when the two disagree or cannot be used.
NiftiGeometry niftiGeometry(const NiftiHeader& header, Warnings& warnings);

} // namespace imaging::detail
