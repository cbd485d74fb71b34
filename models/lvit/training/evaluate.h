#pragma once

#include "models/facade/evaluation.h"

#include <memory>
#include <stop_token>

namespace models::lvit {

/// Library::openEvaluation().
std::unique_ptr<Evaluation> openLvitEvaluation(
    const EvaluateOptions& options, std::stop_token stop, const imaging::Progress& progress);

} // namespace models::lvit
