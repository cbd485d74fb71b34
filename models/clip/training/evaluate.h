#pragma once

#include "models/facade/text_evaluation.h"
#include "models/training/pair_data.h"

#include <stop_token>
#include <string>
#include <vector>

namespace models::clip {

/// Retrieval beside chance and baselines, and zero-shot by side and zone (zero_shot.h). Throws as openClip and
/// training::loadPairs.
TextEvaluation evaluateClip(
    const TextEvaluateOptions& options, std::stop_token stop, const imaging::Progress& progress);

/// The report of the most alike training picture for each picture that the options score, by the CLIP
/// options.neighbours. Throws as evaluateClip.
std::vector<std::string> neighbourTexts(
    const TextEvaluateOptions& options, std::stop_token stop, const imaging::Progress& progress);

} // namespace models::clip
