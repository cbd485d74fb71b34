#pragma once

#include "imaging/progress.h"
#include "models/lvit_training.h"

#include <stop_token>

namespace models {

/// Scores an LViT package on a split of a data folder, each picture on its mask's own grid, by both conventions
/// (lvit_training.h), with the texts given, with none (zero vectors) or each with another picture's text (a seeded
/// shuffle). On a stop request the figures so far are returned as cancelled. Throws Error(WrongUse) for another kind of
/// text, Error(Model) or Error(NotFound) for the package, Error(InvalidInput) for the data.
LvitEvaluateResult evaluateLvit(
    const LvitEvaluateOptions& options, std::stop_token stop, const imaging::Progress& progress);

} // namespace models
