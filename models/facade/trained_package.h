#pragma once

#include "models/facade/training.h"
#include "models/package/package.h"

#include <string>

namespace models {

/// What a training of any family makes its package say: its kind, and what the settings say of name and pictures.
PackageHead headOf(const TrainOptions& options, const std::string& modelType);

} // namespace models
