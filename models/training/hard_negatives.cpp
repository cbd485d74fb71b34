#include "models/training/hard_negatives.h"

#include <ATen/ATen.h>

namespace models::training {

namespace {

/// How far a text belongs to a picture: the cosines of a step, pictures by texts, with what is no negative left out.
at::Tensor negativeWeights(const at::Tensor& cosines, const at::Tensor& together, const at::Tensor& temp)
{
    constexpr double kLeast = 1e-4;
    return (at::softmax(cosines / temp, 1) + kLeast).masked_fill(together, 0);
}

} // namespace

at::Tensor drawnNegatives(const at::Tensor& weights)
{
    const auto any = weights.sum(1) > 0;
    const auto drawable = at::where(any.unsqueeze(1), weights, at::ones_like(weights));
    const auto drawn = at::multinomial(drawable, 1).flatten();
    return at::where(any, drawn, at::full_like(drawn, -1));
}

JudgedPairs judgedPairs(
    const at::Tensor& cosines, const at::Tensor& together, const at::Tensor& temp, const at::Tensor& rows)
{
    const at::NoGradGuard noGradients;
    const auto all = at::arange(rows.size(0), rows.options());
    const auto texts = drawnNegatives(negativeWeights(cosines, together, temp));
    const auto pictures = drawnNegatives(negativeWeights(cosines.t(), together.t(), temp));
    const auto withText = (texts >= 0).nonzero().flatten(), withPicture = (pictures >= 0).nonzero().flatten();
    const auto negatives = withText.size(0) + withPicture.size(0);
    return {at::cat({rows, rows.index_select(0, texts.index_select(0, withText)), rows.index_select(0, withPicture)}),
        at::cat({all, withText, pictures.index_select(0, withPicture)}),
        at::cat({at::ones({rows.size(0)}, rows.options()), at::zeros({negatives}, rows.options())})};
}

} // namespace models::training
