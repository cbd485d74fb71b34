#include "app/cli/commands.h"

#include "annotations/report/report_words.h"
#include "app/cli/number_check.h"
#include "app/cli/relabel_json.h"
#include "app/cli/relabel_review.h"
#include "app/cli/sides_option.h"
#include "app/cli/train_fields.h"
#include "app/workflow/relabel/relabel.h"
#include "models/facade/lvit_settings.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace app::cli {

namespace {

using annotations::Cohort;

struct InitOptions
{
    std::string cohort;
    annotations::CohortSettings settings;
    bool shared = false;
};

struct CohortImportOptions
{
    std::string cohort;
    std::string source;
    RelabelImportOptions import;
};

struct CohortTrainOptions
{
    std::string cohort;
    std::string who = defaultReader();
    bool startAnew = false;
    double validationFraction = 0.2;
    TrainFields<models::LvitTrainOptions> fields;
};

struct PredictOptions
{
    std::string cohort;
    std::string shard = "1/1";
    RelabelPredictOptions predict;
    std::string id;
};

struct ExportOptions
{
    std::string cohort;
    std::string output;
    std::vector<std::string> formats{"png"};
    std::vector<std::string> states{"labelled", "accepted", "edited"};
    bool onlyMasks = false;
};

ExitCode init(const InitOptions& options, const Console& console)
{
    std::error_code problem;
    if (options.shared && std::filesystem::exists(std::filesystem::path(options.cohort) / "cohort.sqlite", problem))
        annotations::shareCohort(options.cohort);
    else
        annotations::createCohort(options.cohort, options.settings,
            options.shared ? annotations::CohortPlace::SeveralComputers : annotations::CohortPlace::OneComputer);
    console.line("Cohort: " + options.cohort);
    console.document({{"cohort", options.cohort}});
    return ExitCode::Done;
}

ExitCode importStudies(const CohortImportOptions& options, const Console& console)
{
    Cohort cohort(options.cohort);
    auto request = options.import;
    request.source = options.source;
    const auto result = importIntoCohort(cohort, request, console.stop, console.progress());
    console.warn(result.warnings);
    console.line(annotations::counted(std::size_t(result.studies), "new picture") + ", "
        + annotations::counted(std::size_t(result.known), "known one") + ", "
        + annotations::counted(std::size_t(result.labels), "mask") + ", "
        + annotations::counted(std::size_t(result.texts), "text") + ", "
        + annotations::counted(std::size_t(result.conflicts), "mask for decided cases", "masks for decided cases")
        + ", " + std::to_string(result.refused) + " refused");
    console.document({{"studies", result.studies}, {"known", result.known}, {"labels", result.labels},
        {"texts", result.texts}, {"conflicts", result.conflicts}, {"refused", result.refused},
        {"sides_wanted", result.sidesWanted}, {"warnings", result.warnings}, {"cancelled", result.cancelled}});
    if (result.cancelled)
        return ExitCode::Cancelled;
    if (result.sidesWanted) {
        console.line("Run the same command again with --text-sides patient or --text-sides picture.");
        return ExitCode::Refused;
    }
    if (result.refused == 0)
        return ExitCode::Done;
    return result.studies + result.known == 0 ? ExitCode::Refused : ExitCode::PartlyDone;
}

ExitCode trainCohort(const CohortTrainOptions& options, const Console& console)
{
    Cohort cohort(options.cohort);
    RelabelTrainOptions request;
    request.who = options.who;
    request.settings = trainSettings(options.fields, relabelTrainingDefaults());
    request.startAnew = options.startAnew;
    request.validationFraction = options.validationFraction;
    const auto run = trainCohort(cohort, request, console.stop, console.progress());
    console.line(lineOf(run, cohort.now()));
    const bool stopped = run.state == annotations::RunState::Stopped;
    if (stopped)
        console.line("Stopped; the same command goes on.");
    console.document(jsonOf(run, annotations::curvesOf(cohort, run.id)));
    return stopped ? ExitCode::Cancelled : ExitCode::Done;
}

ExitCode stop(const std::string& folder, const Console& console)
{
    const auto asked = annotations::requestStop(Cohort(folder));
    console.line(asked ? "Run " + std::to_string(asked->id) + " was asked to stop." : "No training goes on.");
    console.document({{"stopping", asked ? nlohmann::json(asked->id) : nlohmann::json()}});
    return ExitCode::Done;
}

ExitCode predict(const PredictOptions& options, const Console& console)
{
    auto request = options.predict;
    request.shard = parseShard(options.shard);
    Cohort cohort(options.cohort);
    if (!options.id.empty())
        request.study = studyNamed(cohort, options.id).id;
    const auto result = predictCohort(cohort, request, console.stop, console.progress());
    console.warn(result.warnings);
    console.line(std::to_string(result.predicted) + " predicted, " + std::to_string(result.upToDate)
        + " had this model's mask, " + std::to_string(result.decidedMeanwhile) + " decided meanwhile, "
        + std::to_string(result.notDrawn) + " not drawn for their sentence, " + std::to_string(result.failed)
        + " failed");
    if (result.confirmable > 0)
        console.line("--force predicts " + std::to_string(result.confirmable) + " of those that failed all the same.");
    console.document({{"model", result.model.name}, {"model_version", result.model.version},
        {"model_sha256", result.model.sha256}, {"run", result.model.run}, {"predicted", result.predicted},
        {"up_to_date", result.upToDate}, {"decided_meanwhile", result.decidedMeanwhile}, {"not_drawn", result.notDrawn},
        {"failed", result.failed}, {"warnings", result.warnings}, {"cancelled", result.cancelled}});
    if (result.cancelled)
        return ExitCode::Cancelled;
    if (result.failed == 0)
        return ExitCode::Done;
    return result.predicted + result.upToDate == 0 ? ExitCode::Refused : ExitCode::PartlyDone;
}

ExportFormat formatOf(const std::string& name)
{
    if (name == "nifti")
        return ExportFormat::Nifti;
    return name == "seg" ? ExportFormat::Seg : ExportFormat::Png;
}

ExitCode exportData(const ExportOptions& options, const Console& console)
{
    const Cohort cohort(options.cohort);
    RelabelExportOptions request;
    request.output = options.output;
    request.unlabelledRows = !options.onlyMasks;
    request.formats.clear();
    for (const auto& name : options.formats)
        request.formats.push_back(formatOf(name));
    request.states.clear();
    for (const auto& name : options.states)
        request.states.push_back(*annotations::caseStateOf(name));
    const auto result = exportCohort(cohort, request, console.stop, console.progress());
    console.warn(result.warnings);
    console.line(annotations::counted(std::size_t(result.pictures), "picture") + " and "
        + annotations::counted(std::size_t(result.masks), "mask") + " in " + options.output + ", "
        + std::to_string(result.failed) + " failed");
    console.document({{"output", options.output}, {"pictures", result.pictures}, {"masks", result.masks},
        {"failed", result.failed}, {"warnings", result.warnings}, {"cancelled", result.cancelled}});
    if (result.cancelled)
        return ExitCode::Cancelled;
    return result.failed == 0 ? ExitCode::Done : ExitCode::PartlyDone;
}

ExitCode status(const std::string& folder, const Console& console)
{
    const Cohort cohort(folder);
    const auto counts = cohort.counts();
    const auto& name = cohort.settings().name;
    console.line((name.empty() ? "\"" + folder + "\"" : name) + ": "
        + annotations::counted(std::size_t(counts.studies), "picture") + ", " + std::to_string(counts.texts)
        + " with a text, " + std::to_string(counts.open()) + " to review");
    for (int state = 0; state < annotations::kCaseStates; ++state) {
        const auto value = static_cast<annotations::CaseState>(state);
        console.line("  " + std::string(annotations::nameOf(value)) + ": " + std::to_string(counts.of(value)));
    }
    nlohmann::json runs = nlohmann::json::array();
    for (const auto& run : annotations::trainingRuns(cohort)) {
        console.line(lineOf(run, cohort.now()));
        runs.push_back(jsonOf(run, annotations::curvesOf(cohort, run.id)));
    }
    const auto sides = cohort.settings().textSides;
    console.document({{"name", cohort.settings().name}, {"text_sides", sides ? nameOf(*sides) : ""},
        {"finding", cohort.settings().finding}, {"counts", jsonOf(counts)}, {"runs", runs}});
    return ExitCode::Done;
}

void addTextSides(CLI::App& command, std::optional<imaging::Sides>& sides)
{
    addSidesOption(command, "--text-sides", sides,
        "Whose left and right the texts mean; without it the patient's for DICOM, and asked at the import of "
        "pictures that do not say where their sides are");
}

void addInit(CLI::App& relabel, std::optional<Run>& run)
{
    auto options = std::make_shared<InitOptions>();
    CLI::App* command = relabel.add_subcommand("init", "Make an empty cohort in a folder");
    addCohortOption(*command, options->cohort);
    command->add_option("--name", options->settings.name, "What it is called");
    addTextSides(*command, options->settings.textSides);
    command->add_option("--finding", options->settings.finding, "What the masks show")->capture_default_str();
    command->add_flag("--shared", options->shared,
        "Several computers will use the folder over a network; also for a cohort that is there");
    command->footer("Example: limn relabel init --cohort covid --name \"COVID, 2020\"");
    command->callback([&run, options] { run = [options](const Console& console) { return init(*options, console); }; });
}

void addCohortImport(CLI::App& relabel, std::optional<Run>& run)
{
    auto options = std::make_shared<CohortImportOptions>();
    options->import.who = defaultReader();
    CLI::App* command =
        relabel.add_subcommand("import", "Take in pictures, masks and texts; what is there already is not taken twice");
    addCohortOption(*command, options->cohort);
    command
        ->add_option("--source", options->source,
            "Folder with manifest.csv, or with DICOM, PNG, JPEG, NIfTI or NRRD files and SEGs, or one such file")
        ->required();
    command->add_option("--image-column", options->import.imageColumn, "Of manifest.csv")->capture_default_str();
    command->add_option("--mask-column", options->import.maskColumn, "Of manifest.csv")->capture_default_str();
    command->add_option("--text-column", options->import.textColumn, "Of manifest.csv")->capture_default_str();
    addTextSides(*command, options->import.textSides);
    command->add_option("--reader", options->import.who, "Who says so in the history")->capture_default_str();
    command->footer("Example: limn relabel import --cohort covid --source qata --text-column text_lvit\n"
                    "Pictures stay where they are. A mask belongs to the picture of the same name in \"masks\" beside "
                    "\"images\", or with \"mask_\" before or \"_mask\" or \"_seg\" behind its name.");
    command->callback(
        [&run, options] { run = [options](const Console& console) { return importStudies(*options, console); }; });
}

void addTrainOn(CLI::App& relabel, std::optional<Run>& run)
{
    auto options = std::make_shared<CohortTrainOptions>();
    CLI::App* command = relabel.add_subcommand("train", "Train on the labelled, accepted and edited cases");
    addCohortOption(*command, options->cohort);
    command->add_flag("--new", options->startAnew, "Start another run even if one was interrupted");
    command
        ->add_option("--validation-fraction", options->validationFraction,
            "Of the labelled cases, kept aside for good where the data has no validation split")
        ->check(CLI::Range(0.01, 0.9))
        ->capture_default_str();
    command->add_option("--reader", options->who, "Who says so in the history")->capture_default_str();
    options->fields.shown = relabelTrainingDefaults();
    addTrainFields(*command, options->fields,
        {"data", "output", "resume", "textColumn", "imageColumn", "maskColumn", "trainSplit", "validationSplit",
            "textSides", "finding"});
    command->footer(
        "Example: limn relabel train --cohort covid --config training.json --epochs 20\n"
        "Ctrl-C or a crash loses nothing: the same command goes on, with the settings and cases of the run.\n"
        "Unlabelled cases helped with about a hundred labelled ones and not with three hundred: then --unlabelled "
        "none.");
    command->callback(
        [&run, options] { run = [options](const Console& console) { return trainCohort(*options, console); }; });
}

void addPredict(CLI::App& relabel, std::optional<Run>& run)
{
    auto options = std::make_shared<PredictOptions>();
    options->predict.who = defaultReader();
    CLI::App* command = relabel.add_subcommand("predict", "Let a model draw the masks of all undecided cases");
    addCohortOption(*command, options->cohort);
    command->add_option("--model", options->predict.model, "Model package; the newest run's without it");
    command->add_option("--device", options->predict.device, "auto, cpu, cuda or cuda:N")->capture_default_str();
    command->add_option("--shard", options->shard, "Part I of N of the cases, for job arrays")->capture_default_str();
    command->add_option("--threshold", options->predict.threshold, "Of the mask; the package's without it")
        ->check(CLI::Range(0.0, 1.0));
    command->add_option("--limit", options->predict.limit, "At most so many cases")->check(notNegative());
    command->add_option("--id", options->id, "Only this case (S000042), for example after its sentence was changed");
    command->add_flag("--force", options->predict.force,
        "Even where the package is not meant for the picture, or the sentence gives nothing to draw");
    command->add_option("--reader", options->predict.who, "Who says so in the history")->capture_default_str();
    command->footer("Example: limn relabel predict --cohort covid\n"
                    "On a cluster: sbatch --array=1-8 --wrap 'limn relabel predict --cohort covid --shard "
                    "$SLURM_ARRAY_TASK_ID/8'\nInterrupted, the same command goes on.");
    command->callback(
        [&run, options] { run = [options](const Console& console) { return predict(*options, console); }; });
}

void addExport(CLI::App& relabel, std::optional<Run>& run)
{
    auto options = std::make_shared<ExportOptions>();
    CLI::App* command = relabel.add_subcommand("export", "Write a data set: manifest, pictures, masks, provenance");
    addCohortOption(*command, options->cohort);
    command->add_option("--output", options->output, "Folder")->required();
    command->add_option("--format", options->formats, "Of the masks: png, nifti, seg; several may be given")
        ->check(CLI::IsMember({"png", "nifti", "seg"}));
    command->add_option("--state", options->states, "Whose masks; labelled, accepted and edited without it")
        ->check(CLI::IsMember({"predicted", "labelled", "accepted", "edited", "rejected"}));
    command->add_flag("--only-masks", options->onlyMasks, "Leave out the pictures without a mask");
    command->footer("Example: limn relabel export --cohort covid --output covid-v2 --format png seg");
    command->callback(
        [&run, options] { run = [options](const Console& console) { return exportData(*options, console); }; });
}

void addStop(CLI::App& relabel, std::optional<Run>& run)
{
    auto cohort = std::make_shared<std::string>();
    CLI::App* command =
        relabel.add_subcommand("stop", "Ask the cohort's training to stop and keep its best epoch, wherever it runs");
    addCohortOption(*command, *cohort);
    command->footer("Example: limn relabel stop --cohort covid\n`limn relabel train` takes it up again.");
    command->callback([&run, cohort] { run = [cohort](const Console& console) { return stop(*cohort, console); }; });
}

void addStatus(CLI::App& relabel, std::optional<Run>& run)
{
    auto cohort = std::make_shared<std::string>();
    CLI::App* command =
        relabel.add_subcommand("status", "Counts by state, and the trainings with their curves (--json)");
    addCohortOption(*command, *cohort);
    command->footer("Example: limn relabel status --cohort covid");
    command->callback([&run, cohort] { run = [cohort](const Console& console) { return status(*cohort, console); }; });
}

} // namespace

void addCohortOption(CLI::App& command, std::string& cohort)
{
    command.add_option("--cohort", cohort, "Folder of the cohort")->required();
}

void addRelabel(CLI::App& parent, std::optional<Run>& run)
{
    CLI::App* relabel =
        parent.add_subcommand("relabel", "Relabel a cohort: train, predict, review, train again, export");
    relabel->require_subcommand(1);
    relabel->footer("Example: limn relabel init --cohort covid && limn relabel import --cohort covid --source qata\n"
                    "         limn relabel train --cohort covid && limn relabel predict --cohort covid\n"
                    "         limn relabel next --cohort covid && limn relabel accept --cohort covid");
    addInit(*relabel, run);
    addCohortImport(*relabel, run);
    addTrainOn(*relabel, run);
    addPredict(*relabel, run);
    addReview(*relabel, run);
    addExport(*relabel, run);
    addStop(*relabel, run);
    addStatus(*relabel, run);
}

} // namespace app::cli
