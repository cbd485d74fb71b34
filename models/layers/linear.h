#pragma once

#include "models/kernels/byte_dense.h"

#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

#include <cstdint>
#include <optional>

namespace models::layers {

/// at::linear: x [..., in], weight [out, in], bias [out] or undefined -> [..., out]. Where no gradient is wanted and the
/// CPU computes, few rows (row_dense.h) and float32 on processors that MKL does not know go ways of their own, which
/// differ from Torch's by rounding.
at::Tensor multiply(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias = {});

/// torch.nn's, with multiply(), which can hold its matrix in 8 bits (byte_dense.h).
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

inline Linear linear(std::int64_t from, std::int64_t to, bool bias = true)
{
    return Linear(torch::nn::LinearOptions(from, to).bias(bias));
}

} // namespace models::layers
