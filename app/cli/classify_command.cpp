#include "app/cli/commands.h"
#include "app/cli/model_option.h"
#include "app/cli/one_picture.h"
#include "app/cli/precision_option.h"
#include "app/workflow/classifier_worker.h"
#include "models/facade/library.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>

namespace app::cli {

namespace {

struct ClassifyOptions
{
    std::string model;
    std::string prompts;
    std::string device = "auto";
    models::Precision precision = models::Precision::Auto;
    OnePictureOptions picture;
    std::vector<std::string> classes;
    std::vector<std::string> templates;
    bool findings = false;
};

models::ClassQuestion questionOf(const ClassifyOptions& options)
{
    models::ClassQuestion question;
    question.classes = options.classes;
    question.findings = options.findings;
    if (!options.templates.empty())
        question.templates = options.templates;
    return question;
}

/// `computed`: what the model computed in.
nlohmann::json classDocument(const ClassifyOptions& options, int slice, const models::Classification& answer,
    models::Precision computed, const imaging::Warnings& warnings)
{
    auto scores = nlohmann::json::array();
    for (const auto& one : answer.scores)
        scores.push_back(
            {{"class", one.name}, {"probability", one.probability}, {"logit", one.logit}, {"texts", one.texts}});
    return {{"model", options.model}, {"prompts", options.prompts}, {"slice", slice + 1},
        {"findings", options.findings}, {"sides", imaging::nameOf(options.picture.user.sides)}, {"scores", scores},
        {"seconds", answer.pictureSeconds}, {"precision", models::precisionName(computed)}, {"warnings", warnings}};
}

void printScores(const models::Classification& answer, const Console& console)
{
    auto sorted = answer.scores;
    std::stable_sort(
        sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.probability > b.probability; });
    for (const auto& one : sorted) {
        char number[32];
        std::snprintf(number, sizeof number, "%6.2f %%  ", 100 * one.probability);
        console.line(number + one.name);
    }
}

ExitCode classify(const ClassifyOptions& options, const Console& console)
{
    const auto picture = openOnePicture(options.picture, options.model, console);
    if (!picture)
        return ExitCode::Cancelled;
    ClassifierWorker worker([&](const std::filesystem::path& model, const std::filesystem::path& prompts) {
        return models::library().openClassifier(model, prompts, options.device, options.precision);
    });
    const auto answer =
        worker.classify({{options.model, options.prompts}, *picture, questionOf(options), options.picture.user},
            console.stop, console.progress());
    if (!answer)
        return ExitCode::Cancelled;
    console.warn(answer->warnings);
    sayPrecision(worker.precision(), console);
    printScores(*answer, console);
    console.document(classDocument(options, picture->slice, *answer, worker.precision(), console.warned()));
    return ExitCode::Done;
}

} // namespace

void addClassify(CLI::App& parent, std::optional<Run>& run)
{
    auto options = std::make_shared<ClassifyOptions>();
    CLI::App* command =
        parent.add_subcommand("classify", "Which of the named classes a picture shows, by their words (CLIP)");
    addModel(*command, options->model,
        "Hugging Face folder of a CLIP, or OpenAI's ViT-B-16.pt with bpe_simple_vocab_16e6.txt.gz beside it");
    command->add_option("--prompts", options->prompts,
        "What was learnt for the model: by `limn adapt`, or a folder or checkpoint of CoOp, CoCoOp, MaPLe, VPT or "
        "independent prompts");
    command->add_option("--device", options->device, "auto, cpu or cuda:N")->capture_default_str();
    addPrecision(*command, options->precision);
    addOnePicture(*command, options->picture, "Whose left and right the names mean");
    command->add_option("--classes", options->classes, "Names with commas between them (default: those of the prompts)")
        ->delimiter(',');
    command->add_option("--template", options->templates,
        "Text with {} for the name, may be given several times (default: \"a photo of a {}.\")");
    command->add_flag("--findings", options->findings, "Each name is there or not, against \"no\" and the name");
    command->footer(
        "Example: limn classify --model clip-vit-base-patch16 --input cxr.dcm --classes \"pneumonia,pleural "
        "effusion\" --template \"a chest x-ray of {}.\" --findings");
    runWithModel(*command, run, options->model, models::kClassifiers,
        [options](const Console& console) { return classify(*options, console); });
}

} // namespace app::cli
