#include "models/blip2/load_blip2.h"

#include "imaging/error.h"
#include "models/vision/vit_keys.h"
#include "models/weights/load_report.h"

#include <torch/types.h>

#include <array>

namespace models::blip2 {

namespace {

using weights::StateDict;

[[noreturn]] void refuseWeights(const std::filesystem::path& file, const std::string& reason)
{
    throw imaging::Error(imaging::ErrorKind::Model,
        "The BLIP-2 weights in " + file.string() + " cannot be used: " + reason + ".", file.string());
}

/// The name without its beginning; nothing when it begins otherwise.
bool takeFront(std::string& key, std::string_view front)
{
    if (!key.starts_with(front))
        return false;
    key.erase(0, front.size());
    return true;
}

std::string lavisKey(std::string key)
{
    key = vision::timmKey(std::move(key), "visual_encoder");
    constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kFronts{{
        {"visual_encoder.norm.", "ln_vision."},
        {"qformer.layernorm.", "Qformer.bert.embeddings.LayerNorm."},
        {"qformer.embeddings.layernorm.", "Qformer.bert.embeddings.LayerNorm."},
        {"qformer.embeddings.", "Qformer.bert.embeddings."},
        {"qformer.encoder.", "Qformer.bert.encoder."},
        {"embeddings.", "Qformer.bert.embeddings."},
        {"vision_projection.", "vision_proj."},
        {"text_projection.", "text_proj."},
    }};
    for (const auto& [from, to] : kFronts)
        if (takeFront(key, from)) {
            key.insert(0, to);
            break;
        }
    for (const std::string_view part : {".attention.attention.", ".crossattention.attention."})
        if (const auto at = key.find(part); at != std::string::npos)
            key.replace(at + part.size() - 10, 9, "self");
    return key;
}

bool isLeftOut(const std::string& key)
{
    return key.starts_with("Qformer.cls.") || key == "temp" || key.ends_with("position_ids") || key == "logit_scale";
}

/// q_bias and v_bias of LAVIS' files become the bias of the qkv.
void joinBiases(StateDict& weights)
{
    StateDict joined;
    for (auto entry = weights.begin(); entry != weights.end();) {
        const std::string suffix = ".q_bias";
        if (!entry->first.ends_with(suffix)) {
            ++entry;
            continue;
        }
        const auto front = entry->first.substr(0, entry->first.size() - suffix.size());
        const auto value = weights.find(front + ".v_bias");
        if (value == weights.end() || value->second.sizes() != entry->second.sizes()) {
            ++entry; // It is told as unexpected.
            continue;
        }
        joined.emplace(front + ".qkv.bias", at::cat({entry->second, at::zeros_like(entry->second), value->second}));
        weights.erase(value);
        entry = weights.erase(entry);
    }
    weights.merge(joined);
}

void takeProjection(StateDict& own, language::LanguageKind language)
{
    const char* name = projectionName(language);
    for (const char* part : {"weight", "bias"}) {
        const auto found = own.find(std::string("language_projection.") + part);
        if (found == own.end())
            continue;
        own.emplace(std::string(name) + "." + part, found->second);
        own.erase(found);
    }
}

} // namespace

Blip2Weights withLavisNames(StateDict weights, const std::filesystem::path& file)
{
    Blip2Weights result;
    for (auto& [key, tensor] : weights) {
        auto name = key;
        const bool language = takeFront(name, "language_model.") || takeFront(name, "opt_model.")
            || takeFront(name, "t5_model.") || takeFront(name, "llm_model.");
        if (language)
            result.language.emplace(name, tensor);
        else if (!isLeftOut(key))
            result.own.emplace(lavisKey(key), tensor);
    }
    joinBiases(result.own);
    if (!result.own.contains("query_tokens"))
        refuseWeights(file, "they have neither LAVIS' names nor Hugging Face's (no 'query_tokens')");
    return result;
}

Blip2 loadBlip2(const std::filesystem::path& folder, const Blip2Weights& weights)
{
    auto config = readBlip2Config(folder);
    auto own = weights.own;
    config.match = own.contains("itm_head.weight");
    if (config.match)
        config.language.reset(); // Its settings are there all the same.
    else
        takeProjection(own, *config.language);
    Blip2 blip2(config);
    weights::loadToAnswer(*blip2, own, folder.string());
    return blip2;
}

} // namespace models::blip2
