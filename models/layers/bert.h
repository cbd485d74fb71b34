#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include <cstdint>
#include <string>

namespace models::layers {

/// The keys of a Hugging Face BERT config.json that matter; defaults as in BertConfig.
struct BertConfig
{
    std::int64_t vocabularySize = 30522;
    std::int64_t hiddenSize = 768;
    std::int64_t layers = 12;
    std::int64_t heads = 12;
    std::int64_t intermediateSize = 3072;
    std::int64_t maxPositions = 512;
    std::int64_t typeVocabularySize = 2;
    double layerNormEps = 1e-12;
    std::string activation = "gelu"; ///< "gelu", "gelu_new", "relu" or "silu"
    double dropout = 0.1;
    double attentionDropout = 0.1;
    std::int64_t padId = 0;
};

struct BertOutput
{
    at::Tensor lastHiddenState; ///< [B, T, hidden]
    at::Tensor pooled; ///< [B, hidden]; undefined when the model has no pooler
};

class BertEmbeddingsImpl;
TORCH_MODULE(BertEmbeddings);
class BertEncoderImpl;
TORCH_MODULE(BertEncoder);
class BertPoolerImpl;
TORCH_MODULE(BertPooler);

/// BERT encoder (Devlin et al. 2018). Submodules are named as Hugging Face's BertModel names them.
class BertModelImpl : public torch::nn::Module
{
public:
    enum class Pooler { With, Without };

    BertModelImpl(const BertConfig& config, Pooler pooler);

    /// `ids` [B, T] int64; `mask` [B, T] 1 = token, 0 = padding, undefined = all tokens; `types` [B, T], undefined =
    /// all 0. Throws Error(InvalidInput) when T is above the model's positions.
    BertOutput forward(const at::Tensor& ids, const at::Tensor& mask = {}, const at::Tensor& types = {});

    const BertConfig& config() const { return m_config; }

private:
    BertConfig m_config;
    BertEmbeddings embeddings{nullptr};
    BertEncoder encoder{nullptr};
    BertPooler pooler{nullptr};
};
TORCH_MODULE(BertModel);

} // namespace models::layers
