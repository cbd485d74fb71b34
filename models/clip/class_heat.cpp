#include "models/clip/class_heat.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

namespace models::clip {

at::Tensor patchHeat(const vision::TokenTrace& trace, const at::Tensor& score, std::int64_t side)
{
    const auto gradient = torch::autograd::grad({score}, {trace.tokens}).front();
    const at::NoGradGuard noGradients;
    const auto patches = [&](const at::Tensor& tokens) {
        return tokens.detach()[0].narrow(0, trace.firstPatch, side * side).to(torch::kDouble); // Prompts stand behind them.
    };
    const auto weights = patches(gradient).mean(0); // [width]
    return torch::relu(torch::matmul(patches(trace.tokens), weights)).view({side, side});
}

} // namespace models::clip
