#include "models/training/training_loop.h"

#include "imaging/error.h"
#include "imaging/log.h"
#include "models/data/random.h"
#include "models/layers/batch_norm.h"
#include "models/layers/device.h"
#include "models/training/optimizer.h"
#include "models/training/schedule.h"
#include "models/training/step_loader.h"
#include "models/training/training_report.h"
#include "models/weights/load_report.h"

#include <ATen/ATen.h>
#include <torch/nn/utils/clip_grad.h>
#include <torch/utils.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace models::training {

namespace {

using Clock = std::chrono::steady_clock;
using Input = std::unique_ptr<StepInput>;

constexpr std::uint64_t kDropoutStream = 0xD0;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

void addTo(Figures& sums, const Figures& more)
{
    for (const auto& [name, value] : more)
        sums[name] += value;
}

std::vector<LogColumn> columnsOf(const TrainingTask& task)
{
    std::vector<LogColumn> columns{{"learning_rate", "train/learning_rate"}, {"loss", "train/loss"}};
    const auto append = [&](const std::vector<LogColumn>& more) {
        columns.insert(columns.end(), more.begin(), more.end());
    };
    append(task.validationColumns());
    append({{"seconds_per_picture", "train/seconds_per_picture"}, {"seconds", ""},
        {"seconds_waited_for_data", "train/seconds_waited_for_data"}});
    append(task.figureColumns());
    return columns;
}

/// One training from its first weights to its package.
class TrainingLoop
{
public:
    TrainingLoop(const TrainOptions& options, TrainingTask& task, const TrainingPlace& place,
        const std::stop_token& stop, const imaging::Progress& progress)
        : m_options(options)
        , m_task(task)
        , m_place(place)
        , m_stop(stop)
        , m_progress(progress)
        , m_halfPrecision(options.halfPrecision)
        , m_optimizer(makeOptimizer(options, task.network()))
        , m_average(task.network())
    {
        m_state.settings = task.settings();
    }

    TrainResult run();

private:
    void resume();
    void join();
    void chooseArithmetic();
    bool prepareEpoch();
    bool trainEpoch();
    void trainStep(const StepInput& input);
    double minimise(const StepInput& input, std::int64_t step);
    double addLosses(const StepLosses& losses);
    void sumGradients();
    void requireFiniteWeights() const;
    [[noreturn]] void refuseToGoOn(std::int64_t step) const;
    bool validateEpoch();
    std::vector<double> validationFigures();
    void writeLog(const std::vector<double>& validation);
    bool isBest(double score) const;
    void finishEpoch(const std::vector<double>& validation);
    bool describeBest();
    void save();
    TrainResult result(bool cancelled) const;

    bool stopRequested() const { return m_place.any(m_stop.stop_requested()); }
    bool averages() const { return m_options.averageDecay > 0; }
    std::int64_t steps() const { return m_task.stepsPerEpoch(); }
    std::int64_t globalStep() const { return m_state.position.epoch * steps() + m_state.position.step; }
    double fractionDone() const { return double(globalStep()) / double(m_options.epochs * steps()); }

    const TrainOptions& m_options;
    TrainingTask& m_task;
    const TrainingPlace& m_place;
    const std::stop_token& m_stop;
    const imaging::Progress& m_progress;
    bool m_halfPrecision; ///< As asked for, unless it cannot be trusted.
    std::unique_ptr<torch::optim::Optimizer> m_optimizer;
    WeightAverage m_average;
    std::unique_ptr<TrainingLog> m_log; ///< In the process that writes.
    TrainingState m_state;
    double m_secondsWaited = 0; ///< For data, in the current epoch of this run.
    Clock::time_point m_lastSave;
};

TrainResult TrainingLoop::run()
{
    resume();
    join();
    chooseArithmetic();
    if (m_place.isFirst())
        m_log = std::make_unique<TrainingLog>(m_place.folder(), columnsOf(m_task), m_state.position.epoch);
    m_lastSave = Clock::now();
    while (!m_state.position.finished) {
        if (!prepareEpoch() || !trainEpoch() || !validateEpoch()) {
            save();
            return result(/*cancelled=*/true);
        }
    }
    return result(/*cancelled=*/!describeBest());
}

void TrainingLoop::resume()
{
    if (m_place.resumes()) {
        const auto settings = m_state.settings;
        m_state = readState(m_place.stateFile());
        requireSameSettings(m_state.settings, settings, m_task.defaultSettings(), m_place.stateFile());
        m_state.tensors = loadStateTensors(m_place.stateFile(), m_task.network(), m_average, *m_optimizer);
        m_task.restore(m_state);
    }
    if (m_place.isFirst())
        m_task.started();
}

/// Lets all processes start from the same numbers and share their batch norms' statistics.
void TrainingLoop::join()
{
    const auto* group = m_place.group();
    if (!group)
        return;
    layers::shareStatistics(m_task.network(), [group](torch::Tensor& tensor) { group->sum(tensor); });
    torch::NoGradGuard noGradients;
    for (auto& [key, tensor] : weights::weightsOf(m_task.network())) {
        auto values = tensor.contiguous();
        group->broadcast(values);
        tensor.copy_(values);
    }
}

/// Never trusts the faster arithmetic unseen: where bfloat16 is not there, or gives other numbers than float32 on the
/// first pictures that this run shows, the training goes on in float32.
void TrainingLoop::chooseArithmetic()
{
    if (!m_halfPrecision || m_state.position.finished)
        return;
    std::string doubt;
    if (!layers::hasHalfPrecision(m_place.device()))
        doubt = "This processor has no bfloat16 arithmetic";
    else {
        const auto gap = m_task.precisionGap(globalStep());
        if (!gap)
            doubt = "This kind of model is trained in float32 only";
        else if (!gap->isRounding())
            doubt = "bfloat16 gives other numbers than float32 here (" + gap->text() + ")";
        if (gap)
            imaging::log(imaging::LogLevel::Info, "bfloat16 was compared with float32: " + gap->text() + ".");
    }
    if (!m_place.any(!doubt.empty()))
        return;
    m_halfPrecision = false;
    m_task.setHalfPrecision(false);
    imaging::log(imaging::LogLevel::Warning,
        (doubt.empty() ? std::string("Another process cannot trust its bfloat16 arithmetic") : doubt)
            + ": training in float32.");
}

/// False when it was stopped.
bool TrainingLoop::prepareEpoch()
{
    auto& position = m_state.position;
    if (position.step != 0 || !m_task.preparesEpoch(position))
        return true;
    const auto start = Clock::now();
    const imaging::Progress progress([this](double fraction, std::string_view stage) {
        m_progress.report(fractionDone(), std::string(stage) + ", " + std::to_string(int(100 * fraction)) + " %");
    });
    if (averages())
        m_average.swap();
    const auto figures = m_task.prepareEpoch(position, m_stop, progress);
    if (averages())
        m_average.swap();
    position.seconds += secondsSince(start);
    if (figures)
        addTo(position.sums, *figures);
    return figures.has_value();
}

/// False when it was stopped.
bool TrainingLoop::trainEpoch()
{
    m_task.network().train();
    auto& position = m_state.position;
    auto stepStart = Clock::now();
    const auto first = position.epoch * steps();
    StepLoader<Input> loader(
        [&](std::int64_t step) { return m_task.input(first + step); }, position.step, steps(), m_options.loaderThreads);
    while (position.step < steps()) {
        if (stopRequested())
            return false;
        trainStep(*loader.next());
        m_secondsWaited = loader.secondsWaited();
        const double seconds = secondsSince(stepStart);
        stepStart = Clock::now();
        position.seconds += seconds;
        position.epochSeconds += seconds;
        if (m_place.isFirst())
            m_progress.report(fractionDone(), progressLine(m_options, position, steps(), m_task.score()));
        if (secondsSince(m_lastSave) >= 60 * m_options.saveMinutes)
            save();
    }
    return true;
}

void TrainingLoop::trainStep(const StepInput& input)
{
    auto& position = m_state.position;
    const auto step = globalStep();
    setLearningRate(*m_optimizer, learningRateAt(m_options, position.epoch, position.step, steps()));
    position.lossSum += minimise(input, step);
    if (averages())
        m_average.update(averageDecayAt(m_options.averageDecay, step));
    ++position.step;
}

/// Dropout is seeded by the step, so it does not matter how often a training was interrupted.
double TrainingLoop::minimise(const StepInput& input, std::int64_t step)
{
    const auto rank = std::uint64_t(m_place.group() ? m_place.group()->rank() : 0);
    torch::manual_seed(data::SeededRandom{m_options.seed, kDropoutStream + (rank << 16), std::uint64_t(step)}.next());
    m_optimizer->zero_grad();
    const auto losses = m_task.losses(step, input);
    const double total = addLosses(losses);
    if (!std::isfinite(total))
        refuseToGoOn(step);
    losses.minimised.backward();
    sumGradients();
    m_task.gradientsDone();
    if (m_options.gradientNorm > 0)
        torch::nn::utils::clip_grad_norm_(m_task.network().parameters(), m_options.gradientNorm);
    m_optimizer->step();
    addTo(m_state.position.sums, losses.counted);
    addTo(m_state.position.sums, m_task.stepDone(input));
    return total;
}

/// Adds up the parts of all processes, and to the sums where what is minimised is a number; returns that.
double TrainingLoop::addLosses(const StepLosses& losses)
{
    const torch::NoGradGuard noGradients;
    std::vector<at::Tensor> scalars{losses.minimised};
    for (const auto& [name, value] : losses.logged)
        scalars.push_back(value);
    auto parts = torch::stack(scalars);
    if (m_place.group())
        m_place.group()->sum(parts);
    parts = parts.to(at::kCPU, at::kDouble);
    const auto* part = parts.const_data_ptr<double>();
    if (std::isfinite(part[0]))
        for (std::size_t index = 0; index < losses.logged.size(); ++index)
            m_state.position.sums[losses.logged[index].first] += part[index + 1];
    return part[0];
}

void TrainingLoop::sumGradients()
{
    if (!m_place.group())
        return;
    std::vector<torch::Tensor> gradients;
    for (const auto& parameter : m_task.network().parameters())
        if (parameter.grad().defined())
            gradients.push_back(parameter.grad());
    sumTogether(*m_place.group(), gradients);
}

/// `step`: the one that did it.
void TrainingLoop::refuseToGoOn(std::int64_t step) const
{
    const auto state = std::filesystem::exists(m_place.stateFile()) ? m_place.stateFile() : std::filesystem::path();
    throw leftTheRange(m_options, m_state.position, {step / steps(), step % steps(), m_task.pictures(step)}, state);
}

void TrainingLoop::requireFiniteWeights() const
{
    for (const auto& parameter : m_task.network().parameters())
        if (!parameter.isfinite().all().item<bool>())
            refuseToGoOn(std::max<std::int64_t>(globalStep() - 1, 0));
}

/// Scores the epoch's weights (or their average), keeps the best. False when it was stopped.
bool TrainingLoop::validateEpoch()
{
    requireFiniteWeights(); // Before they could become a package.
    const auto start = Clock::now();
    if (averages())
        m_average.swap();
    const auto validation = validationFigures();
    m_state.position.seconds += secondsSince(start);
    const bool complete = !stopRequested();
    if (complete)
        finishEpoch(validation);
    if (averages())
        m_average.swap();
    if (complete)
        save();
    return complete;
}

/// The first process scores, since the batches of a validation are independent of each other; all get its figures.
std::vector<double> TrainingLoop::validationFigures()
{
    std::vector<double> figures(m_task.validationColumns().size());
    if (m_place.isFirst())
        figures = m_task.validate(m_stop);
    if (m_place.group()) {
        auto values = at::tensor(at::ArrayRef<double>(figures), at::kDouble);
        m_place.group()->broadcast(values);
        std::copy_n(values.const_data_ptr<double>(), figures.size(), figures.begin());
    }
    return figures;
}

void TrainingLoop::writeLog(const std::vector<double>& validation)
{
    const auto& position = m_state.position;
    std::vector<std::optional<double>> figures{
        learningRateAt(m_options, position.epoch, steps() - 1, steps()), position.lossSum / double(steps())};
    figures.insert(figures.end(), validation.begin(), validation.end());
    figures.insert(figures.end(),
        {position.epochSeconds / double(steps() * m_options.batchSize), position.seconds, m_secondsWaited});
    const auto own = m_task.figures(position);
    figures.insert(figures.end(), own.begin(), own.end());
    m_log->write(position.epoch + 1, figures);
}

bool TrainingLoop::isBest(double score) const
{
    const auto& position = m_state.position;
    return std::isfinite(score) && (position.bestEpoch == 0 || m_task.score().isBetter(score, position.bestScore));
}

void TrainingLoop::finishEpoch(const std::vector<double>& validation)
{
    auto& position = m_state.position;
    if (m_log)
        writeLog(validation);
    if (m_task.keepsLast() || isBest(validation.front())) {
        position.bestScore = validation.front();
        position.bestEpoch = position.epoch + 1;
        if (m_place.isFirst())
            m_task.writeBest(position, validation);
    }
    ++position.epoch;
    position.step = 0;
    position.lossSum = 0;
    position.sums.clear();
    position.epochSeconds = 0;
    const int since = std::max(position.bestEpoch, m_task.firstEpochOfPatience());
    const bool early = m_options.earlyStopEpochs > 0 && position.epoch - since >= m_options.earlyStopEpochs;
    position.finished = early || position.epoch >= m_options.epochs;
}

/// Once. False when it was stopped.
bool TrainingLoop::describeBest()
{
    auto& position = m_state.position;
    if (position.described || position.bestEpoch == 0 || !m_place.isFirst())
        return true;
    if (!m_task.describeBest(position, m_stop, m_progress))
        return false;
    position.described = true;
    save();
    return true;
}

void TrainingLoop::save()
{
    requireFiniteWeights();
    if (!m_place.isFirst())
        return;
    m_task.keep(m_state);
    saveState(m_place.stateFile(), m_state, m_task.network(), m_average, *m_optimizer);
    m_task.kept();
    m_lastSave = Clock::now();
}

TrainResult TrainingLoop::result(bool cancelled) const
{
    const auto& position = m_state.position;
    const double best = position.bestEpoch > 0 ? position.bestScore : 0;
    return {position.epoch, position.bestEpoch, best, position.seconds, cancelled, {}, m_task.score()};
}

} // namespace

TrainResult runTraining(const TrainOptions& options, TrainingTask& task, const TrainingPlace& place,
    const std::stop_token& stop, const imaging::Progress& progress)
{
    return TrainingLoop(options, task, place, stop, progress).run();
}

} // namespace models::training
