#include "models/language/causal_decoder.h"

#include <torch/types.h>

#include <utility>

namespace models::language {

CausalDecoder::CausalDecoder(std::shared_ptr<CausalModel> model, at::Tensor embeddings, at::Tensor mask)
    : m_model(std::move(model))
    , m_prompt(std::move(embeddings))
    , m_cache(m_model->depth())
{
    if (mask.defined() && !mask.ne(0).all().item<bool>())
        m_mask = std::move(mask);
}

at::Tensor CausalDecoder::next(const at::Tensor& ids)
{
    auto shown = m_prompt;
    if (shown.defined())
        m_prompt.reset();
    else {
        shown = m_model->embed(ids.to(m_model->parameters().front().device()));
        if (m_mask.defined())
            m_mask = torch::cat({m_mask, torch::ones({shown.size(0), shown.size(1)}, m_mask.options())}, 1);
    }
    const auto states = m_model->hidden({shown, m_mask, &m_cache});
    return m_model->logits(states.select(1, states.size(1) - 1));
}

void CausalDecoder::reorder(const at::Tensor& rows)
{
    const auto places = rows.to(m_model->parameters().front().device());
    m_cache.reorder(places);
    if (m_mask.defined())
        m_mask = m_mask.index_select(0, places);
}

} // namespace models::language
