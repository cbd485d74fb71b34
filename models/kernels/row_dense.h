#pragma once

#include <ATen/core/Tensor.h>

namespace models::kernels {

/// Whether multiplyFewRows takes them: few rows of x [..., in], on the CPU, and a matrix weight [out, in] of the same
/// type without gaps, float32 or bfloat16, of a depth that fills whole vectors.
bool areFewRows(const at::Tensor& x, const at::Tensor& weight);

/// x W^T on all threads, the matrix read once as it lies in memory: writing word by word waits for nothing else. Sums
/// are float32. Knows no gradients. -> [..., out] of the type of x; `bias` [out] added unless undefined.
at::Tensor multiplyFewRows(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias);

} // namespace models::kernels
