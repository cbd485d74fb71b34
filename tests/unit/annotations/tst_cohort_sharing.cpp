#include "annotations/cohort/review_queue.h"

#include "cohort_fixture.h"
#include "imaging/error.h"

#include <QProcess>
#include <QTest>

#include <chrono>
#include <cstdio>
#include <latch>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

using namespace annotations;
using cohort_test::CohortFixture;
using cohort_test::maskOf;
using cohort_test::predictionOf;

namespace {

/// Readers that decide nearly as fast as they can. Each decision that was taken is said on stdout, at once, as
/// "reader study revision result".
class Workers
{
public:
    explicit Workers(std::filesystem::path folder)
        : m_folder(std::move(folder))
    {
    }

    /// Takes one case after the other from the queue until none is left.
    void review(const std::string& reader)
    {
        Cohort cohort(m_folder);
        m_begin.arrive_and_wait();
        std::mt19937 random(static_cast<unsigned>(std::hash<std::string>{}(reader)));
        while (const auto study = nextCase(cohort, reader, QueueOrder::Random)) {
            std::this_thread::sleep_for(std::chrono::milliseconds(2)); // Who never looks starves the others.
            decide(cohort, *study, reader, random());
        }
    }

    /// Decides every case, in order, whoever holds it.
    void rush(const std::string& reader)
    {
        Cohort cohort(m_folder);
        m_begin.arrive_and_wait();
        std::mt19937 random(static_cast<unsigned>(std::hash<std::string>{}(reader)));
        for (auto study : cohort.studiesAfter(0, 10'000)) {
            study.revision = 1; // What all of them saw before the rush.
            decide(cohort, study, reader, random());
        }
    }

    /// Lets the readers begin, all at once, when it is told to.
    void lead()
    {
        std::puts("ready");
        std::fflush(stdout);
        std::getchar();
        m_begin.arrive_and_wait();
    }

    /// Has the store open twice for a while, as a window does that imports; then decides the first case when it is told
    /// to, and stays until it is killed.
    void stayOpen(const std::string& reader)
    {
        Cohort cohort(m_folder);
        {
            const Cohort second(m_folder);
        }
        std::puts("ready");
        std::fflush(stdout);
        std::getchar();
        decide(cohort, cohort.studiesAfter(0, 1).front(), reader, 0);
        while (std::getchar() != EOF)
            continue;
    }

private:
    void decide(Cohort& cohort, const Study& study, const std::string& reader, unsigned choice)
    {
        Decision decision{static_cast<Verdict>(choice % 3), study.revision, reader, {}, {}};
        if (decision.verdict == Verdict::Edit)
            decision.mask = maskOf(choice);
        const auto outcome = cohort.decide(study.id, decision);
        const std::lock_guard lock(m_mutex);
        std::printf("%s %lld %d %d\n", reader.c_str(), static_cast<long long>(study.id), outcome.revision,
            static_cast<int>(outcome.result));
        std::fflush(stdout);
    }

    std::filesystem::path m_folder;
    std::mutex m_mutex;
    std::latch m_begin{3}; ///< Two readers, who have opened the store, and who leads them.
};

int work(const std::string& how, const std::filesystem::path& folder, const std::string& name)
{
    Workers workers(folder);
    if (how == "stay") {
        workers.stayOpen(name);
        return 0;
    }
    std::vector<std::jthread> threads;
    for (const char* thread : {"-1", "-2"})
        threads.emplace_back([&workers, &how, reader = name + thread] {
            how == "review" ? workers.review(reader) : workers.rush(reader);
        });
    workers.lead();
    return 0;
}

struct Said
{
    std::string reader;
    std::int64_t study = 0;
    int revision = 0;
    int result = 0;
};

std::vector<Said> parse(const QByteArray& output)
{
    std::vector<Said> all;
    for (const auto& line : output.split('\n')) {
        const auto words = line.split(' ');
        if (words.size() == 4)
            all.push_back({words[0].toStdString(), words[1].toLongLong(), words[2].toInt(), words[3].toInt()});
    }
    return all;
}

std::unique_ptr<QProcess> start(const char* how, const CohortFixture& fixture, const char* name)
{
    auto process = std::make_unique<QProcess>();
    process->start(QCoreApplication::applicationFilePath(),
        {"worker", how, QString::fromStdString(fixture.path().string()), name});
    return process;
}

/// What two processes of two threads each said they did.
std::vector<Said> runTwo(const char* how, const CohortFixture& fixture)
{
    const auto first = start(how, fixture, "anna");
    const auto second = start(how, fixture, "ben");
    for (auto* process : {first.get(), second.get()})
        if (!process->waitForReadyRead(60'000))
            qFatal("a worker did not start: %s", process->readAllStandardError().constData());
    std::vector<Said> all;
    for (auto* process : {first.get(), second.get()})
        process->write("\n");
    for (auto* process : {first.get(), second.get()}) {
        if (!process->waitForFinished(240'000) || process->exitCode() != 0)
            qFatal("a worker failed: %s", process->readAllStandardError().constData());
        for (const auto& said : parse(process->readAllStandardOutput()))
            all.push_back(said);
    }
    return all;
}

void predictAll(Cohort& cohort)
{
    for (const auto& study : cohort.studiesAfter(0, 10'000))
        cohort.addPrediction(study.id, predictionOf(static_cast<unsigned>(study.id)));
}

/// Every decision that was said to be taken stands in the history under that reader.
void compareWithHistory(const Cohort& cohort, const std::vector<Said>& all)
{
    for (const auto& said : all) {
        const auto history = cohort.history(said.study);
        QVERIFY(static_cast<int>(history.size()) >= said.revision);
        const auto& entry = history[static_cast<std::size_t>(said.revision - 1)];
        QCOMPARE(entry.revision, said.revision);
        QCOMPARE(entry.who, said.reader);
        QCOMPARE(entry.conflicting, said.result == static_cast<int>(DecisionResult::Conflict));
        if (entry.action == Action::Edited)
            QCOMPARE(cohort.readMask(said.study, said.revision).columns, 6);
    }
}

} // namespace

class TestCohortSharing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void two_programs_share_the_queue_without_a_case_twice();
    void decisions_that_collide_are_all_kept_and_one_of_each_case_counts();
    void predictions_and_decisions_do_not_lose_each_other();
    void a_killed_program_loses_no_decision_that_it_reported();
    void program_that_closes_the_store_takes_nothing_from_one_that_has_it_open();
};

void TestCohortSharing::two_programs_share_the_queue_without_a_case_twice()
{
    CohortFixture fixture(60);
    predictAll(*fixture.cohort);
    const auto all = runTwo("review", fixture);
    QCOMPARE(all.size(), std::size_t(60));
    std::set<std::int64_t> studies;
    std::map<std::string, int> readers;
    for (const auto& said : all) {
        studies.insert(said.study);
        ++readers[said.reader];
        QCOMPARE(said.result, static_cast<int>(DecisionResult::Applied));
    }
    QCOMPARE(studies.size(), std::size_t(60));
    QVERIFY2(readers.size() > 1, "one reader did all the work");
    compareWithHistory(*fixture.cohort, all);
    QCOMPARE(fixture.cohort->counts().open(), 0);
}

void TestCohortSharing::decisions_that_collide_are_all_kept_and_one_of_each_case_counts()
{
    CohortFixture fixture(30);
    predictAll(*fixture.cohort);
    const auto all = runTwo("rush", fixture);
    QCOMPARE(all.size(), std::size_t(120));
    compareWithHistory(*fixture.cohort, all);
    std::map<std::int64_t, int> applied;
    for (const auto& said : all)
        applied[said.study] += said.result == static_cast<int>(DecisionResult::Applied);
    for (const auto& [study, count] : applied) {
        QCOMPARE(count, 1);
        QCOMPARE(fixture.cohort->history(study).size(), std::size_t(5)); // The prediction and four decisions.
    }
}

void TestCohortSharing::predictions_and_decisions_do_not_lose_each_other()
{
    CohortFixture fixture(30);
    predictAll(*fixture.cohort);
    const auto reader = start("review", fixture, "anna");
    reader->write("\n");
    int stored = 0;
    int late = 0;
    for (int round = 0; round < 3; ++round)
        for (std::int64_t id = 1; id <= 30; ++id) {
            const auto prediction = predictionOf(static_cast<unsigned>(id), 0.5, std::to_string(round));
            ++(fixture.cohort->addPrediction(id, prediction) ? stored : late);
        }
    QVERIFY(reader->waitForFinished(240'000));
    QCOMPARE(reader->exitCode(), 0);
    const auto all = parse(reader->readAllStandardOutput());
    compareWithHistory(*fixture.cohort, all);
    std::size_t entries = 0;
    for (std::int64_t id = 1; id <= 30; ++id)
        entries += fixture.cohort->history(id).size();
    QCOMPARE(entries, 30U + static_cast<unsigned>(stored) + all.size());
    QVERIFY(stored + late == 90);
}

void TestCohortSharing::a_killed_program_loses_no_decision_that_it_reported()
{
    constexpr int kRounds = 5;
    constexpr int kStudies = 400; // More than the rounds decide, so that each kill falls into the work.
    CohortFixture fixture(kStudies);
    predictAll(*fixture.cohort);
    std::vector<Said> all;
    for (int round = 0; round < kRounds; ++round) {
        const auto process = start("review", fixture, "anna");
        process->write("\n");
        QByteArray output;
        while (output.count('\n') < 2 + 13 * round) { // "ready", and decisions.
            QVERIFY(process->waitForReadyRead(60'000));
            output += process->readAllStandardOutput();
        }
        process->kill();
        QVERIFY(process->state() == QProcess::NotRunning || process->waitForFinished(60'000));
        QCOMPARE(process->exitStatus(), QProcess::CrashExit);
        output += process->readAllStandardOutput();
        for (const auto& said : parse(output))
            all.push_back(said);
    }
    QVERIFY(!all.empty());
    const Cohort again(fixture.path());
    compareWithHistory(again, all);
    QVERIFY(again.counts().open() <= kStudies - static_cast<int>(all.size()));
}

void TestCohortSharing::program_that_closes_the_store_takes_nothing_from_one_that_has_it_open()
{
    CohortFixture fixture(3);
    predictAll(*fixture.cohort);
    fixture.cohort.reset();
    const auto other = start("stay", fixture, "anna");
    QVERIFY(other->waitForReadyRead(60'000));
    other->readAllStandardOutput();
    {
        const Cohort visitor(fixture.path()); // Were it the last one, it would clear the log away.
        QCOMPARE(visitor.counts().open(), 3);
    }
    other->write("\n");
    QVERIFY(other->waitForReadyRead(60'000));
    const auto all = parse(other->readAllStandardOutput());
    other->kill();
    QVERIFY(other->waitForFinished(60'000));
    QCOMPARE(all.size(), std::size_t(1));
    const Cohort again(fixture.path());
    compareWithHistory(again, all);
    QCOMPARE(again.counts().open(), 2);
}

int main(int argc, char** argv)
{
    if (argc == 5 && std::string_view(argv[1]) == "worker")
        return work(argv[2], argv[3], argv[4]);
    const QCoreApplication application(argc, argv);
    TestCohortSharing test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_cohort_sharing.moc"
