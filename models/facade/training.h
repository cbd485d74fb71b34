#pragma once

#include "imaging/progress.h"
#include "imaging/window_level.h"
#include "models/facade/package.h"

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

/// One picture as brightness 0..255, row by row: grey, or red, green and blue of each pixel.
struct Picture
{
    int columns = 0;
    int rows = 0;
    std::vector<std::uint8_t> values;
    int channels = 1; ///< 1 or 3
    std::optional<std::array<double, 2>> spacingMm = {}; ///< Between columns, and rows, where the file says it.
};

/// A picture or stack of a training folder, with the masks that lie on it.
struct StudyRequest
{
    std::filesystem::path image; ///< A file, or a folder of DICOM files.
    std::vector<std::filesystem::path> masks; ///< A folder stands for the SEG objects in it.
    bool colour = false; ///< Keep colour; otherwise it becomes luminance.
    std::optional<imaging::WindowLevel> window; ///< Of CT; nothing: the file's own.
    TextSides textSides = TextSides::Picture; ///< Slices and masks come turned as the network sees them (turnFor).
};

/// One slice of it.
struct StudySlice
{
    int slice = 1; ///< From 1.
    Picture picture;
    std::vector<GreyPicture> masks; ///< Label values on the picture's grid, one for each mask; empty: unlabelled.
    bool sidesKnown = false; ///< Whether the file says where the patient's sides are.
    bool wasTurned = false; ///< It was not stored as the network sees it.
};

/// How the files of a training folder that are neither PNG nor JPEG are read. Each throws imaging::Error.
struct PictureReaders
{
    std::function<GreyPicture(const std::filesystem::path&)> mask; ///< Label values of one slice.
    std::function<std::vector<StudySlice>(const StudyRequest&)> study; ///< Windowed, MONOCHROME1 turned round.
};

/// The BERT of a package that does not name another.
inline constexpr const char* kDefaultTextEncoder = "all-MiniLM-L6-v2";

/// Settings of `limn train lvit`; every one can stand in the JSON file of --config under the same name.
struct LvitTrainOptions
{
    std::filesystem::path data; ///< With manifest.csv, in LViT's own layout, or of DICOM studies (training/manifest.h).
    std::filesystem::path output; ///< Becomes a model package; state and logs lie in output/training.
    std::string textEncoder = kDefaultTextEncoder; ///< Package name or folder of a BERT; empty: the default one.
    std::string textColumn =
        "text"; ///< Column of the manifest; several separated by '+' are drawn at random in training.
    std::string imageColumn = "image";
    std::string maskColumn = "mask"; ///< With several classes also one column for each, joined by '+'.
    std::string trainSplit = "train";
    std::string validationSplit = "valid";
    std::string name = "lvit";
    /// Package or file of weights to start from; empty: random. What has the same name and shape is taken over; a
    /// network of smaller width is widened first (models/lvit/widen.h).
    std::filesystem::path initialWeights;

    std::string network = "lvit"; ///< or "unet": the encoder, decoder and head alone, to begin an LViT from
    bool text = true; ///< Off: LViT-TW, which reads no text. A U-Net never does.
    bool plam = true; ///< Pixel-level attention over the skip connections.
    int width = 64; ///< base_channel
    int depth = 1; ///< Blocks in each VisionTransformer (1: LViT-T; more: S and B)
    int pictureSize = 224;
    int channels = 3;
    /// Names of what the mask values 1, 2, ... mean when there are several classes; empty: one, `finding`.
    std::vector<std::string> classes;
    int tileSize = 0; ///< Pictures are cut into squares of so many of their pixels; 0: they are taken whole.
    int tileOverlap = 0; ///< Pixels that neighbouring tiles share.
    double emptySlices = 1; ///< Slices of a stack without any mask that are kept, for each that has one; below 0: all.
    double windowCentre = 0; ///< Window of CT, in HU.
    double windowWidth = 0; ///< 0: the files' own windows.
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
    int stepsPerEpoch =
        0; ///< 0: as many as one pass needs, over the labelled pictures or, with `unlabelled`, over all.
    int earlyStopEpochs = 50; ///< Stop when the validation Dice has not risen for so many epochs; 0: never.
    std::uint64_t seed = 666;
    double flipProbability = 0.5; ///< Left-right flip that also swaps the sides in the text.
    double brightnessJitter = 0.1;
    double contrastJitter = 0.1;
    double rotateDegrees = 0; ///< Small rotations about the centre, uniform in +-.
    double zoom = 0; ///< Random scale, uniform in 1 +- zoom.
    double shift = 0; ///< Random shift as a fraction of the picture, uniform in +-.
    /// Of quarter turns and top-bottom flips, as LViT's authors do; only for texts that name no side and no zone.
    double turnProbability = 0;
    /// Of leaving each clause but the last out of a shown text ("two infected areas", "bilateral pulmonary infection").
    double clauseDropProbability = 0;
    /// Of showing a text about both lungs as that of one of them, with the mask's areas of that side only: the model
    /// learns to draw what the words name and no more.
    double oneSideProbability = 0;
    double averageDecay = 0; ///< Exponential average of weights used for validation and the package; 0: off.
    bool halfPrecision = false; ///< bfloat16 autocast where the processor has it.
    double labelledFraction =
        1; ///< Of the training pictures that have a mask; drawn by the seed, listed in labelled.csv.

    /// What is learnt from the training pictures without a label: "none", "pseudo" (the prototype's masks, cut at 0.5,
    /// fixed) or "epi" (soft masks averaged over the training, lvit.md section 2).
    std::string unlabelled = "none";
    int prototypeEpochs = 5; ///< On labelled pictures only; then the prototype draws the first pseudo-labels.
    int rampEpochs = 2; ///< Over which the weight of the unlabelled pictures' loss grows to the whole.
    double unlabelledWeight = 1;
    int unlabelledPerStep = 0; ///< Of a step's batchSize pictures; 0: half.
    double epiDecay = 0.99; ///< P_t = decay P_{t-1} + (1 - decay) P_t
    /// When P is averaged: "step" (a picture's prediction whenever it is shown, mapped back into its own frame) or
    /// "epoch" (the average of weights predicts every unlabelled picture between two epochs).
    std::string epiUpdate = "step";
    double lvWeight = 0.1; ///< alpha: of the LV loss on unlabelled pictures; 0: off.
    std::string contrastSet = "drawings"; ///< Or "labelled": mean masks of the labelled pictures, by text.
    std::string contrastSimilarity = "words"; ///< Or "pooled": how a text finds its contrast text (contrast_set.h).

    std::string device = "auto";
    int threads = 0; ///< 0: all cores.
    int loaderThreads = 0; ///< That make batches beside the training; 0: chosen by the number of cores.
    std::filesystem::path cache; ///< Folder that keeps decoded pictures for the next run; empty: none.
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
    imaging::Warnings warnings; ///< What is odd about the data, as it was logged before the first step.
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
    double emptySlices = 1; ///< As LvitTrainOptions.
    std::filesystem::path cache; ///< As LvitTrainOptions.

    PictureReaders readers;
};

} // namespace models
