#pragma once

#include "annotations/dicom/provenance.h"
#include "imaging/volume.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace annotations {

/// A picture as it is seen, with whatever is drawn into it.
struct CapturedPicture
{
    int columns = 0;
    int rows = 0;
    std::vector<std::uint8_t> pixels; ///< Red, green and blue of each, row by row.
    int slice = 0; ///< Of the source that it shows.
};

struct CaptureOptions
{
    std::string seriesDescription = "Limn picture with masks"; ///< "Research use only" is added.
    int seriesNumber = 0; ///< 0: one that nothing else in the study uses.
    std::string softwareVersion = "0.1.0";
    Provenance provenance;
};

/// Writes it as a DICOM Secondary Capture (PS3.3 A.8.1) in the study of the source, which it names; Burned In Annotation
/// (0028,0301) is YES. The file appears complete or not at all. Gives the SOP Instance UID. Throws Error(InvalidInput) when
/// the source is not DICOM or the pixels do not fit the size; Error(Io) when the file cannot be written.
std::string writeSecondaryCapture(const std::filesystem::path& path, const imaging::Volume& source,
    const CapturedPicture& picture, const CaptureOptions& options = {});

} // namespace annotations
