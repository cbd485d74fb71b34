#pragma once

#include "models/data/dataset.h"

#include <string>
#include <vector>

namespace models::training {

/// What must be equal to resume a training, as JSON: of `settings`, a JSON object with those of a family, what changes
/// the result (paths, threads and the like do not; `free` names more), with a digest of the data.
std::string settingsToCompare(const std::string& settings, const std::vector<std::string>& free,
    const data::Dataset& training, const data::Dataset& validation, int processes);

} // namespace models::training
