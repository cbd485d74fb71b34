#pragma once

#include "models/blip/training/blip_scores.h"

#include <optional>
#include <string>

namespace models::blip {

struct CardFigures
{
    int epoch = 0;
    double seconds = 0;
    std::optional<BlipScores> scores; ///< Nothing while the training runs.
};

/// The README.md of the folder.
std::string modelCard(
    const BlipTrainOptions& options, const BlipImpl& blip, const training::PairData& data, const CardFigures& figures);

} // namespace models::blip
