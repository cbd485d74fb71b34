#pragma once

#include "models/training/pair_steps.h"
#include "models/training/training_task.h"

#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

namespace models::training {

/// Reads off a picture tower's patches how much of each lies in the picture's mask. It is learnt with the tower and
/// belongs to no model: a tower from nothing sees with it what a few thousand texts alone do not teach.
class MaskHeadImpl : public torch::nn::Module
{
public:
    explicit MaskHeadImpl(std::int64_t width);

    /// Tokens [B, 1 + patches, width], the class token in front -> logits [B, patches]
    at::Tensor forward(const at::Tensor& tokens);

private:
    torch::nn::Linear patches{nullptr};
};
TORCH_MODULE(MaskHead);

/// The mean over all masked pictures of the step of the cross-entropy between each patch's logit and the part of it that
/// the mask covers; this process's part of it. `tokens` are those of its own pictures.
at::Tensor maskLoss(MaskHead& head, const at::Tensor& tokens, const PairInput& input);

/// Adds maskLoss, by its weight, to what a step minimises, and to its log as "maskedSum".
void addMaskLoss(StepLosses& losses, const at::Tensor& masked, double weight);

} // namespace models::training
