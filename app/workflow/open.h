#pragma once

#include "imaging/dicom/scan.h"
#include "imaging/progress.h"
#include "imaging/volume.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
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

/// Which series of several is meant.
struct SeriesChoice
{
    std::optional<std::size_t> chosen; ///< The first of those that are meant; nothing: none can be shown.
    std::size_t meant = 0; ///< How many are: above 1 the choice is open.
    bool wantedIsThere = true; ///< False: the one that was asked for is not among them, so all are meant.
};

/// Of the series that can be shown: the one with the id `wanted`, else those with that Series Instance UID (0020,000E),
/// else all; all, too, when `wanted` is empty. A lone picture file, which has no id of its own, is always meant.
SeriesChoice chooseSeries(std::span<const imaging::SeriesInfo> series, const std::string& wanted);

/// Reads what findSeries() found; the series' own warnings come first. Throws as imaging::readVolume and
/// imaging::readImageFile do.
Opened readSeries(const imaging::SeriesInfo& series, std::stop_token stop, const imaging::Progress& progress);

/// Both at once: opens a DICOM file, folder or zip archive (one series of it, chosen by `series` as chooseSeries does, or
/// the only displayable one), or a NIfTI, NRRD or PNG file. Throws Error(NotFound) when nothing there can be shown or
/// `series` is not there, Error(InvalidInput) when several series are there and none was named; the sentence lists them.
Opened openPicture(const std::filesystem::path& path, const std::string& series, std::stop_token stop,
    const imaging::Progress& progress);

} // namespace app
