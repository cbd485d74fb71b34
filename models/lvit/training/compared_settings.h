#pragma once

#include "models/facade/lvit_training.h"

#include <string>

namespace models::lvit {

struct TrainingData;

/// What must be equal to resume, as JSON: settings that change the result, and a digest of the data.
std::string settingsToCompare(const LvitTrainOptions& options, const TrainingData& data, int processes = 1);

} // namespace models::lvit
