#include "app/workflow/relabel/relabel_pictures.h"

#include "annotations/report/report_words.h"
#include "app/workflow/open.h"
#include "app/workflow/relabel/relabel.h"
#include "imaging/dicom/scan.h"
#include "imaging/error.h"
#include "imaging/files/image_file.h"
#include "imaging/slice.h"
#include "imaging/slice_sides.h"
#include "models/facade/files.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

namespace app {

namespace {

constexpr int kLongestSide = 1024;

/// Means over squares of `factor` x `factor` pixels; what is left over at the right and lower edge is dropped.
GreyCopy averaged(const GreyCopy& picture, int factor)
{
    GreyCopy small{picture.columns / factor, picture.rows / factor, {}};
    small.pixels.reserve(static_cast<std::size_t>(small.columns) * static_cast<std::size_t>(small.rows));
    for (int row = 0; row < small.rows; ++row)
        for (int column = 0; column < small.columns; ++column) {
            int sum = factor * factor / 2;
            for (int y = row * factor; y < (row + 1) * factor; ++y)
                for (int x = column * factor; x < (column + 1) * factor; ++x)
                    sum += picture.pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.columns)
                        + static_cast<std::size_t>(x)];
            small.pixels.push_back(static_cast<std::uint8_t>(sum / (factor * factor)));
        }
    return small;
}

/// Which label values of a mask mean the cohort's finding; empty: all.
std::set<std::uint16_t> wantedValues(
    const annotations::Cohort& cohort, const OpenedMask& mask, const std::filesystem::path& file)
{
    std::set<std::uint16_t> wanted;
    if (imaging::isImageFile(file))
        return wanted;
    for (const auto& label : mask.labels)
        if (annotations::lowerCase(label.name) == annotations::lowerCase(cohort.settings().finding))
            wanted.insert(label.value);
    return wanted;
}

/// The smallest value that is inside: masks come as 0 and 1 or 0 and 255, and smoothed ones with values between.
std::uint16_t leastInside(const OpenedMask& mask, const std::filesystem::path& file)
{
    if (annotations::lowerCase(file.extension().string()) != ".png")
        return 1;
    std::uint16_t brightest = 0;
    for (const auto& run : mask.runs)
        brightest = std::max(brightest, run.value);
    return static_cast<std::uint16_t>((brightest + 1) / 2);
}

} // namespace

std::string defaultReader()
{
    const char* user = std::getenv("USER");
    char host[256] = "";
    if (::gethostname(host, sizeof host - 1) != 0)
        host[0] = '\0';
    const std::string name = user && *user ? user : "uid" + std::to_string(::getuid());
    return host[0] != '\0' ? name + "@" + host : name;
}

GreyCopy greyOf(const imaging::Volume& volume, int slice)
{
    const auto picture = imaging::sliceOf(volume, slice);
    GreyCopy grey{picture.columns, picture.rows, {}};
    grey.pixels.reserve(picture.values.size());
    for (const float bright : imaging::brightness(picture)) {
        const float value = std::isfinite(bright) ? std::clamp(bright, 0.0F, 1.0F) : 0.0F;
        grey.pixels.push_back(static_cast<std::uint8_t>(std::lround(255 * value)));
    }
    return grey;
}

GreyCopy smallGreyOf(const imaging::Volume& volume, int slice)
{
    auto grey = greyOf(volume, slice);
    const int factor = std::min({std::max(grey.columns, grey.rows) / kLongestSide, grey.columns, grey.rows});
    return factor < 2 ? grey : averaged(grey, factor);
}

void ensurePicture(
    const annotations::Cohort& cohort, const annotations::Study& study, const imaging::Volume& volume, int slice)
{
    const auto file = cohort.pictureFile(study);
    std::error_code problem;
    if (std::filesystem::exists(file, problem))
        return;
    std::filesystem::create_directories(file.parent_path(), problem);
    const auto grey = smallGreyOf(volume, slice);
    imaging::writeGreyPng(file, grey.columns, grey.rows, grey.pixels);
}

std::string pathInCohort(const annotations::Cohort& cohort, const std::filesystem::path& file)
{
    const auto whole = std::filesystem::absolute(file).lexically_normal();
    const auto relative = whole.lexically_relative(cohort.folder());
    const bool inside = !relative.empty() && *relative.begin() != ".." && *relative.begin() != ".";
    return inside ? relative.generic_string() : whole.generic_string();
}

imaging::Sides textSidesOf(const annotations::Cohort& cohort)
{
    return cohort.settings().textSides.value_or(imaging::Sides::Patient);
}

imaging::PictureSides sidesOfCase(
    const annotations::Cohort& cohort, const annotations::Study& study, const std::stop_token& stop)
{
    const auto file = cohort.sourceFile(study);
    std::error_code problem;
    if (!std::filesystem::is_regular_file(file, problem))
        return {};
    if (!imaging::isImageFile(file)) {
        const auto found = imaging::scanPath(file, stop, {});
        const bool onePicture = found.series.size() == 1 && found.series.front().files.size() == 1
            && found.series.front().files.front().frames == 1;
        if (onePicture)
            return imaging::sidesOf(found.series.front(), 0);
    }
    const auto opened = openCase(cohort, study, stop, {});
    return opened.volume ? imaging::sidesOf(*opened.volume, opened.slice) : imaging::PictureSides{};
}

annotations::StoredMask sliceOfMask(const annotations::Cohort& cohort, const OpenedMask& mask,
    const imaging::Volume& picture, int slice, const std::filesystem::path& file)
{
    const auto& grid = picture.grid();
    const auto wanted = wantedValues(cohort, mask, file);
    const auto least = leastInside(mask, file);
    annotations::StoredMask stored{grid.columns, grid.rows, std::vector<std::uint16_t>(grid.sliceVoxels())};
    const std::size_t begin = grid.offset({0, 0, slice});
    const std::size_t end = begin + grid.sliceVoxels();
    for (const auto& run : mask.runs) {
        if (run.value < least || (!wanted.empty() && !wanted.contains(run.value)))
            continue;
        const auto first = std::max(run.offset, begin);
        const auto last = std::min(run.offset + run.count, end);
        for (auto voxel = first; voxel < last; ++voxel)
            stored.values[voxel - begin] = 1;
    }
    return stored;
}

OpenedCase openCase(const annotations::Cohort& cohort, const annotations::Study& study, std::stop_token stop,
    const imaging::Progress& progress)
{
    const auto file = cohort.sourceFile(study);
    std::error_code problem;
    if (!std::filesystem::is_regular_file(file, problem))
        throw imaging::Error(imaging::ErrorKind::NotFound,
            "The picture '" + file.string() + "' of study " + study.name
                + " is not there: put it back, or import the folder that it was moved to.",
            file.string());
    if (models::weights::sha256OfFile(file) != study.digest)
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The picture '" + file.string() + "' of study " + study.name
                + " is not the one that was imported: its content has changed.",
            file.string());
    auto opened = openPicture(file, /*series=*/{}, std::move(stop), progress);
    if (!opened.volume)
        return {};
    const auto& grid = opened.volume->grid();
    if (study.slice < 0 || study.slice >= grid.slices || grid.columns != study.columns || grid.rows != study.rows)
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The picture '" + file.string() + "' does not have the size that study " + study.name + " has.",
            file.string());
    return {std::move(opened.volume), study.slice, std::move(opened.warnings)};
}

annotations::Label labelOf(const annotations::Cohort& cohort)
{
    const auto known = annotations::defaultLabels();
    const auto name = annotations::lowerCase(cohort.settings().finding);
    const auto found = std::find_if(known.begin(), known.end(),
        [&](const annotations::Label& label) { return annotations::lowerCase(label.name) == name; });
    annotations::Label label = found == known.end() ? known.front() : *found;
    label.value = 1;
    label.name = cohort.settings().finding.empty() ? label.name : cohort.settings().finding;
    if (found == known.end())
        label.type = label.category; // No code is better than another finding's.
    return label;
}

annotations::StoredMask readMaskFor(const annotations::Cohort& cohort, const annotations::Study& study,
    const std::filesystem::path& file, std::stop_token stop, imaging::Warnings& warnings)
{
    const auto opened = openCase(cohort, study, std::move(stop), {});
    if (!opened.volume)
        return {};
    const auto mask = openMask(file, *opened.volume);
    warnings.insert(warnings.end(), mask.warnings.begin(), mask.warnings.end());
    return sliceOfMask(cohort, mask, *opened.volume, opened.slice, file);
}

} // namespace app
