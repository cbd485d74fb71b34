#include "models/text/bert_files.h"

#include "imaging/error.h"
#include "models/facade/package_json.h"
#include "models/weights/load_report.h"
#include "models/weights/read_weights.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace models::text {

namespace {

using imaging::Error;
using imaging::ErrorKind;
using nlohmann::json;

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& reason)
{
    throw Error(ErrorKind::Model,
        "The text encoder's settings in " + file.string() + " cannot be used: " + reason + ".", file.string());
}

std::int64_t count(
    const json& settings, const char* key, std::int64_t standard, std::int64_t most, const std::filesystem::path& file)
{
    const auto value = settings.value(key, json(standard));
    if (!value.is_number_integer() || value < 1 || value > most)
        refuse(file, std::string("\"") + key + "\" is not a whole number from 1 to " + std::to_string(most));
    return value.get<std::int64_t>();
}

double fraction(const json& settings, const char* key, double standard, const std::filesystem::path& file)
{
    const auto value = settings.value(key, json(standard));
    if (!value.is_number() || !(value.get<double>() >= 0 && value.get<double>() < 1))
        refuse(file, std::string("\"") + key + "\" is not a number from 0 to below 1");
    return value.get<double>();
}

std::string word(const json& settings, const char* key, const char* standard, const std::filesystem::path& file)
{
    const auto value = settings.value(key, json(standard));
    if (!value.is_string())
        refuse(file, std::string("\"") + key + "\" is not text");
    return value.get<std::string>();
}

void checkKind(const json& settings, const std::filesystem::path& file)
{
    if (const auto type = word(settings, "model_type", "bert", file); type != "bert")
        refuse(file, "the model is of the type \"" + type + "\", not \"bert\"");
    if (word(settings, "position_embedding_type", "absolute", file) != "absolute")
        refuse(file, "it has relative positions, which are not supported");
}

void checkSizes(const layers::BertConfig& config, const std::filesystem::path& file)
{
    constexpr double kMostParameters = 4e9;
    const auto hidden = static_cast<double>(config.hiddenSize);
    const auto embeddings = static_cast<double>(config.vocabularySize + config.maxPositions) * hidden;
    const auto layers =
        static_cast<double>(config.layers) * hidden * (4 * hidden + 2 * static_cast<double>(config.intermediateSize));
    if (embeddings + layers > kMostParameters)
        refuse(file, "the model would have more than 4 billion parameters");
    if (config.hiddenSize % config.heads != 0)
        refuse(file, "\"hidden_size\" is not a multiple of \"num_attention_heads\"");
    const auto activations = {"gelu", "gelu_new", "relu", "silu"};
    if (std::find(activations.begin(), activations.end(), config.activation) == activations.end())
        refuse(file, "the activation \"" + config.activation + "\" is not supported");
}

/// "LayerNorm.gamma" of files converted from TensorFlow is "LayerNorm.weight" today.
std::string modernKey(std::string key)
{
    for (const auto& [old, modern] : {std::pair<std::string, std::string>{".gamma", ".weight"}, {".beta", ".bias"}})
        if (key.ends_with(old))
            key.replace(key.size() - old.size(), old.size(), modern);
    return key;
}

/// The encoder's own tensors without the prefix "bert."; what belongs to heads of other tasks is left out.
weights::StateDict encoderWeights(const weights::StateDict& file)
{
    constexpr std::string_view kPrefix = "bert.";
    const bool prefixed =
        std::any_of(file.begin(), file.end(), [&](const auto& entry) { return entry.first.starts_with(kPrefix); });
    weights::StateDict weights;
    for (const auto& [key, tensor] : file) {
        if (prefixed && !key.starts_with(kPrefix))
            continue;
        weights.insert_or_assign(modernKey(prefixed ? key.substr(kPrefix.size()) : key), tensor);
    }
    return weights;
}

} // namespace

layers::BertConfig readBertConfig(const std::filesystem::path& folder)
{
    constexpr std::int64_t kMany = 1 << 24;
    constexpr std::int64_t kWide = 1 << 16;
    const auto file = folder / "config.json";
    const auto settings = readConfigJson(folder);
    checkKind(settings, file);
    layers::BertConfig config;
    config.vocabularySize = count(settings, "vocab_size", config.vocabularySize, kMany, file);
    config.hiddenSize = count(settings, "hidden_size", config.hiddenSize, kWide, file);
    config.layers = count(settings, "num_hidden_layers", config.layers, 1024, file);
    config.heads = count(settings, "num_attention_heads", config.heads, 1024, file);
    config.intermediateSize = count(settings, "intermediate_size", config.intermediateSize, kWide * 4, file);
    config.maxPositions = count(settings, "max_position_embeddings", config.maxPositions, kMany, file);
    config.typeVocabularySize = count(settings, "type_vocab_size", config.typeVocabularySize, kWide, file);
    config.layerNormEps = fraction(settings, "layer_norm_eps", config.layerNormEps, file);
    config.dropout = fraction(settings, "hidden_dropout_prob", config.dropout, file);
    config.attentionDropout = fraction(settings, "attention_probs_dropout_prob", config.attentionDropout, file);
    config.activation = word(settings, "hidden_act", config.activation.c_str(), file);
    if (const auto pad = settings.value("pad_token_id", json(0));
        pad.is_number_integer() && pad >= 0 && pad < config.vocabularySize)
        config.padId = pad.get<std::int64_t>();
    checkSizes(config, file);
    return config;
}

layers::BertModel openBert(const std::filesystem::path& folder)
{
    const auto config = readBertConfig(folder);
    const auto weights = encoderWeights(weights::readWeights(folder));
    const bool pooled = weights.contains("pooler.dense.weight");
    layers::BertModel model(config, pooled ? layers::BertModelImpl::Pooler::With : layers::BertModelImpl::Pooler::Without);
    weights::LoadOptions options;
    options.ignoredPrefixes = {"cls.", "classifier.", "qa_outputs.", "embeddings.position_ids"};
    weights::loadWeights(*model, weights, folder.string(), options);
    model->eval();
    return model;
}

} // namespace models::text
