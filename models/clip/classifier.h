#pragma once

#include "models/facade/classifier.h"

#include <filesystem>
#include <memory>
#include <string>

namespace models::clip {

/// Opens a CLIP or SigLIP (openClip) with the tokenizer that lies beside its weights, and prompts that were learnt for it
/// (readPrompts), when `prompts` is not empty. `device`: "auto", "cpu" or "cuda:N". Throws Error(NotFound) or
/// Error(Model), also for a tokenizer that does not belong to the weights.
std::unique_ptr<Classifier> openClassifier(
    const std::filesystem::path& model, const std::filesystem::path& prompts, const std::string& device,
    Precision precision = Precision::Auto);

} // namespace models::clip
