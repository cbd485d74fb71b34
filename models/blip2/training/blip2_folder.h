#pragma once

#include "models/blip2/network.h"
#include "models/facade/blip2_training.h"
#include "models/weights/state_dict.h"

#include <filesystem>
#include <string>

namespace models::blip2 {

/// config.json of a Hugging Face BLIP-2 or InstructBLIP of these shapes, with what a package says of itself and, of one
/// that writes, the settings of options.languageModel.
std::string configJson(const Blip2TrainOptions& options, const Blip2Config& config);

/// Weights under LAVIS' names by Hugging Face's, as withLavisNames takes them.
weights::StateDict withHuggingFaceNames(const weights::StateDict& weights, bool instructed);

/// Writes a folder that `limn match`, or with a language model `limn caption` opens: the vocabulary that lies in
/// `prepared` (of one that writes the language model's, and the Q-Former's beside it), model card, weights and, as the
/// last one, config.json; each whole or not at all.
void writeBlip2Folder(const Blip2TrainOptions& options, const std::filesystem::path& prepared, const Blip2Impl& blip2,
    const std::string& card);

} // namespace models::blip2
