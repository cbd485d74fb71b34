#pragma once

#include "models/weights/state_dict.h"

#include <filesystem>

namespace models::weights {

/// Weights from whatever `path` is, told by content and not by name: a safetensors file or index, a file of
/// `torch.save`, or a folder that holds model.safetensors, model.safetensors.index.json or pytorch_model.bin. Throws
/// Error(NotFound) or Error(Model) naming the file.
StateDict readWeights(const std::filesystem::path& path);

} // namespace models::weights
