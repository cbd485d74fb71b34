#pragma once

#include <ATen/core/Tensor.h>

#include <string>

namespace models::layers {

/// What a transformer's feed-forward part puts between its two layers: one of ModelSettings::requireActivation.
at::Tensor activate(const at::Tensor& x, const std::string& name);

/// x sigmoid(1.702 x), OpenAI CLIP's.
at::Tensor quickGelu(const at::Tensor& x);

} // namespace models::layers
