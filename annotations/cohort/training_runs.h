#pragma once

#include "annotations/cohort/cohort.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace annotations {

enum class RunState {
    Running, ///< Or killed: see isAlive().
    Stopped, ///< By the user; the same command goes on.
    Done,
    Failed, ///< With a reason.
};

/// "running", "stopped", "done", "failed"
std::string_view nameOf(RunState state);

/// One training of a model from this cohort.
struct TrainingRun
{
    std::int64_t id = 0;
    std::string name; ///< Of the model package.
    std::string folder; ///< Relative to the cohort's folder, "runs/0001": becomes the model package.
    std::string settings; ///< Of the trainer, as JSON.
    RunState state = RunState::Running;
    std::string who;
    CohortTime started;
    CohortTime updated; ///< Last sign of life.
    int labelled = 0; ///< Pictures with a mask that it learns from.
    int unlabelled = 0;
    int validation = 0;
    int epochs = 0; ///< Finished ones.
    int bestEpoch = 0;
    double bestDice = 0; ///< Per-image mean on the validation cases.
    std::string stage; ///< The trainer's last word: "epoch 3/20, loss 0.31, ..."; of failed ones the reason.
};

/// One line of the curves: what was measured after one epoch, by name ("loss", "valid_dice", ...).
struct CurvePoint
{
    int epoch = 0; ///< From 1.
    std::vector<std::pair<std::string, double>> values;
};

/// A running training reports at least this often.
inline constexpr std::chrono::seconds kRunHeartbeat{60};

/// Whether a run that is Running has given a sign of life lately; otherwise its program was killed.
bool isAlive(const TrainingRun& run, CohortTime now);

/// Newest first.
std::vector<TrainingRun> trainingRuns(const Cohort& cohort);
/// Throws Error(NotFound).
TrainingRun trainingRun(const Cohort& cohort, std::int64_t id);

/// Writes a new run down (id, folder, state and times are given by the store) or takes up the one with that id.
/// Throws Error(WrongUse) when another run of the cohort is alive.
TrainingRun startRun(Cohort& cohort, const TrainingRun& run);

/// Asks the training that is alive to stop and keep what it has, on whatever computer it goes on: it looks once a
/// second, and taking it up again takes the wish back. Gives its run; nothing when none is alive. Throws Error(Io).
std::optional<TrainingRun> requestStop(const Cohort& cohort);
bool stopRequested(const Cohort& cohort, const TrainingRun& run);

/// Writes state, counts, figures and stage down and that it is alive.
void updateRun(Cohort& cohort, const TrainingRun& run);

/// Replaces the curves of a run: all its epochs so far.
void recordCurves(Cohort& cohort, std::int64_t run, const std::vector<CurvePoint>& points);
std::vector<CurvePoint> curvesOf(const Cohort& cohort, std::int64_t run);

} // namespace annotations
