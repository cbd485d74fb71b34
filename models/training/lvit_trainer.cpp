#include "models/training/lvit_trainer.h"

#include "imaging/error.h"
#include "imaging/log.h"
#include "models/lvit/losses.h"
#include "models/text/text_encoder.h"
#include "models/training/batch.h"
#include "models/training/device.h"
#include "models/training/folder_lock.h"
#include "models/training/predict.h"
#include "models/training/random.h"
#include "models/training/schedule.h"
#include "models/training/shown_texts.h"
#include "models/training/step_loader.h"
#include "models/training/train_setup.h"
#include "models/training/training_log.h"
#include "models/training/training_package.h"
#include "models/training/training_state.h"
#include "models/weights/load_report.h"
#include "models/weights/safetensors.h"

#include <torch/utils.h>

#include <chrono>
#include <cmath>
#include <cstdio>

namespace models {

namespace {

constexpr std::uint64_t kOrderStream = 0x0DE;
constexpr std::uint64_t kDropoutStream = 0xD0;

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
    Batch batchOf(std::int64_t step, std::span<const std::int64_t> order) const;
    double trainStep(const Batch& batch);
    [[noreturn]] void refuseToGoOn() const;
    bool validateEpoch();
    Scores score(LViT& net, const char* text);
    void finishEpoch(const Scores& scores);
    bool describeBest();
    void save();
    void saveWhenDue();
    void report(double loss) const;
    LvitTrainResult result(bool cancelled) const;

    bool isOver() const { return m_state.position.finished; }
    double learningRate() const
    {
        return learningRateAt(m_options, m_state.position.epoch, m_state.position.step, m_data.steps);
    }

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
        if (!trainEpoch() || !validateEpoch()) {
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
    torch::manual_seed(m_options.seed);
    m_net = LViT(m_package.network);
    toTrainingLayout(*m_net, m_device);
    m_optimizer = makeOptimizer(m_options, *m_net);
    m_average = std::make_unique<WeightAverage>(*m_net);
    m_state.settings = settingsToCompare(m_options, m_data);
}

void LvitTrainer::resume()
{
    if (!m_options.resume || !std::filesystem::exists(m_stateFile))
        return;
    const auto settings = m_state.settings;
    m_state = readState(m_stateFile);
    requireSameSettings(m_state.settings, settings, m_stateFile);
    loadStateTensors(m_stateFile, *m_net, *m_average, *m_optimizer);
}

/// False when it was stopped.
bool LvitTrainer::trainEpoch()
{
    m_net->train();
    auto& position = m_state.position;
    const auto order = shuffledIndices(
        std::int64_t(m_data.subset.size()), SeededRandom{m_options.seed, kOrderStream, std::uint64_t(position.epoch)});
    std::vector<std::int64_t> samples;
    for (const auto place : order)
        samples.push_back(m_data.subset[std::size_t(place)]);
    m_stepStart = Clock::now();
    StepLoader<Batch> loader([&](std::int64_t step) { return batchOf(step, samples); }, position.step, m_data.steps,
        m_options.loaderThreads);
    while (position.step < m_data.steps) {
        if (m_stop.stop_requested())
            return false;
        const double loss = trainStep(loader.next());
        m_secondsWaited = loader.secondsWaited();
        position.lossSum += loss;
        ++position.step;
        const double seconds = secondsSince(m_stepStart);
        m_stepStart = Clock::now();
        position.seconds += seconds;
        position.epochSeconds += seconds;
        report(position.lossSum / double(position.step));
        saveWhenDue();
    }
    return true;
}

/// Called from the loader's threads: depends on nothing that a step changes.
Batch LvitTrainer::batchOf(std::int64_t step, std::span<const std::int64_t> order) const
{
    const int epoch = m_state.position.epoch;
    const auto first = std::size_t(step) * std::size_t(m_options.batchSize);
    const auto indices = order.subspan(first, std::min(std::size_t(m_options.batchSize), order.size() - first));
    std::vector<Augmentation> augmentations;
    for (const auto index : indices)
        augmentations.push_back(drawAugmentation(m_options, epoch, index, m_data.textsPerSample));
    return makeBatch(
        m_data.training, m_data.texts.get(), indices, augmentations, {m_options.channels, m_package.info.textSides});
}

double LvitTrainer::trainStep(const Batch& batch)
{
    const auto& position = m_state.position;
    const auto globalStep = position.epoch * m_data.steps + position.step;
    // Seeding every step makes dropout independent of how often the training was interrupted.
    torch::manual_seed(SeededRandom{m_options.seed, kDropoutStream, std::uint64_t(globalStep)}.next());
    setLearningRate(*m_optimizer, learningRate());
    m_optimizer->zero_grad();
    torch::Tensor logits;
    {
        const AutocastScope autocast(m_options.halfPrecision, m_device);
        logits = m_net->logits(batch.images.to(m_device), batch.texts.to(m_device)); // [B, 1, S, S]
    }
    logits = logits.to(torch::kFloat);
    const auto masks = batch.masks.to(m_device);
    const auto loss = m_options.loss == "dice_bce" ? diceBce(logits, masks) : weightedDiceBce(logits.sigmoid(), masks);
    const double value = loss.item<double>();
    if (!std::isfinite(value))
        refuseToGoOn();
    loss.backward();
    m_optimizer->step();
    if (m_options.averageDecay > 0)
        m_average->update(averageDecayAt(m_options.averageDecay, globalStep));
    return value;
}

void LvitTrainer::refuseToGoOn() const
{
    const auto& position = m_state.position;
    throw imaging::Error(imaging::ErrorKind::Model,
        "The training has left the range of numbers in epoch " + std::to_string(position.epoch + 1) + ", step "
            + std::to_string(position.step + 1) + ": lower the learning rate. "
            + (position.bestEpoch > 0 ? "The package of epoch " + std::to_string(position.bestEpoch) + " is kept in '"
                        + m_options.output.string() + "'."
                                      : std::string("No epoch was finished, so there is no package.")),
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
    const ScoreOptions options{m_device, m_options.halfPrecision, m_package.info.threshold};
    return summarize(scorePictures(
        net, m_data.validation, [&](std::size_t index) { return m_data.texts->of(texts[index]); }, options, m_stop,
        [](std::size_t) {}));
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

void LvitTrainer::finishEpoch(const Scores& scores)
{
    auto& position = m_state.position;
    const double loss = position.lossSum / double(m_data.steps);
    m_log->write({position.epoch + 1, learningRateAt(m_options, position.epoch, m_data.steps - 1, m_data.steps), loss,
        scores.perImageDice, scores.perImageIou, scores.pooledDice, scores.pooledIou,
        position.epochSeconds / double(m_data.subset.size()), position.seconds, m_secondsWaited});
    if (scores.perImageDice > position.bestDice) {
        position.bestDice = scores.perImageDice;
        position.bestEpoch = position.epoch + 1;
        writePackage(m_options, m_package, *m_net, m_data, {position.bestEpoch, position.seconds, {{"given", scores}}});
    }
    ++position.epoch;
    position.step = 0;
    position.lossSum = 0;
    position.epochSeconds = 0;
    const bool early =
        m_options.earlyStopEpochs > 0 && position.epoch - position.bestEpoch >= m_options.earlyStopEpochs;
    position.finished = early || position.epoch >= m_options.epochs;
}

void LvitTrainer::save()
{
    for (const auto& parameter : m_net->parameters())
        if (!parameter.isfinite().all().item<bool>())
            refuseToGoOn();
    saveState(m_stateFile, m_state, *m_net, *m_average, *m_optimizer);
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
    const double done = double(position.epoch * m_data.steps + position.step);
    const double total = double(m_options.epochs) * double(m_data.steps);
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
