#pragma once

#include "imaging/error.h"
#include "models/lvit/training/training_state.h"
#include "models/scoring/metrics.h"
#include "models/training/training_log.h"

#include <string>
#include <vector>

namespace models::lvit {

/// What the log says of an epoch of `steps` steps whose last one is done.
training::EpochRow epochRow(const LvitTrainOptions& options, const training::TrainingPosition& position,
    std::int64_t steps, const scoring::Scores& scores, double secondsWaited);

/// One line about where the training stands and how long it will take.
std::string progressLine(
    const LvitTrainOptions& options, const training::TrainingPosition& position, std::int64_t steps);

/// A step that made the network useless.
struct FailedStep
{
    std::int64_t epoch = 0; ///< From 0
    std::int64_t step = 0; ///< From 0, within the epoch
    std::vector<std::string> pictures; ///< That it showed.
};

/// Error(Model): the loss or the weights are no numbers any more. Names the step, its pictures and what is kept;
/// `stateFile` is empty when no state was saved yet.
imaging::Error leftTheRange(const LvitTrainOptions& options, const training::TrainingPosition& position,
    const FailedStep& failed, const std::filesystem::path& stateFile);

} // namespace models::lvit
