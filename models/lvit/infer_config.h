#pragma once

#include "models/lvit/config.h"
#include "models/weights/state_dict.h"

#include <string>

namespace models::lvit {

/// The shape of the LViT that these weights belong to, from the tensors' own shapes. Only what is not told by other
/// tensors is looked at: a strict load afterwards finds the rest. Throws Error(Model) naming `file` and the tensor that
/// is missing or of an impossible shape, so also for weights that are no LViT.
LViTConfig inferLViTConfig(const weights::StateDict& weights, const std::string& file);

} // namespace models::lvit
