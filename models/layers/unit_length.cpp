#include "models/layers/unit_length.h"

#include <ATen/ATen.h>

namespace models::layers {

at::Tensor unitLength(const at::Tensor& vectors)
{
    return vectors / vectors.norm(2, -1, true);
}

} // namespace models::layers
