#include "models/data/dataset.h"

#include "imaging/error.h"
#include "imaging/laterality.h"
#include "imaging/parallel.h"
#include "models/data/dataset_cache.h"
#include "models/data/decode_row.h"
#include "models/data/picture_reader.h"
#include "annotations/report/text_variants.h"

#include <algorithm>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>

namespace models::data {

namespace {

constexpr std::size_t kPicturesAtATime = 64;

/// Appends one sample after the other; the texts come later.
class DatasetBuilder
{
public:
    explicit DatasetBuilder(int pictureSize) { m_packed.data.pictureSize = pictureSize; }

    void add(DecodedSample sample, int row)
    {
        auto& data = m_packed.data;
        if (sample.channels > data.channels)
            inColour();
        for (int copy = sample.channels; copy <= data.channels; ++copy)
            append(data.pictures, sample.picture);
        append(data.masks, sample.mask);
        if (sample.fullMask.columns > 0)
            data.fullMasks.push_back(std::move(sample.fullMask));
        data.samples.push_back({std::move(sample.name), {}, sample.labelled});
        m_packed.rows.push_back(row);
        m_packed.scaledMasks += sample.wasScaled;
        m_packed.turned += sample.wasTurned;
        if (!sample.sidesKnown)
            m_packed.withoutSides.push_back(data.samples.size() - 1);
    }

    PackedDataset take() { return std::move(m_packed); }

private:
    /// The first picture in colour: grey ones before it become three equal planes.
    void inColour()
    {
        auto& data = m_packed.data;
        std::vector<std::uint8_t> planes;
        for (std::size_t first = 0; first < data.pictures.size(); first += data.picturePixels())
            for (int channel = 0; channel < 3; ++channel)
                planes.insert(planes.end(), data.pictures.begin() + std::ptrdiff_t(first),
                    data.pictures.begin() + std::ptrdiff_t(first + data.picturePixels()));
        data.pictures = std::move(planes);
        data.channels = 3;
    }

    static void append(std::vector<std::uint8_t>& all, const std::vector<std::uint8_t>& one)
    {
        all.insert(all.end(), one.begin(), one.end());
    }

    PackedDataset m_packed;
};

/// The rows of one picture each, which stand one after the other.
std::vector<std::span<const ManifestRow>> pictureRows(std::span<const ManifestRow> rows)
{
    std::vector<std::span<const ManifestRow>> pictures;
    for (std::size_t first = 0; first < rows.size();) {
        auto last = first;
        while (last < rows.size() && rows[last].image == rows[first].image)
            ++last;
        pictures.push_back(rows.subspan(first, last - first));
        first = last;
    }
    return pictures;
}

/// The samples of each row. PNG and JPEG files are decoded on all cores; what the program's readers read uses them
/// itself, one stack at a time.
std::vector<std::vector<DecodedSample>> decodePictures(
    const DatasetOptions& options, std::span<const std::span<const ManifestRow>> pictures)
{
    std::vector<std::vector<std::vector<DecodedSample>>> decoded(pictures.size());
    const bool all = std::all_of(pictures.begin(), pictures.end(),
        [&](const auto& rows) { return isPicture(options.folder / rows.front().image); });
    imaging::parallelFor(pictures.size(), all ? imaging::usefulThreads() : 1,
        [&](std::size_t index) { decoded[index] = decodeRows(options, pictures[index]); });
    std::vector<std::vector<DecodedSample>> samples;
    for (auto& rows : decoded)
        std::move(rows.begin(), rows.end(), std::back_inserter(samples));
    return samples;
}

PackedDataset decodeAll(const DatasetOptions& options, std::span<const ManifestRow> rows, const std::stop_token& stop,
    const imaging::Progress& progress)
{
    DatasetBuilder builder(options.pictureSize);
    const auto pictures = pictureRows(rows);
    int row = 0;
    for (std::size_t first = 0; first < pictures.size() && !stop.stop_requested(); first += kPicturesAtATime) {
        progress.report(double(first) / double(pictures.size()), "reading the split '" + options.split + "'");
        const auto count = std::min(kPicturesAtATime, pictures.size() - first);
        for (auto& samples : decodePictures(options, std::span(pictures).subspan(first, count))) {
            for (auto& sample : samples)
                builder.add(std::move(sample), row);
            ++row;
        }
    }
    return builder.take();
}

/// From the cache, where it holds these very files, or decoded.
PackedDataset packedDataset(const DatasetOptions& options, std::span<const ManifestRow> rows,
    const std::stop_token& stop, const imaging::Progress& progress)
{
    if (options.cache.empty())
        return decodeAll(options, rows, stop, progress);
    const auto file = cacheFile(options, rows, stop);
    if (auto packed = readCache(file, rows.size(), options.masks))
        return std::move(*packed);
    auto packed = decodeAll(options, rows, stop, progress);
    if (!stop.stop_requested())
        writeCache(file, packed);
    return packed;
}

/// What is worth a warning, counted.
struct Counts
{
    std::size_t withoutText = 0;
    std::size_t emptyMasks = 0;
    std::size_t tilesWithoutText = 0;
};

void warn(Dataset& data, std::size_t count, const std::string& split, const std::string& what)
{
    if (count > 0)
        data.warnings.push_back(std::to_string(count) + " of the split '" + split + "': " + what + ".");
}

bool hasEmptyMask(const Dataset& data, std::size_t index)
{
    if (!data.hasMasks() || !data.samples[index].labelled)
        return false;
    const auto mask = std::span(data.masks).subspan(index * data.picturePixels(), data.picturePixels());
    return std::all_of(mask.begin(), mask.end(), [](std::uint8_t value) { return value == 0; });
}

/// Gives every sample the texts, masks and class of its row.
Counts addTexts(PackedDataset& packed, const DatasetOptions& options, std::span<const ManifestRow> rows)
{
    Counts counts;
    auto& data = packed.data;
    for (std::size_t index = 0; index < data.samples.size(); ++index) {
        auto& texts = data.samples[index].texts;
        texts = rows[std::size_t(packed.rows[index])].texts;
        data.samples[index].masks = rows[std::size_t(packed.rows[index])].masks;
        data.samples[index].className = rows[std::size_t(packed.rows[index])].className;
        counts.withoutText += std::any_of(texts.begin(), texts.end(), [](const auto& text) { return text.empty(); });
        bool leftOut = false;
        for (auto& text : texts)
            if (options.tileSize > 0 && annotations::namesPlace(text)) {
                text.clear();
                leftOut = true;
            }
        counts.tilesWithoutText += leftOut;
        counts.emptyMasks += hasEmptyMask(data, index);
    }
    return counts;
}

/// Pictures whose text names a side of the patient though they do not say where it is, the first ones by name.
void warnOfSides(PackedDataset& packed, const DatasetOptions& options)
{
    constexpr std::size_t kNamed = 3;
    auto& data = packed.data;
    std::vector<std::string> names;
    for (const std::size_t index : packed.withoutSides) {
        const auto& sample = data.samples[index];
        if (std::any_of(sample.texts.begin(), sample.texts.end(), imaging::namesSide))
            names.push_back(sample.image);
    }
    if (options.textSides != imaging::Sides::Patient || names.empty())
        return;
    std::string first;
    for (std::size_t i = 0; i < std::min(kNamed, names.size()); ++i)
        first += (i > 0 ? ", '" : "'") + names[i] + "'";
    warn(data, names.size(), options.split,
        "pictures do not say where the patient's sides are, and their texts name one: the patient's right was taken to "
        "be at the left edge ("
            + first + (names.size() > kNamed ? " and others" : "") + ")");
}

} // namespace

Dataset readDataset(const DatasetOptions& options, std::stop_token stop, const imaging::Progress& progress)
{
    imaging::Warnings warnings;
    auto rows = readManifest(options, warnings);
    const auto unlabelled = options.skipUnlabelled
        ? std::erase_if(rows, [](const ManifestRow& row) { return row.masks.empty(); })
        : std::size_t(0);
    if (rows.empty())
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "No picture of the split '" + options.split + "' in '" + options.folder.string()
                + "' has a mask, so there is nothing to score: name masks, or another split.",
            options.folder.string());
    auto packed = packedDataset(options, rows, stop, progress);
    const auto counts = addTexts(packed, options, rows);
    auto& data = packed.data;
    data.warnings = std::move(warnings);
    warn(data, packed.turned, options.split,
        "pictures are not stored as they are usually seen and were turned with their masks, the head to the top"
            + std::string(
                options.textSides == imaging::Sides::Patient ? " and the patient's right to the left edge" : ""));
    warnOfSides(packed, options);
    warn(data, packed.scaledMasks, options.split, "masks have another size than their picture and were scaled");
    if (options.showsWithoutText)
        warn(data, counts.withoutText, options.split, "pictures lack a text; the model sees them without one");
    warn(data, counts.emptyMasks, options.split, "masks are empty");
    warn(data, counts.tilesWithoutText, options.split,
        "tiles are shown without their picture's text, which names a side or zone of the whole picture");
    data.unlabelled = int(unlabelled);
    return std::move(data);
}

std::string fileOf(const Dataset::Sample& sample)
{
    static const std::regex added("(#[0-9]+)?(@[0-9]+,[0-9]+)?$");
    return std::regex_replace(sample.image, added, "", std::regex_constants::format_first_only);
}

std::vector<std::string> classNames(const Dataset& data)
{
    std::set<std::string> names;
    for (const auto& sample : data.samples)
        if (!sample.className.empty())
            names.insert(sample.className);
    return {names.begin(), names.end()};
}

std::vector<std::string> splitColumns(const std::string& joined)
{
    std::vector<std::string> columns;
    std::istringstream stream(joined);
    for (std::string column; std::getline(stream, column, '+');)
        if (!column.empty())
            columns.push_back(column);
    return columns;
}

void requireDisjoint(const Dataset& first, const Dataset& second)
{
    std::set<std::string> names;
    for (const auto& sample : first.samples)
        names.insert(fileOf(sample));
    for (const auto& sample : second.samples)
        if (names.contains(fileOf(sample)))
            throw imaging::Error(imaging::ErrorKind::InvalidInput,
                "The picture '" + fileOf(sample)
                    + "' is in the training and in the validation split: figures would mean nothing.",
                sample.image);
}

} // namespace models::data
