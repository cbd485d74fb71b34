#include "models/clip/open_clip_folder.h"

#include "imaging/error.h"
#include "models/clip/bert_clip.h"
#include "models/clip/load_clip.h"
#include "models/text/tokenizer_json.h"
#include "models/weights/model_settings.h"
#include "models/weights/place_weights.h"
#include "models/weights/read_weights.h"
#include "models/weights/weights_file.h"
#include "models/weights/without_initialisation.h"

#include <nlohmann/json.hpp>
#include <torch/types.h>

#include <array>
#include <cmath>
#include <utility>

namespace models::clip {

namespace {

using nlohmann::json;
using weights::ModelSettings;
using weights::StateDict;

constexpr std::int64_t kMost = 1 << 24;
constexpr std::int64_t kHeadWidth = 64; // Of all towers of BERT and timm that open_clip's models have.

/// The weights and, for sentences, where they lie.
struct Source
{
    StateDict weights;
    std::filesystem::path file;

    [[noreturn]] void refuse(const std::string& reason) const
    {
        throw imaging::Error(imaging::ErrorKind::Model,
            "The CLIP weights in " + file.string() + " cannot be used: " + reason + ".", file.string());
    }

    const at::Tensor& sized(const std::string& key, std::int64_t rank) const
    {
        const auto found = weights.find(key);
        if (found == weights.end())
            refuse("the tensor '" + key + "' is missing");
        if (found->second.dim() != rank || found->second.numel() == 0)
            refuse("the tensor '" + key + "' has another shape than in a CLIP with a vision transformer");
        return found->second;
    }

    std::int64_t layers(const std::string& front, const std::string& end) const
    {
        std::int64_t count = 0;
        while (weights.contains(front + std::to_string(count) + end))
            ++count;
        return count;
    }
};

std::int64_t headsOf(std::int64_t width, const Source& source)
{
    if (width % kHeadWidth != 0 && width > kHeadWidth)
        source.refuse("a tower of " + std::to_string(width) + " channels has no heads of 64");
    return std::max<std::int64_t>(1, width / kHeadWidth);
}

vision::VitConfig trunkOf(const Source& source)
{
    vision::VitConfig config;
    const auto& patches = source.sized("visual.trunk.patch_embed.proj.weight", 4);
    const auto places = source.sized("visual.trunk.pos_embed", 3).size(1) - 1;
    const auto side = std::llround(std::sqrt(static_cast<double>(places)));
    if (side < 1 || side * side != places)
        source.refuse("the positions of the patches are no square");
    config.width = patches.size(0);
    config.patchSize = patches.size(2);
    config.imageSize = side * config.patchSize;
    config.layers = source.layers("visual.trunk.blocks.", ".norm1.weight");
    config.heads = headsOf(config.width, source);
    config.mlpWidth = source.sized("visual.trunk.blocks.0.mlp.fc1.weight", 2).size(0);
    return config;
}

layers::BertConfig bertOf(const Source& source)
{
    layers::BertConfig config;
    const std::string front = "text.transformer.";
    const auto& words = source.sized(front + "embeddings.word_embeddings.weight", 2);
    config.vocabularySize = words.size(0);
    config.hiddenSize = words.size(1);
    config.maxPositions = source.sized(front + "embeddings.position_embeddings.weight", 2).size(0);
    config.typeVocabularySize = source.sized(front + "embeddings.token_type_embeddings.weight", 2).size(0);
    config.layers = source.layers(front + "encoder.layer.", ".output.dense.weight");
    config.heads = headsOf(config.hiddenSize, source);
    config.intermediateSize = source.sized(front + "encoder.layer.0.intermediate.dense.weight", 2).size(0);
    return config;
}

TextPooling poolingOf(const ModelSettings& text)
{
    const auto word = text.word("hf_pooler_type", "mean_pooler");
    if (word == "cls_last_hidden_state_pooler")
        return TextPooling::First;
    if (word == "mean_pooler")
        return TextPooling::Mean;
    text.refuse(text.quoted("hf_pooler_type") + " is \"" + word
        + "\", neither \"cls_last_hidden_state_pooler\" nor \"mean_pooler\"");
}

/// Values from 0 to 1 that are taken off and divided by are those of CLIP; resized and cut as CLIP does.
void checkPreprocessing(const ModelSettings& settings, const json& document)
{
    constexpr std::array<double, 3> kMean{0.48145466, 0.4578275, 0.40821073};
    constexpr std::array<double, 3> kDeviation{0.26862954, 0.26130258, 0.27577711};
    const auto preprocess = settings.part("preprocess_cfg");
    const auto same = [&](const char* key, const std::array<double, 3>& usual) {
        const auto& given = document.value("preprocess_cfg", json::object());
        if (!given.contains(key) || given.at(key).is_null())
            return true;
        const auto& list = given.at(key);
        for (std::size_t i = 0; i < usual.size(); ++i)
            if (!list.is_array() || list.size() != usual.size() || !list[i].is_number()
                || std::abs(list[i].get<double>() - usual[i]) > 1e-6)
                return false;
        return true;
    };
    if (!same("mean", kMean) || !same("std", kDeviation) || preprocess.word("interpolation", "bicubic") != "bicubic"
        || preprocess.word("resize_mode", "shortest") != "shortest")
        settings.refuse("its pictures are prepared (\"preprocess_cfg\") in another way than CLIP's");
}

BertClipConfig bertClipConfig(const ModelSettings& model, const Source& source)
{
    const auto text = model.part("text_cfg"), picture = model.part("vision_cfg");
    BertClipConfig config;
    config.vision = trunkOf(source);
    config.text = bertOf(source);
    config.contextLength = text.count("context_length", 77, kMost);
    config.embedDim = model.count("embed_dim", 512, kMost);
    config.pooling = poolingOf(text);
    const bool two = source.weights.contains("text.proj.0.weight");
    config.textHidden = two ? source.sized("text.proj.0.weight", 2).size(0) : 0;
    if (picture.word("timm_pool", "") != "" && picture.word("timm_pool", "") != "token")
        model.refuse(picture.quoted("timm_pool") + " is \"" + picture.word("timm_pool", "")
            + "\": only the class token (\"\" or \"token\") is supported");
    if (config.vision.imageSize != picture.count("image_size", config.vision.imageSize, kMost))
        model.refuse(picture.quoted("image_size") + " is not that of the weights");
    if (config.contextLength > config.text.maxPositions)
        model.refuse(text.quoted("context_length") + " is above the positions of the weights");
    return config;
}

/// open_clip's own towers have OpenAI's names; heads and activation are in the settings.
ClipConfig plainConfig(const ModelSettings& model, const Source& source)
{
    const auto text = model.part("text_cfg"), picture = model.part("vision_cfg");
    auto config = configOfWeights(source.weights, source.file);
    config.vision.heads = config.vision.width / picture.count("head_width", kHeadWidth, kMost);
    config.text.heads = text.count("heads", config.text.heads, kMost);
    config.activation = model.flag("quick_gelu", false) ? Activation::QuickGelu : Activation::Gelu;
    for (const auto* tower : {&config.vision, &config.text})
        if (tower->heads < 1 || tower->width % tower->heads != 0)
            model.refuse("a tower's width is not a multiple of the number of its heads");
    return config;
}

json readDocument(const std::filesystem::path& folder)
{
    auto document = text::readTextJson(folder / weights::kOpenClipConfig);
    if (!document.is_object())
        throw imaging::Error(imaging::ErrorKind::Model,
            "The settings in " + (folder / weights::kOpenClipConfig).string() + " are not a JSON object.", folder.string());
    return document;
}

} // namespace

bool isOpenClipFolder(const std::filesystem::path& path)
{
    std::error_code ignored;
    return std::filesystem::is_regular_file(path / weights::kOpenClipConfig, ignored);
}

Clip openOpenClip(const std::filesystem::path& folder, at::ScalarType type)
{
    const auto document = readDocument(folder);
    const ModelSettings settings(document, "The settings of the CLIP model", folder / weights::kOpenClipConfig);
    const auto model = settings.part("model_cfg");
    checkPreprocessing(settings, document);
    Source source{{}, weights::requireWeightsFileIn(folder)};
    source.weights = weights::readWeights(source.file);
    std::erase_if(source.weights, [](const auto& one) { return one.first.ends_with("position_ids"); });
    const weights::WithoutInitialisation quick;
    if (source.weights.contains("visual.trunk.pos_embed")) {
        const auto bert = std::make_shared<BertClipImpl>(bertClipConfig(model, source));
        weights::placeWeights(*bert, std::move(source.weights), source.file.string(), type);
        return Clip(std::shared_ptr<ClipImpl>(bert));
    }
    source.weights.erase("attn_mask");
    source.weights = withOriginalNames(std::move(source.weights), source.file);
    Clip clip(plainConfig(model, source));
    weights::placeWeights(*clip, std::move(source.weights), source.file.string(), type);
    return clip;
}

} // namespace models::clip
