#pragma once

#include "imaging/progress.h"
#include "models/training/train_options.h"
#include "models/training/training_place.h"
#include "models/training/training_task.h"

#include <stop_token>

namespace models::training {

/// The loop of every training: epochs of steps over inputs that are made ahead, an average of weights, validation,
/// early stop, a log, and a state from which it goes on exactly as if it had not stopped. The task's network stands at
/// its first weights. Throws Error(InvalidInput) for a state of other settings, Error(Model) when the loss is no number
/// any more, with the best package so far kept.
TrainResult runTraining(const TrainOptions& options, TrainingTask& task, const TrainingPlace& place,
    const std::stop_token& stop, const imaging::Progress& progress);

} // namespace models::training
