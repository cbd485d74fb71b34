#pragma once

#include "models/blip2/network.h"
#include "models/weights/state_dict.h"

#include <filesystem>

namespace models::blip2 {

/// A BLIP-2 or InstructBLIP checkpoint in two parts.
struct Blip2Weights
{
    weights::StateDict own; ///< Under LAVIS' names.
    weights::StateDict language; ///< Under Hugging Face's names of the language model alone; empty: none is in it.
};

/// Hugging Face's names are translated; of LAVIS' files the biases of queries and values become one with the keys'
/// zeros. What only trainings need (the head that Qformer.cls is, the temperature) is left out. `file` is named in
/// messages. Throws Error(Model) when it holds no Q-Former.
Blip2Weights withLavisNames(weights::StateDict weights, const std::filesystem::path& file);

/// Loads everything but the language model of a Hugging Face folder, strictly, in eval mode and float32, nothing of
/// it to be trained. Throws Error(NotFound), or Error(Model) with everything that is missing, unexpected or
/// misshapen.
Blip2 loadBlip2(const std::filesystem::path& folder, const Blip2Weights& weights);

} // namespace models::blip2
