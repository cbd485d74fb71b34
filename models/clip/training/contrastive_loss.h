#pragma once

#include <ATen/core/Tensor.h>

namespace models::clip {

/// The mean of both directions' cross-entropies of logits [n, n], a picture each row and a text each column (Radford et
/// al. 2021). `together` [n, n] bool says which belong to each other: the diagonal, and where a step shows one text or
/// one picture twice, those, too; a row's target is spread evenly over them, so that what is true is no negative.
at::Tensor contrastiveLoss(const at::Tensor& logits, const at::Tensor& together);

} // namespace models::clip
