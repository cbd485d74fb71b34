#pragma once

#include "models/data/dataset.h"

#include <cstdint>
#include <string>
#include <vector>

namespace models::training {

/// The text each picture of an evaluation is shown with: its first one ("given"), an empty one ("none") or another
/// picture's ("shuffled"). Throws Error(WrongUse) for another kind.
std::vector<std::string> textsFor(const std::string& kind, const data::Dataset& data, std::uint64_t seed);

} // namespace models::training
