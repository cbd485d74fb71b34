#pragma once

#include "models/blip2/training/initial_blip2.h"
#include "models/scoring/changed_text.h"
#include "models/scoring/figure_table.h"
#include "models/text/bert_tokenizer.h"
#include "models/training/pair_data.h"

#include <c10/core/Device.h>

#include <stop_token>
#include <string>
#include <vector>

namespace models::blip2 {

/// How well a BLIP-2 of stage 1 tells texts that fit from such that do not.
struct CompareScores
{
    double retrieval = 0; ///< Part of the pictures whose nearest of all texts of the split is one of theirs.
    std::vector<std::string> nearest; ///< That text of each picture.
    std::vector<double> own; ///< How likely ITM finds it that the pictures' own texts fit, 0..1 each.
    std::vector<double> others; ///< The same of other pictures' reports that say something else.
    double written = 0; ///< Mean loss of the next token of own texts; 0 without a head for it.

    double matchLoss() const; ///< scoring::matchLoss of them.
    double matches() const; ///< Part of both that ITM judges right, each counting half.
};

/// How pictures of the validation split are scored.
struct ScoringPlace
{
    const text::BertTokenizer& tokenizer;
    const training::PairData& data;
    const vision::PictureFit& fit;
    std::int64_t batch = 32;
    std::int64_t textTokens = 32;
    c10::Device device;
};

/// Of the validation split, unchanged, in float32. `predictions`: of the learner in training, or empty.
CompareScores scoreCompared(
    Blip2& blip2, layers::BertPredictions predictions, const ScoringPlace& place, const std::stop_token& stop);

} // namespace models::blip2
