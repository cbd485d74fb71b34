#include "models/vision/clip_tower.h"

#include "models/vision/vit_keys.h"
#include "models/vision/vit_settings.h"

#include <ATen/ATen.h>

#include <array>
#include <utility>

namespace models::vision {

namespace {

constexpr std::string_view kTowerFront = "vision_model.";

/// CLIP's names that BLIP-2's tower has otherwise.
std::string asBlip2(std::string key)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kOthers{{
        {".position_embedding.weight", ".position_embedding"},
        {".self_attn.out_proj.", ".self_attn.projection."},
        {".self_attn.q_proj.", ".self_attn.qkv."},
    }};
    for (const auto& [from, to] : kOthers)
        if (const auto at = key.find(from); at != std::string::npos)
            key.replace(at, from.size(), to);
    return key;
}

/// Query, key and value one under the other; undefined where one is missing.
at::Tensor joined(const weights::StateDict& clip, const std::string& queryKey)
{
    std::vector<at::Tensor> parts;
    for (const char* part : {"q_proj", "k_proj", "v_proj"}) {
        auto key = queryKey;
        key.replace(key.find("q_proj"), 6, part);
        const auto found = clip.find(key);
        if (found == clip.end() || found->second.sizes() != clip.at(queryKey).sizes())
            return {};
        parts.push_back(found->second);
    }
    return at::cat(parts);
}

} // namespace

VitConfig clipTower(const weights::ModelSettings& settings)
{
    VitConfig standard;
    standard.layerNormEps = 1e-5;
    standard.patchSize = 32;
    standard.finalNorm = false;
    standard.inputNorm = standard.quickGelu = true;
    auto tower = readVitSettings(settings, standard);
    if (tower.layers < 2)
        settings.refuse("its picture tower has one block, of which none is left without the last");
    --tower.layers;
    return tower;
}

weights::StateDict clipTowerWeights(const weights::StateDict& clip, const VitConfig& tower, const std::string& front)
{
    weights::StateDict own;
    const auto last = front + ".blocks." + std::to_string(tower.layers) + ".";
    for (const auto& [key, tensor] : clip) {
        if (!key.starts_with(kTowerFront) || key.find(".k_proj.") != std::string::npos
            || key.find(".v_proj.") != std::string::npos || key.find(".post_layernorm.") != std::string::npos)
            continue;
        const auto name = timmKey(asBlip2(key), front);
        if (name.starts_with(last))
            continue;
        const bool isQuery = key.find(".q_proj.") != std::string::npos;
        auto value = isQuery ? joined(clip, key) : tensor;
        if (name.ends_with(".cls_token"))
            value = value.reshape({1, 1, -1});
        else if (name.ends_with(".pos_embed"))
            value = value.unsqueeze(0);
        if (value.defined())
            own.emplace(name, value);
    }
    own.emplace(front + ".patch_embed.proj.bias", at::zeros({tower.width}));
    return own;
}

} // namespace models::vision
