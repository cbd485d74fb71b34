#include "models/blip/config.h"

#include "models/layers/bert_settings.h"
#include "models/package/package_json.h"
#include "models/vision/vit_settings.h"
#include "models/weights/model_settings.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace models::blip {

namespace {

using nlohmann::json;
using weights::ModelSettings;

constexpr std::int64_t kMost = 1 << 24;

/// Hugging Face's defaults.
constexpr vision::VitConfig kVision{.imageSize = 384, .layerNormEps = 1e-5};

layers::BertConfig textOf(const ModelSettings& settings, std::int64_t pictureWidth)
{
    layers::BertConfig standard;
    standard.vocabularySize = 30524;
    standard.heads = 8;
    standard.typeVocabularySize = 0;
    standard.dropout = standard.attentionDropout = 0;
    standard.encoderWidth = pictureWidth;
    auto text = layers::readBertSettings(settings, standard);
    text.padId = settings.count("pad_token_id", 0, text.vocabularySize - 1, 0);
    return text;
}

void checkSizes(const BlipConfig& config, const ModelSettings& settings)
{
    constexpr double kMostParameters = 4e9;
    const auto real = [](std::int64_t number) { return static_cast<double>(number); };
    const auto& vision = config.vision;
    const auto& text = config.text;
    const double parameters = real(text.vocabularySize + text.maxPositions) * real(text.hiddenSize)
        + real(vision.patches()) * real(vision.width)
        + real(vision.layers) * real(vision.width) * real(4 * vision.width + 2 * vision.mlpWidth)
        + real(text.layers) * real(text.hiddenSize) * real(8 * text.hiddenSize + 2 * text.intermediateSize);
    if (parameters > kMostParameters)
        settings.refuse("the model would have more than 4 billion parameters");
}

} // namespace

BlipConfig readBlipConfig(const std::filesystem::path& folder)
{
    const auto document = readConfigJson(folder);
    const ModelSettings settings(document, "The settings of the BLIP model", folder / "config.json");
    if (const auto type = document.value("model_type", json("blip")); type != "blip")
        settings.refuse("the model is of the type " + type.dump() + ", not \"blip\"");
    const auto text = settings.part("text_config");
    BlipConfig config;
    config.vision = vision::readVitSettings(settings.part("vision_config"), kVision);
    config.text = textOf(text, config.vision.width);
    config.projection = settings.count("image_text_hidden_size", 256, kMost);
    const auto last = config.text.vocabularySize - 1;
    config.beginId = text.count("bos_token_id", std::min<std::int64_t>(30522, last), last, 0);
    config.endId = text.count("sep_token_id", std::min<std::int64_t>(102, last), last, 0);
    if (text.has("enc_token_id"))
        config.matchId = text.count("enc_token_id", last, last, 0);
    if (settings.has("text_tokens"))
        config.textTokens = settings.count("text_tokens", config.text.maxPositions, config.text.maxPositions, 3);
    checkSizes(config, settings);
    return config;
}

} // namespace models::blip
