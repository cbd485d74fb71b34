#pragma once

#include <cstddef>
#include <cstdint>

namespace models::kernels::detail {

/// Depths are padded with zeros to a multiple of this.
constexpr int kByteLanes = 16;

struct ByteProduct
{
    const float* x = nullptr; ///< rows x depth
    int rows = 0;
    const std::int8_t* bytes = nullptr; ///< columns x depth
    const float* scales = nullptr; ///< One per column
    int depth = 0; ///< A multiple of kByteLanes
    float* result = nullptr; ///< rows x columns
    std::ptrdiff_t resultStride = 0; ///< Floats from row to row
};

/// The columns `first` to `last` (without it) of all rows.
using MultiplyBytes = void(const ByteProduct& product, int first, int last);

/// By the processor's instructions.
MultiplyBytes multiplyBytes;

/// The last two on x86-64 only, where the processor has them.
MultiplyBytes multiplyBytesBase;
MultiplyBytes multiplyBytesAvx2;
MultiplyBytes multiplyBytesAvx512;

} // namespace models::kernels::detail
