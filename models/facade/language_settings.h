#pragma once

#include "models/facade/language_training.h"
#include "models/facade/training_settings.h"

#include <vector>

namespace models {

/// The general settings of a training and what of texts a language model learns from.
std::vector<Setting> settingsOf(LanguageTrainOptions& options);

} // namespace models
