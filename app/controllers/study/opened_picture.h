#pragma once

#include "app/workflow/open.h"
#include "imaging/dicom/scan.h"
#include "imaging/progress.h"
#include "ui/views/slice_pixels.h"

#include <QImage>

#include <optional>
#include <stop_token>

namespace app {

/// All that showing a picture needs, made before the GUI thread gets it.
struct OpenedPicture : Opened
{
    std::optional<ui::SlicePixels> middle; ///< The slice that is shown first.
    QImage thumbnail;
};

/// readSeries(), with what is shown first.
OpenedPicture readPicture(const imaging::SeriesInfo& series, std::stop_token stop, const imaging::Progress& progress);

/// The middle slice for the list; null when stopped. Throws as imaging::readSlice.
QImage readThumbnail(const imaging::SeriesInfo& series);

/// Whether the series can be read while another one is open: two bytes a voxel, twice for what reading takes besides.
bool fitsBeside(const imaging::SeriesInfo& series);

} // namespace app
