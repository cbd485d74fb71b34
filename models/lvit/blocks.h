#pragma once

#include "models/layers/batch_norm.h"

#include <torch/nn/module.h>
#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

namespace models::lvit {

/// Conv2d 3x3, batch norm, ReLU (the authors' ConvBatchNorm).
class ConvBatchNormImpl : public torch::nn::Module
{
public:
    ConvBatchNormImpl(int inChannels, int outChannels);
    torch::Tensor forward(const torch::Tensor& x);

    torch::nn::Conv2d conv{nullptr};
    layers::BatchNorm2d norm{nullptr};
};
TORCH_MODULE(ConvBatchNorm);

/// MaxPool2d(2), then two ConvBatchNorm.
class DownBlockImpl : public torch::nn::Module
{
public:
    DownBlockImpl(int inChannels, int outChannels);
    torch::Tensor forward(const torch::Tensor& x); ///< [B, in, H, W] -> [B, out, H/2, W/2]

    torch::nn::Sequential nConvs{nullptr};
};
TORCH_MODULE(DownBlock);

/// Pixel-level attention: one gate per pixel from the mean, the maximum and their sum over channels (pixlevel.py).
class PLAMImpl : public torch::nn::Module
{
public:
    /// `keepUnused`: also the `conv_sig` that the authors never run.
    PLAMImpl(int channels, bool keepUnused);
    torch::Tensor gate(const torch::Tensor& x); ///< [B, C, H, W] -> [B, 1, H, W]
    torch::Tensor forward(const torch::Tensor& x); ///< gate(x) * x

    torch::nn::Conv2d conv_avg{nullptr};
    torch::nn::Conv2d conv_max{nullptr};
    torch::nn::Sequential bottleneck{nullptr};
    torch::nn::Sequential conv_sig{nullptr};
};
TORCH_MODULE(PLAM);

/// What of an UpBlock is there.
struct UpBlockParts
{
    bool plam = true;
    bool transposed = false; ///< Upsample by a transposed convolution (`up`, the authors' U-Net) instead of nearest.
    bool keepUnused = false; ///< See PLAM.
};

/// Upsampling by two, attention over the skip connection, two ConvBatchNorm (the authors' UpblockAttention, and the
/// UpBlock of their U-Net).
class UpBlockImpl : public torch::nn::Module
{
public:
    UpBlockImpl(int inChannels, int outChannels, const UpBlockParts& parts);
    /// x [B, in/2, H/2, W/2], skip [B, in/2, H, W] -> [B, out, H, W]. `attended`: also give the attention's output,
    /// [B, in/2, H, W].
    torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& skip, torch::Tensor* attended = nullptr);

    PLAM pixModule{nullptr}; ///< Null without attention.
    torch::nn::ConvTranspose2d up{nullptr}; ///< Null with nearest upsampling.
    torch::nn::Sequential nConvs{nullptr};
};
TORCH_MODULE(UpBlock);

/// Tokens back to a feature map: 1x1 convolution, batch norm, ReLU, nearest upsampling.
///
/// The authors upsample first. All three steps work on single pixels, so the order does not matter; only the unbiased
/// running variance counts pixels, which forward() corrects in training.
class ReconstructImpl : public torch::nn::Module
{
public:
    ReconstructImpl(int channels, int grid, int scale);
    torch::Tensor forward(const torch::Tensor& tokens); ///< [B, grid*grid, C] -> [B, C, grid*scale, grid*scale]

    torch::nn::Conv2d conv{nullptr};
    layers::BatchNorm2d norm{nullptr};

private:
    torch::Tensor normalize(const torch::Tensor& x);

    int m_grid;
    int m_scale;
};
TORCH_MODULE(Reconstruct);

} // namespace models::lvit
