#include "models/facade/library.h"

#include "imaging/error.h"
#include "models/blip/load_blip.h"
#include "models/blip/reporter.h"
#include "models/blip/training/evaluate.h"
#include "models/blip/training/train.h"
#include "models/blip2/reporter.h"
#include "models/blip2/training/train.h"
#include "models/blip2/verify_language.h"
#include "models/clip/classifier.h"
#include "models/clip/load_clip.h"
#include "models/clip/probe.h"
#include "models/clip/prompt_files.h"
#include "models/clip/training/adapter.h"
#include "models/clip/training/evaluate.h"
#include "models/clip/training/train.h"
#include "models/facade/tried_model.h"
#include "models/facade/upright_segmenter.h"
#include "models/language/training/train.h"
#include "models/lvit/average.h"
#include "models/lvit/import.h"
#include "models/lvit/segmenter.h"
#include "models/lvit/training/evaluate.h"
#include "models/lvit/training/open_averaged_masks.h"
#include "models/lvit/training/train.h"
#include "models/package/model_list.h"
#include "models/package/text_sides.h"
#include "models/text/import_bert.h"
#include "models/weights/read_weights.h"

namespace models {

namespace {

/// Its kind where a folder holds a model of one that is known; else empty.
std::string kindOf(const std::filesystem::path& model)
{
    const auto read = std::filesystem::is_directory(model) ? readModel(model) : std::nullopt;
    return read ? read->modelType : std::string();
}

void requireLViT(const std::filesystem::path& package)
{
    auto kind = kindOf(package);
    if (kind.empty())
        kind = readPackageHead(package).modelType;
    if (kind != "lvit")
        throw imaging::Error(imaging::ErrorKind::Model,
            "The package '" + package.string() + "' is of the type '" + kind + "', which draws no masks.",
            package.string());
}

/// Nothing is converted in a table of texts.
void requireSides(const TextEvaluateOptions& options, const std::filesystem::path& model)
{
    const auto sides = textSidesOf(model);
    if (sides && *sides != options.textSides)
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "The texts of '" + model.string() + "' mean the sides of the " + std::string(nameOf(*sides))
                + ", those of the data the sides of the " + std::string(nameOf(options.textSides))
                + ": only data with the same can be scored.",
            model.string())
            .about("side");
}

/// Throws Error(Model) for a language model, which is opened by what writes with it.
void requireSeeing(const std::string& kind, const std::filesystem::path& model)
{
    if (isLanguageModel(kind))
        throw imaging::Error(imaging::ErrorKind::Model,
            "The model in '" + model.string()
                + "' is a language model, which sees no pictures: `limn train blip2` makes a BLIP-2 that writes with it.",
            model.string());
}

bool isBlip2(const std::string& kind)
{
    return kind == "blip-2" || kind == "instructblip";
}

/// Whether it fits a CLIP shows only together with that.
std::string verifyLearnt(const std::filesystem::path& folder, const ListedModel& learnt)
{
    const auto& block = *learnt.learnt;
    if (!clip::readProbe(folder))
        clip::readPrompts(folder);
    return learnt.name + ": learnt for a CLIP (" + block.method + ") with " + std::to_string(block.classes.size())
        + " classes; the file is whole, and limn classify refuses it with another CLIP";
}

/// The same of what others learnt: a checkpoint, or the folder of CoOp, CoCoOp, MaPLe and their like.
std::string verifyPrompts(const std::filesystem::path& path)
{
    const auto prompts = clip::readPrompts(path);
    return path.string() + ": learnt for a CLIP (" + clip::methodName(prompts.config.method)
        + "); the file is whole, and limn classify refuses it with another CLIP";
}

/// A model that nothing beside its weights describes: the names of its tensors tell its kind.
std::string verifyUndescribed(const std::filesystem::path& path, const Library& library)
{
    if (std::filesystem::is_regular_file(path / "checkpoint")) // Dassl's, which names the file.
        return verifyPrompts(path);
    auto tensors = weights::readWeights(path);
    const bool prompts = clip::holdsPrompts(tensors), clip = clip::holdsClip(tensors), blip = blip::holdsBlip(tensors);
    tensors.clear(); // They are read again.
    if (prompts)
        return verifyPrompts(path);
    if (clip)
        return tried(*library.openClassifier(path, {}, "cpu", Precision::Auto), path.string());
    if (blip)
        return tried(*library.openReporter(path, "cpu", Precision::Auto), path.string());
    throw imaging::Error(imaging::ErrorKind::Model,
        "The weights in " + path.string()
            + " are those of no CLIP, of nothing that was learnt for one, and of no BLIP, which alone go without a "
              "config.json beside them.",
        path.string());
}

class TorchLibrary : public Library
{
public:
    std::unique_ptr<Segmenter> openSegmenter(
        const std::filesystem::path& package, const std::string& device, Arithmetic arithmetic) const override
    {
        requireLViT(package);
        return uprightSegmenter(lvit::openLViTSegmenter(package, device, arithmetic));
    }

    std::unique_ptr<Classifier> openClassifier(const std::filesystem::path& model,
        const std::filesystem::path& prompts, const std::string& device, Precision precision) const override
    {
        requireSeeing(kindOf(model), model);
        return clip::openClassifier(model, prompts, device, precision);
    }

    std::unique_ptr<Adapter> openAdapter(const AdapterOptions& options) const override
    {
        return clip::openAdapter(options);
    }

    std::unique_ptr<Reporter> openReporter(
        const std::filesystem::path& model, const std::string& device, Precision precision) const override
    {
        const auto kind = kindOf(model);
        requireSeeing(kind, model);
        return isBlip2(kind) ? blip2::openReporter(model, device, precision)
                             : blip::openReporter(model, device, precision);
    }

    TrainResult train(
        const TrainRequest& request, std::stop_token stop, const imaging::Progress& progress) const override
    {
        if (const auto* blip = std::get_if<BlipTrainOptions>(&request))
            return blip::trainBlip(*blip, stop, progress);
        if (const auto* blip2 = std::get_if<Blip2TrainOptions>(&request))
            return blip2::trainBlip2(*blip2, stop, progress);
        if (const auto* clip = std::get_if<ClipTrainOptions>(&request))
            return clip::trainClip(*clip, stop, progress);
        if (const auto* words = std::get_if<LanguageTrainOptions>(&request))
            return language::trainLanguage(*words, stop, progress);
        return lvit::trainLvit(std::get<LvitTrainOptions>(request), stop, progress);
    }

    std::unique_ptr<AveragedMasks> openAveragedMasks(const std::filesystem::path& output) const override
    {
        return lvit::openAveragedMasks(output);
    }

    std::unique_ptr<Evaluation> openEvaluation(
        const EvaluateOptions& options, std::stop_token stop, const imaging::Progress& progress) const override
    {
        requireLViT(options.model);
        return lvit::openLvitEvaluation(options, stop, progress);
    }

    TextEvaluation evaluateTexts(
        const TextEvaluateOptions& options, std::stop_token stop, const imaging::Progress& progress) const override
    {
        requireSides(options, options.model);
        if (kindOf(options.model) == "clip")
            return clip::evaluateClip(options, stop, progress);
        if (kindOf(options.model) != "blip")
            throw imaging::Error(imaging::ErrorKind::WrongUse,
                "The model '" + options.model.string() + "' is neither a CLIP nor a BLIP: it cannot be scored by texts.",
                options.model.string());
        std::vector<std::string> neighbours;
        if (!options.neighbours.empty()) {
            requireSides(options, options.neighbours);
            neighbours = clip::neighbourTexts(options, stop, progress);
        }
        if (stop.stop_requested()) { // Before a large model is opened.
            TextEvaluation stopped;
            stopped.cancelled = true;
            return stopped;
        }
        return blip::evaluateBlip(options, neighbours, stop, progress);
    }

    std::string verifyPackage(const std::filesystem::path& package) const override
    {
        if (text::isBertFolder(package))
            return text::verifyBert(package);
        const auto model = std::filesystem::is_directory(package) ? readModel(package) : std::nullopt;
        if (model && model->learnt)
            return verifyLearnt(package, *model);
        if (model && (model->modelType == "clip" || model->modelType == "siglip"))
            return tried(*openClassifier(package, {}, "cpu", Precision::Auto), model->name);
        if (model && (model->modelType == "blip" || isBlip2(model->modelType)))
            return tried(*openReporter(package, "cpu", Precision::Auto), model->name);
        if (model && isLanguageModel(model->modelType))
            return blip2::verifyLanguage(package, model->name);
        if (!model && !std::filesystem::exists(package / "config.json") && std::filesystem::exists(package))
            return verifyUndescribed(package, *this);
        requireLViT(package);
        return lvit::verifyLViTPackage(package);
    }

    ImportedModel importModel(const std::filesystem::path& checkpoint, const std::string& textEncoder,
        const std::filesystem::path& output) const override
    {
        if (!text::isBertFolder(checkpoint))
            return lvit::importLViT(checkpoint, textEncoder, output);
        text::verifyBert(checkpoint); // Before anything is written.
        text::importBert(checkpoint, output);
        return {text::verifyBert(output), {}};
    }

    std::string averageModels(const PackageAverage& average) const override { return lvit::averageLViT(average); }
};

} // namespace

} // namespace models

/// What models::library() looks up in the opened library.
extern "C" __attribute__((visibility("default"))) const models::Library* limnModels()
{
    static const models::TorchLibrary library;
    return &library;
}
