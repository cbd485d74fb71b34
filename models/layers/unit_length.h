#pragma once

#include <ATen/core/Tensor.h>

namespace models::layers {

/// Vectors [..., width] divided by their lengths.
at::Tensor unitLength(const at::Tensor& vectors);

} // namespace models::layers
