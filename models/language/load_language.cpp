#include "models/language/load_language.h"

#include "models/language/llama.h"
#include "models/language/opt.h"
#include "models/weights/memory.h"
#include "models/weights/place_weights.h"
#include "models/weights/weight_checks.h"
#include "models/weights/without_initialisation.h"

#include <torch/types.h>

#include <utility>

namespace models::language {

namespace {

using weights::ModelSettings;
using weights::StateDict;

/// Words of the embeddings, which may be more than the settings say.
std::int64_t wordsOf(const StateDict& weights, const std::string& key, std::int64_t standard)
{
    const auto found = weights.find(key);
    return found != weights.end() && found->second.dim() == 2 && found->second.size(0) > 0 ? found->second.size(0)
                                                                                            : standard;
}

/// `into` from whichever of the keys is there, where it is not.
void moveTo(StateDict& weights, const std::string& into, std::initializer_list<const char*> keys)
{
    for (const char* key : keys) {
        const auto found = weights.find(key);
        if (found == weights.end())
            continue;
        const auto tensor = found->second;
        weights.erase(found);
        weights.emplace(into, tensor);
    }
}

/// Matrices of the layers become bytes and leave `weights`.
void holdInBytes(torch::nn::Module& model, StateDict& weights, const std::string& file)
{
    for (const auto& item : model.named_modules()) {
        auto* linear = item.value()->as<layers::LinearImpl>();
        const auto found = weights.find(item.key() + ".weight");
        const bool fits = linear && found != weights.end() && found->second.sizes() == linear->weight.sizes();
        if (!fits || !isHeldInBytes(item.key() + ".weight")) // What does not fit is reported later.
            continue;
        weights::requireMemory(static_cast<std::uint64_t>(found->second.numel()), file);
        weights::detail::requireFinite(found->first, found->second, file);
        linear->holdInBytes(found->second);
        weights.erase(found);
    }
}

template <typename Model, typename Config>
std::shared_ptr<Model> loaded(const Config& config, StateDict weights, const std::string& file, at::ScalarType type)
{
    const weights::WithoutInitialisation quick;
    auto model = std::make_shared<Model>(config);
    if (type == at::kChar)
        holdInBytes(*model, weights, file);
    weights::placeWeights(*model, std::move(weights), file, type == at::kChar ? at::kFloat : type);
    return model;
}

std::shared_ptr<CausalModel> makeOpt(
    const ModelSettings& settings, StateDict weights, const std::string& file, at::ScalarType type)
{
    auto config = readOptConfig(settings);
    StateDict named; // Early files lack the model around the decoder.
    for (auto& [key, tensor] : weights)
        named.emplace(key.starts_with("decoder.") ? "model." + key : key, std::exchange(tensor, {}));
    config.vocabularySize = wordsOf(named, "model.decoder.embed_tokens.weight", config.vocabularySize);
    if (config.tied)
        named.erase("lm_head.weight");
    return loaded<Opt>(config, std::move(named), file, type);
}

std::shared_ptr<CausalModel> makeLlama(
    const ModelSettings& settings, StateDict weights, const std::string& file, at::ScalarType type)
{
    auto config = readLlamaConfig(settings);
    config.vocabularySize = wordsOf(weights, "model.embed_tokens.weight", config.vocabularySize);
    if (config.tied)
        weights.erase("lm_head.weight");
    std::erase_if(weights, [](const auto& one) { return one.first.ends_with("rotary_emb.inv_freq"); });
    return loaded<Llama>(config, std::move(weights), file, type);
}

} // namespace

LanguageKind languageKind(const ModelSettings& settings)
{
    const auto type = settings.word("model_type", "opt");
    if (type == "opt")
        return LanguageKind::Opt;
    if (type == "llama")
        return LanguageKind::Llama;
    if (type == "t5")
        return LanguageKind::T5;
    settings.refuse("the language model is of the type \"" + type + "\", not \"opt\", \"llama\" or \"t5\"");
}

/// What says which word comes keeps its precision, and T5's wo, whose numbers are too far apart.
bool isHeldInBytes(const std::string& key)
{
    const bool words = key.find("embed") != std::string::npos || key.find("shared.") != std::string::npos
        || key.find("lm_head.") != std::string::npos;
    return key.ends_with(".weight") && !words && !key.ends_with(".wo.weight")
        && key.find("norm") == std::string::npos;
}

StateDict withoutPrefix(const StateDict& weights, std::string_view prefix)
{
    StateDict result;
    for (auto one = weights.lower_bound(std::string(prefix)); one != weights.end() && one->first.starts_with(prefix); ++one)
        result.emplace(one->first.substr(prefix.size()), one->second);
    return result;
}

std::shared_ptr<CausalModel> makeCausalModel(
    const ModelSettings& settings, StateDict weights, const std::string& file, at::ScalarType type)
{
    switch (languageKind(settings)) {
    case LanguageKind::Opt:
        return makeOpt(settings, std::move(weights), file, type);
    case LanguageKind::Llama:
        return makeLlama(settings, std::move(weights), file, type);
    case LanguageKind::T5:
        break;
    }
    settings.refuse("a T5 is no language model of a decoder only");
}

std::shared_ptr<T5> makeT5(
    const ModelSettings& settings, StateDict weights, const std::string& file, at::ScalarType type)
{
    if (languageKind(settings) != LanguageKind::T5)
        settings.refuse("the language model is no T5");
    auto config = readT5Config(settings);
    moveTo(weights, "shared.weight", {"encoder.embed_tokens.weight", "decoder.embed_tokens.weight"});
    config.vocabularySize = wordsOf(weights, "shared.weight", config.vocabularySize);
    if (config.tied)
        weights.erase("lm_head.weight");
    // Of early files: a table that nothing reads.
    weights.erase("decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight");
    return loaded<T5>(config, std::move(weights), file, type);
}

} // namespace models::language
