#pragma once

#include "models/layers/bert_layer.h"

namespace models::layers {

struct BertOutput
{
    at::Tensor lastHiddenState; ///< [B, T, hidden]
    at::Tensor pooled; ///< [B, hidden]; undefined when the model has no pooler
};

using BertCache = AttentionCache;

/// What a forward pass knows beside the ids; everything may be left out.
struct BertContext
{
    at::Tensor mask = {}; ///< [B, T], 1 = token, 0 = padding; all tokens
    at::Tensor types = {}; ///< [B, T]; all 0
    /// [rows, S, encoderWidth]: what the layers' cross-attention looks at, each row for B / rows rows of ids in turn;
    /// without it they leave cross-attention out.
    at::Tensor source = {};
    at::Tensor sourceMask = {}; ///< [rows, S], as `mask`
    bool causal = false; ///< A token sees itself and those before it.
    BertCache* cache = nullptr; ///< The ids stand behind those in it, and join them. Without a mask.
};

class BertEmbeddingsImpl;
TORCH_MODULE(BertEmbeddings);
class BertEncoderImpl;
TORCH_MODULE(BertEncoder);
class BertPoolerImpl;
TORCH_MODULE(BertPooler);

/// BERT (Devlin et al. 2018), and with `encoderWidth` BLIP's that looks at a picture (Li et al. 2022, arXiv:2201.12086).
/// Submodules are named as Hugging Face's BertModel names them.
class BertModelImpl : public torch::nn::Module
{
public:
    enum class Pooler { With, Without };

    BertModelImpl(const BertConfig& config, Pooler pooler);

    /// `ids` [B, T] int64. Throws Error(InvalidInput) when T, with the tokens in the cache, is above the model's
    /// positions.
    BertOutput forward(const at::Tensor& ids, const BertContext& context = {});

    const BertConfig& config() const { return m_config; }

private:
    BertConfig m_config;
    BertEmbeddings embeddings{nullptr};
    BertEncoder encoder{nullptr};
    BertPooler pooler{nullptr};
};
TORCH_MODULE(BertModel);

class BertTransformImpl;
TORCH_MODULE(BertTransform);

/// Logits of each place's token, from the last layer: `cls.predictions` of Hugging Face's BERT.
class BertPredictionsImpl : public torch::nn::Module
{
public:
    explicit BertPredictionsImpl(const BertConfig& config);
    at::Tensor forward(const at::Tensor& hidden); ///< [B, T, hidden] -> [B, T, vocabulary]

private:
    BertTransform transform{nullptr};
    Linear decoder{nullptr}; // Its bias lies beside it.
    at::Tensor bias; // [vocabulary]
};
TORCH_MODULE(BertPredictions);

} // namespace models::layers
