#include "models/kernels/kernels.h"

namespace models::kernels {

extern const Kernels kBaseKernels;
#ifdef __x86_64__
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;
#endif

KernelList usableKernels()
{
    KernelList list;
#ifdef __x86_64__
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (avx2 && __builtin_cpu_supports("avx512f"))
        list.items[list.count++] = &kAvx512Kernels;
    if (avx2)
        list.items[list.count++] = &kAvx2Kernels;
#endif
    list.items[list.count++] = &kBaseKernels;
    return list;
}

const Kernels& fastestKernels()
{
    static const Kernels& best = *usableKernels().items[0];
    return best;
}

} // namespace models::kernels
