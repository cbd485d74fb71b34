#include "models/clip/training/clip_folder.h"

#include "models/clip/clip_keys.h"
#include "models/facade/trained_package.h"
#include "models/package/package_json.h"
#include "models/training/pair_folder.h"
#include "models/vision/picture_fit.h"
#include "models/weights/load_report.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <array>

namespace models::clip {

namespace {

using nlohmann::json;

/// in_proj, row after row queries, keys and values, under three names.
void splitAttention(const std::string& key, const at::Tensor& tensor, weights::StateDict& result)
{
    constexpr std::string_view kJoined = "in_proj_";
    const auto at = key.find(kJoined);
    const auto what = key.substr(at + kJoined.size()); // "weight" or "bias"
    const auto parts = tensor.chunk(3);
    constexpr std::array<const char*, 3> kNames{"q_proj.", "k_proj.", "v_proj."};
    for (std::size_t i = 0; i < kNames.size(); ++i)
        result.emplace(huggingFaceKey(key.substr(0, at) + kNames[i] + what), parts[i].contiguous());
}

json towerJson(const TowerConfig& tower, const ClipConfig& config)
{
    return {{"hidden_size", tower.width}, {"num_hidden_layers", tower.layers}, {"num_attention_heads", tower.heads},
        {"intermediate_size", tower.mlpWidth}, {"layer_norm_eps", config.layerNormEps},
        {"hidden_act", config.activation == Activation::Gelu ? "gelu" : "quick_gelu"}};
}

} // namespace

weights::StateDict withHuggingFaceNames(const weights::StateDict& weights)
{
    weights::StateDict result;
    for (const auto& [key, tensor] : weights) {
        if (key.find("in_proj_") != std::string::npos)
            splitAttention(key, tensor, result);
        else
            result.emplace(huggingFaceKey(key),
                key == "visual.proj" || key == "text_projection" ? tensor.t().contiguous() : tensor);
    }
    return result;
}

std::string configJson(const ClipTrainOptions& options, const ClipConfig& config)
{
    constexpr int kLargest = 2; // What published files say for the largest id.
    json document{{"architectures", {"CLIPModel"}}, {"model_type", "clip"}, {"projection_dim", config.embedDim},
        {"logit_scale_init_value", 2.6592}};
    document["vision_config"] = towerJson(config.vision, config);
    document["vision_config"].update(
        json{{"image_size", config.imageSize}, {"patch_size", config.patchSize}, {"projection_dim", config.embedDim}});
    document["text_config"] = towerJson(config.text, config);
    document["text_config"].update(
        json{{"vocab_size", config.vocabularySize}, {"max_position_embeddings", config.contextLength},
            {"projection_dim", config.embedDim}, {"eos_token_id", config.endId < 0 ? kLargest : config.endId},
            {"bos_token_id", nullptr}, {"pad_token_id", nullptr}});
    packageHeadToJson(headOf(options, "clip"), document);
    document["texts_mean_sides_of"] = nameOf(options.textSides);
    return document.dump(2) + "\n";
}

void writeClipFolder(const ClipTrainOptions& options, const std::filesystem::path& prepared, const ClipImpl& clip,
    const std::string& card)
{
    vision::PictureFit fit;
    fit.size = static_cast<int>(clip.config().imageSize);
    training::writePairFolder(options, prepared,
        {configJson(options, clip.config()), card, training::preprocessorJson(fit, "CLIPImageProcessor"),
            withHuggingFaceNames(weights::weightsOf(clip))});
}

} // namespace models::clip
