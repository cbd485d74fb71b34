// How long the Relabel page waits for a cohort of 10,000 studies: to open it, to show and turn pages, to take a case
// and to decide it. The masks are not read here; each is one PNG.

#include "annotations/cohort/cohort.h"
#include "annotations/cohort/review_queue.h"
#include "annotations/cohort/training_runs.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <benchmark/benchmark.h>

#include <cstdio>
#include <filesystem>
#include <string>

#include <unistd.h>

namespace {

using namespace annotations;

constexpr int kStudies = 10'000;
constexpr int kPage = 50;

std::vector<NewStudy> newStudies()
{
    std::vector<NewStudy> studies;
    for (int number = 1; number <= kStudies; ++number) {
        char digest[80];
        std::snprintf(digest, sizeof digest, "%064d", number);
        studies.push_back({"images/" + std::to_string(number) + ".png", 0, digest, "", 4, 4,
            "bilateral pulmonary infection, two infected areas, all left lung and middle lower right lung.", "train"});
    }
    return studies;
}

/// A folder with a cohort as it is in the middle of the work: 40 % decided, the rest predicted, two predictions and a
/// decision in each history, two runs of 20 epochs. Written row by row it would take minutes of waiting for the disk,
/// so the predictions are copied within the store.
class BigCohort
{
public:
    BigCohort()
        : m_folder(std::filesystem::temp_directory_path() / ("bench_cohort." + std::to_string(::getpid())))
    {
        createCohort(m_folder, {"bench", imaging::Sides::Picture, "Pulmonary infection"});
        Cohort cohort(m_folder);
        cohort.addStudies(newStudies());
        Prediction prediction;
        prediction.mask = {4, 4, std::vector<std::uint16_t>(16, 1)};
        prediction.model = {"lvit", "1", std::string(64, 'a'), 1};
        prediction.text = cohort.study(1).text;
        prediction.scores = {0.5, 0.1, 0.25};
        cohort.addPrediction(1, prediction);
        cohort.decide(1, {Verdict::Accept, 1, "anna", {}, {}});
        copyHistory(cohort.database());
        addRuns(cohort);
    }
    ~BigCohort() { std::filesystem::remove_all(m_folder); }
    BigCohort(const BigCohort&) = delete;
    BigCohort& operator=(const BigCohort&) = delete;

    const std::filesystem::path& folder() const { return m_folder; }

private:
    static void copyHistory(SQLite::Database& database)
    {
        database.exec("BEGIN");
        database.exec(
            "INSERT INTO history SELECT s.id, h.revision, h.action, h.time, h.who, h.model, h.model_version, "
            "h.model_sha256, h.run, h.text, h.model_text, h.threshold, h.entropy, h.disagreement, h.mismatch, "
            "h.mask_revision, h.mask_file, h.note, h.conflicting, h.warnings FROM studies s, history h "
            "WHERE h.study = 1 AND s.id > 1 AND (h.action <> 2 OR s.id % 5 < 2)");
        database.exec("UPDATE studies SET state = CASE WHEN id % 5 < 2 THEN 3 ELSE 1 END, "
                      "revision = CASE WHEN id % 5 < 2 THEN 2 ELSE 1 END, mask_revision = 1, "
                      "entropy = (shuffle % 1000) / 1000.0, disagreement = (shuffle % 77) / 77.0, "
                      "mismatch = (shuffle % 4) / 4.0, uncertainty = (shuffle % 997) / 997.0");
        database.exec("COMMIT");
        database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    static void addRuns(Cohort& cohort)
    {
        for (int number = 0; number < 2; ++number) {
            auto run = startRun(cohort, {});
            std::vector<CurvePoint> points;
            for (int epoch = 1; epoch <= 20; ++epoch)
                points.push_back(
                    {epoch, {{"loss", 0.5}, {"valid_dice", 0.7}, {"valid_iou", 0.6}, {"epi_change", 0.1}}});
            recordCurves(cohort, run.id, points);
            run.state = RunState::Done;
            updateRun(cohort, run);
        }
    }

    std::filesystem::path m_folder;
};

const BigCohort& big()
{
    static const BigCohort cohort;
    return cohort;
}

QueueOrder orderOf(const benchmark::State& state)
{
    return static_cast<QueueOrder>(state.range(0));
}

/// What the page needs before it can be shown: counts, the first rows, their number, the curves.
void BM_OpenPage(benchmark::State& state)
{
    big();
    for (auto _ : state) {
        const Cohort cohort(big().folder());
        benchmark::DoNotOptimize(cohort.counts());
        benchmark::DoNotOptimize(queuePage(cohort, QueueOrder::Uncertainty, {}, kPage));
        benchmark::DoNotOptimize(queueLength(cohort));
        for (const auto& run : trainingRuns(cohort))
            benchmark::DoNotOptimize(curvesOf(cohort, run.id));
    }
}
BENCHMARK(BM_OpenPage)->Unit(benchmark::kMillisecond);

void BM_Counts(benchmark::State& state)
{
    const Cohort cohort(big().folder());
    for (auto _ : state)
        benchmark::DoNotOptimize(cohort.counts());
}
BENCHMARK(BM_Counts)->Unit(benchmark::kMillisecond);

void BM_FirstPage(benchmark::State& state)
{
    const Cohort cohort(big().folder());
    state.SetLabel(std::string(nameOf(orderOf(state))));
    for (auto _ : state)
        benchmark::DoNotOptimize(queuePage(cohort, orderOf(state), {}, kPage));
}
BENCHMARK(BM_FirstPage)->DenseRange(0, 5)->Unit(benchmark::kMillisecond);

/// The page behind the middle of the queue.
void BM_DeepPage(benchmark::State& state)
{
    const Cohort cohort(big().folder());
    state.SetLabel(std::string(nameOf(orderOf(state))));
    const auto all = queuePage(cohort, orderOf(state), {}, kStudies);
    const auto key = keyOf(all[all.size() / 2], orderOf(state));
    for (auto _ : state)
        benchmark::DoNotOptimize(queuePage(cohort, orderOf(state), key, kPage));
}
BENCHMARK(BM_DeepPage)->DenseRange(0, 5)->Unit(benchmark::kMillisecond);

void BM_FilteredPage(benchmark::State& state)
{
    const Cohort cohort(big().folder());
    for (auto _ : state)
        benchmark::DoNotOptimize(queuePage(cohort, QueueOrder::Uncertainty, {}, kPage, {CaseState::Accepted}));
}
BENCHMARK(BM_FilteredPage)->Unit(benchmark::kMillisecond);

void BM_Position(benchmark::State& state)
{
    const Cohort cohort(big().folder());
    const auto all = queuePage(cohort, QueueOrder::Uncertainty, {}, kStudies);
    const auto key = keyOf(all[all.size() / 2], QueueOrder::Uncertainty);
    for (auto _ : state)
        benchmark::DoNotOptimize(queuePosition(cohort, QueueOrder::Uncertainty, key));
}
BENCHMARK(BM_Position)->Unit(benchmark::kMillisecond);

void BM_History(benchmark::State& state)
{
    const Cohort cohort(big().folder());
    for (auto _ : state)
        benchmark::DoNotOptimize(cohort.history(4321));
}
BENCHMARK(BM_History)->Unit(benchmark::kMillisecond);

/// Waits for the disk: what is claimed and decided is on it.
void BM_NextCase(benchmark::State& state)
{
    Cohort cohort(big().folder());
    for (auto _ : state)
        benchmark::DoNotOptimize(nextCase(cohort, "anna", QueueOrder::Uncertainty));
}
BENCHMARK(BM_NextCase)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(100);

void BM_Decide(benchmark::State& state)
{
    Cohort cohort(big().folder());
    const auto open = queuePage(cohort, QueueOrder::Import, {}, kStudies);
    std::size_t place = 0;
    for (auto _ : state) {
        const auto& study = open[place++];
        benchmark::DoNotOptimize(cohort.decide(study.id, {Verdict::Accept, study.revision, "anna", {}, {}}));
    }
}
BENCHMARK(BM_Decide)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(100);

} // namespace

BENCHMARK_MAIN();
