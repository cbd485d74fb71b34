#include "app/workflow/relabel/relabel.h"

#include "app/workflow/relabel/relabel_data.h"
#include "app/workflow/relabel/relabel_pictures.h"
#include "app/workflow/run_recorder.h"
#include "app/workflow/training_pictures.h"
#include "imaging/error.h"
#include "models/facade/files.h"
#include "models/facade/library.h"
#include "models/facade/lvit_settings.h"

#include <optional>

namespace app {

namespace {

using annotations::Cohort;
using annotations::RunState;
using annotations::Study;
using annotations::TrainingRun;
using imaging::Error;
using imaging::ErrorKind;

/// The run that was stopped or killed, if the newest one was.
std::optional<TrainingRun> interruptedRun(const Cohort& cohort)
{
    const auto runs = annotations::trainingRuns(cohort);
    if (runs.empty())
        return {};
    const bool interrupted = runs.front().state == RunState::Running || runs.front().state == RunState::Stopped;
    return interrupted ? std::optional(runs.front()) : std::nullopt;
}

TrainingRun newRun(const Cohort& cohort, const RelabelTrainOptions& options)
{
    auto settings = options.settings;
    settings.data.clear();
    settings.output.clear();
    settings.textColumn = "text";
    settings.imageColumn = "image";
    settings.maskColumn = "mask";
    settings.trainSplit = "train";
    settings.validationSplit = "valid";
    settings.textSides = textSidesOf(cohort);
    settings.finding = cohort.settings().finding;
    TrainingRun run;
    run.name = settings.name;
    run.who = options.who;
    run.settings = models::optionsToJson(settings);
    return run;
}

/// Whether a training learns from the pictures without a mask, too.
bool usesUnlabelled(const models::LvitTrainOptions& settings)
{
    return settings.unlabelled != models::UnlabelledUse::None;
}

/// Trains, or goes on, in the run's folder. Gives false when cancelled.
bool train(const Cohort& cohort, const TrainingRun& run, models::LvitTrainOptions settings, const std::stop_token& stop,
    const imaging::Progress& progress)
{
    const auto folder = cohort.folder() / run.folder;
    settings.data = folder / "data";
    settings.output = folder;
    settings.resume = true; // Starts anew where there is nothing to go on with.
    settings.readers = trainingReaders();
    std::error_code problem;
    std::filesystem::create_directories(folder / "training", problem);
    return !models::library().train(settings, stop, progress).cancelled;
}

} // namespace

models::LvitTrainOptions relabelTrainingDefaults()
{
    models::LvitTrainOptions settings;
    // As in the table of resources/models/COMPARISON.md: masks averaged at 0.99 a step hardly move, and the LV loss
    // leads away from the true masks.
    settings.unlabelled = models::UnlabelledUse::Epi;
    settings.epiUpdate = models::EpiUpdate::Epoch;
    settings.epiDecay = 0.3;
    settings.lvWeight = 0;
    return settings;
}

annotations::TrainingRun trainCohort(annotations::Cohort& cohort, const RelabelTrainOptions& options,
    std::stop_token stop, const imaging::Progress& progress)
{
    const auto interrupted = options.startAnew ? std::nullopt : interruptedRun(cohort);
    auto run = interrupted ? *interrupted : newRun(cohort, options);
    auto settings = models::optionsFromJson(run.settings, models::LvitTrainOptions(), "run " + std::to_string(run.id));
    // What the computer of today offers; with as many threads as before the figures are the same to the last bit.
    if (options.settings.threads != 0)
        settings.threads = options.settings.threads;
    if (options.settings.device != "auto")
        settings.device = options.settings.device;
    const bool withUnlabelled = usesUnlabelled(settings);
    std::vector<Study> studies;
    if (!interrupted) {
        studies = allStudies(cohort);
        chooseValidation(cohort, studies, options.validationFraction);
        countCases(studies, withUnlabelled, run);
        run = annotations::startRun(cohort, run);
    }
    const auto data = cohort.folder() / run.folder / "data";
    const models::training::FolderLock lock(
        data); // A run that is alive is not taken over, however long ago it reported.
    if (interrupted)
        run = annotations::startRun(cohort, run);
    RunRecorder recorder(cohort, run, std::move(stop), progress);
    try {
        bool done = std::filesystem::exists(data / "manifest.csv");
        if (!done)
            done = writeTrainingData(cohort, interrupted ? allStudies(cohort) : studies, data, withUnlabelled,
                recorder.stop(), recorder.progress());
        if (done)
            done = train(cohort, run, settings, recorder.stop(), recorder.progress());
        return recorder.finish(done ? RunState::Done : RunState::Stopped);
    } catch (const Error& problem) {
        // With a disk that is full the same command goes on once there is room.
        recorder.fail(problem.what(), problem.kind() == ErrorKind::Io ? RunState::Stopped : RunState::Failed);
        throw;
    } catch (const std::exception& problem) {
        recorder.fail(problem.what(), RunState::Failed);
        throw;
    }
}

} // namespace app
