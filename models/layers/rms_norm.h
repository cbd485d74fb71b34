#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include <cstdint>

namespace models::layers {

/// Division by the root mean square of the last dimension, in single precision, times a weight (Zhang and Sennrich
/// 2019, arXiv:1910.07467).
class RmsNormImpl : public torch::nn::Module
{
public:
    RmsNormImpl(std::int64_t width, double eps);
    at::Tensor forward(const at::Tensor& x); ///< [..., width], the type of x stays

private:
    double m_eps;
    at::Tensor weight; // [width]
};
TORCH_MODULE(RmsNorm);

} // namespace models::layers
