#pragma once

#include "models/generate/decoder.h"
#include "models/language/causal_model.h"

#include <memory>

namespace models::language {

/// A CausalModel that writes behind prompts given as vectors.
///
/// generate() is given any ids [B, 1] (the model's begin) as prompts, which stand for the vectors: the first call of
/// next() shows those instead. With `penalizePrompt` false no penalty counts what stands in the prompt, as in Hugging
/// Face's generate(inputs_embeds=...).
class CausalDecoder : public generate::Decoder
{
public:
    /// `embeddings` [B, n, width] and `mask` [B, n] as in CausalInput.
    CausalDecoder(std::shared_ptr<CausalModel> model, at::Tensor embeddings, at::Tensor mask = {});

    at::Tensor next(const at::Tensor& ids) override;
    void reorder(const at::Tensor& rows) override;

private:
    std::shared_ptr<CausalModel> m_model;
    at::Tensor m_prompt; ///< Undefined once it is shown
    at::Tensor m_mask; ///< Of all that was shown; undefined without padding
    layers::AttentionCache m_cache;
};

} // namespace models::language
