#include "models/kernels/byte_product.h"

namespace models::kernels::detail {

namespace {

MultiplyBytes* fastest()
{
#ifdef __x86_64__
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (avx2 && __builtin_cpu_supports("avx512f"))
        return multiplyBytesAvx512;
    if (avx2)
        return multiplyBytesAvx2;
#endif
    return multiplyBytesBase;
}

} // namespace

void multiplyBytes(const ByteProduct& product, int first, int last)
{
    static MultiplyBytes* const kFastest = fastest();
    kFastest(product, first, last);
}

} // namespace models::kernels::detail
