#pragma once

#include "imaging/progress.h"

#include <string>
#include <vector>

namespace app {

/// Adds the warnings that are not yet there.
void addWarnings(imaging::Warnings& all, const imaging::Warnings& some);

/// What to say where a model does not know these words (models::Classifier::unknownWords); nothing without one.
imaging::Warnings warningOfUnknown(const std::vector<std::string>& words);

} // namespace app
