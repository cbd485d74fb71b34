#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>

namespace models::weights {

/// Tensors by checkpoint key, in the order of the keys.
using StateDict = std::map<std::string, at::Tensor>;

} // namespace models::weights
