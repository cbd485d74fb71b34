#include "models/clip/siglip_folder.h"

#include "imaging/error.h"
#include "imaging/files/folder_of.h"
#include "models/clip/load_clip.h"
#include "models/clip/siglip.h"
#include "models/package/package_json.h"
#include "models/text/open_tokenizer.h"
#include "models/text/siglip_tokenizer.h"
#include "models/text/tokenizer_json.h"
#include "models/weights/model_settings.h"
#include "models/weights/place_weights.h"
#include "models/weights/read_weights.h"
#include "models/weights/without_initialisation.h"

#include <nlohmann/json.hpp>
#include <torch/types.h>

#include <algorithm>
#include <array>
#include <utility>

namespace models::clip {

namespace {

using nlohmann::json;
using weights::ModelSettings;
using weights::StateDict;

constexpr std::int64_t kMostOfSiglip = 1 << 24;
constexpr const char* kPreparation = "preprocessor_config.json";

TowerConfig siglipTower(const ModelSettings& settings)
{
    TowerConfig tower;
    tower.width = settings.count("hidden_size", 768, kMostOfSiglip);
    tower.layers = settings.count("num_hidden_layers", 12, 1024);
    tower.heads = settings.count("num_attention_heads", 12, kMostOfSiglip);
    tower.mlpWidth = settings.count("intermediate_size", 3072, kMostOfSiglip);
    if (tower.width % tower.heads != 0)
        settings.refuse(settings.quoted("hidden_size") + " is not a multiple of the number of heads");
    if (settings.word("hidden_act", "gelu_pytorch_tanh") != "gelu_pytorch_tanh")
        settings.refuse("the activation " + settings.quoted("hidden_act") + " is not \"gelu_pytorch_tanh\"");
    return tower;
}

void checkSiglipSizes(const ClipConfig& config, const ModelSettings& settings)
{
    constexpr double kMostParameters = 4e9;
    const auto real = [](std::int64_t number) { return static_cast<double>(number); };
    double parameters = real(config.vocabularySize + config.contextLength) * real(config.text.width)
        + real(config.imageTokens()) * real(config.vision.width);
    for (const auto* tower : {&config.vision, &config.text})
        parameters += real(tower->layers + 1) * real(tower->width) * real(4 * tower->width + 2 * tower->mlpWidth);
    if (parameters > kMostParameters)
        settings.refuse("the model would have more than 4 billion parameters");
    if (config.patchSize > config.imageSize)
        settings.refuse("the picture is smaller than a patch");
}

ClipConfig readSiglipConfig(const json& document, const std::filesystem::path& folder)
{
    const ModelSettings settings(document, "The settings of the SigLIP model", folder / "config.json");
    const auto vision = settings.part("vision_config"), text = settings.part("text_config");
    ClipConfig config;
    config.vision = siglipTower(vision);
    config.text = siglipTower(text);
    config.imageSize = vision.count("image_size", 224, kMostOfSiglip);
    config.patchSize = vision.count("patch_size", 16, kMostOfSiglip);
    config.contextLength = text.count("max_position_embeddings", 64, kMostOfSiglip);
    config.vocabularySize = text.count("vocab_size", 32000, kMostOfSiglip);
    config.embedDim =
        text.has("projection_size") ? text.count("projection_size", 768, kMostOfSiglip) : config.text.width;
    config.activation = Activation::GeluTanh;
    config.layerNormEps = vision.fraction("layer_norm_eps", 1e-6);
    if (text.fraction("layer_norm_eps", 1e-6) != config.layerNormEps)
        settings.refuse("the two towers differ in the epsilon of their norms");
    if (!vision.flag("vision_use_head", true))
        settings.refuse("its picture tower has no head that stands for the picture");
    if (config.embedDim != config.vision.width)
        settings.refuse("the vectors of texts are not as long as those of pictures");
    checkSiglipSizes(config, settings);
    return config;
}

/// Three numbers of a key; those of all SigLIPs where it is absent.
std::array<float, 3> channelsOf(const json& document, const char* key, const ModelSettings& settings)
{
    std::array<float, 3> values{0.5F, 0.5F, 0.5F};
    const auto found = document.find(key);
    if (found == document.end() || found->is_null())
        return values;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!found->is_array() || found->size() != values.size() || !(*found)[i].is_number())
            settings.refuse(settings.quoted(key) + " is no list of three numbers");
        values[i] = (*found)[i].get<float>();
    }
    return values;
}

/// As the model's pictures were prepared; Pillow's numbers of filters.
vision::PictureFit readSiglipFit(const std::filesystem::path& folder, std::int64_t imageSize)
{
    constexpr std::int64_t kBilinear = 2, kBicubic = 3;
    std::error_code absent;
    const bool said = std::filesystem::is_regular_file(folder / kPreparation, absent);
    const auto document = said ? text::readTextJson(folder / kPreparation) : json::object();
    const ModelSettings settings(document, "The preparation of the SigLIP model's pictures", folder / kPreparation);
    if (!document.is_object())
        settings.refuse("it is no JSON object");
    vision::PictureFit fit;
    fit.size = static_cast<int>(imageSize);
    fit.fit = vision::SquareFit::Squash;
    fit.mean = channelsOf(document, "image_mean", settings);
    fit.deviation = channelsOf(document, "image_std", settings);
    const auto filter = settings.count("resample", kBicubic, kBicubic, kBilinear);
    fit.filter = filter == kBilinear ? vision::ResizeFilter::Bilinear : vision::ResizeFilter::Bicubic;
    const auto size = settings.part("size");
    if (size.count("height", imageSize, kMostOfSiglip) != imageSize
        || size.count("width", imageSize, kMostOfSiglip) != imageSize)
        settings.refuse("its \"size\" is not the model's " + std::to_string(imageSize));
    for (const char* key : {"do_resize", "do_rescale", "do_normalize"})
        if (!settings.flag(key, true))
            settings.refuse("pictures that are prepared without " + settings.quoted(key) + " are not supported");
    if (*std::min_element(fit.deviation.begin(), fit.deviation.end()) <= 0)
        settings.refuse("\"image_std\" is " + document.at("image_std").dump() + ", not above 0");
    return fit;
}

/// OpenAI's names where there are such; scale and bias as single numbers, so that no lower precision rounds them.
StateDict withSiglipNames(StateDict weights, const std::filesystem::path& folder)
{
    auto named = withOriginalNames(std::move(weights), folder);
    for (const char* key : {"logit_scale", "logit_bias"})
        if (const auto found = named.find(key); found != named.end() && found->second.numel() == 1)
            found->second = found->second.reshape({});
    return named;
}

} // namespace

bool isSiglipFolder(const std::filesystem::path& path)
{
    std::error_code ignored;
    return std::filesystem::is_regular_file(path / "config.json", ignored)
        && readConfigJson(path).value("model_type", json()) == "siglip";
}

Clip openSiglip(const std::filesystem::path& folder, at::ScalarType type)
{
    const auto config = readSiglipConfig(readConfigJson(folder), folder);
    const auto fit = readSiglipFit(folder, config.imageSize);
    auto weights = withSiglipNames(weights::readWeights(folder), folder);
    const weights::WithoutInitialisation quick;
    const auto siglip = std::make_shared<SiglipImpl>(config, fit);
    weights::placeWeights(*siglip, std::move(weights), folder.string(), type);
    return Clip(std::shared_ptr<ClipImpl>(siglip));
}

std::unique_ptr<text::Tokenizer> openClipTokenizer(const std::filesystem::path& model, const Clip& clip)
{
    const auto folder = std::filesystem::is_directory(model) ? model : imaging::folderOf(model);
    std::unique_ptr<text::Tokenizer> tokenizer;
    if (isSiglipFolder(model))
        tokenizer = std::make_unique<text::SiglipTokenizer>(folder / "spiece.model");
    else
        tokenizer = text::openTokenizer(folder);
    const auto rows = clip->config().vocabularySize;
    constexpr std::int64_t kLarge = 8192, kFilling = 128; // Rows that only fill a large matrix up.
    text::requireRows(*tokenizer, rows, model);
    if (std::filesystem::exists(folder / "config.json")) // Hugging Face's: each row is a token's.
        text::requireEveryRow(*tokenizer, rows, rows < kLarge ? 0 : kFilling, model);
    return tokenizer;
}

} // namespace models::clip
