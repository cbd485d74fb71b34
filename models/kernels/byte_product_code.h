// Included by byte_product_*.cpp, each compiled for other instructions; all has internal linkage, so that the linker
// never takes a copy from here for the rest of the program.

#pragma once

#include "models/kernels/byte_product.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace models::kernels::detail {

namespace {

#if defined(__AVX512F__)
constexpr int kWidth = 16;
#elif defined(__AVX2__)
constexpr int kWidth = 8;
#else
constexpr int kWidth = 4;
#endif

using Sums = float __attribute__((vector_size(4 * kWidth)));
using Floats = float __attribute__((vector_size(4 * kWidth), aligned(4), may_alias));

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

/// `Rows` of x with `Columns` of the matrix: each byte becomes a float once for all rows.
template <int Rows, int Columns>
[[gnu::always_inline]] inline void block(const ByteProduct& product, int row, int column)
{
    Sums sums[Rows][Columns] = {};
    const auto* x = product.x + static_cast<std::ptrdiff_t>(row) * product.depth;
    const auto* bytes = product.bytes + static_cast<std::ptrdiff_t>(column) * product.depth;
    for (int k = 0; k < product.depth; k += kWidth)
        for (int n = 0; n < Columns; ++n) {
            const auto* from = bytes + static_cast<std::ptrdiff_t>(n) * product.depth + k;
            const Sums values = floatsOf(from);
            for (int m = 0; m < Rows; ++m)
                sums[m][n] +=
                    values * *reinterpret_cast<const Floats*>(x + static_cast<std::ptrdiff_t>(m) * product.depth + k);
        }
    for (int m = 0; m < Rows; ++m)
        for (int n = 0; n < Columns; ++n) {
            float sum = 0;
            for (int i = 0; i < kWidth; ++i)
                sum += sums[m][n][i];
            product.result[(row + m) * product.resultStride + column + n] = sum * product.scales[column + n];
        }
}

/// As many columns together as leave registers.
template <int Rows>
[[gnu::always_inline]] inline void columnsOf(const ByteProduct& product, int row, int first, int last)
{
    constexpr int kTogether = Rows <= 2 ? 4 : Rows <= 4 ? 2 : 1;
    int column = first;
    for (; column + kTogether <= last; column += kTogether)
        block<Rows, kTogether>(product, row, column);
    for (; column < last; ++column)
        block<Rows, 1>(product, row, column);
}

void multiplyRows(const ByteProduct& product, int first, int last)
{
    int row = 0;
    for (; row + 8 <= product.rows; row += 8)
        columnsOf<8>(product, row, first, last);
    for (; row + 5 <= product.rows; row += 5) // The usual number of beams.
        columnsOf<5>(product, row, first, last);
    for (; row + 2 <= product.rows; row += 2)
        columnsOf<2>(product, row, first, last);
    for (; row < product.rows; ++row)
        columnsOf<1>(product, row, first, last);
}

} // namespace

} // namespace models::kernels::detail
