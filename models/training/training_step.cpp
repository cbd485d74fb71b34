#include "models/training/training_step.h"

#include "models/lvit/losses.h"
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

/// Mean over pictures of the Dice of what is not background, 1 where both masks are empty. Scalar without a gradient.
torch::Tensor shownDice(const torch::Tensor& logits, const torch::Tensor& masks)
{
    const torch::NoGradGuard noGradients;
    const auto predicted = (logits.size(1) > 1 ? logits.argmax(1, /*keepdim=*/true) > 0 : logits > 0).to(torch::kFloat);
    const auto inside = (logits.size(1) > 1 ? masks > 0 : masks >= 0.5).to(torch::kFloat);
    const auto both = (predicted * inside).sum({1, 2, 3}), sum = predicted.sum({1, 2, 3}) + inside.sum({1, 2, 3});
    return torch::where(sum > 0, 2 * both / sum.clamp_min(1), torch::ones_like(sum)).mean();
}

} // namespace

StepLosses& StepLosses::operator+=(const StepLosses& other)
{
    total += other.total;
    labelled += other.labelled;
    unlabelled += other.unlabelled;
    lv += other.lv;
    labelledDice += other.labelledDice;
    return *this;
}

TrainingStep::TrainingStep(const LvitTrainOptions& options, const TrainingData& data, const StepPlan& plan,
    c10::Device device, SemiSupervised* semi, const ProcessGroup* group)
    : m_options(options)
    , m_data(data)
    , m_plan(plan)
    , m_device(device)
    , m_semi(semi)
    , m_group(group)
{
}

/// This process's part of what all of them show.
std::vector<Visit> TrainingStep::share(std::vector<Visit> visits) const
{
    if (!m_group)
        return visits;
    const auto bound = [&](int rank) {
        return visits.begin() + std::ptrdiff_t(visits.size()) * rank / m_group->size();
    };
    return {bound(m_group->rank()), bound(m_group->rank() + 1)};
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
    StepInput input{shown(share(m_plan.labelled(step))), shown(m_plan.unlabelled(step)), {}};
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

/// The loss of this process's labelled pictures, so that those of all processes add up to that of the whole batch.
torch::Tensor TrainingStep::labelledLoss(
    std::int64_t step, const torch::Tensor& logits, const torch::Tensor& masks) const
{
    if (!m_group)
        return maskLoss(m_options, logits, masks);
    const double fraction = double(logits.size(0)) / double(m_plan.labelled(step).size());
    if (logits.size(1) > 1)
        return fraction * diceCrossEntropy(logits, masks);
    if (m_options.loss == "dice_bce")
        return fraction * diceBce(logits, masks);
    auto counts = maskCounts(masks);
    m_group->sum(counts);
    const auto probabilities = logits.sigmoid();
    return 0.5 * fraction * weightedDice(probabilities, masks) + 0.5 * weightedBce(probabilities, masks, counts);
}

void TrainingStep::sumGradients(LViT& net) const
{
    std::vector<torch::Tensor> gradients;
    for (const auto& parameter : net->parameters())
        if (parameter.grad().defined())
            gradients.push_back(parameter.grad());
    sumTogether(*m_group, gradients);
}

TrainingStep::Outcome TrainingStep::run(
    std::int64_t step, const StepInput& input, LViT& net, torch::optim::Optimizer& optimizer)
{
    const auto rank = std::uint64_t(m_group ? m_group->rank() : 0);
    torch::manual_seed(SeededRandom{m_options.seed, kDropoutStream + (rank << 16), std::uint64_t(step)}.next());
    optimizer.zero_grad();
    const auto logits = logitsOf(input.batch, net).to(torch::kFloat);
    const auto labelled = std::int64_t(input.labelled.visits.size());
    const auto others = logits.narrow(0, labelled, logits.size(0) - labelled);
    const auto mine = logits.narrow(0, 0, labelled);
    const auto masks = input.batch.masks.narrow(0, 0, labelled).to(m_device);
    auto loss = labelledLoss(step, mine, masks);
    Outcome outcome;
    const double fraction = double(labelled) / double(m_plan.labelled(step).size());
    auto values = torch::stack({loss.detach(), fraction * shownDice(mine, masks)});
    if (m_group)
        m_group->sum(values);
    outcome.losses.labelled = values[0].item<double>();
    outcome.losses.labelledDice = values[1].item<double>();
    if (!input.unlabelled.visits.empty())
        loss = loss + unlabelledLoss(step, others, input.unlabelled, outcome);
    outcome.losses.total = m_group ? outcome.losses.labelled : loss.item<double>();
    outcome.finite = std::isfinite(outcome.losses.total);
    if (!outcome.finite)
        return outcome;
    loss.backward();
    if (m_group)
        sumGradients(net);
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
