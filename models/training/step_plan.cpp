#include "models/training/step_plan.h"

#include "models/data/random.h"
#include "models/training/train_options.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace models::training {

namespace {

constexpr std::uint64_t kOrderStream = 0x0DE;
constexpr std::uint64_t kUnlabelledOrderStream = 0x1DE;

using Unlabelled = std::optional<UnlabelledPlan>;

std::int64_t unlabelledPerStep(
    const TrainOptions& options, const LabelledSplit& split, const Unlabelled& unlabelled, int processes)
{
    if (!unlabelled || split.unlabelled.empty())
        return 0;
    return processes * (unlabelled->perStep > 0 ? unlabelled->perStep : options.batchSize / 2);
}

std::int64_t stepsPerEpochOf(
    const TrainOptions& options, const LabelledSplit& split, const Unlabelled& unlabelled, int processes)
{
    if (options.stepsPerEpoch > 0)
        return options.stepsPerEpoch;
    const auto pictures = split.labelled.size() + (unlabelled ? split.unlabelled.size() : 0);
    const auto batch = std::int64_t(options.batchSize) * processes;
    const auto whole = std::int64_t(pictures) / batch, rest = std::int64_t(pictures) % batch;
    return std::max<std::int64_t>(1, whole + (rest >= processes ? 1 : 0));
}

} // namespace

PictureStream::PictureStream(std::vector<std::int64_t> pictures, std::uint64_t seed, std::uint64_t stream)
    : m_pictures(std::move(pictures))
    , m_seed(seed)
    , m_stream(stream)
{
}

std::vector<Visit> PictureStream::visits(std::int64_t first, std::int64_t count) const
{
    std::vector<Visit> result;
    std::vector<std::int64_t> order;
    for (auto number = first; number < first + count; ++number) {
        const auto pass = number / size(), place = number % size();
        if (order.empty() || place == 0)
            order = orderOf(pass);
        result.push_back({m_pictures[std::size_t(order[std::size_t(place)])], int(pass)});
    }
    return result;
}

std::vector<std::int64_t> PictureStream::orderOf(std::int64_t pass) const
{
    return data::shuffledIndices(size(), data::SeededRandom{m_seed, m_stream, std::uint64_t(pass)});
}

StepPlan::StepPlan(const TrainOptions& options, const LabelledSplit& split,
    const std::optional<UnlabelledPlan>& unlabelled, int processes)
    : m_mixing(unlabelled.value_or(UnlabelledPlan()))
    , m_labelled(split.labelled, options.seed, kOrderStream)
    , m_unlabelled(split.unlabelled, options.seed, kUnlabelledOrderStream)
    , m_batch(std::int64_t(options.batchSize) * processes)
    , m_stepsPerEpoch(stepsPerEpochOf(options, split, unlabelled, processes))
    , m_unlabelledPerStep(unlabelledPerStep(options, split, unlabelled, processes))
    , m_wholePasses(m_unlabelledPerStep == 0 && options.stepsPerEpoch == 0)
{
}

std::int64_t StepPlan::prototypeSteps() const
{
    return m_mixing.prototypeEpochs * m_stepsPerEpoch;
}

bool StepPlan::showsUnlabelled(std::int64_t step) const
{
    return m_unlabelledPerStep > 0 && step >= prototypeSteps();
}

std::vector<Visit> StepPlan::labelled(std::int64_t step) const
{
    if (m_wholePasses) {
        const auto inEpoch = step % m_stepsPerEpoch * m_batch;
        return m_labelled.visits(
            step / m_stepsPerEpoch * m_labelled.size() + inEpoch, std::min(m_batch, m_labelled.size() - inEpoch));
    }
    if (!showsUnlabelled(step))
        return m_labelled.visits(step * m_batch, m_batch);
    const auto mixed = m_batch - m_unlabelledPerStep;
    return m_labelled.visits(prototypeSteps() * m_batch + (step - prototypeSteps()) * mixed, mixed);
}

std::vector<Visit> StepPlan::unlabelled(std::int64_t step) const
{
    if (!showsUnlabelled(step))
        return {};
    return m_unlabelled.visits((step - prototypeSteps()) * m_unlabelledPerStep, m_unlabelledPerStep);
}

double StepPlan::unlabelledWeight(std::int64_t step) const
{
    if (!showsUnlabelled(step))
        return 0;
    const double ramp = double(m_mixing.rampEpochs) * double(m_stepsPerEpoch);
    const double rest = ramp > 0 ? 1 - std::min(1.0, double(step - prototypeSteps() + 1) / ramp) : 0;
    return m_mixing.weight * std::exp(-5 * rest * rest);
}

} // namespace models::training
