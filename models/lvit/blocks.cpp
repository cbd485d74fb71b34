#include "models/lvit/blocks.h"

#include <torch/nn/modules/activation.h>
#include <torch/types.h>

namespace models::lvit {

namespace nn = torch::nn;

namespace {

torch::Tensor upsampleNearest(const torch::Tensor& x, std::int64_t scale)
{
    return torch::upsample_nearest2d(x, {x.size(2) * scale, x.size(3) * scale});
}

nn::Conv2d convolution1x1(int inChannels, int outChannels, bool bias)
{
    return nn::Conv2d(nn::Conv2dOptions(inChannels, outChannels, 1).bias(bias));
}

} // namespace

ConvBatchNormImpl::ConvBatchNormImpl(int inChannels, int outChannels)
{
    conv = register_module("conv", nn::Conv2d(nn::Conv2dOptions(inChannels, outChannels, 3).padding(1)));
    norm = register_module("norm", layers::BatchNorm2d(outChannels));
}

torch::Tensor ConvBatchNormImpl::forward(const torch::Tensor& x)
{
    return norm(conv(x)).relu_();
}

DownBlockImpl::DownBlockImpl(int inChannels, int outChannels)
{
    nConvs = register_module(
        "nConvs", nn::Sequential(ConvBatchNorm(inChannels, outChannels), ConvBatchNorm(outChannels, outChannels)));
}

torch::Tensor DownBlockImpl::forward(const torch::Tensor& x)
{
    return nConvs->forward(torch::max_pool2d(x, 2));
}

PLAMImpl::PLAMImpl(int channels, bool keepUnused)
{
    conv_avg = register_module("conv_avg", convolution1x1(channels, channels, /*bias=*/false));
    conv_max = register_module("conv_max", convolution1x1(channels, channels, /*bias=*/false));
    bottleneck = register_module("bottleneck", nn::Sequential(nn::Linear(3, 6), nn::ReLU(), nn::Linear(6, 1)));
    if (keepUnused)
        conv_sig = register_module(
            "conv_sig", nn::Sequential(convolution1x1(channels, channels, /*bias=*/true), nn::Sigmoid()));
}

torch::Tensor PLAMImpl::gate(const torch::Tensor& x)
{
    const auto average = conv_avg(x).relu_().mean(1, /*keepdim=*/true); // [B, 1, H, W]
    const auto strongest = conv_max(x).relu_();
    // max with indices gives the gradient to one winner, as the authors' torch.max does; amax would share it among
    // ties. Without a gradient amax gives the same values six times faster.
    const auto maximum = torch::GradMode::is_enabled() ? std::get<0>(strongest.max(1, /*keepdim=*/true))
                                                       : strongest.amax(1, /*keepdim=*/true); // [B, 1, H, W]
    const auto pooled = torch::cat({average, maximum, average + maximum}, 1); // [B, 3, H, W]
    return bottleneck->forward(pooled.permute({0, 2, 3, 1})).permute({0, 3, 1, 2}); // [B, 1, H, W]
}

torch::Tensor PLAMImpl::forward(const torch::Tensor& x)
{
    return gate(x) * x;
}

UpBlockImpl::UpBlockImpl(int inChannels, int outChannels, const UpBlockParts& parts)
{
    const int half = inChannels / 2;
    if (parts.plam)
        pixModule = register_module("pixModule", PLAM(half, parts.keepUnused));
    if (parts.transposed)
        up = register_module("up", nn::ConvTranspose2d(nn::ConvTranspose2dOptions(half, half, 2).stride(2)));
    nConvs = register_module(
        "nConvs", nn::Sequential(ConvBatchNorm(inChannels, outChannels), ConvBatchNorm(outChannels, outChannels)));
}

torch::Tensor UpBlockImpl::forward(const torch::Tensor& x, const torch::Tensor& skip, torch::Tensor* attended)
{
    const auto gated = pixModule ? pixModule(skip) : skip; // [B, in/2, H, W]
    const auto larger = up ? up(x) : upsampleNearest(x, 2); // [B, in/2, H, W]
    if (attended)
        *attended = gated;
    return nConvs->forward(torch::cat({gated, larger}, 1)); // [B, out, H, W]
}

ReconstructImpl::ReconstructImpl(int channels, int grid, int scale)
    : m_grid(grid)
    , m_scale(scale)
{
    conv = register_module("conv", convolution1x1(channels, channels, /*bias=*/true));
    norm = register_module("norm", layers::BatchNorm2d(channels));
}

torch::Tensor ReconstructImpl::forward(const torch::Tensor& tokens)
{
    const auto map = tokens.transpose(1, 2).reshape({tokens.size(0), tokens.size(2), m_grid, m_grid}); // [B, C, g, g]
    return upsampleNearest(torch::relu(normalize(conv(map))), m_scale); // [B, C, g*scale, g*scale]
}

torch::Tensor ReconstructImpl::normalize(const torch::Tensor& x)
{
    if (!is_training())
        return norm(x);
    if (norm->isShared())
        return norm->normalize(x, double(m_scale) * m_scale);
    const torch::NoGradGuard noGradient;
    const auto before = norm->running_var.clone();
    torch::Tensor normalized;
    {
        const torch::AutoGradMode withGradient(true);
        normalized = norm(x);
    }
    // Variance over n pixels is biased by (n-1)/n; the running one is unbiased with the n of the upsampled map.
    const double small = static_cast<double>(x.size(0) * x.size(2) * x.size(3));
    const double large = small * m_scale * m_scale;
    const double factor = (small - 1) / small * large / (large - 1);
    const double momentum = norm->options.momentum().value_or(0.1);
    norm->running_var.variable_data().mul_(factor).add_(before, (1 - momentum) * (1 - factor));
    return normalized;
}

} // namespace models::lvit
