#include "models/scoring/metrics.h"

#include <torch/types.h>

namespace models::scoring {

namespace {

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

} // namespace

std::vector<PixelCounts> countPixels(const torch::Tensor& probabilities, const torch::Tensor& mask, double threshold)
{
    return countBinary(probabilities > threshold, mask > 0.5);
}

} // namespace models::scoring
