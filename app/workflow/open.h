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

/// Whether the series is a NIfTI, NRRD, PNG or JPEG file, not DICOM.
bool isPictureFile(const imaging::SeriesInfo& series);

/// Whether the series is a picture; masks, reports and the like are listed only.
bool canBeShown(const imaging::SeriesInfo& series);

/// What lies at a path: a NIfTI, NRRD, PNG or JPEG file as one series, unread, even if it is not there; else what
/// imaging::scanPath() finds. Throws as that does.
imaging::ScanResult findSeries(
    const std::filesystem::path& path, std::stop_token stop, const imaging::Progress& progress);

/// Reads what findSeries() found; the series' own warnings come first. Throws as imaging::readVolume and
/// imaging::readImageFile do.
Opened readSeries(const imaging::SeriesInfo& series, std::stop_token stop, const imaging::Progress& progress);

/// Both at once: opens a DICOM file, folder or zip archive (one series of it, chosen by `series` as scanPath names it, or
/// the only displayable one), or a NIfTI, NRRD or PNG file. Throws Error(NotFound) when nothing there can be shown or
/// `series` is not there, Error(InvalidInput) when several series are there and none was named; the sentence lists them.
Opened openPicture(const std::filesystem::path& path, const std::string& series, std::stop_token stop,
    const imaging::Progress& progress);

} // namespace app
