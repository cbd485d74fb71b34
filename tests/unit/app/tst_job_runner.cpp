#include "app/session/job_runner.h"

#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include <atomic>
#include <latch>
#include <numeric>
#include <semaphore>

using app::JobFailure;
using app::JobRunner;
using app::Lane;

class JobRunnerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void work_runs_elsewhere_and_results_come_back_here()
    {
        JobRunner jobs;
        QThread* worked = nullptr;
        QThread* delivered = nullptr;
        int result = 0;
        jobs.start<int>(
            {Lane::Io, {}, {}},
            [&](std::stop_token, const imaging::Progress&) {
                worked = QThread::currentThread();
                return 42;
            },
            [&](int value) {
                delivered = QThread::currentThread();
                result = value;
            });
        QTRY_COMPARE(result, 42);
        QVERIFY(worked != QThread::currentThread());
        QCOMPARE(delivered, QThread::currentThread());
        QVERIFY(jobs.isIdle());
    }

    void results_may_be_movable_only()
    {
        JobRunner jobs;
        std::unique_ptr<int> result;
        jobs.start<std::unique_ptr<int>>(
            {Lane::Io, {}, {}}, [](std::stop_token, const imaging::Progress&) { return std::make_unique<int>(7); },
            [&](std::unique_ptr<int> value) { result = std::move(value); });
        QTRY_VERIFY(result && *result == 7);
    }

    void newest_wins_on_a_channel()
    {
        JobRunner jobs;
        std::binary_semaphore go(0);
        QList<int> results;
        int stopped = 0;
        const auto start = [&](int number, bool waits) {
            jobs.start<int>(
                {Lane::Inference, QStringLiteral("c"), {}},
                [&go, number, waits](std::stop_token, const imaging::Progress&) {
                    if (waits)
                        go.acquire();
                    return number;
                },
                [&](int value) { results << value; }, {}, [&] { ++stopped; });
        };
        start(1, true);
        start(2, false);
        start(3, false);
        go.release();
        QTRY_COMPARE(results, QList<int>{3});
        QTRY_COMPARE(stopped, 2);
        QVERIFY(jobs.isIdle());
    }

    void one_inference_job_runs_at_a_time()
    {
        JobRunner jobs;
        std::atomic<int> inside = 0;
        std::atomic<int> most = 0;
        int done = 0;
        for (int i = 0; i < 8; ++i)
            jobs.start<int>(
                {Lane::Inference, {}, {}},
                [&](std::stop_token, const imaging::Progress&) {
                    most = std::max<int>(most, ++inside);
                    std::this_thread::yield();
                    return --inside;
                },
                [&](int) { ++done; });
        QTRY_COMPARE(done, 8);
        QCOMPARE(most.load(), 1);
    }

    void a_stores_jobs_run_in_the_order_given()
    {
        JobRunner jobs;
        QList<int> begun; // Touched on the one thread of the lane only, and read when all have ended.
        int ended = 0;
        for (int number = 0; number < 50; ++number)
            jobs.start<bool>(
                {Lane::Store, {}, {}},
                [&begun, number](std::stop_token, const imaging::Progress&) {
                    begun << number;
                    return true;
                },
                [&](bool) { ++ended; });
        QTRY_COMPARE(ended, 50);
        QList<int> inOrder(50);
        std::iota(inOrder.begin(), inOrder.end(), 0);
        QCOMPARE(begun, inOrder);
    }

    void a_long_job_of_one_lane_does_not_hold_up_another_data()
    {
        QTest::addColumn<int>("lengthy");
        QTest::addColumn<int>("other");
        const auto row = [](const char* name, Lane lengthy, Lane other) {
            QTest::newRow(name) << static_cast<int>(lengthy) << static_cast<int>(other);
        };
        row("inference, files", Lane::Inference, Lane::Io);
        row("a model of words, inference", Lane::Words, Lane::Inference);
    }

    void a_long_job_of_one_lane_does_not_hold_up_another()
    {
        QFETCH(int, lengthy);
        QFETCH(int, other);
        JobRunner jobs;
        std::binary_semaphore go(0);
        bool read = false;
        bool inferred = false;
        jobs.start<int>(
            {static_cast<Lane>(lengthy), {}, {}},
            [&](std::stop_token, const imaging::Progress&) {
                go.acquire();
                return 1;
            },
            [&](int) { inferred = true; });
        jobs.start<int>(
            {static_cast<Lane>(other), {}, {}}, [](std::stop_token, const imaging::Progress&) { return 1; },
            [&](int) { read = true; });
        QTRY_VERIFY(read);
        QVERIFY(!inferred);
        go.release();
        QTRY_VERIFY(inferred);
    }

    void exceptions_become_failures_data()
    {
        QTest::addColumn<int>("which");
        QTest::addColumn<int>("kind");
        QTest::newRow("our own") << 0 << int(imaging::ErrorKind::Network);
        QTest::newRow("the library's") << 1 << int(imaging::ErrorKind::Internal);
        QTest::newRow("memory") << 2 << int(imaging::ErrorKind::Internal);
        QTest::newRow("anything") << 3 << int(imaging::ErrorKind::Internal);
    }

    void exceptions_become_failures()
    {
        QFETCH(int, which);
        QFETCH(int, kind);
        JobRunner jobs;
        std::optional<JobFailure> failure;
        bool done = false;
        jobs.start<int>(
            {Lane::Io, {}, {}},
            [which](std::stop_token, const imaging::Progress&) -> int {
                if (which == 0)
                    throw imaging::Error(imaging::ErrorKind::Network, "The archive is down.");
                if (which == 1)
                    throw std::runtime_error("broken");
                if (which == 2)
                    throw std::bad_alloc();
                throw 7;
            },
            [&](int) { done = true; }, [&](const JobFailure& f) { failure = f; });
        QTRY_VERIFY(failure.has_value());
        QCOMPARE(int(failure->kind), kind);
        QVERIFY(!failure->message.empty());
        QVERIFY(!done);
    }

    void parts_come_in_order_and_before_the_result()
    {
        JobRunner jobs;
        QList<int> seen;
        jobs.startInParts<int, int>(
            {Lane::Io, {}, {}},
            [](std::stop_token, const imaging::Progress&, const auto& give) {
                for (int i = 0; i < 5; ++i)
                    give(i);
                return 99;
            },
            [&](int part) { seen << part; }, [&](int result) { seen << result; });
        QTRY_COMPARE(seen, (QList<int>{0, 1, 2, 3, 4, 99}));
    }

    void a_stopped_job_gives_no_further_parts()
    {
        JobRunner jobs;
        std::binary_semaphore go(0);
        QList<int> seen;
        bool stopped = false;
        jobs.startInParts<int, int>(
            {Lane::Io, QStringLiteral("c"), {}},
            [&go](std::stop_token, const imaging::Progress&, const auto& give) {
                give(1);
                go.acquire();
                give(2);
                return 3;
            },
            [&](int part) { seen << part; }, [&](int result) { seen << result; }, {}, [&] { stopped = true; });
        QTRY_COMPARE(seen, QList<int>{1});
        jobs.stopChannel(QStringLiteral("c"));
        go.release();
        QTRY_VERIFY(stopped);
        QCOMPARE(seen, QList<int>{1});
    }

    void what_a_job_holds_is_let_go_on_its_own_thread()
    {
        JobRunner jobs;
        std::thread::id freedOn;
        bool done = false;
        auto held = std::shared_ptr<int>(new int(1), [&](int* number) {
            freedOn = std::this_thread::get_id();
            delete number;
        });
        const std::weak_ptr<int> watch = held;
        jobs.start<int>(
            {Lane::Io, {}, {}}, [held = std::move(held)](std::stop_token, const imaging::Progress&) { return *held; },
            [&](int) { done = true; });
        QTRY_VERIFY(done);
        QVERIFY(watch.expired());
        QVERIFY(freedOn != std::this_thread::get_id());
    }

    void progress_is_told_at_most_twenty_times_a_second()
    {
        JobRunner jobs;
        QSignalSpy progressed(&jobs, &JobRunner::jobProgressed);
        std::binary_semaphore go(0);
        bool done = false;
        jobs.start<int>(
            {Lane::Io, {}, QStringLiteral("Counting")},
            [&](std::stop_token, const imaging::Progress& progress) {
                for (int i = 0; i <= 100000; ++i)
                    progress.report(i / 100000.0, "counting");
                go.acquire();
                return 1;
            },
            [&](int) { done = true; });
        QTRY_VERIFY(!progressed.isEmpty() && progressed.last()[0].value<app::JobStatus>().fraction == 1.0);
        QVERIFY(progressed.count() < 100);
        QCOMPARE(progressed.last()[0].value<app::JobStatus>().stage, QStringLiteral("counting"));
        go.release();
        QTRY_VERIFY(done);
    }

    void the_destructor_asks_to_stop_and_waits()
    {
        std::atomic<bool> ended = false;
        std::latch began(1);
        bool delivered = false;
        {
            JobRunner jobs;
            jobs.start<int>(
                {Lane::Io, {}, {}},
                [&](std::stop_token stop, const imaging::Progress&) {
                    began.count_down();
                    while (!stop.stop_requested())
                        std::this_thread::yield();
                    ended = true;
                    return 1;
                },
                [&](int) { delivered = true; });
            began.wait();
        }
        QVERIFY(ended);
        QCoreApplication::processEvents();
        QVERIFY(!delivered);
    }
};

QTEST_GUILESS_MAIN(JobRunnerTest)
#include "tst_job_runner.moc"
