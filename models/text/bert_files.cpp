#include "models/text/bert_files.h"

#include "models/layers/bert_settings.h"
#include "models/package/package_json.h"
#include "models/weights/load_report.h"
#include "models/weights/model_settings.h"
#include "models/weights/read_weights.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace models::text {

namespace {

using nlohmann::json;
using weights::ModelSettings;

void checkKind(const ModelSettings& settings)
{
    if (const auto type = settings.word("model_type", "bert"); type != "bert")
        settings.refuse("the model is of the type \"" + type + "\", not \"bert\"");
    if (settings.word("position_embedding_type", "absolute") != "absolute")
        settings.refuse("it has relative positions, which are not supported");
}

void checkSizes(const layers::BertConfig& config, const ModelSettings& settings)
{
    constexpr double kMostParameters = 4e9;
    const auto hidden = static_cast<double>(config.hiddenSize);
    const auto embeddings = static_cast<double>(config.vocabularySize + config.maxPositions) * hidden;
    const auto layers =
        static_cast<double>(config.layers) * hidden * (4 * hidden + 2 * static_cast<double>(config.intermediateSize));
    if (embeddings + layers > kMostParameters)
        settings.refuse("the model would have more than 4 billion parameters");
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
    const auto document = readConfigJson(folder);
    const ModelSettings settings(document, "The text encoder's settings", folder / "config.json");
    checkKind(settings);
    auto config = layers::readBertSettings(settings, {});
    constexpr std::int64_t kMostTypes = 1 << 16;
    config.typeVocabularySize = settings.count("type_vocab_size", config.typeVocabularySize, kMostTypes);
    if (const auto pad = document.value("pad_token_id", json(0));
        pad.is_number_integer() && pad >= 0 && pad < config.vocabularySize)
        config.padId = pad.get<std::int64_t>();
    checkSizes(config, settings);
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
