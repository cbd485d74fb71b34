#pragma once

#include "models/weights/state_dict.h"

#include <c10/core/ScalarType.h>

#include <optional>
#include <string>

namespace torch::nn {
class Module;
}

namespace models::weights {

/// loadWeights for a module that only answers, on the CPU: it is in eval mode then, and nothing of it is to be trained.
/// The file's tensors become the module's where they have its type, so that none is there twice; others are converted
/// one by one. `type`: what floating-point numbers are held in; nothing: the module's own. Made under
/// WithoutInitialisation, the module itself takes no memory before. Throws Error(Model) with the whole report, where
/// there is too little memory, or where a mapped file was changed meanwhile (mapped_file.h).
void placeWeights(
    torch::nn::Module& module, StateDict weights, const std::string& file, std::optional<c10::ScalarType> type = {});

} // namespace models::weights
