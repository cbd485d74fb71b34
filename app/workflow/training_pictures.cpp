#include "app/workflow/training_pictures.h"

#include "annotations/seg/reader.h"
#include "app/workflow/open.h"
#include "app/workflow/open_mask.h"
#include "imaging/dicom/series.h"
#include "imaging/error.h"
#include "imaging/files/image_file.h"
#include "imaging/files/picture_file.h"
#include "imaging/slice.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

namespace app {

namespace {

namespace fs = std::filesystem;

constexpr std::uint16_t kHighestLabel = 255;

/// A picture or series and the SEG objects that were drawn on it.
struct Study
{
    std::shared_ptr<const imaging::Volume> volume;
    std::vector<annotations::SegObject> segs;
};

std::vector<annotations::SegObject> segsIn(const imaging::ScanResult& found)
{
    std::vector<annotations::SegObject> segs;
    for (const auto& series : found.series)
        if (series.study.modality == "SEG")
            for (const auto& file : series.files)
                segs.push_back(annotations::readSeg(file.path));
    return segs;
}

/// The series that the SEG objects say they were drawn on; empty when they do not say it or name several.
std::string sourceOf(const std::vector<annotations::SegObject>& segs)
{
    std::string source;
    for (const auto& seg : segs) {
        if (!source.empty() && seg.sourceSeriesUid != source)
            return {};
        source = seg.sourceSeriesUid;
    }
    return source;
}

bool hasSeries(const imaging::ScanResult& found, const std::string& id)
{
    return std::any_of(
        found.series.begin(), found.series.end(), [&](const imaging::SeriesInfo& series) { return series.id == id; });
}

/// Of several series the one that the mask was drawn on.
std::string seriesFor(const fs::path& image, const std::vector<annotations::SegObject>& segs)
{
    const auto source = sourceOf(segs);
    return !source.empty() && hasSeries(imaging::scanPath(image, {}, {}), source) ? source : std::string();
}

std::vector<annotations::SegObject> segsOf(const models::data::StudyRequest& request)
{
    if (request.masks.size() != 1)
        return {};
    const auto& mask = request.masks.front();
    if (fs::is_directory(mask))
        return segsIn(imaging::scanPath(mask, {}, {}));
    return {};
}

Study openStudy(const models::data::StudyRequest& request)
{
    Study study{nullptr, segsOf(request)};
    auto named = study.segs;
    for (const auto& mask : request.masks)
        if (named.empty() && fs::is_regular_file(mask) && !imaging::isImageFile(mask))
            named.push_back(annotations::readSeg(mask));
    const auto series = fs::is_directory(request.image) ? seriesFor(request.image, named) : std::string();
    study.volume = openPicture(request.image, series, {}, {}).volume;
    return study;
}

std::uint8_t byteOf(double unit)
{
    return static_cast<std::uint8_t>(std::lround(255 * std::clamp(unit, 0.0, 1.0)));
}

models::data::Picture colourPicture(const imaging::Volume& volume, int index)
{
    const auto& grid = volume.grid();
    const auto first = 3 * grid.offset({0, 0, index});
    const auto bytes = volume.voxels<std::uint8_t>().subspan(first, 3 * grid.sliceVoxels());
    return {grid.columns, grid.rows, {bytes.begin(), bytes.end()}, 3, {}};
}

models::data::Picture pictureOf(const imaging::Volume& volume, int index, const models::data::StudyRequest& request)
{
    if (request.colour && volume.components() == 3 && volume.type() == imaging::VoxelType::UInt8)
        return colourPicture(volume, index);
    auto slice = imaging::sliceOf(volume, index);
    if (request.window && volume.components() == 1)
        slice.window = *request.window;
    models::data::Picture picture{slice.columns, slice.rows, {}, 1, {}};
    for (const float bright : imaging::brightness(slice))
        picture.values.push_back(byteOf(bright));
    return picture;
}

template <typename Pixels> void turn(Pixels& picture, imaging::Turn turn, int channels = 1)
{
    picture.values = imaging::turned(picture.values, picture.columns, picture.rows, turn, channels);
    if (!turn.transposed)
        return;
    std::swap(picture.columns, picture.rows);
    if (picture.spacingMm)
        std::swap((*picture.spacingMm)[0], (*picture.spacingMm)[1]);
}

/// Picture and masks as the network is to see them.
void turnUpright(models::data::StudySlice& slice, const imaging::PictureSides& sides, imaging::Sides texts)
{
    const auto wanted = models::turnFor(texts, sides);
    slice.sidesKnown = sides.known();
    slice.wasTurned = !wanted.isNone();
    if (!slice.wasTurned)
        return;
    turn(slice.picture, wanted, slice.picture.channels);
    for (auto& mask : slice.masks)
        turn(mask, wanted);
}

models::data::GreyPicture labelPicture(const annotations::LabelMap& map, int index)
{
    models::data::GreyPicture mask{map.grid().columns, map.grid().rows, {}};
    for (const auto label : map.slice(index))
        mask.values.push_back(static_cast<std::uint8_t>(std::min(label, kHighestLabel)));
    return mask;
}

/// Nobody sees a warning for each of thousands of masks, and a training would learn the blurred edges.
void refuseResampled(bool resampled, const std::string& file)
{
    if (resampled)
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The mask \"" + file
                + "\" lies on another grid than its picture: resample it to the picture's grid with the program that "
                  "made it.",
            file);
}

/// Several SEG objects of one study lie on each other, the later on top.
annotations::LabelMap together(const std::vector<annotations::SegObject>& segs, const imaging::Volume& volume)
{
    imaging::Warnings ignored;
    std::vector<std::uint16_t> all(volume.grid().voxels(), 0);
    for (const auto& seg : segs) {
        const auto laid = annotations::layOn(seg, volume, ignored);
        refuseResampled(laid.resampled, seg.sopInstanceUid);
        std::transform(laid.map.voxels().begin(), laid.map.voxels().end(), all.begin(), all.begin(),
            [](std::uint16_t label, std::uint16_t before) { return label != 0 ? label : before; });
    }
    return {volume.grid(), std::span<const std::uint16_t>(all)};
}

std::vector<annotations::LabelMap> masksOf(const models::data::StudyRequest& request, const Study& study)
{
    if (!study.segs.empty())
        return {together(study.segs, *study.volume)};
    std::vector<annotations::LabelMap> maps;
    imaging::Warnings ignored;
    for (const auto& mask : request.masks)
        if (!fs::is_directory(mask)) { // A folder without SEG: an unlabelled study.
            auto laid = readMaskOn(mask, *study.volume, Confirmed::No, ignored);
            refuseResampled(laid.resampled, mask.string());
            maps.push_back(std::move(laid.map));
        }
    return maps;
}

std::vector<models::data::StudySlice> readStudy(const models::data::StudyRequest& request)
{
    const auto study = openStudy(request);
    const auto maps = masksOf(request, study);
    std::vector<models::data::StudySlice> slices;
    for (int index = 0; index < study.volume->grid().slices; ++index) {
        slices.push_back({index + 1, pictureOf(*study.volume, index, request), {}});
        if (study.volume->info().spacing != imaging::SpacingKind::Unknown)
            slices.back().picture.spacingMm = imaging::sliceOf(*study.volume, index).spacingMm;
        for (const auto& map : maps)
            slices.back().masks.push_back(labelPicture(map, index));
        turnUpright(slices.back(), imaging::sidesOf(*study.volume, index), request.textSides);
    }
    return slices;
}

models::data::GreyPicture readMaskPicture(const fs::path& file)
{
    imaging::Warnings ignored;
    const auto map = readMask(file, ignored);
    if (map.grid().slices != 1)
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "\"" + file.string() + "\" holds " + std::to_string(map.grid().slices)
                + " slices, its picture is a single one.",
            file.string());
    return labelPicture(map, 0);
}

/// A picture of a training folder: its file, and which slice of it.
std::pair<fs::path, int> placeOf(const fs::path& folder, const std::string& image)
{
    std::string name = image;
    if (!fs::exists(folder / name))
        name = name.substr(0, name.rfind('@'));
    int slice = 0;
    if (const auto sign = name.rfind('#'); !fs::exists(folder / name) && sign != std::string::npos) {
        slice = std::atoi(name.c_str() + sign + 1) - 1;
        name = name.substr(0, sign);
    }
    return {folder / name, slice};
}

} // namespace

models::data::PictureReaders trainingReaders()
{
    return {readMaskPicture, readStudy};
}

imaging::PictureSides sidesOfPicture(const fs::path& folder, const std::string& image)
{
    const auto [file, slice] = placeOf(folder, image);
    if (imaging::pictureFormatOf(file) != imaging::PictureFormat::None)
        return {};
    try {
        const auto opened = openPicture(file, {}, {}, {});
        return opened.volume ? imaging::sidesOf(*opened.volume, slice) : imaging::PictureSides();
    } catch (const imaging::Error&) {
        return {}; // Of several series the one that was scored is not known here.
    }
}

imaging::Slice sliceOfPicture(const fs::path& folder, const std::string& image)
{
    const auto [file, slice] = placeOf(folder, image);
    return imaging::sliceOf(*openPicture(file, {}, {}, {}).volume, slice);
}

fs::path pictureCache(const fs::path& chosen)
{
    if (chosen == "none")
        return {};
    if (!chosen.empty())
        return chosen;
    const char* cache = std::getenv("XDG_CACHE_HOME");
    const char* home = std::getenv("HOME");
    if (cache && *cache)
        return fs::path(cache) / "limn" / "pictures";
    return home && *home ? fs::path(home) / ".cache" / "limn" / "pictures" : fs::path();
}

} // namespace app
