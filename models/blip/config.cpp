#include "models/blip/config.h"

#include "models/package/package_json.h"
#include "models/weights/model_settings.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace models::blip {

namespace {

using nlohmann::json;
using weights::ModelSettings;

constexpr std::int64_t kMost = 1 << 24;

vision::VitConfig visionOf(const ModelSettings& settings)
{
    vision::VitConfig vision;
    vision.width = settings.count("hidden_size", 768, kMost);
    vision.layers = settings.count("num_hidden_layers", 12, kMost);
    vision.heads = settings.count("num_attention_heads", 12, kMost);
    vision.mlpWidth = settings.count("intermediate_size", 3072, kMost);
    vision.imageSize = settings.count("image_size", 384, kMost);
    vision.patchSize = settings.count("patch_size", 16, kMost);
    vision.layerNormEps = settings.fraction("layer_norm_eps", 1e-5);
    if (settings.word("hidden_act", "gelu") != "gelu")
        settings.refuse("the activation " + settings.quoted("hidden_act") + " is not \"gelu\"");
    if (vision.width % vision.heads != 0)
        settings.refuse(settings.quoted("hidden_size") + " is not a multiple of the number of heads");
    if (vision.imageSize % vision.patchSize != 0)
        settings.refuse("the picture's size is not a multiple of the patch's");
    return vision;
}

layers::BertConfig textOf(const ModelSettings& settings, std::int64_t pictureWidth)
{
    layers::BertConfig text;
    text.vocabularySize = settings.count("vocab_size", 30524, kMost);
    text.hiddenSize = settings.count("hidden_size", 768, kMost);
    text.layers = settings.count("num_hidden_layers", 12, kMost);
    text.heads = settings.count("num_attention_heads", 8, kMost);
    text.intermediateSize = settings.count("intermediate_size", 3072, kMost);
    text.maxPositions = settings.count("max_position_embeddings", 512, kMost);
    text.typeVocabularySize = 0;
    text.layerNormEps = settings.fraction("layer_norm_eps", 1e-12);
    text.dropout = settings.fraction("hidden_dropout_prob", 0);
    text.attentionDropout = settings.fraction("attention_probs_dropout_prob", 0);
    text.activation = settings.word("hidden_act", "gelu");
    text.padId = settings.count("pad_token_id", 0, text.vocabularySize - 1, 0);
    text.encoderWidth = pictureWidth;
    const auto known = {"gelu", "gelu_new", "relu", "silu"};
    if (std::find(known.begin(), known.end(), text.activation) == known.end())
        settings.refuse("the activation \"" + text.activation + "\" is not supported");
    if (text.hiddenSize % text.heads != 0)
        settings.refuse(settings.quoted("hidden_size") + " is not a multiple of the number of heads");
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
    config.vision = visionOf(settings.part("vision_config"));
    config.text = textOf(text, config.vision.width);
    config.projection = settings.count("image_text_hidden_size", 256, kMost);
    const auto last = config.text.vocabularySize - 1;
    config.beginId = text.count("bos_token_id", std::min<std::int64_t>(30522, last), last, 0);
    config.endId = text.count("sep_token_id", std::min<std::int64_t>(102, last), last, 0);
    checkSizes(config, settings);
    return config;
}

} // namespace models::blip
