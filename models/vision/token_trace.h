#pragma once

#include <ATen/core/Tensor.h>

namespace models::vision {

/// Keeps the tokens that the vector of a picture is gathered from, so that a score's gradient over them can be asked
/// for: what a transformer's last block was given where a class token gathers them, else what gathers them was given.
struct TokenTrace
{
    at::Tensor tokens; ///< [B, N, width]; cut off from what made them.
    std::int64_t firstPatch = 0; ///< Of the N, behind the class token.

    /// What is to be given instead.
    at::Tensor follow(const at::Tensor& given, std::int64_t ownTokens)
    {
        firstPatch = ownTokens;
        return tokens = given.detach().requires_grad_(true);
    }
};

} // namespace models::vision
