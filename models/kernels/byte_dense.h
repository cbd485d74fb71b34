#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace models::kernels {

/// x W^T with W in 8 bits: each row of W has a scale of its own, W[n][k] = scales[n] * bytes[n][k], so that it takes a
/// quarter of the memory, which is what writing word by word waits for. x and all sums stay float32.
class ByteDense
{
public:
    /// weight [out, in], any float type, on the CPU. The largest of a row becomes 127.
    explicit ByteDense(const at::Tensor& weight);

    std::int64_t inputs() const { return m_in; }
    std::int64_t outputs() const { return m_scales.size(0); }

    /// x [..., in] float32 -> [..., out], `bias` [out] added unless undefined. On all threads.
    at::Tensor run(const at::Tensor& x, const at::Tensor& bias = {}) const;

    /// What it stands for. -> [out, in] float32
    at::Tensor weight() const;

private:
    std::int64_t m_in = 0;
    at::Tensor m_bytes; ///< [out, in, padded with zeros] int8
    at::Tensor m_scales; ///< [out]
};

} // namespace models::kernels
