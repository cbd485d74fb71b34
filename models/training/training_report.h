#pragma once

#include "imaging/error.h"
#include "models/training/training_state.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace models::training {

struct ScoreKind;
struct TrainOptions;

/// One line about where the training stands and how long it will take. `score`: what the best score is.
std::string progressLine(
    const TrainOptions& options, const TrainingPosition& position, std::int64_t steps, const ScoreKind& score);

/// A step that made the network useless.
struct FailedStep
{
    std::int64_t epoch = 0; ///< From 0
    std::int64_t step = 0; ///< From 0, within the epoch
    std::vector<std::string> pictures; ///< That it showed.
};

/// Error(Model): the loss or the weights are no numbers any more. Names the step, its pictures and what is kept;
/// `stateFile` is empty when no state was saved yet.
imaging::Error leftTheRange(const TrainOptions& options, const TrainingPosition& position, const FailedStep& failed,
    const std::filesystem::path& stateFile);

} // namespace models::training
