#include "models/layers/token_loss.h"

#include <ATen/ATen.h>

namespace models::layers {

at::Tensor tokenLoss(const at::Tensor& logits, const at::Tensor& labels, double smoothing)
{
    return at::cross_entropy_loss(
        logits.flatten(0, 1), labels.flatten(), {}, at::Reduction::Mean, kNoLabel, smoothing);
}

at::Tensor nextTokenLoss(const at::Tensor& logits, const at::Tensor& labels, double smoothing)
{
    const auto count = labels.size(1) - 1;
    return tokenLoss(logits.narrow(1, logits.size(1) - labels.size(1), count), labels.narrow(1, 1, count), smoothing);
}

} // namespace models::layers
