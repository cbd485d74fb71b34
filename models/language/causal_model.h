#pragma once

#include "models/layers/attention.h"

#include <torch/nn/module.h>

#include <cstdint>

namespace models::language {

/// What a pass through a CausalModel is shown.
struct CausalInput
{
    /// [B, n, width()]: embed() of ids, or other vectors in their place (projected picture tokens), in any mixture. The
    /// model takes them in the type of its weights.
    at::Tensor embeddings;
    /// [B, all] of tokens in the cache and these, 1 = token, 0 = padding, which may stand anywhere; undefined: no padding.
    at::Tensor mask = {};
    layers::AttentionCache* cache = nullptr; ///< The tokens stand behind those in it, and join them.
};

/// A language model that has a decoder only (OPT, Llama): each token sees itself and those before it. Submodules are
/// named as Hugging Face's ForCausalLM names them. A model in half precision or bfloat16 (`to(type)`) computes in it.
///
/// Teacher forcing: forward({embeddings [B, n, width], mask [B, n]}) -> logits [B, n, vocabulary] of the token behind
/// each place; what stands at padding means nothing. Writing: causal_decoder.h.
class CausalModel : public torch::nn::Module
{
public:
    virtual std::int64_t width() const = 0; ///< Of embeddings
    virtual std::int64_t depth() const = 0; ///< Number of layers
    virtual std::int64_t beginId() const = 0; ///< As the model's settings say
    virtual std::int64_t endId() const = 0; ///< As the model's settings say

    /// Ids [B, n] int64 -> [B, n, width()]
    virtual at::Tensor embed(const at::Tensor& ids) = 0;

    /// -> [B, n, hidden]. Throws Error(InvalidInput) where there are more tokens than the model has positions.
    virtual at::Tensor hidden(const CausalInput& input) = 0;

    /// [..., hidden] -> [..., vocabulary] in single precision
    virtual at::Tensor logits(const at::Tensor& hidden) = 0;

    at::Tensor forward(const CausalInput& input) { return logits(hidden(input)); }
};

} // namespace models::language
