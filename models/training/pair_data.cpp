#include "models/training/pair_data.h"

#include "imaging/error.h"
#include "imaging/progress.h"
#include "models/data/data_checks.h"
#include "models/data/manifest.h"
#include "models/training/augment.h"
#include "models/training/valid_options.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>
#include <utility>

namespace models::training {

namespace {

constexpr int kHeadWidth = 64;

data::PictureFitting fittingOf(const vision::PictureFit& fit)
{
    const bool centre = fit.fit == vision::SquareFit::CenterCrop;
    return {centre ? "bicubic, centre" : "bicubic, squashed",
        [fit](const data::Picture& picture, int size) {
            auto square = fit;
            square.size = size;
            return vision::fittedPicture({picture.columns, picture.rows, picture.channels, picture.values}, square)
                .bytes;
        },
        centre};
}

data::DatasetOptions splitOptions(const PairOptions& options, const vision::PictureFit& fit, const std::string& split)
{
    data::DatasetOptions result;
    result.folder = options.data;
    result.split = split;
    result.splitSetting = split == options.trainSplit ? "trainSplit" : "validationSplit";
    result.imageColumn = options.imageColumn;
    result.masks = options.maskWeight > 0 && split == options.trainSplit;
    result.maskColumn = options.maskColumn;
    result.textColumns = data::splitColumns(options.textColumn);
    result.showsWithoutText = false;
    result.pictureSize = fit.size;
    result.fitting = fittingOf(fit);
    result.readers = options.readers;
    if (options.windowWidth > 0)
        result.window = imaging::WindowLevel{options.windowCentre, options.windowWidth};
    result.textSides = options.textSides;
    result.cache = options.cache;
    return result;
}

/// The samples all of whose texts are there.
std::vector<std::int64_t> withText(const data::Dataset& data)
{
    std::vector<std::int64_t> samples;
    for (std::size_t index = 0; index < data.samples.size(); ++index) {
        const auto& texts = data.samples[index].texts;
        if (!texts.empty() && std::none_of(texts.begin(), texts.end(), [](const auto& text) { return text.empty(); }))
            samples.push_back(std::int64_t(index));
    }
    return samples;
}

void requireTexts(const std::vector<std::int64_t>& samples, const data::Dataset& data, const PairOptions& options,
    const std::string& split, imaging::Warnings& warnings)
{
    if (samples.empty())
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "No picture of the split '" + split + "' in '" + options.data.string()
                + "' has a text: there is nothing to learn from.",
            options.data.string());
    if (const auto without = data.samples.size() - samples.size(); without > 0)
        warnings.push_back(
            std::to_string(without) + " of the split '" + split + "' are left out, since they lack a text.");
}

void requireMasks(const PairData& data, const PairOptions& options)
{
    const auto& labelled = data.split.labelled;
    const auto hasMask = [&](std::int64_t index) { return data.training.samples[std::size_t(index)].labelled; };
    if (std::none_of(labelled.begin(), labelled.end(), hasMask))
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "No picture with a text of the split '" + options.trainSplit + "' in '" + options.data.string()
                + "' has a mask to learn from: name their column in maskColumn, or set maskWeight to 0.",
            options.data.string());
}

void append(imaging::Warnings& all, imaging::Warnings more)
{
    std::move(more.begin(), more.end(), std::back_inserter(all));
}

/// Of what was read: who is learnt from and who is scored.
void choosePairs(PairData& data, const PairOptions& options)
{
    data::requireDisjoint(data.training, data.validation);
    append(data.warnings, data.training.warnings);
    append(data.warnings, data.validation.warnings);
    append(data.warnings, data::doubtsAbout(data.training, data.validation));
    data.split.labelled = withText(data.training);
    data.scored = withText(data.validation);
    requireTexts(data.split.labelled, data.training, options, options.trainSplit, data.warnings);
    requireTexts(data.scored, data.validation, options, options.validationSplit, data.warnings);
}

void useThreads(const PairOptions& options)
{
    if (options.threads > 0)
        at::set_num_threads(options.threads);
}

data::Dataset readTexts(const PairOptions& options, const std::string& split)
{
    data::Dataset texts;
    for (auto& row : data::readManifest(splitOptions(options, {}, split), texts.warnings)) {
        data::Dataset::Sample sample;
        sample.image = row.slice > 0 ? row.image + "#" + std::to_string(row.slice) : row.image;
        sample.texts = std::move(row.texts);
        texts.samples.push_back(std::move(sample));
    }
    return texts;
}

/// Loading has no share in the progress of a training; its stages say how far they are themselves.
imaging::Progress loadingProgress(const imaging::Progress& progress)
{
    return imaging::Progress([&progress](double fraction, std::string_view stage) {
        progress.report(0, std::string(stage) + ", " + std::to_string(int(100 * fraction)) + " %");
    });
}

} // namespace

void requireTowerWidth(const char* name, int width)
{
    requireAtLeast(name, width, 8);
    if (width > kHeadWidth && width % kHeadWidth != 0)
        refuseSetting(std::string(name) + " must be a multiple of 64, the width of a head, or at most 64.");
}

int headsOf(int width)
{
    return std::max(1, width / kHeadWidth);
}

void requireValidPairs(const PairOptions& options)
{
    requireValid(options);
    requireTruthful(options.augmentation);
    if (data::splitColumns(options.textColumn).empty())
        refuseSetting("textColumn must name a column of the manifest.");
    if (options.augmentation.oneSideProbability > 0)
        refuseSetting("oneSideProbability must be 0: the areas of one side can only be shown alone with a mask.");
    requireAtLeast("windowWidth", options.windowWidth, 0);
    if (!std::isfinite(options.windowCentre))
        refuseSetting("windowCentre must be a number.");
    requireAtLeast("maskWeight", options.maskWeight, 0);
    if (data::splitColumns(options.maskColumn).size() != 1)
        refuseSetting("maskColumn must name one column of the manifest.");
    requireAtLeast("batchSize", options.batchSize, 2);
    const auto& tower = options.tower;
    requireTowerWidth("visionWidth", tower.visionWidth);
    requireAtLeast("visionLayers", tower.visionLayers, 1);
    requireAtLeast("patchSize", tower.patchSize, 1);
    if (tower.pictureSize < tower.patchSize || tower.pictureSize % tower.patchSize != 0)
        refuseSetting("pictureSize must be a multiple of patchSize.");
}

PairData loadPairs(
    const PairOptions& options, const vision::PictureFit& fit, std::stop_token stop, const imaging::Progress& whole)
{
    const auto progress = loadingProgress(whole);
    useThreads(options);
    PairData data;
    data.training = data::readDataset(splitOptions(options, fit, options.trainSplit), stop, progress);
    data.validation = data::readDataset(splitOptions(options, fit, options.validationSplit), stop, progress);
    if (stop.stop_requested())
        return data; // Half a data set would be refused for what it lacks.
    choosePairs(data, options);
    if (options.maskWeight > 0) {
        requireMasks(data, options);
        append(data.warnings, data::doubtsAbout(data.training, options.data, options.trainSplit));
    }
    return data;
}

PairData loadTexts(const PairOptions& options)
{
    useThreads(options);
    PairData data;
    data.training = readTexts(options, options.trainSplit);
    data.validation = readTexts(options, options.validationSplit);
    choosePairs(data, options);
    return data;
}

std::set<std::string> textsOf(const data::Dataset& data, std::span<const std::int64_t> samples)
{
    std::set<std::string> texts;
    for (const auto index : samples) {
        const auto& own = data.samples[std::size_t(index)].texts;
        texts.insert(own.begin(), own.end());
    }
    return texts;
}

std::set<std::string> shownTextsOf(const PairOptions& options, const PairData& data)
{
    std::set<std::string> shown;
    for (const auto& text : textsOf(data.training, data.split.labelled))
        for (auto& variant : shownVariants(text, options.augmentation))
            shown.insert(std::move(variant));
    return shown;
}

} // namespace models::training
