#pragma once

#include "annotations/label_map.h"
#include "annotations/seg/planes.h"
#include "annotations/seg/seg_object.h"
#include "imaging/geometry.h"
#include "imaging/progress.h"
#include "imaging/volume.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace annotations {

/// Reads a DICOM Segmentation or Label Map Segmentation, compressed or not, from an untrusted file: it passes imaging's
/// pre-scan first, and sizes are checked before memory is taken. Throws
/// Error(InvalidInput|Unsupported|NotFound|Io) with a sentence that names the file.
SegObject readSeg(const std::filesystem::path& path);

/// What the file says about itself and its segments, without frames and pixels: quick, however large it is. Throws as
/// readSeg().
SegObject describeSeg(const std::filesystem::path& path);

/// Whether a SEG must not say that it belongs to other pictures: to another patient (0010,0020), or to another frame of
/// reference, whose positions have nothing to do with the picture's (PS3.3 C.7.4.1).
enum class Belonging {
    Required, ///< One that says so is refused, and the user may confirm it (imaging::Confirmable::Run).
    Confirmed, ///< It is laid all the same, with a warning.
};

/// A SEG's segments on a picture.
struct SegOnPicture
{
    LabelMap map;
    std::size_t framesOutside = 0; ///< Frames that lie beyond the picture.
    std::size_t framesUnclear = 0; ///< Frames that do not say which of several slices they belong to: left out, too.
    bool resampled = false; ///< On another grid: each voxel has the value of the nearest one.
};

/// Lays the segments on a picture by the geometry of both: each frame's position, orientation and pixel spacing (PS3.3
/// C.7.6.16.2), axes in any order and direction; on another grid by nearest neighbour, with a warning. Where one of the
/// two has no geometry, as X-rays do, on the images that the frames name. Voxel value = Label::value. Where binary
/// segments overlap the one with the higher number wins, of fractional ones the more probable, with a warning. Throws
/// Error(InvalidInput) with the reason when no frame lies on the picture, its place is open, or it is another's.
SegOnPicture layOn(const SegObject& object, const imaging::Volume& picture, imaging::Warnings& warnings,
    Belonging belonging = Belonging::Required);

/// Says how many frames lie beyond the picture, when there are any.
void warnOfLostFrames(const SegObject& object, std::size_t lost, imaging::Warnings& warnings);

/// The same; frames that lie beyond the picture are left out with a warning.
LabelMap toLabelMap(const SegObject& object, const imaging::Volume& source, imaging::Warnings& warnings);

/// The same on the SEG's own grid (gridOf).
LabelMap toLabelMap(const SegObject& object, imaging::Warnings& warnings);

/// The grid that the SEG's planes span, from positions, orientation and spacing: slices in order along the normal.
/// Throws Error(InvalidInput) when planes are not parallel. Without positions: one slice a source image.
imaging::VoxelGrid gridOf(const SegObject& object, imaging::Warnings& warnings);

/// The frames in the picture's order of rows and columns, to write an object again that was read: overlaps and
/// fractions survive. Nothing when they do not lie each in one of its slices, or hold all segments (label maps): then there is
/// toLabelMap(). Throws as layOn().
std::optional<SegObject> onSlicesOf(
    const SegObject& object, const imaging::Volume& picture, imaging::Warnings& warnings,
    Belonging belonging = Belonging::Required);

struct SegmentInfo
{
    int number = 1; ///< As in the file.
    Label label;
    std::size_t frames = 0;
    std::size_t voxels = 0;
    std::optional<double> millilitres; ///< Nothing when SegInfo::volumes is Unknown.
};

/// What `limn seg info` prints.
struct SegInfo
{
    SegType type = SegType::Binary;
    int columns = 0;
    int rows = 0;
    std::size_t frames = 0;
    std::size_t planes = 0; ///< That a segment has a frame on, or, in a label map, voxels.
    std::string sopInstanceUid;
    std::string seriesInstanceUid;
    std::string sourceSeriesUid;
    std::string seriesDescription;
    std::string contentLabel;
    bool overlap = false;
    VolumeKind volumes = VolumeKind::Known;
    std::vector<SegmentInfo> segments;
    imaging::Warnings warnings;
};

SegInfo segInfo(const SegObject& object);

} // namespace annotations
