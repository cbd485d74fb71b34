#pragma once

#include "models/kernels/byte_dense.h"

#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

#include <cstdint>
#include <optional>

namespace models::language {

/// torch.nn's, which can hold its matrix in 8 bits (byte_dense.h).
class LinearImpl : public torch::nn::LinearImpl
{
public:
    using torch::nn::LinearImpl::LinearImpl;

    at::Tensor forward(const at::Tensor& x);

    /// `matrix` [out, in] takes the place of the parameter "weight", which is gone. Only answers from then on, on the
    /// CPU, in float32.
    void holdInBytes(const at::Tensor& matrix);

private:
    std::optional<kernels::ByteDense> m_bytes;
};
TORCH_MODULE(Linear);

inline Linear linear(std::int64_t from, std::int64_t to, bool bias = false)
{
    return Linear(torch::nn::LinearOptions(from, to).bias(bias));
}

} // namespace models::language
