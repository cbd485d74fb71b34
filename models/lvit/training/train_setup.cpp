#include "models/lvit/training/train_setup.h"

#include "imaging/error.h"
#include "imaging/log.h"
#include "models/data/data_checks.h"
#include "models/facade/package.h"
#include "models/facade/training_json.h"
#include "models/lvit/training/contrast_set.h"
#include "models/lvit/training/initial_weights.h"
#include "models/lvit/training/training_package.h"
#include "models/lvit/widen.h"
#include "models/text/import_bert.h"
#include "models/text/text_encoder.h"
#include "models/weights/read_weights.h"
#include "models/weights/sha256.h"

#include <ATen/Parallel.h>
#include <nlohmann/json.hpp>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace models::lvit {

namespace {

/// Of widenLViT: enough to part the copies, and one epoch of lvit-qata makes good what it costs.
constexpr double kWideningNoise = 0.08;

[[noreturn]] void refuse(const std::string& sentence)
{
    throw imaging::Error(imaging::ErrorKind::WrongUse, sentence);
}

void requireOneOf(const char* name, const std::string& value, std::initializer_list<const char*> known)
{
    std::string list;
    for (const auto* word : known) {
        if (value == word)
            return;
        list += (list.empty() ? "" : ", ") + std::string(word);
    }
    refuse(std::string(name) + " cannot be '" + value + "': use one of " + list + ".");
}

void requireAtLeast(const char* name, double value, double least)
{
    if (!(value >= least) || !std::isfinite(value)) {
        auto text = std::to_string(least);
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.')
            text.pop_back();
        refuse(std::string(name) + " must be " + text + " or more.");
    }
}

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
    result.textSides = package.info.textSides;
    result.cache = options.cache;
    return result;
}

void requireValidPictures(const LvitTrainOptions& options)
{
    constexpr std::size_t kMostClasses = 255;
    std::set<std::string> names(options.classes.begin(), options.classes.end());
    if (names.size() != options.classes.size() || names.contains("") || options.classes.size() > kMostClasses)
        refuse("classes must be different names, at most 255.");
    const auto maskColumns = data::splitColumns(options.maskColumn).size();
    if (maskColumns == 0 || (maskColumns > 1 && maskColumns != options.classes.size()))
        refuse("maskColumn must name one column, or one for each of the classes.");
    if (!options.classes.empty() && options.unlabelled != "none")
        refuse("unlabelled pictures can be learnt from with one class only.");
    requireAtLeast("tileSize", options.tileSize, 0);
    requireAtLeast("tileOverlap", options.tileOverlap, 0);
    if (options.tileSize > 0 && (options.tileSize < 16 || 2 * options.tileOverlap > options.tileSize))
        refuse("tileSize must be 16 or more, and tileOverlap at most half of it.");
    requireAtLeast("windowWidth", options.windowWidth, 0);
    if (!std::isfinite(options.windowCentre) || std::isnan(options.emptySlices))
        refuse("windowCentre and emptySlices must be numbers.");
    if (options.flipProbability > 0)
        training::mirroredClasses(options.classes);
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
    for (const auto& text : textsOf(data))
        for (auto& variant : data::shownVariants(text, options))
            shown.insert(std::move(variant));
    return shown;
}

void append(imaging::Warnings& all, imaging::Warnings more)
{
    std::move(more.begin(), more.end(), std::back_inserter(all));
}

void requireValidSemi(const LvitTrainOptions& options)
{
    requireOneOf("unlabelled", options.unlabelled, {"none", "pseudo", "epi"});
    requireOneOf("epiUpdate", options.epiUpdate, {"step", "epoch"});
    requireOneOf("contrastSet", options.contrastSet, {"drawings", "labelled"});
    requireOneOf("contrastSimilarity", options.contrastSimilarity, {"words", "pooled"});
    requireAtLeast("rampEpochs", options.rampEpochs, 0);
    requireAtLeast("unlabelledWeight", options.unlabelledWeight, 0);
    requireAtLeast("unlabelledPerStep", options.unlabelledPerStep, 0);
    requireAtLeast("lvWeight", options.lvWeight, 0);
    if (!(options.epiDecay >= 0 && options.epiDecay < 1))
        refuse("epiDecay must lie between 0 and below 1: at 1 the masks would never move.");
    if (options.unlabelled == "none")
        return;
    requireAtLeast("prototypeEpochs", options.prototypeEpochs, 1);
    if (options.prototypeEpochs >= options.epochs)
        refuse("prototypeEpochs must be less than epochs: the unlabelled pictures come after them.");
    if (options.batchSize < 2 || options.unlabelledPerStep >= options.batchSize)
        refuse("unlabelledPerStep must be less than batchSize, which counts labelled and unlabelled pictures.");
}

/// Loading has no share in the progress of a training; its stages say how far they are themselves.
imaging::Progress loadingProgress(const imaging::Progress& progress)
{
    return imaging::Progress([&progress](double fraction, std::string_view stage) {
        progress.report(0, std::string(stage) + ", " + std::to_string(int(100 * fraction)) + " %");
    });
}

std::string digestOf(const data::Dataset& data)
{
    weights::Sha256 digest;
    const auto add = [&](const auto& range) { digest.update(std::as_bytes(std::span(range))); };
    for (const auto& sample : data.samples) {
        add(sample.labelled ? sample.image : sample.image + "|unlabelled");
        for (const auto& text : sample.texts)
            add(text);
    }
    add(data.pictures);
    add(data.masks);
    return digest.hexDigest();
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
    const auto units = options.textUnits == "words" ? text::TextConvention::MergedWords : text::TextConvention::Pieces;
    data.encoder = std::make_unique<text::TextEncoder>(folder, units);
    data.textWidth = data.encoder->width();
    data.texts = std::make_unique<training::TextVectors>(*data.encoder, options.textTokens);
    data.texts->add(shownTexts(data.training, options), stop, progress);
    data.texts->add(textsOf(data.validation), stop, progress);
    if (options.unlabelled != "none" && options.lvWeight > 0)
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

bool readsText(const LvitTrainOptions& options)
{
    return options.text && options.network == "lvit";
}

void requireValid(const LvitTrainOptions& options)
{
    if (options.data.empty())
        refuse("A folder of training data must be given.");
    if (options.output.empty())
        refuse("An output folder must be given.");
    if (data::splitColumns(options.textColumn).empty())
        refuse("textColumn must name a column of the manifest.");
    if (options.trainSplit == options.validationSplit)
        refuse("trainSplit and validationSplit must be different splits.");
    if (options.channels != 1 && options.channels != 3)
        refuse("channels must be 1 or 3.");
    requireOneOf("loss", options.loss, {"weighted_dice_bce", "dice_bce"});
    requireOneOf("optimizer", options.optimizer, {"adam", "adamw"});
    requireOneOf("schedule", options.schedule, {"cosine_restarts", "one_cycle"});
    requireOneOf("textUnits", options.textUnits, {"words", "pieces"});
    requireOneOf("textSides", options.textSides, {"picture", "patient"});
    requireOneOf("network", options.network, {"lvit", "unet"});
    requireOneOf("textWording", options.textWording, {"as_written", "lvit_report"});
    requireAtLeast("batchSize", options.batchSize, 1);
    requireAtLeast("epochs", options.epochs, 1);
    requireAtLeast("stepsPerEpoch", options.stepsPerEpoch, 0);
    requireAtLeast("earlyStopEpochs", options.earlyStopEpochs, 0);
    requireAtLeast("learningRate", options.learningRate, 0);
    requireAtLeast("weightDecay", options.weightDecay, 0);
    requireAtLeast("threads", options.threads, 0);
    requireAtLeast("loaderThreads", options.loaderThreads, 0);
    requireAtLeast("saveMinutes", options.saveMinutes, 0);
    if (!(options.averageDecay >= 0 && options.averageDecay < 1))
        refuse("averageDecay must lie between 0 (off) and below 1.");
    requireValidSemi(options);
    if (!(options.labelledFraction > 0 && options.labelledFraction <= 1))
        refuse("labelledFraction must lie above 0 and at most at 1.");
    training::requireTruthful(options);
    requireValidPictures(options);
    validate(packageFor(options, /*textWidth=*/384).network);
}

void requireNoOtherPackage(const LvitTrainOptions& options)
{
    const auto training = options.output / "training";
    const bool holdsState = std::filesystem::exists(training / "state.safetensors");
    if (std::filesystem::exists(options.output / "config.json") && !holdsState
        && !(options.resume && std::filesystem::exists(training)))
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "The folder '" + options.output.string()
                + "' already holds a model package, which a training would overwrite: choose another output folder.",
            options.output.string());
}

void requireFreshOrResume(const LvitTrainOptions& options, const std::filesystem::path& stateFile)
{
    if (!options.resume && std::filesystem::exists(stateFile))
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "The folder '" + options.output.string()
                + "' already holds a training: resume it or choose another output folder.",
            options.output.string());
}

void removeUnfinishedFiles(const std::filesystem::path& folder)
{
    std::error_code ignored;
    for (std::filesystem::directory_iterator next(folder, ignored), end; !ignored && next != end;
         next.increment(ignored)) {
        std::error_code notRemoved;
        if (next->path().extension() == ".part" && next->is_regular_file(notRemoved))
            std::filesystem::remove(next->path(), notRemoved);
    }
}

TrainingData loadTrainingData(const LvitTrainOptions& options, std::stop_token stop, const imaging::Progress& whole)
{
    const auto progress = loadingProgress(whole);
    if (options.threads > 0)
        at::set_num_threads(options.threads);
    TrainingData data;
    auto training = splitOptions(options, options.trainSplit);
    training.splitOption = "--train-split";
    data.training = data::readDataset(training, stop, progress);
    auto validation = splitOptions(options, options.validationSplit);
    validation.splitOption = "--validation-split";
    validation.fullMasks = true;
    data.validation = data::readDataset(validation, stop, progress);
    if (stop.stop_requested())
        return data; // Half a data set would be refused for what it lacks.
    data::requireDisjoint(data.training, data.validation);
    data.warnings = doubtsAboutAll(options, data);

    data.split = training::drawLabelled(options, data.training);
    if (options.unlabelled != "none" && data.split.unlabelled.empty())
        data.warnings.emplace_back("Every training picture is labelled, so `unlabelled` changes nothing.");
    if (readsText(options))
        embedTexts(options, data, stop, progress);
    if (options.flipProbability > 0)
        data.mirrored = training::mirroredClasses(options.classes);
    return data;
}

std::unique_ptr<torch::optim::Optimizer> makeOptimizer(const LvitTrainOptions& options, const torch::nn::Module& net)
{
    if (options.optimizer == "adamw")
        return std::make_unique<torch::optim::AdamW>(
            net.parameters(), torch::optim::AdamWOptions(options.learningRate).weight_decay(options.weightDecay));
    return std::make_unique<torch::optim::Adam>(
        net.parameters(), torch::optim::AdamOptions(options.learningRate).weight_decay(options.weightDecay));
}

void setLearningRate(torch::optim::Optimizer& optimizer, double rate)
{
    for (auto& group : optimizer.param_groups())
        group.options().set_lr(rate);
}

void toTrainingLayout(torch::nn::Module& net, c10::Device device)
{
    net.to(device);
    torch::NoGradGuard noGradients;
    for (auto& parameter : net.parameters())
        if (parameter.dim() == 4)
            parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
}

void takeInitialWeights(const LvitTrainOptions& options, LViTImpl& net)
{
    if (options.initialWeights.empty())
        return;
    const auto source = options.initialWeights.string();
    auto weights = weights::readWeights(options.initialWeights);
    const int width = widthOf(weights);
    const bool grows = width > 0 && width < options.width;
    if (grows)
        weights = widenLViT(weights, options.width, kWideningNoise);
    const auto done = handOverWeights(net, weights, source);
    imaging::log(imaging::LogLevel::Info,
        "The training starts from '" + source + "'"
            + (grows ? ", widened from " + std::to_string(width) + " to " + std::to_string(options.width) : "") + ": "
            + std::to_string(done.copied) + " tensors taken over, " + std::to_string(done.resized) + " resized, "
            + std::to_string(done.kept.size()) + " new.");
}

std::string settingsToCompare(const LvitTrainOptions& options, const TrainingData& data, int processes)
{
    auto json = nlohmann::json::parse(optionsToJson(options));
    for (const char* free : {"data", "output", "resume", "saveMinutes", "threads", "loaderThreads", "cache", "device",
             "textEncoder", "textWording", "initialWeights"})
        json.erase(free);
    if (processes > 1)
        json["processes"] = processes;
    json["trainingData"] = digestOf(data.training);
    json["validationData"] = digestOf(data.validation);
    return json.dump();
}

void requireSameSettings(const std::string& saved, const std::string& now, const std::filesystem::path& stateFile)
{
    // A setting that the state does not know came with a later version: the training ran with its default.
    auto before = nlohmann::json::parse(optionsToJson({}));
    if (const auto known = nlohmann::json::parse(saved, nullptr, /*allow_exceptions=*/false); known.is_object())
        before.update(known);
    const auto current = nlohmann::json::parse(now);
    std::string changed;
    for (const auto& [key, value] : current.items())
        if (!before.contains(key) || before[key] != value)
            changed += (changed.empty() ? "" : ", ") + key;
    if (!changed.empty())
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The training of '" + stateFile.string()
                + "' cannot go on with other settings; these have changed: " + changed + ".",
            stateFile.string());
}

} // namespace models::lvit
