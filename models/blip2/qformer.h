#pragma once

#include "models/blip2/config.h"

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

namespace models::blip2 {

class QFormerEmbeddingsImpl;
TORCH_MODULE(QFormerEmbeddings);
class QFormerEncoderImpl;
TORCH_MODULE(QFormerEncoder);

/// What the Q-Former is shown; queries, a text, or both.
struct QFormerInput
{
    at::Tensor queries = {}; ///< [B, Q, hidden]
    at::Tensor ids = {}; ///< [B, T]
    at::Tensor mask = {}; ///< [B, T] of the text, 1 = token; all tokens
    at::Tensor picture = {}; ///< [B, S, encoderWidth]: what the queries look at
    /// The text is written (ITG): a token sees the queries and the text before it, the queries no text.
    bool written = false;
};

/// BERT with learnt queries in front of the text, that alone look at the picture and have feed-forward parts of their
/// own (Li et al. 2023, section 3.1). Under the names of LAVIS' Qformer.bert.
class QFormerImpl : public torch::nn::Module
{
public:
    explicit QFormerImpl(const QFormerConfig& config);

    /// Queries and text see each other, unless the text is written. -> [B, Q + T, hidden]. Throws Error(InvalidInput) for a text that is longer
    /// than the positions, or that this Q-Former cannot read.
    at::Tensor forward(const QFormerInput& input);

private:
    QFormerConfig m_config;
    QFormerEmbeddings embeddings{nullptr};
    QFormerEncoder encoder{nullptr};
};
TORCH_MODULE(QFormer);

} // namespace models::blip2
