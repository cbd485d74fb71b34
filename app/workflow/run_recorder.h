#pragma once

#include "annotations/cohort/training_runs.h"
#include "imaging/progress.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

namespace app {

/// Keeps the cohort's store up to date while a training goes on: its state, its last word and the curves that the
/// trainer's log holds. All on the training's thread.
class RunRecorder
{
public:
    /// `cohort` and `progress` must outlive it.
    RunRecorder(annotations::Cohort& cohort, annotations::TrainingRun run, std::stop_token stop,
        const imaging::Progress& progress);

    /// Stops when the caller wants it, or when somebody asks for it in the store.
    std::stop_token stop() const { return m_stop.get_token(); }

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
    std::stop_source m_stop;
    std::stop_callback<std::function<void()>> m_stopToo;
    std::filesystem::path m_log;
    std::filesystem::file_time_type m_changed{};
    std::chrono::steady_clock::time_point m_written{};
    std::chrono::steady_clock::time_point m_looked{};
};

} // namespace app
