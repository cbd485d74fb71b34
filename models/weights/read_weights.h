#pragma once

#include "models/weights/state_dict.h"

#include <filesystem>

namespace models::weights {

/// Weights from whatever `path` is, told by content and not by name: a safetensors file, a file of `torch.save`, an
/// index of shards of either, or a folder that holds one of these (weights_file.h). Throws Error(NotFound) or
/// Error(Model) naming the file.
StateDict readWeights(const std::filesystem::path& path);

} // namespace models::weights
