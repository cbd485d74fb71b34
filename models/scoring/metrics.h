#pragma once

#include "models/scoring/pixel_counts.h"

#include <torch/types.h>

#include <vector>

namespace models::scoring {

/// One entry per picture: probability > `threshold` against mask > 0.5. Both [B, ...], on any device.
std::vector<PixelCounts> countPixels(
    const torch::Tensor& probabilities, const torch::Tensor& mask, double threshold = 0.5);

/// The authors' Dice of a validation batch, which decides their best epoch: probability >= 0.5, mask > 0, smooth 1e-5
/// in both parts, mean over pictures (both empty: 1). Both [B, ...].
double validationDice(const torch::Tensor& probabilities, const torch::Tensor& mask);

/// Their IoU of a validation batch: per picture, mean over the batch (both empty: 0).
double validationIou(const torch::Tensor& probabilities, const torch::Tensor& mask);

} // namespace models::scoring
