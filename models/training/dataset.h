#pragma once

#include "imaging/progress.h"
#include "models/lvit_training.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace models {

/// Which rows and columns of a data folder's manifest.csv to take.
struct DatasetOptions
{
    std::filesystem::path folder;
    std::string split;
    std::string imageColumn = "image";
    std::string maskColumn = "mask";
    std::vector<std::string> textColumns; ///< Empty: no texts.
    int pictureSize = 224;
    bool fullMasks = false; ///< Also keep the masks at their own size, to score against.
    bool skipUnlabelled = false; ///< Leave out rows that name no mask, and count them.
    int limit = 0; ///< Only the first so many rows; 0: all.
    PictureReaders readers; ///< For files that are no PNG.
};

/// A mask at its own size, row by row.
struct FullMask
{
    int columns = 0;
    int rows = 0;
    std::vector<bool> values;
    std::optional<std::array<double, 2>> spacingMm = {}; ///< Between columns, and rows, where its picture's is known.
};

/// Pictures, masks and texts of one split, in memory at the network's size.
struct Dataset
{
    struct Sample
    {
        std::string image; ///< As the manifest names it.
        std::vector<std::string> texts; ///< One per text column; may be empty strings.
    };

    int pictureSize = 0;
    std::vector<Sample> samples;
    std::vector<std::uint8_t> pictures; ///< [samples, size, size], 0..255
    std::vector<std::uint8_t> masks; ///< [samples, size, size], 0 or 1
    std::vector<FullMask> fullMasks; ///< Empty unless asked for.
    int unlabelled = 0; ///< Rows that were left out for having no mask.
    imaging::Warnings warnings;

    std::size_t picturePixels() const { return std::size_t(pictureSize) * std::size_t(pictureSize); }
};

/// Reads a split. Pictures that are not square are squashed, with antialiasing; a pixel of the small mask is set when
/// at least half of its area is. Texts that are missing are counted in a warning. On a stop request what was read so
/// far is returned. Throws Error(NotFound) or Error(InvalidInput) naming file and line: no manifest, no such column, no
/// row of the split, a path that leaves the folder, a picture that is named twice or cannot be read, a mask of another
/// shape.
Dataset readDataset(const DatasetOptions& options, std::stop_token stop, const imaging::Progress& progress);

/// "a+b" -> {"a", "b"}
std::vector<std::string> splitColumns(const std::string& joined);

/// Throws Error(InvalidInput) naming the first picture that both hold.
void requireDisjoint(const Dataset& first, const Dataset& second);

} // namespace models
