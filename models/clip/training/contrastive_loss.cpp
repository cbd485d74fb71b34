#include "models/clip/training/contrastive_loss.h"

#include <ATen/ATen.h>

namespace models::clip {

namespace {

at::Tensor towardsRows(const at::Tensor& logits, const at::Tensor& together)
{
    const auto wanted = together.to(logits.scalar_type());
    const auto targets = wanted / wanted.sum(1, /*keepdim=*/true);
    return -(targets * at::log_softmax(logits, 1)).sum(1).mean();
}

} // namespace

at::Tensor contrastiveLoss(const at::Tensor& logits, const at::Tensor& together)
{
    return (towardsRows(logits, together) + towardsRows(logits.t(), together.t())) / 2;
}

} // namespace models::clip
