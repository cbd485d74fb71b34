#pragma once

#include "models/language/causal_model.h"
#include "models/language/config.h"
#include "models/layers/linear.h"

namespace models::language {

class LlamaStack;

/// LlamaForCausalLM. As in Hugging Face's, positions are the places in the row without a cache, and count the tokens of
/// the mask with one.
class Llama : public CausalModel
{
public:
    explicit Llama(const LlamaConfig& config);

    std::int64_t width() const override { return m_config.hiddenSize; }
    std::int64_t depth() const override { return m_config.layers; }
    std::int64_t beginId() const override { return m_config.beginId; }
    std::int64_t endId() const override { return m_config.endId; }
    const LlamaConfig& config() const { return m_config; }

    at::Tensor embed(const at::Tensor& ids) override;
    at::Tensor hidden(const CausalInput& input) override; ///< -> [B, n, width()]
    at::Tensor logits(const at::Tensor& hidden) override;

private:
    LlamaConfig m_config;
    std::shared_ptr<LlamaStack> model;
    layers::Linear lm_head{nullptr}; // empty where it is the embeddings
};

} // namespace models::language
