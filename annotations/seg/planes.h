#pragma once

#include "annotations/seg/seg_object.h"
#include "imaging/geometry.h"
#include "imaging/progress.h"

#include <optional>
#include <vector>

namespace annotations {

/// How far a volume in millilitres can be trusted.
enum class VolumeKind {
    Known, ///< Pixel spacing and the distance of slices are stored.
    Estimate, ///< The distance is a mean, was found from the positions alone, or gaps lie between the slices.
    Unknown, ///< No sizes, no positions, or an X-ray, whose areas are shadows.
};

/// The grid that a SEG's planes span, and where each frame lies on it.
struct SegPlanes
{
    imaging::VoxelGrid grid;
    std::vector<int> slices; ///< Per frame.
    bool regular = true; ///< False: a stack of planes only, whose places `grid` does not tell.
    VolumeKind volumes = VolumeKind::Known;
};

/// Throws Error(InvalidInput) when planes are not parallel, or span more voxels than can be held.
SegPlanes layOutPlanes(const SegObject& object, imaging::Warnings& warnings);

/// The pixels of one frame as a grid of one slice, by its own position, orientation and pixel spacing; nothing when it
/// lacks one of them.
std::optional<imaging::VoxelGrid> gridOfFrame(const SegObject& object, const SegFrame& frame);

} // namespace annotations
