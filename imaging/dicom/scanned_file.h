#pragma once

#include "imaging/dicom/header.h"
#include "imaging/dicom/image_description.h"
#include "imaging/dicom/scan.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace imaging {

/// What scanning keeps of one file: enough to put files together into stacks.
struct ScannedFile
{
    SeriesFile file;
    StudyContext study;
    int columns = 0;
    int rows = 0;
    std::string photometric;
    bool hasPictures = false;
    bool displayable = false;
    bool isLocalizer = false;
    std::vector<FrameGeometry> frames;
    std::optional<std::array<double, 2>> pixelSpacing; ///< Row, column distance, mm.
    SpacingKind spacing = SpacingKind::Unknown;
    /// Height and width of a pixel to each other, the smaller one 1, when nothing says how large it is. No millimetres.
    std::optional<std::array<double, 2>> pixelAspect;
    Warnings warnings;
};

/// Whether this header is a DICOMDIR.
bool isDirectory(const DicomHeader& header);

/// Throws Error naming the file when it is no object that can be listed: no class, or a picture whose pixel data cannot
/// be read.
ScannedFile describeFile(const DicomHeader& header);

/// The attributes that objects made from this one carry on, as UTF-8.
StudyContext studyContextOf(const DicomHeader& header);

} // namespace imaging
