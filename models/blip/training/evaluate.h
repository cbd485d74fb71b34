#pragma once

#include "models/facade/text_evaluation.h"

#include <stop_token>
#include <string>
#include <vector>

namespace models::blip {

/// What a BLIP writes beside baselines, and how it judges by what was changed of a report; each where it can.
/// `neighbours`: the report of the most alike training picture for each picture, or none. Throws as openBlip and
/// training::loadPairs, and Error(WrongUse) for a model that only answers questions.
TextEvaluation evaluateBlip(const TextEvaluateOptions& options, const std::vector<std::string>& neighbours,
    std::stop_token stop, const imaging::Progress& progress);

} // namespace models::blip
