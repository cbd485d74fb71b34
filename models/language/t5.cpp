#include "models/language/t5.h"

#include <torch/types.h>

#include <cmath>
#include <utility>

namespace models::language {

namespace nn = torch::nn;

T5::T5(const T5Config& config)
    : m_config(config)
    , shared(register_module("shared", nn::Embedding(config.vocabularySize, config.width)))
    , encoder(register_module("encoder", std::make_shared<T5Stack>(config, T5Role::Encoder)))
    , decoder(register_module("decoder", std::make_shared<T5Stack>(config, T5Role::Decoder)))
{
    if (!config.tied)
        lm_head = register_module("lm_head", layers::linear(config.width, config.vocabularySize, false));
}

at::Tensor T5::embed(const at::Tensor& ids)
{
    return shared(ids);
}

at::Tensor T5::encode(const at::Tensor& embeddings, const at::Tensor& mask)
{
    return encoder->forward(embeddings.to(shared->weight.options()), {.mask = mask});
}

at::Tensor T5::decode(const at::Tensor& ids, const T5Sight& sight)
{
    return decoder->forward(embed(ids), sight);
}

at::Tensor T5::logits(at::Tensor hidden)
{
    if (lm_head)
        return lm_head(hidden).to(at::kFloat);
    hidden = hidden * (1 / std::sqrt(static_cast<double>(m_config.width)));
    return layers::multiply(hidden, shared->weight).to(at::kFloat);
}

at::Tensor T5::decoderIds(const at::Tensor& labels) const
{
    const auto start = at::full({labels.size(0), 1}, m_config.startId, labels.options());
    const auto shifted = at::cat({start, labels.narrow(1, 0, labels.size(1) - 1)}, 1);
    return shifted.masked_fill(shifted.eq(-100), m_config.padId);
}

T5Decoder::T5Decoder(std::shared_ptr<T5> model, at::Tensor source, at::Tensor sourceMask)
    : m_model(std::move(model))
    , m_source(std::move(source))
    , m_cache(m_model->config().decoderLayers)
{
    if (sourceMask.defined() && !sourceMask.ne(0).all().item<bool>())
        m_sourceMask = std::move(sourceMask);
}

at::Tensor T5Decoder::next(const at::Tensor& ids)
{
    const auto states = m_model->decode(ids.to(m_source.device()),
        {.source = m_source, .sourceMask = m_sourceMask, .cache = &m_cache});
    return m_model->logits(states.select(1, states.size(1) - 1));
}

void T5Decoder::reorder(const at::Tensor& rows)
{
    m_cache.reorder(rows.to(m_source.device()));
}

} // namespace models::language
