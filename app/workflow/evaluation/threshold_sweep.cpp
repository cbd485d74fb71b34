#include "app/workflow/evaluation/threshold_sweep.h"

#include <algorithm>

namespace app {

namespace {

double thresholdOf(std::size_t index)
{
    return static_cast<double>(index + 1) / 100;
}

/// How many of the thresholds lie below the probability.
std::size_t levelOf(float probability)
{
    auto level = std::min(static_cast<std::size_t>(std::max(0.0F, probability) * 100), ThresholdSweep::kThresholds);
    while (level < ThresholdSweep::kThresholds && probability > thresholdOf(level))
        ++level;
    while (level > 0 && !(probability > thresholdOf(level - 1)))
        --level;
    return level;
}

} // namespace

void ThresholdSweep::add(std::span<const float> probabilities, std::span<const std::uint8_t> truth)
{
    std::array<std::int64_t, kThresholds + 1> all{}, inside{};
    for (std::size_t pixel = 0; pixel < truth.size(); ++pixel) {
        const auto level = levelOf(probabilities[pixel]);
        ++all[level];
        inside[level] += truth[pixel] != 0 ? 1 : 0;
    }
    models::scoring::PixelCounts counts;
    for (const auto pixels : inside)
        counts.inMask += pixels;
    for (std::size_t index = kThresholds; index-- > 0;) { // From the top: predicted is what lies above.
        counts.predicted += all[index + 1];
        counts.both += inside[index + 1];
        auto& sum = m_sums[index];
        sum.dice += models::scoring::dice(counts);
        sum.iou += models::scoring::iou(counts);
        sum.pooled += counts;
    }
    ++m_pictures;
}

std::vector<SweepPoint> ThresholdSweep::points() const
{
    std::vector<SweepPoint> points;
    const double pictures = static_cast<double>(std::max<std::size_t>(1, m_pictures));
    for (std::size_t index = 0; index < kThresholds; ++index) {
        const auto& sum = m_sums[index];
        points.push_back({thresholdOf(index),
            {sum.dice / pictures, sum.iou / pictures, models::scoring::dice(sum.pooled),
                models::scoring::iou(sum.pooled)}});
    }
    return points;
}

SweepPoint bestOf(const std::vector<SweepPoint>& points, double models::scoring::Scores::*score)
{
    return *std::max_element(points.begin(), points.end(),
        [score](const SweepPoint& a, const SweepPoint& b) { return a.scores.*score < b.scores.*score; });
}

} // namespace app
