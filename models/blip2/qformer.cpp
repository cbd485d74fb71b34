#include "models/blip2/qformer.h"

#include "imaging/error.h"

#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/embedding.h>
#include <torch/types.h>

#include <limits>

namespace models::blip2 {

namespace nn = torch::nn;
using layers::BertAttention;
using layers::BertConfig;
using layers::BertIntermediate;
using layers::BertResidual;

/// Words with their positions behind queries without any, normalised together.
class QFormerEmbeddingsImpl : public nn::Module
{
public:
    explicit QFormerEmbeddingsImpl(const QFormerConfig& config)
    {
        const auto& bert = config.bert;
        if (config.readsText) {
            word_embeddings = register_module("word_embeddings",
                nn::Embedding(nn::EmbeddingOptions(bert.vocabularySize, bert.hiddenSize).padding_idx(bert.padId)));
            position_embeddings =
                register_module("position_embeddings", nn::Embedding(bert.maxPositions, bert.hiddenSize));
        }
        LayerNorm = register_module("LayerNorm", layers::bertNorm(bert));
        dropout = register_module("dropout", nn::Dropout(bert.dropout));
    }

    at::Tensor forward(const QFormerInput& input)
    {
        auto x = input.queries;
        if (input.ids.defined()) {
            const auto words =
                word_embeddings(input.ids) + position_embeddings(at::arange(input.ids.size(1), input.ids.options()));
            x = x.defined() ? at::cat({x, words}, 1) : words;
        }
        return dropout(LayerNorm(x));
    }

private:
    nn::Embedding word_embeddings{nullptr}; // these two empty without text
    nn::Embedding position_embeddings{nullptr};
    nn::LayerNorm LayerNorm{nullptr};
    nn::Dropout dropout{nullptr};
};

namespace {

class QFormerLayerImpl : public nn::Module
{
public:
    QFormerLayerImpl(const QFormerConfig& config, bool looks)
        : attention(register_module("attention", BertAttention(config.bert, config.bert.hiddenSize)))
        , intermediate_query(register_module("intermediate_query", BertIntermediate(config.bert)))
        , output_query(register_module("output_query", BertResidual(config.bert.intermediateSize, config.bert)))
    {
        if (looks)
            crossattention = register_module("crossattention", BertAttention(config.bert, config.bert.encoderWidth));
        if (config.readsText) {
            intermediate = register_module("intermediate", BertIntermediate(config.bert));
            output = register_module("output", BertResidual(config.bert.intermediateSize, config.bert));
        }
    }

    /// x [B, Q + T, hidden], the queries in front.
    at::Tensor forward(const at::Tensor& x, std::int64_t queries, const at::Tensor& bias, const at::Tensor& picture)
    {
        const auto attended = attention(x, bias);
        const auto texts = x.size(1) - queries;
        std::vector<at::Tensor> parts;
        if (queries > 0) {
            auto asking = attended.narrow(1, 0, queries);
            if (crossattention && picture.defined())
                asking = crossattention->look(asking, picture, {});
            parts.push_back(output_query(intermediate_query(asking), asking));
        }
        if (texts > 0) {
            const auto reading = attended.narrow(1, queries, texts);
            parts.push_back(output(intermediate(reading), reading));
        }
        return parts.size() == 1 ? parts.front() : at::cat(parts, 1);
    }

private:
    BertAttention attention;
    BertAttention crossattention{nullptr}; // empty in layers that do not look at the picture
    BertIntermediate intermediate{nullptr}; // these two empty without text
    BertResidual output{nullptr};
    BertIntermediate intermediate_query;
    BertResidual output_query;
};
TORCH_MODULE(QFormerLayer);

} // namespace

class QFormerEncoderImpl : public nn::Module
{
public:
    explicit QFormerEncoderImpl(const QFormerConfig& config)
        : layer(register_module("layer", nn::ModuleList()))
    {
        for (std::int64_t i = 0; i < config.bert.layers; ++i)
            layer->push_back(QFormerLayer(config, i % config.crossEvery == 0));
    }

    at::Tensor forward(at::Tensor x, std::int64_t queries, const at::Tensor& bias, const at::Tensor& picture)
    {
        for (const auto& module : *layer)
            x = module->as<QFormerLayerImpl>()->forward(x, queries, bias, picture);
        return x;
    }

private:
    nn::ModuleList layer;
};

namespace {

/// [queries + words, queries + words]
at::Tensor writtenBias(std::int64_t queries, std::int64_t words, c10::Device device)
{
    auto seen = at::ones({queries + words, queries + words}, at::TensorOptions(device)).tril();
    seen.narrow(0, 0, queries).narrow(1, 0, queries).fill_(1);
    return (1 - seen).mul(std::numeric_limits<float>::lowest()); // Added to the scores of what must not be seen.
}

} // namespace

QFormerImpl::QFormerImpl(const QFormerConfig& config)
    : m_config(config)
    , embeddings(register_module("embeddings", QFormerEmbeddings(config)))
    , encoder(register_module("encoder", QFormerEncoder(config)))
{
}

at::Tensor QFormerImpl::forward(const QFormerInput& input)
{
    const auto queries = input.queries.defined() ? input.queries.size(1) : 0;
    if (input.ids.defined()) {
        if (!m_config.readsText)
            throw imaging::Error(imaging::ErrorKind::InvalidInput, "The model's Q-Former reads no texts.");
        if (input.ids.size(1) > m_config.bert.maxPositions)
            throw imaging::Error(imaging::ErrorKind::InvalidInput,
                "The text has more tokens than the Q-Former's " + std::to_string(m_config.bert.maxPositions) + ".");
    }
    const auto x = embeddings->forward(input);
    at::Tensor bias; // [B, 1, 1, Q + T]
    if (input.mask.defined()) {
        const auto mask = at::cat({at::ones({input.mask.size(0), queries}, input.mask.options()), input.mask}, 1);
        bias = layers::sightBias(mask, x.size(1), x.size(1), false, x);
    }
    if (input.written) {
        const auto writing = writtenBias(queries, input.ids.size(1), x.device());
        bias = bias.defined() ? at::minimum(bias, writing) : writing;
    }
    return encoder->forward(x, queries, bias, input.picture);
}

} // namespace models::blip2
