#include "annotations/seg/plane_step.h"

#include <algorithm>
#include <cmath>

namespace annotations {

namespace {

constexpr double kSmallestMm = 1e-3;
constexpr double kAllowed = 0.05; // Of a step.

bool isUsable(double step)
{
    return std::isfinite(step) && step > kSmallestMm;
}

/// Whether every plane lies on a multiple of the step, to a part of it.
bool fits(const std::vector<double>& levels, double step, double allowed)
{
    return std::all_of(levels.begin(), levels.end(), [&](double level) {
        const double index = (level - levels.front()) / step;
        return std::abs(index - std::round(index)) <= allowed;
    });
}

/// Positions are often rounded to 0.1 mm, the first as well as the others.
double allowedForRounding(double step)
{
    constexpr double kRoundingMm = 0.1;
    constexpr double kMost = 0.2; // Of a step.
    return std::min(kMost, std::max(kAllowed, kRoundingMm / step));
}

PlaneStep stepOfOnePlane(const StoredSteps& stored)
{
    if (isUsable(stored.spacingMm))
        return {stored.spacingMm, VolumeKind::Known};
    if (isUsable(stored.thicknessMm))
        return {stored.thicknessMm, VolumeKind::Known};
    return {1, VolumeKind::Unknown};
}

/// Planes at equal distances: with gaps between them when they are thinner.
PlaneStep stepOfEqual(double step, double thickness)
{
    const bool gaps = isUsable(thickness) && thickness < (1 - kAllowed) * step;
    return {step, gaps ? VolumeKind::Estimate : VolumeKind::Known};
}

} // namespace

PlaneStep planeStep(const std::vector<double>& levels, const StoredSteps& stored)
{
    if (levels.size() < 2)
        return stepOfOnePlane(stored);
    if (isUsable(stored.spacingMm) && fits(levels, stored.spacingMm, allowedForRounding(stored.spacingMm)))
        return {stored.spacingMm, VolumeKind::Known};
    const double mean = (levels.back() - levels.front()) / static_cast<double>(levels.size() - 1);
    double smallest = mean;
    double largest = mean;
    for (std::size_t i = 1; i < levels.size(); ++i) {
        smallest = std::min(smallest, levels[i] - levels[i - 1]);
        largest = std::max(largest, levels[i] - levels[i - 1]);
    }
    // Of two planes nobody knows whether one is missing between them.
    const bool equal = levels.size() > 2 && largest - smallest <= 2 * allowedForRounding(mean) * mean
        && fits(levels, mean, allowedForRounding(mean));
    if (equal)
        return stepOfEqual(mean, stored.thicknessMm);
    if (isUsable(stored.thicknessMm) && fits(levels, stored.thicknessMm, kAllowed))
        return {stored.thicknessMm, VolumeKind::Known};
    constexpr int kMostParts = 10; // Of the smallest gap: 4 and 6 mm have 2 mm in common.
    for (int parts = 1; parts <= kMostParts; ++parts) {
        if (isUsable(smallest / parts) && fits(levels, smallest / parts, kAllowed))
            return {smallest / parts, VolumeKind::Estimate};
    }
    return {0, VolumeKind::Estimate};
}

} // namespace annotations
