#include "app/cli/commands.h"

#include "annotations/report/report_words.h"
#include "app/cli/model_option.h"
#include "app/cli/sides_option.h"
#include "app/cli/train_fields.h"
#include "app/workflow/adapt/adapt.h"
#include "app/workflow/adapt/labelled_folder.h"
#include "app/workflow/training_pictures.h"
#include "imaging/error.h"
#include "models/facade/adapt_settings.h"
#include "models/facade/library.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <filesystem>
#include <memory>

namespace app::cli {

namespace {

struct AdaptFields : TrainFields<models::ClipAdaptOptions>
{
    UserSides user;
};

void requirePlaces(const models::ClipAdaptOptions& options)
{
    if (options.model.empty() || options.data.empty() || options.output.empty())
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "An adaptation needs --model, --data and --output (or all in the file of --config).");
}

std::string recipeLine(const AdaptReport& report)
{
    const auto& options = report.options;
    auto line = models::wordOf(options.method) + ": " + annotations::counted(std::size_t(options.shots), "shot")
        + " of " + annotations::counted(report.classes.size(), "class", "classes");
    if (!models::learnsPrompts(options.method))
        return line;
    char numbers[80];
    std::snprintf(numbers, sizeof numbers, " of batches of %d, learning rate %g, variation ", options.batchSize,
        options.learningRate);
    line.append(", ").append(annotations::counted(std::size_t(options.contextTokens), "token"));
    line.append(", depth ").append(std::to_string(options.depth));
    line.append(", ").append(annotations::counted(std::size_t(options.epochs), "epoch"));
    return line.append(numbers).append(models::wordOf(options.variation));
}

/// Of any of its runs.
bool hasState(const std::filesystem::path& output)
{
    std::error_code missing;
    if (std::filesystem::exists(output / "training" / "state.safetensors", missing)) // One draw has no folder of its own.
        return true;
    for (const auto& run : std::filesystem::directory_iterator(output, missing))
        if (std::filesystem::exists(run.path() / "training" / "state.safetensors", missing))
            return true;
    return false;
}

ExitCode adapt(const AdaptFields& fields, const Console& console)
{
    auto options = trainSettings(fields);
    requirePlaces(options);
    options.model = namedModel(options.model.string(), models::kClassifiers);
    const auto cache = pictureCache(options.cache);
    const auto adapter =
        models::library().openAdapter({options.model, options.device, options.threads, cache, readLabelledPicture});
    const auto report = adaptAndScore(*adapter, options, fields.user, console.stop, console.progress());
    console.warn(report.warnings);
    console.line(recipeLine(report));
    for (const auto& line : reportTable(report))
        console.line(line);
    for (const auto& run : report.runs)
        if (!run.result.cancelled)
            console.line(
                "prompts of seed " + std::to_string(run.seed) + ": " + (run.output / "prompts.safetensors").string());
    if (report.cancelled)
        console.stopped(hasState(options.output));
    else
        writeReport(report);
    console.document(nlohmann::json::parse(reportJson(report)));
    return report.cancelled ? ExitCode::Cancelled : ExitCode::Done;
}

} // namespace

void addAdapt(CLI::App& parent, std::optional<Run>& run)
{
    auto fields = std::make_shared<AdaptFields>();
    CLI::App* command = parent.add_subcommand("adapt",
        "Teach a CLIP your own classes from a few pictures of each: learnt prompts or a probe, scored beside "
        "zero-shot");
    addTrainFields(*command, *fields);
    addUserSides(*command, fields->user, "Whose left and right the classes mean");
    command->footer(
        "Data: manifest.csv with image, class and split, or a folder of pictures for each class.\n"
        "Example: limn adapt --method maple --model clip-vit-base-patch16 --data studies --shots 16 --output prompts\n"
        "Then: limn classify --model clip-vit-base-patch16 --prompts prompts --input cxr.dcm\n"
        "Ctrl-C keeps the state; --resume goes on as if nothing had happened.");
    command->callback([&run, fields] { run = [fields](const Console& console) { return adapt(*fields, console); }; });
}

} // namespace app::cli
