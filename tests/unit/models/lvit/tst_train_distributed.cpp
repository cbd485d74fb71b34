// `limn train lvit` in two processes, started with the variables that torchrun sets: the same curve as one process with
// twice the batch.

#include "tests/support/training_processes.h"
#include "tests/unit/models/tiny_lvit.h"

#include <csignal>

namespace {

void compareCurves(const QString& foundLog, const QString& expectedLog, const char* name)
{
    const auto expected = support::logColumn(expectedLog, name), found = support::logColumn(foundLog, name);
    QCOMPARE(found.size(), std::size_t(4));
    for (std::size_t epoch = 0; epoch < found.size(); ++epoch)
        QVERIFY2(std::abs(found[epoch] - expected[epoch]) <= 2e-3 * std::abs(expected[epoch]) + 1e-5,
            qPrintable(
                QString("%1 of epoch %2: %3, %4").arg(name).arg(epoch + 1).arg(found[epoch]).arg(expected[epoch])));
}

} // namespace

class TestTrainDistributed : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void two_processes_learn_as_one_with_twice_the_batch_data();
    void two_processes_learn_as_one_with_twice_the_batch();
    void interrupt_of_one_stops_both_and_both_go_on();
    void two_processes_learn_from_unlabelled_pictures_as_one_does_data();
    void two_processes_learn_from_unlabelled_pictures_as_one_does();
    void averages_of_the_first_process_are_kept_over_an_interrupt();

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    QString log(const QString& output) const { return path(output) + "/training/log.csv"; }
    QStringList arguments(const QString& output, int batch, const QStringList& more) const;

    QTemporaryDir m_folder;
};

void TestTrainDistributed::initTestCase()
{
    support::writeTrainingFolder(path("data"), 10); // the last step is smaller
    tiny::writeEncoder(path("tiny-bert").toStdString());
}

QStringList TestTrainDistributed::arguments(const QString& output, int batch, const QStringList& more) const
{
    return QStringList{"train", "lvit", "--data", path("data"), "--output", path(output), "--text-encoder",
               path("tiny-bert"), "--width", "8", "--picture-size", "32", "--channels", "1", "--text-tokens", "12",
               "--text-units", "pieces", "--optimizer", "adamw", "--schedule", "one_cycle", "--dropout", "0",
               "--batch-size", QString::number(batch), "--threads", "1", "--device", "cpu", "--save-minutes", "0",
               "--resume"}
    + more;
}

void TestTrainDistributed::two_processes_learn_as_one_with_twice_the_batch_data()
{
    QTest::addColumn<QString>("loss");
    QTest::newRow("plain") << "dice_bce";
    QTest::newRow("the authors'") << "weighted_dice_bce";
}

void TestTrainDistributed::two_processes_learn_as_one_with_twice_the_batch()
{
    QFETCH(QString, loss);
    const QStringList more{"--loss", loss, "--epochs", "4", "--learning-rate", "0.003"};
    const auto alone = support::limn(arguments("one-" + loss, 4, more));
    QVERIFY2(alone.code == 0, alone.err);
    QCOMPARE(support::runTwo(arguments("two-" + loss, 2, more)), std::make_pair(0, 0));

    for (const auto* name : {"loss", "labelled_loss", "labelled_dice", "valid_dice", "valid_pooled_dice"})
        compareCurves(log("two-" + loss), log("one-" + loss), name);
    const auto one = support::logColumn(log("one-" + loss), "loss");
    QVERIFY(one.back() < one.front()); // it is a curve
}

void TestTrainDistributed::interrupt_of_one_stops_both_and_both_go_on()
{
    const auto settings = arguments("stopped", 2, {"--loss", "dice_bce", "--epochs", "30", "--learning-rate", "0.003"});
    {
        QProcess first, second;
        const int port = support::freePort();
        support::startOfTwo(first, 0, port, settings);
        support::startOfTwo(second, 1, port, settings);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path("stopped/training/state.safetensors")), 60'000);
        ::kill(static_cast<pid_t>(second.processId()), SIGINT);
        QVERIFY(first.waitForFinished(60'000));
        QVERIFY(second.waitForFinished(60'000));
        QCOMPARE(first.exitCode(), 130);
        QCOMPARE(second.exitCode(), 130);
    }
    const auto before = support::logColumn(log("stopped"), "loss");
    QVERIFY(before.size() < 30);
    QCOMPARE(support::runTwo(settings), std::make_pair(0, 0));
    const auto after = support::logColumn(log("stopped"), "loss");
    QCOMPARE(after.size(), std::size_t(30));
    QVERIFY(std::equal(before.begin(), before.end(), after.begin()));
}

void TestTrainDistributed::two_processes_learn_from_unlabelled_pictures_as_one_does_data()
{
    QTest::addColumn<QStringList>("settings");
    QTest::addColumn<QString>("rate");
    const QStringList pseudo{"--unlabelled", "pseudo", "--loss", "weighted_dice_bce", "--lv-weight", "0.1"};
    const QStringList eachStep{"--unlabelled", "epi", "--epi-decay", "0.6", "--loss", "dice_bce"};
    const QStringList eachEpoch{
        "--unlabelled", "epi", "--epi-update", "epoch", "--epi-decay", "0.3", "--loss", "dice_bce", "--lv-weight", "0"};
    // Without steps all figures must agree. With them Adam makes small numbers out of rounding, and P follows.
    for (const auto* rate : {"0", "0.0003"}) {
        QTest::addRow("pseudo-%s", rate) << pseudo << rate;
        QTest::addRow("epi-step-%s", rate) << eachStep << rate;
        QTest::addRow("epi-epoch-%s", rate) << eachEpoch << rate;
    }
}

void TestTrainDistributed::two_processes_learn_from_unlabelled_pictures_as_one_does()
{
    QFETCH(QStringList, settings);
    QFETCH(QString, rate);
    const QString name = QTest::currentDataTag();
    const auto more = settings
        + QStringList{"--epochs", "4", "--labelled-fraction", "0.5", "--prototype-epochs", "1", "--ramp-epochs", "1",
            "--learning-rate", rate};
    const auto alone = support::limn(arguments("one-" + name, 4, more));
    QVERIFY2(alone.code == 0, alone.err);
    QCOMPARE(support::runTwo(arguments("two-" + name, 2, more)), std::make_pair(0, 0));
    QVERIFY(support::logColumn(log("two-" + name), "unlabelled_loss").back() > 0);
    QCOMPARE(support::logColumn(log("two-" + name), "lv_loss").back() > 0, !settings.contains("0"));
    QCOMPARE(support::logColumn(log("two-" + name), "epi_change").back() > 0, settings.contains("epi"));
    for (const auto* column : {"loss", "labelled_loss", "unlabelled_loss", "lv_loss", "valid_dice"})
        compareCurves(log("two-" + name), log("one-" + name), column);
    if (rate == "0")
        compareCurves(log("two-" + name), log("one-" + name), "epi_change");
}

void TestTrainDistributed::averages_of_the_first_process_are_kept_over_an_interrupt()
{
    const QStringList more{"--epochs", "6", "--labelled-fraction", "0.5", "--prototype-epochs", "1", "--unlabelled",
        "epi", "--epi-decay", "0.6", "--loss", "dice_bce", "--learning-rate", "0.003"};
    QCOMPARE(support::runTwo(arguments("whole", 2, more)), std::make_pair(0, 0));
    {
        QProcess first, second;
        const int port = support::freePort();
        support::startOfTwo(first, 0, port, arguments("halved", 2, more));
        support::startOfTwo(second, 1, port, arguments("halved", 2, more));
        QTRY_VERIFY_WITH_TIMEOUT(support::logColumn(log("halved"), "epi_change").size() >= 2, 60'000);
        ::kill(static_cast<pid_t>(second.processId()), SIGINT);
        QVERIFY(first.waitForFinished(60'000));
        QVERIFY(second.waitForFinished(60'000));
    }
    QVERIFY(support::logColumn(log("halved"), "loss").size() < 6);
    QCOMPARE(support::runTwo(arguments("halved", 2, more)), std::make_pair(0, 0));
    for (const auto* column : {"loss", "unlabelled_loss", "epi_change"})
        QCOMPARE(support::logColumn(log("halved"), column), support::logColumn(log("whole"), column));
}

QTEST_GUILESS_MAIN(TestTrainDistributed)
#include "tst_train_distributed.moc"
