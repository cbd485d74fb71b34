#pragma once

#include "models/kernels/kernels.h"

#include <ATen/core/Tensor.h>

#include <cstddef>

namespace models::kernels {

/// A matrix as Kernels::multiply reads it: panels of columns, in each the rows below each other.
struct PackedMatrix
{
    at::Tensor values;
    int depth = 0;
    int columns = 0; ///< Padded to whole vectors.
};

/// matrix [depth, columns], any float type.
PackedMatrix packed(const at::Tensor& matrix, const Kernels& kernels);

/// With zeros behind, so that dimension `dim` has `size` items.
at::Tensor padded(const at::Tensor& tensor, std::int64_t dim, std::int64_t size);

/// x W^T + bias on all threads, W packed once.
class Dense
{
public:
    Dense() = default;
    /// weight [out, in]; bias [out], or undefined for none.
    Dense(const at::Tensor& weight, const at::Tensor& bias, const Kernels& kernels = fastestKernels());

    int columns() const { return m_matrix.columns; } ///< Of a result: out, padded.
    std::int64_t outputs() const { return m_out; }

    /// a [rows, in] with `aStride` floats from row to row -> c [rows, columns()] without gaps. Finish::Add leaves out
    /// the bias.
    void run(const float* a, std::ptrdiff_t aStride, int rows, float* c, Finish finish = Finish::Keep) const;

    /// x [..., in] -> [..., out]
    at::Tensor run(const at::Tensor& x, Finish finish = Finish::Keep) const;

private:
    void multiply(const Product& product) const;

    const Kernels* m_kernels = nullptr;
    PackedMatrix m_matrix;
    at::Tensor m_bias;
    std::int64_t m_out = 0;
};

} // namespace models::kernels
