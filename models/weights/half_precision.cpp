#include "models/weights/half_precision.h"

#include <ATen/ATen.h>

namespace models::weights {

StateDict inHalfPrecision(StateDict weights)
{
    for (auto& [key, tensor] : weights) {
        if (!tensor.is_floating_point() || tensor.dim() < 2)
            continue;
        if (const auto half = tensor.to(at::kHalf); at::isfinite(half).all().item<bool>())
            tensor = half;
    }
    return weights;
}

} // namespace models::weights
