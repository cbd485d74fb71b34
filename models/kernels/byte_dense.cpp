#include "models/kernels/byte_dense.h"

#include "models/kernels/row_product.h"
#include "models/kernels/threads.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace models::kernels {

namespace {

constexpr double kLargestByte = 127;

std::int64_t paddedDepth(std::int64_t depth)
{
    return (depth + detail::kRowLanes - 1) / detail::kRowLanes * detail::kRowLanes;
}

} // namespace

ByteDense::ByteDense(const at::Tensor& weight)
    : m_in(weight.size(1))
    , m_bytes(at::zeros({weight.size(0), paddedDepth(weight.size(1))}, at::kChar))
    , m_scales(at::empty({weight.size(0)}))
{
    constexpr std::int64_t kTogether = 1024; // Rows, so that little memory is needed beside the bytes.
    for (std::int64_t first = 0; first < weight.size(0); first += kTogether) {
        const auto count = std::min(kTogether, weight.size(0) - first);
        const auto rows = weight.narrow(0, first, count).to(at::kFloat);
        const auto scales = rows.abs().amax(1) / kLargestByte;
        m_scales.narrow(0, first, count).copy_(scales);
        const auto divisors = at::where(scales.eq(0), at::ones_like(scales), scales).unsqueeze(1);
        m_bytes.narrow(0, first, count).narrow(1, 0, m_in).copy_((rows / divisors).round());
    }
}

at::Tensor ByteDense::run(const at::Tensor& x, const at::Tensor& bias) const
{
    auto rows = x.reshape({-1, m_in});
    if (m_bytes.size(1) != m_in)
        rows = at::constant_pad_nd(rows, {0, m_bytes.size(1) - m_in});
    rows = rows.contiguous();
    auto result = at::empty({rows.size(0), outputs()}, rows.options());
    const detail::RowProduct product{rows.const_data_ptr<float>(), static_cast<int>(rows.size(0)), m_bytes.const_data_ptr(),
        detail::RowNumbers::Bytes, m_scales.const_data_ptr<float>(), static_cast<int>(m_bytes.size(1)),
        result.mutable_data_ptr<float>(), result.size(1)};
    constexpr int kColumns = 64;
    const auto columns = static_cast<int>(outputs());
    onThreads(pieces(columns, kColumns), [&](int piece, int) {
        detail::multiplyRows(product, piece * kColumns, std::min(columns, (piece + 1) * kColumns));
    });
    if (bias.defined())
        result.add_(bias);
    auto shape = x.sizes().vec();
    shape.back() = outputs();
    return result.view(shape);
}

at::Tensor ByteDense::weight() const
{
    return m_bytes.narrow(1, 0, m_in).to(at::kFloat) * m_scales.unsqueeze(1);
}

} // namespace models::kernels
