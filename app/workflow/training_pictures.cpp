#include "app/workflow/training_pictures.h"

#include "app/workflow/mask_files.h"
#include "app/workflow/open.h"
#include "imaging/error.h"
#include "imaging/slice.h"

#include <algorithm>
#include <cmath>

namespace app {

namespace {

void requireOneSlice(const imaging::VoxelGrid& grid, const std::filesystem::path& file)
{
    if (grid.slices != 1)
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "\"" + file.string() + "\" holds " + std::to_string(grid.slices)
                + " slices; a training folder takes one picture a file. Write the slices as files of their own.",
            file.string());
}

models::GreyPicture readPicture(const std::filesystem::path& file)
{
    const auto opened = openPicture(file, /*series=*/{}, {}, {});
    requireOneSlice(opened.volume->grid(), file);
    const auto slice = imaging::sliceOf(*opened.volume, 0);
    models::GreyPicture picture{slice.columns, slice.rows, {}};
    if (opened.volume->info().spacing != imaging::SpacingKind::Unknown)
        picture.spacingMm = slice.spacingMm;
    for (const float bright : imaging::brightness(slice))
        picture.values.push_back(static_cast<std::uint8_t>(std::lround(255 * std::clamp(bright, 0.0F, 1.0F))));
    return picture;
}

models::GreyPicture readMaskPicture(const std::filesystem::path& file)
{
    imaging::Warnings ignored;
    const auto map = readMask(file, ignored);
    requireOneSlice(map.grid(), file);
    models::GreyPicture mask{map.grid().columns, map.grid().rows, {}};
    for (const auto label : map.voxels())
        mask.values.push_back(label != 0 ? 255 : 0);
    return mask;
}

} // namespace

models::PictureReaders trainingReaders()
{
    return {readPicture, readMaskPicture};
}

} // namespace app
