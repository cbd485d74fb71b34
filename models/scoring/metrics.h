#pragma once

#include "models/scoring/pixel_counts.h"

#include <torch/types.h>

#include <vector>

namespace models::scoring {

/// One entry per picture: probability > `threshold` against mask > 0.5. Both [B, ...], on any device.
std::vector<PixelCounts> countPixels(
    const torch::Tensor& probabilities, const torch::Tensor& mask, double threshold = 0.5);

} // namespace models::scoring
