#pragma once

#include "models/data/manifest.h"

#include <filesystem>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace models::data {

/// A data set as it is decoded: without texts and warnings, with the row that each sample came from.
struct PackedDataset
{
    Dataset data;
    std::vector<int> rows;
    std::size_t scaledMasks = 0;
    std::size_t turned = 0;
    std::vector<std::size_t> withoutSides; ///< Samples whose file does not say where the patient's sides are.
};

/// Together the files of a cache folder take at most so much; the ones that were used longest ago go first.
inline constexpr std::uintmax_t kMostCacheBytes = std::uintmax_t{8} << 30;

/// Where options.cache keeps these rows. The name is a digest of the content of every file they name and of all
/// settings that change what is decoded, so other data never have the same name.
std::filesystem::path cacheFile(
    const DatasetOptions& options, std::span<const ManifestRow> rows, const std::stop_token& stop);

/// Nothing when the file is not there, or is not whole: its bytes are checked against their digest. `hasMasks` as
/// DatasetOptions::masks.
std::optional<PackedDataset> readCache(const std::filesystem::path& file, std::size_t rows, bool hasMasks);

/// Writes whole or not at all, then removes what is over kMostCacheBytes. A cache that cannot be written is worth a
/// line in the log only.
void writeCache(const std::filesystem::path& file, const PackedDataset& packed);

} // namespace models::data
