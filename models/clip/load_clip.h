#pragma once

#include "models/clip/network.h"
#include "models/weights/state_dict.h"

#include <filesystem>

namespace models::clip {

/// A CLIP checkpoint under OpenAI's names: Hugging Face's names are translated (queries, keys and values joined, the
/// projections turned), what OpenAI's TorchScript archive holds beside its weights is left out. Tensors keep their
/// types. `file` is named in messages. Throws Error(Model) when neither kind of names is there.
weights::StateDict withOriginalNames(weights::StateDict weights, const std::filesystem::path& file);

/// Whether names of either kind are there.
bool holdsClip(const weights::StateDict& weights);

/// The shapes that weights under OpenAI's names have; heads are of 64 channels, as in all of OpenAI's models. Throws
/// Error(Model) when a tensor that says a size is missing or of another rank.
ClipConfig configOfWeights(const weights::StateDict& weights, const std::filesystem::path& file);

/// Opens a Hugging Face folder (config.json beside the weights), one of a SigLIP (siglip_folder.h) or of open_clip
/// (open_clip_folder.h), OpenAI's TorchScript archive (ViT-B-16.pt), or a file of weights under OpenAI's names, strictly,
/// in eval mode, its weights in `type`, nothing of it to be trained. Throws Error(NotFound), or Error(Model) with
/// everything that is missing, unexpected or misshapen.
Clip openClip(const std::filesystem::path& path, at::ScalarType type = at::kFloat);

} // namespace models::clip
