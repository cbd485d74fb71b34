#pragma once

#include "imaging/progress.h"
#include "models/data/pictures.h"
#include "models/training/score_kind.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace models::training {

enum class Optimizer {
    Adam,
    AdamW,
    Sgd, ///< With a momentum of 0.9.
};

/// How the learning rate changes (schedule.h).
enum class Schedule {
    CosineRestarts, ///< T0 10, eta_min 1e-4, per epoch
    OneCycle, ///< 15 % warm-up, per step
    WarmCosine, ///< warmUpEpochs at warmUpRate, then half a cosine to 0 over all epochs, per epoch
};

/// Settings that every training has, whatever the family of its model. A family adds its own and gives the defaults
/// that suit it.
struct TrainOptions
{
    std::filesystem::path data; ///< With manifest.csv, in LViT's own layout, or of DICOM studies (data/manifest.h).
    std::filesystem::path output; ///< Becomes a model package; state and logs lie in output/training.
    /// Column of the manifest; several separated by '+' are drawn at random in training.
    std::string textColumn = "text";
    std::string imageColumn = "image";
    std::string trainSplit = "train";
    std::string validationSplit = "valid";
    std::string name; ///< Of the package.
    /// Package or file of weights to start from; empty: random.
    std::filesystem::path initialWeights;

    Optimizer optimizer = Optimizer::Adam;
    double learningRate = 3e-4;
    double weightDecay = 0;
    Schedule schedule = Schedule::CosineRestarts;
    int warmUpEpochs = 1; ///< WarmCosine only, as is
    double warmUpRate = 1e-5; ///< their learning rate.
    int batchSize = 24;
    int epochs = 2000;
    int stepsPerEpoch = 0; ///< 0: as many as one pass over the pictures needs.
    int earlyStopEpochs = 50; ///< Stop when the validation score has not risen for so many epochs; 0: never.
    std::uint64_t seed = 666;
    double gradientNorm = 0; ///< A step's gradient that is longer is shortened to this length; 0: none is.
    double averageDecay = 0; ///< Exponential average of weights used for validation and the package; 0: off.
    bool halfPrecision = false; ///< bfloat16 autocast where the processor has it.

    std::string device = "auto";
    int threads = 0; ///< 0: all cores.
    int loaderThreads = 0; ///< That make batches beside the training; 0: chosen by the number of cores.
    std::filesystem::path cache; ///< Folder that keeps decoded pictures for the next run; empty: none.
    bool resume = false;
    double saveMinutes = 10; ///< How often the state is saved within an epoch; it is at the end of each, too.
    bool saveHalf = false; ///< The package's weights in float16: half the size.
    // What the package says of the pictures it is for (PackageHead).
    std::vector<std::string> modalities{"CR", "DX"};
    std::vector<std::string> bodyParts{"CHEST"};
    std::vector<std::string> views{"AP", "PA"};

    data::PictureReaders readers; ///< Not a setting: the program's.
};

struct TrainResult
{
    int epochs = 0;
    int bestEpoch = 0; ///< From 1; 0: none was finished.
    double bestScore = 0; ///< Of that epoch, on the validation split; 0 when there is none.
    double seconds = 0;
    bool cancelled = false;
    imaging::Warnings warnings{}; ///< What is odd about the data, as it was logged before the first step.
    ScoreKind score{}; ///< What bestScore is.
};

} // namespace models::training
