#pragma once

#include "annotations/seg/seg_object.h"
#include "imaging/geometry.h"
#include "imaging/progress.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace annotations {

/// "x\\y\\z" as a point; nothing when it is not three finite numbers.
std::optional<imaging::PatientPoint> parsePosition(const std::string& text);

/// "x\\y\\z\\x\\y\\z" as two unit directions that stand on each other.
std::optional<std::array<imaging::PatientPoint, 2>> parseOrientation(const std::string& text);

/// The grid that a SEG's planes span, and where each frame lies on it.
struct SegPlanes
{
    imaging::VoxelGrid grid;
    std::vector<int> slices; ///< Per frame.
    bool regular = true; ///< False: only a stack of planes, spacing between slices is a mean.
};

/// Throws Error(InvalidInput) when planes are not parallel, or span more voxels than can be held.
SegPlanes layOutPlanes(const SegObject& object, imaging::Warnings& warnings);

} // namespace annotations
