#pragma once

#include "models/clip/probe.h"

#include <cstdint>

namespace models::clip {

/// Pictures' vectors with their classes.
struct LabelledVectors
{
    at::Tensor vectors; ///< [pictures, embedDim], of length one
    at::Tensor labels; ///< [pictures] int64
};

/// What a probe was fitted with.
struct FittedProbe
{
    Probe probe; ///< Without names.
    double c = 0; ///< Chosen: 1 / (2 C) weighs the square of what is learnt against the sum of losses.
    double validationAccuracy = 0;
};

/// Multinomial logistic regression by L-BFGS, convex, so without chance. C is the one of 0.001, 0.01 ... 10,000 with
/// the best accuracy on `validation`, of equal ones the one with the lower loss there; without validation pictures it
/// is 100.
///
/// With `texts` ([classes, embedDim], of length one) and the model's `scale` the row of a class is scale * a_k t_k +
/// w_k (LP++), where a_k begins at one and w_k at zero, and both are held to that: a small C leaves zero-shot as it is,
/// a large one is a plain probe.
FittedProbe fitProbe(const LabelledVectors& training, const LabelledVectors& validation, std::int64_t classes,
    const at::Tensor& texts = {}, double scale = 1);

} // namespace models::clip
