#pragma once

#include "models/clip/training/retrieval.h"
#include "models/facade/clip_training.h"

#include <optional>
#include <string>

namespace models::clip {

struct CardFigures
{
    int epoch = 0;
    double seconds = 0;
    std::optional<Retrieval> scores; ///< Nothing while the training runs.
    std::vector<std::string> neighbours; ///< textsOfNeighbours
};

/// The README.md of the folder.
std::string modelCard(
    const ClipTrainOptions& options, const ClipImpl& clip, const training::PairData& data, const CardFigures& figures);

} // namespace models::clip
