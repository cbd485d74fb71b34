// `limn train lvit` as a process: killed, interrupted, run twice at once, out of room. However often it is cut off, the
// package comes out byte for byte as without.

#include "tests/support/training_processes.h"
#include "tests/unit/models/tiny_lvit.h"

#include <random>

#include <csignal>

namespace {

QStringList leftovers(const QString& folder)
{
    return QDir(folder).entryList({"*.part"}, QDir::Files) + QDir(folder + "/training").entryList({"*.part"});
}

} // namespace

class TestTrainProcess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void killed_training_ends_with_the_same_bytes_data();
    void killed_training_ends_with_the_same_bytes();
    void interrupt_keeps_the_state_and_says_how_to_go_on();
    void second_training_on_one_folder_is_refused();
    void full_disk_keeps_the_last_good_state();

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    QString state(const QString& output) const { return path(output) + "/training/state.safetensors"; }
    QStringList arguments(const QString& output, int epochs, const QStringList& more = {}) const;
    void start(QProcess& process, const QStringList& arguments) const;
    void finish(const QString& output, const QStringList& more = {}) const;
    QByteArray undisturbed(const QStringList& more) const;

    QTemporaryDir m_folder;
};

constexpr int kEpochs = 12;

QStringList TestTrainProcess::arguments(const QString& output, int epochs, const QStringList& more) const
{
    return QStringList{"train", "lvit", "--data", path("data"), "--output", path(output), "--text-encoder",
               path("tiny-bert"), "--width", "8", "--picture-size", "32", "--channels", "1", "--text-tokens", "12",
               "--text-units", "pieces", "--loss", "dice_bce", "--optimizer", "adamw", "--schedule", "one_cycle",
               "--learning-rate", "0.003", "--batch-size", "4", "--average-decay", "0.9", "--epochs",
               QString::number(epochs), "--threads", "1", "--device", "cpu", "--save-minutes", "0"}
    + more;
}

void TestTrainProcess::start(QProcess& process, const QStringList& arguments) const
{
    process.start(QDir(qEnvironmentVariable("LIMN_BIN")).filePath("limn"), arguments);
    QVERIFY(process.waitForStarted());
}

/// model.safetensors of a training that nobody disturbs.
QByteArray TestTrainProcess::undisturbed(const QStringList& more) const
{
    const QString output = "whole-" + QString::number(qHash(more.join(' ')));
    if (!QFile::exists(path(output)))
        support::limn(arguments(output, kEpochs, more));
    return support::bytesOf(path(output) + "/model.safetensors");
}

/// Runs to the end, however far it was; the result must be that of the undisturbed training.
void TestTrainProcess::finish(const QString& output, const QStringList& more) const
{
    const auto ended = support::limn(arguments(output, kEpochs, QStringList{"--resume"} + more));
    QVERIFY2(ended.code == 0, ended.err);
    const auto whole = undisturbed(more);
    QVERIFY(!whole.isEmpty());
    QVERIFY(support::bytesOf(path(output) + "/model.safetensors") == whole);
    QVERIFY2(leftovers(path(output)).isEmpty(), qPrintable(leftovers(path(output)).join(' ')));
    QCOMPARE(support::bytesOf(path(output) + "/training/log.csv").count('\n'), kEpochs + 1);
    const auto card = support::bytesOf(path(output) + "/README.md");
    for (const char* kind : {"| given |", "| none |", "| shuffled |"})
        QVERIFY2(card.contains(kind), kind);
}

void TestTrainProcess::initTestCase()
{
    support::writeTrainingFolder(path("data"), 16);
    tiny::writeEncoder(path("tiny-bert").toStdString());
    QVERIFY(!undisturbed({}).isEmpty());
}

void TestTrainProcess::killed_training_ends_with_the_same_bytes_data()
{
    QTest::addColumn<QStringList>("more");
    const QStringList epi{"--labelled-fraction", "0.5", "--unlabelled", "epi", "--prototype-epochs", "1", "--epi-decay",
        "0.7", "--steps-per-epoch", "3"};
    QTest::newRow("labelled") << QStringList{};
    QTest::newRow("EPI by steps") << epi;
    QTest::newRow("EPI by epochs") << epi + QStringList{"--epi-update", "epoch"};
}

void TestTrainProcess::killed_training_ends_with_the_same_bytes()
{
    QFETCH(QStringList, more);
    const QString name = QStringLiteral("killed-") + QString::number(qHash(more.join(' ')));
    std::mt19937 random(20);
    int killed = 0;
    for (int round = 0; round < 6; ++round) {
        QProcess process;
        const auto before = support::bytesOf(state(name));
        start(process, arguments(name, kEpochs, QStringList{"--resume"} + more));
        // The state is saved after every step: the kill falls within a step, a validation or the saving itself.
        QTRY_VERIFY_WITH_TIMEOUT(process.state() == QProcess::NotRunning || support::bytesOf(state(name)) != before, 60'000);
        process.waitForFinished(static_cast<int>(random() % 120));
        killed += process.state() == QProcess::Running ? 1 : 0;
        process.kill(); // SIGKILL
        process.waitForFinished();
    }
    QVERIFY(killed >= 3);
    finish(name, more);
}

void TestTrainProcess::interrupt_keeps_the_state_and_says_how_to_go_on()
{
    QProcess process;
    start(process, arguments("interrupted", kEpochs));
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(state("interrupted")), 60'000);
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(60'000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 130);
    QVERIFY(process.readAllStandardOutput().contains("--resume"));
    finish("interrupted");
}

void TestTrainProcess::second_training_on_one_folder_is_refused()
{
    QProcess first;
    start(first, arguments("shared", 2000));
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(state("shared")), 60'000);
    const auto second = support::limn(arguments("shared", 2000, {"--resume"}));
    QCOMPARE(second.code, 2);
    QVERIFY2(second.err.contains("Another training"), second.err);
    QCOMPARE(first.state(), QProcess::Running);
    first.kill();
    first.waitForFinished();
}

void TestTrainProcess::full_disk_keeps_the_last_good_state()
{
    QProcess process;
    start(process, arguments("full", kEpochs));
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(state("full")), 60'000);
    process.kill();
    process.waitForFinished();
    const auto before = support::bytesOf(state("full"));
    const auto resumed = arguments("full", kEpochs, {"--resume"});
    // A limit on the size of files stands for a full disk; like a disk, it does not kill who writes.
    const auto limited = QStringList{"-c", "trap '' XFSZ; ulimit -f 200; exec \"$0\" \"$@\"",
                             QDir(qEnvironmentVariable("LIMN_BIN")).filePath("limn")}
        + resumed;
    process.start("bash", limited);
    QVERIFY(process.waitForFinished(60'000));
    const auto said = process.readAllStandardError();
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 1);
    QVERIFY2(said.contains("error: ") && said.contains("safetensors") && said.contains("cannot be written"), said);
    QVERIFY(support::bytesOf(state("full")) == before);
    finish("full");
}

QTEST_GUILESS_MAIN(TestTrainProcess)
#include "tst_train_process.moc"
