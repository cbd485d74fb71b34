#define LIMN_VECTOR_BYTES 16
#include "models/kernels/kernels_code.h"

namespace models::kernels {

extern const Kernels kBaseKernels;
const Kernels kBaseKernels{"base", kBlockVectors* kWidth, multiply, transformInput, transformOutput, gate};

} // namespace models::kernels
