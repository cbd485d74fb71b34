#include "models/scoring/metrics.h"

#include <torch/types.h>

namespace models::scoring {

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
double validationDiceOf(const PixelCounts& counts)
{
    const double both = static_cast<double>(counts.both) / 4;
    const double areas = static_cast<double>(counts.predicted + counts.inMask) / 4;
    return (2 * both + kSmooth) / (areas + kSmooth);
}

} // namespace

std::vector<PixelCounts> countPixels(const torch::Tensor& probabilities, const torch::Tensor& mask, double threshold)
{
    return countBinary(probabilities > threshold, mask > 0.5);
}

double validationDice(const torch::Tensor& probabilities, const torch::Tensor& mask)
{
    return meanOver(countBinary(probabilities >= 0.5, mask > 0), validationDiceOf);
}

double validationIou(const torch::Tensor& probabilities, const torch::Tensor& mask)
{
    return meanOver(countBinary(probabilities >= 0.5, mask > 0), iou);
}

} // namespace models::scoring
