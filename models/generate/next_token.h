#pragma once

#include "models/generate/generate.h"

#include <ATen/core/Tensor.h>

#include <random>
#include <vector>

namespace models::generate {

using TokenIds = std::vector<std::int64_t>;

/// Changes one row of logits or log-probabilities [vocabulary] as the options ask: tokens that are there get the
/// penalty, the end is forbidden before minNewTokens. `history`: ids so far, those of the prompt in front.
void applyRules(float* row, std::size_t vocabulary, const TokenIds& history, std::size_t promptLength,
    const GenerateOptions& options);

/// A token drawn from logits [vocabulary] by temperature and topP, the same for the same generator everywhere.
std::int64_t drawToken(const float* row, std::size_t vocabulary, const GenerateOptions& options, std::mt19937_64& chance);

} // namespace models::generate
