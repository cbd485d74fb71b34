#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace models::training {

/// What a network computes of one batch, and how it would learn from it.
struct BatchAnswer
{
    std::vector<at::Tensor> stages; ///< What it passes through, from the picture to the logits.
    std::vector<at::Tensor> gradients; ///< Of the parameters in their order; undefined where there is none.
};

/// How far an answer strays from the one in float32, as a share of its size (|a - b| / |b|, Euclidean norms).
struct PrecisionGap
{
    double stage = 0; ///< Of the stage that is worst.
    double gradients = 0; ///< Of all parameters together.

    /// Whether rounding to bfloat16's 8 bits explains it: no stage is off by half its size, and the gradient, which
    /// rounding disturbs far more (another pixel wins a max pool), still points the same way. False for what is no
    /// number.
    bool isRounding() const;
    /// "a stage is off by 76 %, the gradient by 103 %"
    std::string text() const;
};

/// Throws Error(Internal) when the answers have other shapes.
PrecisionGap gapBetween(const BatchAnswer& exact, const BatchAnswer& fast);

} // namespace models::training
