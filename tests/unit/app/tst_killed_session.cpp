#include "tests/support/edit_script.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <chrono>
#include <thread>

#include <csignal>

using app::Session;

namespace {

constexpr int kSteps = 120; ///< Of a script that is not killed.

std::filesystem::path pathOf(const QTemporaryDir& folder, const char* name)
{
    return std::filesystem::path(folder.path().toStdString()) / name;
}

void openWith(Session& session, std::uint64_t largeBytes)
{
    const auto volume = support::scriptedCt();
    auto place = session.journalPlace();
    place.largeBytes = largeBytes;
    session.open(volume, QStringLiteral("script"), app::prepareWork(place, *volume, QStringLiteral("script")));
}

/// The states that the script goes through from what lies in `journals`: the first before any step.
QList<QByteArray> statesOf(const std::filesystem::path& journals, std::uint32_t seed, std::uint64_t largeBytes)
{
    QTemporaryDir copy;
    if (std::filesystem::exists(journals))
        std::filesystem::copy(journals, pathOf(copy, "j"), std::filesystem::copy_options::recursive);
    Session session(pathOf(copy, "j"));
    openWith(session, largeBytes);
    support::EditScript script(session, seed);
    QList<QByteArray> states{support::digestOf(session)};
    for (int i = 0; i < kSteps; ++i) {
        script.step();
        states << support::digestOf(session);
    }
    return states;
}

/// How far a child said that it was.
struct Progress
{
    int begun = 0; ///< The last step that it may have done.
    int synced = 0; ///< The last whose state is on the disk.

    void read(const QByteArray& lines)
    {
        for (const QByteArray& line : lines.split('\n')) {
            const int step = line.mid(2).toInt();
            if (line.startsWith('b'))
                begun = std::max(begun, step);
            else if (line.startsWith('s'))
                synced = std::max(synced, step);
        }
    }
};

/// Starts the child, and kills it some microseconds after it said that it begins step `last`.
Progress killedAt(const std::filesystem::path& journals, std::uint32_t seed, std::uint64_t largeBytes, int last, int wait)
{
    QProcess child;
    child.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    child.start(QStringLiteral(KILLED_SESSION),
        {QString::fromStdString(journals.string()), QString::number(seed), QString::number(largeBytes),
            QString::number(kSteps)});
    QByteArray said;
    Progress progress;
    QElapsedTimer patience;
    patience.start();
    while (progress.begun < last && patience.elapsed() < 20000) {
        child.waitForReadyRead(100);
        said += child.readAllStandardOutput();
        progress.read(said);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(wait));
    ::kill(static_cast<pid_t>(child.processId()), SIGKILL);
    child.waitForFinished(-1);
    said += child.readAllStandardOutput();
    progress.read(said);
    return progress;
}

/// 50 in the suite; more by LIMN_KILLS.
int killsOf()
{
    const int asked = qEnvironmentVariableIntValue("LIMN_KILLS");
    return asked > 0 ? asked : 50;
}

} // namespace

class TestKilledSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Killed again and again on the same study, which is opened in between, a third of the time while its journal is
    /// so small that it is compacted every few steps.
    void what_was_synced_comes_back_after_a_kill_at_any_moment()
    {
        constexpr int kRounds = 5; // Kills of the same study.
        const auto firstSeed = static_cast<std::uint32_t>(qEnvironmentVariableIntValue("LIMN_SEED"));
        int laterThanSynced = 0;
        for (int kill = 0; kill < killsOf(); kill += kRounds) {
            QTemporaryDir folder;
            const auto journals = pathOf(folder, "journals");
            const std::uint64_t large = kill / kRounds % 3 == 0 ? annotations::Journal::kLargeBytes
                : kill / kRounds % 3 == 1                       ? 20000
                                                                : 3000;
            for (int round = 0; round < kRounds && kill + round < killsOf(); ++round) {
                const std::uint32_t seed = firstSeed + static_cast<std::uint32_t>(kill + round) + 1;
                std::mt19937 random(seed);
                const auto states = statesOf(journals, seed, large);
                const int last = static_cast<int>(random() % kSteps);
                const auto progress = killedAt(journals, seed, large, last, static_cast<int>(random() % 4000));
                QVERIFY(progress.begun >= last);
                Session session(journals);
                openWith(session, large);
                const auto found = support::digestOf(session);
                const auto from = states.begin() + progress.synced;
                const auto to = states.begin() + progress.begun + 1;
                const QString what = QStringLiteral("seed %1, journal of %2 bytes, synced %3, begun %4, found is state %5")
                                         .arg(seed)
                                         .arg(large)
                                         .arg(progress.synced)
                                         .arg(progress.begun)
                                         .arg(states.indexOf(found));
                QVERIFY2(std::find(from, to, found) != to, qPrintable(what));
                laterThanSynced += found != *from;
                QCOMPARE(session.holder().has_value(), false);
            }
        }
        qInfo("%d kills; after %d of them more came back than was known to be synced", killsOf(), laterThanSynced);
    }
};

QTEST_GUILESS_MAIN(TestKilledSession)
#include "tst_killed_session.moc"
