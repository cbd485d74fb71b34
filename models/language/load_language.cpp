#include "models/language/load_language.h"

#include "models/language/llama.h"
#include "models/language/opt.h"
#include "models/weights/load_report.h"

#include <torch/types.h>

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

template <typename Model>
std::shared_ptr<Model> loaded(std::shared_ptr<Model> model, const StateDict& weights, const std::string& file,
    at::ScalarType type)
{
    model->to(type);
    weights::loadToAnswer(*model, weights, file);
    return model;
}

std::shared_ptr<CausalModel> makeOpt(
    const ModelSettings& settings, StateDict weights, const std::string& file, at::ScalarType type)
{
    auto config = readOptConfig(settings);
    StateDict named; // Early files lack the model around the decoder.
    for (const auto& [key, tensor] : weights)
        named.emplace(key.starts_with("decoder.") ? "model." + key : key, tensor);
    config.vocabularySize = wordsOf(named, "model.decoder.embed_tokens.weight", config.vocabularySize);
    if (config.tied)
        named.erase("lm_head.weight");
    return loaded<CausalModel>(std::make_shared<Opt>(config), named, file, type);
}

std::shared_ptr<CausalModel> makeLlama(
    const ModelSettings& settings, StateDict weights, const std::string& file, at::ScalarType type)
{
    auto config = readLlamaConfig(settings);
    config.vocabularySize = wordsOf(weights, "model.embed_tokens.weight", config.vocabularySize);
    if (config.tied)
        weights.erase("lm_head.weight");
    std::erase_if(weights, [](const auto& one) { return one.first.ends_with("rotary_emb.inv_freq"); });
    return loaded<CausalModel>(std::make_shared<Llama>(config), weights, file, type);
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
    return loaded(std::make_shared<T5>(config), weights, file, type);
}

} // namespace models::language
