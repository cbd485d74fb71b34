#include "models/layers/batch_norm.h"

#include <torch/csrc/autograd/custom_function.h>
#include <torch/custom_class.h>
#include <torch/types.h>

namespace models::layers {

namespace {

struct SumHolder : torch::CustomClassHolder
{
    explicit SumHolder(SumOverProcesses s)
        : sum(std::move(s))
    {
    }
    SumOverProcesses sum;
};

/// y = the sum of every process's x. Each process's loss depends on it, so the gradient is summed, too.
struct DifferentiableSum : torch::autograd::Function<DifferentiableSum>
{
    static torch::Tensor forward(
        torch::autograd::AutogradContext* context, const torch::Tensor& x, const SumOverProcesses& sum)
    {
        context->saved_data["sum"] = c10::IValue::make_capsule(c10::make_intrusive<SumHolder>(sum));
        auto total = x.detach().clone();
        sum(total);
        return total;
    }

    static torch::autograd::variable_list backward(
        torch::autograd::AutogradContext* context, const torch::autograd::variable_list& gradients)
    {
        const auto holder = c10::static_intrusive_pointer_cast<SumHolder>(context->saved_data["sum"].toCapsule());
        auto total = gradients[0].contiguous().clone();
        holder->sum(total);
        return {total, {}};
    }
};

std::vector<std::int64_t> allButChannels(const torch::Tensor& x)
{
    std::vector<std::int64_t> dimensions;
    for (std::int64_t dimension = 0; dimension < x.dim(); ++dimension)
        if (dimension != 1)
            dimensions.push_back(dimension);
    return dimensions;
}

torch::Tensor perChannel(const torch::Tensor& values, const torch::Tensor& like)
{
    std::vector<std::int64_t> shape(std::size_t(like.dim()), 1);
    shape[1] = values.size(0);
    return values.view(shape);
}

} // namespace

template <typename Base> torch::Tensor SharedBatchNormImpl<Base>::normalize(const torch::Tensor& x, double repeats)
{
    if (!m_sum || !this->is_training())
        return Base::forward(x);
    const auto channels = x.size(1);
    const auto dimensions = allButChannels(x);
    const auto wide = x.scalar_type() == torch::kDouble ? x : x.to(torch::kFloat);
    // In double, since the variance is a difference of sums; one exchange instead of two.
    const auto own =
        torch::cat({wide.sum(dimensions, false, torch::kDouble), (wide * wide).sum(dimensions, false, torch::kDouble),
            torch::full({1}, double(x.numel() / channels), wide.options().dtype(torch::kDouble))}); // [2C + 1]
    const auto all = DifferentiableSum::apply(own, m_sum);
    const auto count = all[-1].detach();
    const auto mean = all.narrow(0, 0, channels) / count; // [C]
    const auto variance = (all.narrow(0, channels, channels) / count - mean * mean).clamp_min(0);
    {
        const torch::NoGradGuard noGradient;
        const double momentum = this->options.momentum().value_or(0.1);
        const auto unbiased = variance * (count * repeats / (count * repeats - 1));
        this->running_mean.mul_(1 - momentum).add_(mean.to(this->running_mean.scalar_type()), momentum);
        this->running_var.mul_(1 - momentum).add_(unbiased.to(this->running_var.scalar_type()), momentum);
        this->num_batches_tracked += 1;
    }
    const auto scale = this->weight * (variance + this->options.eps()).rsqrt().to(wide.scalar_type()); // [C]
    const auto shift = this->bias - mean.to(wide.scalar_type()) * scale;
    return (wide * perChannel(scale, x) + perChannel(shift, x)).to(x.scalar_type());
}

template class SharedBatchNormImpl<torch::nn::BatchNorm1dImpl>;
template class SharedBatchNormImpl<torch::nn::BatchNorm2dImpl>;

void shareStatistics(torch::nn::Module& net, const SumOverProcesses& sum)
{
    for (const auto& module : net.modules()) {
        if (auto* flat = module->as<BatchNorm1dImpl>())
            flat->share(sum);
        if (auto* map = module->as<BatchNorm2dImpl>())
            map->share(sum);
    }
}

} // namespace models::layers
