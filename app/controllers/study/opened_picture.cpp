#include "app/controllers/study/opened_picture.h"

#include "imaging/dicom/series.h"
#include "imaging/memory.h"
#include "ui/views/slice_scene.h"
#include "ui/views/window_presets.h"

#include <cstdint>

namespace app {

namespace {

/// A small picture of a volume's slice for the list.
QImage thumbnailOf(const imaging::Volume& volume, const ui::SlicePixels& pixels)
{
    constexpr QSize size(104, 104);
    ui::SliceScene scene;
    scene.pixels = &pixels;
    scene.window = ui::openingWindow(volume);
    scene.inverted = volume.info().monochrome1;
    const auto& grid = volume.grid();
    scene.view = ui::fitted(QSize(grid.columns, grid.rows), {grid.spacingMm[0], grid.spacingMm[1]}, size);
    return ui::renderSlice(scene, size);
}

} // namespace

OpenedPicture readPicture(const imaging::SeriesInfo& series, std::stop_token stop, const imaging::Progress& progress)
{
    OpenedPicture opened{readSeries(series, stop, progress), {}, {}};
    if (!opened.volume || stop.stop_requested())
        return opened;
    opened.middle.emplace(opened.volume, opened.volume->grid().slices / 2);
    opened.thumbnail = thumbnailOf(*opened.volume, *opened.middle);
    return opened;
}

QImage readThumbnail(const imaging::SeriesInfo& series)
{
    const auto loaded = imaging::readSlice(series, series.slices / 2);
    return loaded.volume ? thumbnailOf(*loaded.volume, ui::SlicePixels(loaded.volume, 0)) : QImage();
}

bool fitsBeside(const imaging::SeriesInfo& series)
{
    const auto voxels = static_cast<std::uint64_t>(series.columns) * static_cast<std::uint64_t>(series.rows)
        * static_cast<std::uint64_t>(series.slices);
    const auto available = imaging::availableMemory();
    return !available || voxels * 4 < *available;
}

} // namespace app
