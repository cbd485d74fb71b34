#include "models/blip/training/blip_folder.h"

#include "imaging/files/atomic_file.h"
#include "models/blip/training/initial_blip.h"
#include "models/facade/trained_package.h"
#include "models/package/package_json.h"
#include "models/scoring/reliability_curve.h"
#include "models/training/pair_folder.h"
#include "models/vision/vit_keys.h"
#include "models/weights/load_report.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace models::blip {

namespace {

using nlohmann::json;

json visionJson(const vision::VitConfig& vision)
{
    return {{"hidden_size", vision.width}, {"num_hidden_layers", vision.layers}, {"num_attention_heads", vision.heads},
        {"intermediate_size", vision.mlpWidth}, {"image_size", vision.imageSize}, {"patch_size", vision.patchSize},
        {"layer_norm_eps", vision.layerNormEps}, {"hidden_act", "gelu"}};
}

json textJson(const BlipConfig& config)
{
    const auto& text = config.text;
    json document{{"hidden_size", text.hiddenSize}, {"num_hidden_layers", text.layers},
        {"num_attention_heads", text.heads}, {"intermediate_size", text.intermediateSize},
        {"max_position_embeddings", text.maxPositions}, {"vocab_size", text.vocabularySize},
        {"layer_norm_eps", text.layerNormEps}, {"hidden_act", text.activation}, {"hidden_dropout_prob", text.dropout},
        {"attention_probs_dropout_prob", text.attentionDropout}, {"encoder_hidden_size", text.encoderWidth},
        {"pad_token_id", text.padId}, {"bos_token_id", config.beginId}, {"eos_token_id", config.endId},
        {"sep_token_id", config.endId}};
    if (config.matchId >= 0)
        document["enc_token_id"] = config.matchId;
    return document;
}

} // namespace

std::string configJson(const BlipTrainOptions& options, const BlipConfig& config)
{
    json document{
        {"architectures", {config.parts.match ? "BlipForImageTextRetrieval" : "BlipForConditionalGeneration"}},
        {"model_type", "blip"}, {"projection_dim", config.text.hiddenSize},
        {"image_text_hidden_size", config.projection}, {"vision_config", visionJson(config.vision)},
        {"text_config", textJson(config)}};
    packageHeadToJson(headOf(options, "blip"), document);
    document["texts_mean_sides_of"] = nameOf(options.textSides);
    document["text_tokens"] = std::min<std::int64_t>(options.textTokens, config.text.maxPositions);
    return document.dump(2) + "\n";
}

void writeBlipFolder(const BlipTrainOptions& options, const std::filesystem::path& prepared, const BlipImpl& blip,
    const std::string& card)
{
    vision::PictureFit fit;
    fit.fit = vision::SquareFit::Squash;
    fit.size = static_cast<int>(blip.config().vision.imageSize);
    weights::StateDict named;
    for (const auto& [key, tensor] : weights::weightsOf(blip))
        named.emplace(vision::huggingFaceKey(key, "visual_encoder"), tensor);
    training::writePairFolder(options, prepared,
        {configJson(options, blip.config()), card, training::preprocessorJson(fit, "BlipImageProcessor"),
            std::move(named)});
}

void addCalibration(const std::filesystem::path& folder, const scoring::MatchCalibration& calibration)
{
    if (calibration.points.empty())
        return;
    auto document = readConfigJson(folder);
    auto& said = document["match_calibration"];
    said = {{"threshold", calibration.threshold}, {"points", calibration.points}, {"not_told_apart", json::array()}};
    for (const auto change : calibration.notToldApart)
        said["not_told_apart"].push_back(scoring::nameOf(change));
    imaging::writeFileAtomically(folder / "config.json", document.dump(2) + "\n");
    imaging::writeFileAtomically(folder / "reliability.svg", scoring::reliabilityCurve(calibration));
}

} // namespace models::blip
