#pragma once

#include "models/lvit/lvit.h"
#include "models/lvit/training/lvit_step.h"
#include "models/training/weight_average.h"

#include <torch/optim/optimizer.h>

#include <filesystem>
#include <string>

namespace models::training {

/// The tensor of PseudoLabels::rows() in a state.
inline constexpr const char* training::kLabelRows = "pseudo_labels.rows";
/// The file of PseudoLabels beside it.
inline constexpr const char* training::kPseudoLabelsFile = "pseudo_labels.u16";

/// Where a training stands, apart from its tensors.
struct training::TrainingPosition
{
    int epoch = 0; ///< Finished ones.
    std::int64_t step = 0; ///< Finished ones of the current epoch.
    lvit::StepLosses lossSums; ///< Over those steps.
    std::int64_t unlabelledSteps = 0; ///< Of them, those that showed unlabelled pictures.
    std::int64_t lvSteps = 0; ///< Of them, those that had an LV loss.
    lvit::LabelChange labelChange; ///< Of the current epoch.
    int predictedEpoch = 0; ///< From 1: the last one before which the unlabelled pictures were predicted; 0: none yet.
    int bestEpoch = 0; ///< From 1; 0: none yet.
    double bestDice = -1;
    double seconds = 0; ///< Of work, all runs together.
    double epochSeconds = 0; ///< Of them in the current epoch.
    bool finished = false;
    bool described = false; ///< The model card has the figures of the best epoch.
};

/// Everything a resumed training needs to go on exactly as if it had not stopped.
struct training::TrainingState
{
    training::TrainingPosition position;
    std::string settings; ///< Of the run and its data; must be equal to resume.
    at::Tensor labelRows; ///< PseudoLabels::rows(); undefined without unlabelled pictures.
};

/// Writes weights, average and optimizer to one file, whole or not at all. Throws Error(Io).
void saveState(const std::filesystem::path& file, const training::TrainingState& state, const torch::nn::Module& net,
    const training::WeightAverage& average, torch::optim::Optimizer& optimizer);

/// Reads only the position and settings. Throws Error(Model).
training::TrainingState readState(const std::filesystem::path& file);

/// Puts the tensors back; returns the label rows (undefined when there are none). Throws Error(Model) when the file
/// does not belong to this network.
at::Tensor loadStateTensors(const std::filesystem::path& file, torch::nn::Module& net, training::WeightAverage& average,
    torch::optim::Optimizer& optimizer);

} // namespace models::training
