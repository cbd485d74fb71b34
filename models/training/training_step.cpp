#include "models/training/training_step.h"

#include "models/training/device.h"
#include "models/training/random.h"
#include "models/training/train_setup.h"

#include <torch/utils.h>

#include <cmath>
#include <utility>

namespace models {

namespace {

constexpr std::uint64_t kDropoutStream = 0xD0;

void append(ShownPictures& all, const ShownPictures& more)
{
    all.visits.insert(all.visits.end(), more.visits.begin(), more.visits.end());
    all.augmentations.insert(all.augmentations.end(), more.augmentations.begin(), more.augmentations.end());
}

} // namespace

StepLosses& StepLosses::operator+=(const StepLosses& other)
{
    total += other.total;
    labelled += other.labelled;
    unlabelled += other.unlabelled;
    lv += other.lv;
    return *this;
}

TrainingStep::TrainingStep(const LvitTrainOptions& options, const TrainingData& data, const StepPlan& plan,
    c10::Device device, SemiSupervised* semi)
    : m_options(options)
    , m_data(data)
    , m_plan(plan)
    , m_device(device)
    , m_semi(semi)
{
}

ShownPictures TrainingStep::shown(std::vector<Visit> visits) const
{
    ShownPictures result{std::move(visits), {}};
    for (const auto& visit : result.visits)
        result.augmentations.push_back(drawAugmentation(
            m_options, visit.pass, visit.index, m_data.training.samples[std::size_t(visit.index)].texts));
    return result;
}

StepInput TrainingStep::input(std::int64_t step) const
{
    StepInput input{shown(m_plan.labelled(step)), shown(m_plan.unlabelled(step)), {}};
    for (auto& augmentation : input.unlabelled.augmentations)
        augmentation.sides = ShownSides::Both; // One side's areas can only be told with a mask.
    auto all = input.labelled;
    append(all, input.unlabelled);
    std::vector<std::int64_t> indices;
    for (const auto& visit : all.visits)
        indices.push_back(visit.index);
    const auto sides = m_options.textSides == "patient" ? TextSides::Patient : TextSides::Picture;
    input.batch = makeBatch(
        m_data.training, m_data.texts.get(), indices, all.augmentations, {m_options.channels, sides, m_data.mirrored});
    return input;
}

torch::Tensor TrainingStep::logitsOf(const Batch& batch, LViT& net) const
{
    const AutocastScope autocast(m_options.halfPrecision, m_device);
    return net->logits(batch.images.to(m_device), textsOn(m_device, batch)); // [B, classes, S, S]
}

TrainingStep::Outcome TrainingStep::run(
    std::int64_t step, const StepInput& input, LViT& net, torch::optim::Optimizer& optimizer)
{
    torch::manual_seed(SeededRandom{m_options.seed, kDropoutStream, std::uint64_t(step)}.next());
    optimizer.zero_grad();
    const auto logits = logitsOf(input.batch, net).to(torch::kFloat);
    const auto labelled = std::int64_t(input.labelled.visits.size());
    const auto others = logits.narrow(0, labelled, logits.size(0) - labelled);
    auto loss =
        maskLoss(m_options, logits.narrow(0, 0, labelled), input.batch.masks.narrow(0, 0, labelled).to(m_device));
    Outcome outcome;
    outcome.losses.labelled = loss.item<double>();
    if (!input.unlabelled.visits.empty())
        loss = loss + unlabelledLoss(step, others, input.unlabelled, outcome);
    outcome.losses.total = loss.item<double>();
    outcome.finite = std::isfinite(outcome.losses.total);
    if (!outcome.finite)
        return outcome;
    loss.backward();
    optimizer.step();
    if (!input.unlabelled.visits.empty())
        outcome.change = m_semi->average(others, input.unlabelled);
    return outcome;
}

torch::Tensor TrainingStep::unlabelledLoss(
    std::int64_t step, const torch::Tensor& logits, const ShownPictures& shown, Outcome& outcome) const
{
    const auto part = m_semi->loss(logits, shown);
    outcome.losses.unlabelled = part.mask.item<double>();
    auto loss = part.mask;
    outcome.hasLv = part.lv.defined();
    if (outcome.hasLv) {
        outcome.losses.lv = part.lv.item<double>();
        loss = loss + m_options.lvWeight * part.lv;
    }
    return m_plan.unlabelledWeight(step) * loss;
}

std::vector<std::string> TrainingStep::pictures(std::int64_t step) const
{
    std::vector<std::string> names;
    for (const auto& visits : {m_plan.labelled(step), m_plan.unlabelled(step)})
        for (const auto& visit : visits)
            names.push_back(m_data.training.samples[std::size_t(visit.index)].image);
    return names;
}

} // namespace models
