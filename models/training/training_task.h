#pragma once

#include "models/training/precision_gap.h"
#include "models/training/score_kind.h"
#include "models/training/training_log.h"
#include "models/training/training_state.h"

#include <torch/nn/module.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace imaging {
class Progress;
}

namespace models::training {

/// What one step shows, made ahead of it.
struct StepInput
{
    virtual ~StepInput() = default;
};

/// Of one step: this process's part of each, so that the parts of all add up to the whole. Scalars.
struct StepLosses
{
    at::Tensor minimised;
    std::vector<std::pair<std::string, at::Tensor>> logged; ///< Added up over processes and steps under these names.
    Figures counted; ///< Added up over steps only.
};

/// What a family of models adds to the loop: its network, its steps and what it writes. The loop makes all calls from
/// one thread, but for input(); of several processes all call the same in the same order where nothing else is said.
class TrainingTask
{
public:
    virtual ~TrainingTask() = default;

    virtual torch::nn::Module& network() = 0;
    virtual std::int64_t stepsPerEpoch() const = 0;

    /// What step number `step` over all epochs shows in this process. Depends on nothing that a step changes: it is
    /// made ahead, in other threads, several at once.
    virtual std::unique_ptr<StepInput> input(std::int64_t step) const = 0;
    /// Runs the network forward. Random numbers are seeded by the step before.
    virtual StepLosses losses(std::int64_t step, const StepInput& input) = 0;
    /// The gradients are those of the whole step: what else is to be done with them before the network moves.
    virtual void gradientsDone() { }
    /// After the network has moved: what else there is to add up over steps.
    virtual Figures stepDone(const StepInput&) { return {}; }
    /// Names of what a step shows, for messages.
    virtual std::vector<std::string> pictures(std::int64_t step) const = 0;

    /// How far bfloat16 strays from float32 on what step number `step` shows; nothing for a family that counts in
    /// float32 only.
    virtual std::optional<PrecisionGap> precisionGap(std::int64_t) { return std::nullopt; }
    /// Whether losses() may count in bfloat16 from now on; before the first call as TrainOptions::halfPrecision says.
    virtual void setHalfPrecision(bool) { }

    /// Work before the first step of an epoch, with the averaged weights where they are averaged: whether there is any,
    /// and doing it; nothing when it was stopped.
    virtual bool preparesEpoch(const TrainingPosition&) const { return false; }
    virtual std::optional<Figures> prepareEpoch(
        const TrainingPosition&, const std::stop_token&, const imaging::Progress&)
    {
        return Figures{};
    }

    /// Of what validate() gives; by the first one, which is of kind score(), the best epoch is chosen. An epoch whose
    /// score is no number is never the best.
    virtual std::vector<LogColumn> validationColumns() const = 0;
    virtual ScoreKind score() const = 0;
    /// Scores the network on the validation data. Called in the first process.
    virtual std::vector<double> validate(const std::stop_token& stop) = 0;
    /// What else the log says of an epoch whose last step is done.
    virtual std::vector<LogColumn> figureColumns() const { return {}; }
    virtual std::vector<std::optional<double>> figures(const TrainingPosition&) const { return {}; }
    /// Epochs before this one (from 1) do not count for an early stop.
    virtual int firstEpochOfPatience() const { return 0; }

    /// Whether the last epoch is what a training gives, whatever its score: few pictures choose no best one.
    virtual bool keepsLast() const { return false; }

    /// Called in the first process when the training starts or goes on.
    virtual void started() { }
    /// Writes the package of the best epoch so far, or of the last one (keepsLast), with the averaged weights where they are
    /// averaged. Called in the first process.
    virtual void writeBest(const TrainingPosition& position, const std::vector<double>& validation) = 0;
    /// At the end: scores what was written once more, and describes it. False when it was stopped. Called in the first
    /// process when an epoch was the best. Throws Error(Model) when the package is not what was trained.
    virtual bool describeBest(const TrainingPosition&, const std::stop_token&, const imaging::Progress&)
    {
        return true;
    }

    /// What must be equal to resume, and the defaults of settings that an older state does not know: JSON objects.
    virtual std::string settings() const = 0;
    virtual std::string defaultSettings() const { return "{}"; }
    /// The family's own part of a state. Called in the first process, before and after the state is written.
    virtual void keep(TrainingState&) { }
    virtual void kept() { }
    /// Takes it back: `state.position.sums` then hold what is added up over steps alone.
    virtual void restore(TrainingState&) { }
};

} // namespace models::training
