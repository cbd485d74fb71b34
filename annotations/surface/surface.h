#pragma once

#include "annotations/label_map.h"
#include "annotations/mask_delta.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <stop_token>
#include <vector>

namespace annotations {

/// The skin of a segment: triangles in the patient (LPS, mm), their corners counter-clockwise seen from outside.
struct Surface
{
    std::vector<std::array<float, 3>> points;
    std::vector<std::array<std::uint32_t, 3>> triangles; ///< Places in `points`.
};

/// Where a segment lies, and what tells its voxels from others'.
struct SegmentExtent
{
    MaskRegion box;
    std::uint64_t voxels = 0;
    std::uint64_t digest = 0; ///< Of the places of its voxels.

    friend bool operator==(const SegmentExtent&, const SegmentExtent&) = default;
};

/// Of every value but 0 that the map has, in one pass. Stops early, with what was seen so far, when asked.
std::map<std::uint16_t, SegmentExtent> extentsOf(const LabelMap& map, std::stop_token stop = {});

/// How far the steps between voxels are smoothed away.
enum class Smoothing {
    None,
    Usual, ///< Windowed sinc (Taubin et al. 1996): keeps the volume, moves points by less than a voxel.
};

/// The skin of the voxels with `value` in `box` (discrete flying edges, Schroeder et al. 2015); closed, also where the box
/// ends. Empty for a value that is not there. Opens limn-surface on first need; throws Error(NotFound) when it cannot be
/// opened.
Surface surfaceOf(const LabelMap& map, std::uint16_t value, const MaskRegion& box, Smoothing smoothing);

/// Volume that a closed surface encloses, mm^3.
double enclosedVolume(const Surface& surface);

/// Writes a binary STL: millimetres, LPS. Throws Error(Io) when it cannot be written.
void writeStl(const std::filesystem::path& path, const Surface& surface);

} // namespace annotations
