#pragma once

#include "imaging/dicom/scan.h"
#include "imaging/progress.h"
#include "imaging/volume.h"

#include <memory>
#include <stop_token>

namespace imaging {

struct LoadedVolume
{
    std::shared_ptr<const Volume> volume; ///< Null when cancelled.
    Warnings warnings;
};

/// Decodes all slices of a series on all cores. Values are rescaled; polarity is kept as stored.
/// Throws Error(InvalidInput|Unsupported) naming the file when a slice cannot be decoded, Error(Io) when it vanished.
LoadedVolume readVolume(const SeriesInfo& series, std::stop_token stop, const Progress& progress);

/// One slice as a volume of its own (slices == 1), for the first picture while the rest loads and for thumbnails.
LoadedVolume readSlice(const SeriesInfo& series, int slice);

} // namespace imaging
