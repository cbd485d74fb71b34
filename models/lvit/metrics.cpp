#include "models/lvit/metrics.h"

#include <torch/torch.h>

namespace models {

namespace {

constexpr double kSmooth = 1e-5;

std::vector<PixelCounts> countBinary(const torch::Tensor& predicted, const torch::Tensor& mask)
{
    const auto p = predicted.reshape({predicted.size(0), -1});
    const auto t = mask.reshape({mask.size(0), -1});
    const auto counts = torch::stack({(p & t).sum(1), p.sum(1), t.sum(1)}, 1).to(torch::kCPU, torch::kLong); // [B, 3]
    const auto rows = counts.accessor<std::int64_t, 2>();
    std::vector<PixelCounts> result;
    for (std::int64_t i = 0; i < rows.size(0); ++i)
        result.push_back({rows[i][0], rows[i][1], rows[i][2]});
    return result;
}

/// The authors scale both pictures by one half before the smooth is added, so every count is a quarter.
double validationDice(const PixelCounts& counts)
{
    const double both = static_cast<double>(counts.both) / 4;
    const double areas = static_cast<double>(counts.predicted + counts.inMask) / 4;
    return (2 * both + kSmooth) / (areas + kSmooth);
}

template <typename Score> double meanOver(const std::vector<PixelCounts>& pictures, Score score)
{
    double sum = 0;
    for (const auto& counts : pictures)
        sum += score(counts);
    return pictures.empty() ? 0 : sum / static_cast<double>(pictures.size());
}

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

std::vector<PixelCounts> countPixels(const torch::Tensor& probabilities, const torch::Tensor& mask, double threshold)
{
    return countBinary(probabilities > threshold, mask > 0.5);
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

double validationDice(const torch::Tensor& probabilities, const torch::Tensor& mask)
{
    return meanOver(
        countBinary(probabilities >= 0.5, mask > 0), [](const PixelCounts& c) { return validationDice(c); });
}

double validationIou(const torch::Tensor& probabilities, const torch::Tensor& mask)
{
    return meanOver(countBinary(probabilities >= 0.5, mask > 0), iou);
}

} // namespace models
