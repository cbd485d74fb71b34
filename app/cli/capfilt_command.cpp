#include "app/cli/commands.h"

#include "annotations/report/report_words.h"
#include "app/cli/model_option.h"
#include "app/cli/output_check.h"
#include "app/cli/precision_option.h"
#include "app/cli/sides_option.h"
#include "app/workflow/capfilt.h"
#include "app/workflow/model_digest.h"
#include "app/workflow/picture_check.h"
#include "imaging/error.h"
#include "imaging/files/folder_of.h"
#include "models/facade/library.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>
#include <vector>

namespace app::cli {

namespace {

struct CapFiltOptions
{
    std::string captioner;
    std::string filter;
    std::string device = "auto";
    models::Precision precision = models::Precision::Auto;
    std::string data;
    std::string output;
    CapFiltRequest request;
};

/// A table among a model's files would take the place of one, or be taken for one.
void requireNoModel(const std::filesystem::path& output, const std::vector<std::filesystem::path>& models)
{
    std::error_code missing;
    const auto folder = std::filesystem::weakly_canonical(imaging::folderOf(output), missing);
    for (const auto& model : models)
        if (!model.empty() && std::filesystem::weakly_canonical(model, missing) == folder)
            throw imaging::Error(imaging::ErrorKind::WrongUse,
                "\"" + output.string() + "\" lies in the folder of a model; choose another name.", output.string());
}

ExitCode captionAndFilterPairs(CapFiltOptions options, const Console& console)
{
    auto& request = options.request;
    request.data = options.data;
    request.output = options.output;
    request.writing.sample = true;
    checkOutputFiles({request.output}, {request.data});
    requireKeptTable(request.output);
    options.filter = namedModel(options.filter, models::kMatchers);
    options.captioner = namedModel(options.captioner, models::kWriters);
    requireNoModel(request.output, {options.filter, options.captioner});
    request.models = digestOfModel(options.filter);
    request.heads = {headOf(options.filter)};
    if (!options.captioner.empty()) {
        request.models += " and " + digestOfModel(options.captioner);
        request.heads.push_back(headOf(options.captioner));
    }
    const auto filter = models::library().openReporter(options.filter, options.device, options.precision);
    const auto captioner = options.captioner.empty()
        ? nullptr
        : models::library().openReporter(options.captioner, options.device, options.precision);
    const auto computed = filter->precision();
    sayPrecision(computed, console);
    if (computed != models::Precision::Float32) // Other numbers than an earlier run's are other judgements.
        request.models += std::string(" in ") + models::precisionName(computed);
    const auto outcome = captionAndFilter(captioner.get(), *filter, request, console.stop, console.progress());
    console.warn(outcome.warnings);
    if (outcome.cut > 0)
        console.warn({annotations::counted(static_cast<std::size_t>(outcome.cut), "text is", "texts are")
            + " longer than the filter reads: only the beginning was judged."});
    const auto warned = console.warned(); // What was refused has a list of its own.
    console.warn(outcome.refused);
    const auto tell = [&](const char* what, int kept, int dropped) {
        console.line(
            std::string(what) + ": " + std::to_string(kept) + " kept, " + std::to_string(dropped) + " dropped");
    };
    tell("texts that came with the pictures", outcome.keptGiven, outcome.droppedGiven);
    if (captioner)
        tell("texts that were written", outcome.keptWritten, outcome.droppedWritten);
    if (outcome.cancelled)
        console.stopped(std::filesystem::exists(judgedFile(request.output)));
    console.document(
        {{"output", options.output}, {"kept_given", outcome.keptGiven}, {"dropped_given", outcome.droppedGiven},
            {"kept_written", outcome.keptWritten}, {"dropped_written", outcome.droppedWritten}, {"cut", outcome.cut},
            {"refused", outcome.refused}, {"sides", imaging::nameOf(request.user.sides)}, {"warnings", warned},
            {"precision", models::precisionName(computed)}, {"cancelled", outcome.cancelled}});
    if (outcome.cancelled)
        return ExitCode::Cancelled;
    if (outcome.refused.empty())
        return ExitCode::Done;
    return outcome.pairs.empty() ? ExitCode::Refused : ExitCode::PartlyDone;
}

} // namespace

void addCapFilt(CLI::App& parent, std::optional<Run>& run)
{
    auto options = std::make_shared<CapFiltOptions>();
    auto& request = options->request;
    CLI::App* command = parent.add_subcommand("capfilt",
        "Keep the pairs of picture and text that belong together, and write new texts for pictures (BLIP's CapFilt)");
    command->add_option("--filter", options->filter, "BLIP that judges whether text and picture belong together")
        ->required();
    command->add_option("--captioner", options->captioner,
        "BLIP that writes one more text for each picture (default: none is written)");
    command->add_option("--device", options->device, "auto, cpu or cuda:N")->capture_default_str();
    addPrecision(*command, options->precision);
    command->add_option("--data", options->data, "CSV table with pictures and texts, or a folder with manifest.csv")
        ->required();
    command
        ->add_option("--output", options->output, "CSV table of the pairs that are kept, with origin and probability")
        ->required();
    command->add_option("--image-column", request.imageColumn, "Column of the pictures")->capture_default_str();
    command->add_option("--text-column", request.textColumn, "Column of the texts")->capture_default_str();
    addUserSides(*command, request.user, "Whose left and right the table's texts mean, those written for it, too");
    command
        ->add_option("--least", request.least,
            "Probability from which a pair is kept (default: the filter's own threshold, as its config.json says, or 0.5)")
        ->check(CLI::Range(0.0, 1.0));
    command->add_option("--prompt", request.writing.prompt, "Words that written texts go on from");
    command
        ->add_option("--top-p", request.writing.topP,
            "Written words are drawn among the likeliest with this probability together")
        ->capture_default_str();
    request.writing.repetitionPenalty = 1.1; // As the authors' captioner writes.
    request.writing.maxTokens = 20;
    request.writing.minTokens = 5;
    command
        ->add_option("--repetition-penalty", request.writing.repetitionPenalty,
            "Above 1: words come again less often")
        ->default_str("1.1");
    command->add_option("--max-tokens", request.writing.maxTokens, "Tokens of a written text at most")
        ->default_str("20");
    command->add_option("--seed", request.writing.seed, "Of the written texts")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 9e18));
    command->add_flag("--resume", request.resume, "Go on where an interrupted run stopped");
    command->footer(
        "Example: limn capfilt --captioner blip-image-captioning-base --filter blip-itm-base-coco --data pairs.csv "
        "--output kept.csv");
    command->callback([&run, options] {
        run = [options](const Console& console) { return captionAndFilterPairs(*options, console); };
    });
}

} // namespace app::cli
