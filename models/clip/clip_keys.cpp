#include "models/clip/clip_keys.h"

#include <array>
#include <string_view>
#include <utility>

namespace models::clip {

namespace {

using Names = std::pair<std::string_view, std::string_view>; ///< Hugging Face's, OpenAI's

/// What keys begin with. OpenAI's picture tower comes first: its names end as those of the text tower do.
constexpr std::array<Names, 14> kFronts{{
    {"vision_model.embeddings.class_embedding", "visual.class_embedding"},
    {"vision_model.embeddings.patch_embedding", "visual.conv1"},
    {"vision_model.embeddings.position_embedding.weight", "visual.positional_embedding"},
    {"vision_model.pre_layrnorm", "visual.ln_pre"}, // So spelt there.
    {"vision_model.encoder.layers", "visual.transformer.resblocks"},
    {"vision_model.post_layernorm", "visual.ln_post"},
    {"visual_projection.weight", "visual.proj"},
    {"text_model.embeddings.token_embedding", "token_embedding"},
    {"text_model.embeddings.position_embedding.weight", "positional_embedding"},
    {"text_model.encoder.layers", "transformer.resblocks"},
    {"text_model.final_layer_norm", "ln_final"},
    {"text_projection.weight", "text_projection"},
    {"vision_model.head", "visual.head"}, // These two of a SigLIP.
    {"text_model.head", "text_head"},
}};

constexpr std::array<Names, 6> kParts{{
    {".self_attn.out_proj", ".attn.out_proj"},
    {".self_attn", ".attn"},
    {".layer_norm1", ".ln_1"},
    {".layer_norm2", ".ln_2"},
    {".mlp.fc1", ".mlp.c_fc"},
    {".mlp.fc2", ".mlp.c_proj"},
}};

template <typename Choose> std::string renamed(std::string key, const Choose& choose)
{
    for (const auto& names : kFronts)
        if (const auto& [from, to] = choose(names); key.starts_with(from)) {
            key.replace(0, from.size(), to);
            break;
        }
    for (const auto& names : kParts) {
        const auto& [from, to] = choose(names);
        if (const auto at = key.find(from); at != std::string::npos) {
            key.replace(at, from.size(), to);
            break;
        }
    }
    return key;
}

} // namespace

std::string originalKey(std::string key)
{
    constexpr std::string_view kSpeltRight = "vision_model.pre_layernorm";
    if (key.starts_with(kSpeltRight))
        return "visual.ln_pre" + key.substr(kSpeltRight.size());
    return renamed(std::move(key), [](const Names& names) { return names; });
}

std::string huggingFaceKey(std::string key)
{
    return renamed(std::move(key), [](const Names& names) { return Names{names.second, names.first}; });
}

} // namespace models::clip
