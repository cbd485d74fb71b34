#include "models/training/mask_loss.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>

namespace models::training {

MaskHeadImpl::MaskHeadImpl(std::int64_t width)
{
    patches = register_module("patches", torch::nn::Linear(width, 1));
}

at::Tensor MaskHeadImpl::forward(const at::Tensor& tokens)
{
    return patches(tokens.narrow(1, 1, tokens.size(1) - 1)).squeeze(2);
}

at::Tensor maskLoss(MaskHead& head, const at::Tensor& tokens, const PairInput& input)
{
    const auto logits = head(tokens).to(torch::kFloat);
    const auto side = static_cast<std::int64_t>(std::llround(std::sqrt(double(logits.size(1)))));
    const auto covered = at::adaptive_avg_pool2d(input.masks, {side, side}).flatten(1).to(logits.device());
    auto counts = at::empty({input.count}, at::kFloat);
    for (std::int64_t i = 0; i < input.count; ++i)
        counts.data_ptr<float>()[i] = input.hasMask[std::size_t(input.first + i)] ? 1.0F : 0.0F;
    const auto masked = std::max<std::ptrdiff_t>(1, std::count(input.hasMask.begin(), input.hasMask.end(), true));
    const auto each = at::binary_cross_entropy_with_logits(logits, covered, {}, {}, at::Reduction::None).mean(1);
    return (each * counts.to(logits.device())).sum() / double(masked);
}

void addMaskLoss(StepLosses& losses, const at::Tensor& masked, double weight)
{
    losses.minimised = losses.minimised + weight * masked;
    losses.logged.emplace_back("maskedSum", masked);
}

} // namespace models::training
