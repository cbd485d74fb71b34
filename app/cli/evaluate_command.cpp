#include "app/cli/commands.h"
#include "app/workflow/training_pictures.h"
#include "imaging/error.h"
#include "imaging/files/atomic_file.h"
#include "models/library.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>

namespace app::cli {

namespace {

struct EvaluateOptions
{
    models::LvitEvaluateOptions evaluate;
    std::string model;
    std::string data;
    std::string output;
    std::string cache;
};

std::string quoted(const std::string& field)
{
    std::string text = "\"";
    for (const char c : field)
        text += c == '"' ? std::string("\"\"") : std::string(1, c);
    return text + "\"";
}

std::string table(const models::LvitEvaluateResult& result)
{
    std::string csv = "image,text,dice,iou\n";
    char numbers[64];
    for (const auto& one : result.cases) {
        std::snprintf(numbers, sizeof numbers, ",%.6f,%.6f\n", one.dice, one.iou);
        csv += quoted(one.image) + "," + quoted(one.text) + numbers;
    }
    return csv;
}

ExitCode evaluate(EvaluateOptions options, const Console& console)
{
    options.evaluate.model = models::findPackage(options.model);
    options.evaluate.data = options.data;
    options.evaluate.readers = trainingReaders();
    options.evaluate.cache = pictureCache(options.cache);
    const auto result = models::library().evaluateLvit(options.evaluate, console.stop, console.progress());
    if (result.cancelled)
        return ExitCode::Cancelled;
    if (!options.output.empty())
        imaging::writeFileAtomically(options.output, table(result));
    char line[200];
    std::snprintf(line, sizeof line, "%zu pictures, text %s, %.1f s", result.cases.size(),
        options.evaluate.text.c_str(), result.seconds);
    console.line(line);
    std::snprintf(line, sizeof line, "mean over pictures  Dice %.2f  IoU %.2f", 100 * result.perImageDice,
        100 * result.perImageIou);
    console.line(line);
    std::snprintf(
        line, sizeof line, "pooled over pixels  Dice %.2f  IoU %.2f", 100 * result.pooledDice, 100 * result.pooledIou);
    console.line(line);
    auto classes = nlohmann::json::array();
    for (const auto& one : result.classes) {
        std::snprintf(line, sizeof line, "  %s: mean over pictures Dice %.2f IoU %.2f, pooled Dice %.2f IoU %.2f",
            one.name.c_str(), 100 * one.perImageDice, 100 * one.perImageIou, 100 * one.pooledDice, 100 * one.pooledIou);
        console.line(line);
        classes.push_back({{"name", one.name}, {"per_image", {{"dice", one.perImageDice}, {"iou", one.perImageIou}}},
            {"pooled", {{"dice", one.pooledDice}, {"iou", one.pooledIou}}}});
    }
    console.document({{"pictures", result.cases.size()}, {"split", options.evaluate.split},
        {"text", options.evaluate.text}, {"per_image", {{"dice", result.perImageDice}, {"iou", result.perImageIou}}},
        {"pooled", {{"dice", result.pooledDice}, {"iou", result.pooledIou}}}, {"classes", classes},
        {"seconds", result.seconds}});
    return ExitCode::Done;
}

} // namespace

void addEvaluate(CLI::App& parent, std::optional<Run>& run)
{
    auto options = std::make_shared<EvaluateOptions>();
    auto& evaluateOptions = options->evaluate;
    CLI::App* command = parent.add_subcommand(
        "evaluate", "Dice and IoU of a package on a split of a training folder, by both conventions");
    command->add_option("--model", options->model, "Model package: a folder or a name (default: the one that ships)");
    command->add_option("--data", options->data, "Folder with manifest.csv")->required();
    command->add_option("--split", evaluateOptions.split, "Split to score")->capture_default_str();
    command->add_option("--text", evaluateOptions.text, "Which text the model gets")
        ->check(CLI::IsMember({"given", "none", "shuffled"}))
        ->capture_default_str();
    command->add_option("--text-column", evaluateOptions.textColumn, "Column of the manifest")->capture_default_str();
    command->add_option("--threshold", evaluateOptions.threshold, "Default: the package's")
        ->check(CLI::Range(0.0, 1.0));
    command->add_option("--device", evaluateOptions.device, "auto, cpu or cuda:N")->capture_default_str();
    command->add_option("--seed", evaluateOptions.seed, "Of the shuffle")->capture_default_str();
    command->add_option("--limit", evaluateOptions.limit, "Only the first so many cases")
        ->check(CLI::NonNegativeNumber);
    command->add_option(
        "--cache", options->cache, "Folder that keeps decoded pictures, or none (default: the user's cache)");
    command->add_option("--output", options->output, "Per-case table, .csv");
    command->footer(
        "Example: limn evaluate --model lvit-qata --data qata --split valid --text shuffled --output cases.csv");
    command->callback(
        [&run, options] { run = [options](const Console& console) { return evaluate(*options, console); }; });
}

} // namespace app::cli
