#pragma once

#include "models/facade/clip_training.h"
#include "models/facade/training_settings.h"

#include <vector>

namespace models {

/// The general settings of a training, those of trainings on pictures with texts, then CLIP's.
std::vector<Setting> settingsOf(ClipTrainOptions& options);

} // namespace models
