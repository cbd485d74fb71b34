#pragma once

#include "models/lvit/training/semi_supervised.h"
#include "models/training/precision_gap.h"
#include "models/training/process_group.h"

#include <torch/optim/optimizer.h>

namespace models::lvit {

/// Losses of one step, or their sums.
struct StepLosses
{
    double total = 0; ///< What was minimised.
    double labelled = 0;
    double unlabelled = 0; ///< Against P, unweighted.
    double lv = 0; ///< Unweighted.
    double labelledDice = 0; ///< Not a loss: mean over the labelled pictures as they are shown, at 0.5.

    StepLosses& operator+=(const StepLosses& other);
};

/// What one step shows in this process: first the labelled pictures, then the others, whose masks in the batch mean
/// nothing.
struct StepInput
{
    ShownPictures labelled;
    UnlabelledPictures unlabelled;
    training::Batch batch;
};

/// One step of the optimizer over the pictures that the plan gives it.
class TrainingStep
{
public:
    /// `semi` may be null when no step shows unlabelled pictures, `group` when one process trains alone. Everything
    /// must outlive it.
    TrainingStep(const LvitTrainOptions& options, const TrainingData& data, const training::StepPlan& plan,
        c10::Device device, SemiSupervised* semi, const training::ProcessGroup* group);

    struct Outcome
    {
        StepLosses losses;
        LabelChange change;
        bool hasLv = false; ///< An LV loss was there.
        bool finite = true; ///< Off: the loss is no number, and the network was left as it was.
    };

    /// This process's pictures of step number `step` over all epochs. Depends on nothing that a step changes, so it may
    /// be made ahead and in another thread.
    StepInput input(std::int64_t step) const;

    /// Runs the step at the optimizer's own learning rate. Dropout is seeded by the step, so it does not matter how
    /// often a training was interrupted.
    Outcome run(std::int64_t step, const StepInput& input, LViT& net, torch::optim::Optimizer& optimizer);

    /// How far bfloat16 strays from float32 on the pictures of step number `step`, in a copy of the network without
    /// dropout.
    training::PrecisionGap precisionGap(std::int64_t step, const LViT& net) const;

    /// Names of the pictures that a step shows.
    std::vector<std::string> pictures(std::int64_t step) const;

private:
    ShownPictures shown(std::vector<training::Visit> visits) const;
    std::vector<training::Visit> share(const std::vector<training::Visit>& visits) const;
    UnlabelledPictures unlabelled(std::int64_t step) const;
    void sumGradients(LViT& net) const;
    std::vector<torch::Tensor> stagesOf(const training::Batch& batch, LViT& net, bool halfPrecision) const;
    torch::Tensor logitsOf(const training::Batch& batch, LViT& net) const;
    Outcome outcomeOf(const torch::Tensor& loss, const torch::Tensor& labelled, const SemiSupervised::Loss& unlabelled,
        const torch::Tensor& labelledDice) const;

    const LvitTrainOptions& m_options;
    const TrainingData& m_data;
    const training::StepPlan& m_plan;
    c10::Device m_device;
    SemiSupervised* m_semi;
    const training::ProcessGroup* m_group;
};

} // namespace models::lvit
