#include "models/blip2/config.h"

#include "models/package/package_json.h"
#include "models/weights/model_settings.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace models::blip2 {

namespace {

using nlohmann::json;
using weights::ModelSettings;

constexpr std::int64_t kMost = 1 << 24;

vision::VitConfig visionOf(const ModelSettings& settings)
{
    vision::VitConfig vision;
    vision.width = settings.count("hidden_size", 1408, kMost);
    vision.layers = settings.count("num_hidden_layers", 39, kMost);
    vision.heads = settings.count("num_attention_heads", 16, kMost);
    vision.mlpWidth = settings.count("intermediate_size", 6144, kMost);
    vision.imageSize = settings.count("image_size", 224, kMost);
    vision.patchSize = settings.count("patch_size", 14, kMost);
    vision.layerNormEps = settings.fraction("layer_norm_eps", 1e-6);
    vision.finalNorm = false;
    if (settings.word("hidden_act", "gelu") != "gelu")
        settings.refuse("the activation " + settings.quoted("hidden_act") + " is not \"gelu\"");
    if (vision.width % vision.heads != 0)
        settings.refuse(settings.quoted("hidden_size") + " is not a multiple of the number of heads");
    if (vision.imageSize % vision.patchSize != 0)
        settings.refuse("the picture's size is not a multiple of the patch's");
    return vision;
}

QFormerConfig qformerOf(const ModelSettings& settings)
{
    QFormerConfig config;
    auto& bert = config.bert;
    bert.vocabularySize = settings.count("vocab_size", 30522, kMost);
    bert.hiddenSize = settings.count("hidden_size", 768, kMost);
    bert.layers = settings.count("num_hidden_layers", 12, kMost);
    bert.heads = settings.count("num_attention_heads", 12, kMost);
    bert.intermediateSize = settings.count("intermediate_size", 3072, kMost);
    bert.maxPositions = settings.count("max_position_embeddings", 512, kMost);
    bert.typeVocabularySize = 0;
    bert.layerNormEps = settings.fraction("layer_norm_eps", 1e-12);
    bert.dropout = settings.fraction("hidden_dropout_prob", 0.1);
    bert.attentionDropout = settings.fraction("attention_probs_dropout_prob", 0.1);
    bert.activation = settings.word("hidden_act", "gelu");
    bert.padId = settings.count("pad_token_id", 0, bert.vocabularySize - 1, 0);
    bert.encoderWidth = settings.count("encoder_hidden_size", 1408, kMost);
    config.crossEvery = settings.count("cross_attention_frequency", 2, kMost);
    const auto known = {"gelu", "gelu_new", "relu", "silu"};
    if (std::find(known.begin(), known.end(), bert.activation) == known.end())
        settings.refuse("the activation \"" + bert.activation + "\" is not supported");
    if (bert.hiddenSize % bert.heads != 0)
        settings.refuse(settings.quoted("hidden_size") + " is not a multiple of the number of heads");
    return config;
}

void readLanguage(const ModelSettings& text, Blip2Config& config)
{
    const auto type = text.word("model_type", "opt");
    if (type == "opt")
        config.language = LanguageModel::Opt;
    else if (type == "t5")
        config.language = LanguageModel::T5;
    else if (type == "llama")
        config.language = LanguageModel::Llama;
    else
        text.refuse("the language model is of the type \"" + type + "\", not \"opt\", \"t5\" or \"llama\"");
    config.languageWidth = type == "t5" ? text.count("d_model", 512, kMost)
        : type == "opt" ? text.count("word_embed_proj_dim", text.count("hidden_size", 768, kMost), kMost)
                        : text.count("hidden_size", 4096, kMost);
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
    config.vision = visionOf(settings.part("vision_config"));
    config.visionNormEps = config.vision.layerNormEps;
    config.qformer = qformerOf(settings.part("qformer_config"));
    const auto given = document.value("qformer_config", json::object());
    const auto reads = given.is_object() ? given.value("use_qformer_text_input", json(false)) : json(false);
    config.qformer.readsText = config.instructed || reads == true;
    config.queries = settings.count("num_query_tokens", 32, kMost);
    config.projection = settings.count("image_text_hidden_size", 256, kMost);
    if (const auto token = document.value("image_token_index", json()); !token.is_null())
        config.imageTokenId = settings.count("image_token_index", 0, kMost, 0);
    readLanguage(settings.part("text_config"), config);
    checkSizes(config, settings);
    return config;
}

} // namespace models::blip2
