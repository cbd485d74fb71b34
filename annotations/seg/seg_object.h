#pragma once

#include "annotations/label.h"
#include "annotations/label_map.h"
#include "imaging/progress.h"
#include "imaging/volume.h"

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace annotations {

/// (0062,0001) and (0062,0010).
enum class SegType { Binary, FractionalProbability, FractionalOccupancy, LabelMap };

/// One frame of a SEG: one segment on one plane, or, in a label map, all segments of a plane.
struct SegFrame
{
    int segment = 1; ///< Index into SegObject::segments, from 1; says nothing in a label map.
    int slice = -1; ///< Slice of the source volume; -1 when not known (as read from a file).
    std::string position; ///< (0020,0032) as stored; empty when absent.
    std::string orientation; ///< (0020,0037) as stored.
    std::string pixelSpacing; ///< (0028,0030) as stored.
    std::string sourceSopInstanceUid; ///< (0008,1155) of the source image; empty when none or several are named.
    int sourceFrame = 1; ///< (0008,1160), from 1; 0 when it is absent (all frames) or names several.

    friend bool operator==(const SegFrame&, const SegFrame&) = default;
};

/// A DICOM Segmentation in memory: segments that may overlap, one bitmap a frame; binary pixels stay packed. Or a label
/// map (PS3.3 A.51, C.8.20.2), whose frames hold the values of the segments' labels.
class SegObject
{
public:
    SegObject(SegType type, int columns, int rows);

    /// Adds a plane: 0 and 1 for binary, 0..maximumFractionalValue for fractional, row by row.
    /// Throws Error(Internal) when `values` is not columns x rows.
    void addFrame(SegFrame frame, std::span<const std::uint8_t> values);
    /// Adds a plane: where `labels` equals `value`. Gives false, and adds nothing, when that is nowhere. Binary only.
    bool addFrame(SegFrame frame, std::span<const std::uint16_t> labels, std::uint16_t value);
    /// Takes all pixels of the frames over as stored in (7FE0,0010). Throws Error(InvalidInput) when there are too few.
    void setFrames(std::vector<SegFrame> frames, std::vector<std::uint8_t> pixels);

    /// Takes the frames of a label map over: Label::value of a segment, 0 for none. Throws Error(Internal) when the
    /// sizes do not fit.
    void setLabels(std::vector<SegFrame> frames, LabelMap::Voxels values);

    SegType type() const { return m_type; }
    int columns() const { return m_columns; }
    int rows() const { return m_rows; }
    std::size_t framePixels() const { return static_cast<std::size_t>(m_columns) * static_cast<std::size_t>(m_rows); }
    const std::vector<SegFrame>& frames() const { return m_frames; }
    std::span<const std::uint8_t> pixels() const { return m_pixels; }
    /// Values of one frame of a label map.
    std::span<const std::uint16_t> labels(std::size_t index) const;
    /// Pixels of one frame that is none of a label map, as given to addFrame.
    std::vector<std::uint8_t> frame(std::size_t index) const;
    /// Pixels of one frame that are not 0 (binary), or at least half of the maximum (fractional). Not for label maps.
    std::size_t countVoxels(std::size_t index) const;
    /// Whether two segments hold the same pixel of the same plane.
    bool hasOverlap() const;

    /// In the order of the file. `value` is the segment number of objects that were read; written ones get the numbers
    /// 1 to N.
    std::vector<Label> segments;
    int maximumFractionalValue = 255; ///< (0062,000E)
    std::string pixelSpacing; ///< (0028,0030) of the first frame as stored; empty when absent.
    double sliceSpacingMm = 0; ///< (0018,0088); 0 when absent.
    double sliceThicknessMm = 0; ///< (0018,0050); 0 when absent.
    std::string sopInstanceUid; ///< Empty before writing.
    std::string contentLabel;
    std::string contentDescription;
    imaging::StudyContext study; ///< Of the SEG itself: its own series, the patient and study of the source.
    std::string sourceSeriesUid; ///< From (0008,1115); empty when absent.
    std::set<std::string> sourceInstances; ///< SOP Instance UIDs of all images that frames name as their source.
    bool isOfProjection = false; ///< Those are X-rays: an area in them is the shadow of a volume, not a slice of it.
    imaging::Warnings warnings; ///< What had to be changed when it was read.

private:
    SegType m_type;
    int m_columns;
    int m_rows;
    std::vector<SegFrame> m_frames;
    std::vector<std::uint8_t> m_pixels;
    LabelMap::Voxels m_labels;
};

} // namespace annotations
