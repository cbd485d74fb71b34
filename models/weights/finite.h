#pragma once

#include <ATen/core/Tensor.h>

namespace models::weights {

/// Whether no number of a tensor is infinite or not a number.
bool allFinite(const at::Tensor& tensor);

} // namespace models::weights
