#pragma once

#include "models/facade/evaluation.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace app {

/// One case under one text.
struct CaseScore
{
    models::scoring::PixelCounts pixels;
    std::optional<double> hausdorff95; ///< Nothing when the mask or the prediction is empty.
    double surfaceDice = 0;
};

/// A figure with its 95 % confidence interval.
struct Estimate
{
    double value = 0;
    double low = 0;
    double high = 0;
};

/// Both conventions, never to be mixed: the mean over pictures (as LViT reports), and all pixels pooled (torchmetrics).
struct ScoreSummary
{
    std::size_t pictures = 0;
    Estimate perImageDice;
    Estimate perImageIou;
    Estimate pooledDice;
    Estimate pooledIou;
    Estimate hausdorff95; ///< Mean over the pictures that have one.
    Estimate surfaceDice; ///< Mean over pictures.
    std::size_t withoutDistance = 0; ///< Pictures without a Hausdorff distance.
};

/// How intervals are estimated.
struct Bootstrap
{
    int resamples = 1000; ///< 0: none, intervals are the value itself.
    std::uint64_t seed = 666;
};

/// Summarizes the cases at `positions`. With several lists (the same cases under several texts) it is over all of them,
/// `pictures` counting each case once. Intervals are 2.5 and 97.5 percentiles of resamples of the cases, a case with
/// all its texts; pictures of the same patient count as cases of their own. Throws Error(Internal) for no case.
ScoreSummary summarizeScores(const std::vector<std::span<const CaseScore>>& lists,
    std::span<const std::size_t> positions, const Bootstrap& bootstrap);

} // namespace app
