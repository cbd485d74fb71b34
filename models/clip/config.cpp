#include "models/clip/config.h"

#include "models/package/package_json.h"
#include "models/weights/model_settings.h"

#include <nlohmann/json.hpp>

namespace models::clip {

namespace {

using nlohmann::json;
using weights::ModelSettings;

constexpr std::int64_t kMost = 1 << 24;
constexpr std::int64_t kMostLayers = 1024;

Activation activationOf(const ModelSettings& settings)
{
    const auto word = settings.word("hidden_act", "quick_gelu");
    if (word == "quick_gelu")
        return Activation::QuickGelu;
    if (word == "gelu")
        return Activation::Gelu;
    settings.refuse("the activation " + settings.quoted("hidden_act") + " is neither \"quick_gelu\" nor \"gelu\"");
}

TowerConfig towerOf(const ModelSettings& settings, const TowerConfig& standard)
{
    TowerConfig tower;
    tower.width = settings.count("hidden_size", standard.width, kMost);
    tower.layers = settings.count("num_hidden_layers", standard.layers, kMostLayers);
    tower.heads = settings.count("num_attention_heads", standard.heads, kMost);
    tower.mlpWidth = settings.count("intermediate_size", standard.mlpWidth, kMost);
    if (tower.width % tower.heads != 0)
        settings.refuse(settings.quoted("hidden_size") + " is not a multiple of the number of heads");
    return tower;
}

void checkSizes(const ClipConfig& config, const ModelSettings& settings)
{
    constexpr double kMostParameters = 4e9;
    if (config.imageSize % config.patchSize != 0)
        settings.refuse("the picture's size is not a multiple of the patch's");
    double parameters = static_cast<double>(config.vocabularySize + config.contextLength)
            * static_cast<double>(config.text.width)
        + static_cast<double>(config.imageTokens()) * static_cast<double>(config.vision.width);
    for (const auto* tower : {&config.vision, &config.text})
        parameters += static_cast<double>(tower->layers) * static_cast<double>(tower->width)
            * static_cast<double>(4 * tower->width + 2 * tower->mlpWidth);
    if (parameters > kMostParameters)
        settings.refuse("the model would have more than 4 billion parameters");
}

} // namespace

ClipConfig readClipConfig(const std::filesystem::path& folder)
{
    constexpr std::int64_t kLargest = 2; // Published files say 2 and mean the largest id.
    const auto document = readConfigJson(folder);
    const ModelSettings settings(document, "The settings of the CLIP model", folder / "config.json");
    if (const auto type = document.value("model_type", json("clip")); type != "clip")
        settings.refuse("the model is of the type " + type.dump() + ", not \"clip\"");
    const auto vision = settings.part("vision_config");
    const auto text = settings.part("text_config");
    ClipConfig config;
    config.vision = towerOf(vision, {768, 12, 12, 3072});
    config.text = towerOf(text, {512, 12, 8, 2048});
    config.imageSize = vision.count("image_size", 224, kMost);
    config.patchSize = vision.count("patch_size", 32, kMost);
    config.contextLength = text.count("max_position_embeddings", 77, kMost);
    config.vocabularySize = text.count("vocab_size", 49408, kMost);
    config.embedDim = settings.count("projection_dim", 512, kMost);
    config.activation = activationOf(vision);
    config.layerNormEps = vision.fraction("layer_norm_eps", 1e-5);
    if (activationOf(text) != config.activation || text.fraction("layer_norm_eps", 1e-5) != config.layerNormEps)
        settings.refuse("the two towers differ in their activation or in the epsilon of their norms");
    const auto end = text.count("eos_token_id", 49407, kMost, 0);
    config.endId = end == kLargest ? -1 : end;
    checkSizes(config, settings);
    return config;
}

} // namespace models::clip
