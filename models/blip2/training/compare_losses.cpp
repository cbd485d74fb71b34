#include "models/blip2/training/compare_losses.h"

#include "models/layers/token_loss.h"
#include "models/training/hard_negatives.h"

#include <torch/types.h>

namespace models::blip2 {

at::Tensor contrastTerm(const at::Tensor& pictures, const at::Tensor& texts, const at::Tensor& together,
    const at::Tensor& temp, double smoothing)
{
    const auto logits = bestCosines(pictures, texts) / temp;
    const auto loss = [&](const at::Tensor& rows, const at::Tensor& belongs) {
        const auto hard = belongs / belongs.sum(1, /*keepdim=*/true);
        const auto targets = (1 - smoothing) * hard + smoothing / double(belongs.size(1));
        return -(targets * torch::log_softmax(rows, 1)).sum(1).mean();
    };
    const auto wanted = together.to(logits.scalar_type());
    return (loss(logits, wanted) + loss(logits.t(), wanted.t())) / 2;
}

at::Tensor writtenLoss(Blip2Learner& learner, const at::Tensor& ids, const at::Tensor& mask, const at::Tensor& picture,
    std::int64_t beginId)
{
    auto begun = ids.clone();
    begun.select(1, 0).fill_(beginId);
    const auto hidden = learner->blip2->writtenTokens(picture, begun, mask);
    const auto labels = begun.masked_fill(mask == 0, -100);
    return layers::nextTokenLoss(learner->predictions->forward(hidden).to(torch::kFloat), labels);
}

CompareTerms compareTerms(Blip2Learner& learner, const CompareInput& input, double smoothing, std::int64_t beginId,
    c10::Device device, const training::ProcessGroup* group)
{
    CompareTerms terms;
    auto& blip2 = learner->blip2;
    const auto rows = input.own.rows.to(device);
    const auto different = input.own.ids.to(device), differentMask = input.mask.to(device);
    const auto picture = blip2->pictureTokens(input.pixels.to(device));
    const auto pictures = blip2->pictureDirections(picture).to(torch::kFloat);
    const auto texts = blip2->textDirections(different, differentMask).index_select(0, rows).to(torch::kFloat);
    const auto all = [&](const at::Tensor& own) { return training::withOthers(own, input, group); };
    const auto belong = [&](const at::Tensor& textIds, const at::Tensor& pictureIds) {
        return training::belongTogether(textIds, pictureIds, textIds, pictureIds).to(device);
    };
    terms.compared =
        contrastTerm(all(pictures), all(texts), belong(input.textIds, input.pictureIds), learner->temp, smoothing);

    const auto share = [&](const at::Tensor& ids) { return ids.narrow(0, input.first, input.count); };
    const auto judged = training::judgedPairs(bestCosines(pictures.detach(), texts.detach()),
        belong(share(input.textIds), share(input.pictureIds)), learner->temp.detach(), rows);
    const auto logits = blip2->matchLogits(different.index_select(0, judged.texts),
        differentMask.index_select(0, judged.texts), picture.index_select(0, judged.pictures));
    terms.matched = torch::cross_entropy_loss(logits.to(torch::kFloat), judged.labels);
    terms.matchedRight = (logits.detach().argmax(1) == judged.labels).to(torch::kFloat).mean();

    terms.written =
        writtenLoss(learner, different.index_select(0, rows), differentMask.index_select(0, rows), picture, beginId);
    terms.stages = {pictures.detach(), texts.detach()};
    return terms;
}

} // namespace models::blip2
