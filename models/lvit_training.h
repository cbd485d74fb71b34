#pragma once

#include "imaging/progress.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace models {

/// One picture as brightness 0..255, row by row.
struct GreyPicture
{
    int columns = 0;
    int rows = 0;
    std::vector<std::uint8_t> values;
    std::optional<std::array<double, 2>> spacingMm = {}; ///< Between columns, and rows, where the file says it.
};

/// How the files of a training folder that are no PNG are read. Each throws imaging::Error; without them only PNG is.
struct PictureReaders
{
    std::function<GreyPicture(const std::filesystem::path&)> picture; ///< Windowed, MONOCHROME1 turned round.
    std::function<GreyPicture(const std::filesystem::path&)> mask; ///< 0 outside.
};

/// Settings of `limn train lvit`; every one can stand in the JSON file of --config under the same name.
struct LvitTrainOptions
{
    std::filesystem::path data; ///< Folder with manifest.csv.
    std::filesystem::path output; ///< Becomes a model package; state and logs lie in output/training.
    std::string textEncoder; ///< Package name or folder of a BERT.
    std::string textColumn =
        "text"; ///< Column of the manifest; several separated by '+' are drawn at random in training.
    std::string imageColumn = "image";
    std::string maskColumn = "mask";
    std::string trainSplit = "train";
    std::string validationSplit = "valid";
    std::string name = "lvit";

    int width = 64; ///< base_channel
    int depth = 1; ///< Blocks in each VisionTransformer (1 = Tiny)
    int pictureSize = 224;
    int channels = 3;
    int textTokens = 10;
    std::string textUnits =
        "words"; ///< What a text token is: "words" (the authors', longer texts are cut) or "pieces" (WordPiece).
    double dropout = 0.1;

    std::string loss = "weighted_dice_bce"; ///< or "dice_bce" (plain means, lvit.md section 5)
    std::string optimizer = "adam"; ///< or "adamw"
    double learningRate = 3e-4;
    double weightDecay = 0;
    std::string schedule =
        "cosine_restarts"; ///< (T0 10, eta_min 1e-4, per epoch) or "one_cycle" (15 % warm-up, per step)
    int batchSize = 24;
    int epochs = 2000;
    int earlyStopEpochs = 50; ///< Stop when the validation Dice has not risen for so many epochs; 0: never.
    std::uint64_t seed = 666;
    double flipProbability = 0.5; ///< Left-right flip that also swaps the sides in the text.
    double brightnessJitter = 0.1;
    double contrastJitter = 0.1;
    double rotateDegrees = 0; ///< Small rotations about the centre, uniform in +-.
    double zoom = 0; ///< Random scale, uniform in 1 +- zoom.
    double shift = 0; ///< Random shift as a fraction of the picture, uniform in +-.
    /// Of leaving each clause but the last out of a shown text ("two infected areas", "bilateral pulmonary infection").
    double clauseDropProbability = 0;
    /// Of showing a text about both lungs as that of one of them, with the mask's areas of that side only: the model
    /// learns to draw what the words name and no more.
    double oneSideProbability = 0;
    double averageDecay = 0; ///< Exponential average of weights used for validation and the package; 0: off.
    bool halfPrecision = false; ///< bfloat16 autocast where the processor has it.
    double labelledFraction = 1;
    std::string device = "auto";
    int threads = 0; ///< 0: all cores.
    bool resume = false;
    double saveMinutes = 10; ///< How often the state is saved within an epoch; it is at the end of each, too.
    bool saveHalf = false; ///< The package's weights in float16: half the size.
    std::vector<std::string> modalities{"CR", "DX"};
    std::vector<std::string> bodyParts{"CHEST"};
    std::vector<std::string> views{"AP", "PA"};
    std::string textSides = "picture";
    std::string textWording = "as_written"; ///< or "lvit_report": users' texts are put into LViT's wording first.
    std::string finding = "Pulmonary infection";

    PictureReaders readers; ///< Not a setting: the program's.
};

struct LvitTrainResult
{
    int epochs = 0;
    int bestEpoch = 0;
    double bestDice = 0; ///< Per-image mean on the validation split.
    double seconds = 0;
    bool cancelled = false;
};

/// What an Evaluation (evaluation.h) opens.
struct LvitEvaluateOptions
{
    std::filesystem::path model;
    std::filesystem::path data;
    std::string split = "valid";
    std::string textColumn = "text";
    std::string imageColumn = "image";
    std::string maskColumn = "mask";
    std::string device = "auto";
    int limit = 0; ///< Only the first so many cases; 0: all.

    PictureReaders readers;
};

/// A folder of data or a set of settings that is wrong: thrown as imaging::Error(InvalidInput) naming file and line.

} // namespace models
