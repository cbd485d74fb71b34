#include "models/data/decode_row.h"

#include "imaging/error.h"
#include "imaging/reworded.h"
#include "models/data/picture_reader.h"
#include "models/data/resize.h"
#include "models/data/tiles.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <utility>

namespace models::data {

namespace {

using imaging::ErrorKind;

[[noreturn]] void refuse(const std::string& message, const std::string& context)
{
    throw imaging::Error(ErrorKind::InvalidInput, message, context);
}

/// The row that names the file, the first one when none does.
const ManifestRow& rowOf(const std::string& file, const DatasetOptions& options, std::span<const ManifestRow> rows)
{
    for (const auto& row : rows)
        for (const auto& mask : row.masks)
            if ((options.folder / mask).string() == file)
                return row;
    return rows.front();
}

/// Runs `work`; its errors also say which row names the file.
template <typename Work>
auto withPlace(const DatasetOptions& options, std::span<const ManifestRow> rows, const Work& work)
{
    try {
        return work();
    } catch (const imaging::Error& error) {
        throw imaging::reworded(error,
            std::string(error.what()) + " It is named in " + rowOf(error.context(), options, rows).where + ".",
            error.context());
    }
}

GreyPicture readMask(const DatasetOptions& options, const std::string& name, bool classValues)
{
    const auto file = options.folder / name;
    if (options.readers.mask && std::filesystem::exists(file) && !isPicture(file))
        return options.readers.mask(file);
    return classValues ? readLabelPicture(file) : readMaskPicture(file);
}

/// A PNG or JPEG, with the masks named.
StudySlice readPair(const DatasetOptions& options, const std::string& image, const std::vector<std::string>& masks)
{
    const auto file = options.folder / image;
    StudySlice slice;
    if (options.channels == 3) {
        slice.picture = readColourPicture(file);
    } else {
        auto grey = readGreyPicture(file);
        slice.picture = {grey.columns, grey.rows, std::move(grey.values)};
    }
    const bool classValues = options.classes > 1 && splitColumns(options.maskColumn).size() == 1;
    for (const auto& mask : masks)
        slice.masks.push_back(readMask(options, mask, classValues));
    return slice;
}

/// Whether it is read by the program's readers: a file of a scanner, or one of an archive or another program.
bool isStudy(const DatasetOptions& options, const std::string& image)
{
    const auto file = options.folder / image;
    return options.readers.study && std::filesystem::exists(file) && !isPicture(file);
}

std::vector<StudySlice> readSlices(
    const DatasetOptions& options, const std::string& image, const std::vector<std::string>& masks)
{
    const auto file = options.folder / image;
    if (!isStudy(options, image))
        return {readPair(options, image, masks)};
    StudyRequest request{file, {}, options.channels == 3, options.window, options.textSides};
    for (const auto& mask : masks)
        request.masks.push_back(options.folder / mask);
    return options.readers.study(request);
}

/// Whether two sizes differ by more than the rounding of a rescaled copy.
bool differsInShape(const Picture& picture, const GreyPicture& mask)
{
    const double ratio = double(picture.columns) * mask.rows / (double(picture.rows) * mask.columns);
    return std::abs(ratio - 1) > 0.02;
}

std::string sizeOf(int columns, int rows)
{
    return std::to_string(columns) + " x " + std::to_string(rows);
}

void requireShapes(const StudySlice& slice, const ManifestRow& row)
{
    for (std::size_t i = 0; i < slice.masks.size(); ++i) {
        const auto& mask = slice.masks[i];
        if (differsInShape(slice.picture, mask))
            refuse("The mask '" + row.masks[i] + "' (" + sizeOf(mask.columns, mask.rows)
                    + ") has another shape than its picture '" + row.image + "' ("
                    + sizeOf(slice.picture.columns, slice.picture.rows) + "), in " + row.where + ".",
                row.masks[i]);
        if (mask.columns != slice.masks[0].columns || mask.rows != slice.masks[0].rows)
            refuse("The masks '" + row.masks[0] + "' and '" + row.masks[i] + "' have different sizes, in " + row.where
                    + ".",
                row.masks[i]);
    }
}

/// One mask for each class (later ones lie on top), or one mask with their values.
std::vector<std::uint8_t> labelsOf(const StudySlice& slice, const DatasetOptions& options, const ManifestRow& row)
{
    if (slice.masks.size() == 1) {
        const auto& values = slice.masks.front().values;
        const int highest = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
        if (highest >= options.classes)
            refuse("The mask '" + row.masks.front() + "' holds the value " + std::to_string(highest)
                    + ", but the settings name only " + std::to_string(options.classes - 1) + " classes, in "
                    + row.where + ".",
                row.masks.front());
        return values;
    }
    std::vector<std::uint8_t> labels(slice.masks.front().values.size(), 0);
    for (std::size_t i = 0; i < slice.masks.size(); ++i)
        for (std::size_t pixel = 0; pixel < labels.size(); ++pixel)
            if (slice.masks[i].values[pixel] != 0)
                labels[pixel] = std::uint8_t(i + 1);
    return labels;
}

/// The picture's spacing on a mask of the same place with other numbers of pixels.
std::optional<std::array<double, 2>> spacingOn(const GreyPicture& mask, const Picture& picture)
{
    if (!picture.spacingMm)
        return std::nullopt;
    return std::array{
        (*picture.spacingMm)[0] * picture.columns / mask.columns, (*picture.spacingMm)[1] * picture.rows / mask.rows};
}

FullMask fullMaskOf(const StudySlice& slice, const DatasetOptions& options, const ManifestRow& row)
{
    requireShapes(slice, row);
    const auto& first = slice.masks.front();
    FullMask mask{first.columns, first.rows, {}, {}, spacingOn(first, slice.picture)};
    const auto labels = options.classes > 1 ? labelsOf(slice, options, row) : first.values;
    mask.values.resize(labels.size());
    std::transform(labels.begin(), labels.end(), mask.values.begin(), [](std::uint8_t value) { return value != 0; });
    if (options.classes > 1)
        mask.labels = labels;
    return mask;
}

bool isEmpty(const StudySlice& slice)
{
    return std::all_of(slice.masks.begin(), slice.masks.end(), [](const GreyPicture& mask) {
        return std::all_of(mask.values.begin(), mask.values.end(), [](std::uint8_t value) { return value == 0; });
    });
}

/// Leaves out slices without mask, evenly over the stack, where there are more than the options want.
std::vector<StudySlice> thinned(std::vector<StudySlice> slices, double emptySlices)
{
    std::size_t empty = 0;
    for (const auto& slice : slices)
        empty += !slice.masks.empty() && isEmpty(slice);
    const auto wanted = std::size_t(std::llround(std::max(0.0, emptySlices) * double(slices.size() - empty)));
    if (emptySlices < 0 || slices.size() == 1 || empty <= wanted)
        return slices;
    std::size_t seen = 0;
    std::erase_if(slices, [&](const StudySlice& slice) {
        if (slice.masks.empty() || !isEmpty(slice))
            return false;
        const auto before = seen * wanted / empty; // Of the first `seen` empty slices so many stay.
        ++seen;
        return seen * wanted / empty == before;
    });
    return slices;
}

/// Every mask that the rows name, once.
std::vector<std::string> masksOf(std::span<const ManifestRow> rows)
{
    std::vector<std::string> masks;
    for (const auto& row : rows)
        for (const auto& mask : row.masks)
            if (std::find(masks.begin(), masks.end(), mask) == masks.end())
                masks.push_back(mask);
    return masks;
}

/// Of all slices with `masks` those that a row wants, with its own masks.
std::vector<StudySlice> wantedSlices(std::span<const StudySlice> all, const std::vector<std::string>& masks,
    const DatasetOptions& options, const ManifestRow& row)
{
    std::vector<StudySlice> wanted;
    for (const auto& slice : all) {
        if (row.slice != 0 && slice.slice != row.slice)
            continue;
        wanted.push_back(slice);
        wanted.back().masks.clear();
        for (const auto& mask : row.masks) {
            const auto place = std::size_t(std::find(masks.begin(), masks.end(), mask) - masks.begin());
            if (place < slice.masks.size()) // A folder as mask gives none where it holds no SEG object.
                wanted.back().masks.push_back(slice.masks[place]);
        }
    }
    if (row.slice == 0)
        return thinned(std::move(wanted), options.emptySlices);
    if (wanted.empty())
        refuse("The picture '" + row.image + "' has no slice " + std::to_string(row.slice) + ", which " + row.where
                + " names.",
            row.image);
    return wanted;
}

/// Pictures at the network's size by the name of their sample: sentences of one picture share them.
using SmallPictures = std::map<std::string, std::vector<std::uint8_t>>;

const std::vector<std::uint8_t>& smallPicture(
    SmallPictures& known, const std::string& name, const Picture& picture, const DatasetOptions& options, bool isStudy)
{
    if (const auto found = known.find(name); found != known.end())
        return found->second;
    if (options.fitting)
        return known.emplace(name, options.fitting->fit(picture, options.pictureSize)).first->second;
    if (!isStudy || picture.channels != 1 || options.preparation.doesNothing())
        return known.emplace(name, resizedPicture(picture, options.pictureSize)).first->second;
    auto learnt = vision::prepared({picture.columns, picture.rows, 1, picture.values}, options.preparation);
    const Picture square{learnt.width, learnt.height, std::move(learnt.bytes)};
    return known.emplace(name, resizedPicture(square, options.pictureSize)).first->second;
}

/// Of a mask what the picture's fitting shows.
FullMask shownPart(const FullMask& mask, const DatasetOptions& options)
{
    if (!options.fitting || !options.fitting->centreSquare)
        return mask;
    const int side = std::min(mask.columns, mask.rows);
    return cut(mask, {(mask.columns - side) / 2, (mask.rows - side) / 2, side});
}

DecodedSample sampleOf(const Picture& picture, FullMask mask, std::string name, const DatasetOptions& options,
    bool isStudy, SmallPictures& known)
{
    DecodedSample sample;
    sample.name = std::move(name);
    sample.channels = picture.channels;
    sample.picture = smallPicture(known, sample.name, picture, options, isStudy);
    sample.labelled = mask.columns > 0 || !options.masks;
    if (mask.columns > 0)
        sample.mask = resizedMask(shownPart(mask, options), options.pictureSize);
    else if (options.masks)
        sample.mask.assign(std::size_t(options.pictureSize) * std::size_t(options.pictureSize), 0);
    sample.wasScaled = mask.columns > 0 && (mask.columns != picture.columns || mask.rows != picture.rows);
    if (options.fullMasks)
        sample.fullMask = std::move(mask);
    return sample;
}

/// A tile's mask must be cut where its picture is.
void requireSameSize(const Picture& picture, const FullMask& mask, const ManifestRow& row)
{
    if (mask.columns > 0 && (mask.columns != picture.columns || mask.rows != picture.rows))
        refuse("The mask '" + row.masks.front() + "' (" + sizeOf(mask.columns, mask.rows)
                + ") has another size than its picture '" + row.image + "' (" + sizeOf(picture.columns, picture.rows)
                + "), so the two cannot be cut into tiles, in " + row.where + ".",
            row.masks.front());
}

std::vector<DecodedSample> samplesOf(const std::vector<StudySlice>& slices, bool isStack, const DatasetOptions& options,
    const ManifestRow& row, SmallPictures& known)
{
    std::vector<DecodedSample> samples;
    const bool fromStudy = isStudy(options, row.image);
    const auto add = [&](DecodedSample sample, const StudySlice& slice) {
        sample.wasTurned = slice.wasTurned;
        sample.sidesKnown = slice.sidesKnown;
        samples.push_back(std::move(sample));
    };
    for (const auto& slice : slices) {
        const auto name = isStack ? row.image + "#" + std::to_string(slice.slice) : row.image;
        if (slice.masks.empty() && options.fullMasks)
            refuse("The picture '" + row.image + "' in " + row.where
                    + " has no mask, so it cannot be scored: give it one or move it to another split.",
                row.image);
        auto mask = slice.masks.empty() ? FullMask{} : fullMaskOf(slice, options, row);
        if (options.tileSize == 0) {
            add(sampleOf(slice.picture, std::move(mask), name, options, fromStudy, known), slice);
            continue;
        }
        requireSameSize(slice.picture, mask, row);
        for (const auto& tile :
            vision::tilesOf(slice.picture.columns, slice.picture.rows, options.tileSize, options.tileOverlap))
            add(sampleOf(cut(slice.picture, tile), cut(mask, tile),
                    name + "@" + std::to_string(tile.left) + "," + std::to_string(tile.top), options, fromStudy, known),
                slice);
    }
    return samples;
}

/// Whether the masks can be asked for together: a folder stands for the SEG objects in it, alone.
bool canBeReadTogether(const DatasetOptions& options, const std::vector<std::string>& masks)
{
    return masks.size() < 2 || std::none_of(masks.begin(), masks.end(), [&](const std::string& mask) {
        return std::filesystem::is_directory(options.folder / mask);
    });
}

} // namespace

std::vector<std::vector<DecodedSample>> decodeRows(const DatasetOptions& options, std::span<const ManifestRow> rows)
{
    std::vector<std::vector<DecodedSample>> decoded;
    const auto masks = masksOf(rows);
    if (rows.size() > 1 && !canBeReadTogether(options, masks)) {
        for (std::size_t row = 0; row < rows.size(); ++row)
            decoded.push_back(decodeRows(options, rows.subspan(row, 1)).front());
        return decoded;
    }
    const auto slices = withPlace(options, rows, [&] { return readSlices(options, rows.front().image, masks); });
    SmallPictures known;
    for (const auto& row : rows)
        decoded.push_back(samplesOf(wantedSlices(slices, masks, options, row),
            /*isStack=*/slices.size() > 1 || row.slice > 0, options, row, known));
    return decoded;
}

} // namespace models::data
