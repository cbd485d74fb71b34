#include "models/lvit/training/train.h"

#include "imaging/error.h"
#include "imaging/log.h"
#include "models/layers/device.h"
#include "models/lvit/training/lvit_step.h"
#include "models/lvit/training/predict.h"
#include "models/lvit/training/train_setup.h"
#include "models/lvit/training/training_package.h"
#include "models/lvit/training/training_report.h"
#include "models/lvit/training/training_state.h"
#include "models/text/text_encoder.h"
#include "models/training/folder_lock.h"
#include "models/training/schedule.h"
#include "models/training/shown_texts.h"
#include "models/training/step_loader.h"
#include "models/training/training_log.h"
#include "models/weights/load_report.h"
#include "models/weights/safetensors.h"

#include <torch/utils.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace models::lvit {

namespace {

using Clock = std::chrono::steady_clock;

/// How far the Dice of a written package may be from that of the network it was written from: float16 weights round.
constexpr double kMostOfWriting = 0.02;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The named device; of several GPUs that of this process.
c10::Device ownDevice(const std::string& name)
{
    const auto device = layers::chooseDevice(name);
    return device.is_cuda() && !device.has_index() ? c10::Device(c10::kCUDA, c10::DeviceIndex(training::localRank()))
                                                   : device;
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
        , m_device(ownDevice(options.device))
        , m_group(training::ProcessGroup::fromEnvironment(m_device))
    {
        if (isFirst())
            m_lock.emplace(m_folder);
        requireFreshOrResume(m_options, m_stateFile);
        if (!isFirst())
            return;
        removeUnfinishedFiles(m_options.output);
        removeUnfinishedFiles(m_folder);
    }

    LvitTrainResult run();

private:
    void load();
    void join();
    void resume();
    void chooseArithmetic();
    bool trainEpoch();
    bool predictUnlabelled();
    void trainStep(const StepInput& input);
    void requireFiniteWeights() const;
    [[noreturn]] void refuseToGoOn(std::int64_t step) const;
    bool validateEpoch();
    scoring::Scores scoreOnce();
    scoring::Scores score(LViT& net, const char* text);
    void finishEpoch(const scoring::Scores& scores);
    bool describeBest();
    void requireSameAsWritten(const scoring::Scores& written) const;
    void save();
    void saveWhenDue();
    LvitTrainResult result(bool cancelled) const;

    int processes() const { return m_group ? m_group->size() : 1; }
    /// Whether this is the process that writes: one that trains alone, or the first of several.
    bool isFirst() const { return !m_group || m_group->isFirst(); }
    /// In all processes when it is asked in one.
    bool stopRequested() const { return m_group ? m_group->any(m_stop.stop_requested()) : m_stop.stop_requested(); }
    bool resumes() const { return m_options.resume && std::filesystem::exists(m_stateFile); }
    bool isOver() const { return m_state.position.finished; }
    bool keepsLabels() const { return m_semi && m_semi->labels(); }
    bool usesUnlabelled() const { return m_options.unlabelled != "none" && !m_data.split.unlabelled.empty(); }
    std::int64_t steps() const { return m_plan->stepsPerEpoch(); }
    std::int64_t globalStep() const { return m_state.position.epoch * steps() + m_state.position.step; }
    /// In float32, as a package answers.
    ScoreOptions scoreOptions() const { return {m_device, /*halfPrecision=*/false, m_package.info.threshold}; }

    LvitTrainOptions m_options; ///< As given, but for a half precision that cannot be trusted.
    const std::stop_token m_stop;
    const imaging::Progress& m_progress;
    const std::filesystem::path m_folder;
    const std::filesystem::path m_stateFile;
    const c10::Device m_device;
    const std::unique_ptr<training::ProcessGroup> m_group; ///< Null when one process trains alone.
    std::optional<training::FolderLock> m_lock; ///< Of the process that writes.
    TrainingData m_data;
    LViTPackage m_package;
    LViT m_net{nullptr};
    std::unique_ptr<torch::optim::Optimizer> m_optimizer;
    std::unique_ptr<training::WeightAverage> m_average;
    std::unique_ptr<training::TrainingLog> m_log;
    std::optional<training::StepPlan> m_plan;
    std::unique_ptr<SemiSupervised> m_semi; ///< Null without unlabelled pictures.
    std::optional<TrainingStep> m_step;
    training::TrainingState m_state;
    double m_secondsWaited = 0; ///< For data, in the current epoch of this run.
    Clock::time_point m_stepStart;
    Clock::time_point m_lastSave;
};

LvitTrainResult LvitTrainer::run()
{
    load();
    if (stopRequested())
        return result(/*cancelled=*/true);
    resume();
    join();
    chooseArithmetic();
    if (isFirst())
        m_log = std::make_unique<training::TrainingLog>(m_folder, m_state.position.epoch);
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
    m_data = loadTrainingData(m_options, m_stop, m_progress);
    if (m_stop.stop_requested())
        return;
    if (isFirst())
        for (const auto& warning : m_data.warnings)
            imaging::log(imaging::LogLevel::Warning, warning);
    m_package = packageFor(m_options, m_data.textWidth);
    m_package.colour = m_data.training.channels == 3;
    torch::manual_seed(m_options.seed);
    m_net = LViT(m_package.network);
    if (!resumes())
        takeInitialWeights(m_options, *m_net);
    toTrainingLayout(*m_net, m_device);
    m_optimizer = makeOptimizer(m_options, *m_net);
    m_average = std::make_unique<training::WeightAverage>(*m_net);
    m_plan.emplace(m_options, m_data.split, processes());
    if (usesUnlabelled())
        m_semi =
            std::make_unique<SemiSupervised>(m_options, m_data, m_folder / training::kPseudoLabelsFile, m_group.get());
    m_step.emplace(m_options, m_data, *m_plan, m_device, m_semi.get(), m_group.get());
    m_state.settings = settingsToCompare(m_options, m_data, processes());
}

/// Lets all processes start from the same numbers and share their batch norms' statistics.
void LvitTrainer::join()
{
    if (!m_group)
        return;
    layers::shareStatistics(*m_net, [this](torch::Tensor& tensor) { m_group->sum(tensor); });
    torch::NoGradGuard noGradients;
    for (auto& [key, tensor] : weights::weightsOf(*m_net)) {
        auto values = tensor.contiguous();
        m_group->broadcast(values);
        tensor.copy_(values);
    }
}

void LvitTrainer::resume()
{
    if (resumes()) {
        const auto settings = m_state.settings;
        m_state = training::readState(m_stateFile);
        requireSameSettings(m_state.settings, settings, m_stateFile);
        const auto rows = training::loadStateTensors(m_stateFile, *m_net, *m_average, *m_optimizer);
        if (rows.defined() && keepsLabels())
            m_semi->labels()->restore(rows);
    }
    if (isFirst())
        training::writeLabelledSplit(m_folder / "labelled.csv", m_data.training, m_data.split);
}

/// Never trusts the faster arithmetic unseen: where bfloat16 is not there, or gives other numbers than float32 on the
/// first pictures that this run shows, the training goes on in float32.
void LvitTrainer::chooseArithmetic()
{
    if (!m_options.halfPrecision || isOver())
        return;
    std::string doubt;
    if (!layers::hasHalfPrecision(m_device))
        doubt = "This processor has no bfloat16 arithmetic";
    else {
        const auto gap = m_step->precisionGap(globalStep(), m_net);
        if (!gap.isRounding())
            doubt = "bfloat16 gives other numbers than float32 here (" + gap.text() + ")";
        imaging::log(imaging::LogLevel::Info, "bfloat16 was compared with float32: " + gap.text() + ".");
    }
    const bool any = m_group ? m_group->any(!doubt.empty()) : !doubt.empty();
    if (!any)
        return;
    m_options.halfPrecision = false;
    imaging::log(imaging::LogLevel::Warning,
        (doubt.empty() ? std::string("Another process cannot trust its bfloat16 arithmetic") : doubt)
            + ": training in float32.");
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
    options.halfPrecision = m_options.halfPrecision;
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
    training::StepLoader<StepInput> loader([&](std::int64_t step) { return m_step->input(first + step); },
        position.step, steps(), m_options.loaderThreads);
    while (position.step < steps()) {
        if (stopRequested())
            return false;
        trainStep(loader.next());
        m_secondsWaited = loader.secondsWaited();
        const double seconds = secondsSince(m_stepStart);
        m_stepStart = Clock::now();
        position.seconds += seconds;
        position.epochSeconds += seconds;
        if (isFirst())
            m_progress.report(
                double(globalStep()) / double(m_options.epochs * steps()), progressLine(m_options, position, steps()));
        saveWhenDue();
    }
    return true;
}

void LvitTrainer::trainStep(const StepInput& input)
{
    auto& position = m_state.position;
    const auto step = globalStep();
    setLearningRate(*m_optimizer, training::learningRateAt(m_options, position.epoch, position.step, steps()));
    const auto outcome = m_step->run(step, input, m_net, *m_optimizer);
    if (!outcome.finite)
        refuseToGoOn(step);
    if (m_options.averageDecay > 0)
        m_average->update(training::averageDecayAt(m_options.averageDecay, step));
    position.lossSums += outcome.losses;
    position.unlabelledSteps += m_plan->showsUnlabelled(step);
    position.lvSteps += outcome.hasLv;
    position.labelChange += outcome.change;
    ++position.step;
}

/// `step`: the one that did it.
void LvitTrainer::refuseToGoOn(std::int64_t step) const
{
    const auto state = std::filesystem::exists(m_stateFile) ? m_stateFile : std::filesystem::path();
    throw leftTheRange(m_options, m_state.position, {step / steps(), step % steps(), m_step->pictures(step)}, state);
}

void LvitTrainer::requireFiniteWeights() const
{
    for (const auto& parameter : m_net->parameters())
        if (!parameter.isfinite().all().item<bool>())
            refuseToGoOn(std::max<std::int64_t>(globalStep() - 1, 0));
}

/// Scores the epoch's weights (or their average), keeps the best. False when it was stopped.
bool LvitTrainer::validateEpoch()
{
    requireFiniteWeights(); // Before they could become a package.
    const auto start = Clock::now();
    const bool averaged = m_options.averageDecay > 0;
    if (averaged)
        m_average->swap();
    const auto scores = scoreOnce();
    m_state.position.seconds += secondsSince(start);
    const bool complete = !stopRequested();
    if (complete)
        finishEpoch(scores);
    if (averaged)
        m_average->swap();
    if (complete)
        save();
    return complete;
}

/// The first process scores, since the batches of a validation are independent of each other; all get its figures.
scoring::Scores LvitTrainer::scoreOnce()
{
    scoring::Scores scores;
    if (isFirst())
        scores = score(m_net, "given");
    if (m_group) {
        auto values = torch::tensor(
            {scores.perImageDice, scores.perImageIou, scores.pooledDice, scores.pooledIou}, torch::kDouble);
        m_group->broadcast(values);
        const auto* all = values.const_data_ptr<double>();
        scores.perImageDice = all[0];
        scores.perImageIou = all[1];
        scores.pooledDice = all[2];
        scores.pooledIou = all[3];
    }
    return scores;
}

/// Of the validation split, with the kind of text that textsFor() knows.
scoring::Scores LvitTrainer::score(LViT& net, const char* text)
{
    const auto texts = training::textsFor(text, m_data.validation, m_options.seed);
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
    if (position.described || !isFirst())
        return true;
    const auto file = m_options.output / "model.safetensors";
    LViT best(m_package.network);
    weights::loadWeights(*best, weights::readSafetensors(file), file.string());
    toTrainingLayout(*best, m_device);
    CardFigures figures{position.bestEpoch, position.seconds, {}};
    for (const auto* kind : {"given", "none", "shuffled"}) {
        m_progress.report(1, std::string("scoring the best epoch, text: ") + kind);
        figures.scores.emplace_back(kind, score(best, kind));
    }
    if (m_stop.stop_requested())
        return false;
    requireSameAsWritten(figures.scores.front().second);
    writeModelCard(m_options, *best, m_data, figures);
    position.described = true;
    save();
    return true;
}

/// The file's figure must be that of the network it was written from.
void LvitTrainer::requireSameAsWritten(const scoring::Scores& written) const
{
    const double before = m_state.position.bestDice;
    if (std::abs(written.perImageDice - before) <= kMostOfWriting)
        return;
    char figures[96];
    std::snprintf(figures, sizeof figures, "%.2f %% where the network in memory gave %.2f %%",
        100 * written.perImageDice, 100 * before);
    throw imaging::Error(imaging::ErrorKind::Model,
        "The training does not count as done: on the validation split the package in '" + m_options.output.string()
            + "' gives a Dice of " + figures
            + ". Do not use it: train again, in float32 and with weights saved in float32, and report this.",
        m_options.output.string());
}

void LvitTrainer::finishEpoch(const scoring::Scores& scores)
{
    auto& position = m_state.position;
    if (m_log)
        m_log->write(epochRow(m_options, position, steps(), scores, m_secondsWaited));
    if (scores.perImageDice > position.bestDice) {
        position.bestDice = scores.perImageDice;
        position.bestEpoch = position.epoch + 1;
        if (isFirst())
            writePackage(
                m_options, m_package, *m_net, m_data, {position.bestEpoch, position.seconds, {{"given", scores}}});
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
    requireFiniteWeights();
    if (!isFirst())
        return;
    if (keepsLabels()) {
        m_semi->labels()->sync();
        m_state.labelRows = m_semi->labels()->rows();
    }
    training::saveState(m_stateFile, m_state, *m_net, *m_average, *m_optimizer);
    if (keepsLabels())
        m_semi->labels()->commit();
    m_lastSave = Clock::now();
}

void LvitTrainer::saveWhenDue()
{
    if (secondsSince(m_lastSave) >= 60 * m_options.saveMinutes)
        save();
}

LvitTrainResult LvitTrainer::result(bool cancelled) const
{
    const auto& position = m_state.position;
    return {position.epoch, position.bestEpoch, std::max(position.bestDice, 0.0), position.seconds, cancelled,
        m_data.warnings};
}

} // namespace

LvitTrainResult trainLvit(const LvitTrainOptions& options, std::stop_token stop, const imaging::Progress& progress)
{
    auto settings = options;
    if (settings.textEncoder.empty())
        settings.textEncoder = kDefaultTextEncoder;
    requireValid(settings);
    requireNoOtherPackage(settings);
    try {
        return LvitTrainer(settings, std::move(stop), progress).run();
    } catch (const c10::Error& error) {
        throw imaging::Error(imaging::ErrorKind::Internal,
            std::string("The training failed in LibTorch: ") + error.what_without_backtrace(), options.output.string());
    }
}

} // namespace models::lvit
