#include "models/layers/bert_layer.h"

#include <ATen/ATen.h>

namespace models::layers {

namespace nn = torch::nn;

at::Tensor bertActivation(const at::Tensor& x, const std::string& name)
{
    if (name == "gelu_new")
        return at::gelu(x, "tanh");
    if (name == "relu")
        return at::relu(x);
    if (name == "silu")
        return at::silu(x);
    return at::gelu(x);
}

nn::LayerNorm bertNorm(const BertConfig& config)
{
    return nn::LayerNorm(nn::LayerNormOptions({config.hiddenSize}).eps(config.layerNormEps));
}

KeysValues KeysValues::followedBy(const KeysValues& later) const
{
    if (!keys.defined())
        return later;
    return {at::cat({keys, later.keys}, 2), at::cat({values, later.values}, 2)};
}

BertSelfAttentionImpl::BertSelfAttentionImpl(const BertConfig& config, std::int64_t sourceWidth)
    : m_heads(config.heads)
    , m_dropout(config.attentionDropout)
    , query(register_module("query", nn::Linear(config.hiddenSize, config.hiddenSize)))
    , key(register_module("key", nn::Linear(sourceWidth, config.hiddenSize)))
    , value(register_module("value", nn::Linear(sourceWidth, config.hiddenSize)))
{
}

at::Tensor BertSelfAttentionImpl::split(const at::Tensor& x) const
{
    return x.unflatten(-1, {m_heads, -1}).transpose(1, 2);
}

KeysValues BertSelfAttentionImpl::keysValues(const at::Tensor& source)
{
    return {split(key(source)), split(value(source))};
}

at::Tensor BertSelfAttentionImpl::forward(const at::Tensor& x, const KeysValues& seen, const at::Tensor& bias)
{
    auto queries = split(query(x)); // [R, heads, n, hidden / heads]
    const auto sources = seen.keys.size(0), tokens = x.size(1), each = x.size(0) / sources;
    if (each != 1)
        queries = queries.unflatten(0, {sources, each}).transpose(1, 2).flatten(2, 3);
    auto mixed = at::scaled_dot_product_attention(queries, seen.keys, seen.values,
        bias.defined() ? std::optional<at::Tensor>(bias) : std::nullopt, is_training() ? m_dropout : 0.0);
    if (each != 1)
        mixed = mixed.unflatten(2, {each, tokens}).transpose(1, 2).flatten(0, 1);
    return mixed.transpose(1, 2).flatten(2); // [R, n, hidden]
}

BertResidualImpl::BertResidualImpl(std::int64_t inputSize, const BertConfig& config)
    : dense(register_module("dense", nn::Linear(inputSize, config.hiddenSize)))
    , LayerNorm(register_module("LayerNorm", bertNorm(config)))
    , dropout(register_module("dropout", nn::Dropout(config.dropout)))
{
}

at::Tensor BertResidualImpl::forward(const at::Tensor& x, const at::Tensor& residual)
{
    return LayerNorm(dropout(dense(x)) + residual);
}

BertAttentionImpl::BertAttentionImpl(const BertConfig& config, std::int64_t sourceWidth)
    : self(register_module("self", BertSelfAttention(config, sourceWidth)))
    , output(register_module("output", BertResidual(config.hiddenSize, config)))
{
}

at::Tensor BertAttentionImpl::forward(const at::Tensor& x, const at::Tensor& bias, LayerCache* cache)
{
    auto seen = self->keysValues(x);
    if (cache)
        seen = cache->tokens = cache->tokens.followedBy(seen);
    return output(self(x, seen, bias), x);
}

at::Tensor BertAttentionImpl::look(
    const at::Tensor& x, const at::Tensor& source, const at::Tensor& bias, LayerCache* cache)
{
    KeysValues seen;
    if (cache && cache->source.keys.defined())
        seen = cache->source;
    else
        seen = self->keysValues(source);
    if (cache)
        cache->source = seen;
    return output(self(x, seen, bias), x);
}

BertIntermediateImpl::BertIntermediateImpl(const BertConfig& config)
    : m_activation(config.activation)
    , dense(register_module("dense", nn::Linear(config.hiddenSize, config.intermediateSize)))
{
}

at::Tensor BertIntermediateImpl::forward(const at::Tensor& x)
{
    return bertActivation(dense(x), m_activation);
}

} // namespace models::layers
