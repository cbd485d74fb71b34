#pragma once

#include <torch/types.h>

namespace models::lvit {

/// ImgSim of the LViT paper (eq. 17) with soft predictions: the cosine between each picture's probabilities and its
/// contrast mask, both [B, 1, H, W] or [B, H, W]. -> [B], 0..1; 0 where either is empty. Differentiable.
torch::Tensor maskCosine(const torch::Tensor& probabilities, const torch::Tensor& contrast);

/// L_LV = 1 - ImgSim (eq. 18), mean over the batch. Scalar.
torch::Tensor lvLoss(const torch::Tensor& probabilities, const torch::Tensor& contrast);

} // namespace models::lvit
