#include "models/lvit/training/mask_loss.h"

#include "models/facade/lvit_training.h"
#include "models/lvit/training/losses.h"
#include "models/training/process_group.h"

namespace models::lvit {

torch::Tensor maskLoss(const LvitTrainOptions& options, const torch::Tensor& logits, const torch::Tensor& masks,
    std::int64_t all, const training::ProcessGroup* group)
{
    const double part = double(logits.size(0)) / double(all);
    if (logits.size(1) > 1)
        return part * diceCrossEntropy(logits, masks);
    if (options.loss == MaskLoss::DiceBce)
        return part * diceBce(logits, masks);
    const auto probabilities = logits.sigmoid();
    if (!group)
        return weightedDiceBce(probabilities, masks);
    auto counts = maskCounts(masks);
    group->sum(counts);
    return 0.5 * part * weightedDice(probabilities, masks) + 0.5 * weightedBce(probabilities, masks, counts);
}

} // namespace models::lvit
