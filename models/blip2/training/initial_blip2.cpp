#include "models/blip2/training/initial_blip2.h"

#include "imaging/error.h"
#include "imaging/files/atomic_file.h"
#include "imaging/log.h"
#include "models/blip2/load_blip2.h"
#include "models/blip2/training/blip2_folder.h"
#include "models/package/package_json.h"
#include "models/text/learnt_vocabulary.h"
#include "models/text/open_tokenizer.h"
#include "models/training/pair_folder.h"
#include "models/training/training_place.h"
#include "models/training/valid_options.h"
#include "models/vision/vit_keys.h"
#include "models/vision/vit_settings.h"
#include "models/weights/load_report.h"
#include "models/weights/read_weights.h"

#include <nlohmann/json.hpp>
#include <torch/nn/init.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace models::blip2 {

namespace {

using training::refuseSetting;
using training::requireAtLeast;

constexpr double kFirstTemperature = 0.07;
const char* const kTower = "visual_encoder.";
const char* const kNorm = "ln_vision.";

bool isOfTower(const std::string& key)
{
    return key.starts_with(kTower) || key.starts_with(kNorm);
}

bool comesFromBlip(const std::filesystem::path& initial)
{
    const auto document = readConfigJson(initial);
    const auto type = document.value("model_type", nlohmann::json());
    if (type != "blip" && type != "blip-2" && type != "instructblip")
        throw imaging::Error(imaging::ErrorKind::Model,
            "The model in '" + initial.string()
                + "' is neither a BLIP nor a BLIP-2: the picture tower of a BLIP-2 is one of theirs.",
            initial.string());
    return type == "blip";
}

vision::VitConfig towerOf(const std::filesystem::path& initial)
{
    if (!comesFromBlip(initial))
        return readBlip2Config(initial).vision;
    const auto document = readConfigJson(initial);
    const weights::ModelSettings settings(document, "The settings of the BLIP model", initial / "config.json");
    vision::VitConfig standard;
    standard.layerNormEps = 1e-5; // Hugging Face's BLIP
    auto tower = vision::readVitSettings(settings.part("vision_config"), standard);
    tower.finalNorm = false; // ln_vision takes its place.
    return tower;
}

/// The tower's tensors of a BLIP, under LAVIS' names.
weights::StateDict towerWeights(const std::filesystem::path& initial)
{
    weights::StateDict tower;
    for (const auto& [key, tensor] : weights::readWeights(initial)) {
        auto name = vision::timmKey(key, "visual_encoder");
        constexpr std::string_view kTowerNorm = "visual_encoder.norm.";
        if (name.starts_with(kTowerNorm))
            name.replace(0, kTowerNorm.size(), kNorm);
        if (isOfTower(name))
            tower.emplace(name, tensor);
    }
    return tower;
}

Blip2Config newConfig(const Blip2TrainOptions& options, const std::filesystem::path& folder)
{
    const auto tokenizer = text::openBertTokenizer(folder, {"[DEC]"});
    Blip2Config config;
    auto& bert = config.qformer.bert;
    bert.vocabularySize = static_cast<std::int64_t>(tokenizer->size());
    bert.hiddenSize = options.textWidth;
    bert.layers = options.textLayers;
    bert.heads = training::headsOf(options.textWidth);
    bert.intermediateSize = std::int64_t(4) * options.textWidth;
    bert.maxPositions = std::int64_t(2) * options.textTokens;
    bert.typeVocabularySize = 0;
    bert.padId = tokenizer->frame().pad;
    config.queries = options.queries;
    config.projection = options.projection;
    return config;
}

Blip2Config configFor(const Blip2TrainOptions& options, const std::filesystem::path& folder)
{
    const auto initial = training::initialFolder(options);
    auto config = comesFromBlip(initial) ? newConfig(options, folder) : readBlip2Config(initial);
    config.vision = towerOf(initial);
    config.visionNormEps = config.vision.layerNormEps;
    auto& bert = config.qformer.bert;
    bert.encoderWidth = config.vision.width;
    bert.dropout = bert.attentionDropout = options.dropout;
    config.match = options.objective == Blip2Objective::Compare;
    config.instructed = options.objective == Blip2Objective::Instruct;
    config.qformer.readsText = config.match || config.instructed;
    config.language.reset(); // What writes is read with config.json.
    config.imageTokenId = -1;
    return config;
}

/// Matrices by their inputs, so that narrow towers pass on as much as wide ones.
void draw(torch::nn::Module& learner)
{
    constexpr double kWords = 0.02;
    for (auto& parameter : learner.named_parameters()) {
        const auto& key = parameter.key();
        auto& value = parameter.value();
        if (key.find("embeddings.") != std::string::npos && value.dim() == 2)
            torch::nn::init::normal_(value, 0, kWords);
        else if (key.ends_with("weight") && value.dim() == 2)
            torch::nn::init::normal_(value, 0, 1 / std::sqrt(static_cast<double>(value.size(1))));
        else if (key.ends_with("bias"))
            torch::nn::init::zeros_(value);
    }
}

/// What the initial model has of this network's parts. Its tower must be whole.
void takeParts(Blip2& blip2, const std::filesystem::path& initial)
{
    const auto known =
        comesFromBlip(initial) ? towerWeights(initial) : withLavisNames(weights::readWeights(initial), initial).own;
    auto own = weights::weightsOf(*blip2);
    std::size_t drawn = 0;
    for (auto& [key, tensor] : own) {
        const auto found = known.find(key);
        const bool fits = found != known.end() && found->second.sizes() == tensor.sizes();
        if (fits)
            tensor.copy_(found->second);
        else if (isOfTower(key))
            throw imaging::Error(imaging::ErrorKind::Model,
                "The picture tower of '" + initial.string() + "' lacks the tensor '" + key + "'.", initial.string());
        drawn += fits ? 0 : 1;
    }
    if (drawn > 0)
        imaging::log(imaging::LogLevel::Info,
            std::to_string(drawn) + " of " + std::to_string(own.size())
                + " tensors are not in the initial model and are drawn at random.");
}

void freezeTower(Blip2Impl& blip2)
{
    for (auto& parameter : blip2.named_parameters())
        if (isOfTower(parameter.key()))
            parameter.value().set_requires_grad(false);
}

void requireShare(const char* name, double value)
{
    if (!(value >= 0 && value < 1))
        refuseSetting(std::string(name) + " must lie between 0 and below 1.");
}

} // namespace

Blip2LearnerImpl::Blip2LearnerImpl(const Blip2Config& config)
{
    blip2 = register_module("blip2", Blip2(config));
    if (!config.match)
        return;
    predictions = register_module("predictions", layers::BertPredictions(config.qformer.bert));
    temp = register_parameter("temp", torch::tensor(kFirstTemperature, torch::kFloat));
}

void requireValid(const Blip2TrainOptions& options)
{
    training::requireValidPairs(options);
    if (options.initialWeights.empty())
        refuseSetting(
            "initialWeights must name the folder of a BLIP or BLIP-2: its picture tower is what is trained on.");
    if (options.maskWeight > 0)
        refuseSetting("maskWeight must be 0: the picture tower is not trained here.");
    const bool writes = options.objective != Blip2Objective::Compare;
    if (writes && options.languageModel.empty())
        refuseSetting("languageModel must name the folder of the language model that writes.");
    if (options.objective == Blip2Objective::Instruct && options.prompt.empty())
        refuseSetting("prompt must say what is asked: the Q-Former reads it.");
    training::requireTowerWidth("textWidth", options.textWidth);
    requireAtLeast("textLayers", options.textLayers, 1);
    requireAtLeast("textTokens", options.textTokens, 4);
    requireAtLeast("queries", options.queries, 1);
    requireAtLeast("projection", options.projection, 1);
    requireShare("dropout", options.dropout);
    requireShare("labelSmoothing", options.labelSmoothing);
}

vision::PictureFit fitOf(const Blip2TrainOptions& options)
{
    vision::PictureFit fit;
    fit.fit = vision::SquareFit::Squash;
    fit.size = static_cast<int>(towerOf(training::initialFolder(options)).imageSize);
    return fit;
}

void prepareBlip2(const Blip2TrainOptions& options, const training::TrainingPlace& place)
{
    if (place.isFirst() && !place.resumes()) {
        const auto& folder = place.folder();
        if (options.tokenizer.empty())
            training::copyInitialTokenizer(options, folder);
        else
            text::writeTokenizerFiles(text::readTokenizerFiles(options.tokenizer), folder);
        imaging::writeFileAtomically(folder / "config.json", configJson(options, configFor(options, folder)));
    }
    place.any(false); // Nobody reads before it is there.
}

Blip2Learner initialBlip2(const Blip2TrainOptions& options, const training::TrainingPlace& place)
{
    torch::manual_seed(options.seed);
    auto config = readBlip2Config(place.folder());
    config.match = options.objective == Blip2Objective::Compare;
    if (config.match)
        config.language.reset();
    Blip2Learner learner(config);
    const torch::NoGradGuard noGradients;
    draw(*learner);
    if (!place.resumes())
        takeParts(learner->blip2, training::initialFolder(options));
    freezeTower(*learner->blip2);
    learner->to(place.device());
    return learner;
}

} // namespace models::blip2
