#pragma once

#include "models/clip/network.h"
#include "models/facade/clip_training.h"
#include "models/weights/state_dict.h"

#include <filesystem>
#include <string>

namespace models::clip {

/// Weights under OpenAI's names by Hugging Face's: queries, keys and values apart, the projections turned.
weights::StateDict withHuggingFaceNames(const weights::StateDict& weights);

/// config.json of a Hugging Face CLIPModel of these shapes, with what a package says of itself.
std::string configJson(const ClipTrainOptions& options, const ClipConfig& config);

/// Writes a folder that `limn classify` and Hugging Face open: the vocabulary that lies in `prepared`, model card,
/// preprocessor_config.json, model.safetensors and, as the last one, config.json; each whole or not at all.
void writeClipFolder(const ClipTrainOptions& options, const std::filesystem::path& prepared, const ClipImpl& clip,
    const std::string& card);

} // namespace models::clip
