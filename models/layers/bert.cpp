#include "models/layers/bert.h"

#include "imaging/error.h"

#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>

#include <limits>

namespace models::layers {

namespace {

at::Tensor activate(const at::Tensor& x, const std::string& name)
{
    if (name == "gelu_new")
        return at::gelu(x, "tanh");
    if (name == "relu")
        return at::relu(x);
    if (name == "silu")
        return at::silu(x);
    return at::gelu(x);
}

torch::nn::LayerNorm layerNorm(const BertConfig& config)
{
    return torch::nn::LayerNorm(torch::nn::LayerNormOptions({config.hiddenSize}).eps(config.layerNormEps));
}

} // namespace

/// Sum of word, position and type embeddings, normalised.
class BertEmbeddingsImpl : public torch::nn::Module
{
public:
    explicit BertEmbeddingsImpl(const BertConfig& config)
        : word_embeddings(register_module("word_embeddings",
            torch::nn::Embedding(
                torch::nn::EmbeddingOptions(config.vocabularySize, config.hiddenSize).padding_idx(config.padId))))
        , position_embeddings(
              register_module("position_embeddings", torch::nn::Embedding(config.maxPositions, config.hiddenSize)))
        , token_type_embeddings(register_module(
              "token_type_embeddings", torch::nn::Embedding(config.typeVocabularySize, config.hiddenSize)))
        , LayerNorm(register_module("LayerNorm", layerNorm(config)))
        , dropout(register_module("dropout", torch::nn::Dropout(config.dropout)))
    {
    }

    at::Tensor forward(const at::Tensor& ids, const at::Tensor& types)
    {
        const auto positions = at::arange(ids.size(1), ids.options()); // [T]
        const auto x =
            word_embeddings(ids) + token_type_embeddings(types) + position_embeddings(positions); // [B, T, hidden]
        return dropout(LayerNorm(x));
    }

private:
    torch::nn::Embedding word_embeddings;
    torch::nn::Embedding position_embeddings;
    torch::nn::Embedding token_type_embeddings;
    torch::nn::LayerNorm LayerNorm;
    torch::nn::Dropout dropout;
};

namespace {

class BertSelfAttentionImpl : public torch::nn::Module
{
public:
    explicit BertSelfAttentionImpl(const BertConfig& config)
        : m_heads(config.heads)
        , m_dropout(config.attentionDropout)
        , query(register_module("query", torch::nn::Linear(config.hiddenSize, config.hiddenSize)))
        , key(register_module("key", torch::nn::Linear(config.hiddenSize, config.hiddenSize)))
        , value(register_module("value", torch::nn::Linear(config.hiddenSize, config.hiddenSize)))
    {
    }

    at::Tensor forward(const at::Tensor& x, const at::Tensor& bias)
    {
        const auto split = [&](const at::Tensor& y) {
            return y.unflatten(-1, {m_heads, -1}).transpose(1, 2); // [B, heads, T, hidden/heads]
        };
        const auto mixed = at::scaled_dot_product_attention(split(query(x)), split(key(x)), split(value(x)),
            bias.defined() ? std::optional<at::Tensor>(bias) : std::nullopt, is_training() ? m_dropout : 0.0);
        return mixed.transpose(1, 2).flatten(2); // [B, T, hidden]
    }

private:
    std::int64_t m_heads;
    double m_dropout;
    torch::nn::Linear query;
    torch::nn::Linear key;
    torch::nn::Linear value;
};
TORCH_MODULE(BertSelfAttention);

/// Linear, dropout, residual, norm: the end of both halves of a layer.
class BertResidualImpl : public torch::nn::Module
{
public:
    BertResidualImpl(std::int64_t inputSize, const BertConfig& config)
        : dense(register_module("dense", torch::nn::Linear(inputSize, config.hiddenSize)))
        , LayerNorm(register_module("LayerNorm", layerNorm(config)))
        , dropout(register_module("dropout", torch::nn::Dropout(config.dropout)))
    {
    }

    at::Tensor forward(const at::Tensor& x, const at::Tensor& residual)
    {
        return LayerNorm(dropout(dense(x)) + residual);
    }

private:
    torch::nn::Linear dense;
    torch::nn::LayerNorm LayerNorm;
    torch::nn::Dropout dropout;
};
TORCH_MODULE(BertResidual);

class BertAttentionImpl : public torch::nn::Module
{
public:
    explicit BertAttentionImpl(const BertConfig& config)
        : self(register_module("self", BertSelfAttention(config)))
        , output(register_module("output", BertResidual(config.hiddenSize, config)))
    {
    }

    at::Tensor forward(const at::Tensor& x, const at::Tensor& bias) { return output(self(x, bias), x); }

private:
    BertSelfAttention self;
    BertResidual output;
};
TORCH_MODULE(BertAttention);

class BertIntermediateImpl : public torch::nn::Module
{
public:
    explicit BertIntermediateImpl(const BertConfig& config)
        : m_activation(config.activation)
        , dense(register_module("dense", torch::nn::Linear(config.hiddenSize, config.intermediateSize)))
    {
    }

    at::Tensor forward(const at::Tensor& x) { return activate(dense(x), m_activation); }

private:
    std::string m_activation;
    torch::nn::Linear dense;
};
TORCH_MODULE(BertIntermediate);

class BertLayerImpl : public torch::nn::Module
{
public:
    explicit BertLayerImpl(const BertConfig& config)
        : attention(register_module("attention", BertAttention(config)))
        , intermediate(register_module("intermediate", BertIntermediate(config)))
        , output(register_module("output", BertResidual(config.intermediateSize, config)))
    {
    }

    at::Tensor forward(const at::Tensor& x, const at::Tensor& bias)
    {
        const auto attended = attention(x, bias);
        return output(intermediate(attended), attended);
    }

private:
    BertAttention attention;
    BertIntermediate intermediate;
    BertResidual output;
};
TORCH_MODULE(BertLayer);

} // namespace

class BertEncoderImpl : public torch::nn::Module
{
public:
    explicit BertEncoderImpl(const BertConfig& config)
        : layer(register_module("layer", torch::nn::ModuleList()))
    {
        for (std::int64_t i = 0; i < config.layers; ++i)
            layer->push_back(BertLayer(config));
    }

    at::Tensor forward(at::Tensor x, const at::Tensor& bias)
    {
        for (const auto& module : *layer)
            x = module->as<BertLayerImpl>()->forward(x, bias);
        return x;
    }

private:
    torch::nn::ModuleList layer;
};

class BertPoolerImpl : public torch::nn::Module
{
public:
    explicit BertPoolerImpl(const BertConfig& config)
        : dense(register_module("dense", torch::nn::Linear(config.hiddenSize, config.hiddenSize)))
    {
    }

    at::Tensor forward(const at::Tensor& x) { return at::tanh(dense(x.select(1, 0))); } // [B, hidden]

private:
    torch::nn::Linear dense;
};

BertModelImpl::BertModelImpl(const BertConfig& config, Pooler withPooler)
    : m_config(config)
    , embeddings(register_module("embeddings", BertEmbeddings(config)))
    , encoder(register_module("encoder", BertEncoder(config)))
{
    if (withPooler == Pooler::With)
        pooler = register_module("pooler", BertPooler(config));
}

BertOutput BertModelImpl::forward(const at::Tensor& ids, const at::Tensor& mask, const at::Tensor& types)
{
    if (ids.dim() != 2 || ids.size(1) > m_config.maxPositions)
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The text has more tokens than the text encoder's " + std::to_string(m_config.maxPositions) + ".");
    at::Tensor bias; // [B, 1, 1, T], added to the scores before softmax
    if (mask.defined())
        bias = (1 - mask.to(at::kFloat)).mul(std::numeric_limits<float>::lowest()).unsqueeze(1).unsqueeze(1);
    BertOutput output;
    output.lastHiddenState = encoder->forward(
        embeddings->forward(ids, types.defined() ? types : at::zeros_like(ids)), bias); // [B, T, hidden]
    if (pooler)
        output.pooled = pooler->forward(output.lastHiddenState);
    return output;
}

} // namespace models::layers
