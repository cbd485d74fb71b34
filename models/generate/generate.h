#pragma once

#include "models/generate/decoder.h"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <vector>

namespace models::generate {

/// When a search with beams ends, as Hugging Face's early_stopping.
enum class EarlyStopping {
    No, ///< When no running beam can get better at its present length.
    Yes, ///< As soon as there are as many finished texts as beams.
};

/// How the next tokens are chosen; names and meanings are those of Hugging Face's GenerationConfig.
struct GenerateOptions
{
    int beams = 1; ///< 1: the likeliest token, or one drawn by chance.
    int returned = 1; ///< Texts of each prompt, the best first; at most as many as beams, and 1 without.
    int maxNewTokens = 20;
    int minNewTokens = 0; ///< The end is not chosen before.
    double repetitionPenalty = 1; ///< Of tokens that are there already (Keskar et al. 2019, arXiv:1909.05858).
    bool penalizePrompt = true; ///< Tokens of the prompt count as being there.
    double lengthPenalty = 1; ///< Sums of log-probabilities are divided by length to this power.
    EarlyStopping earlyStopping = EarlyStopping::No;
    bool sample = false; ///< Drawn by chance; only without beams.
    double temperature = 1; ///< Above 0
    double topP = 1; ///< From the likeliest tokens that together have this probability (Holtzman et al. 2020).
    std::uint64_t seed = 0;
    std::int64_t endId = 0;
};

struct GeneratedText
{
    std::vector<std::int64_t> ids; ///< Behind the prompt, the end id included where it was reached.
    double score = 0; ///< Beams: sum of log-probabilities over length^lengthPenalty; otherwise the plain sum.
};

/// Called with each new token of the first prompt; not with beams, whose texts change to the end.
using ShowToken = std::function<void(std::int64_t id)>;

/// Writes on from the prompts, ids [B, n] int64 -> `returned` texts of each, prompt after prompt. After a stop request
/// what is there so far. Throws Error(WrongUse) for options that contradict each other.
std::vector<GeneratedText> generate(Decoder& decoder, const at::Tensor& prompts, const GenerateOptions& options,
    std::stop_token stop = {}, const ShowToken& show = {});

} // namespace models::generate
