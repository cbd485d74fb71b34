#include "models/scoring/pixel_counts.h"

#include <cstddef>

namespace models::scoring {

namespace {

constexpr double kSmooth = 1e-5;

} // namespace

PixelCounts& PixelCounts::operator+=(const PixelCounts& other)
{
    both += other.both;
    predicted += other.predicted;
    inMask += other.inMask;
    return *this;
}

double dice(const PixelCounts& counts)
{
    return 2.0 * static_cast<double>(counts.both) / (static_cast<double>(counts.predicted + counts.inMask) + kSmooth);
}

double iou(const PixelCounts& counts)
{
    const auto either = counts.predicted + counts.inMask - counts.both;
    return either == 0 ? 0 : static_cast<double>(counts.both) / static_cast<double>(either);
}

PixelCounts countPixels(std::span<const float> probabilities, std::span<const std::uint8_t> mask, double threshold)
{
    PixelCounts counts;
    for (std::size_t pixel = 0; pixel < mask.size(); ++pixel) {
        const bool predicted = probabilities[pixel] > threshold;
        const bool inside = mask[pixel] != 0;
        counts.predicted += predicted;
        counts.inMask += inside;
        counts.both += predicted && inside;
    }
    return counts;
}

double meanOver(const std::vector<PixelCounts>& pictures, double (*score)(const PixelCounts&))
{
    double sum = 0;
    for (const auto& counts : pictures)
        sum += score(counts);
    return pictures.empty() ? 0 : sum / static_cast<double>(pictures.size());
}

Scores summarize(const std::vector<PixelCounts>& pictures)
{
    PixelCounts pooled;
    for (const auto& counts : pictures)
        pooled += counts;
    return {meanOver(pictures, dice), meanOver(pictures, iou), dice(pooled), iou(pooled)};
}

Scores summarizeClass(const std::vector<PixelCounts>& pictures)
{
    auto shown = pictures;
    std::erase_if(shown, [](const PixelCounts& counts) { return counts.predicted + counts.inMask == 0; });
    return summarize(shown);
}

Scores meanOf(const std::vector<Scores>& scores)
{
    Scores mean;
    for (const auto& one : scores) {
        mean.perImageDice += one.perImageDice / double(scores.size());
        mean.perImageIou += one.perImageIou / double(scores.size());
        mean.pooledDice += one.pooledDice / double(scores.size());
        mean.pooledIou += one.pooledIou / double(scores.size());
    }
    return mean;
}

} // namespace models::scoring
