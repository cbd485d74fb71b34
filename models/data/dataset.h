#pragma once

#include "imaging/progress.h"
#include "imaging/window_level.h"
#include "models/data/pictures.h"
#include "models/vision/slice_preparation.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace models::data {

/// How a picture comes to the network's square, where that is not squashing it with a triangle filter (resize.h).
struct PictureFitting
{
    std::string name; ///< Another one for another way: kept pictures are told apart by it (dataset_cache.h).
    std::function<std::vector<std::uint8_t>(const Picture&, int size)> fit; ///< Of a grey picture: [size, size]
    bool centreSquare = false; ///< It shows the square in the middle of the picture, not the whole: so do the masks.
};

/// What of a data folder to take, and how.
struct DatasetOptions
{
    std::filesystem::path folder;
    std::string split;
    std::string splitSetting = "split"; ///< What chooses it, for errors (imaging::Error::about).
    std::string imageColumn = "image";
    std::string maskColumn = "mask"; ///< "a+b": one column for each class.
    /// Off: no mask is read, and no column, folder or SEG of them need be there: for models that learn from pictures
    /// and texts. A folder that has masks is taken, too.
    bool masks = true;
    std::string classColumn; ///< What a picture is classed as (manifest.h); empty: not read.
    std::vector<std::string> textColumns; ///< Empty: no texts.
    bool showsWithoutText = true; ///< Off: who asks leaves pictures that lack a text out, and says so.
    int pictureSize = 224;
    std::optional<PictureFitting> fitting; ///< Only for grey pictures.
    bool fullMasks = false; ///< Also keep the masks at their own size, to score against.
    bool skipUnlabelled = false; ///< Leave out rows that name no mask, and count them.
    int limit = 0; ///< Only the first so many rows; 0: all.
    PictureReaders readers; ///< For files that are neither PNG nor JPEG.
    int channels = 1; ///< 3: pictures in colour stay so.
    int classes = 1; ///< Of the network: n > 1 means mask values 0..n-1.
    int tileSize = 0; ///< In the pictures' own pixels; 0: whole pictures.
    int tileOverlap = 0;
    double emptySlices = 1; ///< Of a stack without any mask that are kept, for each that has one; below 0: all.
    std::optional<imaging::WindowLevel> window; ///< Of CT.
    vision::SlicePreparation preparation; ///< Of grey pictures that are neither PNG nor JPEG, after the window.
    imaging::Sides textSides =
        imaging::Sides::Picture; ///< Of the texts; pictures and masks are turned to fit (turnFor).
    std::filesystem::path cache; ///< Folder for what was decoded (dataset_cache.h); empty: none.
};

/// A mask at its own size, row by row.
struct FullMask
{
    int columns = 0;
    int rows = 0;
    std::vector<bool> values; ///< Whether the pixel belongs to any class.
    std::vector<std::uint8_t> labels{}; ///< Which one; only with several classes.
    std::optional<std::array<double, 2>> spacingMm = {}; ///< Between columns, and rows, where its picture's is known.
};

/// Pictures, masks and texts of one split, in memory at the network's size.
struct Dataset
{
    struct Sample
    {
        /// As the manifest names it; with "#7" for slice 7 of a stack, "@0,512" for the tile at column 0, row 512.
        std::string image;
        std::vector<std::string> texts; ///< One per text column; may be empty strings.
        bool labelled = true; ///< Off: there is no mask where masks are read, the one here is empty.
        std::vector<std::string> masks = {}; ///< Their files, as the manifest names them.
        std::string className = {}; ///< Empty where no class is read, or the row names none.
    };

    int pictureSize = 0;
    int channels = 1; ///< 3 when a picture is in colour and colour was asked for.
    std::vector<Sample> samples;
    std::vector<std::uint8_t> pictures; ///< [samples, channels, size, size], 0..255
    /// [samples, size, size], 0 or 1; with several classes their values. Empty when no masks are read.
    std::vector<std::uint8_t> masks;
    std::vector<FullMask> fullMasks; ///< Empty unless asked for.
    int unlabelled = 0; ///< Rows that were left out for having no mask.
    imaging::Warnings warnings;

    bool hasMasks() const { return !masks.empty(); }
    std::size_t picturePixels() const { return std::size_t(pictureSize) * std::size_t(pictureSize); }
};

/// Reads a split of any layout (manifest.h). A case is a picture and a sentence: a picture with several sentences gives
/// a sample for each, and is decoded once. Pictures that are not square are squashed, with antialiasing; a pixel of the
/// small mask is set when at least half of its area is (with several classes it has the value of the largest part). A
/// stack gives a sample for each slice, tiles one for each tile; a text that names a side or zone says nothing about a
/// tile and is left out there. Pictures that the network does not see as they are stored are turned with their masks,
/// and those that do not say where the patient's sides are though their texts mean them are counted. What is missing or
/// odd is counted in warnings. A row without mask is an unlabelled picture, which only a split that is not scored
/// (fullMasks) may hold. On a stop request what was read so far is returned. Throws Error(NotFound) or
/// Error(InvalidInput) as readManifest, and naming file and line: a picture that
/// cannot be read, a mask of another shape or with a value that is no class.
Dataset readDataset(const DatasetOptions& options, std::stop_token stop, const imaging::Progress& progress);

/// "a+b" -> {"a", "b"}
std::vector<std::string> splitColumns(const std::string& joined);

/// The names of the classes that samples have, each once, in the order of the alphabet.
std::vector<std::string> classNames(const Dataset& data);

/// The picture's name in the manifest, without what is added for slices and tiles.
std::string fileOf(const Dataset::Sample& sample);

/// Throws Error(InvalidInput) naming the first picture that both hold, whatever slices or tiles of it.
void requireDisjoint(const Dataset& first, const Dataset& second);

} // namespace models::data
