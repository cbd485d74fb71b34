#pragma once

#include "annotations/cohort/cohort.h"
#include "app/workflow/open_mask.h"
#include "app/workflow/prompt.h"
#include "imaging/volume.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

/// Pictures and masks between files and a cohort: what import, training, prediction and export share.
namespace app {

/// Studies that are read of a cohort together, where all are walked through.
inline constexpr int kStudiesAtOnce = 200;

/// A picture in 8-bit grey, row by row, as it is shown (window and polarity applied).
struct GreyCopy
{
    int columns = 0;
    int rows = 0;
    std::vector<std::uint8_t> pixels;
};

/// The slice at its own size.
GreyCopy greyOf(const imaging::Volume& volume, int slice);

/// The slice for training and thumbnails: averaged over squares of pixels until no side is longer than 1,024 by much
/// (below 2,048).
GreyCopy smallGreyOf(const imaging::Volume& volume, int slice);

/// Writes Cohort::pictureFile() unless it is there. Throws Error(Io).
void ensurePicture(
    const annotations::Cohort& cohort, const annotations::Study& study, const imaging::Volume& volume, int slice);

/// The path as the cohort's store keeps it: relative when it lies in the cohort's folder.
std::string pathInCohort(const annotations::Cohort& cohort, const std::filesystem::path& file);

/// Whose left and right the cohort's texts mean; the patient's where it is not decided yet.
imaging::Sides textSidesOf(const annotations::Cohort& cohort);

/// Where the patient's sides are on the picture of a case, from its file's tags where that is enough. Unknown for a
/// file that is no longer there. Throws as openCase otherwise.
imaging::PictureSides sidesOfCase(
    const annotations::Cohort& cohort, const annotations::Study& study, const std::stop_token& stop);

/// One slice of a mask that was laid on its picture. All labels become the cohort's one label, value 1; of PNGs only
/// pixels of at least half of the brightest count, as in training; of a SEG only the segments that bear the cohort's
/// finding, if there are any.
annotations::StoredMask sliceOfMask(const annotations::Cohort& cohort, const OpenedMask& mask,
    const imaging::Volume& picture, int slice, const std::filesystem::path& file);

} // namespace app
