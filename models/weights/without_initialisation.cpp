#include "models/weights/without_initialisation.h"

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <torch/library.h>

namespace models::weights {

namespace {

using MaybeGenerator = std::optional<at::Generator>;

at::Tensor& leave(at::Tensor& tensor, double, double, MaybeGenerator)
{
    return tensor;
}

} // namespace

// The key stands above all others and is meant for this by PyTorch (torchdistx, "deferred initialisation"): all
// operators pass through it but those that fill a tensor with random numbers.
TORCH_LIBRARY_IMPL(_, DeferredInit, library)
{
    library.fallback(torch::CppFunction::makeFallthrough());
}

TORCH_LIBRARY_IMPL(aten, DeferredInit, library)
{
    library.impl("uniform_", leave);
    library.impl("normal_", leave);
}

} // namespace models::weights
