#include "app/cli/commands.h"
#include "app/cli/train_fields.h"
#include "app/workflow/adapt/adapt.h"
#include "app/workflow/adapt/labelled_folder.h"
#include "app/workflow/training_pictures.h"
#include "imaging/error.h"
#include "models/facade/adapt_settings.h"
#include "models/facade/library.h"
#include "models/package/model_list.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>

namespace app::cli {

namespace {

using AdaptFields = TrainFields<models::ClipAdaptOptions>;

void requirePlaces(const models::ClipAdaptOptions& options)
{
    if (options.model.empty() || options.data.empty() || options.output.empty())
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "An adaptation needs --model, --data and --output (or all in the file of --config).");
}

std::string recipeLine(const AdaptReport& report)
{
    const auto& options = report.options;
    auto line = models::wordOf(options.method) + ": " + std::to_string(options.shots) + " shots of "
        + std::to_string(report.classes.size()) + " classes";
    if (!models::learnsPrompts(options.method))
        return line;
    char numbers[160];
    std::snprintf(numbers, sizeof numbers,
        ", %d tokens, depth %d, %d epochs of batches of %d, learning rate %g, variation ", options.contextTokens,
        options.depth, options.epochs, options.batchSize, options.learningRate);
    return line + numbers + models::wordOf(options.variation);
}

ExitCode adapt(const AdaptFields& fields, const Console& console)
{
    auto options = trainSettings(fields);
    requirePlaces(options);
    options.model = models::findModel(options.model.string(), models::kClassifiers);
    const auto cache = pictureCache(options.cache);
    const auto adapter =
        models::library().openAdapter({options.model, options.device, options.threads, cache, readLabelledPicture});
    const auto report = adaptAndScore(*adapter, options, console.stop, console.progress());
    console.warn(report.warnings);
    console.line(recipeLine(report));
    for (const auto& line : reportTable(report))
        console.line(line);
    for (const auto& run : report.runs)
        if (!run.result.cancelled)
            console.line(
                "prompts of seed " + std::to_string(run.seed) + ": " + (run.output / "prompts.safetensors").string());
    if (report.cancelled)
        console.line("Stopped; run the same command with --resume to go on.");
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
    command->footer(
        "Data: manifest.csv with image, class and split, or a folder of pictures for each class.\n"
        "Example: limn adapt --method maple --model clip-vit-base-patch16 --data studies --shots 16 --output prompts\n"
        "Then: limn classify --model clip-vit-base-patch16 --prompts prompts --input cxr.dcm\n"
        "Ctrl-C keeps the state; --resume goes on as if nothing had happened.");
    command->callback([&run, fields] { run = [fields](const Console& console) { return adapt(*fields, console); }; });
}

} // namespace app::cli
