#pragma once

#include <cstdint>

namespace models::training {

struct TrainOptions;

/// Learning rate of a step. CosineRestarts: constant within an epoch, lr -> 1e-4 over 10 epochs, then again
/// (PyTorch's CosineAnnealingWarmRestarts(T_0 = 10, eta_min = 1e-4) stepped once an epoch). OneCycle: every step,
/// lr/25 -> lr over the first 15 % of all steps, then down to lr/250000, both as half cosines (PyTorch's OneCycleLR,
/// betas fixed). WarmCosine: constant within an epoch; the cosine begins after the warm-up but is as long as all epochs,
/// so it does not reach 0 (Dassl's ConstantWarmupScheduler with recount, as CoOp and MaPLe train). `epoch` from 0, `step` from 0 within the epoch.
double learningRateAt(const TrainOptions& options, int epoch, std::int64_t step, std::int64_t stepsPerEpoch);

/// Decay of the average of weights at global step `step` (from 0): grows from 1/10 to `decay` so that the random start
/// is soon forgotten.
double averageDecayAt(double decay, std::int64_t step);

} // namespace models::training
