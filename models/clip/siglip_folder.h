#pragma once

#include "models/clip/network.h"
#include "models/text/tokenizer.h"

#include <filesystem>
#include <memory>

namespace models::clip {

/// Whether a folder is Hugging Face's of a SigLIP, by its config.json ("model_type": "siglip"); MedSigLIP is one.
bool isSiglipFolder(const std::filesystem::path& path);

/// Opens it, strictly, in eval mode, its weights in `type`, nothing of it to be trained; pictures are prepared as
/// preprocessor_config.json beside them says (squashed to a square, bicubic or bilinear). Throws Error(NotFound), or
/// Error(Model) with everything that is missing, unexpected or misshapen, for settings that cannot be, and for another
/// preparation.
Clip openSiglip(const std::filesystem::path& folder, at::ScalarType type = at::kFloat);

/// The tokenizer of the model that openClip() opens: SigLIP's of a folder of one (text/siglip_tokenizer.h), else
/// openTokenizer()'s of the folder that the model is or lies in. Throws as these do, and Error(Model) where it knows
/// more tokens than `clip`.
std::unique_ptr<text::Tokenizer> openClipTokenizer(const std::filesystem::path& model, const Clip& clip);

} // namespace models::clip
