#pragma once

#include <ATen/core/Tensor.h>

#include <functional>

namespace models::layers {

/// `blocks`, which know nothing of other items, on x [B, N, width]. On a processor that only answers, some items after the
/// others: what lies between the layers stays in its caches. -> what `blocks` give, [B, ...]
at::Tensor inGroups(const at::Tensor& x, const std::function<at::Tensor(const at::Tensor&)>& blocks);

} // namespace models::layers
