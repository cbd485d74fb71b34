#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace models::layers {

/// The label of a place that counts for nothing.
inline constexpr std::int64_t kNoLabel = -100;

/// Mean cross-entropy of labels [B, n] int64, -100 counts for nothing, under logits [B, n, vocabulary] of the same
/// places. `smoothing`: this part of each label is spread over the whole vocabulary.
at::Tensor tokenLoss(const at::Tensor& logits, const at::Tensor& labels, double smoothing = 0);

/// The same where each place foretells the next, as those of networks that write do. `labels` [B, m] are those of the
/// last m places of logits [B, n, vocabulary].
at::Tensor nextTokenLoss(const at::Tensor& logits, const at::Tensor& labels, double smoothing = 0);

} // namespace models::layers
