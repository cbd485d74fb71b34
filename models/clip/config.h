#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace models::clip {

/// One of CLIP's two transformers.
struct TowerConfig
{
    std::int64_t width = 512;
    std::int64_t layers = 12;
    std::int64_t heads = 8;
    std::int64_t mlpWidth = 2048;
};

enum class Activation {
    QuickGelu, ///< x * sigmoid(1.702 x), OpenAI's
    Gelu, ///< with the error function
    GeluTanh, ///< by the hyperbolic tangent, SigLIP's
};

/// Shapes and constants of a CLIP with a vision transformer (Radford et al. 2021).
struct ClipConfig
{
    TowerConfig vision{768, 12, 12, 3072};
    TowerConfig text;
    std::int64_t imageSize = 224; ///< Pixels of a side.
    std::int64_t patchSize = 16;
    std::int64_t contextLength = 77;
    std::int64_t vocabularySize = 49408;
    std::int64_t embedDim = 512;
    Activation activation = Activation::QuickGelu;
    double layerNormEps = 1e-5;
    /// A text's vector is taken at the first token with this id; -1: at the token with the largest id, as OpenAI does.
    std::int64_t endId = -1;

    /// Tokens of a picture: the class token and its patches.
    std::int64_t imageTokens() const { return 1 + (imageSize / patchSize) * (imageSize / patchSize); }
};

/// Reads `folder`/config.json of a Hugging Face CLIPModel; keys that are absent have its defaults, and an end id of 2
/// stands for the largest id. Throws Error(NotFound) without the file, Error(Model) for another kind of model, sizes
/// that cannot be, or an activation other than "quick_gelu" and "gelu".
ClipConfig readClipConfig(const std::filesystem::path& folder);

} // namespace models::clip
