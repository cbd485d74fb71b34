// `limn train clip`, `blip`, `blip2` and `language` as processes: killed however often, the weights come out byte for byte
// as without; two that train together learn as one with twice the batch.

#include "tests/support/training_processes.h"
#include "tests/unit/models/tiny_pairs.h"

#include <random>

namespace {

const QStringList kTower{"--picture-size", "32", "--patch-size", "8", "--vision-width", "32", "--vision-layers", "2"};
const QStringList kText{"--text-width", "32", "--text-layers", "1"};

QStringList clip()
{
    return QStringList{"clip"} + kTower + kText + QStringList{"--embed-dim", "16", "--vocabulary-size", "600"};
}

} // namespace

class TestPairProcesses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void killed_trainings_end_with_the_same_bytes_data();
    void killed_trainings_end_with_the_same_bytes();
    void two_processes_learn_as_one_with_twice_the_batch_data();
    void two_processes_learn_as_one_with_twice_the_batch();

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    QString state(const QString& output) const { return path(output) + "/training/state.safetensors"; }
    QStringList arguments(
        const QString& output, const QStringList& kind, int batch, int epochs, const char* rate = "0.003") const;
    void addKinds() const;

    QTemporaryDir m_folder;
};

QStringList TestPairProcesses::arguments(
    const QString& output, const QStringList& kind, int batch, int epochs, const char* rate) const
{
    return QStringList{"train"} + kind
        + QStringList{"--data", path("data"), "--output", path(output), "--batch-size", QString::number(batch), "--epochs",
            QString::number(epochs), "--learning-rate", rate, "--flip-probability", "0", "--gradient-norm", "0", "--threads",
            "1", "--device", "cpu", "--save-minutes", "0", "--average-decay", "0.5", "--resume"};
}

void TestPairProcesses::addKinds() const
{
    QTest::addColumn<QStringList>("kind");
    QTest::newRow("clip") << clip();
    QTest::newRow("blip") << QStringList{"blip"} + kTower + kText
            + QStringList{"--projection", "16", "--queue-size", "16", "--vocabulary-size", "200", "--dropout", "0"};
    QTest::newRow("blip2") << QStringList{"blip2"} + kText
            + QStringList{"--initial-weights", path("clip"), "--vocabulary-size", "200", "--queries", "4", "--projection", "16",
                "--dropout", "0"};
    QTest::newRow("language") << QStringList{"language"} + kText + QStringList{"--vocabulary-size", "400"};
}

void TestPairProcesses::initTestCase()
{
    support::writeTrainingFolder(path("data"), 24);
    tiny::rewriteForPairs(path("").toStdString());
    const auto made = support::limn(arguments("clip", clip(), 8, 1));
    QVERIFY2(made.code == 0, made.err);
}

void TestPairProcesses::killed_trainings_end_with_the_same_bytes_data()
{
    addKinds();
}

void TestPairProcesses::killed_trainings_end_with_the_same_bytes()
{
    QFETCH(QStringList, kind);
    constexpr int kEpochs = 8;
    const QString whole = "whole-" + kind.front(), cut = "cut-" + kind.front();
    const auto undisturbed = support::limn(arguments(whole, kind, 4, kEpochs));
    QVERIFY2(undisturbed.code == 0, undisturbed.err);
    std::mt19937 random(7);
    int killed = 0;
    for (int round = 0; round < 4; ++round) {
        QProcess process;
        const auto before = support::bytesOf(state(cut));
        process.start(QDir(qEnvironmentVariable("LIMN_BIN")).filePath("limn"), arguments(cut, kind, 4, kEpochs));
        QTRY_VERIFY_WITH_TIMEOUT(
            (process.state() == QProcess::NotRunning && process.error() != QProcess::FailedToStart)
                || support::bytesOf(state(cut)) != before,
            60'000);
        process.waitForFinished(static_cast<int>(random() % 60));
        killed += process.state() == QProcess::Running ? 1 : 0;
        process.kill();
        process.waitForFinished();
    }
    QVERIFY(killed >= 2);
    const auto ended = support::limn(arguments(cut, kind, 4, kEpochs));
    QVERIFY2(ended.code == 0, ended.err);
    const auto weights = support::bytesOf(path(whole) + "/model.safetensors");
    QVERIFY(!weights.isEmpty());
    QVERIFY(support::bytesOf(path(cut) + "/model.safetensors") == weights);
    QCOMPARE(support::bytesOf(path(cut) + "/training/log.csv").count('\n'), kEpochs + 1);
}

void TestPairProcesses::two_processes_learn_as_one_with_twice_the_batch_data()
{
    addKinds();
}

void TestPairProcesses::two_processes_learn_as_one_with_twice_the_batch()
{
    QFETCH(QStringList, kind);
    constexpr int kEpochs = 4;
    // Each process looks for pairs that are hard to tell apart among its own: what learns by them goes another way.
    const bool judges = kind.front().startsWith("blip");
    const char* rate = judges ? "0" : "0.003";
    const QString one = "one-" + kind.front(), two = "two-" + kind.front();
    const auto alone = support::limn(arguments(one, kind, 4, kEpochs, rate));
    QVERIFY2(alone.code == 0, alone.err);
    QCOMPARE(support::runTwo(arguments(two, kind, 2, kEpochs, rate)), std::make_pair(0, 0));
    for (const char* name : judges ? std::vector<const char*>{"compared_loss", "written_loss"} : std::vector<const char*>{"loss"}) {
        const auto expected = support::logColumn(path(one) + "/training/log.csv", name);
        const auto found = support::logColumn(path(two) + "/training/log.csv", name);
        QCOMPARE(found.size(), std::size_t(kEpochs));
        QCOMPARE(expected.size(), std::size_t(kEpochs));
        for (std::size_t epoch = 0; epoch < found.size(); ++epoch)
            QVERIFY2(std::abs(found[epoch] - expected[epoch]) <= 5e-3 * expected[epoch],
                qPrintable(QString("%1 of epoch %2: %3, %4").arg(name).arg(epoch + 1).arg(found[epoch]).arg(expected[epoch])));
    }
    const QString learns = "learns-" + kind.front();
    QCOMPARE(support::runTwo(arguments(learns, kind, 2, kEpochs)), std::make_pair(0, 0));
    const auto loss = support::logColumn(path(learns) + "/training/log.csv", "loss");
    QCOMPARE(loss.size(), std::size_t(kEpochs));
    QVERIFY(loss.back() < loss.front());
}

QTEST_GUILESS_MAIN(TestPairProcesses)
#include "tst_pair_processes.moc"
