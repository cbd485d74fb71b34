#include "app/cli/commands.h"

#include "annotations/report/report_words.h"
#include "app/cli/evaluate_texts.h"
#include "app/cli/model_option.h"
#include "app/cli/number_check.h"
#include "app/cli/output_check.h"
#include "app/cli/sides_option.h"
#include "app/workflow/evaluation/captions.h"
#include "app/workflow/evaluation/evaluate.h"
#include "app/workflow/evaluation/evaluation_files.h"
#include "app/workflow/mask_files.h"
#include "app/workflow/training_pictures.h"
#include "imaging/error.h"
#include "imaging/files/atomic_file.h"
#include "models/facade/library.h"
#include "models/package/model_list.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <string_view>

namespace app::cli {

namespace {

struct EvaluateOptions
{
    const CLI::App* command = nullptr; ///< That they were given to.
    models::EvaluateOptions data;
    EvaluateRequest request;
    std::string model;
    std::string folder;
    std::vector<std::string> texts{"given"};
    std::string paraphrases;
    std::string output;
    std::string cache;
    std::string sweep;
    std::string sheet;
    int sheetCases = 6;
    std::string captioner;
    std::string prompt;
    std::string neighbours;
    std::string trainSplit = "train";
    std::unique_ptr<models::Reporter> reporter; ///< The captioner, opened.
};

constexpr std::array<std::string_view, 2> kScoredByTexts{"clip", "blip"};
constexpr std::array<std::string_view, 1> kFindNeighbours{"clip"};

template <typename... Values> std::string formatted(const char* format, Values... values)
{
    std::array<char, 240> line{};
    std::snprintf(line.data(), line.size(), format, values...);
    return line.data();
}

/// "80.90 [80.1, 81.7]"; without an interval, as after no resampling, "80.90".
std::string figure(const Estimate& estimate, double unit = 100)
{
    if (estimate.low == estimate.high)
        return formatted("%6.2f", unit * estimate.value);
    return formatted("%6.2f [%.1f, %.1f]", unit * estimate.value, unit * estimate.low, unit * estimate.high);
}

void printConventions(const Console& console, const std::vector<TextSummary>& summaries, const std::string& distance)
{
    console.line("");
    console.line(
        formatted("%-24s %-20s %-20s %-22s %s", "mean over pictures", "Dice", "IoU", distance.c_str(), "surface Dice"));
    for (const auto& [text, scores] : summaries)
        console.line(formatted("  %-22s %-20s %-20s %-22s %s", text.c_str(), figure(scores.perImageDice).c_str(),
            figure(scores.perImageIou).c_str(), figure(scores.hausdorff95, 1).c_str(),
            figure(scores.surfaceDice).c_str()));
    console.line(formatted("%-24s %-20s %s", "pooled over pixels", "Dice", "IoU"));
    for (const auto& [text, scores] : summaries)
        console.line(formatted(
            "  %-22s %-20s %s", text.c_str(), figure(scores.pooledDice).c_str(), figure(scores.pooledIou).c_str()));
}

void printGroups(const Console& console, const EvaluationResult& result, const Bootstrap& bootstrap)
{
    const std::pair<const char*, const char*> kNames[] = {{"mask_side", "true mask's areas lie in the picture's half"},
        {"text_side", "side that the text names"}, {"mask_areas", "areas of the true mask"},
        {"text_areas", "areas that the text names"}, {"mask_part", "part of the picture that the true mask covers"}};
    std::string last;
    for (const auto& [by, value, scores] : summarizeGroups(result, bootstrap)) {
        if (by != last)
            for (const auto& [key, name] : kNames)
                if (key == by)
                    console.line(std::string("By ") + name);
        last = by;
        console.line(formatted("  %-16s %5zu picture%s  Dice %s  IoU %s  pooled Dice %6.2f", value.c_str(),
            scores.pictures, scores.pictures == 1 ? " " : "s", figure(scores.perImageDice).c_str(),
            figure(scores.perImageIou).c_str(), 100 * scores.pooledDice.value));
    }
}

/// Of a package with several classes.
void printClasses(const Console& console, const EvaluationResult& result)
{
    const auto& classes = result.texts.front().classes;
    for (std::size_t label = 0; label < classes.size(); ++label) {
        const auto scores = models::scoring::summarizeClass(classes[label]);
        console.line(formatted("  %s: mean over pictures Dice %.2f IoU %.2f, pooled Dice %.2f IoU %.2f",
            result.package.classes.at(label).c_str(), 100 * scores.perImageDice, 100 * scores.perImageIou,
            100 * scores.pooledDice, 100 * scores.pooledIou));
    }
}

void printThresholds(const Console& console, const EvaluationResult& result)
{
    const auto picture = bestOf(result.sweep, &models::scoring::Scores::perImageDice);
    const auto pooled = bestOf(result.sweep, &models::scoring::Scores::pooledDice);
    console.line(formatted("Best threshold here: %.2f for the mean over pictures (Dice %.2f), %.2f pooled (Dice %.2f); "
                           "used: %.2f",
        picture.threshold, 100 * picture.scores.perImageDice, pooled.threshold, 100 * pooled.scores.pooledDice,
        result.threshold));
    const auto possible = summarizeScores({result.bestPossible}, allCases(result), {0, 0});
    console.line(formatted("A perfect mask of %d x %d would get: mean over pictures Dice %.2f, IoU %.2f; pooled Dice "
                           "%.2f, IoU %.2f",
        result.package.pictureSize, result.package.pictureSize, 100 * possible.perImageDice.value,
        100 * possible.perImageIou.value, 100 * possible.pooledDice.value, 100 * possible.pooledIou.value));
}

void print(const Console& console, const EvaluationResult& result, const EvaluateRequest& request, double seconds)
{
    const Bootstrap bootstrap{request.resamples, request.seed};
    const char* const unit = result.inMm ? "mm" : "px";
    const auto pictures = pictureCount(result);
    if (pictures < result.cases.size())
        console.line(annotations::counted(result.cases.size(), "sentence")
            + ", each with its mask; every one counts as a picture:");
    console.line(annotations::counted(pictures, "picture")
        + formatted(" (%d without a mask left out), threshold %.2f, surface tolerance %.1f %s, %.1f s",
            result.unlabelled, result.threshold, request.tolerance, unit, seconds));
    if (std::any_of(result.given.begin(), result.given.end(), imaging::namesSide))
        console.line("Left and right in the texts: the "
            + std::string(nameOf(result.sides)) + "'s"
            + (result.sides == result.package.textSides ? "." : ", brought to the model's by each picture's tags."));
    printConventions(console, summarizeTexts(result, bootstrap), std::string("Hausdorff 95, ") + unit);
    if (result.notParaphrased > 0)
        console.line(formatted(
            "  %d of the texts not understood by the report's grammar and not paraphrased", result.notParaphrased));
    if (request.resamples > 0)
        console.line("In brackets: 95 % confidence, bootstrap over pictures.");
    console.line("The two conventions are never to be mixed.");
    console.line("");
    printGroups(console, result, bootstrap);
    console.line("");
    printClasses(console, result);
    printThresholds(console, result);
}

std::vector<ParaphraseWay> waysOf(const EvaluateOptions& options)
{
    if (options.paraphrases.empty())
        return ownParaphrases();
    std::ifstream file(options.paraphrases, std::ios::binary);
    if (!file)
        throw imaging::Error(imaging::ErrorKind::NotFound,
            "The list of paraphrases \"" + options.paraphrases + "\" cannot be opened.", options.paraphrases);
    return parseParaphrases(std::string(std::istreambuf_iterator<char>(file), {}), "\"" + options.paraphrases + "\"");
}

void checkFiles(const EvaluateOptions& options)
{
    for (const auto& table : {options.output, options.sweep})
        if (!table.empty())
            checkTableFormat(table);
    if (!options.sheet.empty())
        checkOverlayFormat(options.sheet);
    const auto list = options.sheet.empty() ? std::filesystem::path()
                                            : std::filesystem::path(options.sheet).replace_extension(".json");
    checkOutputFiles({options.output, options.sweep, options.sheet, list},
        {std::filesystem::path(options.folder) / "manifest.csv", options.paraphrases});
}

void prepare(EvaluateOptions& options)
{
    options.data.model = models::findPackage(options.model);
    options.data.data = options.folder;
    options.data.readers = trainingReaders();
    options.data.cache = pictureCache(options.cache);
    options.request.texts.clear();
    for (const auto& text : options.texts)
        options.request.texts.push_back(parseTextKind(text));
    options.request.sidesOf = [folder = options.data.data](
                                  const std::string& image) { return sidesOfPicture(folder, image); };
    options.request.ways = waysOf(options);
    if (!options.captioner.empty()) {
        options.reporter = models::library().openReporter(options.captioner, options.data.device);
        options.request.captionOf = captionsBy(*options.reporter, options.data.data, options.prompt);
    }
    options.request.sheetCases = options.sheet.empty() ? 0 : static_cast<std::size_t>(options.sheetCases);
}

/// Throws Error(WrongUse) naming the first of these options that was given. `why`: they mean nothing here.
void refuseGiven(const EvaluateOptions& options, std::initializer_list<const char*> names, const std::string& why)
{
    for (const auto* name : names)
        if (options.command->count(name) > 0)
            throw imaging::Error(
                imaging::ErrorKind::WrongUse, std::string(name) + " means nothing here: " + why + " Leave it out.");
}

bool asksFor(const EvaluateOptions& options, const char* text)
{
    return std::find(options.texts.begin(), options.texts.end(), text) != options.texts.end();
}

/// For a model that draws masks.
void refuseForeign(const EvaluateOptions& options)
{
    refuseGiven(options, {"--neighbours", "--train-split"},
        "a model that draws masks is not compared with other pictures' reports.");
    if (!asksFor(options, "caption"))
        refuseGiven(options, {"--captioner", "--prompt"}, "only with --text caption a text is written.");
    if (!asksFor(options, "paraphrased"))
        refuseGiven(options, {"--paraphrases"}, "only with --text paraphrased a text is said otherwise.");
    if (options.sheet.empty())
        refuseGiven(options, {"--sheet-cases"}, "without --sheet no case is shown.");
}

/// For a model of pictures and words.
void refuseForeignToTexts(const EvaluateOptions& options, const std::string& kind)
{
    const auto name = "\"" + options.model + "\" is " + nameOfKind(kind) + ", which ";
    refuseGiven(options,
        {"--sweep", "--sheet", "--sheet-cases", "--threshold", "--tolerance", "--mask-column", "--bootstrap", "--seed"},
        name + "draws no masks: there are neither thresholds nor pictures to write.");
    refuseGiven(
        options, {"--text", "--paraphrases", "--captioner"}, name + "is scored with the texts that the data give.");
    if (kind == "clip")
        refuseGiven(options, {"--prompt", "--neighbours"}, name + "writes nothing.");
}

ExitCode evaluateTextsOf(const EvaluateOptions& options, const std::string& kind, const Console& console)
{
    requireKind(options.model, kScoredByTexts);
    refuseForeignToTexts(options, kind);
    requireUtf8(options.prompt, "The prompt");
    models::TextEvaluateOptions texts;
    texts.model = options.model;
    texts.neighbours = options.neighbours;
    texts.data = options.folder;
    texts.split = options.data.split;
    texts.trainSplit = options.trainSplit;
    texts.textColumn = options.data.textColumn;
    texts.imageColumn = options.data.imageColumn;
    texts.prompt = options.prompt;
    texts.device = options.data.device;
    texts.limit = options.data.limit;
    texts.cache = pictureCache(options.cache);
    texts.readers = trainingReaders();
    return evaluateTexts(std::move(texts), options.request.sides, options.output, console);
}

ExitCode evaluateCommand(EvaluateOptions& options, const Console& console)
{
    checkFiles(options);
    if (!options.model.empty())
        options.model = models::findModel(options.model, {}).string();
    options.captioner = namedModel(options.captioner, models::kWriters);
    options.neighbours = namedModel(options.neighbours, kFindNeighbours);
    if (const auto kind = kindOf(options.model); !kind.empty() && kind != "lvit")
        return evaluateTextsOf(options, kind, console);
    refuseForeign(options);
    requireUtf8(options.prompt, "The prompt");
    const auto start = std::chrono::steady_clock::now();
    prepare(options);
    constexpr double kReading = 0.1; // Of the progress
    const auto progress = console.progress();
    const imaging::Progress reading(
        [&](double fraction, std::string_view stage) { progress.report(kReading * fraction, stage); });
    const imaging::Progress running(
        [&](double fraction, std::string_view stage) { progress.report(kReading + (1 - kReading) * fraction, stage); });
    const auto evaluation = models::library().openEvaluation(options.data, console.stop, reading);
    if (console.stop.stop_requested())
        return ExitCode::Cancelled;
    const auto result = evaluate(*evaluation, options.request, console.stop, running);
    if (result.cancelled)
        return ExitCode::Cancelled;
    if (!options.output.empty())
        imaging::writeFileAtomically(options.output, casesTable(result));
    if (!options.sweep.empty())
        imaging::writeFileAtomically(options.sweep, sweepTable(result));
    if (!options.sheet.empty())
        writeSheet(options.sheet, result);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (!console.json) {
        print(console, result, options.request, seconds);
        return ExitCode::Done;
    }
    auto document = toJson(result, options.request);
    document["split"] = options.data.split;
    document["seconds"] = seconds;
    console.document(document);
    return ExitCode::Done;
}

void addOptions(CLI::App& command, EvaluateOptions& options)
{
    auto& data = options.data;
    auto& request = options.request;
    command.add_option("--model", options.model, "Model package: a folder or a name (default: the one that ships)");
    command.add_option("--data", options.folder, "Folder with manifest.csv")->required();
    command.add_option("--split", data.split, "Split to score")->capture_default_str();
    command
        .add_option("--text", options.texts,
            "Which texts the model gets, separated by commas: given, none, shuffled, caption, paraphrased")
        ->delimiter(',')
        ->check(CLI::IsMember({"given", "none", "shuffled", "caption", "paraphrased"}))
        ->capture_default_str();
    command.add_option("--paraphrases", options.paraphrases, "Ways of saying it, .json (default: Limn's own)");
    command.add_option(
        "--captioner", options.captioner, "Model that writes the texts of --text caption: as `limn caption --model`");
    command.add_option("--prompt", options.prompt, "Words that a caption goes on from");
    command.add_option("--neighbours", options.neighbours,
        "With a BLIP: a CLIP whose most alike training picture's report is a baseline of what it writes");
    command.add_option("--train-split", options.trainSplit, "With a CLIP or BLIP: what its baselines know")
        ->capture_default_str();
    command.add_option("--text-column", data.textColumn, "Column of the manifest")->capture_default_str();
    command.add_option("--image-column", data.imageColumn, "Column of the manifest")->capture_default_str();
    command.add_option("--mask-column", data.maskColumn, "Column of the manifest")->capture_default_str();
    addSidesOption(command, "--side", request.sides,
        "Whose left and right the texts mean (default: what the model was taught; of pictures that say where the "
        "patient's sides are it has to be said)");
    command.add_option("--threshold", request.threshold, "Default: the package's")->check(CLI::Range(0.0, 1.0));
    command
        .add_option("--tolerance", request.tolerance,
            "Of surface Dice: millimetres where all spacings are known, otherwise pixels")
        ->check(notNegative())
        ->capture_default_str();
    command.add_option("--bootstrap", request.resamples, "Resamples for the intervals; 0: none")
        ->check(CLI::Range(0, 100'000))
        ->capture_default_str();
    command.add_option("--seed", request.seed, "Of the shuffle and the bootstrap")->capture_default_str();
    command.add_option("--device", data.device, "auto, cpu or cuda:N")->capture_default_str();
    command.add_option("--limit", data.limit, "Only the first so many cases")->check(notNegative());
    command.add_option(
        "--cache", options.cache, "Folder that keeps decoded pictures, or none (default: the user's cache)");
    command.add_option("--output", options.output, "Per-case table, .csv");
    command.add_option("--sweep", options.sweep, "Table of thresholds from 0.01 to 0.99, .csv");
    command.add_option("--sheet", options.sheet, "Pictures of the best, median and worst cases, .png (and a .json)");
    command.add_option("--sheet-cases", options.sheetCases, "How many of each")
        ->check(CLI::Range(1, 50))
        ->capture_default_str();
}

} // namespace

void addEvaluate(CLI::App& parent, std::optional<Run>& run)
{
    auto options = std::make_shared<EvaluateOptions>();
    CLI::App* command = parent.add_subcommand("evaluate",
        "Dice, IoU, Hausdorff 95 and surface Dice of a package on a split of a training folder, by both conventions; of a "
        "CLIP or BLIP what it finds, writes and judges, beside baselines");
    addOptions(*command, *options);
    options->command = command;
    command->footer("Example: limn evaluate --model lvit-qata --data qata --text-column text_lvit --text given,none,shuffled "
                    "--output cases.csv --sheet cases.png\n"
                    "         limn evaluate --model blip-qata --data qata --text-column text_lvit --neighbours clip-qata\n"
                    "         limn evaluate --model lvit-qata --data qata --text-column text_lvit --text given,caption --captioner "
                    "blip-qata");
    command->callback(
        [&run, options] { run = [options](const Console& console) { return evaluateCommand(*options, console); }; });
}

} // namespace app::cli
