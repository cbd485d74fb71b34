#include "models/training/training_package.h"

#include "imaging/files/atomic_file.h"
#include "models/training/options_json.h"
#include "models/training/train_setup.h"
#include "models/weights/load_report.h"
#include "models/weights/safetensors.h"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace models {

namespace {

std::string percent(double fraction)
{
    char text[16];
    std::snprintf(text, sizeof text, "%.2f", 100 * fraction);
    return text;
}

/// Settings without the paths of the machine that trained.
std::string portableSettings(const LvitTrainOptions& options)
{
    auto portable = options;
    portable.data = options.data.filename();
    portable.output = options.output.filename();
    portable.textEncoder = std::filesystem::path(options.textEncoder).filename();
    return optionsToJson(portable);
}

std::int64_t countParameters(const torch::nn::Module& net)
{
    std::int64_t count = 0;
    for (const auto& parameter : net.parameters())
        count += parameter.numel();
    return count;
}

std::string scoreTable(const CardFigures& figures)
{
    std::string table = "| text | Dice (pictures) | IoU (pictures) | Dice (pooled) | IoU (pooled) |\n"
                        "|---|---|---|---|---|\n";
    for (const auto& [text, scores] : figures.scores)
        table += "| " + text + " | " + percent(scores.perImageDice) + " | " + percent(scores.perImageIou) + " | "
            + percent(scores.pooledDice) + " | " + percent(scores.pooledIou) + " |\n";
    return table + "\n";
}

std::string modelCard(
    const LvitTrainOptions& options, const torch::nn::Module& net, const TrainingData& data, const CardFigures& figures)
{
    char hours[16];
    std::snprintf(hours, sizeof hours, "%.2f", figures.seconds / 3600);
    std::string card = "# " + options.name + "\n\nLViT (Li et al., IEEE TMI 2024) for: " + options.finding
        + ". The words \"left\" and \"right\" in its texts mean the sides of the " + options.textSides + ".\n\n";
    card += "| | |\n|---|---|\n";
    card += "| parameters | " + std::to_string(countParameters(net)) + " |\n";
    card += "| picture | " + std::to_string(options.pictureSize) + " x " + std::to_string(options.pictureSize) + ", "
        + std::to_string(options.channels) + " channel(s) |\n";
    card += "| text encoder | " + std::filesystem::path(options.textEncoder).filename().string() + ", up to "
        + std::to_string(options.textTokens) + " " + options.textUnits + " |\n";
    card += "| trained on | split '" + options.trainSplit + "' of " + options.data.filename().string() + ", "
        + std::to_string(data.subset.size()) + " pictures |\n";
    card += "| epoch | " + std::to_string(figures.epoch) + " of " + std::to_string(options.epochs) + ", after " + hours
        + " hours of training |\n\n";
    card += "Figures on the split '" + options.validationSplit + "' (" + std::to_string(data.validation.samples.size())
        + " pictures). The epoch was chosen by them, so they are not to be set beside published figures of a test "
          "split. Two conventions, never to be mixed: the mean over pictures, and all pixels pooled.\n\n"
        + scoreTable(figures);
    card += "Settings of `limn train lvit --config`:\n\n```json\n" + portableSettings(options) + "\n```\n";
    return card;
}

} // namespace

LViTPackage packageFor(const LvitTrainOptions& options, int textWidth)
{
    LViTPackage package;
    package.info.modelType = "lvit";
    package.info.name = options.name;
    package.info.version = "1.0.0";
    package.info.textSides = options.textSides == "patient" ? TextSides::Patient : TextSides::Picture;
    package.info.textWording = options.textWording == "lvit_report" ? TextWording::LvitReport : TextWording::AsWritten;
    package.info.pictureSize = options.pictureSize;
    package.info.modalities = options.modalities;
    package.info.bodyParts = options.bodyParts;
    package.info.views = options.views;
    package.info.finding = options.finding;
    package.info.textEncoder = std::filesystem::path(options.textEncoder).filename();
    package.network.channels = options.channels;
    package.network.width = options.width;
    package.network.depth = options.depth;
    package.network.pictureSize = options.pictureSize;
    package.network.textWidth = textWidth;
    package.network.textTokens = options.textTokens;
    package.network.dropout = options.dropout;
    package.network.keepUnused = false;
    package.textUnits = options.textUnits == "words" ? TextUnits::Words : TextUnits::Pieces;
    package.fit = PictureFit::Squash;
    return package;
}

void writePackage(const LvitTrainOptions& options, const LViTPackage& package, const torch::nn::Module& net,
    const TrainingData& data, const CardFigures& figures)
{
    auto weights = weightsOf(net);
    if (options.saveHalf)
        for (auto& [key, tensor] : weights)
            if (tensor.is_floating_point())
                tensor = tensor.to(at::kHalf);
    writeLViTPackage(options.output, package);
    writeModelCard(options, net, data, figures);
    writeSafetensors(options.output / "model.safetensors", weights, {{"format", "pt"}});
}

void writeModelCard(
    const LvitTrainOptions& options, const torch::nn::Module& net, const TrainingData& data, const CardFigures& figures)
{
    imaging::writeFileAtomically(options.output / "README.md", modelCard(options, net, data, figures));
}

} // namespace models
