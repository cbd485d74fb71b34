#include "models/vision/vit_settings.h"

namespace models::vision {

VitConfig readVitSettings(const weights::ModelSettings& settings, const VitConfig& standard)
{
    constexpr std::int64_t kMost = 1 << 24;
    constexpr std::int64_t kMostLayers = 1024;
    auto config = standard;
    config.width = settings.count("hidden_size", standard.width, kMost);
    config.layers = settings.count("num_hidden_layers", standard.layers, kMostLayers);
    config.heads = settings.count("num_attention_heads", standard.heads, kMost);
    config.mlpWidth = settings.count("intermediate_size", standard.mlpWidth, kMost);
    config.imageSize = settings.count("image_size", standard.imageSize, kMost);
    config.patchSize = settings.count("patch_size", standard.patchSize, kMost);
    config.layerNormEps = settings.fraction("layer_norm_eps", standard.layerNormEps);
    const auto activation = settings.word("hidden_act", standard.quickGelu ? "quick_gelu" : "gelu");
    if (activation != "gelu" && activation != "quick_gelu")
        settings.refuse(
            "the activation " + settings.quoted("hidden_act") + " is neither \"gelu\" nor \"quick_gelu\"");
    config.quickGelu = activation == "quick_gelu";
    config.inputNorm = settings.flag("input_norm", standard.inputNorm);
    if (config.width % config.heads != 0)
        settings.refuse(settings.quoted("hidden_size") + " is not a multiple of the number of heads");
    if (config.imageSize % config.patchSize != 0)
        settings.refuse("the picture's size is not a multiple of the patch's");
    return config;
}

} // namespace models::vision
