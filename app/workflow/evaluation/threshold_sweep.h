#pragma once

#include "models/facade/evaluation.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace app {

/// The scores at one threshold.
struct SweepPoint
{
    double threshold = 0.5;
    models::scoring::Scores scores;
};

/// Scores at every threshold from 0.01 to 0.99, each picture read once: a pixel is predicted above the threshold.
class ThresholdSweep
{
public:
    static constexpr std::size_t kThresholds = 99;

    /// One picture; `truth` not 0 inside.
    void add(std::span<const float> probabilities, std::span<const std::uint8_t> truth);

    /// Of all pictures so far.
    std::vector<SweepPoint> points() const;

private:
    struct Sum
    {
        double dice = 0;
        double iou = 0;
        models::scoring::PixelCounts pooled;
    };

    std::size_t m_pictures = 0;
    std::array<Sum, kThresholds> m_sums{};
};

/// The point with the largest value of a score such as &models::scoring::Scores::perImageDice; the lowest threshold of
/// equals. `points` must not be empty.
SweepPoint bestOf(const std::vector<SweepPoint>& points, double models::scoring::Scores::*score);

} // namespace app
