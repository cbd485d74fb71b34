#include "models/lvit/infer_config.h"

#include "imaging/error.h"

#include <cmath>

namespace models::lvit {

namespace {

/// One side of a tensor's shape.
int side(const weights::StateDict& weights, const std::string& key, std::int64_t rank, std::int64_t dimension,
    const std::string& file)
{
    const auto found = weights.find(key);
    if (found == weights.end())
        throw imaging::Error(imaging::ErrorKind::Model, file + " holds no LViT: it has no tensor '" + key + "'.", file);
    const auto& tensor = found->second;
    if (tensor.dim() != rank || tensor.size(dimension) < 1 || tensor.size(dimension) > 1'000'000)
        throw imaging::Error(imaging::ErrorKind::Model,
            file + " holds no LViT: its tensor '" + key + "' has an impossible shape.", file);
    return static_cast<int>(tensor.size(dimension));
}

int depthOf(const weights::StateDict& weights)
{
    int depth = 0;
    while (weights.contains("downVit.Encoder_blocks." + std::to_string(depth) + ".norm1.weight"))
        ++depth;
    return depth;
}

void inferTransformers(const weights::StateDict& weights, const std::string& file, LViTConfig& config)
{
    config.depth = depthOf(weights);
    const int tokens = side(weights, "downVit.embeddings.position_embeddings", 3, 1, file);
    config.pictureSize = 16 * static_cast<int>(std::lround(std::sqrt(tokens)));
    config.plam = weights.contains("up1.pixModule.conv_avg.weight");
    // Only a network without any part of the text branch is one that reads no text; half a branch is a broken file.
    config.text = weights.contains("downVit.CTBN3.conv.weight") || weights.contains("text_module4.weight");
    if (config.text) {
        config.textTokens = side(weights, "downVit.CTBN3.conv.weight", 3, 1, file);
        config.textWidth = side(weights, "text_module4.weight", 3, 1, file);
    }
    config.keepUnused = weights.contains("downVit.norm.weight");
}

} // namespace

LViTConfig inferLViTConfig(const weights::StateDict& weights, const std::string& file)
{
    LViTConfig config;
    config.channels = side(weights, "inc.conv.weight", 4, 1, file);
    config.width = side(weights, "inc.conv.weight", 4, 0, file);
    config.classes = side(weights, "outc.weight", 4, 0, file);
    if (weights.contains("up1.up.weight"))
        throw imaging::Error(imaging::ErrorKind::Model,
            file + " holds a U-Net, no LViT: give it to a training as initialWeights, or train one with network unet.",
            file);
    inferTransformers(weights, file, config);
    validate(config);
    return config;
}

} // namespace models::lvit
