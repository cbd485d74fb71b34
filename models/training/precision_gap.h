#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace models {

/// What a network answers to one batch, and how it would learn from it.
struct BatchAnswer
{
    at::Tensor logits;
    std::vector<at::Tensor> gradients; ///< Of the parameters in their order; undefined where there is none.
};

/// How far an answer strays from the one in float32, as a share of its size (|a - b| / |b|, Euclidean norms).
struct PrecisionGap
{
    double logits = 0;
    double gradients = 0; ///< Of all parameters together.

    /// Whether it is what rounding to bfloat16's 8 bits explains. False for what is no number.
    bool isRounding() const;
    /// "its logits are off by 76 %, its gradients by 3 %"
    std::string text() const;
};

/// Throws Error(Internal) when the answers have other shapes.
PrecisionGap gapBetween(const BatchAnswer& exact, const BatchAnswer& fast);

} // namespace models
