#pragma once

#include <torch/types.h>

#include <cstdint>

namespace models {
struct LvitTrainOptions;
}

namespace models::training {
class ProcessGroup;
}

namespace models::lvit {

/// The loss that the settings name, of logits against masks 0..1 (losses.h), both [B, n, S, S]. Scalar. With a group
/// (may be null), the masks are this process's part of `all` pictures, and the parts' losses add up to that of the
/// whole.
torch::Tensor maskLoss(const LvitTrainOptions& options, const torch::Tensor& logits, const torch::Tensor& masks,
    std::int64_t all, const training::ProcessGroup* group);

} // namespace models::lvit
