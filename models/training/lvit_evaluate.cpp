#include "models/training/lvit_evaluate.h"

#include "imaging/error.h"
#include "imaging/log.h"
#include "models/lvit/config.h"
#include "models/package.h"
#include "models/text/text_encoder.h"
#include "models/training/device.h"
#include "models/training/predict.h"
#include "models/training/random.h"
#include "models/training/train_setup.h"
#include "models/weights/load_report.h"
#include "models/weights/safetensors.h"

#include <chrono>
#include <numeric>

namespace models {

namespace {

constexpr std::uint64_t kShuffleStream = 0x5F;

Dataset readCases(const LvitEvaluateOptions& options, int pictureSize, std::stop_token stop,
    const imaging::Progress& progress)
{
    DatasetOptions read;
    read.folder = options.data;
    read.split = options.split;
    read.imageColumn = options.imageColumn;
    read.maskColumn = options.maskColumn;
    read.textColumns = splitColumns(options.textColumn);
    read.textColumns.resize(std::min<std::size_t>(read.textColumns.size(), 1));
    read.pictureSize = pictureSize;
    read.fullMasks = true;
    read.limit = options.limit;
    auto data = readDataset(read, stop, progress);
    for (const auto& warning : data.warnings)
        imaging::log(imaging::LogLevel::Warning, warning);
    return data;
}

/// The text each case is shown with.
std::vector<std::string> textsFor(const LvitEvaluateOptions& options, const Dataset& data)
{
    const auto count = data.samples.size();
    std::vector<std::string> texts(count);
    if (options.text == "none")
        return texts;
    std::vector<std::size_t> source(count);
    std::iota(source.begin(), source.end(), std::size_t {0});
    if (options.text == "shuffled")
        source = shuffledTexts(count, options.seed);
    for (std::size_t index = 0; index < count; ++index)
        if (!data.samples[source[index]].texts.empty())
            texts[index] = data.samples[source[index]].texts.front();
    return texts;
}

void requireKnownText(const LvitEvaluateOptions& options)
{
    if (options.text != "given" && options.text != "none" && options.text != "shuffled")
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "There is no kind of text '" + options.text + "': use given, none or shuffled.");
}

std::filesystem::path encoderOf(const PackageInfo& info)
{
    const auto beside = info.folder.parent_path() / info.textEncoder;
    return !info.textEncoder.empty() && std::filesystem::exists(beside / "config.json") ? beside
                                                                                         : findPackage(info.textEncoder);
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

LvitEvaluateResult evaluate(
    const LvitEvaluateOptions& options, std::stop_token stop, const imaging::Progress& progress)
{
    const auto start = std::chrono::steady_clock::now();
    auto package = readLViTPackage(options.model);
    package.info.folder = options.model;
    const auto device = chooseDevice(options.device);
    LViT net(package.network);
    const auto weights = options.model / "model.safetensors";
    loadWeights(*net, readSafetensors(weights), weights.string());
    toTrainingLayout(*net, device);

    const auto data = readCases(options, package.network.pictureSize, stop, progress);
    const auto texts = textsFor(options, data);
    TextEncoder encoder(encoderOf(package.info),
        package.textUnits == TextUnits::Words ? TextConvention::MergedWords : TextConvention::Pieces);
    const ScoreOptions score {device, /*halfPrecision=*/false,
        options.threshold < 0 ? double(package.info.threshold) : double(options.threshold)};
    const auto counts = scorePictures(
        net, data, [&](std::size_t index) { return encoder.embed(texts[index], package.network.textTokens).vectors; },
        score, stop, [&](std::size_t done) {
            progress.report(double(done) / double(data.samples.size()), "segmenting pictures");
        });
    auto result = resultOf(counts, data, texts);
    result.cancelled = result.cancelled || stop.stop_requested();
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

} // namespace

std::vector<std::size_t> shuffledTexts(std::size_t count, std::uint64_t seed)
{
    const auto cycle = shuffledIndices(std::int64_t(count), SeededRandom {seed, kShuffleStream});
    std::vector<std::size_t> source(count);
    for (std::size_t place = 0; place < count; ++place)
        source[std::size_t(cycle[place])] = std::size_t(cycle[(place + 1) % count]);
    return source;
}

LvitEvaluateResult evaluateLvit(
    const LvitEvaluateOptions& options, std::stop_token stop, const imaging::Progress& progress)
{
    requireKnownText(options);
    try {
        return evaluate(options, std::move(stop), progress);
    } catch (const c10::Error& error) {
        throw imaging::Error(imaging::ErrorKind::Internal,
            std::string("The evaluation failed in LibTorch: ") + error.what_without_backtrace(),
            options.model.string());
    }
}

} // namespace models
