#pragma once

#include "imaging/progress.h"
#include "models/scoring/match_scores.h"

#include <filesystem>
#include <optional>
#include <string>

namespace models::blip {

/// What config.json of a BLIP's folder says that scores of its matching are worth: "match_calibration", an object of
/// "threshold" and "points", [[score, share that fits], ...], all from 0 to 1, both ascending, and where the
/// scores do not tell some changes of a text apart "not_told_apart", ["side only", ...] (changed_text.h). Nothing where it says
/// nothing; nothing, and a warning, where that is not understood or where the share does not rise with the score.
std::optional<scoring::MatchCalibration> readCalibration(
    const std::filesystem::path& folder, imaging::Warnings& warnings);

/// A sentence on what of a text may be wrong without a lower score; nothing where there is nothing of the kind.
std::optional<std::string> blindnessOf(const scoring::MatchCalibration& calibration);

/// The share of texts with this score that fit: on the straight line between two points, beyond them that of the last.
double shareAt(const scoring::MatchCalibration& calibration, double score);

/// The least score with which half of the texts fit, by the same line; nothing where fewer do with any.
std::optional<double> scoreOfHalf(const scoring::MatchCalibration& calibration);

} // namespace models::blip
