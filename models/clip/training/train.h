#pragma once

#include "imaging/progress.h"
#include "models/facade/clip_training.h"

#include <stop_token>

namespace models::clip {

/// Trains a CLIP and leaves a folder as Hugging Face lays it out in options.output, of the best epoch by contrastive loss; the
/// state to resume from and log.csv lie in options.output/training. Resumed, it ends with exactly the weights it would
/// have had. Throws as lvit::trainLvit.
TrainResult trainClip(const ClipTrainOptions& options, std::stop_token stop, const imaging::Progress& progress);

} // namespace models::clip
