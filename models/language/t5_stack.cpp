#include "models/language/t5_stack.h"

#include "models/layers/linear.h"
#include "models/layers/activation.h"
#include "models/layers/attention.h"

#include <torch/nn/modules/embedding.h>
#include <torch/types.h>

#include <cmath>

namespace models::language {

namespace nn = torch::nn;
using layers::KeysValues;
using layers::LayerCache;
using layers::RmsNorm;

at::Tensor distanceBuckets(const at::Tensor& distances, const T5Config& config, T5Role role)
{
    auto buckets = config.distanceBuckets;
    auto first = at::zeros_like(distances);
    at::Tensor far;
    if (role == T5Role::Encoder) { // The second half is for keys behind the query.
        buckets /= 2;
        first = distances.gt(0).to(at::kLong) * buckets;
        far = distances.abs();
    } else {
        far = distances.clamp_max(0).neg();
    }
    const auto exact = buckets / 2;
    const auto logs = at::log(far.clamp_min(1).to(at::kFloat) / static_cast<double>(exact))
        / std::log(static_cast<double>(config.maxDistance) / static_cast<double>(exact))
        * static_cast<double>(buckets - exact);
    const auto large = (logs.to(at::kLong) + exact).clamp_max(buckets - 1);
    return first + at::where(far.lt(exact), far, large);
}

namespace {

/// Attention without scaling of the scores.
class T5Attention : public nn::Module
{
public:
    T5Attention(const T5Config& config, bool withDistances)
        : m_heads(config.heads)
        , m_dropout(config.dropout)
        , q(register_module("q", layers::linear(config.width, config.heads * config.headWidth, false)))
        , k(register_module("k", layers::linear(config.width, config.heads * config.headWidth, false)))
        , v(register_module("v", layers::linear(config.width, config.heads * config.headWidth, false)))
        , o(register_module("o", layers::linear(config.heads * config.headWidth, config.width, false)))
    {
        if (withDistances)
            relative_attention_bias = register_module(
                "relative_attention_bias", nn::Embedding(config.distanceBuckets, config.heads));
    }

    KeysValues keysValues(const at::Tensor& source)
    {
        return {layers::splitHeads(k(source), m_heads), layers::splitHeads(v(source), m_heads)};
    }

    at::Tensor forward(const at::Tensor& x, const KeysValues& seen, const at::Tensor& bias)
    {
        return o(layers::attend(layers::splitHeads(q(x), m_heads), seen, bias,
            {.dropout = is_training() ? m_dropout : 0.0, .scale = 1.0}));
    }

    /// Of buckets [n, all] -> [1, heads, n, all]
    at::Tensor distanceBias(const at::Tensor& buckets)
    {
        return relative_attention_bias(buckets).permute({2, 0, 1}).unsqueeze(0);
    }

private:
    std::int64_t m_heads;
    double m_dropout;
    layers::Linear q;
    layers::Linear k;
    layers::Linear v;
    layers::Linear o;
    nn::Embedding relative_attention_bias{nullptr}; // only in the first layer
};

/// Norm, attention and residual; `name` is that of the attention.
class T5AttentionPart : public nn::Module
{
public:
    T5AttentionPart(const T5Config& config, const char* name, bool withDistances)
        : m_dropout(config.dropout)
        , attention(register_module(name, std::make_shared<T5Attention>(config, withDistances)))
        , layer_norm(register_module("layer_norm", RmsNorm(config.width, config.normEps)))
    {
    }

    at::Tensor forward(const at::Tensor& x, const at::Tensor& bias, LayerCache* cache)
    {
        const auto normed = layer_norm(x);
        auto seen = attention->keysValues(normed);
        if (cache)
            seen = cache->tokens = cache->tokens.followedBy(seen);
        return x + at::dropout(attention->forward(normed, seen, bias), m_dropout, is_training());
    }

    at::Tensor look(const at::Tensor& x, const at::Tensor& source, const at::Tensor& bias, LayerCache* cache)
    {
        KeysValues seen;
        if (cache && cache->source.keys.defined())
            seen = cache->source;
        else
            seen = attention->keysValues(source);
        if (cache)
            cache->source = seen;
        return x + at::dropout(attention->forward(layer_norm(x), seen, bias), m_dropout, is_training());
    }

    double m_dropout;
    std::shared_ptr<T5Attention> attention;
    RmsNorm layer_norm;
};

class T5Dense : public nn::Module
{
public:
    explicit T5Dense(const T5Config& config)
        : m_config(config)
        , wo(register_module("wo", layers::linear(config.intermediateSize, config.width, false)))
    {
        wi = register_module(config.gated ? "wi_0" : "wi", layers::linear(config.width, config.intermediateSize, false));
        if (config.gated)
            wi_1 = register_module("wi_1", layers::linear(config.width, config.intermediateSize, false));
    }

    at::Tensor forward(const at::Tensor& x)
    {
        auto inner = layers::activate(wi(x), m_config.activation);
        if (wi_1)
            inner = inner * wi_1(x);
        return wo(at::dropout(inner, m_config.dropout, is_training()));
    }

private:
    T5Config m_config;
    layers::Linear wi{nullptr};
    layers::Linear wi_1{nullptr}; // empty without a gate
    layers::Linear wo;
};

class T5FeedForward : public nn::Module
{
public:
    explicit T5FeedForward(const T5Config& config)
        : m_dropout(config.dropout)
        , dense(register_module("DenseReluDense", std::make_shared<T5Dense>(config)))
        , layer_norm(register_module("layer_norm", RmsNorm(config.width, config.normEps)))
    {
    }

    at::Tensor forward(const at::Tensor& x)
    {
        return x + at::dropout(dense->forward(layer_norm(x)), m_dropout, is_training());
    }

private:
    double m_dropout;
    std::shared_ptr<T5Dense> dense;
    RmsNorm layer_norm;
};

class T5Block : public nn::Module
{
public:
    T5Block(const T5Config& config, T5Role role, bool withDistances)
        : own(std::make_shared<T5AttentionPart>(config, "SelfAttention", withDistances))
        , feed(std::make_shared<T5FeedForward>(config))
    {
        nn::ModuleList layer;
        layer->push_back(own);
        if (role == T5Role::Decoder)
            layer->push_back(other = std::make_shared<T5AttentionPart>(config, "EncDecAttention", false));
        layer->push_back(feed);
        register_module("layer", layer);
    }

    at::Tensor forward(at::Tensor x, const at::Tensor& bias, const T5Sight& sight, const at::Tensor& sourceBias,
        LayerCache* cache)
    {
        x = own->forward(x, bias, cache);
        if (other)
            x = other->look(x, sight.source, sourceBias, cache);
        return feed->forward(x);
    }

    std::shared_ptr<T5AttentionPart> own;

private:
    std::shared_ptr<T5AttentionPart> other; // empty in the encoder
    std::shared_ptr<T5FeedForward> feed;
};

} // namespace

T5Stack::T5Stack(const T5Config& config, T5Role role)
    : m_config(config)
    , m_role(role)
    , block(register_module("block", nn::ModuleList()))
    , final_layer_norm(register_module("final_layer_norm", RmsNorm(config.width, config.normEps)))
{
    const auto count = role == T5Role::Encoder ? config.encoderLayers : config.decoderLayers;
    for (std::int64_t i = 0; i < count; ++i)
        block->push_back(std::make_shared<T5Block>(config, role, /*withDistances=*/i == 0));
}

at::Tensor T5Stack::forward(const at::Tensor& embeddings, const T5Sight& sight)
{
    const auto tokens = embeddings.size(1), all = tokens + (sight.cache ? sight.cache->tokens() : 0);
    auto x = at::dropout(embeddings, m_config.dropout, is_training());
    const auto places = at::arange(all, x.options().dtype(at::kLong).requires_grad(false));
    const auto distances = places.unsqueeze(0) - places.narrow(0, all - tokens, tokens).unsqueeze(1);
    // All layers share the first one's.
    auto bias = block[0]->as<T5Block>()->own->attention->distanceBias(distanceBuckets(distances, m_config, m_role));
    const auto seen = layers::sightBias(sight.mask, tokens, all, m_role == T5Role::Decoder, x);
    if (seen.defined())
        bias = bias + seen;
    const auto sourceBias = sight.sourceMask.defined()
        ? layers::sightBias(sight.sourceMask, 1, sight.sourceMask.size(1), /*causal=*/false, x)
        : at::Tensor();
    for (std::size_t i = 0; i < block->size(); ++i)
        x = block[i]->as<T5Block>()->forward(x, bias, sight, sourceBias, sight.cache ? &sight.cache->layer(i) : nullptr);
    return at::dropout(final_layer_norm(x), m_config.dropout, is_training());
}

} // namespace models::language
