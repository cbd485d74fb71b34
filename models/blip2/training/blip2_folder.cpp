#include "models/blip2/training/blip2_folder.h"

#include "models/facade/trained_package.h"
#include "models/package/package_json.h"
#include "models/text/learnt_vocabulary.h"
#include "models/training/folder_lock.h"
#include "models/training/pair_folder.h"
#include "models/vision/vit_keys.h"
#include "models/weights/load_report.h"
#include "models/weights/read_weights.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace models::blip2 {

namespace {

using nlohmann::json;

bool writes(const Blip2TrainOptions& options)
{
    return options.objective != Blip2Objective::Compare;
}

json visionJson(const vision::VitConfig& vision)
{
    json document{{"hidden_size", vision.width}, {"num_hidden_layers", vision.layers}, {"num_attention_heads", vision.heads},
        {"intermediate_size", vision.mlpWidth}, {"image_size", vision.imageSize}, {"patch_size", vision.patchSize},
        {"layer_norm_eps", vision.layerNormEps}, {"hidden_act", vision.quickGelu ? "quick_gelu" : "gelu"},
        {"qkv_bias", true}};
    if (vision.inputNorm)
        document["input_norm"] = true;
    return document;
}

json qformerJson(const QFormerConfig& config)
{
    const auto& bert = config.bert;
    return {{"hidden_size", bert.hiddenSize}, {"num_hidden_layers", bert.layers}, {"num_attention_heads", bert.heads},
        {"intermediate_size", bert.intermediateSize}, {"max_position_embeddings", bert.maxPositions},
        {"vocab_size", bert.vocabularySize}, {"layer_norm_eps", bert.layerNormEps}, {"hidden_act", bert.activation},
        {"hidden_dropout_prob", bert.dropout}, {"attention_probs_dropout_prob", bert.attentionDropout},
        {"pad_token_id", bert.padId}, {"encoder_hidden_size", bert.encoderWidth},
        {"cross_attention_frequency", config.crossEvery}, {"use_qformer_text_input", config.readsText}};
}

const char* architecture(const Blip2Config& config)
{
    return config.match     ? "Blip2ForImageTextRetrieval"
        : config.instructed ? "InstructBlipForConditionalGeneration"
                            : "Blip2ForConditionalGeneration";
}

bool takeFront(std::string& key, std::string_view from, std::string_view to)
{
    if (!key.starts_with(from))
        return false;
    key.replace(0, from.size(), to);
    return true;
}

} // namespace

std::string configJson(const Blip2TrainOptions& options, const Blip2Config& config)
{
    json document{{"architectures", {architecture(config)}},
        {"model_type", config.instructed ? "instructblip" : "blip-2"}, {"num_query_tokens", config.queries},
        {"image_text_hidden_size", config.projection}, {"vision_config", visionJson(config.vision)},
        {"qformer_config", qformerJson(config.qformer)}};
    packageHeadToJson(headOf(options, config.instructed ? "instructblip" : "blip-2"), document);
    document["texts_mean_sides_of"] = nameOf(options.textSides);
    if (writes(options)) {
        auto language = readConfigJson(options.languageModel);
        document["use_decoder_only_language_model"] = language.value("model_type", json()) != "t5";
        document["text_config"] = std::move(language);
    }
    return document.dump(2) + "\n";
}

weights::StateDict withHuggingFaceNames(const weights::StateDict& weights, bool instructed)
{
    const std::string norm = instructed ? "qformer.embeddings.layernorm." : "qformer.layernorm.";
    const std::string words = instructed ? "qformer.embeddings." : "embeddings.";
    const std::array<std::pair<std::string_view, std::string_view>, 9> fronts{{
        {"ln_vision.", "vision_model.post_layernorm."},
        {"Qformer.bert.embeddings.LayerNorm.", norm},
        {"Qformer.bert.embeddings.", words},
        {"Qformer.bert.encoder.", "qformer.encoder."},
        {"vision_proj.", "vision_projection."},
        {"text_proj.", "text_projection."},
        {"opt_proj.", "language_projection."},
        {"t5_proj.", "language_projection."},
        {"llm_proj.", "language_projection."},
    }};
    weights::StateDict named;
    for (const auto& [key, tensor] : weights) {
        auto name = vision::huggingFaceKey(key, "visual_encoder");
        for (const auto& [from, to] : fronts)
            if (takeFront(name, from, to))
                break;
        if (const auto at = name.find("attention.self."); at != std::string::npos)
            name.replace(at, 15, "attention.attention.");
        named.emplace(name, tensor);
    }
    return named;
}

void writeBlip2Folder(const Blip2TrainOptions& options, const std::filesystem::path& prepared, const Blip2Impl& blip2,
    const std::string& card)
{
    vision::PictureFit fit;
    fit.fit = vision::SquareFit::Squash;
    fit.size = static_cast<int>(blip2.config().vision.imageSize);
    auto named = withHuggingFaceNames(weights::weightsOf(blip2), blip2.config().instructed);
    auto vocabulary = prepared;
    if (writes(options)) {
        for (const auto& [key, tensor] : weights::readWeights(options.languageModel))
            named.emplace("language_model." + key, tensor);
        const auto own = options.output / "qformer_tokenizer";
        training::makeFolder(own);
        text::writeTokenizerFiles(text::readTokenizerFiles(prepared), own);
        vocabulary = options.languageModel;
    }
    training::writePairFolder(options, vocabulary,
        {configJson(options, blip2.config()), card, training::preprocessorJson(fit, "BlipImageProcessor"),
            std::move(named)});
}

} // namespace models::blip2
