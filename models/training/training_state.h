#pragma once

#include "models/training/weight_average.h"
#include "models/weights/state_dict.h"

#include <torch/optim/optimizer.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace models::training {

/// Figures of a family by name.
using Figures = std::map<std::string, double>;

/// Where a training stands, apart from its tensors.
struct TrainingPosition
{
    int epoch = 0; ///< Finished ones.
    std::int64_t step = 0; ///< Finished ones of the current epoch.
    double lossSum = 0; ///< Of what was minimised, over those steps.
    Figures sums; ///< What the family adds up over them (TrainingTask::losses).
    int bestEpoch = 0; ///< From 1; 0: none yet.
    double bestScore = 0; ///< Of bestEpoch; without meaning while there is none.
    double seconds = 0; ///< Of work, all runs together.
    double epochSeconds = 0; ///< Of them in the current epoch.
    bool finished = false;
    bool described = false; ///< The model card has the figures of the best epoch.
};

/// Everything a resumed training needs to go on exactly as if it had not stopped.
struct TrainingState
{
    TrainingPosition position;
    Figures lasting; ///< The family's own figures that outlast an epoch; when read they stand among position.sums.
    std::string settings; ///< Of the run and its data; must be equal to resume.
    weights::StateDict tensors; ///< The family's own.
};

/// Writes weights, average and optimizer to one file, whole or not at all. Throws Error(Io).
void saveState(const std::filesystem::path& file, const TrainingState& state, const torch::nn::Module& net,
    const WeightAverage& average, torch::optim::Optimizer& optimizer);

/// Reads only position and settings. Throws Error(Model).
TrainingState readState(const std::filesystem::path& file);

/// Puts the tensors back; returns the family's own. Throws Error(Model) when the file does not belong to this network.
weights::StateDict loadStateTensors(const std::filesystem::path& file, torch::nn::Module& net, WeightAverage& average,
    torch::optim::Optimizer& optimizer);

/// Throws Error(InvalidInput) naming each setting that differs. All are JSON objects; `defaults`: what a training ran
/// with whose state does not know a setting yet.
void requireSameSettings(const std::string& saved, const std::string& now, const std::string& defaults,
    const std::filesystem::path& stateFile);

} // namespace models::training
