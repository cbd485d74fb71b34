#include "models/data/dataset_cache.h"

#include "imaging/error.h"
#include "imaging/log.h"
#include "imaging/parallel.h"
#include "models/weights/byte_arrays.h"
#include "models/weights/sha256.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <utility>

namespace models::data {

namespace fs = std::filesystem;

namespace {

constexpr int kVersion = 4; ///< To be raised when the same files are decoded to something else.
constexpr const char* kExtension = ".pictures";

std::set<std::string> filesOf(const DatasetOptions& options, std::span<const ManifestRow> rows)
{
    std::set<std::string> names, files;
    for (const auto& row : rows) {
        names.insert(row.image);
        names.insert(row.masks.begin(), row.masks.end());
    }
    for (const auto& name : names) {
        std::error_code failed; // What cannot be looked at is told when it is read.
        if (!fs::is_directory(options.folder / name, failed)) {
            files.insert(name);
            continue;
        }
        for (fs::recursive_directory_iterator next(options.folder / name, failed), end; !failed && next != end;
             next.increment(failed))
            if (next->is_regular_file(failed))
                files.insert(next->path().lexically_relative(options.folder).string());
    }
    return files;
}

/// Digest of each file's content, "" where it cannot be read.
std::vector<std::string> digestsOf(
    const fs::path& folder, const std::set<std::string>& files, const std::stop_token& stop)
{
    const std::vector<std::string> names(files.begin(), files.end());
    std::vector<std::string> digests(names.size());
    imaging::parallelFor(names.size(), imaging::usefulThreads(), [&](std::size_t index) {
        std::error_code failed;
        if (!stop.stop_requested() && fs::is_regular_file(folder / names[index], failed))
            digests[index] = names[index] + " " + weights::sha256OfFile(folder / names[index]);
    });
    return digests;
}

nlohmann::json settingsOf(const DatasetOptions& options)
{
    const auto window = options.window.value_or(imaging::WindowLevel{0, 0});
    nlohmann::json settings{kVersion, options.pictureSize, options.fullMasks, options.channels, options.classes,
        options.tileSize, options.tileOverlap, options.emptySlices, window.center, window.width,
        int(options.textSides == imaging::Sides::Patient)};
    if (!options.masks)
        settings.push_back("no masks");
    if (options.fitting)
        settings.push_back(options.fitting->name);
    const auto& preparation = options.preparation;
    if (!preparation.doesNothing()) // What was decoded without stays valid.
        settings.push_back({preparation.stretch, preparation.claheClip, preparation.claheTiles, preparation.claheSide});
    return settings;
}

/// All masks one after the other: labels as they are, values eight to a byte.
std::vector<std::uint8_t> packedMasks(const std::vector<FullMask>& masks)
{
    std::vector<std::uint8_t> packed;
    for (const auto& mask : masks) {
        if (!mask.labels.empty()) {
            packed.insert(packed.end(), mask.labels.begin(), mask.labels.end());
            continue;
        }
        const auto first = packed.size();
        packed.resize(first + (mask.values.size() + 7) / 8);
        for (std::size_t pixel = 0; pixel < mask.values.size(); ++pixel)
            packed[first + pixel / 8] |= std::uint8_t(mask.values[pixel] << pixel % 8);
    }
    return packed;
}

/// Takes masks out of packedMasks(); throws where there are too few bytes.
class MaskUnpacker
{
public:
    explicit MaskUnpacker(std::vector<std::uint8_t> packed)
        : m_packed(std::move(packed))
    {
    }

    FullMask take(int columns, int rows, bool hasLabels)
    {
        FullMask mask{columns, rows, {}, {}, {}};
        const auto pixels = std::size_t(columns) * std::size_t(rows);
        const auto* from = part(hasLabels ? pixels : (pixels + 7) / 8);
        mask.values.resize(pixels);
        for (std::size_t pixel = 0; pixel < pixels; ++pixel)
            mask.values[pixel] = hasLabels ? from[pixel] != 0 : (from[pixel / 8] >> pixel % 8 & 1) != 0;
        if (hasLabels)
            mask.labels.assign(from, from + pixels);
        return mask;
    }

private:
    const std::uint8_t* part(std::size_t size)
    {
        if (size > m_packed.size() - m_used)
            throw imaging::Error(imaging::ErrorKind::Model, "A cache of pictures lacks masks.");
        m_used += size;
        return m_packed.data() + (m_used - size);
    }

    std::vector<std::uint8_t> m_packed;
    std::size_t m_used = 0;
};

template <class Arrays>
std::string digestOf(const Arrays& arrays, const std::string& index)
{
    weights::Sha256 digest;
    digest.update(std::as_bytes(std::span(index)));
    for (const auto& [name, bytes] : arrays)
        digest.update(std::as_bytes(std::span(bytes)));
    return digest.hexDigest();
}

std::string indexOf(const PackedDataset& packed)
{
    const auto& data = packed.data;
    nlohmann::json names = nlohmann::json::array(), labelled = names, masks = names;
    for (const auto& sample : data.samples) {
        names.push_back(sample.image);
        labelled.push_back(sample.labelled);
    }
    for (const auto& mask : data.fullMasks)
        masks.push_back({mask.columns, mask.rows, !mask.labels.empty(),
            mask.spacingMm ? nlohmann::json(*mask.spacingMm) : nlohmann::json()});
    const nlohmann::json index{{"pictureSize", data.pictureSize}, {"channels", data.channels}, {"names", names},
        {"labelled", labelled}, {"fullMasks", masks}, {"rows", packed.rows}, {"scaledMasks", packed.scaledMasks},
        {"turned", packed.turned}, {"withoutSides", packed.withoutSides}};
    return index.dump(-1, ' ', /*ensure_ascii=*/true, nlohmann::json::error_handler_t::replace);
}

PackedDataset unpacked(weights::ByteArrays file, const nlohmann::json& index, std::size_t rowCount, bool hasMasks)
{
    PackedDataset packed;
    auto& data = packed.data;
    data.pictureSize = index.at("pictureSize");
    data.channels = index.at("channels");
    packed.rows = index.at("rows").get<std::vector<int>>();
    packed.scaledMasks = index.at("scaledMasks");
    packed.turned = index.at("turned");
    packed.withoutSides = index.at("withoutSides").get<std::vector<std::size_t>>();
    for (std::size_t i = 0; i < packed.rows.size(); ++i)
        data.samples.push_back({index.at("names").at(i), {}, index.at("labelled").at(i)});
    data.pictures = std::move(file.arrays.at("pictures"));
    data.masks = std::move(file.arrays.at("masks"));
    MaskUnpacker masks(std::move(file.arrays.at("fullMasks")));
    for (const auto& mask : index.at("fullMasks")) {
        data.fullMasks.push_back(masks.take(mask.at(0), mask.at(1), mask.at(2)));
        if (!mask.at(3).is_null())
            data.fullMasks.back().spacingMm = mask.at(3).get<std::array<double, 2>>();
    }
    const auto pixels = data.samples.size() * data.picturePixels();
    const bool fits = data.masks.size() == (hasMasks ? pixels : 0)
        && data.pictures.size() == pixels * std::size_t(data.channels)
        && std::all_of(
            packed.rows.begin(), packed.rows.end(), [&](int row) { return row >= 0 && std::size_t(row) < rowCount; })
        && std::all_of(packed.withoutSides.begin(), packed.withoutSides.end(),
            [&](std::size_t sample) { return sample < data.samples.size(); });
    if (!fits)
        throw imaging::Error(imaging::ErrorKind::Model, "A cache of pictures does not fit its index.");
    return packed;
}

void removeOldest(const fs::path& folder)
{
    std::vector<std::pair<fs::file_time_type, fs::path>> files;
    std::uintmax_t total = 0;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder, failed))
        if (entry.path().extension() == kExtension && entry.is_regular_file(failed)) {
            files.emplace_back(entry.last_write_time(failed), entry.path());
            total += entry.file_size(failed);
        }
    std::sort(files.begin(), files.end());
    for (const auto& [time, file] : files) {
        if (total <= kMostCacheBytes)
            return;
        total -= fs::file_size(file, failed);
        fs::remove(file, failed);
    }
}

} // namespace

fs::path cacheFile(const DatasetOptions& options, std::span<const ManifestRow> rows, const std::stop_token& stop)
{
    nlohmann::json key{settingsOf(options), digestsOf(options.folder, filesOf(options, rows), stop)};
    for (const auto& row : rows)
        key.push_back({row.image, row.masks, row.slice});
    const auto text = key.dump(-1, ' ', /*ensure_ascii=*/true, nlohmann::json::error_handler_t::replace);
    weights::Sha256 digest;
    digest.update(std::as_bytes(std::span(text)));
    return options.cache / (digest.hexDigest() + kExtension);
}

std::optional<PackedDataset> readCache(const fs::path& file, std::size_t rows, bool hasMasks)
{
    std::error_code failed;
    if (!fs::is_regular_file(file, failed))
        return std::nullopt;
    try {
        auto read = weights::readByteArrays(file);
        const auto index = read.metadata.at("index");
        if (digestOf(read.arrays, index) != read.metadata.at("digest"))
            return std::nullopt;
        auto packed = unpacked(std::move(read), nlohmann::json::parse(index), rows, hasMasks);
        fs::last_write_time(file, fs::file_time_type::clock::now(), failed);
        return packed;
    } catch (const std::exception&) { // Ours, the JSON library's, a key that is missing: the files are read anew.
        return std::nullopt;
    }
}

void writeCache(const fs::path& file, const PackedDataset& packed)
{
    const auto masks = packedMasks(packed.data.fullMasks);
    const std::map<std::string, std::span<const std::uint8_t>> arrays{
        {"pictures", packed.data.pictures}, {"masks", packed.data.masks}, {"fullMasks", masks}};
    const auto index = indexOf(packed);
    std::error_code failed;
    fs::create_directories(file.parent_path(), failed);
    try {
        weights::writeByteArrays(file, arrays, {{"index", index}, {"digest", digestOf(arrays, index)}});
    } catch (const imaging::Error& error) {
        imaging::log(imaging::LogLevel::Warning,
            std::string("The decoded pictures are not kept for the next run. ") + error.what());
        return;
    }
    removeOldest(file.parent_path());
}

} // namespace models::data
