#include "models/lvit/training/lv_loss.h"

#include <torch/types.h>

namespace models::lvit {

namespace {

/// Keeps the square root's slope finite for a prediction of nothing at all.
constexpr double kLeastSquares = 1e-12;

torch::Tensor lengthOf(const torch::Tensor& rows)
{
    return (rows * rows).sum(1).clamp_min(kLeastSquares).sqrt(); // [B]
}

} // namespace

torch::Tensor maskCosine(const torch::Tensor& probabilities, const torch::Tensor& contrast)
{
    const auto p = probabilities.reshape({probabilities.size(0), -1}); // [B, H*W]
    const auto c = contrast.reshape({contrast.size(0), -1}).to(p.scalar_type());
    return (p * c).sum(1) / (lengthOf(p) * lengthOf(c));
}

torch::Tensor lvLoss(const torch::Tensor& probabilities, const torch::Tensor& contrast)
{
    return 1 - maskCosine(probabilities, contrast).mean();
}

} // namespace models::lvit
