#include "app/cli/commands.h"
#include "app/cli/model_option.h"
#include "app/cli/one_picture.h"
#include "app/cli/precision_option.h"
#include "app/workflow/reporter_worker.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>

namespace app::cli {

namespace {

struct MatchOptions
{
    std::string model;
    std::string device = "auto";
    models::Precision precision = models::Precision::Auto;
    OnePictureOptions picture;
    std::string text;
};

/// What was compared and what was sent to the model for it, and what the score is worth where the package knows it (else
/// null).
nlohmann::json matchJson(const std::string& text, const models::TextMatch& match)
{
    nlohmann::json document{{"text", text}, {"sent", match.sent}, {"probability", match.probability},
        {"cosine", match.cosine}, {"calibrated", nullptr}, {"fits", nullptr}, {"threshold", nullptr}};
    if (match.calibrated)
        document["calibrated"] = *match.calibrated;
    if (match.fits)
        document["fits"] = *match.fits;
    if (match.threshold)
        document["threshold"] = *match.threshold;
    return document;
}

void printMatch(const Console& console, const models::TextMatch& match, const std::string& text)
{
    char numbers[64];
    std::snprintf(numbers, sizeof numbers, "%6.2f %%  cosine %+.3f  ", 100 * match.probability, match.cosine);
    std::string line = numbers;
    if (match.calibrated) {
        std::snprintf(numbers, sizeof numbers, "%3.0f %% of such fit  ", 100 * *match.calibrated);
        line += numbers;
    }
    console.line(line + text + (match.fits.value_or(true) ? "" : "  (does not seem to fit the picture)"));
}

ExitCode matchText(const MatchOptions& options, const Console& console)
{
    const auto picture = openOnePicture(options.picture, options.model, console);
    if (!picture)
        return ExitCode::Cancelled;
    ReporterWorker worker(openReportersBy(options.device, options.precision));
    const auto report =
        worker.match({options.model, *picture, options.picture.user}, options.text, console.stop, console.progress())
            .match;
    const bool stopped = console.stop.stop_requested();
    if (stopped && report.sentences.empty())
        return ExitCode::Cancelled;
    console.warn(report.whole.warnings);
    sayPrecision(worker.precision(), console);
    printMatch(console, report.whole, report.sentences.size() > 1 ? "the whole text" : options.text);
    auto sentences = nlohmann::json::array();
    for (const auto& [sentence, match] : report.sentences) {
        if (report.sentences.size() > 1)
            printMatch(console, match, sentence);
        sentences.push_back(matchJson(sentence, match));
    }
    if (stopped)
        console.line("Stopped: not every sentence was compared.");
    auto document = matchJson(options.text, report.whole);
    document.update({{"model", options.model}, {"slice", picture->slice + 1},
        {"sides", imaging::nameOf(options.picture.user.sides)}, {"sentences", sentences}, {"unknown_words", report.unknownWords},
        {"precision", models::precisionName(worker.precision())}, {"warnings", console.warned()}});
    console.document(document);
    return stopped ? ExitCode::Cancelled : ExitCode::Done;
}

} // namespace

void addMatch(CLI::App& parent, std::optional<Run>& run)
{
    auto options = std::make_shared<MatchOptions>();
    CLI::App* command =
        parent.add_subcommand("match", "How well a text fits a picture, whole and sentence by sentence (BLIP, BLIP-2)");
    addModel(*command, options->model,
        "Hugging Face folder of a BLIP or BLIP-2 for retrieval, or BLIP's own .pth with vocab.txt beside it");
    command->add_option("--device", options->device, "auto, cpu or cuda:N")->capture_default_str();
    addPrecision(*command, options->precision);
    addOnePicture(*command, options->picture, "Whose left and right the text means");
    command->add_option("--text", options->text, "What was written about the picture")->required();
    command->footer("Example: limn match --model blip-itm-base-coco --input cxr.dcm --text \"a chest x-ray of a man\"");
    runWithModel(*command, run, options->model, models::kMatchers,
        [options](const Console& console) { return matchText(*options, console); });
}

} // namespace app::cli
