#include "models/clip/load_clip.h"

#include "imaging/error.h"
#include "models/clip/clip_keys.h"
#include "models/clip/open_clip_folder.h"
#include "models/clip/siglip_folder.h"
#include "models/vision/picture_preparation.h"
#include "models/weights/place_weights.h"
#include "models/weights/read_weights.h"
#include "models/weights/without_initialisation.h"

#include <torch/types.h>

#include <set>
#include <utility>

namespace models::clip {

namespace {

using weights::StateDict;

/// A tensor of each kind of names that the other has not.
constexpr const char* kHuggingFaces = "text_model.final_layer_norm.weight";
constexpr const char* kOpenAis = "ln_final.weight";

[[noreturn]] void refuseWeights(const std::filesystem::path& file, const std::string& reason)
{
    throw imaging::Error(imaging::ErrorKind::Model,
        "The CLIP weights in " + file.string() + " cannot be used: " + reason + ".", file.string());
}

/// q_proj, k_proj and v_proj become one in_proj, row after row.
void joinAttention(StateDict& weights, const std::filesystem::path& file)
{
    std::set<std::string> layers;
    for (const auto& [key, tensor] : weights)
        if (const auto at = key.find(".attn.q_proj."); at != std::string::npos)
            layers.insert(key.substr(0, at + 6) + "|" + key.substr(at + 13));
    for (const auto& layer : layers) {
        const auto bar = layer.find('|');
        const auto front = layer.substr(0, bar), what = layer.substr(bar + 1); // "weight" or "bias"
        std::vector<at::Tensor> parts;
        for (const char* part : {"q_proj.", "k_proj.", "v_proj."}) {
            const auto found = weights.find(front + part + what);
            if (found == weights.end())
                refuseWeights(file, "the tensor '" + front + part + what + "' is missing");
            parts.push_back(found->second);
            weights.erase(found);
        }
        if (parts[0].dim() == 0 || parts[0].sizes() != parts[1].sizes() || parts[0].sizes() != parts[2].sizes())
            refuseWeights(file, "queries, keys and values of '" + front + "' differ in shape");
        weights[front + "in_proj_" + what] = at::cat(parts, 0);
    }
}

const at::Tensor& sized(
    const StateDict& weights, const char* key, std::int64_t rank, const std::filesystem::path& file)
{
    const auto found = weights.find(key);
    if (found == weights.end())
        refuseWeights(file, std::string("the tensor '") + key + "' is missing");
    if (found->second.dim() != rank || found->second.numel() == 0)
        refuseWeights(file, std::string("the tensor '") + key + "' has another shape than in a CLIP with a vision transformer");
    return found->second;
}

TowerConfig towerOf(
    const StateDict& weights, const std::string& prefix, std::int64_t width, const std::filesystem::path& file)
{
    constexpr std::int64_t kHeadWidth = 64;
    TowerConfig tower;
    tower.width = width;
    tower.layers = 0;
    while (weights.contains(prefix + "resblocks." + std::to_string(tower.layers) + ".ln_1.weight"))
        ++tower.layers;
    tower.heads = std::max<std::int64_t>(1, width / kHeadWidth);
    if (tower.layers == 0 || width % tower.heads != 0)
        refuseWeights(file, "'" + prefix + "' is no transformer with heads of 64 channels");
    tower.mlpWidth = sized(weights, (prefix + "resblocks.0.mlp.c_fc.weight").c_str(), 2, file).size(0);
    return tower;
}

} // namespace

bool holdsClip(const StateDict& weights)
{
    return weights.contains(kHuggingFaces) || weights.contains(kOpenAis);
}

StateDict withOriginalNames(StateDict weights, const std::filesystem::path& file)
{
    const bool huggingFace = weights.contains(kHuggingFaces);
    if (!holdsClip(weights))
        refuseWeights(file, "they have neither OpenAI's names nor Hugging Face's (no 'ln_final.weight')");
    StateDict result;
    for (auto& [key, tensor] : weights) {
        const bool beside = key == "input_resolution" || key == "context_length" || key == "vocab_size"
            || key.ends_with("position_ids");
        if (beside)
            continue;
        const bool turned = huggingFace && (key == "visual_projection.weight" || key == "text_projection.weight");
        if (turned && tensor.dim() != 2)
            refuseWeights(file, "the tensor '" + key + "' is no matrix");
        result.emplace(huggingFace ? originalKey(key) : key, turned ? tensor.t() : std::exchange(tensor, {}));
    }
    if (huggingFace)
        joinAttention(result, file);
    return result;
}

ClipConfig configOfWeights(const StateDict& weights, const std::filesystem::path& file)
{
    ClipConfig config;
    const auto& patches = sized(weights, "visual.conv1.weight", 4, file);
    const auto& places = sized(weights, "visual.positional_embedding", 2, file);
    const auto& tokens = sized(weights, "token_embedding.weight", 2, file);
    const auto side = std::llround(std::sqrt(static_cast<double>(places.size(0) - 1)));
    if (side < 1 || side * side + 1 != places.size(0))
        refuseWeights(file, "the positions of the patches are no square");
    config.vision = towerOf(weights, "visual.transformer.", patches.size(0), file);
    config.text = towerOf(weights, "transformer.", tokens.size(1), file);
    config.patchSize = patches.size(2);
    config.imageSize = side * config.patchSize;
    config.contextLength = sized(weights, "positional_embedding", 2, file).size(0);
    config.vocabularySize = tokens.size(0);
    config.embedDim = sized(weights, "text_projection", 2, file).size(1);
    return config;
}

Clip openClip(const std::filesystem::path& path, at::ScalarType type)
{
    if (isOpenClipFolder(path))
        return openOpenClip(path, type);
    if (isSiglipFolder(path))
        return openSiglip(path, type);
    vision::requirePreparation(path);
    auto weights = withOriginalNames(weights::readWeights(path), path);
    const bool described = std::filesystem::exists(path / "config.json");
    const weights::WithoutInitialisation quick;
    Clip clip(described ? readClipConfig(path) : configOfWeights(weights, path));
    weights::placeWeights(*clip, std::move(weights), path.string(), type);
    return clip;
}

} // namespace models::clip
