#pragma once

#include "models/weights/state_dict.h"

namespace models::weights {

/// Weights in float16: matrices and kernels whose every value float16 can hold. Vectors stay as they are: together they
/// are small, and a norm's running variance may lie beyond 65,504.
StateDict inHalfPrecision(StateDict weights);

} // namespace models::weights
