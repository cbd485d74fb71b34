#include "models/lvit/training/training_data.h"

#include "annotations/report/empty_texts.h"
#include "imaging/error.h"
#include "imaging/laterality.h"
#include "models/data/data_checks.h"
#include "models/lvit/training/contrast_set.h"
#include "models/lvit/training/training_package.h"
#include "models/lvit/training/valid_options.h"
#include "models/text/import_bert.h"
#include "models/text/text_encoder.h"

#include <ATen/Parallel.h>

#include <iterator>
#include <set>
#include <string>
#include <utility>

namespace models::lvit {

namespace {

data::DatasetOptions splitOptions(const LvitTrainOptions& options, const std::string& split)
{
    const auto package = packageFor(options, /*textWidth=*/1);
    data::DatasetOptions result;
    result.folder = options.data;
    result.split = split;
    result.imageColumn = options.imageColumn;
    result.maskColumn = options.maskColumn;
    result.textColumns = data::splitColumns(options.textColumn);
    result.pictureSize = options.pictureSize;
    result.readers = options.readers;
    result.channels = options.channels;
    result.classes = package.network.classes;
    result.tileSize = options.tileSize;
    result.tileOverlap = options.tileOverlap;
    result.emptySlices = options.emptySlices;
    result.window = package.window;
    result.preparation = package.preparation;
    result.textSides = package.info.textSides;
    result.cache = options.cache;
    return result;
}

std::set<std::string> textsOf(const data::Dataset& data)
{
    std::set<std::string> texts;
    for (const auto& sample : data.samples)
        texts.insert(sample.texts.begin(), sample.texts.end());
    return texts;
}

std::set<std::string> textsOf(const std::vector<ContrastCase>& cases)
{
    std::set<std::string> texts;
    for (const auto& entry : cases)
        texts.insert(entry.text);
    return texts;
}

std::set<std::string> shownTexts(const data::Dataset& data, const LvitTrainOptions& options)
{
    std::set<std::string> shown;
    if (options.augmentation.deniedProbability > 0)
        for (const auto& text : annotations::emptyTexts(options.finding)) {
            shown.insert(text);
            shown.insert(imaging::swapSideWords(text));
        }
    for (const auto& text : textsOf(data))
        for (auto& variant : training::shownVariants(text, options.augmentation))
            shown.insert(std::move(variant));
    return shown;
}

void append(imaging::Warnings& all, imaging::Warnings more)
{
    std::move(more.begin(), more.end(), std::back_inserter(all));
}

/// Loading has no share in the progress of a training; its stages say how far they are themselves.
imaging::Progress loadingProgress(const imaging::Progress& progress)
{
    return imaging::Progress([&progress](double fraction, std::string_view stage) {
        progress.report(0, std::string(stage) + ", " + std::to_string(int(100 * fraction)) + " %");
    });
}

imaging::Warnings doubtsAboutAll(const LvitTrainOptions& options, const TrainingData& data)
{
    auto all = data.training.warnings;
    append(all, data::doubtsAbout(data.training, options.data, options.trainSplit));
    append(all, data.validation.warnings);
    append(all, data::doubtsAbout(data.validation, options.data, options.validationSplit));
    append(all, data::doubtsAbout(data.training, data.validation));
    if (!readsText(options))
        append(all, data::doubtsWithoutText(data.training));
    return all;
}

/// The encoder, and the vectors of every text that may be shown or looked up.
void embedTexts(
    const LvitTrainOptions& options, TrainingData& data, std::stop_token stop, const imaging::Progress& progress)
{
    const auto folder = findPackage(options.textEncoder);
    if (!text::isBertFolder(folder))
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The text encoder '" + folder.string() + "' is not a BERT: name a package or a folder that is one, as '"
                + kDefaultTextEncoder + "' is.",
            folder.string());
    const auto units =
        options.textUnits == TextUnits::Words ? text::TextConvention::MergedWords : text::TextConvention::Pieces;
    data.encoder = std::make_unique<text::TextEncoder>(folder, units);
    data.textWidth = data.encoder->width();
    data.texts = std::make_unique<training::TextVectors>(*data.encoder, options.textTokens);
    data.texts->add(shownTexts(data.training, options), stop, progress);
    data.texts->add(textsOf(data.validation), stop, progress);
    if (options.unlabelled != UnlabelledUse::None && options.lvWeight > 0)
        data.texts->add(textsOf(contrastCases(options, data.training, data.split)), stop, progress);
    if (data.texts->cut() > 0)
        data.warnings.push_back(std::to_string(data.texts->cut()) + " of " + std::to_string(data.texts->size())
            + " different texts have more than " + std::to_string(options.textTokens)
            + " tokens and are cut: raise textTokens to keep them whole.");
}

} // namespace

TrainingData::TrainingData() = default;
TrainingData::~TrainingData() = default;
TrainingData::TrainingData(TrainingData&&) noexcept = default;
TrainingData& TrainingData::operator=(TrainingData&&) noexcept = default;

TrainingData loadTrainingData(const LvitTrainOptions& options, std::stop_token stop, const imaging::Progress& whole)
{
    const auto progress = loadingProgress(whole);
    if (options.threads > 0)
        at::set_num_threads(options.threads);
    TrainingData data;
    auto training = splitOptions(options, options.trainSplit);
    training.splitSetting = "trainSplit";
    data.training = data::readDataset(training, stop, progress);
    auto validation = splitOptions(options, options.validationSplit);
    validation.splitSetting = "validationSplit";
    validation.fullMasks = true;
    data.validation = data::readDataset(validation, stop, progress);
    if (stop.stop_requested())
        return data; // Half a data set would be refused for what it lacks.
    data::requireDisjoint(data.training, data.validation);
    data.warnings = doubtsAboutAll(options, data);

    data.split = training::drawLabelled(options, options.labelledFraction, data.training);
    if (options.unlabelled != UnlabelledUse::None && data.split.unlabelled.empty())
        data.warnings.emplace_back("Every training picture is labelled, so `unlabelled` changes nothing.");
    if (readsText(options))
        embedTexts(options, data, stop, progress);
    if (options.augmentation.flipProbability > 0)
        data.mirrored = training::mirroredClasses(options.classes);
    return data;
}

} // namespace models::lvit
