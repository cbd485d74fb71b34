#pragma once

#include "models/blip2/language_model.h"
#include "models/blip2/network.h"
#include "models/blip2/places.h"
#include "models/weights/state_dict.h"

#include <c10/core/ScalarType.h>

#include <filesystem>
#include <memory>
#include <string>

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

/// Whether it names a matrix of the language model, among the other parts' names, that can be held in bytes.
bool isLanguageMatrix(const std::string& key);

/// EVA's picture tower of `layers` blocks under LAVIS' names: the last block of the file, its norm and its heads, which
/// BLIP-2 does not use, are left out.
weights::StateDict withTowerNames(const weights::StateDict& eva, std::int64_t layers);

/// Loads everything but the language model from Blip2Weights::own, strictly, in eval mode and float32, nothing of it to
/// be trained. Throws Error(NotFound), or Error(Model) with everything that is missing, unexpected or misshapen.
Blip2 loadBlip2(const Places& places, weights::StateDict own);

/// What numbers are held in.
struct HeldIn
{
    at::ScalarType sight = at::kFloat; ///< Of picture tower, Q-Former and projections.
    at::ScalarType language = at::kFloat; ///< Of the language model; at::kChar: see language::makeCausalModel.
};

/// A model ready to answer.
struct OpenedBlip2
{
    Blip2 blip2{nullptr};
    std::unique_ptr<LanguageModel> language; ///< Null: it compares.
};

/// A language model's own folder, strictly: its weights are not to be trained, gradients go through. Throws
/// Error(NotFound) or Error(Model).
std::unique_ptr<LanguageModel> openLanguage(const std::filesystem::path& folder);

/// Opens all places; what is wrong with any of them is told at once. Throws Error(NotFound) or Error(Model).
OpenedBlip2 openBlip2(const Places& places, const HeldIn& held = {});

} // namespace models::blip2
