#include "models/lvit/training/lvit_step.h"

#include "models/layers/device.h"
#include "models/lvit/training/mask_loss.h"
#include "models/lvit/training/training_data.h"
#include "models/training/optimizer.h"
#include "models/weights/load_report.h"

#include <torch/utils.h>

#include <utility>

namespace models::lvit {

namespace {

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

LvitStep::LvitStep(const LvitTrainOptions& options, const TrainingData& data, const training::StepPlan& plan,
    c10::Device device, SemiSupervised* semi, const training::ProcessGroup* group)
    : m_options(options)
    , m_data(data)
    , m_plan(plan)
    , m_device(device)
    , m_semi(semi)
    , m_group(group)
{
}

/// This process's part of what all of them show.
std::vector<training::Visit> LvitStep::share(const std::vector<training::Visit>& visits) const
{
    if (!m_group)
        return visits;
    const auto [begin, end] = m_group->shareOf(std::int64_t(visits.size()));
    return {visits.begin() + begin, visits.begin() + end};
}

UnlabelledPictures LvitStep::unlabelled(std::int64_t step) const
{
    UnlabelledPictures pictures{m_plan.unlabelled(step), 0, {}};
    if (m_group)
        pictures.first = m_group->shareOf(std::int64_t(pictures.all.size())).first;
    pictures.own = shown(share(pictures.all));
    for (auto& augmentation : pictures.own.augmentations) {
        augmentation.sides = annotations::ShownSides::Both; // One side's areas can only be told with a mask.
        augmentation.emptyText.reset(); // The picture's own text belongs to its averaged mask.
        augmentation.otherSide = false;
    }
    return pictures;
}

ShownPictures LvitStep::shown(std::vector<training::Visit> visits) const
{
    ShownPictures result{std::move(visits), {}};
    for (const auto& visit : result.visits)
        result.augmentations.push_back(training::drawAugmentation(m_options.augmentation, m_options.seed, visit.pass,
            visit.index, m_data.training.samples[std::size_t(visit.index)].texts));
    return result;
}

LvitInput LvitStep::input(std::int64_t step) const
{
    LvitInput input;
    input.labelled = shown(share(m_plan.labelled(step)));
    input.unlabelled = unlabelled(step);
    auto all = input.labelled;
    append(all, input.unlabelled.own);
    std::vector<std::int64_t> indices;
    for (const auto& visit : all.visits)
        indices.push_back(visit.index);
    input.batch = training::makeBatch(m_data.training, m_data.texts.get(), indices, all.augmentations,
        {m_options.channels, m_options.textSides, m_data.mirrored, m_options.finding,
            m_options.augmentation.paraphrases});
    return input;
}

torch::Tensor LvitStep::logitsOf(const training::Batch& batch, LViT& net) const
{
    const layers::AutocastScope autocast(m_options.halfPrecision, m_device);
    return net->logits(batch.images.to(m_device), training::textsOn(m_device, batch)); // [B, classes, S, S]
}

training::StepLosses LvitStep::losses(std::int64_t step, const LvitInput& input, LViT& net)
{
    const auto logits = logitsOf(input.batch, net).to(torch::kFloat);
    const auto own = std::int64_t(input.labelled.visits.size());
    const auto all = std::int64_t(m_plan.labelled(step).size());
    const auto labelled = logits.narrow(0, 0, own), unlabelled = logits.narrow(0, own, logits.size(0) - own);
    const auto masks = input.batch.masks.narrow(0, 0, own).to(m_device);
    const auto labelledLoss = maskLoss(m_options, labelled, masks, all, m_group);
    const bool showsUnlabelled = !input.unlabelled.all.empty();
    SemiSupervised::Loss others{torch::zeros({}, logits.options()), torch::zeros({}, logits.options())};
    auto loss = labelledLoss;
    if (showsUnlabelled) {
        others = m_semi->loss(unlabelled, input.unlabelled);
        const auto both = others.hasLv ? others.mask + m_options.lvWeight * others.lv : others.mask;
        loss = loss + m_plan.unlabelledWeight(step) * both;
        m_predicted = unlabelled.detach();
    }
    const auto dice = double(own) / double(all) * shownDice(labelled, masks);
    return {loss,
        {{"labelledLossSum", labelledLoss}, {"unlabelledLossSum", others.mask}, {"lvLossSum", others.lv},
            {"labelledDiceSum", dice}},
        {{"unlabelledSteps", double(showsUnlabelled)}, {"lvSteps", double(others.hasLv)}}};
}

training::Figures LvitStep::average(const LvitInput& input)
{
    return input.unlabelled.all.empty() ? training::Figures()
                                        : figuresOf(m_semi->average(m_predicted, input.unlabelled));
}

training::PrecisionGap LvitStep::precisionGap(std::int64_t step, const LViT& net) const
{
    auto config = net->config();
    config.dropout = 0; // Both answers to the same question.
    LViT copy(config);
    weights::loadWeights(*copy, weights::weightsOf(*net), "the network in training");
    training::toTrainingLayout(*copy, m_device);
    copy->train();
    const auto shown = input(step);
    const auto own = std::int64_t(shown.labelled.visits.size());
    const auto masks = shown.batch.masks.narrow(0, 0, own).to(m_device);
    const auto answer = [&](bool halfPrecision) {
        copy->zero_grad();
        training::BatchAnswer result{stagesOf(shown.batch, copy, halfPrecision), {}};
        const auto logits = result.stages.back().to(torch::kFloat).narrow(0, 0, own);
        maskLoss(m_options, logits, masks, own, /*group=*/nullptr).backward();
        for (const auto& parameter : copy->parameters())
            result.gradients.push_back(parameter.grad().defined() ? parameter.grad().clone() : torch::Tensor());
        return result;
    };
    const auto exact = answer(/*halfPrecision=*/false);
    return training::gapBetween(exact, answer(/*halfPrecision=*/true));
}

/// The feature maps and tokens that the network passes through, the logits last.
std::vector<torch::Tensor> LvitStep::stagesOf(const training::Batch& batch, LViT& net, bool halfPrecision) const
{
    const layers::AutocastScope autocast(halfPrecision, m_device);
    const auto texts = training::textsOn(m_device, batch);
    const auto prepared = net->prepare(batch.images.to(m_device));
    std::vector<torch::Tensor> stages(prepared.x.begin(), prepared.x.end());
    if (!net->config().hasTransformers()) {
        stages.push_back(net->finish(prepared, texts));
        return stages;
    }
    const auto branch = net->branch(prepared.tokens, net->textChain(texts));
    for (const auto& tokens : {prepared.tokens, branch.down, branch.up})
        stages.insert(stages.end(), tokens.begin(), tokens.end());
    stages.push_back(net->decode(net->fuse(prepared, branch.up), prepared.x[4]));
    return stages;
}

std::vector<std::string> LvitStep::pictures(std::int64_t step) const
{
    std::vector<std::string> names;
    for (const auto& visits : {m_plan.labelled(step), m_plan.unlabelled(step)})
        for (const auto& visit : visits)
            names.push_back(m_data.training.samples[std::size_t(visit.index)].image);
    return names;
}

training::Figures figuresOf(const LabelChange& change)
{
    return {{"labelChangeSum", change.sum}, {"labelChangePictures", double(change.pictures)}};
}

} // namespace models::lvit
