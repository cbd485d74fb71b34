#include "models/layers/bert_layer.h"

#include "models/layers/activation.h"

#include <ATen/ATen.h>

namespace models::layers {

namespace nn = torch::nn;

nn::LayerNorm bertNorm(const BertConfig& config)
{
    return nn::LayerNorm(nn::LayerNormOptions({config.hiddenSize}).eps(config.layerNormEps));
}

BertSelfAttentionImpl::BertSelfAttentionImpl(const BertConfig& config, std::int64_t sourceWidth)
    : m_heads(config.heads)
    , m_dropout(config.attentionDropout)
    , query(register_module("query", Linear(config.hiddenSize, config.hiddenSize)))
    , key(register_module("key", Linear(sourceWidth, config.hiddenSize)))
    , value(register_module("value", Linear(sourceWidth, config.hiddenSize)))
{
}

KeysValues BertSelfAttentionImpl::keysValues(const at::Tensor& source)
{
    return {splitHeads(key(source), m_heads), splitHeads(value(source), m_heads)};
}

at::Tensor BertSelfAttentionImpl::forward(const at::Tensor& x, const KeysValues& seen, const at::Tensor& bias)
{
    return attend(splitHeads(query(x), m_heads), seen, bias, {.dropout = is_training() ? m_dropout : 0.0});
}

BertResidualImpl::BertResidualImpl(std::int64_t inputSize, const BertConfig& config)
    : dense(register_module("dense", Linear(inputSize, config.hiddenSize)))
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
    , dense(register_module("dense", Linear(config.hiddenSize, config.intermediateSize)))
{
}

at::Tensor BertIntermediateImpl::forward(const at::Tensor& x)
{
    return activate(dense(x), m_activation);
}

} // namespace models::layers
