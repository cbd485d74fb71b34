#define LIMN_VECTOR_BYTES 32
#include "models/kernels/kernels_code.h"

namespace models::kernels {

extern const Kernels kAvx2Kernels;
const Kernels kAvx2Kernels{"AVX2", kBlockVectors* kWidth, multiply, transformInput, transformOutput, gate};

} // namespace models::kernels
