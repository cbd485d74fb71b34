#pragma once

#include "models/scoring/match_scores.h"

#include <string>

namespace models::scoring {

/// The points of a calibration as a picture (SVG, without the time or anything else that changes): score to the right, the
/// share of texts that fit upwards, the threshold dotted, and the line on which a score would be the share itself. Empty
/// without points.
std::string reliabilityCurve(const MatchCalibration& calibration);

} // namespace models::scoring
