#include "models/blip/caption_decoder.h"

#include <torch/types.h>

#include <utility>

namespace models::blip {

CaptionDecoder::CaptionDecoder(Blip blip, at::Tensor source)
    : m_blip(std::move(blip))
    , m_source(std::move(source))
    , m_cache(m_blip->config().text.layers)
{
}

at::Tensor CaptionDecoder::next(const at::Tensor& ids)
{
    return m_blip->decoder()->next(ids.to(m_source.device()), {.source = m_source, .causal = true, .cache = &m_cache});
}

void CaptionDecoder::reorder(const at::Tensor& rows)
{
    m_cache.reorder(rows.to(m_source.device()));
}

at::Tensor promptIds(const at::Tensor& framed, std::int64_t beginId)
{
    auto ids = framed.narrow(1, 0, framed.size(1) - 1).clone();
    ids.select(1, 0).fill_(beginId);
    return ids;
}

} // namespace models::blip
