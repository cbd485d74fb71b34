#pragma once

namespace models::training {

/// When a training shows pictures without a label beside the labelled ones, and how much they count (step_plan.h).
struct UnlabelledPlan
{
    int prototypeEpochs = 5; ///< On labelled pictures only, before the others.
    int rampEpochs = 2; ///< Over which the weight of the unlabelled pictures' loss grows to the whole.
    double weight = 1;
    int perStep = 0; ///< Of a step's batchSize pictures; 0: half.
};

} // namespace models::training
