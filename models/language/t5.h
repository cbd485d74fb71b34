#pragma once

#include "models/generate/decoder.h"
#include "models/layers/linear.h"
#include "models/language/t5_stack.h"

#include <torch/nn/modules/embedding.h>

#include <memory>

namespace models::language {

/// T5ForConditionalGeneration: an encoder reads embeddings, a decoder writes ids. Submodules are named as Hugging Face's.
/// A model in bfloat16 (`to(type)`) computes in it; half precision overflows.
///
/// Teacher forcing: encode(embeddings [B, S, width], mask [B, S]) -> source [B, S, width]; then
/// logits(decode(decoderIds(labels), {.source, .sourceMask = mask})) -> [B, n, vocabulary] of the labels' places.
/// Writing: T5Decoder.
class T5 : public torch::nn::Module
{
public:
    explicit T5(const T5Config& config);

    const T5Config& config() const { return m_config; }

    /// Ids [B, n] int64 -> [B, n, width]
    at::Tensor embed(const at::Tensor& ids);

    /// `embeddings` [B, S, width]: embed() of ids, or other vectors in their place; in any type. `mask` [B, S], 1 = token,
    /// 0 = padding, undefined: no padding.
    at::Tensor encode(const at::Tensor& embeddings, const at::Tensor& mask = {});

    /// Ids [B, n], the start id in front of all, with `source` and what else they see -> [B, n, width].
    at::Tensor decode(const at::Tensor& ids, const T5Sight& sight);

    /// [..., width] -> [..., vocabulary] in single precision
    at::Tensor logits(at::Tensor hidden);

    /// The decoder's ids where labels [B, n] shall come out: the start id, then the labels but the last, padding for -100.
    at::Tensor decoderIds(const at::Tensor& labels) const;

private:
    T5Config m_config;
    torch::nn::Embedding shared;
    std::shared_ptr<T5Stack> encoder;
    std::shared_ptr<T5Stack> decoder;
    layers::Linear lm_head{nullptr}; // empty where it is the embeddings
};

/// A T5 that writes on what its encoder made of each prompt; generate() is given the start id [B, 1] as prompts. The
/// keys of a source are made once and read once for all rows of its prompt.
class T5Decoder : public generate::Decoder
{
public:
    /// `source` [B, S, width] of encode(), `sourceMask` [B, S].
    T5Decoder(std::shared_ptr<T5> model, at::Tensor source, at::Tensor sourceMask = {});

    at::Tensor next(const at::Tensor& ids) override;
    void reorder(const at::Tensor& rows) override;

private:
    std::shared_ptr<T5> m_model;
    at::Tensor m_source;
    at::Tensor m_sourceMask;
    layers::AttentionCache m_cache;
};

} // namespace models::language
