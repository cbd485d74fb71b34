#define LIMN_VECTOR_BYTES 64
#include "models/kernels/kernels_code.h"

namespace models::kernels {

extern const Kernels kAvx512Kernels;
const Kernels kAvx512Kernels{"AVX-512", kBlockVectors* kWidth, multiply, transformInput, transformOutput, gate};

} // namespace models::kernels
