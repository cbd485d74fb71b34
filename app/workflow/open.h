#pragma once

#include "imaging/dicom/scan.h"
#include "imaging/progress.h"
#include "imaging/volume.h"

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>

namespace app {

/// A picture or series that was opened.
struct Opened
{
    std::shared_ptr<const imaging::Volume> volume; ///< Null when cancelled.
    imaging::Warnings warnings;
};

/// Opens a DICOM file, folder or zip archive (one series of it, chosen by `series` as scanPath names it, or the only
/// displayable one), or a NIfTI, NRRD or PNG file. Throws Error(NotFound) when nothing there can be shown or `series` is
/// not there, Error(InvalidInput) when several series are there and none was named; the sentence lists them.
Opened openPicture(const std::filesystem::path& path, const std::string& series, std::stop_token stop,
    const imaging::Progress& progress);

} // namespace app
