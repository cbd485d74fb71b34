#include "models/training/lvit_trainer.h"

#include "imaging/error.h"
#include "imaging/log.h"
#include "models/text/text_encoder.h"
#include "models/training/device.h"
#include "models/training/folder_lock.h"
#include "models/training/predict.h"
#include "models/training/schedule.h"
#include "models/training/shown_texts.h"
#include "models/training/step_loader.h"
#include "models/training/train_setup.h"
#include "models/training/training_log.h"
#include "models/training/training_package.h"
#include "models/training/training_state.h"
#include "models/training/training_step.h"
#include "models/weights/load_report.h"
#include "models/weights/safetensors.h"

#include <torch/utils.h>

#include <chrono>
#include <cmath>
#include <cstdio>

namespace models {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// One training from its data to its package.
class LvitTrainer
{
public:
    LvitTrainer(const LvitTrainOptions& options, std::stop_token stop, const imaging::Progress& progress)
        : m_options(options)
        , m_stop(std::move(stop))
        , m_progress(progress)
        , m_folder(options.output / "training")
        , m_stateFile(m_folder / "state.safetensors")
        , m_lock(m_folder)
        , m_device(chooseDevice(options.device))
    {
        requireFreshOrResume(m_options, m_stateFile);
        removeUnfinishedFiles(m_options.output);
        removeUnfinishedFiles(m_folder);
    }

    LvitTrainResult run();

private:
    void load();
    void resume();
    bool trainEpoch();
    bool predictUnlabelled();
    void trainStep(const StepInput& input);
    [[noreturn]] void refuseToGoOn();
    bool validateEpoch();
    Scores score(LViT& net, const char* text);
    EpochRow epochRow(const Scores& scores) const;
    void finishEpoch(const Scores& scores);
    bool describeBest();
    void save();
    void saveWhenDue();
    void report(double loss) const;
    LvitTrainResult result(bool cancelled) const;

    bool resumes() const { return m_options.resume && std::filesystem::exists(m_stateFile); }
    bool isOver() const { return m_state.position.finished; }
    bool usesUnlabelled() const { return m_options.unlabelled != "none" && !m_data.split.unlabelled.empty(); }
    std::int64_t steps() const { return m_plan->stepsPerEpoch(); }
    std::int64_t globalStep() const { return m_state.position.epoch * steps() + m_state.position.step; }
    ScoreOptions scoreOptions() const { return {m_device, m_options.halfPrecision, m_package.info.threshold}; }

    const LvitTrainOptions m_options;
    const std::stop_token m_stop;
    const imaging::Progress& m_progress;
    const std::filesystem::path m_folder;
    const std::filesystem::path m_stateFile;
    const FolderLock m_lock;
    const c10::Device m_device;
    TrainingData m_data;
    LViTPackage m_package;
    LViT m_net{nullptr};
    std::unique_ptr<torch::optim::Optimizer> m_optimizer;
    std::unique_ptr<WeightAverage> m_average;
    std::unique_ptr<TrainingLog> m_log;
    std::optional<StepPlan> m_plan;
    std::unique_ptr<SemiSupervised> m_semi; ///< Null without unlabelled pictures.
    std::optional<TrainingStep> m_step;
    TrainingState m_state;
    double m_secondsWaited = 0; ///< For data, in the current epoch of this run.
    Clock::time_point m_stepStart;
    Clock::time_point m_lastSave;
};

LvitTrainResult LvitTrainer::run()
{
    load();
    if (m_stop.stop_requested())
        return result(/*cancelled=*/true);
    resume();
    m_log = std::make_unique<TrainingLog>(m_folder, m_state.position.epoch);
    m_lastSave = Clock::now();
    while (!isOver()) {
        if (!predictUnlabelled() || !trainEpoch() || !validateEpoch()) {
            save();
            return result(/*cancelled=*/true);
        }
    }
    return result(/*cancelled=*/!describeBest());
}

void LvitTrainer::load()
{
    if (m_options.halfPrecision && !hasHalfPrecision(m_device))
        imaging::log(imaging::LogLevel::Warning, "This processor has no bfloat16 arithmetic: training in float32.");
    m_data = loadTrainingData(m_options, m_stop, m_progress);
    m_package = packageFor(m_options, m_data.textWidth);
    m_package.colour = m_data.training.channels == 3;
    torch::manual_seed(m_options.seed);
    m_net = LViT(m_package.network);
    if (!resumes())
        takeInitialWeights(m_options, *m_net);
    toTrainingLayout(*m_net, m_device);
    m_optimizer = makeOptimizer(m_options, *m_net);
    m_average = std::make_unique<WeightAverage>(*m_net);
    m_plan.emplace(m_options, m_data.split);
    if (usesUnlabelled())
        m_semi = std::make_unique<SemiSupervised>(m_options, m_data, m_folder / "pseudo_labels.u16");
    m_step.emplace(m_options, m_data, *m_plan, m_device, m_semi.get());
    m_state.settings = settingsToCompare(m_options, m_data);
}

void LvitTrainer::resume()
{
    if (resumes()) {
        const auto settings = m_state.settings;
        m_state = readState(m_stateFile);
        requireSameSettings(m_state.settings, settings, m_stateFile);
        const auto rows = loadStateTensors(m_stateFile, *m_net, *m_average, *m_optimizer);
        if (m_semi && rows.defined())
            m_semi->labels().restore(rows);
    }
    writeLabelledSplit(m_folder / "labelled.csv", m_data.training, m_data.split);
}

/// Makes P_0 with the prototype, and moves P where the settings say so, before an epoch. False when it was stopped.
bool LvitTrainer::predictUnlabelled()
{
    auto& position = m_state.position;
    const bool due = m_plan->showsUnlabelled(globalStep()) && position.step == 0
        && position.predictedEpoch <= position.epoch && (position.predictedEpoch == 0 || m_semi->movesBetweenEpochs());
    if (!due)
        return true;
    const auto start = Clock::now();
    const imaging::Progress progress([this](double fraction, std::string_view stage) {
        const double done = double(globalStep()) / double(m_options.epochs * steps());
        m_progress.report(done, std::string(stage) + ", " + std::to_string(int(100 * fraction)) + " %");
    });
    if (m_options.averageDecay > 0)
        m_average->swap();
    auto options = scoreOptions();
    options.batchSize = m_options.batchSize;
    const auto change = m_semi->predictAll(m_net, options, m_stop, progress);
    if (m_options.averageDecay > 0)
        m_average->swap();
    position.seconds += secondsSince(start);
    if (!change)
        return false;
    position.labelChange = *change;
    position.predictedEpoch = position.epoch + 1;
    return true;
}

/// False when it was stopped.
bool LvitTrainer::trainEpoch()
{
    m_net->train();
    auto& position = m_state.position;
    m_stepStart = Clock::now();
    const auto first = position.epoch * steps();
    StepLoader<StepInput> loader([&](std::int64_t step) { return m_step->input(first + step); }, position.step, steps(),
        m_options.loaderThreads);
    while (position.step < steps()) {
        if (m_stop.stop_requested())
            return false;
        trainStep(loader.next());
        m_secondsWaited = loader.secondsWaited();
        const double seconds = secondsSince(m_stepStart);
        m_stepStart = Clock::now();
        position.seconds += seconds;
        position.epochSeconds += seconds;
        report(position.lossSums.total / double(position.step));
        saveWhenDue();
    }
    return true;
}

void LvitTrainer::trainStep(const StepInput& input)
{
    auto& position = m_state.position;
    const auto step = globalStep();
    setLearningRate(*m_optimizer, learningRateAt(m_options, position.epoch, position.step, steps()));
    const auto outcome = m_step->run(step, input, m_net, *m_optimizer);
    if (!outcome.finite)
        refuseToGoOn();
    if (m_options.averageDecay > 0)
        m_average->update(averageDecayAt(m_options.averageDecay, step));
    position.lossSums += outcome.losses;
    position.unlabelledSteps += m_plan->showsUnlabelled(step);
    position.lvSteps += outcome.hasLv;
    position.labelChange += outcome.change;
    ++position.step;
}

void LvitTrainer::refuseToGoOn()
{
    const auto& position = m_state.position;
    const auto pictures = m_step->pictures(globalStep());
    constexpr std::size_t kNamed = 3;
    std::string names;
    for (std::size_t i = 0; i < std::min(kNamed, pictures.size()); ++i)
        names += (names.empty() ? "'" : ", '") + pictures[i] + "'";
    if (pictures.size() > kNamed)
        names += " and " + std::to_string(pictures.size() - kNamed) + " more";
    throw imaging::Error(imaging::ErrorKind::Model,
        "The training has left the range of numbers in epoch " + std::to_string(position.epoch + 1) + ", step "
            + std::to_string(position.step + 1) + " (pictures " + names + "): lower the learning rate. "
            + (position.bestEpoch > 0 ? "The package of epoch " + std::to_string(position.bestEpoch) + " is kept in '"
                        + m_options.output.string() + "'."
                                      : std::string("No epoch was finished, so there is no package."))
            + (std::filesystem::exists(m_stateFile) ? " The last good state is kept in '" + m_stateFile.string() + "'."
                                                    : ""),
        m_options.output.string());
}

/// Scores the epoch's weights (or their average), keeps the best. False when it was stopped.
bool LvitTrainer::validateEpoch()
{
    const auto start = Clock::now();
    const bool averaged = m_options.averageDecay > 0;
    if (averaged)
        m_average->swap();
    const auto scores = score(m_net, "given");
    m_state.position.seconds += secondsSince(start);
    const bool complete = !m_stop.stop_requested();
    if (complete)
        finishEpoch(scores);
    if (averaged)
        m_average->swap();
    if (complete)
        save();
    return complete;
}

/// Of the validation split, with the kind of text that textsFor() knows.
Scores LvitTrainer::score(LViT& net, const char* text)
{
    const auto texts = textsFor(text, m_data.validation, m_options.seed);
    return scoreDataset(
        net, m_data.validation,
        [&](std::size_t index) { return m_data.texts ? m_data.texts->of(texts[index]) : at::Tensor(); }, scoreOptions(),
        m_stop);
}

/// Scores the best weights with true, no and wrong texts and puts the figures into the model card, once. False when it
/// was stopped.
bool LvitTrainer::describeBest()
{
    auto& position = m_state.position;
    if (position.described)
        return true;
    const auto file = m_options.output / "model.safetensors";
    LViT best(m_package.network);
    loadWeights(*best, readSafetensors(file), file.string());
    toTrainingLayout(*best, m_device);
    CardFigures figures{position.bestEpoch, position.seconds, {}};
    for (const auto* kind : {"given", "none", "shuffled"}) {
        m_progress.report(1, std::string("scoring the best epoch, text: ") + kind);
        figures.scores.emplace_back(kind, score(best, kind));
    }
    if (m_stop.stop_requested())
        return false;
    writeModelCard(m_options, *best, m_data, figures);
    position.described = true;
    save();
    return true;
}

EpochRow LvitTrainer::epochRow(const Scores& scores) const
{
    const auto& position = m_state.position;
    const auto& sums = position.lossSums;
    const auto mean = [](double sum, std::int64_t count) {
        return count > 0 ? std::optional(sum / double(count)) : std::nullopt;
    };
    EpochRow row;
    row.epoch = position.epoch + 1;
    row.learningRate = learningRateAt(m_options, position.epoch, steps() - 1, steps());
    row.loss = sums.total / double(steps());
    row.dice = scores.perImageDice;
    row.iou = scores.perImageIou;
    row.pooledDice = scores.pooledDice;
    row.pooledIou = scores.pooledIou;
    row.secondsPerPicture = position.epochSeconds / double(steps() * m_options.batchSize);
    row.seconds = position.seconds;
    row.secondsWaited = m_secondsWaited;
    row.labelledLoss = sums.labelled / double(steps());
    row.unlabelledLoss = mean(sums.unlabelled, position.unlabelledSteps);
    row.lvLoss = mean(sums.lv, position.lvSteps);
    row.labelChange = mean(position.labelChange.sum, position.labelChange.pictures);
    return row;
}

void LvitTrainer::finishEpoch(const Scores& scores)
{
    auto& position = m_state.position;
    m_log->write(epochRow(scores));
    if (scores.perImageDice > position.bestDice) {
        position.bestDice = scores.perImageDice;
        position.bestEpoch = position.epoch + 1;
        writePackage(m_options, m_package, *m_net, m_data, {position.bestEpoch, position.seconds, {{"given", scores}}});
    }
    ++position.epoch;
    position.step = 0;
    position.lossSums = {};
    position.unlabelledSteps = position.lvSteps = 0;
    position.labelChange = {};
    position.epochSeconds = 0;
    const int since = std::max(position.bestEpoch, usesUnlabelled() ? m_options.prototypeEpochs : 0);
    const bool early = m_options.earlyStopEpochs > 0 && position.epoch - since >= m_options.earlyStopEpochs;
    position.finished = early || position.epoch >= m_options.epochs;
}

void LvitTrainer::save()
{
    for (const auto& parameter : m_net->parameters())
        if (!parameter.isfinite().all().item<bool>())
            refuseToGoOn();
    if (m_semi) {
        m_semi->labels().sync();
        m_state.labelRows = m_semi->labels().rows();
    }
    saveState(m_stateFile, m_state, *m_net, *m_average, *m_optimizer);
    if (m_semi)
        m_semi->labels().commit();
    m_lastSave = Clock::now();
}

void LvitTrainer::saveWhenDue()
{
    if (secondsSince(m_lastSave) >= 60 * m_options.saveMinutes)
        save();
}

void LvitTrainer::report(double loss) const
{
    const auto& position = m_state.position;
    const double done = double(position.epoch * steps() + position.step);
    const double total = double(m_options.epochs) * double(steps());
    const int left = int(std::ceil(position.seconds / done * (total - done) / 60));
    char text[160];
    std::snprintf(text, sizeof text, "epoch %d/%d, loss %.4f, best Dice %.2f, %.3f s a picture, %d h %02d min left",
        position.epoch + 1, m_options.epochs, loss, 100 * std::max(position.bestDice, 0.0),
        position.epochSeconds / double(position.step * m_options.batchSize), left / 60, left % 60);
    m_progress.report(done / total, text);
}

LvitTrainResult LvitTrainer::result(bool cancelled) const
{
    const auto& position = m_state.position;
    return {position.epoch, position.bestEpoch, std::max(position.bestDice, 0.0), position.seconds, cancelled};
}

} // namespace

LvitTrainResult trainLvit(const LvitTrainOptions& options, std::stop_token stop, const imaging::Progress& progress)
{
    requireValid(options);
    requireNoOtherPackage(options);
    try {
        return LvitTrainer(options, std::move(stop), progress).run();
    } catch (const c10::Error& error) {
        throw imaging::Error(imaging::ErrorKind::Internal,
            std::string("The training failed in LibTorch: ") + error.what_without_backtrace(), options.output.string());
    }
}

} // namespace models
