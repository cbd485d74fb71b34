#include "app/workflow/relabel.h"

#include "app/workflow/relabel_pictures.h"
#include "app/workflow/training_pictures.h"
#include "imaging/error.h"
#include "imaging/files/atomic_file.h"
#include "models/library.h"
#include "models/training/csv.h"
#include "models/training/folder_lock.h"
#include "models/training/options_json.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>

namespace app {

namespace {

using annotations::CaseState;
using annotations::Cohort;
using annotations::RunState;
using annotations::Study;
using annotations::TrainingRun;
using imaging::Error;
using imaging::ErrorKind;

std::vector<Study> allStudies(const Cohort& cohort)
{
    constexpr int kPart = 1000;
    std::vector<Study> studies;
    for (auto part = cohort.studiesAfter(0, kPart); !part.empty(); part = cohort.studiesAfter(studies.back().id, kPart))
        studies.insert(studies.end(), part.begin(), part.end());
    return studies;
}

bool isValidation(const Study& study)
{
    return study.split == "valid" && annotations::hasLabel(study.state);
}

bool isTraining(const Study& study)
{
    return study.split != "valid" && study.split != "test";
}

/// Keeps some labelled cases aside for good when the data brought no validation split.
void chooseValidation(Cohort& cohort, std::vector<Study>& studies, double fraction)
{
    if (std::any_of(studies.begin(), studies.end(), isValidation))
        return;
    std::vector<Study*> labelled;
    for (auto& study : studies)
        if (isTraining(study) && annotations::hasLabel(study.state))
            labelled.push_back(&study);
    if (labelled.size() < 2)
        throw Error(ErrorKind::InvalidInput,
            "The cohort '" + cohort.folder().string() + "' has " + std::to_string(labelled.size())
                + " labelled cases; a training needs at least two: import masks, or accept or draw some.",
            cohort.folder().string());
    std::sort(labelled.begin(), labelled.end(), [](const Study* a, const Study* b) { return a->shuffle < b->shuffle; });
    const double wanted = std::round(fraction * static_cast<double>(labelled.size()));
    const auto count = static_cast<std::size_t>(std::clamp(wanted, 1.0, static_cast<double>(labelled.size() - 1)));
    for (std::size_t place = 0; place < count; ++place) {
        cohort.setSplit(labelled[place]->id, "valid");
        labelled[place]->split = "valid";
    }
}

/// The same file under another name; a copy where the drive has no hard links.
void linkFile(const std::filesystem::path& from, const std::filesystem::path& to)
{
    std::error_code problem;
    std::filesystem::create_directories(to.parent_path(), problem);
    std::filesystem::create_hard_link(from, to, problem);
    if (!problem || std::filesystem::exists(to))
        return;
    imaging::AtomicFile copy(to);
    std::filesystem::copy_file(from, copy.temporaryPath(), problem);
    if (problem)
        throw Error(ErrorKind::Io,
            "The file '" + from.string() + "' cannot be copied to '" + to.string() + "': " + problem.message() + ".",
            to.string());
    copy.commit();
}

void requirePicture(const Cohort& cohort, const Study& study)
{
    std::error_code problem;
    if (std::filesystem::exists(cohort.pictureFile(study), problem))
        return;
    const auto opened = openCase(cohort, study, {}, {});
    ensurePicture(cohort, study, *opened.volume, opened.slice);
}

/// Writes the training folder of a run: pictures, masks and, last of all, the manifest. Masks never change, so the run
/// keeps its data whatever is decided later. Gives false when stopped.
bool writeTrainingData(const Cohort& cohort, const std::vector<Study>& studies, const std::filesystem::path& folder,
    bool withUnlabelled, const std::stop_token& stop, const imaging::Progress& progress)
{
    std::string manifest = models::csvLine({"split", "image", "mask", "text"}) + "\n";
    std::size_t done = 0;
    for (const auto& study : studies) {
        if (stop.stop_requested())
            return false;
        progress.report(static_cast<double>(done++) / static_cast<double>(studies.size()), "gathering the cases");
        const bool labelled = annotations::hasLabel(study.state);
        if (!isValidation(study) && !isTraining(study))
            continue;
        const std::string image = "pictures/" + study.name + ".png";
        const std::string mask = labelled ? "masks/" + study.name + ".png" : std::string();
        if (labelled || withUnlabelled) {
            requirePicture(cohort, study);
            linkFile(cohort.pictureFile(study), folder / image);
        }
        if (labelled)
            linkFile(cohort.maskFile(study.id, study.maskRevision), folder / mask);
        const std::string split = !labelled && !withUnlabelled ? "unlabelled" : isValidation(study) ? "valid" : "train";
        manifest += models::csvLine({split, image, mask, study.text}) + "\n";
    }
    imaging::writeFileAtomically(folder / "manifest.csv", manifest);
    return true;
}

/// The curves as the trainer's log has them so far; what it left empty is left out.
std::vector<annotations::CurvePoint> readCurves(const std::filesystem::path& log)
{
    std::vector<annotations::CurvePoint> points;
    std::error_code problem;
    if (!std::filesystem::exists(log, problem))
        return points;
    const auto table = models::readCsv(log);
    const int epoch = table.column("epoch");
    for (const auto& row : table.rows) {
        annotations::CurvePoint point;
        for (std::size_t column = 0; column < table.columns.size(); ++column) {
            char* end = nullptr;
            const double value = std::strtod(row.fields[column].c_str(), &end);
            if (end == row.fields[column].c_str())
                continue;
            if (static_cast<int>(column) == epoch)
                point.epoch = static_cast<int>(value);
            else
                point.values.emplace_back(table.columns[column], value);
        }
        if (point.epoch > 0)
            points.push_back(std::move(point));
    }
    return points;
}

/// Takes over what the log says of finished epochs.
void takeFigures(const std::vector<annotations::CurvePoint>& curves, TrainingRun& run)
{
    for (const auto& point : curves)
        for (const auto& [name, value] : point.values)
            if (name == "valid_dice" && (run.bestEpoch == 0 || value > run.bestDice)) {
                run.bestDice = value;
                run.bestEpoch = point.epoch;
            }
    if (!curves.empty())
        run.epochs = curves.back().epoch;
}

/// Keeps the store up to date while a training goes on.
class RunRecorder
{
public:
    RunRecorder(Cohort& cohort, TrainingRun run, const imaging::Progress& progress)
        : m_cohort(cohort)
        , m_run(std::move(run))
        , m_progress(progress)
        , m_log(cohort.folder() / m_run.folder / "training" / "log.csv")
    {
    }

    imaging::Progress progress()
    {
        return imaging::Progress([this](double fraction, std::string_view stage) {
            m_progress.report(fraction, stage);
            m_run.stage = stage;
            const auto now = std::chrono::steady_clock::now();
            if (now - m_written < std::chrono::seconds(1))
                return;
            if (takeCurves() || now - m_written > annotations::kRunHeartbeat / 6) {
                m_written = now;
                annotations::updateRun(m_cohort, m_run);
            }
        });
    }

    TrainingRun finish(RunState state)
    {
        takeCurves();
        m_run.state = state;
        annotations::updateRun(m_cohort, m_run);
        return annotations::trainingRun(m_cohort, m_run.id);
    }

    /// Must not hide the reason by another error.
    void fail(const std::string& reason, RunState state) noexcept
    {
        try {
            m_run.stage = reason;
            finish(state);
        } catch (const std::exception&) { // The store cannot be written either: the run looks killed, which it was.
        }
    }

private:
    /// Whether there was a new epoch.
    bool takeCurves()
    {
        std::error_code problem;
        const auto changed = std::filesystem::last_write_time(m_log, problem);
        if (problem || changed == m_changed)
            return false;
        const auto curves = readCurves(m_log);
        annotations::recordCurves(m_cohort, m_run.id, curves);
        takeFigures(curves, m_run);
        m_changed = changed;
        return true;
    }

    Cohort& m_cohort;
    TrainingRun m_run;
    const imaging::Progress& m_progress;
    std::filesystem::path m_log;
    std::filesystem::file_time_type m_changed{};
    std::chrono::steady_clock::time_point m_written{};
};

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
    settings.textSides = cohort.settings().textSides;
    settings.finding = cohort.settings().finding;
    TrainingRun run;
    run.name = settings.name;
    run.who = options.who;
    run.settings = models::optionsToJson(settings);
    return run;
}

/// Whether a training learns from the pictures without a mask, too.
bool usesUnlabelled(const models::LvitTrainOptions&)
{
    return false;
}

void countCases(const std::vector<Study>& studies, bool withUnlabelled, TrainingRun& run)
{
    for (const auto& study : studies) {
        const bool labelled = annotations::hasLabel(study.state);
        run.validation += isValidation(study);
        run.labelled += isTraining(study) && labelled;
        run.unlabelled += isTraining(study) && !labelled && withUnlabelled;
    }
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
    return !models::library().trainLvit(settings, stop, progress).cancelled;
}

} // namespace

annotations::TrainingRun trainCohort(annotations::Cohort& cohort, const RelabelTrainOptions& options,
    std::stop_token stop, const imaging::Progress& progress)
{
    const auto interrupted = options.startAnew ? std::nullopt : interruptedRun(cohort);
    auto run = interrupted ? *interrupted : newRun(cohort, options);
    auto settings = models::optionsFromJson(run.settings, {}, "run " + std::to_string(run.id));
    settings.threads = options.settings.threads;
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
    const models::FolderLock lock(data); // A run that is alive is not taken over, however long ago it reported.
    if (interrupted)
        run = annotations::startRun(cohort, run);
    RunRecorder recorder(cohort, run, progress);
    try {
        bool done = std::filesystem::exists(data / "manifest.csv");
        if (!done)
            done = writeTrainingData(
                cohort, interrupted ? allStudies(cohort) : studies, data, withUnlabelled, stop, recorder.progress());
        if (done)
            done = train(cohort, run, settings, stop, recorder.progress());
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
