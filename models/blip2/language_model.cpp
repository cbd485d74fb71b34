#include "models/blip2/language_model.h"

#include "imaging/error.h"
#include "models/language/causal_decoder.h"

#include <torch/types.h>

namespace models::blip2 {

torch::nn::Module& LanguageModel::module() const
{
    return m_t5 ? static_cast<torch::nn::Module&>(*m_t5) : *m_causal;
}

std::int64_t LanguageModel::words() const
{
    if (m_t5)
        return m_t5->config().vocabularySize;
    for (const auto& one : m_causal->named_parameters())
        if (one.key().ends_with("embed_tokens.weight"))
            return one.value().size(0);
    return 0;
}

at::Tensor LanguageModel::embed(const at::Tensor& ids) const
{
    return m_t5 ? m_t5->embed(ids) : m_causal->embed(ids);
}

at::Tensor LanguageModel::promptVectors(const at::Tensor& ids, const at::Tensor& soft, std::int64_t imageTokenId) const
{
    const auto places = ids.eq(imageTokenId); // [B, n]
    const auto counts = places.sum(1);
    // The placeholder may stand behind all words: what is embedded in its place is never seen.
    const auto words = embed(ids.masked_fill(places, 0)); // [B, n, width]
    const auto tokens = soft.to(words.options());
    if (counts.eq(0).all().item<bool>())
        return at::cat({tokens, words}, 1);
    if (counts.ne(soft.size(1)).any().item<bool>())
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The prompt has other than " + std::to_string(soft.size(1))
                + " places for what the model sees of the picture: leave the token that stands for a place out of it.");
    return words.masked_scatter(places.unsqueeze(-1), tokens);
}

std::unique_ptr<generate::Decoder> LanguageModel::decoder(const at::Tensor& vectors, const at::Tensor& mask) const
{
    if (m_t5)
        return std::make_unique<language::T5Decoder>(m_t5, m_t5->encode(vectors, mask), mask);
    return std::make_unique<language::CausalDecoder>(m_causal, vectors, mask);
}

at::Tensor LanguageModel::firstIds(std::int64_t rows) const
{
    return torch::full({rows, 1}, m_t5 ? m_t5->config().startId : m_causal->beginId(), torch::kLong);
}

} // namespace models::blip2
