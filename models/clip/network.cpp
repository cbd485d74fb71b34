#include "models/clip/network.h"

#include "imaging/error.h"
#include "models/layers/activation.h"
#include "models/layers/in_groups.h"
#include "models/layers/unit_length.h"
#include "models/vision/patch_embedding.h"

#include <torch/nn/functional/activation.h>
#include <torch/nn/init.h>
#include <torch/types.h>

#include <cmath>

namespace models::clip {

namespace nn = torch::nn;

namespace {

nn::LayerNorm layerNorm(std::int64_t width, const ClipConfig& config)
{
    return nn::LayerNorm(nn::LayerNormOptions({width}).eps(config.layerNormEps));
}

} // namespace

at::Tensor TowerPrompts::forEach(const at::Tensor& prompt, std::int64_t batch, at::ScalarType type) const
{
    const auto copies = prompt.unsqueeze(0).expand({batch, -1, -1});
    return (halfRounding ? copies.to(torch::kHalf) : copies).to(type);
}

MultiheadAttentionImpl::MultiheadAttentionImpl(std::int64_t width, std::int64_t heads)
    : m_heads(heads)
{
    in_proj_weight = register_parameter("in_proj_weight", torch::empty({3 * width, width}));
    in_proj_bias = register_parameter("in_proj_bias", torch::zeros({3 * width}));
    out_proj = register_module("out_proj", layers::linear(width, width));
    nn::init::xavier_uniform_(in_proj_weight);
    nn::init::zeros_(out_proj->bias);
}

at::Tensor MultiheadAttentionImpl::forward(const at::Tensor& x, bool causal)
{
    const auto batch = x.size(0), tokens = x.size(1), width = x.size(2);
    const auto parts = layers::multiply(x, in_proj_weight, in_proj_bias)
                           .view({batch, tokens, 3, m_heads, width / m_heads})
                           .permute({2, 0, 3, 1, 4}); // [3, B, heads, N, width / heads]
    const auto mixed = at::scaled_dot_product_attention(parts[0], parts[1], parts[2], {}, 0.0, causal);
    return out_proj(mixed.transpose(1, 2).reshape({batch, tokens, width}));
}

at::Tensor MultiheadAttentionImpl::look(const at::Tensor& queries, const at::Tensor& seen)
{
    const auto width = queries.size(2);
    const auto weights = in_proj_weight.split(width), biases = in_proj_bias.split(width);
    const auto heads = [&](const at::Tensor& x, std::size_t part) {
        return layers::multiply(x, weights[part], biases[part]).unflatten(-1, {m_heads, -1}).transpose(1, 2);
    };
    const auto mixed = at::scaled_dot_product_attention(heads(queries, 0), heads(seen, 1), heads(seen, 2));
    return out_proj(mixed.transpose(1, 2).flatten(2));
}

MlpImpl::MlpImpl(const TowerConfig& tower, Activation activation)
    : m_activation(activation)
{
    c_fc = register_module("c_fc", layers::linear(tower.width, tower.mlpWidth));
    c_proj = register_module("c_proj", layers::linear(tower.mlpWidth, tower.width));
}

at::Tensor MlpImpl::forward(const at::Tensor& x)
{
    const auto hidden = c_fc(x);
    switch (m_activation) {
    case Activation::Gelu:
        return c_proj(at::gelu(hidden));
    case Activation::GeluTanh:
        return c_proj(at::gelu(hidden, "tanh"));
    case Activation::QuickGelu:
        break;
    }
    return c_proj(layers::quickGelu(hidden));
}

ResidualAttentionBlockImpl::ResidualAttentionBlockImpl(const TowerConfig& tower, const ClipConfig& config)
{
    attn = register_module("attn", MultiheadAttention(tower.width, tower.heads));
    ln_1 = register_module("ln_1", layerNorm(tower.width, config));
    mlp = register_module("mlp", Mlp(tower, config.activation));
    ln_2 = register_module("ln_2", layerNorm(tower.width, config));
}

at::Tensor ResidualAttentionBlockImpl::forward(const at::Tensor& x, bool causal)
{
    const auto attended = x + attn(ln_1(x), causal);
    return attended + mlp(ln_2(attended));
}

TransformerImpl::TransformerImpl(const TowerConfig& tower, const ClipConfig& config, Tower kind)
    : m_kind(kind)
{
    resblocks = register_module("resblocks", nn::ModuleList());
    for (std::int64_t i = 0; i < tower.layers; ++i)
        resblocks->push_back(ResidualAttentionBlock(tower, config));
}

/// [B, n, width] into [B, N, width].
at::Tensor TransformerImpl::withPrompt(const at::Tensor& x, const at::Tensor& prompts) const
{
    const auto count = prompts.size(1);
    if (m_kind == Tower::Vision)
        return torch::cat({x.narrow(1, 0, x.size(1) - count), prompts}, 1);
    return torch::cat({x.narrow(1, 0, 1), prompts, x.narrow(1, 1 + count, x.size(1) - 1 - count)}, 1);
}

at::Tensor TransformerImpl::forward(const at::Tensor& x, const TowerPrompts& prompts, vision::TokenTrace* trace)
{
    if (trace)
        return throughBlocks(x, prompts, trace);
    return layers::inGroups(x, [&](const at::Tensor& some) { return throughBlocks(some, prompts, nullptr); });
}

at::Tensor TransformerImpl::throughBlocks(at::Tensor x, const TowerPrompts& prompts, vision::TokenTrace* trace)
{
    for (std::size_t i = 0; i < resblocks->size(); ++i) {
        if (i > 0 && i <= prompts.deep.size())
            x = withPrompt(x, prompts.forEach(prompts.deep[i - 1], x.size(0), x.scalar_type()));
        if (trace && i + 1 == resblocks->size())
            x = trace->follow(x, /*ownTokens=*/1);
        x = resblocks[i]->as<ResidualAttentionBlock>()->forward(x, m_kind == Tower::Text);
    }
    return x;
}

VisionTransformerImpl::VisionTransformerImpl(const ClipConfig& config)
{
    const auto width = config.vision.width;
    const double scale = 1 / std::sqrt(static_cast<double>(width));
    conv1 = register_module("conv1",
        nn::Conv2d(nn::Conv2dOptions(3, width, config.patchSize).stride(config.patchSize).bias(false)));
    class_embedding = register_parameter("class_embedding", scale * torch::randn({width}));
    positional_embedding =
        register_parameter("positional_embedding", scale * torch::randn({config.imageTokens(), width}));
    ln_pre = register_module("ln_pre", layerNorm(width, config));
    transformer =
        register_module("transformer", Transformer(config.vision, config, TransformerImpl::Tower::Vision));
    ln_post = register_module("ln_post", layerNorm(width, config));
    proj = register_parameter("proj", scale * torch::randn({width, config.embedDim}));
}

at::Tensor VisionTransformerImpl::tokens(
    const at::Tensor& pixels, const TowerPrompts& prompts, vision::TokenTrace* trace)
{
    const auto patches = vision::patchTokens(pixels, conv1);
    const auto first = class_embedding.expand({patches.size(0), 1, patches.size(2)});
    auto x = torch::cat({first.to(patches.dtype()), patches}, 1) + positional_embedding;
    if (prompts.shallow.defined())
        x = torch::cat({x, prompts.forEach(prompts.shallow, x.size(0), x.scalar_type())}, 1);
    return transformer(ln_pre(x), prompts, trace);
}

at::Tensor VisionTransformerImpl::finalTokens(const at::Tensor& pixels)
{
    return ln_post(tokens(pixels));
}

at::Tensor VisionTransformerImpl::project(const at::Tensor& tokens)
{
    return torch::matmul(tokens.select(1, 0), proj);
}

at::Tensor VisionTransformerImpl::forward(
    const at::Tensor& pixels, const TowerPrompts& prompts, vision::TokenTrace* trace)
{
    return torch::matmul(ln_post(tokens(pixels, prompts, trace).select(1, 0)), proj);
}

ClipImpl::ClipImpl(const ClipConfig& config, WithoutTowers)
    : m_config(config)
{
    logit_scale = register_parameter("logit_scale", torch::tensor(std::log(1 / 0.07), torch::kFloat));
}

ClipImpl::ClipImpl(const ClipConfig& config)
    : ClipImpl(config, WithoutTowers{})
{
    const auto width = config.text.width;
    visual = register_module("visual", VisionTransformer(config));
    transformer = register_module("transformer", Transformer(config.text, config, TransformerImpl::Tower::Text));
    token_embedding = register_module("token_embedding", nn::Embedding(config.vocabularySize, width));
    positional_embedding =
        register_parameter("positional_embedding", 0.01 * torch::randn({config.contextLength, width}));
    ln_final = register_module("ln_final", layerNorm(width, config));
    text_projection = register_parameter(
        "text_projection", torch::randn({width, config.embedDim}) / std::sqrt(static_cast<double>(width)));
    const at::NoGradGuard noGrad;
    nn::init::normal_(token_embedding->weight, 0, 0.02);
}

vision::PictureFit ClipImpl::pictureFit() const
{
    vision::PictureFit fit;
    fit.size = static_cast<int>(m_config.imageSize);
    return fit;
}

void ClipImpl::requirePixels(const at::Tensor& pixels) const
{
    const auto size = m_config.imageSize;
    if (pixels.dim() != 4 || pixels.size(1) != 3 || pixels.size(2) != size || pixels.size(3) != size)
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The model takes pictures of " + std::to_string(size) + " x " + std::to_string(size)
                + " pixels with three channels.");
}

at::Tensor ClipImpl::encodeImage(const at::Tensor& pixels, const TowerPrompts& prompts, vision::TokenTrace* trace)
{
    requirePixels(pixels);
    return visual(pixels.to(positional_embedding.scalar_type()), prompts, trace).to(torch::kFloat);
}

void ClipImpl::requireIds(const at::Tensor& ids) const
{
    if (ids.dim() != 2 || ids.numel() == 0 || ids.size(1) > m_config.contextLength)
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The model takes texts of at most " + std::to_string(m_config.contextLength) + " tokens.");
    if (ids.min().item<std::int64_t>() < 0 || ids.max().item<std::int64_t>() >= m_config.vocabularySize)
        throw imaging::Error(imaging::ErrorKind::Model,
            "The tokenizer does not belong to the model: it gives an id beyond the " +
                std::to_string(m_config.vocabularySize) + " that the model knows.");
}

at::Tensor ClipImpl::embedTokens(const at::Tensor& ids)
{
    requireIds(ids);
    return token_embedding(ids);
}

at::Tensor ClipImpl::endPositions(const at::Tensor& ids) const
{
    return m_config.endId < 0 ? ids.argmax(1) : (ids == m_config.endId).to(torch::kInt).argmax(1);
}

at::Tensor ClipImpl::encodeText(const at::Tensor& embedded, const at::Tensor& ids, const TowerPrompts& prompts)
{
    const auto places = positional_embedding.narrow(0, 0, embedded.size(1));
    auto x = (embedded + places).to(places.scalar_type()); // Prompts may be of another type.
    x = ln_final(transformer(x, prompts));
    const auto rows = torch::arange(x.size(0), ids.options());
    return torch::matmul(x.index({rows, endPositions(ids)}), text_projection).to(torch::kFloat);
}

at::Tensor ClipImpl::logits(const at::Tensor& imageFeatures, const at::Tensor& textFeatures)
{
    return logit_scale.exp() * torch::matmul(layers::unitLength(imageFeatures), layers::unitLength(textFeatures).t());
}

} // namespace models::clip
