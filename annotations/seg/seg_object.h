#pragma once

#include "annotations/label.h"
#include "imaging/geometry.h"
#include "imaging/volume.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace annotations {

/// (0062,0001) and (0062,0010).
enum class SegType { Binary, FractionalProbability, FractionalOccupancy };

/// One frame of a SEG: one segment on one plane.
struct SegFrame
{
    int segment = 1; ///< Index into SegObject::segments, from 1 (the segment number).
    int slice = -1; ///< Slice of the source volume; -1 when not known (as read from a file).
    std::string position; ///< (0020,0032) as stored; empty when absent.
    std::string orientation; ///< (0020,0037) as stored.
    std::string sourceSopInstanceUid; ///< First (0008,1155) of the source image sequence; empty when absent.
    int sourceFrame = 1;

    friend bool operator==(const SegFrame&, const SegFrame&) = default;
};

/// A DICOM Segmentation in memory: segments that may overlap, one bitmap a frame. Binary pixels stay packed.
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

    /// Says on which slice of the source each frame lies (slicesIn). Throws Error(WrongUse) when the numbers differ.
    void setSlices(std::span<const int> slices);

    SegType type() const { return m_type; }
    int columns() const { return m_columns; }
    int rows() const { return m_rows; }
    std::size_t framePixels() const { return static_cast<std::size_t>(m_columns) * static_cast<std::size_t>(m_rows); }
    const std::vector<SegFrame>& frames() const { return m_frames; }
    std::span<const std::uint8_t> pixels() const { return m_pixels; }
    /// Pixels of one frame, as given to addFrame.
    std::vector<std::uint8_t> frame(std::size_t index) const;
    /// Pixels of one frame that are not 0 (binary), or at least half of the maximum (fractional).
    std::size_t countVoxels(std::size_t index) const;
    /// Whether two segments hold the same pixel of the same plane.
    bool hasOverlap() const;

    std::vector<Label>
        segments; ///< Segment number = index + 1; `value` is the segment number in objects that were read.
    int maximumFractionalValue = 255; ///< (0062,000E)
    bool isFromLabelMap = false; ///< Read from a Label Map Segmentation, whose frames hold all segments of a plane.
    std::string pixelSpacing; ///< (0028,0030) as stored; empty when absent.
    double sliceSpacingMm = 0; ///< (0018,0088); 0 when absent.
    std::string sopInstanceUid; ///< Empty before writing.
    std::string contentLabel;
    std::string contentDescription;
    imaging::StudyContext study; ///< Of the SEG itself: its own series, the patient and study of the source.
    std::string sourceSeriesUid; ///< From (0008,1115); empty when absent.

private:
    SegType m_type;
    int m_columns;
    int m_rows;
    std::vector<SegFrame> m_frames;
    std::vector<std::uint8_t> m_pixels;
};

} // namespace annotations
