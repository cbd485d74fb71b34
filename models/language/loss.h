#pragma once

#include <ATen/core/Tensor.h>

namespace models::language {

/// Mean cross-entropy of labels [B, n] int64, -100 counts for nothing, under logits [B, n, vocabulary] of the same
/// places.
at::Tensor tokenLoss(const at::Tensor& logits, const at::Tensor& labels);

/// The same where each place foretells the next, as a CausalModel's do. `labels` [B, m] are those of the last m places
/// of logits [B, n, vocabulary].
at::Tensor nextTokenLoss(const at::Tensor& logits, const at::Tensor& labels);

} // namespace models::language
