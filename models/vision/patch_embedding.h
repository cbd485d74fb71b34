#pragma once

#include <torch/nn/modules/conv.h>

namespace models::vision {

/// What a convolution whose stride is its kernel computes, as tokens: [B, C, H, W] -> [B, (H/k)*(W/k), out], patches
/// row by row, what is left at the right and bottom edge of a picture that no whole patch fits left out. One matrix
/// product over the unfolded patches: oneDNN (LibTorch 2.13) gives wrong sums for such convolutions in bfloat16 with
/// AMX at 8 to 28 input channels and a kernel of 4 or 8, so no network of ours asks it for one. Throws Error(Internal)
/// when stride and kernel differ, or there is padding, dilation or a group.
torch::Tensor patchTokens(const torch::Tensor& x, const torch::nn::Conv2d& embedding);

} // namespace models::vision
