#include "models/blip2/config.h"

#include "models/blip2/places.h"
#include "models/language/config.h"
#include "models/layers/bert_settings.h"
#include "models/package/package_json.h"
#include "models/vision/vit_settings.h"
#include "models/weights/model_settings.h"

#include <nlohmann/json.hpp>

namespace models::blip2 {

namespace {

using weights::ModelSettings;

constexpr std::int64_t kMost = 1 << 24;

/// Hugging Face's defaults: EVA's ViT-g.
constexpr vision::VitConfig kVision{
    .width = 1408, .layers = 39, .heads = 16, .mlpWidth = 6144, .imageSize = 224, .patchSize = 14, .finalNorm = false};

QFormerConfig qformerOf(const ModelSettings& settings)
{
    layers::BertConfig standard;
    standard.typeVocabularySize = 0;
    QFormerConfig config;
    config.bert = layers::readBertSettings(settings, standard);
    config.bert.padId = settings.count("pad_token_id", 0, config.bert.vocabularySize - 1, 0);
    config.bert.encoderWidth = settings.count("encoder_hidden_size", 1408, kMost);
    config.crossEvery = settings.count("cross_attention_frequency", 2, kMost);
    return config;
}

void takeLanguage(const ModelSettings& text, Blip2Config& config)
{
    config.language = language::languageKind(text);
    switch (*config.language) {
    case language::LanguageKind::Opt: {
        const auto opt = language::readOptConfig(text);
        config.languageWidth = opt.wordWidth;
        config.beginId = opt.beginId;
        config.endId = opt.endId;
        config.contextTokens = opt.maxPositions;
        break;
    }
    case language::LanguageKind::T5: {
        const auto t5 = language::readT5Config(text);
        config.languageWidth = t5.width;
        config.beginId = t5.startId;
        config.endId = t5.endId;
        config.contextTokens = text.count("n_positions", 512, kMost);
        break;
    }
    case language::LanguageKind::Llama: {
        const auto llama = language::readLlamaConfig(text);
        config.languageWidth = llama.hiddenSize;
        config.beginId = llama.beginId;
        config.endId = llama.endId;
        config.contextTokens = text.count("max_position_embeddings", 2048, kMost);
        break;
    }
    }
}

void checkSizes(const Blip2Config& config, const ModelSettings& settings)
{
    constexpr double kMostParameters = 8e9;
    const auto real = [](std::int64_t number) { return static_cast<double>(number); };
    const auto& vision = config.vision;
    const auto& bert = config.qformer.bert;
    const double parameters = real(bert.vocabularySize + bert.maxPositions + config.queries) * real(bert.hiddenSize)
        + real(vision.patches()) * real(vision.width)
        + real(vision.layers) * real(vision.width) * real(4 * vision.width + 2 * vision.mlpWidth)
        + real(bert.layers) * real(bert.hiddenSize)
            * real(6 * bert.hiddenSize + 2 * bert.encoderWidth + 4 * bert.intermediateSize);
    if (parameters > kMostParameters)
        settings.refuse("the model would have more than 8 billion parameters before its language model");
    if (bert.encoderWidth != vision.width)
        settings.refuse("\"qformer_config.encoder_hidden_size\" is not the width of the picture's tokens");
}

} // namespace

Blip2Config readBlip2Config(const std::filesystem::path& folder)
{
    const auto document = readConfigJson(folder);
    const ModelSettings settings(document, "The settings of the BLIP-2 model", folder / "config.json");
    const auto type = settings.word("model_type", "blip-2");
    if (type != "blip-2" && type != "instructblip")
        settings.refuse("the model is of the type \"" + type + "\", neither \"blip-2\" nor \"instructblip\"");
    Blip2Config config;
    config.instructed = type == "instructblip";
    config.vision = vision::readVitSettings(settings.part("vision_config"), kVision);
    const auto places = placesOf(folder);
    constexpr double kLavisNormEps = 1e-5; // Torch's default, which LAVIS leaves as it is.
    config.visionNormEps = places.lavis ? kLavisNormEps : config.vision.layerNormEps;
    config.qformer = qformerOf(settings.part("qformer_config"));
    config.qformer.readsText =
        config.instructed || settings.part("qformer_config").flag("use_qformer_text_input", false);
    config.queries = settings.count("num_query_tokens", 32, kMost);
    config.projection = settings.count("image_text_hidden_size", 256, kMost);
    for (const char* key : {"image_token_id", "image_token_index"}) // The newer name first.
        if (settings.has(key) && config.imageTokenId < 0)
            config.imageTokenId = settings.count(key, 0, kMost, 0);
    if (!places.lavis || !places.language.empty()) {
        const auto text = languageDocument(places);
        takeLanguage({text, "The settings of the language model", languageConfig(places)}, config);
    }
    checkSizes(config, settings);
    return config;
}

} // namespace models::blip2
