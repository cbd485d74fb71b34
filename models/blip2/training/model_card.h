#pragma once

#include "models/blip2/training/compare_scores.h"
#include "models/training/written_scores.h"

#include <string>
#include <vector>

namespace models::blip2 {

struct CardFigures
{
    int epoch = 0;
    double seconds = 0;
    std::vector<scoring::FigureTable> tables; ///< Empty while the training runs.
};

/// Of stage 1, and of one text written for each picture, beside the most frequent report.
std::vector<scoring::FigureTable> tablesOf(const CompareScores& scores, const training::PairData& data);
std::vector<scoring::FigureTable> tablesOf(const std::vector<std::string>& written, const training::PairData& data);

/// The README.md of the folder.
std::string modelCard(const Blip2TrainOptions& options, const Blip2Impl& blip2, const training::PairData& data,
    const CardFigures& figures);

} // namespace models::blip2
