#include "models/facade/library.h"

#include "imaging/error.h"
#include "models/facade/upright_segmenter.h"
#include "models/blip/reporter.h"
#include "models/blip2/reporter.h"
#include "models/clip/classifier.h"
#include "models/clip/training/adapter.h"
#include "models/lvit/average.h"
#include "models/lvit/import.h"
#include "models/lvit/segmenter.h"
#include "models/lvit/training/evaluate.h"
#include "models/lvit/training/open_averaged_masks.h"
#include "models/lvit/training/train.h"
#include "models/package/package_json.h"
#include "models/text/import_bert.h"

#include <nlohmann/json.hpp>

namespace models {

namespace {

void requireLViT(const std::filesystem::path& package)
{
    const auto info = readPackageHead(package);
    if (info.modelType != "lvit")
        throw imaging::Error(imaging::ErrorKind::Model,
            "The package '" + package.string() + "' is of the type '" + info.modelType + "', which draws no masks.",
            package.string());
}

/// model_type of the config.json of a Hugging Face folder; empty where there is none.
std::string settingsKind(const std::filesystem::path& model)
{
    if (!std::filesystem::exists(model / "config.json"))
        return {};
    const auto type = readConfigJson(model).value("model_type", nlohmann::json());
    return type.is_string() ? type.get<std::string>() : std::string();
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
        return clip::openClassifier(model, prompts, device, precision);
    }

    std::unique_ptr<Adapter> openAdapter(const AdapterOptions& options) const override
    {
        return clip::openAdapter(options);
    }

    std::unique_ptr<Reporter> openReporter(
        const std::filesystem::path& model, const std::string& device, Precision precision) const override
    {
        const auto kind = settingsKind(model);
        return kind == "blip-2" || kind == "instructblip" ? blip2::openReporter(model, device, precision)
                                                          : blip::openReporter(model, device, precision);
    }

    TrainResult train(
        const TrainRequest& request, std::stop_token stop, const imaging::Progress& progress) const override
    {
        return std::visit(
            [&](const LvitTrainOptions& options) { return lvit::trainLvit(options, stop, progress); }, request);
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

    std::string verifyPackage(const std::filesystem::path& package) const override
    {
        if (text::isBertFolder(package))
            return text::verifyBert(package);
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
