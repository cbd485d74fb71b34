#include "models/layers/rms_norm.h"

#include <ATen/ATen.h>

namespace models::layers {

RmsNormImpl::RmsNormImpl(std::int64_t width, double eps)
    : m_eps(eps)
    , weight(register_parameter("weight", at::ones({width})))
{
}

at::Tensor RmsNormImpl::forward(const at::Tensor& x)
{
    const auto precise = x.to(at::kFloat);
    const auto normed = precise * at::rsqrt(precise.square().mean(-1, /*keepdim=*/true) + m_eps);
    return normed.to(x.scalar_type()) * weight;
}

} // namespace models::layers
