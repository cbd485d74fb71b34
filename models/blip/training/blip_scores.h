#pragma once

#include "models/blip/network.h"
#include "models/facade/blip_training.h"
#include "models/scoring/changed_text.h"
#include "models/scoring/match_scores.h"
#include "models/text/bert_tokenizer.h"
#include "models/training/pair_data.h"
#include "models/training/written_scores.h"

#include <c10/core/Device.h>

#include <stop_token>
#include <string>
#include <vector>

namespace models::blip {

/// How likely ITM finds it that texts fit which were changed so that they do not.
struct ChangedMatches
{
    scoring::TextChange change = scoring::TextChange::Any;
    std::vector<double> scores; ///< 0..1 each
};

/// How well a BLIP writes, and tells texts that fit from such that do not.
struct BlipScores
{
    training::WrittenScores written; ///< Of what it writes, the likeliest word after the other.
    std::vector<std::string> texts; ///< That, picture by picture.
    std::vector<double> own; ///< How likely ITM finds it that the pictures' own texts fit, 0..1 each.
    std::vector<ChangedMatches> changed; ///< Of texts that do not fit, by what was changed.

    /// Part of the pairs that ITM judges right, those that fit and those with another report counting half each.
    double matches() const;
    /// Over texts that fit, and all that do not.
    scoring::MatchCalibration calibration() const;
};

/// Captions of the validation split's pictures, the likeliest word after the other.
std::vector<std::string> captions(Blip& blip, const text::BertTokenizer& tokenizer, const training::PairData& data,
    const BlipTrainOptions& options, c10::Device device, const std::stop_token& stop);

/// Of the validation split, unchanged, in float32.
BlipScores scoreBlip(Blip& blip, const text::BertTokenizer& tokenizer, const training::PairData& data,
    const BlipTrainOptions& options, c10::Device device, const std::stop_token& stop);

/// How it judges by what was changed; without rows where it does not compare.
scoring::FigureTable matchTable(const BlipScores& scores);

} // namespace models::blip
