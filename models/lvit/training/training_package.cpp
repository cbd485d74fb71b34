#include "models/lvit/training/training_package.h"

#include "imaging/files/atomic_file.h"
#include "models/facade/lvit_settings.h"
#include "models/facade/trained_package.h"
#include "models/lvit/new_package.h"
#include "models/lvit/training/training_data.h"
#include "models/lvit/training/valid_options.h"
#include "models/package/folder_name.h"
#include "models/text/encoder_path.h"
#include "models/text/text_encoder.h"
#include "models/training/written_package.h"
#include "models/weights/half_precision.h"
#include "models/weights/load_report.h"
#include "models/weights/safetensors.h"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace models::lvit {

namespace {

using training::percent;

/// Settings without the paths of the machine that trained.
std::string portableSettings(const LvitTrainOptions& options)
{
    auto portable = options;
    portable.data = folderName(options.data);
    portable.output = folderName(options.output);
    portable.textEncoder = folderName(options.textEncoder);
    portable.cache.clear();
    portable.resume = false;
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

std::string row(const std::string& name, const std::string& value)
{
    return "| " + name + " | " + value + " |\n";
}

std::string factTable(
    const LvitTrainOptions& options, const torch::nn::Module& net, const TrainingData& data, const CardFigures& figures)
{
    char hours[16];
    std::snprintf(hours, sizeof hours, "%.2f", figures.seconds / 3600);
    const auto size = std::to_string(options.pictureSize);
    return "| | |\n|---|---|\n" + row("parameters", std::to_string(countParameters(net)))
        + row("picture", size + " x " + size + ", " + std::to_string(options.channels) + " channel(s)")
        + row("text encoder",
            readsText(options) ? folderName(options.textEncoder) + ", up to " + std::to_string(options.textTokens) + " "
                    + wordOf(options.textUnits)
                               : std::string("none: it reads no text"))
        + row("trained on",
            "split '" + options.trainSplit + "' of " + folderName(options.data) + ", "
                + std::to_string(data.split.labelled.size()) + " pictures with masks"
                + (options.unlabelled == UnlabelledUse::None ? ""
                                                             : " and " + std::to_string(data.split.unlabelled.size())
                            + " without (" + wordOf(options.unlabelled) + ")"))
        + row("epoch kept", std::to_string(figures.epoch) + " of " + std::to_string(options.epochs))
        + row("hours of training", hours) + "\n";
}

std::string modelCard(
    const LvitTrainOptions& options, const torch::nn::Module& net, const TrainingData& data, const CardFigures& figures)
{
    std::string card = "# " + options.name + "\n\n"
        + (options.network == NetworkKind::UNet ? "U-Net" : "LViT (Li et al., IEEE TMI 2024)")
        + " for: " + options.finding + ". The words \"left\" and \"right\" in its texts mean the sides of the "
        + wordOf(options.textSides) + ".\n\n" + factTable(options, net, data, figures);
    card += "## Data and terms\n\nThe pictures and texts come from the folder '" + folderName(options.data)
        + "'. A training knows neither their origin nor their terms: write both here before the package is given to "
          "anyone.\n\n";
    card += "## Figures\n\nOn the split '" + options.validationSplit + "' ("
        + std::to_string(data.validation.samples.size())
        + " pictures), in per cent. The epoch was chosen by them, so they are not to be set beside published figures "
          "of a test split. Two conventions, never to be mixed: the mean over pictures, and all pixels pooled. None: "
          "without a text; shuffled: with the text of another picture.\n\n"
        + scoreTable(figures);
    card += "## Command\n\n`limn train lvit --config training.json` with these settings as training.json:\n\n```json\n"
        + portableSettings(options) + "\n```\n";
    return card;
}

} // namespace

LViTPackage packageFor(const LvitTrainOptions& options, int textWidth)
{
    LViTPackage package;
    static_cast<PackageHead&>(package.info) = headOf(options, "lvit");
    package.info.textSides = options.textSides;
    package.info.textWording = options.textWording;
    package.info.pictureSize = options.pictureSize;
    package.info.finding = options.finding;
    package.network.kind = options.network;
    package.network.text = options.text;
    package.network.plam = options.plam;
    package.info.classes = options.classes;
    package.network.classes = options.classes.empty() ? 1 : int(options.classes.size()) + 1;
    package.tileSize = options.tileSize;
    package.tileOverlap = options.tileOverlap;
    if (options.windowWidth > 0)
        package.window = imaging::WindowLevel{options.windowCentre, options.windowWidth};
    package.preparation = options.preparation;
    package.network.channels = options.channels;
    package.network.width = options.width;
    package.network.depth = options.depth;
    package.network.pictureSize = options.pictureSize;
    if (package.network.readsText()) {
        package.network.textWidth = textWidth;
        package.network.textTokens = options.textTokens;
    }
    package.network.dropout = options.dropout;
    package.network.keepUnused = false;
    package.textUnits = options.textUnits;
    package.fit = vision::SliceFit::Squash;
    return package;
}

void writePackage(const LvitTrainOptions& options, const LViTPackage& package, const torch::nn::Module& net,
    const TrainingData& data, const CardFigures& figures)
{
    const auto weights = options.saveHalf ? weights::inHalfPrecision(weights::weightsOf(net)) : weights::weightsOf(net);
    auto named = package;
    if (package.network.readsText()) {
        named.info.textEncoder = text::textEncoderReference(options.textEncoder, options.output);
        named.info.textEncoderSha256 = data.encoder->sha256();
    }
    writeLViTPackage(options.output, named);
    writeModelCard(options, net, data, figures);
    weights::writeSafetensors(options.output / "model.safetensors", weights, {{"format", "pt"}});
}

void writeModelCard(
    const LvitTrainOptions& options, const torch::nn::Module& net, const TrainingData& data, const CardFigures& figures)
{
    imaging::writeFileAtomically(options.output / "README.md", modelCard(options, net, data, figures));
}

} // namespace models::lvit
