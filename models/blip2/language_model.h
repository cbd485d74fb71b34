#pragma once

#include "models/generate/decoder.h"
#include "models/language/causal_model.h"
#include "models/language/t5.h"

#include <memory>

namespace models::blip2 {

/// The language model behind the Q-Former: an OPT or Llama goes on from vectors, a T5 answers them.
class LanguageModel
{
public:
    explicit LanguageModel(std::shared_ptr<language::CausalModel> causal)
        : m_causal(std::move(causal))
    {
    }
    explicit LanguageModel(std::shared_ptr<language::T5> t5)
        : m_t5(std::move(t5))
    {
    }

    language::CausalModel* causal() const { return m_causal.get(); } ///< Null: it is a T5.
    language::T5* t5() const { return m_t5.get(); } ///< Null: it is not.
    torch::nn::Module& module() const;

    /// Rows of the embeddings.
    std::int64_t words() const;

    /// Words `ids` [B, n] with soft tokens [B, Q, width] in the places that hold `imageTokenId`, as newer Hugging Face
    /// folders lay a prompt out (-> [B, n, width]); in front of all where there are none, as older ones do
    /// (-> [B, Q + n, width]). Throws Error(InvalidInput) where the places are not as many as the soft tokens.
    at::Tensor promptVectors(const at::Tensor& ids, const at::Tensor& soft, std::int64_t imageTokenId) const;

    /// Writes behind such vectors; `mask` [B, ...] as theirs, 1 = token, undefined: all.
    std::unique_ptr<generate::Decoder> decoder(const at::Tensor& vectors, const at::Tensor& mask = {}) const;

    /// What generate() is given as the prompts of that decoder: [B, 1]
    at::Tensor firstIds(std::int64_t rows) const;

    /// GenerateOptions::penalizePrompt: of a T5 the start id counts, as in Hugging Face's generate().
    bool penalizesPrompt() const { return m_t5 != nullptr; }

private:
    at::Tensor embed(const at::Tensor& ids) const;

    std::shared_ptr<language::CausalModel> m_causal; ///< This one,
    std::shared_ptr<language::T5> m_t5; ///< or this one.
};

} // namespace models::blip2
