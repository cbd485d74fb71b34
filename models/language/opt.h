#pragma once

#include "models/language/causal_model.h"
#include "models/language/config.h"
#include "models/layers/linear.h"

namespace models::language {

class OptModel;

/// OPTForCausalLM. Positions count the tokens of the mask, padding left out.
class Opt : public CausalModel
{
public:
    explicit Opt(const OptConfig& config);

    std::int64_t width() const override { return m_config.wordWidth; }
    std::int64_t depth() const override { return m_config.layers; }
    std::int64_t beginId() const override { return m_config.beginId; }
    std::int64_t endId() const override { return m_config.endId; }
    const OptConfig& config() const { return m_config; }

    at::Tensor embed(const at::Tensor& ids) override;
    at::Tensor hidden(const CausalInput& input) override; ///< -> [B, n, width()]
    at::Tensor logits(const at::Tensor& hidden) override;

private:
    OptConfig m_config;
    std::shared_ptr<OptModel> model;
    layers::Linear lm_head{nullptr}; // empty where it is the embeddings
};

} // namespace models::language
