#include "models/clip/training/initial_clip.h"

#include "imaging/files/atomic_file.h"
#include "models/clip/load_clip.h"
#include "models/clip/training/clip_folder.h"
#include "models/text/learnt_vocabulary.h"
#include "models/text/open_tokenizer.h"
#include "models/training/initial_tower.h"
#include "models/training/optimizer.h"
#include "models/training/pair_folder.h"
#include "models/training/training_place.h"
#include "models/training/valid_options.h"
#include "models/weights/load_report.h"

#include <torch/nn/init.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>

namespace models::clip {

namespace {

using training::refuseSetting;
using training::requireAtLeast;

TowerConfig towerOf(int width, int layers)
{
    return {width, layers, training::headsOf(width), std::int64_t(4) * width};
}

ClipConfig configOf(const ClipTrainOptions& options, std::int64_t vocabularySize, std::int64_t endId)
{
    ClipConfig config;
    config.vision = towerOf(options.tower.visionWidth, options.tower.visionLayers);
    config.text = towerOf(options.textWidth, options.textLayers);
    config.imageSize = options.tower.pictureSize;
    config.patchSize = options.tower.patchSize;
    config.contextLength = options.contextLength;
    config.vocabularySize = vocabularySize;
    config.embedDim = options.embedDim;
    config.endId = endId;
    return config;
}

/// As OpenAI draws them: each block's outputs smaller the more blocks there are, so that their sum keeps its size.
void drawTower(torch::nn::Module& clip, const std::string& prefix, const TowerConfig& tower)
{
    const double width = static_cast<double>(tower.width);
    const double inner = 1 / std::sqrt(width);
    const double outer = inner / std::sqrt(2 * static_cast<double>(tower.layers));
    for (auto& parameter : clip.named_parameters()) {
        const auto& key = parameter.key();
        if (!key.starts_with(prefix))
            continue;
        if (key.ends_with("attn.in_proj_weight"))
            torch::nn::init::normal_(parameter.value(), 0, inner);
        else if (key.ends_with("attn.out_proj.weight") || key.ends_with("mlp.c_proj.weight"))
            torch::nn::init::normal_(parameter.value(), 0, outer);
        else if (key.ends_with("mlp.c_fc.weight"))
            torch::nn::init::normal_(parameter.value(), 0, 1 / std::sqrt(2 * width));
    }
}

text::TokenizerFiles vocabularyFor(const ClipTrainOptions& options, const training::PairData& data)
{
    if (!options.tokenizer.empty())
        return text::readTokenizerFiles(options.tokenizer);
    return text::learntClipVocabulary(
        training::shownTextsOf(options, data), static_cast<std::size_t>(options.vocabularySize));
}

/// Of the network from nothing, whose vocabulary lies in `folder`.
ClipConfig newConfig(const ClipTrainOptions& options, const std::filesystem::path& folder)
{
    const auto tokenizer = text::openTokenizer(folder);
    const auto& after = tokenizer->frame().after;
    if (after.empty())
        refuseSetting("tokenizer must be a vocabulary that ends its texts with a token, as CLIP's does.");
    return configOf(options, static_cast<std::int64_t>(tokenizer->size()), after.back());
}

} // namespace

void requireValid(const ClipTrainOptions& options)
{
    training::requireValidPairs(options);
    training::requireTowerWidth("textWidth", options.textWidth);
    requireAtLeast("textLayers", options.textLayers, 1);
    requireAtLeast("embedDim", options.embedDim, 1);
    requireAtLeast("contextLength", options.contextLength, 3);
    requireAtLeast("vocabularySize", options.vocabularySize, 514);
}

vision::PictureFit fitOf(const ClipTrainOptions& options)
{
    vision::PictureFit fit;
    fit.size = options.tower.pictureSize;
    return fit;
}

void prepareClip(const ClipTrainOptions& options, const training::PairData& data, const training::TrainingPlace& place)
{
    if (place.isFirst() && !place.resumes()) {
        const auto& folder = place.folder();
        if (const auto initial = training::initialFolder(options); !initial.empty()) {
            const auto clip = openClip(initial);
            training::copyInitialTokenizer(options, folder);
            imaging::writeFileAtomically(folder / "config.json", configJson(options, clip->config()));
        } else {
            text::writeTokenizerFiles(vocabularyFor(options, data), folder);
            imaging::writeFileAtomically(folder / "config.json", configJson(options, newConfig(options, folder)));
        }
    }
    place.any(false); // Nobody reads before it is there.
}

Clip initialClip(const ClipTrainOptions& options, const training::TrainingPlace& place)
{
    torch::manual_seed(options.seed);
    Clip clip(readClipConfig(place.folder()));
    const auto initial = place.resumes() ? std::filesystem::path() : training::initialFolder(options);
    const torch::NoGradGuard noGradients;
    if (!initial.empty()) {
        weights::loadWeights(*clip, weights::weightsOf(*openClip(initial)), initial.string());
    } else {
        drawTower(*clip, "visual.transformer.", clip->config().vision);
        training::drawPictureTower(*clip,
            {"visual.positional_embedding", "visual.transformer.resblocks.", "in_proj_weight", "out_proj.weight"},
            clip->config().vision.layers, clip->config().vision.heads);
        drawTower(*clip, "transformer.", clip->config().text);
    }
    clip->to(place.device());
    return clip;
}

} // namespace models::clip
