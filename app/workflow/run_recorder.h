#pragma once

#include "annotations/cohort/training_runs.h"
#include "imaging/progress.h"

#include <chrono>
#include <filesystem>
#include <string>

namespace app {

/// Keeps the cohort's store up to date while a training goes on: its state, its last word and the curves that the
/// trainer's log holds. All on the training's thread.
class RunRecorder
{
public:
    /// `cohort` and `progress` must outlive it.
    RunRecorder(annotations::Cohort& cohort, annotations::TrainingRun run, const imaging::Progress& progress);

    /// For the trainer; passes on to `progress`, and writes at most once a second.
    imaging::Progress progress();

    annotations::TrainingRun finish(annotations::RunState state);

    /// Must not hide the reason by another error.
    void fail(const std::string& reason, annotations::RunState state) noexcept;

private:
    bool takeCurves();

    annotations::Cohort& m_cohort;
    annotations::TrainingRun m_run;
    const imaging::Progress& m_progress;
    std::filesystem::path m_log;
    std::filesystem::file_time_type m_changed{};
    std::chrono::steady_clock::time_point m_written{};
};

} // namespace app
