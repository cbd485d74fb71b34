#include "models/vision/vit.h"

#include "imaging/error.h"
#include "models/layers/activation.h"
#include "models/layers/attention.h"
#include "models/layers/in_groups.h"
#include "models/vision/patch_embedding.h"

#include <torch/nn/init.h>
#include <torch/types.h>

namespace models::vision {

namespace nn = torch::nn;

namespace {

nn::LayerNorm layerNorm(const VitConfig& config)
{
    return nn::LayerNorm(nn::LayerNormOptions({config.width}).eps(config.layerNormEps));
}

} // namespace

VitAttentionImpl::VitAttentionImpl(const VitConfig& config)
    : m_heads(config.heads)
{
    qkv = register_module("qkv", layers::linear(config.width, 3 * config.width));
    proj = register_module("proj", layers::linear(config.width, config.width));
}

at::Tensor VitAttentionImpl::forward(const at::Tensor& x)
{
    const auto batch = x.size(0), tokens = x.size(1), width = x.size(2);
    const auto parts = qkv(x).view({batch, tokens, 3, m_heads, width / m_heads}).permute({2, 0, 3, 1, 4});
    return proj(layers::attend(parts[0], {parts[1], parts[2]}, {}));
}

VitMlpImpl::VitMlpImpl(const VitConfig& config)
    : m_quickGelu(config.quickGelu)
{
    fc1 = register_module("fc1", layers::linear(config.width, config.mlpWidth));
    fc2 = register_module("fc2", layers::linear(config.mlpWidth, config.width));
}

at::Tensor VitMlpImpl::forward(const at::Tensor& x)
{
    const auto hidden = fc1(x);
    return fc2(m_quickGelu ? layers::quickGelu(hidden) : at::gelu(hidden));
}

VitBlockImpl::VitBlockImpl(const VitConfig& config)
{
    norm1 = register_module("norm1", layerNorm(config));
    attn = register_module("attn", VitAttention(config));
    norm2 = register_module("norm2", layerNorm(config));
    mlp = register_module("mlp", VitMlp(config));
}

at::Tensor VitBlockImpl::forward(const at::Tensor& x)
{
    const auto attended = x + attn(norm1(x));
    return attended + mlp(norm2(attended));
}

VitPatchEmbedImpl::VitPatchEmbedImpl(const VitConfig& config)
{
    proj = register_module(
        "proj", nn::Conv2d(nn::Conv2dOptions(3, config.width, config.patchSize).stride(config.patchSize)));
}

at::Tensor VitPatchEmbedImpl::forward(const at::Tensor& pixels)
{
    return patchTokens(pixels, proj);
}

VitImpl::VitImpl(const VitConfig& config)
    : m_config(config)
{
    constexpr double kDeviation = 0.02;
    cls_token = register_parameter("cls_token", kDeviation * torch::randn({1, 1, config.width}));
    pos_embed = register_parameter("pos_embed", kDeviation * torch::randn({1, 1 + config.patches(), config.width}));
    patch_embed = register_module("patch_embed", VitPatchEmbed(config));
    if (config.inputNorm)
        norm_pre = register_module("norm_pre", layerNorm(config));
    blocks = register_module("blocks", nn::ModuleList());
    for (std::int64_t i = 0; i < config.layers; ++i)
        blocks->push_back(VitBlock(config));
    if (config.finalNorm)
        norm = register_module("norm", layerNorm(config));
}

at::Tensor VitImpl::forward(const at::Tensor& pixels, TokenTrace* trace)
{
    const auto size = m_config.imageSize;
    if (pixels.dim() != 4 || pixels.size(1) != 3 || pixels.size(2) != size || pixels.size(3) != size)
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The model takes pictures of " + std::to_string(size) + " x " + std::to_string(size)
                + " pixels with three channels.");
    const auto patches = patch_embed(pixels.to(cls_token.scalar_type()));
    auto x = torch::cat({cls_token.expand({patches.size(0), -1, -1}).to(patches.dtype()), patches}, 1) + pos_embed;
    if (norm_pre)
        x = norm_pre(x);
    if (trace)
        return throughBlocks(x, trace);
    return layers::inGroups(x, [&](const at::Tensor& some) { return throughBlocks(some, nullptr); });
}

at::Tensor VitImpl::throughBlocks(at::Tensor x, TokenTrace* trace)
{
    for (std::size_t i = 0; i < blocks->size(); ++i) {
        if (trace && i + 1 == blocks->size())
            x = trace->follow(x, /*ownTokens=*/1);
        x = blocks[i]->as<VitBlock>()->forward(x);
    }
    return norm ? norm(x) : x;
}

} // namespace models::vision
