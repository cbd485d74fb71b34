#pragma once

#include "annotations/label_map.h"
#include "annotations/seg/seg_object.h"
#include "imaging/geometry.h"
#include "imaging/progress.h"
#include "imaging/volume.h"

#include <filesystem>
#include <string>
#include <vector>

namespace annotations {

/// Reads a DICOM Segmentation from an untrusted file: it passes imaging's pre-scan first, and sizes are checked before
/// memory is taken. A Label Map Segmentation becomes one binary mask for each segment. Throws
/// Error(InvalidInput|Unsupported|NotFound|Io) with a sentence that names the file.
SegObject readSeg(const std::filesystem::path& path);

/// The segments on the grid of the volume they were made from: frames are matched by source instance, then by position.
/// Voxel value = segment number. Where segments overlap the later one wins, with a warning; frames that belong to no
/// slice are left out with a warning. Throws Error(InvalidInput) when rows and columns differ or no frame fits.
LabelMap toLabelMap(const SegObject& object, const imaging::Volume& source, imaging::Warnings& warnings);

/// The same on the SEG's own grid (gridOf).
LabelMap toLabelMap(const SegObject& object, imaging::Warnings& warnings);

/// The grid that the SEG's planes span, from positions, orientation and spacing: slices in order along the normal.
/// Throws Error(InvalidInput) when planes are not parallel. Without positions: one slice a source image.
imaging::VoxelGrid gridOf(const SegObject& object, imaging::Warnings& warnings);

/// Slice of `source` that each frame lies on, -1 for none: to write an object again that was read
/// (SegObject::setSlices).
std::vector<int> slicesIn(const SegObject& object, const imaging::Volume& source);

struct SegmentInfo
{
    int number = 1;
    Label label;
    std::size_t frames = 0;
    std::size_t voxels = 0;
    double millilitres = 0; ///< 0 when the planes do not form a volume.
};

/// What `limn seg info` prints.
struct SegInfo
{
    SegType type = SegType::Binary;
    int columns = 0;
    int rows = 0;
    std::size_t frames = 0;
    std::size_t planes = 0;
    std::string sopInstanceUid;
    std::string seriesInstanceUid;
    std::string sourceSeriesUid;
    std::string seriesDescription;
    std::string contentLabel;
    bool overlap = false;
    std::vector<SegmentInfo> segments;
    imaging::Warnings warnings;
};

SegInfo segInfo(const SegObject& object);

} // namespace annotations
