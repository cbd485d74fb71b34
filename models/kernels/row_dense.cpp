#include "models/kernels/row_dense.h"

#include "models/kernels/row_product.h"
#include "models/kernels/threads.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>

namespace models::kernels {

namespace {

constexpr std::int64_t kFewRows = 8;
constexpr int kColumnsOfPiece = 32;
/// Numbers of a matrix that are worth more than one thread.
constexpr std::int64_t kWorthSharing = 100'000;

} // namespace

bool areFewRows(const at::Tensor& x, const at::Tensor& weight)
{
    const auto type = x.scalar_type();
    return (type == at::kFloat || type == at::kBFloat16) && weight.scalar_type() == type && x.device().is_cpu()
        && weight.device().is_cpu() && weight.dim() == 2 && x.dim() > 0 && x.size(-1) == weight.size(1) && x.numel() > 0
        && x.numel() <= kFewRows * weight.size(1) && weight.size(1) % detail::kRowLanes == 0 && weight.is_contiguous()
        && weight.numel() <= std::numeric_limits<std::int32_t>::max();
}

at::Tensor multiplyFewRows(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias)
{
    const auto depth = weight.size(1), columns = weight.size(0);
    const auto rows = x.reshape({-1, depth}).to(at::kFloat).contiguous();
    auto result = at::empty({rows.size(0), columns}, rows.options());
    const bool half = weight.scalar_type() == at::kBFloat16;
    const detail::RowProduct product{rows.const_data_ptr<float>(), static_cast<int>(rows.size(0)), weight.const_data_ptr(),
        half ? detail::RowNumbers::BFloat16 : detail::RowNumbers::Floats, nullptr, static_cast<int>(depth),
        result.mutable_data_ptr<float>(), columns};
    const auto all = static_cast<int>(columns);
    const auto piece = weight.numel() < kWorthSharing ? all : kColumnsOfPiece;
    onThreads(pieces(all, piece),
        [&](int i, int) { detail::multiplyRows(product, i * piece, std::min(all, (i + 1) * piece)); });
    if (bias.defined())
        result.add_(bias);
    auto shape = x.sizes().vec();
    shape.back() = columns;
    return result.to(x.scalar_type()).view(shape);
}

} // namespace models::kernels
