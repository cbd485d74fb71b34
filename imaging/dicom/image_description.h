#pragma once

#include "imaging/dicom/header.h"
#include "imaging/dicom/lookup_table.h"
#include "imaging/dicom/pixels.h"
#include "imaging/window_level.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace imaging {

/// Where one frame lies in the patient; strings as stored, empty when absent.
struct FrameGeometry
{
    std::string position; ///< (0020,0032)
    std::string orientation; ///< (0020,0037)
    std::string pixelSpacing; ///< (0028,0030)
    std::string sliceThickness; ///< (0018,0050)
    double thicknessMm = 0; ///< (0018,0088) or (0018,0050); 0 when absent.
    /// What may tell apart passes over the same positions: acquisition, time, echo, trigger, stack, diffusion weight.
    std::array<std::string, 6> passes;
    int index = 0; ///< In its file, from 0.
};

/// Stored sample -> rescaled value. PS3.3 C.11.1.
struct Rescale
{
    double slope = 1;
    double intercept = 0;

    friend bool operator==(const Rescale&, const Rescale&) = default;
};

/// What decoding the pictures of one file needs besides their bytes.
struct ImageDescription
{
    std::string path;
    PixelLayout layout;
    PixelElement pixels;
    bool deflated = false;
    std::uint64_t dataOffset = 0;
    std::vector<Rescale> rescale; ///< One per frame, or one for all.
    std::optional<LookupTable> modalityLut;
    std::vector<LookupTable> palette; ///< Red, green, blue; empty unless PALETTE COLOR.
    std::vector<std::uint64_t> extendedOffsets;
    std::vector<std::uint64_t> extendedLengths;
    std::optional<WindowLevel> window;
    std::optional<double> padding; ///< Stored value.
    bool isHounsfield = false;

    const Rescale& rescaleOf(int frame) const
    {
        return rescale[static_cast<std::size_t>(frame) < rescale.size() ? static_cast<std::size_t>(frame) : 0];
    }
};

/// The description of a header whose sizes were checked against the pixel data that is there: rows x columns x frames x
/// samples x bits fit the element's length, or, compressed, a sane ratio. Nothing is allocated by these sizes. Throws
/// Error(InvalidInput|Unsupported) naming the file.
ImageDescription describeImage(const DicomHeader& header);

/// Geometry of each of `frames` frames: from the functional groups of enhanced objects, the frame offsets of RT doses,
/// or the plain attributes (for the first frame only, when there are several).
std::vector<FrameGeometry> frameGeometries(const DicomHeader& header, int frames);

/// Bytes of one frame as stored without compression.
std::uint64_t nativeFrameBits(const PixelLayout& layout);

} // namespace imaging
