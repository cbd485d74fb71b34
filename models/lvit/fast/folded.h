#pragma once

#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>

namespace models::lvit::fast {

/// A convolution with the batch norm behind it in its numbers, in double precision.
struct Folded
{
    at::Tensor weight;
    at::Tensor bias;
};

/// `norm` uses its running statistics, as in eval().
template <typename Convolution, typename Norm> Folded folded(Convolution& conv, Norm& norm)
{
    const auto scale = norm.weight.to(at::kDouble) / (norm.running_var.to(at::kDouble) + norm.options.eps()).sqrt();
    auto sizes = std::vector<std::int64_t>(static_cast<std::size_t>(conv.weight.dim()), 1);
    sizes[0] = -1;
    return {conv.weight.to(at::kDouble) * scale.view(sizes),
        (conv.bias.to(at::kDouble) - norm.running_mean.to(at::kDouble)) * scale + norm.bias.to(at::kDouble)};
}

} // namespace models::lvit::fast
