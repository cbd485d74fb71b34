#include "models/language/llama.h"

#include "models/layers/activation.h"
#include "models/layers/attention.h"
#include "models/layers/rms_norm.h"

#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/embedding.h>
#include <torch/types.h>

namespace models::language {

namespace nn = torch::nn;
using layers::LayerCache;
using layers::RmsNorm;

namespace {

/// Angles of rotary positions (Su et al. 2021, arXiv:2104.09864): [B or 1, 1, n, width of a head] each.
struct Rotation
{
    at::Tensor cosines;
    at::Tensor sines;

    Rotation(const at::Tensor& positions, const LlamaConfig& config, at::ScalarType type)
    {
        const auto options = positions.options().dtype(at::kFloat);
        const auto exponents = at::arange(0, config.headWidth, 2, options) / config.headWidth;
        const auto frequencies = 1 / at::pow(config.ropeTheta, exponents) / config.ropeFactor;
        const auto half = positions.to(at::kFloat).unsqueeze(-1) * frequencies;
        const auto angles = at::cat({half, half}, -1).unsqueeze(1);
        cosines = angles.cos().to(type);
        sines = angles.sin().to(type);
    }

    at::Tensor of(const at::Tensor& x) const
    {
        const auto halves = x.chunk(2, -1);
        return x * cosines + at::cat({-halves[1], halves[0]}, -1) * sines;
    }
};

class LlamaAttention : public nn::Module
{
public:
    explicit LlamaAttention(const LlamaConfig& c)
        : m_config(c)
        , q_proj(register_module("q_proj", layers::linear(c.hiddenSize, c.heads * c.headWidth, c.attentionBias)))
        , k_proj(register_module("k_proj", layers::linear(c.hiddenSize, c.keyHeads * c.headWidth, c.attentionBias)))
        , v_proj(register_module("v_proj", layers::linear(c.hiddenSize, c.keyHeads * c.headWidth, c.attentionBias)))
        , o_proj(register_module("o_proj", layers::linear(c.heads * c.headWidth, c.hiddenSize, c.attentionBias)))
    {
    }

    at::Tensor forward(const at::Tensor& x, const Rotation& rotation, const at::Tensor& bias, LayerCache* cache)
    {
        const auto queries = rotation.of(layers::splitHeads(q_proj(x), m_config.heads));
        layers::KeysValues seen{rotation.of(layers::splitHeads(k_proj(x), m_config.keyHeads)),
            layers::splitHeads(v_proj(x), m_config.keyHeads)};
        if (cache)
            seen = cache->tokens = cache->tokens.followedBy(seen);
        return o_proj(layers::attend(
            queries, seen, bias, {.dropout = is_training() ? m_config.attentionDropout : 0.0}));
    }

private:
    LlamaConfig m_config;
    layers::Linear q_proj;
    layers::Linear k_proj;
    layers::Linear v_proj;
    layers::Linear o_proj;
};

class LlamaMlp : public nn::Module
{
public:
    explicit LlamaMlp(const LlamaConfig& c)
        : m_activation(c.activation)
        , gate_proj(register_module("gate_proj", layers::linear(c.hiddenSize, c.intermediateSize, c.mlpBias)))
        , up_proj(register_module("up_proj", layers::linear(c.hiddenSize, c.intermediateSize, c.mlpBias)))
        , down_proj(register_module("down_proj", layers::linear(c.intermediateSize, c.hiddenSize, c.mlpBias)))
    {
    }

    at::Tensor forward(const at::Tensor& x)
    {
        return down_proj(layers::activate(gate_proj(x), m_activation) * up_proj(x));
    }

private:
    std::string m_activation;
    layers::Linear gate_proj;
    layers::Linear up_proj;
    layers::Linear down_proj;
};

class LlamaLayer : public nn::Module
{
public:
    explicit LlamaLayer(const LlamaConfig& config)
        : self_attn(register_module("self_attn", std::make_shared<LlamaAttention>(config)))
        , mlp(register_module("mlp", std::make_shared<LlamaMlp>(config)))
        , input_layernorm(register_module("input_layernorm", RmsNorm(config.hiddenSize, config.normEps)))
        , post_attention_layernorm(
              register_module("post_attention_layernorm", RmsNorm(config.hiddenSize, config.normEps)))
    {
    }

    at::Tensor forward(at::Tensor x, const Rotation& rotation, const at::Tensor& bias, LayerCache* cache)
    {
        x = x + self_attn->forward(input_layernorm(x), rotation, bias, cache);
        return x + mlp->forward(post_attention_layernorm(x));
    }

private:
    std::shared_ptr<LlamaAttention> self_attn;
    std::shared_ptr<LlamaMlp> mlp;
    RmsNorm input_layernorm;
    RmsNorm post_attention_layernorm;
};

/// Of the last `tokens` of all: [B or 1, tokens]
at::Tensor positionsOf(const CausalInput& input, std::int64_t tokens, std::int64_t all)
{
    if (!input.mask.defined() || !input.cache)
        return at::arange(all - tokens, all, input.embeddings.options().dtype(at::kLong).requires_grad(false)).unsqueeze(0);
    const auto there = input.mask.to(at::kLong);
    return (there.cumsum(1) - 1).masked_fill(there.eq(0), 1).narrow(1, all - tokens, tokens);
}

} // namespace

class LlamaStack : public nn::Module
{
public:
    explicit LlamaStack(const LlamaConfig& config)
        : m_config(config)
        , embed_tokens(register_module("embed_tokens", nn::Embedding(config.vocabularySize, config.hiddenSize)))
        , layers(register_module("layers", nn::ModuleList()))
        , norm(register_module("norm", RmsNorm(config.hiddenSize, config.normEps)))
    {
        for (std::int64_t i = 0; i < config.layers; ++i)
            layers->push_back(std::make_shared<LlamaLayer>(config));
    }

    at::Tensor forward(const CausalInput& input)
    {
        const auto tokens = input.embeddings.size(1);
        const auto all = tokens + (input.cache ? input.cache->tokens() : 0);
        auto x = input.embeddings.to(embed_tokens->weight.options());
        const Rotation rotation(positionsOf(input, tokens, all), m_config, x.scalar_type());
        const auto bias = models::layers::sightBias(input.mask, tokens, all, /*causal=*/true, x);
        for (std::size_t i = 0; i < layers->size(); ++i)
            x = layers[i]->as<LlamaLayer>()->forward(x, rotation, bias, input.cache ? &input.cache->layer(i) : nullptr);
        return norm(x);
    }

    nn::Embedding& words() { return embed_tokens; }

private:
    LlamaConfig m_config;
    nn::Embedding embed_tokens;
    nn::ModuleList layers;
    RmsNorm norm;
};

Llama::Llama(const LlamaConfig& config)
    : m_config(config)
    , model(register_module("model", std::make_shared<LlamaStack>(config)))
{
    if (!config.tied)
        lm_head = register_module("lm_head", layers::linear(config.hiddenSize, config.vocabularySize, false));
}

at::Tensor Llama::embed(const at::Tensor& ids)
{
    return model->words()(ids);
}

at::Tensor Llama::hidden(const CausalInput& input)
{
    return model->forward(input);
}

at::Tensor Llama::logits(const at::Tensor& hidden)
{
    return layers::multiply(hidden, lm_head ? lm_head->weight : model->words()->weight).to(at::kFloat);
}

} // namespace models::language
