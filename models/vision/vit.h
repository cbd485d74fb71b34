#pragma once

#include "models/layers/linear.h"
#include "models/vision/token_trace.h"

#include <torch/nn/module.h>
#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/pimpl.h>

#include <cstdint>

namespace models::vision {

/// Shapes of a vision transformer as timm writes it; the defaults are ViT-B/16's.
struct VitConfig
{
    std::int64_t width = 768;
    std::int64_t layers = 12;
    std::int64_t heads = 12;
    std::int64_t mlpWidth = 3072;
    std::int64_t imageSize = 224; ///< Pixels of a side.
    std::int64_t patchSize = 16;
    double layerNormEps = 1e-6;
    bool finalNorm = true; ///< EVA's as BLIP-2 uses it has none.
    bool inputNorm = false; ///< CLIP's: tokens are normalised before the first block.
    bool quickGelu = false; ///< x * sigmoid(1.702 x) in place of GELU: CLIP's.

    std::int64_t patches() const { return (imageSize / patchSize) * (imageSize / patchSize); }
};

class VitAttentionImpl : public torch::nn::Module
{
public:
    explicit VitAttentionImpl(const VitConfig& config);
    at::Tensor forward(const at::Tensor& x); ///< [B, N, width] -> [B, N, width]

private:
    std::int64_t m_heads;
    layers::Linear qkv{nullptr};
    layers::Linear proj{nullptr};
};
TORCH_MODULE(VitAttention);

/// fc1, GELU (with the error function, or VitConfig::quickGelu), fc2.
class VitMlpImpl : public torch::nn::Module
{
public:
    explicit VitMlpImpl(const VitConfig& config);
    at::Tensor forward(const at::Tensor& x);

private:
    bool m_quickGelu;
    layers::Linear fc1{nullptr};
    layers::Linear fc2{nullptr};
};
TORCH_MODULE(VitMlp);

/// x + attn(norm1(x)), then x + mlp(norm2(x)).
class VitBlockImpl : public torch::nn::Module
{
public:
    explicit VitBlockImpl(const VitConfig& config);
    at::Tensor forward(const at::Tensor& x);

private:
    torch::nn::LayerNorm norm1{nullptr};
    VitAttention attn{nullptr};
    torch::nn::LayerNorm norm2{nullptr};
    VitMlp mlp{nullptr};
};
TORCH_MODULE(VitBlock);

class VitPatchEmbedImpl : public torch::nn::Module
{
public:
    explicit VitPatchEmbedImpl(const VitConfig& config);
    at::Tensor forward(const at::Tensor& pixels); ///< [B, 3, size, size] -> [B, patches, width]

private:
    torch::nn::Conv2d proj{nullptr};
};
TORCH_MODULE(VitPatchEmbed);

/// A vision transformer (Dosovitskiy et al. 2021, arXiv:2010.11929) under timm's names: BLIP's, and EVA's or CLIP's as in
/// BLIP-2.
class VitImpl : public torch::nn::Module
{
public:
    explicit VitImpl(const VitConfig& config);

    const VitConfig& config() const { return m_config; }

    /// [B, 3, size, size], normalised -> [B, 1 + patches, width], the class token in front. Throws Error(InvalidInput)
    /// for another size.
    at::Tensor forward(const at::Tensor& pixels, TokenTrace* trace = nullptr);

private:
    at::Tensor throughBlocks(at::Tensor x, TokenTrace* trace);

    VitConfig m_config;
    at::Tensor cls_token; // [1, 1, width]
    at::Tensor pos_embed; // [1, 1 + patches, width]
    VitPatchEmbed patch_embed{nullptr};
    torch::nn::LayerNorm norm_pre{nullptr}; // empty without
    torch::nn::ModuleList blocks{nullptr};
    torch::nn::LayerNorm norm{nullptr}; // empty without
};
TORCH_MODULE(Vit);

} // namespace models::vision
