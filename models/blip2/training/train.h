#pragma once

#include "imaging/progress.h"
#include "models/facade/blip2_training.h"

#include <stop_token>

namespace models::blip2 {

/// Trains a stage of a BLIP-2 and leaves a folder as Hugging Face lays it out in options.output, of the best epoch; the
/// state to resume from and log.csv lie in options.output/training. Resumed, it ends with exactly the weights it would
/// have had. Throws as lvit::trainLvit.
TrainResult trainBlip2(const Blip2TrainOptions& options, std::stop_token stop, const imaging::Progress& progress);

} // namespace models::blip2
