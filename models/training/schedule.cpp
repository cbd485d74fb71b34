#include "models/training/schedule.h"

#include "models/training/train_options.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace models::training {

namespace {

constexpr int kRestartEpochs = 10;
constexpr double kRestartMinimum = 1e-4;
constexpr double kWarmUpFraction = 0.15;
constexpr double kStartDivisor = 25;
constexpr double kFinalDivisor = 1e4; ///< Of the start

/// From `first` at 0 to `last` at 1 along half a cosine.
double halfCosine(double first, double last, double fraction)
{
    return last + (first - last) * (1 + std::cos(std::numbers::pi * fraction)) / 2;
}

double cosineRestarts(double maximum, int epoch)
{
    const double minimum = std::min(kRestartMinimum, maximum);
    return halfCosine(maximum, minimum, double(epoch % kRestartEpochs) / kRestartEpochs);
}

double oneCycle(double maximum, std::int64_t step, std::int64_t totalSteps)
{
    const double start = maximum / kStartDivisor;
    const double summit = kWarmUpFraction * double(totalSteps) - 1;
    const double last = double(totalSteps) - 1;
    const auto position = double(step);
    if (position < summit)
        return halfCosine(start, maximum, position / summit);
    const double fraction = last > summit ? std::clamp((position - summit) / (last - summit), 0.0, 1.0) : 1.0;
    return halfCosine(maximum, start / kFinalDivisor, fraction);
}

/// PyTorch's CosineAnnealingLR(T_max = epochs) behind a constant start that it does not count.
double warmCosine(const TrainOptions& options, int epoch)
{
    if (epoch < options.warmUpEpochs)
        return options.warmUpRate;
    return halfCosine(options.learningRate, 0, double(epoch - options.warmUpEpochs) / options.epochs);
}

} // namespace

double learningRateAt(const TrainOptions& options, int epoch, std::int64_t step, std::int64_t stepsPerEpoch)
{
    if (options.schedule == Schedule::CosineRestarts)
        return cosineRestarts(options.learningRate, epoch);
    if (options.schedule == Schedule::WarmCosine)
        return warmCosine(options, epoch);
    return oneCycle(options.learningRate, epoch * stepsPerEpoch + step, options.epochs * stepsPerEpoch);
}

double averageDecayAt(double decay, std::int64_t step)
{
    return std::min(decay, double(1 + step) / double(10 + step));
}

} // namespace models::training
