#pragma once

#include "models/facade/blip_training.h"
#include "models/facade/training_settings.h"

#include <vector>

namespace models {

/// The general settings of a training, those of trainings on pictures with texts, then BLIP's.
std::vector<Setting> settingsOf(BlipTrainOptions& options);

template <> Words<BlipObjective> wordsOf<BlipObjective>();

} // namespace models
