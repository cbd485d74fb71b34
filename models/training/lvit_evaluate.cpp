#include "models/training/lvit_evaluate.h"

#include "imaging/error.h"
#include "imaging/log.h"
#include "models/encoder_path.h"
#include "models/lvit/config.h"
#include "models/lvit/load_network.h"
#include "models/text/text_encoder.h"
#include "models/training/device.h"
#include "models/training/predict.h"
#include "models/training/shown_texts.h"
#include "models/training/train_setup.h"

#include <chrono>

namespace models {

namespace {

constexpr double kReadingPart = 0.1; ///< Of the progress

Dataset readCases(const LvitEvaluateOptions& options, const LViTPackage& package, std::stop_token stop,
    const imaging::Progress& progress)
{
    DatasetOptions read;
    read.folder = options.data;
    read.split = options.split;
    read.imageColumn = options.imageColumn;
    read.maskColumn = options.maskColumn;
    read.textColumns = splitColumns(options.textColumn);
    read.textColumns.resize(std::min<std::size_t>(read.textColumns.size(), 1));
    read.pictureSize = package.network.pictureSize;
    read.channels = package.network.channels;
    read.classes = package.network.classes;
    read.tileSize = package.tileSize;
    read.tileOverlap = package.tileOverlap;
    read.emptySlices = options.emptySlices;
    read.window = package.window;
    read.cache = options.cache;
    read.fullMasks = true;
    read.limit = options.limit;
    read.readers = options.readers;
    auto data = readDataset(read, stop, progress);
    for (const auto& warning : data.warnings)
        imaging::log(imaging::LogLevel::Warning, warning);
    return data;
}

LvitEvaluateResult resultOf(
    const std::vector<PixelCounts>& counts, const Dataset& data, const std::vector<std::string>& texts)
{
    LvitEvaluateResult result;
    for (std::size_t index = 0; index < counts.size(); ++index)
        result.cases.push_back({data.samples[index].image, texts[index], dice(counts[index]), iou(counts[index])});
    const auto scores = summarize(counts);
    result.perImageDice = scores.perImageDice;
    result.perImageIou = scores.perImageIou;
    result.pooledDice = scores.pooledDice;
    result.pooledIou = scores.pooledIou;
    result.cancelled = counts.size() < data.samples.size();
    return result;
}

std::vector<ClassScore> classScores(
    const std::vector<std::vector<PixelCounts>>& counts, const std::vector<std::string>& names)
{
    std::vector<ClassScore> classes;
    for (std::size_t index = 0; index < counts.size(); ++index) {
        const auto scores = summarizeClass(counts[index]);
        classes.push_back({names[index], scores.perImageDice, scores.perImageIou, scores.pooledDice, scores.pooledIou});
    }
    return classes;
}

LvitEvaluateResult evaluate(const LvitEvaluateOptions& options, std::stop_token stop, const imaging::Progress& progress)
{
    const auto start = std::chrono::steady_clock::now();
    textsFor(options.text, {}, options.seed); // An unknown kind is refused before anything is read.
    auto package = readLViTPackage(options.model);
    package.info.folder = options.model;
    const auto device = chooseDevice(options.device);
    auto net = loadNetwork(package, options.model);
    toTrainingLayout(*net, device);

    const imaging::Progress reading(
        [&](double fraction, std::string_view stage) { progress.report(kReadingPart * fraction, stage); });
    const auto data = readCases(options, package, stop, reading);
    const auto texts = textsFor(options.text, data, options.seed);
    TextEncoder encoder(findTextEncoder(package.info),
        package.textUnits == TextUnits::Words ? TextConvention::MergedWords : TextConvention::Pieces);
    const ScoreOptions score{device, /*halfPrecision=*/false,
        options.threshold < 0 ? double(package.info.threshold) : double(options.threshold)};
    const TextOf textOf = [&](std::size_t index) {
        return encoder.embed(texts[index], package.network.textTokens).vectors;
    };
    const auto counts = scorePictures(net, data, textOf, score, stop, [&](std::size_t done) {
        progress.report(
            kReadingPart + (1 - kReadingPart) * double(done) / double(data.samples.size()), "segmenting pictures");
    });
    auto result = resultOf(counts, data, texts);
    if (package.network.classes > 1)
        result.classes =
            classScores(scoreClasses(net, data, textOf, score, stop, [](std::size_t) {}), package.info.classes);
    result.cancelled = result.cancelled || stop.stop_requested();
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

} // namespace

LvitEvaluateResult evaluateLvit(
    const LvitEvaluateOptions& options, std::stop_token stop, const imaging::Progress& progress)
{
    try {
        return evaluate(options, std::move(stop), progress);
    } catch (const c10::Error& error) {
        throw imaging::Error(imaging::ErrorKind::Internal,
            std::string("The evaluation failed in LibTorch: ") + error.what_without_backtrace(),
            options.model.string());
    }
}

} // namespace models
