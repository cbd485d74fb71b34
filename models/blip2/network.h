#pragma once

#include "models/blip2/qformer.h"

#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/pimpl.h>

namespace models::blip2 {

/// BLIP-2 and InstructBLIP up to their language model: picture tower, Q-Former and projections, under LAVIS' names. With
/// weights in bfloat16 it computes in it; what compares comes out in single precision all the same.
class Blip2Impl : public torch::nn::Module
{
public:
    explicit Blip2Impl(const Blip2Config& config);

    const Blip2Config& config() const { return m_config; }

    /// [B, 3, size, size], normalised -> [B, 1 + patches, width]
    at::Tensor pictureTokens(const at::Tensor& pixels);

    /// What the Q-Former takes from a picture [B, S, width]; of InstructBLIP with the instruction `ids` [B, T] and its
    /// mask. -> [B, queries (+ T), hidden]: the queries in front.
    at::Tensor queried(const at::Tensor& picture, const at::Tensor& ids = {}, const at::Tensor& mask = {});

    /// The queries' part of that as vectors of the language model: [B, queries, languageWidth]
    at::Tensor softTokens(const at::Tensor& queried);

    /// Whether text and picture belong together (ITM): logits [B, 2], the mean over the queries, the second one that
    /// they do.
    at::Tensor matchLogits(const at::Tensor& ids, const at::Tensor& mask, const at::Tensor& picture);

    /// What the Q-Former makes of a text that it writes about the picture (ITG): [B, T] -> [B, T, hidden]
    at::Tensor writtenTokens(const at::Tensor& picture, const at::Tensor& ids, const at::Tensor& mask);

    /// Vectors of length one (ITC): [B, queries, projection] of a picture, [B, projection] of a text.
    at::Tensor pictureDirections(const at::Tensor& picture);
    at::Tensor textDirections(const at::Tensor& ids, const at::Tensor& mask);

private:
    Blip2Config m_config;
    vision::Vit visual_encoder{nullptr};
    torch::nn::LayerNorm ln_vision{nullptr};
    at::Tensor query_tokens; // [1, queries, hidden]
    QFormer bert{nullptr}; // Qformer.bert
    torch::nn::Linear vision_proj{nullptr}; // these three without Blip2Config::match
    torch::nn::Linear text_proj{nullptr};
    torch::nn::Linear itm_head{nullptr};
    torch::nn::Linear projection{nullptr}; // opt_proj, t5_proj or llm_proj; empty without a language model
};
TORCH_MODULE(Blip2);

/// Cosines of pictures [B, queries, projection] and texts [P, projection], each the best over the queries: [B, P].
at::Tensor bestCosines(const at::Tensor& pictures, const at::Tensor& texts);

/// The name of the projection in front of a language model.
const char* projectionName(language::LanguageKind language);

} // namespace models::blip2
