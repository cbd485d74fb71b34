#pragma once

#include <torch/types.h>

namespace models::lvit {

/// The authors' WeightedDiceLoss: probabilities and mask scaled by one half, squares in the denominator, smooth 1e-5;
/// mean over the batch. Both [B, ...] of equal shape.
torch::Tensor weightedDice(const torch::Tensor& probabilities, const torch::Tensor& mask);

/// The authors' WeightedBCE: positives (> 0.5) and negatives (< 0.5) over the whole batch each weigh one half.
torch::Tensor weightedBce(const torch::Tensor& probabilities, const torch::Tensor& mask);

/// Positives and negatives of a mask, [2] in double: what weightedBce divides by.
torch::Tensor maskCounts(const torch::Tensor& mask);

/// weightedBce of a part of a batch whose whole has these maskCounts(): the parts add up to the whole's.
torch::Tensor weightedBce(const torch::Tensor& probabilities, const torch::Tensor& mask, const torch::Tensor& counts);

/// The authors' WeightedDiceBCE(0.5, 0.5). `probabilities` [B, 1, H, W] or [B, H, W] (float), `mask` of the same number
/// of elements, 0..1. Scalar.
torch::Tensor weightedDiceBce(const torch::Tensor& probabilities, const torch::Tensor& mask);

/// Dice/2 + BCE/2 with plain means, from logits: soft Dice per picture with smooth 1 in numerator
/// and denominator, and the mean binary cross-entropy of all pixels. Same shapes as above. Scalar.
torch::Tensor diceBce(const torch::Tensor& logits, const torch::Tensor& mask);

/// For several classes: half the mean cross-entropy of all pixels, half a soft Dice loss per picture and class besides
/// the background, with smooth 1 as in diceBce. `logits` [B, n, H, W], `labels` [B, 1, H, W] with values 0..n-1.
/// Scalar.
torch::Tensor diceCrossEntropy(const torch::Tensor& logits, const torch::Tensor& labels);

} // namespace models::lvit
