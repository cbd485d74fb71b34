#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>

namespace models {

/// Tensors by checkpoint key, in the order of the keys.
using StateDict = std::map<std::string, at::Tensor>;

} // namespace models
