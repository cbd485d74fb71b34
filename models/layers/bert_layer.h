#pragma once

#include "models/layers/attention.h"
#include "models/layers/linear.h"

#include <torch/nn/module.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/normalization.h>
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
    std::int64_t typeVocabularySize = 2; ///< 0: tokens have no types, as BLIP's.
    double layerNormEps = 1e-12;
    std::string activation = "gelu"; ///< "gelu", "gelu_new", "relu" or "silu"
    double dropout = 0.1;
    double attentionDropout = 0.1;
    std::int64_t padId = 0;
    std::int64_t encoderWidth = 0; ///< Of the vectors that cross-attention looks at; 0: no layer has any.
};

torch::nn::LayerNorm bertNorm(const BertConfig& config);

/// Multi-head attention by BERT's names.
class BertSelfAttentionImpl : public torch::nn::Module
{
public:
    /// `sourceWidth`: of the vectors that keys and values are made of.
    BertSelfAttentionImpl(const BertConfig& config, std::int64_t sourceWidth);

    KeysValues keysValues(const at::Tensor& source);

    /// x [R, n, hidden] looks at `seen`, whose rows may be fewer: then each belongs to as many rows of x in turn, and is
    /// read once for all of them. `bias` is added to the scores before softmax, undefined: 0. -> [R, n, hidden]
    at::Tensor forward(const at::Tensor& x, const KeysValues& seen, const at::Tensor& bias);

private:
    std::int64_t m_heads;
    double m_dropout;
    Linear query;
    Linear key;
    Linear value;
};
TORCH_MODULE(BertSelfAttention);

/// Linear, dropout, residual, norm: the end of each part of a layer.
class BertResidualImpl : public torch::nn::Module
{
public:
    BertResidualImpl(std::int64_t inputSize, const BertConfig& config);
    at::Tensor forward(const at::Tensor& x, const at::Tensor& residual);

private:
    Linear dense;
    torch::nn::LayerNorm LayerNorm;
    torch::nn::Dropout dropout;
};
TORCH_MODULE(BertResidual);

class BertAttentionImpl : public torch::nn::Module
{
public:
    BertAttentionImpl(const BertConfig& config, std::int64_t sourceWidth);

    /// The tokens look at themselves and at those in `cache`, which they join; nullptr: at themselves alone.
    at::Tensor forward(const at::Tensor& x, const at::Tensor& bias, LayerCache* cache = nullptr);

    /// The tokens look at `source` [rows, S, sourceWidth], rows as in BertSelfAttention; what is made of it is kept in
    /// `cache`.
    at::Tensor look(const at::Tensor& x, const at::Tensor& source, const at::Tensor& bias, LayerCache* cache = nullptr);

private:
    BertSelfAttention self;
    BertResidual output;
};
TORCH_MODULE(BertAttention);

/// Linear and activation.
class BertIntermediateImpl : public torch::nn::Module
{
public:
    explicit BertIntermediateImpl(const BertConfig& config);
    at::Tensor forward(const at::Tensor& x);

private:
    std::string m_activation;
    Linear dense;
};
TORCH_MODULE(BertIntermediate);

} // namespace models::layers
