#include "models/vision/vit_keys.h"

#include <array>
#include <string_view>
#include <utility>

namespace models::vision {

std::string timmKey(std::string key, const std::string& front)
{
    constexpr std::string_view kFront = "vision_model.";
    if (!key.starts_with(kFront))
        return key;
    key.erase(0, kFront.size() - 1); // The dot stays.
    constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kNames{{
        {".embeddings.class_embedding", ".cls_token"},
        {".embeddings.position_embedding", ".pos_embed"},
        {".embeddings.patch_embedding", ".patch_embed.proj"},
        {".encoder.layers.", ".blocks."},
        {".post_layernorm.", ".norm."},
        {".layer_norm1.", ".norm1."},
        {".layer_norm2.", ".norm2."},
        {".self_attn.projection.", ".attn.proj."},
        {".self_attn.qkv.", ".attn.qkv."},
    }};
    for (const auto& [from, to] : kNames)
        if (const auto at = key.find(from); at != std::string::npos)
            key.replace(at, from.size(), to);
    return front + key;
}

} // namespace models::vision
