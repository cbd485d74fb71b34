#pragma once

#include "models/blip/network.h"
#include "models/facade/blip_training.h"
#include "models/scoring/place_scores.h"
#include "models/scoring/text_scores.h"
#include "models/text/bert_tokenizer.h"
#include "models/training/pair_data.h"

#include <c10/core/Device.h>

#include <stop_token>
#include <string>
#include <vector>

namespace models::blip {

/// How well a BLIP writes, and tells texts that fit from such that do not.
struct BlipScores
{
    scoring::TextScores texts; ///< Of what it writes, the likeliest word after the other, against the pictures' own.
    scoring::PlaceScores places; ///< Against the first of them.
    double matches = 0; ///< Part of the pairs that ITM judges right: each picture with its text and with another's.
};

/// Captions of the validation split's pictures, the likeliest word after the other.
std::vector<std::string> captions(Blip& blip, const text::BertTokenizer& tokenizer, const training::PairData& data,
    const BlipTrainOptions& options, c10::Device device, const std::stop_token& stop);

/// Of the validation split, unchanged, in float32.
BlipScores scoreBlip(Blip& blip, const text::BertTokenizer& tokenizer, const training::PairData& data,
    const BlipTrainOptions& options, c10::Device device, const std::stop_token& stop);

/// The scores of these texts, one for each picture.
BlipScores scoreTexts(const std::vector<std::string>& texts, const training::PairData& data);

} // namespace models::blip
