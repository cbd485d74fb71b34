#pragma once

#include "models/clip/network.h"

#include <filesystem>

namespace models::clip {

/// Whether a folder is open_clip's: open_clip_config.json is in it.
bool isOpenClipFolder(const std::filesystem::path& path);

/// Opens a folder of open_clip (open_clip_config.json beside open_clip_model.safetensors or
/// open_clip_pytorch_model.bin) without any network: a CLIP with OpenAI's towers, or one with timm's vision transformer
/// and a BERT (BiomedCLIP), whose shapes are those of the weights. Strict as openClip. Throws Error(NotFound),
/// Error(Model).
Clip openOpenClip(const std::filesystem::path& folder, at::ScalarType type = at::kFloat);

} // namespace models::clip
