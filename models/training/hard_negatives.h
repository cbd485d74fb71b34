#pragma once

#include <ATen/core/Tensor.h>

namespace models::training {

/// For each row a column, drawn by weights [n, n]; -1 where all are 0.
at::Tensor drawnNegatives(const at::Tensor& weights);

/// The pairs of a step, and for each picture a text and for each text a picture that do not fit but nearly do.
struct JudgedPairs
{
    at::Tensor texts; ///< Places among the different texts.
    at::Tensor pictures; ///< Places among the pictures.
    at::Tensor labels; ///< 1 where they belong together.
};

/// Drawn by `cosines` [n, n] of pictures and their texts over `temp`; `together` [n, n] are no negatives. `rows` [n]:
/// which of the different texts is each picture's. Without gradients.
JudgedPairs judgedPairs(
    const at::Tensor& cosines, const at::Tensor& together, const at::Tensor& temp, const at::Tensor& rows);

} // namespace models::training
