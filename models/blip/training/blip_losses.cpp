#include "models/blip/training/blip_losses.h"

#include "models/layers/token_loss.h"
#include "models/training/hard_negatives.h"

#include <torch/types.h>

namespace models::blip {

namespace {

/// -sum of targets times log softmax, a row each.
at::Tensor crossEntropy(const at::Tensor& logits, const at::Tensor& targets)
{
    return -(targets * torch::log_softmax(logits, 1)).sum(1).mean();
}

/// Logits of text and picture that look at each other, [n, 2].
at::Tensor matchLogits(
    BlipLearner& learner, const BlipInput& input, const at::Tensor& texts, const at::Tensor& pictures)
{
    const auto device = pictures.device();
    auto ids = input.own.ids.to(device).index_select(0, texts);
    ids.select(1, 0).fill_(learner->blip->config().matchId);
    return learner->blip->matchLogits(ids, input.mask.to(device).index_select(0, texts), pictures);
}

at::Tensor writtenLoss(BlipLearner& learner, const BlipInput& input, const at::Tensor& picture, double smoothing)
{
    const auto device = picture.device();
    const auto ids = input.written.to(device), labels = input.labels.to(device);
    const auto mask = (ids != learner->blip->config().text.padId).to(torch::kLong);
    const auto logits = learner->blip->decoder()->forward(ids, {.mask = mask, .source = picture, .causal = true});
    return layers::nextTokenLoss(logits.to(torch::kFloat), labels, smoothing);
}

} // namespace

at::Tensor contrastTerm(
    const PairVectors& own, const PairVectors& now, const PairVectors& candidates, const at::Tensor& temp, double soft)
{
    const auto together =
        training::belongTogether(own.textIds, own.pictureIds, candidates.textIds, candidates.pictureIds)
            .to(own.pictures.device());
    const auto wanted = together.to(own.pictures.scalar_type());
    const auto hard = wanted / wanted.sum(1, /*keepdim=*/true);
    const auto towards = [&](const at::Tensor& from, const at::Tensor& follows, const at::Tensor& to) {
        at::Tensor targets;
        {
            const torch::NoGradGuard noGradients;
            targets = soft * torch::softmax(torch::matmul(follows, to.t()) / temp, 1) + (1 - soft) * hard;
        }
        return crossEntropy(torch::matmul(from, to.t()) / temp, targets);
    };
    return (towards(own.pictures, now.pictures, candidates.texts) + towards(own.texts, now.texts, candidates.pictures))
        / 2;
}

BlipTerms blipTerms(BlipLearner& learner, const BlipInput& input, const PairVectors& now, const PairVectors& candidates,
    double soft, double smoothing, c10::Device device)
{
    BlipTerms terms;
    auto& blip = learner->blip;
    const auto share = [&](const at::Tensor& all) { return all.narrow(0, input.first, input.count); };
    const auto picture = blip->pictureTokens(input.pixels.to(device));
    const auto texts = blip->textDirections(input.own.ids.to(device), input.mask.to(device));
    const PairVectors own{blip->pictureDirections(picture).to(torch::kFloat),
        texts.index_select(0, input.own.rows.to(device)).to(torch::kFloat), share(input.textIds),
        share(input.pictureIds)};
    const PairVectors ownNow{share(now.pictures), share(now.texts), own.textIds, own.pictureIds};
    terms.compared = contrastTerm(own, ownNow, candidates, learner->temp, soft);
    const auto together = training::belongTogether(own.textIds, own.pictureIds, own.textIds, own.pictureIds).to(device);
    const auto cosines = torch::matmul(own.pictures.detach(), own.texts.detach().t());
    const auto judged = training::judgedPairs(cosines, together, learner->temp.detach(), input.own.rows.to(device));
    const auto logits =
        matchLogits(learner, input, judged.texts, picture.index_select(0, judged.pictures)).to(torch::kFloat);
    terms.matched = torch::cross_entropy_loss(logits, judged.labels);
    terms.matchedRight = (logits.detach().argmax(1) == judged.labels).to(torch::kFloat).mean();
    terms.written = writtenLoss(learner, input, picture, smoothing);
    if (learner->mask_head)
        terms.masked = training::maskLoss(learner->mask_head, picture, input);
    terms.stages = {picture.detach(), own.pictures.detach(), own.texts.detach()};
    return terms;
}

BlipTerms captionTerms(BlipLearner& learner, const BlipInput& input, double smoothing, c10::Device device)
{
    BlipTerms terms;
    const auto picture = learner->blip->pictureTokens(input.pixels.to(device));
    terms.written = writtenLoss(learner, input, picture, smoothing);
    if (learner->mask_head)
        terms.masked = training::maskLoss(learner->mask_head, picture, input);
    terms.stages = {picture.detach()};
    return terms;
}

} // namespace models::blip
