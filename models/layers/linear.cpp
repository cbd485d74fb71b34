#include "models/layers/linear.h"

#include "models/kernels/row_dense.h"

#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <string_view>

namespace models::layers {

namespace {

/// MKL, by which Torch multiplies float32, is slow on processors that are not Intel's; oneDNN, which comes with Torch,
/// is not.
bool isKnownToMkl()
{
#ifdef __x86_64__
    __builtin_cpu_init();
    static const bool kIntel = __builtin_cpu_is("intel");
    return kIntel;
#else
    return true;
#endif
}

using OneDnnLinear = at::Tensor(const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&, std::string_view,
    c10::List<std::optional<at::Scalar>>, std::optional<std::string_view>);

at::Tensor multiplyByOneDnn(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias)
{
    static const auto kLinear
        = c10::Dispatcher::singleton().findSchemaOrThrow("mkldnn::_linear_pointwise", "").typed<OneDnnLinear>();
    const auto added = bias.defined() ? std::optional<at::Tensor>(bias) : std::nullopt;
    return kLinear.call(x.contiguous(), weight, added, "none", c10::List<std::optional<at::Scalar>>(), "");
}

bool onlyAnswers(const at::Tensor& x, const at::Tensor& weight)
{
    const bool differentiates = at::GradMode::is_enabled() && (x.requires_grad() || weight.requires_grad());
    return !differentiates && x.device().is_cpu() && weight.device().is_cpu() && !at::autocast::is_autocast_enabled(at::kCPU);
}

bool suitsOneDnn(const at::Tensor& x, const at::Tensor& weight)
{
    return x.scalar_type() == at::kFloat && weight.scalar_type() == at::kFloat && x.numel() > 0 && weight.is_contiguous()
        && at::globalContext().userEnabledMkldnn() && at::globalContext().hasMKLDNN();
}

} // namespace

at::Tensor multiply(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias)
{
    if (onlyAnswers(x, weight)) {
        if (kernels::areFewRows(x, weight))
            return kernels::multiplyFewRows(x, weight, bias);
        if (!isKnownToMkl() && suitsOneDnn(x, weight))
            return multiplyByOneDnn(x, weight, bias);
    }
    return at::linear(x, weight, bias);
}

at::Tensor LinearImpl::forward(const at::Tensor& x)
{
    return m_bytes ? m_bytes->run(x, bias) : multiply(x, weight, bias);
}

void LinearImpl::holdInBytes(const at::Tensor& matrix)
{
    m_bytes.emplace(matrix);
    parameters_.erase("weight");
    weight.reset();
}

} // namespace models::layers
