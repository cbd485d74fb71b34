#include "models/clip/siglip.h"

#include "imaging/error.h"
#include "models/layers/unit_length.h"
#include "models/vision/patch_embedding.h"

#include <torch/types.h>

namespace models::clip {

namespace nn = torch::nn;

namespace {

nn::LayerNorm normOf(std::int64_t width, const ClipConfig& config)
{
    return nn::LayerNorm(nn::LayerNormOptions({width}).eps(config.layerNormEps));
}

[[noreturn]] void refuseSiglipPrompts()
{
    throw imaging::Error(
        imaging::ErrorKind::Model, "Learnt prompts belong to a CLIP with OpenAI's towers; this model is a SigLIP.");
}

/// A module that only gives others their place in the names of a checkpoint.
class SiglipPlaceImpl : public nn::Module
{
public:
    using nn::Module::register_module;
    using nn::Module::register_parameter;
};

} // namespace

/// A learnt vector gathers what the patches say of the picture.
class PoolingHeadImpl : public nn::Module
{
public:
    explicit PoolingHeadImpl(const ClipConfig& config)
    {
        const auto width = config.vision.width;
        probe = register_parameter("probe", torch::randn({1, 1, width}));
        attention = register_module("attention", MultiheadAttention(width, config.vision.heads));
        layernorm = register_module("layernorm", normOf(width, config));
        mlp = register_module("mlp", Mlp(config.vision, config.activation));
    }

    /// [B, patches, width] -> [B, width]
    at::Tensor forward(const at::Tensor& patches)
    {
        const auto gathered = attention->look(probe.expand({patches.size(0), -1, -1}), patches);
        return (gathered + mlp(layernorm(gathered))).select(1, 0);
    }

private:
    at::Tensor probe; // [1, 1, width]
    MultiheadAttention attention{nullptr};
    nn::LayerNorm layernorm{nullptr};
    Mlp mlp{nullptr};
};

SiglipImpl::SiglipImpl(const ClipConfig& config, const vision::PictureFit& fit)
    : ClipImpl(config, WithoutTowers{})
    , m_fit(fit)
{
    using Sight = TransformerImpl::Tower; // Vision: each sees all others.
    const auto picture = config.vision.width, text = config.text.width;
    const auto tower = register_module("visual", std::make_shared<SiglipPlaceImpl>());
    conv1 = tower->register_module(
        "conv1", nn::Conv2d(nn::Conv2dOptions(3, picture, config.patchSize).stride(config.patchSize)));
    patchPlaces = tower->register_parameter("positional_embedding", torch::randn({config.imageTokens() - 1, picture}));
    pictureBlocks = tower->register_module("transformer", Transformer(config.vision, config, Sight::Vision));
    ln_post = tower->register_module("ln_post", normOf(picture, config));
    head = tower->register_module("head", PoolingHead(config));
    token_embedding = register_module("token_embedding", nn::Embedding(config.vocabularySize, text));
    positional_embedding = register_parameter("positional_embedding", torch::randn({config.contextLength, text}));
    transformer = register_module("transformer", Transformer(config.text, config, Sight::Vision));
    ln_final = register_module("ln_final", normOf(text, config));
    text_head = register_module("text_head", nn::Linear(text, config.embedDim));
    logit_bias = register_parameter("logit_bias", torch::zeros({}));
}

at::Tensor SiglipImpl::encodeImage(const at::Tensor& pixels, const TowerPrompts& prompts, vision::TokenTrace* trace)
{
    if (prompts.shallow.defined() || !prompts.deep.empty())
        refuseSiglipPrompts();
    requirePixels(pixels);
    const auto patches = vision::patchTokens(pixels.to(patchPlaces.scalar_type()), conv1) + patchPlaces;
    const auto states = ln_post(pictureBlocks(patches));
    return head->forward(trace ? trace->follow(states, /*ownTokens=*/0) : states).to(torch::kFloat);
}

at::Tensor SiglipImpl::embedTokens(const at::Tensor&)
{
    refuseSiglipPrompts();
}

at::Tensor SiglipImpl::encodeText(const at::Tensor&, const at::Tensor&, const TowerPrompts&)
{
    refuseSiglipPrompts();
}

at::Tensor SiglipImpl::encodeText(const at::Tensor& ids)
{
    requireIds(ids);
    const auto words = token_embedding(ids) + positional_embedding.narrow(0, 0, ids.size(1));
    const auto states = ln_final(transformer(words));
    return text_head(states.select(1, states.size(1) - 1)).to(torch::kFloat);
}

at::Tensor SiglipImpl::logits(const at::Tensor& imageFeatures, const at::Tensor& textFeatures)
{
    return ClipImpl::logits(imageFeatures, textFeatures) + logit_bias;
}

} // namespace models::clip
