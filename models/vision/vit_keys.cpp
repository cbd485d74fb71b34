#include "models/vision/vit_keys.h"

#include <array>
#include <string_view>
#include <utility>

namespace models::vision {

namespace {

constexpr std::string_view kFront = "vision_model.";

/// Hugging Face's, timm's
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kNames{{
    {".embeddings.class_embedding", ".cls_token"},
    {".embeddings.position_embedding", ".pos_embed"},
    {".embeddings.patch_embedding", ".patch_embed.proj"},
    {".encoder.layers.", ".blocks."},
    {".pre_layrnorm.", ".norm_pre."},
    {".post_layernorm.", ".norm."},
    {".layer_norm1.", ".norm1."},
    {".layer_norm2.", ".norm2."},
    {".self_attn.projection.", ".attn.proj."},
    {".self_attn.qkv.", ".attn.qkv."},
}};

} // namespace

std::string timmKey(std::string key, const std::string& front)
{
    if (!key.starts_with(kFront))
        return key;
    key.erase(0, kFront.size() - 1); // The dot stays.
    for (const auto& [from, to] : kNames)
        if (const auto at = key.find(from); at != std::string::npos)
            key.replace(at, from.size(), to);
    return front + key;
}

std::string huggingFaceKey(std::string key, const std::string& front)
{
    if (!key.starts_with(front + "."))
        return key;
    key.erase(0, front.size()); // The dot stays.
    for (const auto& [to, from] : kNames)
        if (const auto at = key.find(from); at != std::string::npos)
            key.replace(at, from.size(), to);
    return std::string(kFront.substr(0, kFront.size() - 1)) + key;
}

} // namespace models::vision
