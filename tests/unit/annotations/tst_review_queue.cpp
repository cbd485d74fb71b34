#include "annotations/cohort/review_queue.h"

#include "annotations/cohort/training_runs.h"
#include "cohort_fixture.h"
#include "imaging/error.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <rapidcheck.h>
#include <sqlite3.h>

#include <QTest>

#include <algorithm>
#include <set>

using namespace annotations;
using cohort_test::CohortFixture;
using cohort_test::maskOf;
using cohort_test::predictionOf;

namespace {

std::vector<std::int64_t> idsOf(const std::vector<Study>& studies)
{
    std::vector<std::int64_t> ids;
    for (const auto& study : studies)
        ids.push_back(study.id);
    return ids;
}

std::vector<std::int64_t> wholeQueue(
    const Cohort& cohort, QueueOrder order, int pageSize, const QueueFilter& filter = {})
{
    std::vector<std::int64_t> ids;
    std::optional<QueueKey> after;
    for (;;) {
        const auto page = queuePage(cohort, order, after, pageSize, filter);
        if (page.empty())
            return ids;
        for (const auto& study : page)
            ids.push_back(study.id);
        after = keyOf(page.back(), order);
    }
}

constexpr QueueOrder kOrders[] = {QueueOrder::Uncertainty, QueueOrder::Entropy, QueueOrder::Disagreement,
    QueueOrder::Mismatch, QueueOrder::Random, QueueOrder::Import};

} // namespace

class TestReviewQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void the_worst_come_first_and_the_unknown_last();
    void the_random_order_is_no_order_of_import_and_stays();
    void pages_of_any_size_give_every_case_once();
    void positions_count_what_stands_before();
    void decided_cases_and_the_test_split_are_not_in_the_queue();
    void a_filter_shows_decided_cases();
    void two_readers_get_different_cases();
    void a_reader_who_comes_back_gets_the_same_case();
    void a_claim_runs_out_and_can_be_renewed();
    void a_skipped_case_comes_again_after_all_others();
    void a_new_prediction_ends_a_skip();
    void the_last_case_is_followed_by_none();
    void queries_use_their_indexes();
    void order_names_are_read_back();
    void runs_keep_their_curves();
    void a_second_training_is_refused_while_one_lives();
    void a_killed_training_is_no_longer_alive();
};

void TestReviewQueue::the_worst_come_first_and_the_unknown_last()
{
    CohortFixture fixture(4);
    auto prediction = predictionOf(1, 0.2);
    prediction.scores.mismatch = 0.9;
    fixture.cohort->addPrediction(1, prediction);
    fixture.cohort->addPrediction(2, predictionOf(2, 0.6));
    prediction = predictionOf(3, 0.3);
    prediction.scores.disagreement = 0.1;
    fixture.cohort->addPrediction(3, prediction);
    using Ids = std::vector<std::int64_t>;
    QCOMPARE(wholeQueue(*fixture.cohort, QueueOrder::Uncertainty, 10), (Ids{1, 2, 3, 4}));
    QCOMPARE(wholeQueue(*fixture.cohort, QueueOrder::Entropy, 10), (Ids{2, 3, 1, 4}));
    QCOMPARE(wholeQueue(*fixture.cohort, QueueOrder::Disagreement, 10), (Ids{3, 1, 2, 4}));
    QCOMPARE(wholeQueue(*fixture.cohort, QueueOrder::Mismatch, 10), (Ids{1, 2, 3, 4}));
    QCOMPARE(wholeQueue(*fixture.cohort, QueueOrder::Import, 10), (Ids{1, 2, 3, 4}));
}

void TestReviewQueue::the_random_order_is_no_order_of_import_and_stays()
{
    const CohortFixture fixture(50);
    const auto shuffled = wholeQueue(*fixture.cohort, QueueOrder::Random, 50);
    QVERIFY(!std::is_sorted(shuffled.begin(), shuffled.end()));
    QCOMPARE(wholeQueue(Cohort(fixture.path()), QueueOrder::Random, 50), shuffled);
}

void TestReviewQueue::pages_of_any_size_give_every_case_once()
{
    CohortFixture fixture(40);
    // Many equal scores, so that pages end within them.
    for (int id = 1; id <= 30; ++id) {
        auto prediction = predictionOf(static_cast<unsigned>(id), (id % 4) / 4.0);
        prediction.scores.mismatch = id % 3 == 0 ? std::optional(0.5) : std::nullopt;
        fixture.cohort->addPrediction(id, prediction);
    }
    rc::check("the pages hold the queue", [&] {
        const auto order = *rc::gen::elementOf(std::vector<QueueOrder>(std::begin(kOrders), std::end(kOrders)));
        const int size = *rc::gen::inRange(1, 45);
        const auto ids = wholeQueue(*fixture.cohort, order, size);
        RC_ASSERT(ids == idsOf(queuePage(*fixture.cohort, order, {}, 100)));
        RC_ASSERT(std::set<std::int64_t>(ids.begin(), ids.end()).size() == 40U);
    });
}

void TestReviewQueue::positions_count_what_stands_before()
{
    CohortFixture fixture(20);
    for (int id = 1; id <= 12; ++id)
        fixture.cohort->addPrediction(id, predictionOf(static_cast<unsigned>(id), (id % 5) / 5.0));
    for (const auto order : kOrders) {
        const auto page = queuePage(*fixture.cohort, order, {}, 100);
        for (std::size_t place = 0; place < page.size(); ++place)
            QCOMPARE(queuePosition(*fixture.cohort, order, keyOf(page[place], order)), static_cast<int>(place));
    }
    QCOMPARE(queueLength(*fixture.cohort), 20);
}

void TestReviewQueue::decided_cases_and_the_test_split_are_not_in_the_queue()
{
    CohortFixture fixture(5);
    fixture.cohort->addPrediction(1, predictionOf(1));
    fixture.cohort->decide(1, {Verdict::Accept, 1, "anna", {}, {}});
    fixture.cohort->importLabel(2, maskOf(2), "import", "");
    fixture.cohort->setSplit(3, "test");
    QCOMPARE(wholeQueue(*fixture.cohort, QueueOrder::Import, 10), (std::vector<std::int64_t>{4, 5}));
    QCOMPARE(queueLength(*fixture.cohort), 2);
    QCOMPARE(nextCase(*fixture.cohort, "anna", QueueOrder::Import)->id, std::int64_t(4));
}

void TestReviewQueue::a_filter_shows_decided_cases()
{
    CohortFixture fixture(4);
    for (const int id : {2, 4})
        fixture.cohort->importLabel(id, maskOf(2), "import", "");
    const QueueFilter labelled{CaseState::Labelled};
    QCOMPARE(wholeQueue(*fixture.cohort, QueueOrder::Import, 1, labelled), (std::vector<std::int64_t>{2, 4}));
    QCOMPARE(queueLength(*fixture.cohort, labelled), 2);
}

void TestReviewQueue::two_readers_get_different_cases()
{
    CohortFixture fixture(3);
    Cohort other(fixture.path(), fixture.clock());
    const auto anna = nextCase(*fixture.cohort, "anna", QueueOrder::Import);
    const auto ben = nextCase(other, "ben", QueueOrder::Import);
    QCOMPARE(anna->id, std::int64_t(1));
    QCOMPARE(ben->id, std::int64_t(2));
    QVERIFY(!claimCase(other, anna->id, "ben"));
    QCOMPARE(other.study(1).claimedBy, std::string("anna"));
    releaseCase(*fixture.cohort, anna->id, "anna");
    QVERIFY(claimCase(other, anna->id, "ben"));
    releaseCase(*fixture.cohort, anna->id, "anna"); // Not anna's any more.
    QCOMPARE(other.study(1).claimedBy, std::string("ben"));
}

void TestReviewQueue::a_reader_who_comes_back_gets_the_same_case()
{
    CohortFixture fixture(3);
    const auto first = nextCase(*fixture.cohort, "anna", QueueOrder::Random);
    fixture.cohort.reset();
    fixture.time += std::chrono::hours(9);
    Cohort again(fixture.path(), fixture.clock());
    QCOMPARE(resumeCase(again, "anna")->id, first->id);
    QVERIFY(!resumeCase(again, "ben"));
    again.decide(first->id, {Verdict::Edit, first->revision, "anna", {}, maskOf(1)});
    QVERIFY(!resumeCase(again, "anna"));
}

void TestReviewQueue::a_claim_runs_out_and_can_be_renewed()
{
    CohortFixture fixture(2);
    nextCase(*fixture.cohort, "anna", QueueOrder::Import);
    fixture.time += kLease - std::chrono::seconds(1);
    QVERIFY(claimCase(*fixture.cohort, 1, "anna"));
    fixture.time += kLease - std::chrono::seconds(1);
    QCOMPARE(nextCase(*fixture.cohort, "ben", QueueOrder::Import)->id, std::int64_t(2));
    fixture.time += std::chrono::seconds(1);
    QCOMPARE(nextCase(*fixture.cohort, "chris", QueueOrder::Import)->id, std::int64_t(1));
    QVERIFY(!resumeCase(*fixture.cohort, "anna"));
}

void TestReviewQueue::a_skipped_case_comes_again_after_all_others()
{
    CohortFixture fixture(3);
    std::vector<std::int64_t> seen;
    for (int round = 0; round < 5; ++round) {
        fixture.time += std::chrono::seconds(1);
        seen.push_back(nextCase(*fixture.cohort, "anna", QueueOrder::Import)->id);
    }
    QCOMPARE(seen, (std::vector<std::int64_t>{1, 2, 3, 1, 2}));
    QCOMPARE(nextCase(*fixture.cohort, "ben", QueueOrder::Import)->id, std::int64_t(1)); // Another reader's skips.
}

void TestReviewQueue::a_new_prediction_ends_a_skip()
{
    CohortFixture fixture(3);
    nextCase(*fixture.cohort, "anna", QueueOrder::Import);
    nextCase(*fixture.cohort, "anna", QueueOrder::Import);
    fixture.cohort->addPrediction(1, predictionOf(1));
    QCOMPARE(nextCase(*fixture.cohort, "anna", QueueOrder::Import)->id, std::int64_t(1));
}

void TestReviewQueue::the_last_case_is_followed_by_none()
{
    CohortFixture fixture(1);
    const auto only = nextCase(*fixture.cohort, "anna", QueueOrder::Uncertainty);
    QVERIFY(!nextCase(*fixture.cohort, "ben", QueueOrder::Uncertainty));
    fixture.cohort->decide(only->id, {Verdict::Edit, only->revision, "anna", {}, maskOf(1)});
    QVERIFY(!nextCase(*fixture.cohort, "anna", QueueOrder::Uncertainty));
}

void TestReviewQueue::queries_use_their_indexes()
{
    CohortFixture fixture(30);
    int sorts = 0;
    sqlite3_trace_v2(
        fixture.cohort->database().getHandle(), SQLITE_TRACE_PROFILE,
        [](unsigned, void* context, void* statement, void*) {
            *static_cast<int*>(context) +=
                sqlite3_stmt_status(static_cast<sqlite3_stmt*>(statement), SQLITE_STMTSTATUS_SORT, 0);
            return 0;
        },
        &sorts);
    for (const auto order : kOrders) {
        queuePage(*fixture.cohort, order, keyOf(fixture.cohort->study(3), order), 5);
        nextCase(*fixture.cohort, "anna", order);
    }
    QCOMPARE(sorts, 0);
    queuePage(*fixture.cohort, QueueOrder::Entropy, {}, 5, {CaseState::Unlabelled});
    QVERIFY2(sorts > 0, "the counter counts nothing");
}

void TestReviewQueue::order_names_are_read_back()
{
    for (const auto order : kOrders)
        QCOMPARE(queueOrderOf(nameOf(order)), std::optional(order));
    QVERIFY(!queueOrderOf("worst"));
}

void TestReviewQueue::runs_keep_their_curves()
{
    CohortFixture fixture;
    TrainingRun run;
    run.name = "lvit";
    run.settings = "{}";
    run.labelled = 7;
    run = startRun(*fixture.cohort, run);
    QCOMPARE(run.folder, std::string("runs/0001"));
    const std::vector<CurvePoint> points{
        {1, {{"loss", 0.5}, {"valid_dice", 0.25}}}, {2, {{"loss", 0.25}, {"valid_dice", 0.5}}}};
    recordCurves(*fixture.cohort, run.id, {points.front()});
    recordCurves(*fixture.cohort, run.id, points);
    run.state = RunState::Done;
    run.bestDice = 0.5;
    run.epochs = 2;
    updateRun(*fixture.cohort, run);

    const Cohort again(fixture.path());
    const auto curves = curvesOf(again, run.id);
    QCOMPARE(curves.size(), std::size_t(2));
    QCOMPARE(curves[1].epoch, 2);
    QVERIFY(curves[1].values == points[1].values);
    const auto runs = trainingRuns(again);
    QCOMPARE(runs.size(), std::size_t(1));
    QCOMPARE(runs[0].state, RunState::Done);
    QCOMPARE(runs[0].labelled, 7);
    QCOMPARE(runs[0].bestDice, 0.5);
    QVERIFY_EXCEPTION_THROWN(trainingRun(again, 9), imaging::Error);
}

void TestReviewQueue::a_second_training_is_refused_while_one_lives()
{
    CohortFixture fixture;
    const auto first = startRun(*fixture.cohort, {});
    Cohort other(fixture.path(), fixture.clock());
    QVERIFY_EXCEPTION_THROWN(startRun(other, {}), imaging::Error);
    auto stopped = first;
    stopped.state = RunState::Stopped;
    updateRun(*fixture.cohort, stopped);
    QCOMPARE(startRun(other, {}).id, std::int64_t(2));
}

void TestReviewQueue::a_killed_training_is_no_longer_alive()
{
    CohortFixture fixture;
    const auto first = startRun(*fixture.cohort, {});
    fixture.time += kRunHeartbeat + std::chrono::seconds(1);
    QVERIFY(!isAlive(trainingRun(*fixture.cohort, first.id), fixture.cohort->now()));
    QCOMPARE(startRun(*fixture.cohort, trainingRun(*fixture.cohort, first.id)).id, first.id); // Taken up.
    QVERIFY(isAlive(trainingRun(*fixture.cohort, first.id), fixture.cohort->now()));
}

QTEST_APPLESS_MAIN(TestReviewQueue)
#include "tst_review_queue.moc"
