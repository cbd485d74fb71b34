#pragma once

#include "models/scoring/changed_text.h"

#include <array>
#include <span>
#include <vector>

namespace models::scoring {

/// Part of all pairs of a text that fits and one that does not in which the former has the higher score, equal ones by
/// half: the area under the ROC curve. 0.5 is chance, which it also is where there are none.
double rocArea(std::span<const double> fitting, std::span<const double> others);

/// What a score of 0..1 for a text's fitting its picture is worth, learnt where the answer is known.
struct MatchCalibration
{
    double threshold = 0.5; ///< The score below which a text is taken not to fit.
    /// Score, and the share of texts with such a score that fit, where as many texts fit as do not. Both ascend.
    std::vector<std::array<double, 2>> points;
    /// What of a text may be wrong (changed_text.h) without a lower score: an ROC area of chance or less.
    std::vector<TextChange> notToldApart = {};
};

/// The threshold makes the mean of both rates of error least (of texts that fit and are taken not to, and the other way
/// round); the points are groups of equal size, joined until their shares ascend (isotonic regression). Without texts
/// of both kinds, or where the scores tell them apart no better than chance (rocArea() of 0.5 or less), nothing was
/// learnt: there are no points.
MatchCalibration calibrated(std::span<const double> fitting, std::span<const double> others);

/// The part of the scores that are below `threshold`; 0 for none.
double partBelow(std::span<const double> scores, double threshold);

/// The part that is judged right when 0.5 and more counts as fitting: of texts that fit and of others, each kind counting
/// half, or of those that fit where there are no others; 0 for none that fit.
double partRight(std::span<const double> fitting, std::span<const double> others);

/// How far the scores are from 1 for texts that fit and from 0 for others: the mean of -log of what is right, each kind
/// counting half, or of those that fit where there are no others; 0 for none that fit. Lower is better; always 0.5 would
/// be 0.693.
double matchLoss(std::span<const double> fitting, std::span<const double> others);

} // namespace models::scoring
