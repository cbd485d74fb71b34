#pragma once

#include "models/facade/blip2_training.h"
#include "models/facade/training_settings.h"

#include <vector>

namespace models {

/// The general settings of a training, those of trainings on pictures with texts, then BLIP-2's.
std::vector<Setting> settingsOf(Blip2TrainOptions& options);

template <> Words<Blip2Objective> wordsOf<Blip2Objective>();

} // namespace models
