#include "models/layers/activation.h"

#include <ATen/ATen.h>

namespace models::layers {

at::Tensor activate(const at::Tensor& x, const std::string& name)
{
    if (name == "gelu_new")
        return at::gelu(x, "tanh");
    if (name == "relu")
        return at::relu(x);
    if (name == "silu")
        return at::silu(x);
    return at::gelu(x);
}

at::Tensor quickGelu(const at::Tensor& x)
{
    constexpr double kSteepness = 1.702;
    if (at::GradMode::is_enabled())
        return x * at::sigmoid(kSteepness * x);
    return (kSteepness * x).sigmoid_().mul_(x);
}

} // namespace models::layers
