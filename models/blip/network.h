#pragma once

#include "models/blip/config.h"
#include "models/layers/bert.h"

#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

namespace models::blip {

/// The decoder of a text: bert, and cls.predictions on it.
class TextDecoderImpl : public torch::nn::Module
{
public:
    explicit TextDecoderImpl(const layers::BertConfig& config);

    /// Logits [B, T, vocabulary] of what follows each of the ids [B, T].
    at::Tensor forward(const at::Tensor& ids, const layers::BertContext& context);

    /// Of what follows the last one only: [B, vocabulary].
    at::Tensor next(const at::Tensor& ids, const layers::BertContext& context);

private:
    layers::BertModel bert{nullptr};
    layers::BertPredictions predictions{nullptr};
};
TORCH_MODULE(TextDecoder);

/// BLIP (Li et al. 2022): a picture tower and BERT in up to three roles. Submodules are named as in the authors'
/// checkpoints.
class BlipImpl : public torch::nn::Module
{
public:
    explicit BlipImpl(const BlipConfig& config);

    const BlipConfig& config() const { return m_config; }

    /// [B, 3, size, size], normalised -> [B, 1 + patches, width]
    at::Tensor pictureTokens(const at::Tensor& pixels);

    /// The text alone, without the picture: [B, T] -> [B, T, hidden]. `mask` 1 = token.
    at::Tensor textTokens(const at::Tensor& ids, const at::Tensor& mask);

    /// The text that looks at the picture: [B, T], [B, S, width] -> [B, T, hidden]
    at::Tensor groundedTokens(const at::Tensor& ids, const at::Tensor& mask, const at::Tensor& picture);

    /// Whether text and picture belong together (ITM): logits [B, 2], the second one that they do.
    at::Tensor matchLogits(const at::Tensor& ids, const at::Tensor& mask, const at::Tensor& picture);

    /// Vectors of length one whose products are cosines (ITC): [B, projection] of picture tokens and of a text.
    at::Tensor pictureDirections(const at::Tensor& picture);
    at::Tensor textDirections(const at::Tensor& ids, const at::Tensor& mask);

    TextDecoder& decoder() { return text_decoder; }

private:
    BlipConfig m_config;
    vision::Vit visual_encoder{nullptr};
    layers::BertModel text_encoder{nullptr}; // empty without BlipParts::encoder
    TextDecoder text_decoder{nullptr}; // empty without BlipParts::decoder
    torch::nn::Linear vision_proj{nullptr}; // these three without BlipParts::match
    torch::nn::Linear text_proj{nullptr};
    torch::nn::Linear itm_head{nullptr};
};
TORCH_MODULE(Blip);

} // namespace models::blip
