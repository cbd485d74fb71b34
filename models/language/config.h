#pragma once

#include "models/weights/model_settings.h"

#include <cstdint>
#include <string>

namespace models::language {

/// OPT (Zhang et al. 2022, arXiv:2205.01068); the defaults are OPTConfig's of Hugging Face.
struct OptConfig
{
    std::int64_t vocabularySize = 50272;
    std::int64_t wordWidth = 768; ///< Of embeddings; where it is not hiddenSize a projection stands on each side.
    std::int64_t hiddenSize = 768;
    std::int64_t layers = 12;
    std::int64_t heads = 12;
    std::int64_t intermediateSize = 3072;
    std::int64_t maxPositions = 2048;
    bool normFirst = true; ///< false: norms stand behind each part, as in OPT-350m.
    bool lastNorm = true; ///< Behind all layers; only with normFirst.
    bool bias = true;
    bool normsHaveWeights = true;
    bool tied = true; ///< The embeddings are the matrix of the logits, too.
    std::string activation = "relu";
    double dropout = 0.1;
    double attentionDropout = 0;
    std::int64_t padId = 1;
    std::int64_t beginId = 2;
    std::int64_t endId = 2;
};

/// T5 1.1 and Flan-T5 (Raffel et al. 2020, arXiv:1910.10683); the defaults are T5Config's of Hugging Face.
struct T5Config
{
    std::int64_t vocabularySize = 32128;
    std::int64_t width = 512;
    std::int64_t headWidth = 64;
    std::int64_t heads = 8;
    std::int64_t intermediateSize = 2048;
    std::int64_t encoderLayers = 6;
    std::int64_t decoderLayers = 6;
    std::int64_t distanceBuckets = 32;
    std::int64_t maxDistance = 128;
    double normEps = 1e-6;
    bool gated = false;
    std::string activation = "relu"; ///< "gelu_new" of "gated-gelu", unless dense_act_fn says otherwise.
    bool tied = true; ///< The embeddings are the matrix of the logits, too, which are then scaled.
    double dropout = 0.1;
    std::int64_t padId = 0;
    std::int64_t startId = 0; ///< The decoder's first
    std::int64_t endId = 1;
};

/// Llama and Vicuna (Touvron et al. 2023, arXiv:2302.13971); the defaults are LlamaConfig's of Hugging Face.
struct LlamaConfig
{
    std::int64_t vocabularySize = 32000;
    std::int64_t hiddenSize = 4096;
    std::int64_t layers = 32;
    std::int64_t heads = 32;
    std::int64_t keyHeads = 32; ///< Of keys and values, each for several heads in turn.
    std::int64_t headWidth = 128;
    std::int64_t intermediateSize = 11008;
    double normEps = 1e-6;
    double ropeTheta = 10000;
    double ropeFactor = 1; ///< Positions are divided by it.
    bool attentionBias = false;
    bool mlpBias = false;
    bool tied = false;
    std::string activation = "silu";
    double attentionDropout = 0;
    std::int64_t beginId = 1;
    std::int64_t endId = 2;
};

/// Each reads a language model's own config.json, or the text_config of a model around it; keys that are absent have the
/// defaults. Throws Error(Model) for sizes that cannot be and for what is not supported.
OptConfig readOptConfig(const weights::ModelSettings& settings);
T5Config readT5Config(const weights::ModelSettings& settings);
LlamaConfig readLlamaConfig(const weights::ModelSettings& settings);

} // namespace models::language
