#include "models/blip2/training/initial_blip2.h"

#include "imaging/error.h"
#include "imaging/files/atomic_file.h"
#include "imaging/log.h"
#include "models/blip2/load_blip2.h"
#include "models/blip2/training/blip2_folder.h"
#include "models/package/package_json.h"
#include "models/text/learnt_vocabulary.h"
#include "models/text/open_tokenizer.h"
#include "models/training/initial_tower.h"
#include "models/training/pair_folder.h"
#include "models/training/training_place.h"
#include "models/training/valid_options.h"
#include "models/vision/clip_tower.h"
#include "models/vision/vit_keys.h"
#include "models/vision/vit_settings.h"
#include "models/weights/load_report.h"
#include "models/weights/read_weights.h"

#include <nlohmann/json.hpp>
#include <torch/types.h>
#include <torch/utils.h>

#include <string_view>

namespace models::blip2 {

namespace {

using training::refuseSetting;
using training::requireAtLeast;
using training::requireShare;

constexpr double kFirstTemperature = 0.07;
const char* const kTower = "visual_encoder.";
const char* const kNorm = "ln_vision.";

/// What the initial model is: its picture tower is taken, of a BLIP-2 the rest, too.
enum class Initial { Clip, Blip, Blip2 };

Initial initialKind(const std::filesystem::path& initial)
{
    const auto document = readConfigJson(initial);
    const auto type = document.value("model_type", nlohmann::json());
    if (type == "clip")
        return Initial::Clip;
    if (type == "blip")
        return Initial::Blip;
    if (type == "blip-2" || type == "instructblip")
        return Initial::Blip2;
    throw imaging::Error(imaging::ErrorKind::Model,
        "The model in '" + initial.string()
            + "' is no CLIP, BLIP or BLIP-2 of Hugging Face's layout: the picture tower of a BLIP-2 is one of theirs.",
        initial.string());
}

vision::VitConfig towerOf(const std::filesystem::path& initial)
{
    const auto kind = initialKind(initial);
    if (kind == Initial::Blip2)
        return readBlip2Config(initial).vision;
    const auto document = readConfigJson(initial);
    const weights::ModelSettings settings(document, "The settings of the initial model", initial / "config.json");
    if (kind == Initial::Clip)
        return vision::clipTower(settings.part("vision_config"));
    vision::VitConfig standard;
    standard.layerNormEps = 1e-5; // Hugging Face's BLIP
    auto tower = vision::readVitSettings(settings.part("vision_config"), standard);
    tower.finalNorm = false; // ln_vision takes its place.
    return tower;
}

/// The tower's tensors of a BLIP, under LAVIS' names.
weights::StateDict blipTower(const weights::StateDict& blip)
{
    weights::StateDict tower;
    for (const auto& [key, tensor] : blip) {
        auto name = vision::timmKey(key, "visual_encoder");
        constexpr std::string_view kTowerNorm = "visual_encoder.norm.";
        if (name.starts_with(kTowerNorm))
            name.replace(0, kTowerNorm.size(), kNorm);
        if (name.starts_with(kTower) || name.starts_with(kNorm))
            tower.emplace(name, tensor);
    }
    return tower;
}

weights::StateDict knownWeights(const std::filesystem::path& initial)
{
    const auto all = weights::readWeights(initial);
    switch (initialKind(initial)) {
    case Initial::Clip:
        return vision::clipTowerWeights(all, towerOf(initial), "visual_encoder");
    case Initial::Blip:
        return blipTower(all);
    case Initial::Blip2:
        break;
    }
    return withLavisNames(all, initial).own;
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
    auto config = initialKind(initial) == Initial::Blip2 ? readBlip2Config(initial) : newConfig(options, folder);
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

/// Nothing: that of the initial model is gone on with. A CLIP's is not a BERT's, which the Q-Former is.
std::optional<text::TokenizerFiles> newVocabulary(const Blip2TrainOptions& options, const training::PairData& data)
{
    if (!options.tokenizer.empty())
        return text::readTokenizerFiles(options.tokenizer);
    if (initialKind(training::initialFolder(options)) != Initial::Clip)
        return std::nullopt;
    auto texts = training::shownTextsOf(options, data);
    texts.insert(options.prompt);
    return text::learntBertVocabulary(texts, static_cast<std::size_t>(options.vocabularySize));
}

/// What the initial model has of this network's parts. Its tower must be whole.
void takeParts(Blip2& blip2, const std::filesystem::path& initial)
{
    const auto known = knownWeights(initial);
    auto own = weights::weightsOf(*blip2);
    std::size_t drawn = 0;
    for (auto& [key, tensor] : own) {
        const auto found = known.find(key);
        const bool fits = found != known.end() && found->second.sizes() == tensor.sizes();
        if (fits)
            tensor.copy_(found->second);
        else if (key.starts_with(kTower))
            throw imaging::Error(imaging::ErrorKind::Model,
                "The picture tower of '" + initial.string() + "' lacks the tensor '" + key + "'.", initial.string());
        drawn += fits ? 0 : 1;
    }
    if (drawn > 0)
        imaging::log(imaging::LogLevel::Info,
            std::to_string(drawn) + " of " + std::to_string(own.size())
                + " tensors are not in the initial model and are drawn at random.");
}

/// As the authors do: ln_vision behind it learns.
void freezeTower(Blip2Impl& blip2)
{
    for (auto& parameter : blip2.named_parameters())
        if (parameter.key().starts_with(kTower))
            parameter.value().set_requires_grad(false);
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
            "initialWeights must name the folder of a CLIP, BLIP or BLIP-2: its picture tower is what is trained on.");
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

void prepareBlip2(
    const Blip2TrainOptions& options, const training::PairData& data, const training::TrainingPlace& place)
{
    if (place.isFirst() && !place.resumes()) {
        const auto& folder = place.folder();
        if (const auto vocabulary = newVocabulary(options, data))
            text::writeTokenizerFiles(*vocabulary, folder);
        else
            training::copyInitialTokenizer(options, folder);
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
    training::drawMatrices(*learner);
    if (!place.resumes())
        takeParts(learner->blip2, training::initialFolder(options));
    freezeTower(*learner->blip2);
    learner->to(place.device());
    return learner;
}

} // namespace models::blip2
