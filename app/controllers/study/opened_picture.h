#pragma once

#include "imaging/dicom/scan.h"
#include "imaging/progress.h"
#include "imaging/volume.h"
#include "ui/views/slice_pixels.h"

#include <QImage>

#include <memory>
#include <optional>
#include <stop_token>

namespace app {

/// All that showing a picture needs, made before the GUI thread gets it.
struct OpenedPicture
{
    std::shared_ptr<const imaging::Volume> volume; ///< Null when cancelled.
    imaging::Warnings warnings;
    std::optional<ui::SlicePixels> middle; ///< The slice that is shown first.
    QImage thumbnail;
};

/// Whether the series is a file that is no DICOM.
bool isPictureFile(const imaging::SeriesInfo& series);

/// Throws as imaging::readVolume and openPicture do.
OpenedPicture readPicture(const imaging::SeriesInfo& series, std::stop_token stop, const imaging::Progress& progress);

/// The middle slice for the list; null when stopped. Throws as imaging::readSlice.
QImage readThumbnail(const imaging::SeriesInfo& series);

/// Whether the series can be read while another one is open: two bytes a voxel, twice for what reading takes besides.
bool fitsBeside(const imaging::SeriesInfo& series);

} // namespace app
