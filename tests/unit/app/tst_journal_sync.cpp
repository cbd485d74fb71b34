#include "tests/support/edit_script.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

using app::Session;

namespace {

std::atomic<int> syncs{0}; ///< That have ended.
std::atomic<int> syncsOnMain{0};
std::atomic<int> slowDisk{0}; ///< Milliseconds that a sync takes in addition.
const pthread_t mainThread = pthread_self();

int synced(long call, int file)
{
    if (pthread_equal(pthread_self(), mainThread))
        ++syncsOnMain;
    std::this_thread::sleep_for(std::chrono::milliseconds(slowDisk));
    const int result = static_cast<int>(::syscall(call, file));
    ++syncs;
    return result;
}

} // namespace

// In the place of the C library's: what the program links asks these.
extern "C" int fsync(int file)
{
    return synced(SYS_fsync, file);
}

extern "C" int fdatasync(int file)
{
    return synced(SYS_fdatasync, file);
}

class TestJournalSync : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        slowDisk = 0;
        syncsOnMain = 0;
    }

    void every_edit_is_synced_within_a_second_and_never_on_the_main_thread_data()
    {
        QTest::addColumn<int>("diskMs");
        QTest::newRow("the disk of this computer") << 0;
        QTest::newRow("a disk of 100 ms a sync") << 100;
    }

    void every_edit_is_synced_within_a_second_and_never_on_the_main_thread()
    {
        QFETCH(int, diskMs);
        QTemporaryDir folder;
        Session session(folder.path().toStdString());
        session.open(support::scriptedCt(), QStringLiteral("s"));
        QTRY_COMPARE(session.journalState(), app::JournalState::OnDisk);
        slowDisk = diskMs;
        support::EditScript script(session, 7);
        qint64 slowestSync = 0;
        for (int i = 0; i < (diskMs > 0 ? 15 : 100); ++i) {
            const int before = syncs;
            QElapsedTimer clock;
            clock.start();
            script.step();
            if (session.journalState() != app::JournalState::Writing)
                continue; // Nothing to be undone: it changed nothing.
            QTRY_VERIFY_WITH_TIMEOUT(session.journalState() == app::JournalState::OnDisk, 5000);
            QVERIFY(syncs > before);
            slowestSync = std::max(slowestSync, clock.elapsed());
        }
        QVERIFY2(slowestSync < 1000, qPrintable(QString::number(slowestSync)));
        QCOMPARE(syncsOnMain.load(), 0);
    }

    void a_disk_that_hangs_holds_no_edit_up()
    {
        QTemporaryDir folder;
        Session session(folder.path().toStdString());
        session.open(support::scriptedCt(), QStringLiteral("s"));
        QTRY_COMPARE(session.journalState(), app::JournalState::OnDisk);
        slowDisk = 700;
        support::EditScript script(session, 8);
        QElapsedTimer clock;
        clock.start();
        for (int i = 0; i < 50; ++i)
            script.step();
        QVERIFY2(clock.elapsed() < 600, qPrintable(QString::number(clock.elapsed())));
        QCOMPARE(session.journalState(), app::JournalState::Writing); // And it does not say otherwise.
        QTRY_VERIFY_WITH_TIMEOUT(session.journalState() == app::JournalState::OnDisk, 5000);
        QCOMPARE(syncsOnMain.load(), 0);
    }
};

QTEST_GUILESS_MAIN(TestJournalSync)
#include "tst_journal_sync.moc"
