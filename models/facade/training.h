#pragma once

#include "imaging/laterality.h"
#include "imaging/progress.h"
#include "models/data/pictures.h"
#include "models/package/package.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace models {

enum class Optimizer { Adam, AdamW };

/// How the learning rate changes (training/schedule.h).
enum class Schedule {
    CosineRestarts, ///< T0 10, eta_min 1e-4, per epoch
    OneCycle, ///< 15 % warm-up, per step
};

/// What is learnt from the training pictures without a label.
enum class UnlabelledUse {
    None,
    Pseudo, ///< The prototype's masks, cut at 0.5, fixed.
    Epi, ///< Soft masks averaged over the training (Li et al., LViT, IEEE TMI 2024: exponential pseudo-label
         ///< iteration).
};

/// Settings that every training has; each can stand in the JSON file of --config under the same name.
struct TrainOptions
{
    std::filesystem::path data; ///< With manifest.csv, in LViT's own layout, or of DICOM studies (data/manifest.h).
    std::filesystem::path output; ///< Becomes a model package; state and logs lie in output/training.
    /// Column of the manifest; several separated by '+' are drawn at random in training.
    std::string textColumn = "text";
    std::string imageColumn = "image";
    std::string maskColumn = "mask"; ///< With several classes also one column for each, joined by '+'.
    std::string trainSplit = "train";
    std::string validationSplit = "valid";
    std::string name = "lvit";
    /// Package or file of weights to start from; empty: random.
    std::filesystem::path initialWeights;

    int pictureSize = 224;
    int channels = 3;
    /// Names of what the mask values 1, 2, ... mean when there are several classes; empty: one, `finding`.
    std::vector<std::string> classes;
    int tileSize = 0; ///< Pictures are cut into squares of so many of their pixels; 0: they are taken whole.
    int tileOverlap = 0; ///< Pixels that neighbouring tiles share.
    double emptySlices = 1; ///< Slices of a stack without any mask that are kept, for each that has one; below 0: all.
    double windowCentre = 0; ///< Window of CT, in HU.
    double windowWidth = 0; ///< 0: the files' own windows.

    Optimizer optimizer = Optimizer::Adam;
    double learningRate = 3e-4;
    double weightDecay = 0;
    Schedule schedule = Schedule::CosineRestarts;
    int batchSize = 24;
    int epochs = 2000;
    /// 0: as many as one pass needs, over the labelled pictures or, with `unlabelled`, over all.
    int stepsPerEpoch = 0;
    int earlyStopEpochs = 50; ///< Stop when the validation score has not risen for so many epochs; 0: never.
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

    /// Of the training pictures that have a mask; drawn by the seed, listed in labelled.csv.
    double labelledFraction = 1;
    UnlabelledUse unlabelled = UnlabelledUse::None;
    int prototypeEpochs = 5; ///< On labelled pictures only; then the prototype draws the first pseudo-labels.
    int rampEpochs = 2; ///< Over which the weight of the unlabelled pictures' loss grows to the whole.
    double unlabelledWeight = 1;
    int unlabelledPerStep = 0; ///< Of a step's batchSize pictures; 0: half.

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
    imaging::Sides textSides = imaging::Sides::Picture;
    TextWording textWording = TextWording::AsWritten; ///< LvitReport: users' texts are put into that wording first.
    std::string finding = "Pulmonary infection";

    data::PictureReaders readers; ///< Not a setting: the program's.
};

struct TrainResult
{
    int epochs = 0;
    int bestEpoch = 0;
    double bestScore = 0; ///< On the validation split: of segmentation the per-image mean of the Dice.
    double seconds = 0;
    bool cancelled = false;
    imaging::Warnings warnings; ///< What is odd about the data, as it was logged before the first step.
};

} // namespace models
