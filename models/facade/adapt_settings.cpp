#include "models/facade/adapt_settings.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace models {

namespace {

/// What a method does when nothing else is asked for.
struct Recipe
{
    int contextTokens;
    int depth;
    int epochs;
    double learningRate;
    int batchSize;
    const char* contextWords;
};

constexpr const char* kWords = "a photo of a";
constexpr const char* kChance = "random";

Recipe recipeOf(AdaptMethod method, bool source)
{
    switch (method) {
    case AdaptMethod::CoOp:
        return {16, 1, 200, 0.002, 32, kChance};
    case AdaptMethod::CoCoOp:
        return {4, 1, 10, 0.002, 1, kWords};
    case AdaptMethod::Ivlp:
        return {2, 12, 5, 0.0035, 4, kWords};
    case AdaptMethod::Vpt:
        return {8, 12, 5, 0.0025, 4, kWords};
    case AdaptMethod::Language:
        return {4, 12, 5, 0.0025, 4, kWords};
    case AdaptMethod::Maple:
        return source ? Recipe{2, 3, 2, 0.0026, 4, kWords} : Recipe{2, 9, 5, 0.0035, 4, kWords};
    case AdaptMethod::Probe:
    case AdaptMethod::TextProbe:
        break;
    }
    return {1, 1, 1, 0, 1, kWords};
}

template <typename Value> void fill(Value& value, Value recipe)
{
    if (value == Value())
        value = std::move(recipe);
}

/// Of the general settings those that mean nothing here, or something else.
bool isForeign(std::string_view name)
{
    constexpr std::array<std::string_view, 18> kForeign{"textColumn", "name", "initialWeights", "averageDecay",
        "halfPrecision", "saveHalf", "modalities", "bodyParts", "views", "earlyStopEpochs", "data", "output",
        "validationSplit", "learningRate", "batchSize", "epochs", "stepsPerEpoch", "cache"};
    return std::find(kForeign.begin(), kForeign.end(), name) != kForeign.end();
}

std::vector<Setting> dataSettings(ClipAdaptOptions& options)
{
    return {
        {"method", options.method, "probe, text-probe, coop, cocoop, ivlp, vpt, language or maple"},
        {"model", options.model, "Hugging Face folder of a CLIP, or OpenAI's file with its vocabulary beside it"},
        {"data", options.data,
            "folder with manifest.csv (image, class, split), or a folder of pictures for each class"},
        {"output", options.output,
            "folder that prompts.safetensors is written to, or with a protocol one for each draw"},
        {"shots", options.shots, "pictures of each class to learn from; fewer where it has fewer"},
        {"protocol", options.protocol,
            "what is scored: none, few-shot, base-to-novel, cross-dataset or domain-generalisation"},
        {"draws", options.draws, "of a protocol: how often pictures are drawn, with the seeds 1, 2, ..."},
        {"targets", options.targets, "data folders that cross-dataset and domain-generalisation are scored on"},
        {"classColumn", options.classColumn, "column of the classes"},
        {"validationSplit", options.validationSplit, "rows of the validation; without any they are drawn, too"},
        {"testSplit", options.testSplit, "rows to score on"},
        {"templates", options.templates, "texts with {} for the class, of zero-shot and the text-informed probe"},
    };
}

std::vector<Setting> promptSettings(ClipAdaptOptions& options)
{
    return {
        {"learningRate", options.learningRate, "highest learning rate; 0: the method's own"},
        {"batchSize", options.batchSize, "pictures in a step; 0: the method's own number"},
        {"epochs", options.epochs, "passes over the drawn pictures; 0: the method's own number"},
        {"stepsPerEpoch", options.stepsPerEpoch, "0: one pass over the drawn pictures"},
        {"cache", options.cache, "folder that keeps pictures' vectors, or none (default: the user's cache)"},
        {"contextTokens", options.contextTokens, "learnt tokens of a text or picture; 0: the method's own number"},
        {"depth", options.depth, "blocks with prompts of their own; 0: the method's own number"},
        {"contextWords", options.contextWords,
            "what the context begins as, or random (default: \"a photo of a\", of coop random)"},
        {"perClass", options.perClass, "coop: a context for each class"},
        {"classPosition", options.classPosition, "coop: where the class's name stands: end, middle or front"},
        {"halfRounding", options.halfRounding, "prompts pass through float16, as in the authors' code"},
        {"variation", options.variation,
            "of the pictures: auto, crops-and-flips, crops or none; where a class names a side none is mirrored"},
    };
}

} // namespace

ClipAdaptOptions::ClipAdaptOptions()
{
    name = "prompts";
    optimizer = Optimizer::Sgd;
    schedule = Schedule::WarmCosine;
    weightDecay = 5e-4;
    epochs = 0;
    learningRate = 0;
    batchSize = 0;
    earlyStopEpochs = 0;
    seed = 1;
}

bool learnsPrompts(AdaptMethod method)
{
    return method != AdaptMethod::Probe && method != AdaptMethod::TextProbe;
}

ClipAdaptOptions recipeFor(ClipAdaptOptions options)
{
    const bool source =
        options.protocol == AdaptProtocol::CrossDataset || options.protocol == AdaptProtocol::DomainGeneralisation;
    const auto recipe = recipeOf(options.method, source);
    fill(options.contextTokens, recipe.contextTokens);
    fill(options.depth, recipe.depth);
    fill(options.epochs, recipe.epochs);
    fill(options.learningRate, recipe.learningRate);
    fill(options.batchSize, recipe.batchSize);
    fill(options.contextWords, std::string(recipe.contextWords));
    fill(options.templates, std::vector<std::string>{"a photo of a {}."});
    return options;
}

std::vector<Setting> settingsOf(ClipAdaptOptions& options)
{
    auto all = settingsOf(static_cast<TrainOptions&>(options));
    std::erase_if(all, [](const Setting& setting) { return isForeign(setting.name); });
    for (const auto& part : {dataSettings(options), promptSettings(options)})
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

template <> Words<AdaptMethod> wordsOf<AdaptMethod>()
{
    return {{AdaptMethod::Probe, "probe"}, {AdaptMethod::TextProbe, "text-probe"}, {AdaptMethod::CoOp, "coop"},
        {AdaptMethod::CoCoOp, "cocoop"}, {AdaptMethod::Ivlp, "ivlp"}, {AdaptMethod::Vpt, "vpt"},
        {AdaptMethod::Language, "language"}, {AdaptMethod::Maple, "maple"}};
}

template <> Words<PictureVariation> wordsOf<PictureVariation>()
{
    return {{PictureVariation::Auto, "auto"}, {PictureVariation::CropsAndFlips, "crops-and-flips"},
        {PictureVariation::Crops, "crops"}, {PictureVariation::None, "none"}};
}

template <> Words<AdaptProtocol> wordsOf<AdaptProtocol>()
{
    return {{AdaptProtocol::None, "none"}, {AdaptProtocol::FewShot, "few-shot"},
        {AdaptProtocol::BaseToNovel, "base-to-novel"}, {AdaptProtocol::CrossDataset, "cross-dataset"},
        {AdaptProtocol::DomainGeneralisation, "domain-generalisation"}};
}

} // namespace models
