#pragma once

#include "models/scoring/figure_table.h"
#include "models/scoring/place_scores.h"
#include "models/scoring/text_scores.h"
#include "models/training/pair_data.h"

#include <string>
#include <vector>

namespace models::training {

/// How one text for each scored picture, in their order, agrees with the pictures' own.
struct WrittenScores
{
    double own = 0; ///< Part that is one of the picture's own texts, letter for letter.
    scoring::PlaceScores places; ///< Against the first of them.
    scoring::TextScores words;
};

WrittenScores scoreWritten(const std::vector<std::string>& texts, const PairData& data);

/// The columns of such scores, and a row.
scoring::FigureTable writtenTable();
scoring::FigureRow writtenRow(const std::string& name, const WrittenScores& scores);

/// What always writing the most frequent text of the training split would reach.
WrittenScores scoreMostFrequent(const PairData& data);

} // namespace models::training
