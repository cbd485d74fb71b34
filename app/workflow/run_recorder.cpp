#include "app/workflow/run_recorder.h"

#include "models/facade/files.h"

#include <cstdlib>
#include <utility>

namespace app {

using annotations::Cohort;
using annotations::RunState;
using annotations::TrainingRun;

namespace {

/// The curves as the trainer's log has them so far; what it left empty is left out.
std::vector<annotations::CurvePoint> readCurves(const std::filesystem::path& log)
{
    std::vector<annotations::CurvePoint> points;
    std::error_code problem;
    if (!std::filesystem::exists(log, problem))
        return points;
    const auto table = models::data::readCsv(log);
    const int epoch = table.column("epoch");
    for (const auto& row : table.rows) {
        annotations::CurvePoint point;
        for (std::size_t column = 0; column < table.columns.size(); ++column) {
            char* end = nullptr;
            const double value = std::strtod(row.fields[column].c_str(), &end);
            if (end == row.fields[column].c_str())
                continue;
            if (static_cast<int>(column) == epoch)
                point.epoch = static_cast<int>(value);
            else
                point.values.emplace_back(table.columns[column], value);
        }
        if (point.epoch > 0)
            points.push_back(std::move(point));
    }
    return points;
}

/// Takes over what the log says of finished epochs.
void takeFigures(const std::vector<annotations::CurvePoint>& curves, TrainingRun& run)
{
    for (const auto& point : curves)
        for (const auto& [name, value] : point.values)
            if (name == "valid_dice" && (run.bestEpoch == 0 || value > run.bestDice)) {
                run.bestDice = value;
                run.bestEpoch = point.epoch;
            }
    if (!curves.empty())
        run.epochs = curves.back().epoch;
}

} // namespace

RunRecorder::RunRecorder(Cohort& cohort, TrainingRun run, std::stop_token stop, const imaging::Progress& progress)
    : m_cohort(cohort)
    , m_run(std::move(run))
    , m_progress(progress)
    , m_stopToo(std::move(stop), [this] { m_stop.request_stop(); })
    , m_log(cohort.folder() / m_run.folder / "training" / "log.csv")
{
}

imaging::Progress RunRecorder::progress()
{
    return imaging::Progress([this](double fraction, std::string_view stage) {
        m_progress.report(fraction, stage);
        m_run.stage = stage;
        const auto now = std::chrono::steady_clock::now();
        if (now - m_looked < std::chrono::seconds(1))
            return;
        m_looked = now;
        if (annotations::stopRequested(m_cohort, m_run))
            m_stop.request_stop();
        if (takeCurves() || now - m_written > annotations::kRunHeartbeat / 6) {
            m_written = now;
            annotations::updateRun(m_cohort, m_run);
        }
    });
}

TrainingRun RunRecorder::finish(RunState state)
{
    takeCurves();
    m_run.state = state;
    annotations::updateRun(m_cohort, m_run);
    return annotations::trainingRun(m_cohort, m_run.id);
}

void RunRecorder::fail(const std::string& reason, RunState state) noexcept
{
    try {
        m_run.stage = reason;
        finish(state);
    } catch (const std::exception&) { // The store cannot be written either: the run looks killed, which it was.
    }
}

/// Whether there was a new epoch.
bool RunRecorder::takeCurves()
{
    std::error_code problem;
    const auto changed = std::filesystem::last_write_time(m_log, problem);
    if (problem || changed == m_changed)
        return false;
    const auto curves = readCurves(m_log);
    annotations::recordCurves(m_cohort, m_run.id, curves);
    takeFigures(curves, m_run);
    m_changed = changed;
    return true;
}

} // namespace app
