#include "models/blip/training/initial_blip.h"

#include "imaging/files/atomic_file.h"
#include "imaging/log.h"
#include "models/blip/load_blip.h"
#include "models/blip/training/blip_folder.h"
#include "models/text/learnt_vocabulary.h"
#include "models/text/open_tokenizer.h"
#include "models/training/initial_tower.h"
#include "models/training/pair_folder.h"
#include "models/training/training_place.h"
#include "models/training/valid_options.h"
#include "models/weights/load_report.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>

namespace models::blip {

namespace {

using training::requireAtLeast;
using training::requireShare;

constexpr double kFirstTemperature = 0.07;
constexpr const char* kEncoder = "blip.text_encoder.";
constexpr const char* kDecoder = "blip.text_decoder.bert.";

/// Of the network from nothing, whose vocabulary lies in `folder`.
BlipConfig newConfig(const BlipTrainOptions& options, const std::filesystem::path& folder)
{
    const auto tokenizer = text::openBertTokenizer(folder, {"[DEC]", "[ENC]"});
    BlipConfig config;
    config.vision.width = options.tower.visionWidth;
    config.vision.layers = options.tower.visionLayers;
    config.vision.heads = training::headsOf(options.tower.visionWidth);
    config.vision.mlpWidth = std::int64_t(4) * options.tower.visionWidth;
    config.vision.imageSize = options.tower.pictureSize;
    config.vision.patchSize = options.tower.patchSize;
    config.text.vocabularySize = static_cast<std::int64_t>(tokenizer->size());
    config.text.hiddenSize = options.textWidth;
    config.text.layers = options.textLayers;
    config.text.heads = training::headsOf(options.textWidth);
    config.text.intermediateSize = std::int64_t(4) * options.textWidth;
    config.text.maxPositions = std::int64_t(2) * options.textTokens; // Room for a prompt and a longer report.
    config.text.typeVocabularySize = 0;
    config.text.dropout = config.text.attentionDropout = options.dropout;
    config.text.padId = tokenizer->frame().pad;
    config.text.encoderWidth = config.vision.width;
    config.projection = options.projection;
    config.beginId = tokenizer->find("[DEC]");
    config.endId = tokenizer->find("[SEP]");
    config.matchId = tokenizer->find("[ENC]");
    return config;
}

text::TokenizerFiles vocabularyFor(const BlipTrainOptions& options, const training::PairData& data)
{
    if (!options.tokenizer.empty())
        return text::readTokenizerFiles(options.tokenizer);
    auto texts = training::shownTextsOf(options, data);
    texts.insert(options.prompt);
    return text::learntBertVocabulary(texts, static_cast<std::size_t>(options.vocabularySize));
}

/// What the initial model has of this network's parts.
void takeParts(BlipLearner& learner, const std::filesystem::path& initial)
{
    const auto known = weights::weightsOf(*openBlip(initial));
    auto own = weights::weightsOf(*learner->blip);
    std::size_t taken = 0;
    for (auto& [key, tensor] : own)
        if (const auto found = known.find(key); found != known.end() && found->second.sizes() == tensor.sizes()) {
            tensor.copy_(found->second);
            ++taken;
        }
    if (taken < own.size())
        imaging::log(imaging::LogLevel::Warning,
            std::to_string(own.size() - taken) + " of " + std::to_string(own.size())
                + " tensors are not in the initial model and are drawn at random.");
}

/// The decoder's shared parameters at the encoder's values.
void share(const BlipLearner& learner)
{
    for (const auto& [encoder, decoder] : sharedParameters(learner))
        at::Tensor(decoder).copy_(encoder);
}

} // namespace

BlipLearnerImpl::BlipLearnerImpl(const BlipConfig& config, bool readsMasks)
{
    blip = register_module("blip", Blip(config));
    if (config.parts.match)
        temp = register_parameter("temp", torch::tensor(kFirstTemperature, torch::kFloat));
    if (readsMasks)
        mask_head = register_module("mask_head", training::MaskHead(config.vision.width));
}

void requireValid(const BlipTrainOptions& options)
{
    training::requireValidPairs(options);
    training::requireTowerWidth("textWidth", options.textWidth);
    requireAtLeast("textLayers", options.textLayers, 1);
    requireAtLeast("textTokens", options.textTokens, 4);
    requireAtLeast("projection", options.projection, 1);
    requireAtLeast("queueSize", options.queueSize, 0);
    requireShare("dropout", options.dropout);
    requireShare("labelSmoothing", options.labelSmoothing);
    requireShare("momentum", options.momentum);
    requireShare("softTargets", options.softTargets);
}

vision::PictureFit fitOf(const BlipTrainOptions& options)
{
    vision::PictureFit fit;
    fit.size = options.tower.pictureSize;
    fit.fit = vision::SquareFit::Squash;
    return fit;
}

BlipParts partsFor(BlipObjective objective)
{
    const bool all = objective == BlipObjective::Pretrain;
    return {.decoder = true, .encoder = all, .match = all};
}

void prepareBlip(const BlipTrainOptions& options, const training::PairData& data, const training::TrainingPlace& place)
{
    if (place.isFirst() && !place.resumes()) {
        const auto& folder = place.folder();
        BlipConfig config;
        if (const auto initial = training::initialFolder(options); !initial.empty()) {
            training::copyInitialTokenizer(options, folder);
            config = openBlip(initial)->config();
            config.text.dropout = config.text.attentionDropout = options.dropout;
            if (config.matchId < 0 && options.objective == BlipObjective::Pretrain)
                config.matchId = text::openBertTokenizer(folder, {"[DEC]", "[ENC]"})->find("[ENC]");
        } else {
            text::writeTokenizerFiles(vocabularyFor(options, data), folder);
            config = newConfig(options, folder);
        }
        config.parts = partsFor(options.objective);
        imaging::writeFileAtomically(folder / "config.json", configJson(options, config));
    }
    place.any(false); // Nobody reads before it is there.
}

BlipLearner initialBlip(const BlipTrainOptions& options, const training::TrainingPlace& place)
{
    torch::manual_seed(options.seed);
    auto config = readBlipConfig(place.folder());
    config.parts = partsFor(options.objective);
    BlipLearner learner(config, options.maskWeight > 0);
    const torch::NoGradGuard noGradients;
    training::drawMatrices(*learner);
    training::drawPictureTower(*learner->blip,
        {"visual_encoder.pos_embed", "visual_encoder.blocks.", "qkv.weight", "proj.weight"}, config.vision.layers,
        config.vision.heads);
    share(learner);
    if (const auto initial = training::initialFolder(options); !place.resumes() && !initial.empty()) {
        takeParts(learner, initial);
        share(learner);
    }
    learner->to(place.device());
    return learner;
}

std::vector<std::pair<at::Tensor, at::Tensor>> sharedParameters(const BlipLearner& learner)
{
    std::vector<std::pair<at::Tensor, at::Tensor>> pairs;
    const auto parameters = learner->named_parameters();
    for (const auto& parameter : parameters) {
        const auto& key = parameter.key();
        if (!key.starts_with(kEncoder) || key.find(".attention.") != std::string::npos)
            continue;
        if (const auto* decoder = parameters.find(kDecoder + key.substr(std::string_view(kEncoder).size())))
            pairs.emplace_back(parameter.value(), *decoder);
    }
    return pairs;
}

} // namespace models::blip
