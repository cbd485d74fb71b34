#include "models/lvit/training/losses.h"

#include <torch/types.h>

namespace models::lvit {

namespace {

constexpr double kSmooth = 1e-5;

/// [B, pixels] in at least 32 bits, whatever autocast made of it.
torch::Tensor perPicture(const torch::Tensor& values)
{
    const auto wide = values.scalar_type() == torch::kDouble ? values : values.to(torch::kFloat);
    return wide.reshape({values.size(0), -1});
}

} // namespace

torch::Tensor weightedDice(const torch::Tensor& probabilities, const torch::Tensor& mask)
{
    const auto p = perPicture(probabilities) * 0.5;
    const auto t = perPicture(mask) * 0.5;
    const auto both = (p * t).sum(1);
    const auto squares = (p * p).sum(1) + (t * t).sum(1);
    return (1 - (2 * both + kSmooth) / (squares + kSmooth)).mean();
}

torch::Tensor maskCounts(const torch::Tensor& mask)
{
    return torch::stack({(mask > 0.5).sum(), (mask < 0.5).sum()}).to(torch::kDouble);
}

torch::Tensor weightedBce(const torch::Tensor& probabilities, const torch::Tensor& mask)
{
    return weightedBce(probabilities, mask, maskCounts(mask));
}

torch::Tensor weightedBce(const torch::Tensor& probabilities, const torch::Tensor& mask, const torch::Tensor& counts)
{
    const auto p = perPicture(probabilities);
    const auto t = perPicture(mask).to(p.scalar_type());
    const auto pixels = torch::binary_cross_entropy(p, t, {}, at::Reduction::None);
    const auto positive = (t > 0.5).to(p.scalar_type());
    const auto negative = (t < 0.5).to(p.scalar_type());
    const auto all = counts.to(p.options());
    return 0.5 * (positive * pixels / (all[0] + 1e-12)).sum() + 0.5 * (negative * pixels / (all[1] + 1e-12)).sum();
}

torch::Tensor weightedDiceBce(const torch::Tensor& probabilities, const torch::Tensor& mask)
{
    return 0.5 * weightedDice(probabilities, mask) + 0.5 * weightedBce(probabilities, mask);
}

torch::Tensor diceBce(const torch::Tensor& logits, const torch::Tensor& mask)
{
    const auto l = perPicture(logits);
    const auto t = perPicture(mask).to(l.scalar_type());
    const auto p = torch::sigmoid(l);
    const auto dice = (2 * (p * t).sum(1) + 1) / (p.sum(1) + t.sum(1) + 1);
    return 0.5 * (1 - dice.mean()) + 0.5 * torch::binary_cross_entropy_with_logits(l, t);
}

torch::Tensor diceCrossEntropy(const torch::Tensor& logits, const torch::Tensor& labels)
{
    const auto l = logits.scalar_type() == torch::kDouble ? logits : logits.to(torch::kFloat);
    const auto t = labels.squeeze(1).to(torch::kLong); // [B, H, W]
    const auto classes = l.size(1);
    const auto p = torch::softmax(l, 1).narrow(1, 1, classes - 1).flatten(2); // [B, n-1, pixels]
    const auto of = torch::one_hot(t, classes).permute({0, 3, 1, 2}).narrow(1, 1, classes - 1).flatten(2).to(p);
    const auto dice = (2 * (p * of).sum(2) + 1) / (p.sum(2) + of.sum(2) + 1); // [B, n-1]
    return 0.5 * (1 - dice.mean()) + 0.5 * torch::cross_entropy_loss(l, t);
}

} // namespace models::lvit
