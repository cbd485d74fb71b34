#pragma once

#include "models/lvit/training/semi_supervised.h"
#include "models/training/precision_gap.h"
#include "models/training/process_group.h"
#include "models/training/training_task.h"

namespace models::lvit {

/// What one step shows in this process: first the labelled pictures, then the others, whose masks in the batch mean
/// nothing.
struct LvitInput : training::StepInput
{
    ShownPictures labelled;
    UnlabelledPictures unlabelled;
    training::Batch batch;
};

/// The pictures that the plan gives each step, and what the network loses on them.
class LvitStep
{
public:
    /// `semi` may be null when no step shows unlabelled pictures, `group` when one process trains alone. Everything
    /// must outlive it.
    LvitStep(const LvitTrainOptions& options, const TrainingData& data, const training::StepPlan& plan,
        c10::Device device, SemiSupervised* semi, const training::ProcessGroup* group);

    /// This process's pictures of step number `step` over all epochs; see training::TrainingTask::input.
    LvitInput input(std::int64_t step) const;

    /// Sums in a state: "labelledLossSum", "unlabelledLossSum" (against P) and "lvLossSum" (both unweighted),
    /// "labelledDiceSum" (not a loss: mean over the labelled pictures as they are shown, at 0.5), "unlabelledSteps" and
    /// "lvSteps" (steps that had such losses).
    training::StepLosses losses(std::int64_t step, const LvitInput& input, LViT& net);

    /// Averages what losses() predicted into P; how far it moved: "labelChangeSum" over "labelChangePictures".
    training::Figures average(const LvitInput& input);

    /// How far bfloat16 strays from float32 on the pictures of step number `step`, in a copy of the network without
    /// dropout.
    training::PrecisionGap precisionGap(std::int64_t step, const LViT& net) const;

    /// Names of the pictures that a step shows.
    std::vector<std::string> pictures(std::int64_t step) const;

private:
    ShownPictures shown(std::vector<training::Visit> visits) const;
    std::vector<training::Visit> share(const std::vector<training::Visit>& visits) const;
    UnlabelledPictures unlabelled(std::int64_t step) const;
    std::vector<torch::Tensor> stagesOf(const training::Batch& batch, LViT& net, bool halfPrecision) const;
    torch::Tensor logitsOf(const training::Batch& batch, LViT& net) const;

    const LvitTrainOptions& m_options;
    const TrainingData& m_data;
    const training::StepPlan& m_plan;
    c10::Device m_device;
    SemiSupervised* m_semi;
    const training::ProcessGroup* m_group;
    torch::Tensor m_predicted; ///< Logits of the unlabelled pictures of the last step.
};

/// As figures of a state.
training::Figures figuresOf(const LabelChange& change);

} // namespace models::lvit
