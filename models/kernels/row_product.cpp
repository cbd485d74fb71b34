#include "models/kernels/row_product.h"

namespace models::kernels::detail {

namespace {

MultiplyRows* fastestRows()
{
#ifdef __x86_64__
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (avx2 && __builtin_cpu_supports("avx512f"))
        return multiplyRowsAvx512;
    if (avx2)
        return multiplyRowsAvx2;
#endif
    return multiplyRowsBase;
}

} // namespace

void multiplyRows(const RowProduct& product, int first, int last)
{
    static MultiplyRows* const kFastest = fastestRows();
    kFastest(product, first, last);
}

} // namespace models::kernels::detail
