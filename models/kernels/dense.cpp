#include "models/kernels/dense.h"

#include "models/kernels/threads.h"

#include <torch/types.h>

#include <algorithm>

namespace models::kernels {

namespace {

/// Rows of a block: its part of `a` stays in the processor's cache for all columns. A multiple of 7 and 14.
constexpr int kBlockRows = 112;
/// Multiplications that are worth more than one thread.
constexpr std::int64_t kWorthThreads = 500'000;

Product someRows(Product product, int first, int last)
{
    product.a += first * product.aStride;
    product.c += first * product.cStride;
    product.rows = last - first;
    return product;
}

/// From and to the first column of a panel.
Product someColumns(Product product, int first, int last)
{
    product.b += std::ptrdiff_t(first) * product.depth;
    product.c += first;
    if (product.bias)
        product.bias += first;
    product.columns = last - first;
    return product;
}

} // namespace

at::Tensor padded(const at::Tensor& tensor, std::int64_t dim, std::int64_t size)
{
    auto sizes = tensor.sizes().vec();
    sizes[static_cast<std::size_t>(dim)] = size;
    auto result = at::zeros(sizes, tensor.options());
    result.narrow(dim, 0, tensor.size(dim)).copy_(tensor);
    return result;
}

PackedMatrix packed(const at::Tensor& matrix, const Kernels& kernels)
{
    PackedMatrix result;
    result.depth = static_cast<int>(matrix.size(0));
    result.columns = paddedChannels(static_cast<int>(matrix.size(1)));
    result.values = at::empty({std::int64_t(result.depth) * result.columns}, at::kFloat);
    const auto wide = padded(matrix.to(at::kFloat), 1, result.columns);
    for (int column = 0; column < result.columns; column += kernels.panelColumns) {
        const auto width = std::min(kernels.panelColumns, result.columns - column);
        result.values.narrow(0, std::int64_t(column) * result.depth, std::int64_t(width) * result.depth)
            .view({result.depth, width})
            .copy_(wide.narrow(1, column, width));
    }
    return result;
}

Dense::Dense(const at::Tensor& weight, const at::Tensor& bias, const Kernels& kernels)
    : m_kernels(&kernels)
    , m_matrix(packed(weight.t(), kernels))
    , m_out(weight.size(0))
{
    if (bias.defined())
        m_bias = padded(bias.to(at::kFloat), 0, m_matrix.columns);
}

void Dense::run(const float* a, std::ptrdiff_t aStride, int rows, float* c, Finish finish) const
{
    Product product;
    product.a = a;
    product.aStride = aStride;
    product.b = m_matrix.values.const_data_ptr<float>();
    product.c = c;
    product.cStride = m_matrix.columns;
    product.rows = rows;
    product.depth = m_matrix.depth;
    product.columns = m_matrix.columns;
    product.bias = m_bias.defined() && finish != Finish::Add ? m_bias.const_data_ptr<float>() : nullptr;
    product.finish = finish;
    multiply(product);
}

/// Few rows: each thread reads its own part of the matrix, which is the larger operand.
void Dense::multiply(const Product& product) const
{
    const std::int64_t work = std::int64_t(product.rows) * product.depth * product.columns;
    if (work < kWorthThreads)
        return m_kernels->multiply(product);
    const int panel = m_kernels->panelColumns;
    const int panels = pieces(product.columns, panel);
    if (product.rows < product.columns && panels >= threadCount()) {
        onThreads(panels, [&](int piece, int) {
            m_kernels->multiply(someColumns(product, piece * panel, std::min((piece + 1) * panel, product.columns)));
        });
        return;
    }
    const int rows = std::min(kBlockRows, pieces(product.rows, threadCount()));
    onThreads(pieces(product.rows, rows), [&](int piece, int) {
        m_kernels->multiply(someRows(product, piece * rows, std::min((piece + 1) * rows, product.rows)));
    });
}

at::Tensor Dense::run(const at::Tensor& x, Finish finish) const
{
    const auto input = x.contiguous();
    auto sizes = x.sizes().vec();
    sizes.back() = m_matrix.columns;
    auto result = at::empty(sizes, at::kFloat);
    run(input.const_data_ptr<float>(), m_matrix.depth, static_cast<int>(input.numel() / m_matrix.depth),
        result.mutable_data_ptr<float>(), finish);
    return result.narrow(-1, 0, m_out);
}

} // namespace models::kernels
