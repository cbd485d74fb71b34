#include "app/cli/commands.h"
#include "app/workflow/model_card.h"
#include "models/facade/library.h"
#include "models/package/model_folders.h"
#include "models/package/model_list.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>

namespace app::cli {

namespace {

/// What all kinds say; the digest is only made here, since it reads all weights.
nlohmann::json describeHead(const models::ListedModel& model, const ModelCard& card)
{
    return {{"name", model.name}, {"type", model.modelType}, {"version", model.version},
        {"folder", model.folder.string()}, {"sha256", models::weightsSha256(model.folder)},
        {"licence", model.licence.empty() ? card.licence : model.licence}, {"domain", card.domain},
        {"modalities", model.modalities}, {"body_parts", model.bodyParts}, {"views", model.views}};
}

nlohmann::json describe(const models::ListedModel& model, const ModelCard& card)
{
    auto document = describeHead(model, card);
    if (const auto& block = model.segmenter)
        document.update({{"picture_size", block->pictureSize}, {"threshold", block->threshold},
            {"finding", block->finding}, {"classes", block->classes}, {"text_encoder", block->textEncoder},
            {"text_sides", imaging::nameOf(block->textSides)}, {"text_wording", models::nameOf(block->textWording)}});
    if (const auto& block = model.learnt)
        document.update({{"method", block->method}, {"classes", block->classes},
            {"backbone_sha256", block->backboneSha256}});
    return document;
}

/// What it is for and under which licence, as far as it says so.
std::string remarks(const models::ListedModel& model, const ModelCard& card)
{
    std::string text;
    const auto add = [&](const std::string& what, const std::string& value) {
        if (!value.empty())
            text += (text.empty() ? "" : "; ") + what + value;
    };
    if (models::isLanguageModel(model.modelType))
        add("language model, ", "with which a BLIP-2 writes");
    if (model.segmenter)
        add("draws ", model.segmenter->finding);
    if (model.learnt)
        add("by " + model.learnt->method + ", classes: ", std::to_string(model.learnt->classes.size()));
    add("for ", card.domain);
    add("licence ", model.licence.empty() ? card.licence : model.licence);
    return text;
}

ExitCode list(const Console& console)
{
    const auto found = models::listModels();
    auto document = nlohmann::json::array();
    for (const auto& model : found) {
        const auto card = readModelCard(model.folder);
        console.line(model.name + "  " + model.modelType + (model.version.empty() ? "" : "  " + model.version) + "  "
            + model.folder.string());
        if (const auto said = remarks(model, card); !said.empty())
            console.line("    " + said);
        if (console.json)
            document.push_back(describe(model, card));
    }
    if (found.empty()) {
        console.line("No model was found in:");
        for (const auto& folder : models::packageSearchPath())
            console.line("  " + folder.string());
    }
    console.document(document);
    return ExitCode::Done;
}

ExitCode report(const std::string& folder, const models::ImportedModel& made, const Console& console)
{
    console.warn(made.warnings);
    console.line(made.verdict);
    console.document({{"folder", folder}, {"verdict", made.verdict}, {"warnings", made.warnings}});
    return ExitCode::Done;
}

ExitCode verify(const std::string& model, const Console& console)
{
    std::error_code ignored;
    const auto place = std::filesystem::is_regular_file(model, ignored) ? std::filesystem::path(model)
                                                                        : models::findPackage(model);
    return report(place.string(), {models::library().verifyPackage(place), {}}, console);
}

struct ImportOptions
{
    std::string checkpoint;
    std::string textEncoder;
    std::string output;
};

ExitCode import(const ImportOptions& options, const Console& console)
{
    return report(options.output,
        models::library().importModel(options.checkpoint, options.textEncoder, options.output), console);
}

void addImport(CLI::App& parent, std::optional<Run>& run)
{
    auto options = std::make_shared<ImportOptions>();
    CLI::App* command =
        parent.add_subcommand("import",
            "Make a package of a checkpoint of the original LViT, of a package's weights, or of a BERT folder");
    command
        ->add_option("checkpoint", options->checkpoint,
            ".pth.tar, .pt, .pth or .safetensors; or a Hugging Face folder of a BERT")
        ->required();
    command->add_option("--text-encoder", options->textEncoder,
        std::string("Package or folder of the BERT it was trained with (default: the package's own, or ")
            + models::kDefaultTextEncoder + ")");
    command->add_option("--output", options->output, "Folder of the new package")->required();
    command->footer(
        "Example: limn models import best_model-LViT.pth.tar --text-encoder bert-base-uncased --output lvit-b\n"
        "With a package's config.json beside the weights its settings are kept; what is assumed instead is listed.");
    command->callback(
        [&run, options] { run = [options](const Console& console) { return import(*options, console); }; });
}

ExitCode average(const models::PackageAverage& wanted, const Console& console)
{
    auto request = wanted;
    for (auto& package : request.packages)
        package = models::findPackage(package.string());
    return report(request.output.string(), {models::library().averageModels(request), {}}, console);
}

void addAverage(CLI::App& parent, std::optional<Run>& run)
{
    auto request = std::make_shared<models::PackageAverage>();
    CLI::App* command = parent.add_subcommand(
        "average", "Make a package of the mean of the weights of packages that were trained from one another");
    command->add_option("packages", request->packages, "Folders or names, two or more, of the same settings")
        ->required();
    command->add_option("--output", request->output, "Folder of the new package")->required();
    command->add_option("--name", request->name, "Of the new package (default: the folder's)");
    command->add_option("--version", request->version, "Of the new package")->capture_default_str();
    command
        ->add_option("--threshold", request->threshold,
            "Probability from which a voxel is in the mask (default: the first package's)")
        ->check(CLI::Range(0.0, 1.0));
    command->add_flag("--mirror", request->mirror,
        "The new package looks at the mirror image, too, and answers with the mean: twice the work");
    command->footer("Example: limn models average lvit-qata run-2 run-3 --output lvit-mean --mirror\n"
                    "Packages of separate trainings do not mix: score the mean with limn evaluate.");
    command->callback(
        [&run, request] { run = [request](const Console& console) { return average(*request, console); }; });
}

} // namespace

void addModels(CLI::App& parent, std::optional<Run>& run)
{
    CLI::App* models = parent.add_subcommand("models", "List, verify, import and average model packages");
    models->require_subcommand(1);
    models->add_subcommand("list", "Every model that is found, of any kind")
        ->footer("Example: limn models list --json")
        ->callback([&run] { run = [](const Console& console) { return list(console); }; });
    auto model = std::make_shared<std::string>();
    CLI::App* check = models->add_subcommand("verify", "Load a model of any kind strictly and run it once");
    check->add_option("model", *model,
        "Folder or name, or a file of a CLIP, of a BLIP or of learnt prompts (default: the package that ships)");
    check->footer("Example: limn models verify lvit-qata");
    check->callback([&run, model] { run = [model](const Console& console) { return verify(*model, console); }; });
    addImport(*models, run);
    addAverage(*models, run);
}

} // namespace app::cli
