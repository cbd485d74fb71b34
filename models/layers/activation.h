#pragma once

#include <ATen/core/Tensor.h>

#include <string>

namespace models::layers {

/// What a transformer's feed-forward part puts between its two layers: one of ModelSettings::requireActivation.
at::Tensor activate(const at::Tensor& x, const std::string& name);

} // namespace models::layers
