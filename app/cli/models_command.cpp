#include "app/cli/commands.h"
#include "models/facade/library.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace app::cli {

namespace {

nlohmann::json describe(const models::PackageInfo& package)
{
    return {{"name", package.name}, {"type", package.modelType}, {"version", package.version},
        {"folder", package.folder.string()}, {"sha256", package.sha256}, {"picture_size", package.pictureSize},
        {"modalities", package.modalities}, {"body_parts", package.bodyParts}, {"views", package.views},
        {"finding", package.finding}, {"text_encoder", package.textEncoder}};
}

ExitCode list(const Console& console)
{
    auto document = nlohmann::json::array();
    for (const auto& package : models::listPackages()) {
        console.line(package.name + "  " + package.modelType + "  " + package.version + "  " + package.folder.string());
        document.push_back(describe(package));
    }
    if (document.empty()) {
        console.line("No model package was found in:");
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
    const auto folder = models::findPackage(model);
    return report(folder.string(), {models::library().verifyPackage(folder), {}}, console);
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
    models->add_subcommand("list", "Every package that is found")
        ->footer("Example: limn models list --json")
        ->callback([&run] { run = [](const Console& console) { return list(console); }; });
    auto model = std::make_shared<std::string>();
    CLI::App* check = models->add_subcommand("verify", "Load a package strictly and run it once");
    check->add_option("model", *model, "Folder or name (default: the package that ships)");
    check->footer("Example: limn models verify lvit-qata");
    check->callback([&run, model] { run = [model](const Console& console) { return verify(*model, console); }; });
    addImport(*models, run);
    addAverage(*models, run);
}

} // namespace app::cli
