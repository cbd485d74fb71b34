#pragma once

#include "imaging/progress.h"
#include "models/facade/blip_training.h"

#include <stop_token>

namespace models::blip {

/// Trains a BLIP and leaves a folder as Hugging Face lays it out in options.output, of the best epoch by BLEU-4 of what
/// it writes; the state to resume from and log.csv lie in options.output/training. Resumed, it ends with exactly the
/// weights it would have had. Throws as lvit::trainLvit.
TrainResult trainBlip(const BlipTrainOptions& options, std::stop_token stop, const imaging::Progress& progress);

} // namespace models::blip
