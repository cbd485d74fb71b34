#include "annotations/cohort/training_runs.h"

#include "annotations/cohort/cohort_database.h"
#include "imaging/error.h"
#include "imaging/files/atomic_file.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace annotations {

using detail::inStore;
using detail::inTransaction;

namespace {

constexpr std::array<std::string_view, 4> kRunStateNames{"running", "stopped", "done", "failed"};

constexpr const char* kColumns = "id, name, settings, state, who, started, updated, labelled, unlabelled, validation, "
                                 "epochs, best_epoch, best_dice, stage";

TrainingRun runOf(const SQLite::Statement& row)
{
    TrainingRun run;
    run.id = row.getColumn(0).getInt64();
    char folder[40];
    std::snprintf(folder, sizeof folder, "runs/%04lld", static_cast<long long>(run.id));
    run.folder = folder;
    run.name = row.getColumn(1).getString();
    run.settings = row.getColumn(2).getString();
    const int state = row.getColumn(3).getInt();
    if (state < 0 || state >= static_cast<int>(kRunStateNames.size()))
        throw detail::damagedRow("a training run has a state that it cannot have");
    run.state = static_cast<RunState>(state);
    run.who = row.getColumn(4).getString();
    run.started = detail::timeOf(row.getColumn(5).getInt64());
    run.updated = detail::timeOf(row.getColumn(6).getInt64());
    run.labelled = row.getColumn(7).getInt();
    run.unlabelled = row.getColumn(8).getInt();
    run.validation = row.getColumn(9).getInt();
    run.epochs = row.getColumn(10).getInt();
    run.bestEpoch = row.getColumn(11).getInt();
    run.bestDice = row.getColumn(12).getDouble();
    run.stage = row.getColumn(13).getString();
    return run;
}

std::filesystem::path stopFile(const Cohort& cohort, const TrainingRun& run)
{
    return cohort.folder() / run.folder / "stop";
}

std::vector<TrainingRun> runsIn(const Cohort& cohort)
{
    SQLite::Statement rows(cohort.database(), std::string("SELECT ") + kColumns + " FROM runs ORDER BY id DESC");
    std::vector<TrainingRun> runs;
    while (rows.executeStep())
        runs.push_back(runOf(rows));
    return runs;
}

TrainingRun findRun(const Cohort& cohort, std::int64_t id)
{
    SQLite::Statement row(cohort.database(), std::string("SELECT ") + kColumns + " FROM runs WHERE id = ?");
    SQLite::bind(row, id);
    if (!row.executeStep())
        throw imaging::Error(imaging::ErrorKind::NotFound,
            "There is no training run " + std::to_string(id) + " in the cohort '" + cohort.folder().string() + "'.",
            cohort.folder().string());
    return runOf(row);
}

void requireNoneAlive(const Cohort& cohort, std::int64_t except)
{
    for (const auto& run : runsIn(cohort))
        if (run.id != except && isAlive(run, cohort.now()))
            throw imaging::Error(imaging::ErrorKind::WrongUse,
                "The training run " + std::to_string(run.id) + " of " + run.who + " in the cohort '"
                    + cohort.folder().string() + "' is still going on: wait for it or stop it.",
                cohort.folder().string());
}

void writeRun(const Cohort& cohort, const TrainingRun& run)
{
    SQLite::Statement write(
        cohort.database(), "INSERT OR REPLACE INTO runs VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    SQLite::bind(write, run.id, run.name, run.settings, static_cast<int>(run.state), run.who,
        detail::milliseconds(run.started), detail::milliseconds(run.updated), run.labelled, run.unlabelled,
        run.validation, run.epochs, run.bestEpoch, run.bestDice, run.stage);
    write.exec();
}

} // namespace

std::string_view nameOf(RunState state)
{
    return kRunStateNames[static_cast<std::size_t>(state)];
}

bool isAlive(const TrainingRun& run, CohortTime now)
{
    return run.state == RunState::Running && now - run.updated <= kRunHeartbeat;
}

std::vector<TrainingRun> trainingRuns(const Cohort& cohort)
{
    return inStore(cohort.folder(), [&] { return runsIn(cohort); });
}

TrainingRun trainingRun(const Cohort& cohort, std::int64_t id)
{
    return inStore(cohort.folder(), [&] { return findRun(cohort, id); });
}

TrainingRun startRun(Cohort& cohort, const TrainingRun& run)
{
    return inTransaction(cohort, [&] {
        requireNoneAlive(cohort, run.id);
        TrainingRun started = run;
        if (run.id == 0) {
            const auto known = runsIn(cohort);
            started.id = known.empty() ? 1 : known.front().id + 1;
            started.started = cohort.now();
        }
        started.state = RunState::Running;
        started.updated = cohort.now();
        writeRun(cohort, started);
        const auto now = findRun(cohort, started.id);
        std::error_code problem;
        std::filesystem::remove(stopFile(cohort, now), problem);
        return now;
    });
}

std::optional<TrainingRun> requestStop(const Cohort& cohort)
{
    for (const auto& run : trainingRuns(cohort)) {
        if (!isAlive(run, cohort.now()))
            continue;
        const auto file = stopFile(cohort, run);
        std::error_code problem; // Then the file cannot be written either.
        std::filesystem::create_directories(file.parent_path(), problem);
        imaging::writeFileAtomically(file, {});
        return run;
    }
    return std::nullopt;
}

bool stopRequested(const Cohort& cohort, const TrainingRun& run)
{
    std::error_code problem;
    return std::filesystem::exists(stopFile(cohort, run), problem);
}

void updateRun(Cohort& cohort, const TrainingRun& run)
{
    inTransaction(cohort, [&] {
        findRun(cohort, run.id);
        TrainingRun now = run;
        now.updated = cohort.now();
        writeRun(cohort, now);
    });
}

void recordCurves(Cohort& cohort, std::int64_t run, const std::vector<CurvePoint>& points)
{
    inTransaction(cohort, [&] {
        SQLite::Statement clear(cohort.database(), "DELETE FROM curves WHERE run = ?");
        SQLite::bind(clear, run);
        clear.exec();
        for (const auto& point : points)
            for (std::size_t place = 0; place < point.values.size(); ++place) {
                const auto& [name, value] = point.values[place];
                if (!std::isfinite(value))
                    continue; // A store of numbers: what was not measured is absent.
                SQLite::Statement insert(cohort.database(), "INSERT OR REPLACE INTO curves VALUES(?, ?, ?, ?, ?)");
                SQLite::bind(insert, run, point.epoch, static_cast<int>(place), name, value);
                insert.exec();
            }
    });
}

std::vector<CurvePoint> curvesOf(const Cohort& cohort, std::int64_t run)
{
    return inStore(cohort.folder(), [&] {
        SQLite::Statement rows(
            cohort.database(), "SELECT epoch, name, value FROM curves WHERE run = ? ORDER BY epoch, place");
        SQLite::bind(rows, run);
        std::vector<CurvePoint> points;
        while (rows.executeStep()) {
            const int epoch = rows.getColumn(0).getInt();
            if (points.empty() || points.back().epoch != epoch)
                points.push_back({epoch, {}});
            points.back().values.emplace_back(rows.getColumn(1).getString(), rows.getColumn(2).getDouble());
        }
        return points;
    });
}

} // namespace annotations
