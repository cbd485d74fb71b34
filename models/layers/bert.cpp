#include "models/layers/bert.h"

#include "models/layers/activation.h"
#include "imaging/error.h"

#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/embedding.h>
#include <torch/types.h>

#include <limits>

namespace models::layers {

namespace nn = torch::nn;

/// Sum of word, position and type embeddings, normalised.
class BertEmbeddingsImpl : public nn::Module
{
public:
    explicit BertEmbeddingsImpl(const BertConfig& config)
        : word_embeddings(register_module("word_embeddings",
            nn::Embedding(nn::EmbeddingOptions(config.vocabularySize, config.hiddenSize).padding_idx(config.padId))))
        , position_embeddings(
              register_module("position_embeddings", nn::Embedding(config.maxPositions, config.hiddenSize)))
        , LayerNorm(register_module("LayerNorm", bertNorm(config)))
        , dropout(register_module("dropout", nn::Dropout(config.dropout)))
    {
        if (config.typeVocabularySize > 0)
            token_type_embeddings = register_module(
                "token_type_embeddings", nn::Embedding(config.typeVocabularySize, config.hiddenSize));
    }

    /// `first`: the position of the first id.
    at::Tensor forward(const at::Tensor& ids, const at::Tensor& types, std::int64_t first)
    {
        const auto positions = at::arange(first, first + ids.size(1), ids.options()); // [T]
        auto x = word_embeddings(ids); // [B, T, hidden]
        if (token_type_embeddings)
            x = x + token_type_embeddings(types.defined() ? types : at::zeros_like(ids));
        return dropout(LayerNorm(x + position_embeddings(positions)));
    }

private:
    nn::Embedding word_embeddings;
    nn::Embedding position_embeddings;
    nn::Embedding token_type_embeddings{nullptr}; // empty without types
    nn::LayerNorm LayerNorm;
    nn::Dropout dropout;
};

namespace {

/// What is added to the scores of attention: 0 where a token is seen, else the lowest number. [B, T] -> [B, 1, 1, T]
at::Tensor biasOf(const at::Tensor& mask)
{
    if (!mask.defined())
        return {};
    return (1 - mask.to(at::kFloat)).mul(std::numeric_limits<float>::lowest()).unsqueeze(1).unsqueeze(1);
}

/// [1, 1, T, past + T]; undefined for a single token, which sees all before it.
at::Tensor causalBias(std::int64_t tokens, std::int64_t past, const at::Tensor& like)
{
    if (tokens == 1)
        return {};
    const auto unseen = at::ones({tokens, past + tokens}, like.options().dtype(at::kBool)).triu(past + 1);
    return at::zeros({1, 1, tokens, past + tokens}, like.options().dtype(at::kFloat))
        .masked_fill(unseen, std::numeric_limits<float>::lowest());
}

/// How the layers of one pass see their tokens and the source.
struct Sight
{
    at::Tensor bias;
    at::Tensor source;
    at::Tensor sourceBias;
    BertCache* cache = nullptr;
};

/// What is added to scores of another type: its own lowest number, not an infinity.
at::Tensor inType(const at::Tensor& bias, at::ScalarType type)
{
    if (!bias.defined() || type == at::kFloat)
        return bias;
    const double lowest = type == at::kHalf ? double(std::numeric_limits<c10::Half>::lowest())
                                            : double(std::numeric_limits<c10::BFloat16>::lowest());
    return bias.clamp_min(lowest).to(type);
}

/// `type`: of the scores.
Sight sightOf(const at::Tensor& ids, const BertContext& context, at::ScalarType type)
{
    Sight sight{biasOf(context.mask), context.source, inType(biasOf(context.sourceMask), type), context.cache};
    if (context.causal) {
        const auto causal = causalBias(ids.size(1), context.cache ? context.cache->tokens() : 0, ids);
        if (!sight.bias.defined())
            sight.bias = causal;
        else if (causal.defined())
            sight.bias = at::minimum(sight.bias, causal);
    }
    sight.bias = inType(sight.bias, type);
    return sight;
}

class BertLayerImpl : public nn::Module
{
public:
    explicit BertLayerImpl(const BertConfig& config)
        : attention(register_module("attention", BertAttention(config, config.hiddenSize)))
        , intermediate(register_module("intermediate", BertIntermediate(config)))
        , output(register_module("output", BertResidual(config.intermediateSize, config)))
    {
        if (config.encoderWidth > 0)
            crossattention = register_module("crossattention", BertAttention(config, config.encoderWidth));
    }

    at::Tensor forward(const at::Tensor& x, const Sight& sight, LayerCache* cache)
    {
        auto attended = attention(x, sight.bias, cache);
        if (crossattention && sight.source.defined())
            attended = crossattention->look(attended, sight.source, sight.sourceBias, cache);
        return output(intermediate(attended), attended);
    }

private:
    BertAttention attention;
    BertAttention crossattention{nullptr}; // empty without
    BertIntermediate intermediate;
    BertResidual output;
};
TORCH_MODULE(BertLayer);

} // namespace

class BertEncoderImpl : public nn::Module
{
public:
    explicit BertEncoderImpl(const BertConfig& config)
        : layer(register_module("layer", nn::ModuleList()))
    {
        for (std::int64_t i = 0; i < config.layers; ++i)
            layer->push_back(BertLayer(config));
    }

    at::Tensor forward(at::Tensor x, const Sight& sight)
    {
        for (std::size_t i = 0; i < layer->size(); ++i)
            x = layer[i]->as<BertLayerImpl>()->forward(x, sight, sight.cache ? &sight.cache->layer(i) : nullptr);
        return x;
    }

private:
    nn::ModuleList layer;
};

class BertPoolerImpl : public nn::Module
{
public:
    explicit BertPoolerImpl(const BertConfig& config)
        : dense(register_module("dense", Linear(config.hiddenSize, config.hiddenSize)))
    {
    }

    at::Tensor forward(const at::Tensor& x) { return at::tanh(dense(x.select(1, 0))); } // [B, hidden]

private:
    Linear dense;
};

BertModelImpl::BertModelImpl(const BertConfig& config, Pooler withPooler)
    : m_config(config)
    , embeddings(register_module("embeddings", BertEmbeddings(config)))
    , encoder(register_module("encoder", BertEncoder(config)))
{
    if (withPooler == Pooler::With)
        pooler = register_module("pooler", BertPooler(config));
}

BertOutput BertModelImpl::forward(const at::Tensor& ids, const BertContext& context)
{
    const auto past = context.cache ? context.cache->tokens() : 0;
    if (ids.dim() != 2 || past + ids.size(1) > m_config.maxPositions)
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The text has more tokens than the text encoder's " + std::to_string(m_config.maxPositions) + ".");
    BertOutput output;
    const auto words = embeddings->forward(ids, context.types, past);
    output.lastHiddenState = encoder->forward(words, sightOf(ids, context, words.scalar_type())); // [B, T, hidden]
    if (pooler)
        output.pooled = pooler->forward(output.lastHiddenState);
    return output;
}

/// Linear, activation, norm.
class BertTransformImpl : public nn::Module
{
public:
    explicit BertTransformImpl(const BertConfig& config)
        : m_activation(config.activation)
        , dense(register_module("dense", Linear(config.hiddenSize, config.hiddenSize)))
        , LayerNorm(register_module("LayerNorm", bertNorm(config)))
    {
    }

    at::Tensor forward(const at::Tensor& x) { return LayerNorm(activate(dense(x), m_activation)); }

private:
    std::string m_activation;
    Linear dense;
    nn::LayerNorm LayerNorm;
};

BertPredictionsImpl::BertPredictionsImpl(const BertConfig& config)
    : transform(register_module("transform", BertTransform(config)))
    , decoder(register_module(
          "decoder", linear(config.hiddenSize, config.vocabularySize, false)))
    , bias(register_parameter("bias", at::zeros({config.vocabularySize})))
{
}

at::Tensor BertPredictionsImpl::forward(const at::Tensor& hidden)
{
    return multiply(transform->forward(hidden), decoder->weight, bias);
}

} // namespace models::layers
