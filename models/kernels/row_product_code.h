// Included by row_product_*.cpp, each compiled for other instructions; all has internal linkage, so that the linker
// never takes a copy from here for the rest of the program.

#pragma once

#include "models/kernels/row_product.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace models::kernels::detail {

namespace {

#if defined(__AVX512F__)
constexpr int kWidth = 16;
constexpr int kRegisters = 32;
#elif defined(__AVX2__)
constexpr int kWidth = 8;
constexpr int kRegisters = 16;
#else
constexpr int kWidth = 4;
constexpr int kRegisters = 16;
#endif

using Sums = float __attribute__((vector_size(4 * kWidth)));
using Floats = float __attribute__((vector_size(4 * kWidth), aligned(4), may_alias));

/// The upper half of a float.
struct BFloat16
{
    std::uint16_t bits;
};

[[gnu::always_inline]] inline Sums floatsOf(const float* from)
{
    return *reinterpret_cast<const Floats*>(from);
}

[[gnu::always_inline]] inline Sums floatsOf(const BFloat16* from)
{
    using Halves = std::uint16_t __attribute__((vector_size(2 * kWidth), aligned(2), may_alias));
    using Words = std::uint32_t __attribute__((vector_size(4 * kWidth)));
    return reinterpret_cast<Sums>(__builtin_convertvector(*reinterpret_cast<const Halves*>(from), Words) << 16);
}

/// GCC 12 makes sixteen steps of __builtin_convertvector.
[[gnu::always_inline]] inline Sums floatsOf(const std::int8_t* from)
{
#if defined(__AVX512F__)
    constexpr __mmask16 kAll = 0xffff; // With a mask, since GCC 12 warns of its own header without.
    const auto bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    return _mm512_maskz_cvtepi32_ps(kAll, _mm512_maskz_cvtepi8_epi32(kAll, bytes));
#elif defined(__AVX2__)
    return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from))));
#else
    return Sums{float(from[0]), float(from[1]), float(from[2]), float(from[3])};
#endif
}

/// `Rows` of x with `Columns` of the matrix, which is read once for all rows. Meanwhile the next block comes into the
/// second cache: by itself the processor looks no further than the page, and rows are shorter.
template <typename Number, int Rows, int Columns>
[[gnu::always_inline]] inline void block(const RowProduct& product, int row, int column)
{
    Sums sums[Rows][Columns] = {};
    const auto depth = static_cast<std::ptrdiff_t>(product.depth);
    const float* x = product.x + row * depth;
    const Number* matrix = static_cast<const Number*>(product.matrix) + column * depth;
    for (std::ptrdiff_t k = 0; k < depth; k += kWidth) {
        Sums values[Columns];
#pragma GCC unroll 8
        for (int n = 0; n < Columns; ++n) {
            __builtin_prefetch(matrix + (n + Columns) * depth + k, 0, 2);
            values[n] = floatsOf(matrix + n * depth + k);
        }
#pragma GCC unroll 8
        for (int m = 0; m < Rows; ++m) {
            const Sums given = floatsOf(x + m * depth + k);
#pragma GCC unroll 8
            for (int n = 0; n < Columns; ++n)
                sums[m][n] += values[n] * given;
        }
    }
    // Unrolled, too, or the sums would lie in memory.
#pragma GCC unroll 8
    for (int m = 0; m < Rows; ++m)
#pragma GCC unroll 8
        for (int n = 0; n < Columns; ++n) {
            float sum = 0;
            for (int i = 0; i < kWidth; ++i)
                sum += sums[m][n][i];
            product.result[(row + m) * product.resultStride + column + n]
                = product.scales ? sum * product.scales[column + n] : sum;
        }
}

/// As many columns together as leave registers.
template <typename Number, int Rows>
[[gnu::always_inline]] inline void columnsOf(const RowProduct& product, int row, int first, int last)
{
    constexpr int kFit = (kRegisters - 2) / (Rows + 1);
    constexpr int kTogether = kFit > 4 ? 4 : kFit < 1 ? 1 : kFit;
    int column = first;
    for (; column + kTogether <= last; column += kTogether)
        block<Number, Rows, kTogether>(product, row, column);
    for (; column < last; ++column)
        block<Number, Rows, 1>(product, row, column);
}

template <typename Number> void multiplyOf(const RowProduct& product, int first, int last)
{
    int row = 0;
    for (; row + 8 <= product.rows; row += 8)
        columnsOf<Number, 8>(product, row, first, last);
    for (; row + 5 <= product.rows; row += 5) // The usual number of beams.
        columnsOf<Number, 5>(product, row, first, last);
    for (; row + 3 <= product.rows; row += 3)
        columnsOf<Number, 3>(product, row, first, last);
    for (; row + 2 <= product.rows; row += 2)
        columnsOf<Number, 2>(product, row, first, last);
    for (; row < product.rows; ++row)
        columnsOf<Number, 1>(product, row, first, last);
}

[[gnu::always_inline]] inline void multiplyNumbers(const RowProduct& product, int first, int last)
{
    switch (product.numbers) {
    case RowNumbers::Bytes:
        return multiplyOf<std::int8_t>(product, first, last);
    case RowNumbers::BFloat16:
        return multiplyOf<BFloat16>(product, first, last);
    case RowNumbers::Floats:
        return multiplyOf<float>(product, first, last);
    }
}

} // namespace

} // namespace models::kernels::detail
