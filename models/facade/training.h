#pragma once

// The general settings of a training and its result, as the program uses them, too.
#include "models/training/train_options.h"

namespace models {

using training::Optimizer;
using training::Schedule;
using training::ScoreKind;
using training::scoreText;
using training::TrainOptions;
using training::TrainResult;

} // namespace models
