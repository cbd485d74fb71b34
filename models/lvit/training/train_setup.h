#pragma once

#include "models/facade/training.h"
#include "models/lvit/lvit.h"
#include "models/training/batch.h"
#include "models/training/labelled_split.h"

#include <torch/nn/module.h>
#include <torch/optim/optimizer.h>

#include <memory>
#include <stop_token>

namespace models::text {
class TextEncoder;
}

namespace models::lvit {

/// Everything read before the first step.
struct TrainingData
{
    TrainingData();
    ~TrainingData();
    TrainingData(TrainingData&&) noexcept;
    TrainingData& operator=(TrainingData&&) noexcept;

    data::Dataset training;
    data::Dataset validation;
    std::unique_ptr<text::TextEncoder> encoder; ///< Null, as `texts`, for a network that reads none.
    std::unique_ptr<training::TextVectors> texts;
    training::LabelledSplit split; ///< Of `training`.
    std::vector<std::uint8_t> mirrored; ///< BatchOptions::mirrored
    int textWidth = 0;
    imaging::Warnings warnings; ///< What is odd about the data, one report for both splits.
};

/// Whether the network of these settings has a text branch.
bool readsText(const LvitTrainOptions& options);

/// Throws Error(WrongUse) naming the first setting that makes no sense.
void requireValid(const LvitTrainOptions& options);

/// Throws Error(WrongUse) when the output folder holds a package that this training would not go on with.
void requireNoOtherPackage(const LvitTrainOptions& options);

/// Throws Error(WrongUse) when `stateFile` exists and the options do not say resume.
void requireFreshOrResume(const LvitTrainOptions& options, const std::filesystem::path& stateFile);

/// Removes what a killed run left half written in a folder (the temporary files of imaging::AtomicFile).
void removeUnfinishedFiles(const std::filesystem::path& folder);

/// Reads both splits, looks for what is likely to be a mistake (data_checks.h) and embeds the texts.
TrainingData loadTrainingData(const LvitTrainOptions& options, std::stop_token stop, const imaging::Progress& progress);

std::unique_ptr<torch::optim::Optimizer> makeOptimizer(const LvitTrainOptions& options, const torch::nn::Module& net);
void setLearningRate(torch::optim::Optimizer& optimizer, double rate);

/// Moves the network to the device, convolution weights in channels-last order (faster on CPUs).
void toTrainingLayout(torch::nn::Module& net, c10::Device device);

/// Takes the weights over that `initialWeights` names, if any, and logs how many fit. Throws like readWeights and
/// handOverWeights.
void takeInitialWeights(const LvitTrainOptions& options, LViTImpl& net);

/// What must be equal to resume, as JSON: settings that change the result, and a digest of the data.
std::string settingsToCompare(const LvitTrainOptions& options, const TrainingData& data, int processes = 1);

/// Throws Error(InvalidInput) naming each setting that differs.
void requireSameSettings(const std::string& saved, const std::string& now, const std::filesystem::path& stateFile);

} // namespace models::lvit
