#include "models/blip/load_blip.h"

#include "imaging/error.h"
#include "imaging/files/folder_of.h"
#include "models/text/open_tokenizer.h"
#include "models/vision/picture_preparation.h"
#include "models/vision/vit_keys.h"
#include "models/weights/place_weights.h"
#include "models/weights/read_weights.h"
#include "models/weights/without_initialisation.h"

#include <torch/types.h>

#include <cmath>
#include <utility>

namespace models::blip {

namespace {

using weights::StateDict;

[[noreturn]] void refuseWeights(const std::filesystem::path& file, const std::string& reason)
{
    throw imaging::Error(imaging::ErrorKind::Model,
        "The BLIP weights in " + file.string() + " cannot be used: " + reason + ".", file.string());
}

bool hasAny(const StateDict& weights, std::string_view front)
{
    const auto found = weights.lower_bound(std::string(front));
    return found != weights.end() && found->first.starts_with(front);
}

/// Of trainings only, or stored a second time.
bool isBeside(const std::string& key)
{
    const auto dot = key.find('.');
    const bool momentum = dot != std::string::npos && dot >= 2 && key.compare(dot - 2, 2, "_m") == 0;
    return momentum || key == "image_queue" || key == "text_queue" || key == "queue_ptr" || key == "ptr_queue"
        || key == "idx_queue" || key == "temp" || key == "logit_scale" || key.ends_with("position_ids")
        || key.ends_with("cls.predictions.decoder.bias");
}

const at::Tensor& sizedTensor(
    const StateDict& weights, const std::string& key, std::int64_t rank, const std::filesystem::path& file)
{
    const auto found = weights.find(key);
    if (found == weights.end())
        refuseWeights(file, "the tensor '" + key + "' is missing");
    if (found->second.dim() != rank || found->second.numel() == 0)
        refuseWeights(file, "the tensor '" + key + "' has another shape than in a BLIP");
    return found->second;
}

std::int64_t layersOf(const StateDict& weights, const std::string& front, const std::string& end)
{
    std::int64_t layers = 0;
    while (weights.contains(front + std::to_string(layers) + end))
        ++layers;
    return layers;
}

constexpr std::int64_t kHeadWidth = 64;

vision::VitConfig visionOfWeights(const StateDict& weights, const std::filesystem::path& file)
{
    vision::VitConfig vision;
    const auto& patches = sizedTensor(weights, "visual_encoder.patch_embed.proj.weight", 4, file);
    const auto places = sizedTensor(weights, "visual_encoder.pos_embed", 3, file).size(1) - 1;
    const auto side = std::llround(std::sqrt(static_cast<double>(places)));
    if (side < 1 || side * side != places)
        refuseWeights(file, "the positions of the patches are no square");
    vision.width = patches.size(0);
    vision.patchSize = patches.size(2);
    vision.imageSize = side * vision.patchSize;
    vision.layers = layersOf(weights, "visual_encoder.blocks.", ".norm1.weight");
    vision.heads = std::max<std::int64_t>(1, vision.width / kHeadWidth);
    vision.mlpWidth = sizedTensor(weights, "visual_encoder.blocks.0.mlp.fc1.weight", 2, file).size(0);
    if (vision.width % vision.heads != 0)
        refuseWeights(file, "its picture tower has no heads of 64 channels");
    return vision;
}

layers::BertConfig textOfWeights(const StateDict& weights, const std::string& front, const std::filesystem::path& file)
{
    layers::BertConfig text;
    const auto& words = sizedTensor(weights, front + "embeddings.word_embeddings.weight", 2, file);
    text.vocabularySize = words.size(0);
    text.hiddenSize = words.size(1);
    text.maxPositions = sizedTensor(weights, front + "embeddings.position_embeddings.weight", 2, file).size(0);
    text.typeVocabularySize = 0;
    text.layers = layersOf(weights, front + "encoder.layer.", ".output.dense.weight");
    text.heads = std::max<std::int64_t>(1, text.hiddenSize / kHeadWidth);
    text.intermediateSize = sizedTensor(weights, front + "encoder.layer.0.intermediate.dense.weight", 2, file).size(0);
    text.encoderWidth = sizedTensor(weights, front + "encoder.layer.0.crossattention.self.key.weight", 2, file).size(1);
    if (text.hiddenSize % text.heads != 0)
        refuseWeights(file, "its text tower has no heads of 64 channels");
    return text;
}

} // namespace

bool holdsBlip(const StateDict& weights)
{
    const bool sees = hasAny(weights, "visual_encoder.") || hasAny(weights, "vision_model.");
    return sees && (hasAny(weights, "text_decoder.") || hasAny(weights, "text_encoder."));
}

StateDict withAuthorsNames(StateDict weights, const std::filesystem::path& file)
{
    StateDict result;
    for (auto& [key, tensor] : weights)
        if (!isBeside(key))
            result.emplace(vision::timmKey(key, "visual_encoder"), std::exchange(tensor, {}));
    if (result.contains("query_tokens"))
        refuseWeights(file,
            "they are those of a BLIP-2, which has a folder with a config.json (\"model_type\": \"blip-2\" or "
            "\"instructblip\") around it; `limn caption --help` tells what stands in it");
    if (!result.contains("visual_encoder.cls_token")
        || (!hasAny(result, "text_decoder.") && !hasAny(result, "text_encoder.")))
        refuseWeights(file,
            "they have neither the authors' names nor Hugging Face's (a picture tower, and a text_decoder or "
            "text_encoder)");
    const std::string matrix = "text_decoder.cls.predictions.decoder.weight";
    const auto words = result.find("text_decoder.bert.embeddings.word_embeddings.weight");
    if (words != result.end() && !result.contains(matrix))
        result.emplace(matrix, words->second);
    return result;
}

BlipParts partsOf(const StateDict& weights)
{
    return {hasAny(weights, "text_decoder."), hasAny(weights, "text_encoder."), hasAny(weights, "itm_head.")};
}

BlipConfig configOfWeights(const StateDict& weights, const std::filesystem::path& file)
{
    BlipConfig config;
    config.vision = visionOfWeights(weights, file);
    const bool reads = hasAny(weights, "text_encoder.");
    config.text = textOfWeights(weights, reads ? "text_encoder." : "text_decoder.bert.", file);
    if (hasAny(weights, "text_proj."))
        config.projection = sizedTensor(weights, "text_proj.weight", 2, file).size(0);
    return config;
}

Blip openBlip(const std::filesystem::path& path, at::ScalarType type)
{
    vision::requirePreparation(path);
    auto weights = withAuthorsNames(weights::readWeights(path), path);
    const bool described = std::filesystem::exists(path / "config.json");
    auto config = described ? readBlipConfig(path) : configOfWeights(weights, path);
    config.parts = partsOf(weights);
    if (config.parts.decoder)
        config.decoderSourceWidth =
            sizedTensor(weights, "text_decoder.bert.encoder.layer.0.crossattention.self.key.weight", 2, path).size(1);
    const auto words = config.text.vocabularySize;
    if (config.parts.decoder && (config.beginId >= words || config.endId >= words))
        refuseWeights(path,
            "its vocabulary of " + std::to_string(words) + " words has no [DEC] (" + std::to_string(config.beginId)
                + ") or [SEP] (" + std::to_string(config.endId)
                + "): config.json beside the weights says which they are");
    const weights::WithoutInitialisation quick;
    Blip blip(config);
    weights::placeWeights(*blip, std::move(weights), path.string(), type);
    return blip;
}

std::unique_ptr<text::BertTokenizer> openBlipTokenizer(const std::filesystem::path& model, const BlipConfig& config)
{
    const auto folder = std::filesystem::is_directory(model) ? model : imaging::folderOf(model);
    auto tokenizer = text::openBertTokenizer(folder, {"[DEC]", "[ENC]"});
    text::requireRows(*tokenizer, config.text.vocabularySize, model);
    if (tokenizer->find("[DEC]") != config.beginId) // Else the rows behind it are padding.
        text::requireEveryRow(*tokenizer, config.text.vocabularySize, 0, model);
    return tokenizer;
}

} // namespace models::blip
