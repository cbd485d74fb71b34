/// Random actions: 500 in the suite, other numbers and seeds by LIMN_ROBOT_ACTIONS and LIMN_SEED. With LIMN_ROBOT_TELLS
/// it says what it does before it does it, so that a crash is known by its last line.
#include "tests/gui/robot/robot.h"

#include <QFile>

#include <unistd.h>

namespace {

/// Megabytes that the process has in memory.
double residentMb()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    return file.readAll().split(' ').value(1).toDouble() * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

int numberOf(const char* variable, int otherwise)
{
    const int asked = qEnvironmentVariableIntValue(variable);
    return asked > 0 ? asked : otherwise;
}

} // namespace

class RobotTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void what_must_hold_holds_after_each_of_many_random_actions()
    {
        // Undo's steps and the journal's records are kept on purpose, up to their budgets: these are full after some
        // thousand actions.
        constexpr double kMostGrowthMb = 150;
        constexpr int kUntilFull = 5000;
        const int actions = numberOf("LIMN_ROBOT_ACTIONS", 500);
        const int every = numberOf("LIMN_ROBOT_UNDOES", 25); // Actions from one undoing of all to the next.
        const auto seed = static_cast<std::uint32_t>(numberOf("LIMN_SEED", 1));
        fixtures::Bench bench([](app::WorkstationOptions& options) { options.program = "/bin/false"; });
        Robot robot(bench, seed);
        double warm = 0;
        for (int i = 1; i <= actions; ++i) {
            QString broken = robot.act();
            if (broken.isEmpty() && i % every == 0)
                broken = robot.undoAndRedoAll();
            QVERIFY2(broken.isEmpty(),
                qPrintable(QStringLiteral("seed %1, action %2: %3\n  %4")
                               .arg(seed)
                               .arg(i)
                               .arg(broken, robot.did().join(QStringLiteral("\n  ")))));
            if (i == actions / 2)
                warm = residentMb();
            if (i % 1000 == 0)
                qInfo("%d actions, %.0f MB", i, residentMb());
        }
        const double grown = residentMb() - warm;
        qInfo("%d actions; %.0f MB, %.0f MB more than after half of them", actions, residentMb(), grown);
        QVERIFY2(actions / 2 < kUntilFull || grown < kMostGrowthMb, qPrintable(QString::number(grown)));
    }
};

QTEST_MAIN(RobotTest)
#include "tst_robot.moc"
