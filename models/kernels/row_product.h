#pragma once

#include <cstddef>
#include <cstdint>

namespace models::kernels::detail {

/// Depths must be a multiple of this.
constexpr int kRowLanes = 16;

/// What a matrix consists of.
enum class RowNumbers { Bytes, BFloat16, Floats };

/// Each result is the sum of products of a row of `x` with a row of `matrix`, as it lies in a checkpoint.
struct RowProduct
{
    const float* x = nullptr; ///< rows x depth
    int rows = 0;
    const void* matrix = nullptr; ///< columns x depth
    RowNumbers numbers = RowNumbers::Floats;
    const float* scales = nullptr; ///< One per column, or null for ones
    int depth = 0; ///< A multiple of kRowLanes.
    float* result = nullptr; ///< rows x columns
    std::ptrdiff_t resultStride = 0; ///< Floats from row to row
};

/// The columns `first` to `last` (without it) of all rows.
using MultiplyRows = void(const RowProduct& product, int first, int last);

/// By the processor's instructions.
MultiplyRows multiplyRows;

/// The last two on x86-64 only, where the processor has them.
MultiplyRows multiplyRowsBase;
MultiplyRows multiplyRowsAvx2;
MultiplyRows multiplyRowsAvx512;

} // namespace models::kernels::detail
