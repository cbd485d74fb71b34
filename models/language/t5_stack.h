#pragma once

#include "models/language/config.h"
#include "models/layers/attention.h"
#include "models/layers/rms_norm.h"

#include <torch/nn/modules/container/modulelist.h>

namespace models::language {

/// What the tokens of a T5Stack see.
struct T5Sight
{
    at::Tensor mask = {}; ///< [B, n], 1 = token, 0 = padding; only without a cache
    at::Tensor source = {}; ///< [rows, S, width]: of the decoder; rows as in layers::attend
    at::Tensor sourceMask = {}; ///< [rows, S]
    layers::AttentionCache* cache = nullptr;
};

/// Whose stack it is: a decoder's tokens see themselves and those before them, and the source.
enum class T5Role { Encoder, Decoder };

/// T5's encoder or decoder, embeddings [B, n, width] -> [B, n, width].
class T5Stack : public torch::nn::Module
{
public:
    T5Stack(const T5Config& config, T5Role role);
    at::Tensor forward(const at::Tensor& embeddings, const T5Sight& sight);

private:
    T5Config m_config;
    T5Role m_role;
    torch::nn::ModuleList block;
    layers::RmsNorm final_layer_norm;
};

/// The bucket of each distance, keys minus queries, int64 of any shape.
at::Tensor distanceBuckets(const at::Tensor& distances, const T5Config& config, T5Role role);

} // namespace models::language
