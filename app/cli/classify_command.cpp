#include "annotations/report/report_words.h"
#include "app/cli/commands.h"
#include "app/cli/model_option.h"
#include "app/cli/one_picture.h"
#include "app/cli/output_check.h"
#include "app/cli/precision_option.h"
#include "app/workflow/classifier_worker.h"
#include "app/workflow/explain.h"
#include "app/workflow/mask_files.h"
#include "imaging/error.h"
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
    std::string heat; ///< A picture to write; empty: none.
    std::string heatClass; ///< Empty: the likeliest.
};

models::ClassQuestion questionOf(const ClassifyOptions& options)
{
    models::ClassQuestion question;
    question.classes = options.classes;
    question.findings = options.findings;
    question.templates = options.templates; // None: the usual ones.
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
        {"seconds", answer.pictureSeconds}, {"precision", models::precisionName(computed)},
        {"unknown_words", answer.unknownWords}, {"warnings", warnings}};
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

/// Lists with commas, each name for itself. CLI11's own delimiter leaves empty names out.
void splitClasses(std::vector<std::string>& classes)
{
    std::vector<std::string> names;
    for (const auto& list : classes)
        for (std::size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1) {
            end = list.find(',', begin);
            names.emplace_back(annotations::trimmed(list.substr(begin, end == std::string::npos ? end : end - begin)));
            if (names.back().empty())
                throw imaging::Error(imaging::ErrorKind::WrongUse,
                    "--classes: \"" + list + "\" has an empty name between its commas: write each class once.");
        }
    classes = std::move(names);
}

[[noreturn]] void refuseHeatClass(const ClassifyOptions& options)
{
    throw imaging::Error(imaging::ErrorKind::WrongUse,
        std::string("--heat-class: \"").append(options.heatClass).append("\" is none of the classes."));
}

/// As the worker reads names.
bool isHeated(const ClassifyOptions& options, const std::string& name)
{
    return annotations::trimmed(name) == annotations::trimmed(options.heatClass);
}

void checkHeat(const ClassifyOptions& options)
{
    if (options.heat.empty() && !options.heatClass.empty())
        throw imaging::Error(imaging::ErrorKind::WrongUse, "--heat-class needs --heat, the picture to write.");
    const auto& classes = options.classes;
    const bool known = options.heatClass.empty() || classes.empty()
        || std::any_of(classes.begin(), classes.end(), [&](const auto& name) { return isHeated(options, name); });
    if (!known)
        refuseHeatClass(options);
    if (options.heat.empty())
        return;
    checkOverlayFormat(options.heat);
    checkOutputFiles({options.heat}, {options.picture.input});
}

/// The class that the heat is of. Throws Error(WrongUse) where it was not asked for.
const models::ClassScore& heatedClass(const ClassifyOptions& options, const models::Classification& answer)
{
    const auto& scores = answer.scores;
    const auto found = options.heatClass.empty()
        ? std::max_element(scores.begin(), scores.end(),
              [](const auto& a, const auto& b) { return a.probability < b.probability; })
        : std::find_if(scores.begin(), scores.end(), [&](const auto& one) { return isHeated(options, one.name); });
    if (found == scores.end())
        refuseHeatClass(options);
    return *found;
}

/// Writes the heat where it was asked for and adds it to the document; false when cancelled.
bool addHeat(const ClassifyOptions& options, const ClassifyTask& task, const models::Classification& answer,
    ClassifierWorker& worker, const Console& console, nlohmann::json& document)
{
    if (options.heat.empty())
        return true;
    const auto& score = heatedClass(options, answer);
    const auto heat = worker.explain(task, score.name, console.stop, console.progress());
    if (!heat)
        return false;
    writeClassHeat(options.heat, task.picture, *heat, score);
    console.line("Heat of " + score.name + ": " + options.heat);
    document["heat"] = {{"output", options.heat}, {"class", score.name}, {"seconds", heat->seconds}};
    return true;
}

ExitCode classify(const ClassifyOptions& options, const Console& console)
{
    const auto picture = openOnePicture(options.picture, options.model, console);
    if (!picture)
        return ExitCode::Cancelled;
    ClassifierWorker worker([&](const std::filesystem::path& model, const std::filesystem::path& prompts) {
        return models::library().openClassifier(model, prompts, options.device, options.precision);
    });
    const ClassifyTask task{{options.model, options.prompts}, *picture, questionOf(options), options.picture.user};
    const auto answer = worker.classify(task, console.stop, console.progress());
    if (!answer)
        return ExitCode::Cancelled;
    console.warn(answer->warnings);
    sayPrecision(worker.precision(), console);
    printScores(*answer, console);
    auto document = classDocument(options, picture->slice, *answer, worker.precision(), console.warned());
    if (!addHeat(options, task, *answer, worker, console, document))
        return ExitCode::Cancelled;
    console.document(document);
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
    command->add_option("--classes", options->classes, "Names with commas between them (default: those of the prompts)");
    command->add_option("--template", options->templates,
        "Text with {} for the name, may be given several times (default: \"a chest x-ray of {}.\" and \"a radiograph "
        "showing {}.\"; the name alone where a model says that it does not know these words)");
    command->add_flag("--findings", options->findings, "Each name is there or not, against \"no\" and the name");
    command->add_option("--heat", options->heat,
        "Picture (.png) to write: where the shown picture speaks for a class (Grad-CAM)");
    command->add_option("--heat-class", options->heatClass, "Which of the classes (default: the likeliest)");
    command->footer(
        "Example: limn classify --model clip-vit-base-patch16 --input cxr.dcm --classes \"pneumonia,pleural "
        "effusion\" --template \"a chest x-ray of {}.\" --findings");
    runWithModel(*command, run, options->model, models::kClassifiers,
        [options](const Console& console) { return classify(*options, console); },
        [options] {
            splitClasses(options->classes);
            checkHeat(*options);
        });
}

} // namespace app::cli
