#include "models/blip2/load_blip2.h"

#include "imaging/error.h"
#include "models/package/package_json.h"
#include "models/vision/picture_preparation.h"
#include "models/vision/vit_keys.h"
#include "models/weights/place_weights.h"
#include "models/weights/read_weights.h"
#include "models/weights/without_initialisation.h"

#include <nlohmann/json.hpp>
#include <torch/types.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace models::blip2 {

namespace {

using weights::StateDict;

/// In front of the language model's names among the others.
constexpr std::array<std::string_view, 4> kLanguage{"language_model.", "opt_model.", "t5_model.", "llm_model."};

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

const char* const kTower = "visual_encoder.";
const char* const kWords = "Qformer.bert.embeddings.word_embeddings.weight";

bool hasAny(const StateDict& weights, const std::string& front)
{
    const auto found = weights.lower_bound(front);
    return found != weights.end() && found->first.starts_with(front);
}

/// Of LAVIS' files the weights say what the settings need not.
void takeFromWeights(const StateDict& own, const Places& places, Blip2Config& config)
{
    const auto words = own.find(kWords);
    const bool hasWords = words != own.end() && words->second.dim() == 2 && words->second.size(0) > 0;
    if (places.lavis)
        config.qformer.readsText = words != own.end();
    if (hasWords)
        config.qformer.bert.vocabularySize = words->second.size(0);
    config.match = own.contains("itm_head.weight");
    if (config.match)
        config.language.reset(); // Its settings are there all the same.
}

void requireWidth(const StateDict& own, const Places& places, const Blip2Config& config)
{
    const auto found = own.find(std::string(projectionName(*config.language)) + ".weight");
    if (found != own.end() && found->second.dim() == 2 && found->second.size(0) != config.languageWidth)
        refuseWeights(places.weights,
            "their projection makes vectors of " + std::to_string(found->second.size(0))
                + " numbers, the language model in " + languageFolder(places).string() + " takes "
                + std::to_string(config.languageWidth) + ": they do not belong together");
}

Blip2Weights readParts(const Places& places, const Blip2Config& config)
{
    auto all = weights::readWeights(places.weights);
    if (!places.vision.empty() && !hasAny(all, kTower))
        all.merge(withTowerNames(weights::readWeights(places.vision), config.vision.layers));
    if (places.lavis && !hasAny(all, kTower) && !hasAny(all, "vision_model."))
        refuseWeights(places.weights,
            "they hold no picture tower, as files of LAVIS do not: name EVA's file (eva_vit_g.pth) as "
            "\"vision_weights\" in "
                + (places.folder / "config.json").string());
    auto parts = withLavisNames(std::move(all), places.weights);
    if (!places.language.empty())
        parts.language.merge(weights::readWeights(places.language));
    return parts;
}

std::unique_ptr<LanguageModel> madeLanguage(
    const weights::ModelSettings& settings, StateDict weights, const std::string& called, at::ScalarType type)
{
    if (language::languageKind(settings) == language::LanguageKind::T5)
        return std::make_unique<LanguageModel>(language::makeT5(settings, std::move(weights), called, type));
    return std::make_unique<LanguageModel>(language::makeCausalModel(settings, std::move(weights), called, type));
}

std::unique_ptr<LanguageModel> loadLanguage(const Places& places, StateDict weights, at::ScalarType type)
{
    if (weights.empty())
        refuseWeights(places.weights,
            "they hold no language model: name its folder as \"language_model\" in "
                + (places.folder / "config.json").string());
    const auto document = languageDocument(places);
    const weights::ModelSettings settings(document, "The settings of the language model", languageConfig(places));
    return madeLanguage(
        settings, std::move(weights), "the language model of " + languageFolder(places).string(), type);
}

/// Everything but the language model; `config` with what the weights say.
Blip2 placed(const Places& places, const Blip2Config& config, StateDict own, at::ScalarType type)
{
    if (config.language) {
        takeProjection(own, *config.language);
        requireWidth(own, places, config);
    }
    const weights::WithoutInitialisation quick;
    Blip2 blip2(config);
    weights::placeWeights(*blip2, std::move(own), places.weights.string(), type);
    return blip2;
}

} // namespace

bool isLanguageMatrix(const std::string& key)
{
    return std::any_of(kLanguage.begin(), kLanguage.end(), [&](std::string_view front) { return key.starts_with(front); })
        && language::isHeldInBytes(key);
}

StateDict withTowerNames(const StateDict& eva, std::int64_t layers)
{
    StateDict tower;
    const auto last = "blocks." + std::to_string(layers) + ".";
    for (const auto& [key, tensor] : eva) {
        const bool unused = key.starts_with(last) || key.starts_with("norm.") || key.starts_with("fc_norm.")
            || key.starts_with("head.") || key.starts_with("lm_head.") || key == "mask_token";
        if (!unused)
            tower.emplace(kTower + key, tensor);
    }
    return tower;
}

Blip2Weights withLavisNames(StateDict weights, const std::filesystem::path& file)
{
    Blip2Weights result;
    for (auto& [key, tensor] : weights) {
        auto name = key;
        const bool language = std::any_of(kLanguage.begin(), kLanguage.end(),
            [&](std::string_view front) { return takeFront(name, front); });
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

Blip2 loadBlip2(const Places& places, StateDict own)
{
    auto config = readBlip2Config(places.folder);
    takeFromWeights(own, places, config);
    return placed(places, config, std::move(own), at::kFloat);
}

std::unique_ptr<LanguageModel> openLanguage(const std::filesystem::path& folder)
{
    const auto document = readConfigJson(folder);
    const weights::ModelSettings settings(document, "The settings of the language model", folder / "config.json");
    return madeLanguage(settings, weights::readWeights(folder), folder.string(), at::kFloat);
}

OpenedBlip2 openBlip2(const Places& places, const HeldIn& held)
{
    vision::requirePreparation(places.folder);
    auto config = readBlip2Config(places.folder);
    auto parts = readParts(places, config);
    takeFromWeights(parts.own, places, config);
    if (!config.match && !config.language)
        refuseWeights(places.weights,
            "they neither compare (no itm_head) nor write: name the folder of the language model as "
            "\"language_model\" in "
                + (places.folder / "config.json").string());
    OpenedBlip2 opened;
    std::string problems;
    const auto collect = [&problems](const auto& load) {
        try {
            load();
        } catch (const imaging::Error& error) {
            if (error.kind() != imaging::ErrorKind::Model)
                throw;
            problems += (problems.empty() ? "" : "\n") + std::string(error.what());
        }
    };
    collect([&] { opened.blip2 = placed(places, config, std::move(parts.own), held.sight); });
    if (config.language)
        collect([&] { opened.language = loadLanguage(places, std::move(parts.language), held.language); });
    if (!problems.empty())
        throw imaging::Error(imaging::ErrorKind::Model, problems, places.folder.string());
    return opened;
}

} // namespace models::blip2
