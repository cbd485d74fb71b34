#pragma once

#include "models/blip/network.h"
#include "models/facade/blip_training.h"
#include "models/scoring/match_scores.h"
#include "models/weights/state_dict.h"

#include <filesystem>
#include <string>

namespace models::blip {

/// config.json of a Hugging Face BLIP of these shapes, with what a package says of itself.
std::string configJson(const BlipTrainOptions& options, const BlipConfig& config);

/// Writes a folder that `limn caption` and `limn match` open: the vocabulary that lies in `prepared`, model card,
/// preprocessor_config.json, model.safetensors and, as the last one, config.json; each whole or not at all.
void writeBlipFolder(const BlipTrainOptions& options, const std::filesystem::path& prepared, const BlipImpl& blip,
    const std::string& card);

/// Says in config.json of such a folder what scores of `limn match` are worth: "match_calibration", an object of "threshold"
/// and "points", [[score, share that fits], ...], and "not_told_apart", names of changes; draws them as reliability.svg. Without points
/// nothing.
void addCalibration(const std::filesystem::path& folder, const scoring::MatchCalibration& calibration);

} // namespace models::blip
