#include "models/language/opt.h"

#include "imaging/error.h"
#include "models/layers/activation.h"
#include "models/layers/attention.h"

#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/normalization.h>
#include <torch/types.h>

namespace models::language {

namespace nn = torch::nn;
using layers::LayerCache;

namespace {

constexpr std::int64_t kFirstPosition = 2; // Two rows of the table are never used.

nn::LayerNorm normOf(const OptConfig& config)
{
    return nn::LayerNorm(nn::LayerNormOptions({config.hiddenSize}).elementwise_affine(config.normsHaveWeights));
}

class OptAttention : public nn::Module
{
public:
    explicit OptAttention(const OptConfig& config)
        : m_heads(config.heads)
        , m_dropout(config.attentionDropout)
        , k_proj(register_module("k_proj", layers::linear(config.hiddenSize, config.hiddenSize, config.bias)))
        , v_proj(register_module("v_proj", layers::linear(config.hiddenSize, config.hiddenSize, config.bias)))
        , q_proj(register_module("q_proj", layers::linear(config.hiddenSize, config.hiddenSize, config.bias)))
        , out_proj(register_module("out_proj", layers::linear(config.hiddenSize, config.hiddenSize, config.bias)))
    {
    }

    at::Tensor forward(const at::Tensor& x, const at::Tensor& bias, LayerCache* cache)
    {
        layers::KeysValues seen{layers::splitHeads(k_proj(x), m_heads), layers::splitHeads(v_proj(x), m_heads)};
        if (cache)
            seen = cache->tokens = cache->tokens.followedBy(seen);
        return out_proj(layers::attend(layers::splitHeads(q_proj(x), m_heads), seen, bias,
            {.dropout = is_training() ? m_dropout : 0.0}));
    }

private:
    std::int64_t m_heads;
    double m_dropout;
    layers::Linear k_proj;
    layers::Linear v_proj;
    layers::Linear q_proj;
    layers::Linear out_proj;
};

class OptLayer : public nn::Module
{
public:
    explicit OptLayer(const OptConfig& config)
        : m_config(config)
        , self_attn(register_module("self_attn", std::make_shared<OptAttention>(config)))
        , self_attn_layer_norm(register_module("self_attn_layer_norm", normOf(config)))
        , fc1(register_module("fc1", layers::linear(config.hiddenSize, config.intermediateSize, config.bias)))
        , fc2(register_module("fc2", layers::linear(config.intermediateSize, config.hiddenSize, config.bias)))
        , final_layer_norm(register_module("final_layer_norm", normOf(config)))
    {
    }

    at::Tensor forward(at::Tensor x, const at::Tensor& bias, LayerCache* cache)
    {
        const bool first = m_config.normFirst;
        x = x + dropped(self_attn->forward(first ? self_attn_layer_norm(x) : x, bias, cache));
        if (!first)
            x = self_attn_layer_norm(x);
        x = x + dropped(fc2(layers::activate(fc1(first ? final_layer_norm(x) : x), m_config.activation)));
        return first ? x : final_layer_norm(x);
    }

private:
    at::Tensor dropped(const at::Tensor& x) const { return at::dropout(x, m_config.dropout, is_training()); }

    OptConfig m_config;
    std::shared_ptr<OptAttention> self_attn;
    nn::LayerNorm self_attn_layer_norm;
    layers::Linear fc1;
    layers::Linear fc2;
    nn::LayerNorm final_layer_norm;
};

} // namespace

class OptStack : public nn::Module
{
public:
    explicit OptStack(const OptConfig& config)
        : m_config(config)
        , embed_tokens(register_module("embed_tokens", nn::Embedding(config.vocabularySize, config.wordWidth)))
        , embed_positions(register_module(
              "embed_positions", nn::Embedding(config.maxPositions + kFirstPosition, config.hiddenSize)))
        , layers(register_module("layers", nn::ModuleList()))
    {
        if (config.wordWidth != config.hiddenSize) {
            project_in = register_module("project_in", layers::linear(config.wordWidth, config.hiddenSize, false));
            project_out = register_module("project_out", layers::linear(config.hiddenSize, config.wordWidth, false));
        }
        if (config.lastNorm)
            final_layer_norm = register_module("final_layer_norm", normOf(config));
        for (std::int64_t i = 0; i < config.layers; ++i)
            layers->push_back(std::make_shared<OptLayer>(config));
    }

    at::Tensor forward(const CausalInput& input)
    {
        const auto tokens = input.embeddings.size(1);
        const auto all = tokens + (input.cache ? input.cache->tokens() : 0);
        if (all > m_config.maxPositions)
            throw imaging::Error(imaging::ErrorKind::InvalidInput,
                "The text has more tokens than the language model's " + std::to_string(m_config.maxPositions) + ".");
        auto x = input.embeddings.to(embed_tokens->weight.options());
        if (project_in)
            x = project_in(x);
        x = at::dropout(x + embed_positions(positions(input.mask, tokens, all)), m_config.dropout, is_training());
        const auto bias = models::layers::sightBias(input.mask, tokens, all, /*causal=*/true, x);
        for (std::size_t i = 0; i < layers->size(); ++i)
            x = layers[i]->as<OptLayer>()->forward(x, bias, input.cache ? &input.cache->layer(i) : nullptr);
        if (final_layer_norm)
            x = final_layer_norm(x);
        return project_out ? project_out(x) : x;
    }

    nn::Embedding& words() { return embed_tokens; }

private:
    /// Rows of the table for the last `tokens` of all: [B or 1, tokens]
    at::Tensor positions(const at::Tensor& mask, std::int64_t tokens, std::int64_t all) const
    {
        const auto options = embed_tokens->weight.options().dtype(at::kLong).requires_grad(false);
        if (!mask.defined())
            return at::arange(all - tokens + kFirstPosition, all + kFirstPosition, options).unsqueeze(0);
        const auto there = mask.to(at::kLong);
        return (there.cumsum(1) * there - 1 + kFirstPosition).narrow(1, all - tokens, tokens);
    }

    OptConfig m_config;
    nn::Embedding embed_tokens;
    nn::Embedding embed_positions;
    layers::Linear project_in{nullptr}; // empty where words are as wide as layers
    layers::Linear project_out{nullptr};
    nn::LayerNorm final_layer_norm{nullptr}; // empty without
    nn::ModuleList layers;
};

class OptModel : public nn::Module
{
public:
    explicit OptModel(const OptConfig& config)
        : decoder(register_module("decoder", std::make_shared<OptStack>(config)))
    {
    }

    std::shared_ptr<OptStack> decoder;
};

Opt::Opt(const OptConfig& config)
    : m_config(config)
    , model(register_module("model", std::make_shared<OptModel>(config)))
{
    if (!config.tied)
        lm_head = register_module("lm_head", layers::linear(config.wordWidth, config.vocabularySize, false));
}

at::Tensor Opt::embed(const at::Tensor& ids)
{
    return model->decoder->words()(ids);
}

at::Tensor Opt::hidden(const CausalInput& input)
{
    return model->decoder->forward(input);
}

at::Tensor Opt::logits(const at::Tensor& hidden)
{
    return layers::multiply(hidden, lm_head ? lm_head->weight : model->decoder->words()->weight).to(at::kFloat);
}

} // namespace models::language
