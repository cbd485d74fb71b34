// `limn train lvit` in two processes, started with the variables that torchrun sets: the same curve as one process with
// twice the batch.

#include "tests/support/cli_fixture.h"
#include "tests/support/free_port.h"
#include "tests/unit/models/tiny_lvit.h"

#include <QProcess>

#include <csignal>

namespace {

using Column = std::vector<double>;

Column columnOf(const QString& log, const char* name)
{
    QFile file(log);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const auto lines = QString::fromUtf8(file.readAll()).split('\n', Qt::SkipEmptyParts);
    const auto place = lines.value(0).split(',').indexOf(name);
    Column column;
    for (const auto& line : lines.mid(1))
        column.push_back(line.split(',').value(place).toDouble());
    return column;
}

void compareCurves(const QString& foundLog, const QString& expectedLog, const char* name)
{
    const auto expected = columnOf(expectedLog, name), found = columnOf(foundLog, name);
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
    void start(QProcess& process, int rank, int port, const QStringList& arguments) const;
    std::pair<int, int> runTwo(const QStringList& arguments);

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

void TestTrainDistributed::start(QProcess& process, int rank, int port, const QStringList& arguments) const
{
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert("RANK", QString::number(rank));
    environment.insert("WORLD_SIZE", "2");
    environment.insert("LOCAL_RANK", QString::number(rank));
    environment.insert("MASTER_ADDR", "127.0.0.1");
    environment.insert("MASTER_PORT", QString::number(port));
    process.setProcessEnvironment(environment);
    process.start(QDir(qEnvironmentVariable("LIMN_BIN")).filePath("limn"), arguments);
    QVERIFY(process.waitForStarted());
}

std::pair<int, int> TestTrainDistributed::runTwo(const QStringList& arguments)
{
    QProcess first, second;
    const int port = support::freePort();
    start(first, 0, port, arguments);
    start(second, 1, port, arguments);
    first.waitForFinished(120'000);
    second.waitForFinished(120'000);
    if (first.exitCode() != 0)
        qWarning("%s", first.readAllStandardError().constData());
    if (second.exitCode() != 0)
        qWarning("%s", second.readAllStandardError().constData());
    return {first.exitCode(), second.exitCode()};
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
    QCOMPARE(runTwo(arguments("two-" + loss, 2, more)), std::make_pair(0, 0));

    for (const auto* name : {"loss", "labelled_loss", "labelled_dice", "valid_dice", "valid_pooled_dice"})
        compareCurves(log("two-" + loss), log("one-" + loss), name);
    const auto one = columnOf(log("one-" + loss), "loss");
    QVERIFY(one.back() < one.front()); // it is a curve
}

void TestTrainDistributed::interrupt_of_one_stops_both_and_both_go_on()
{
    const auto settings = arguments("stopped", 2, {"--loss", "dice_bce", "--epochs", "30", "--learning-rate", "0.003"});
    {
        QProcess first, second;
        const int port = support::freePort();
        start(first, 0, port, settings);
        start(second, 1, port, settings);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path("stopped/training/state.safetensors")), 60'000);
        ::kill(static_cast<pid_t>(second.processId()), SIGINT);
        QVERIFY(first.waitForFinished(60'000));
        QVERIFY(second.waitForFinished(60'000));
        QCOMPARE(first.exitCode(), 130);
        QCOMPARE(second.exitCode(), 130);
    }
    const auto before = columnOf(log("stopped"), "loss");
    QVERIFY(before.size() < 30);
    QCOMPARE(runTwo(settings), std::make_pair(0, 0));
    const auto after = columnOf(log("stopped"), "loss");
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
    QCOMPARE(runTwo(arguments("two-" + name, 2, more)), std::make_pair(0, 0));
    QVERIFY(columnOf(log("two-" + name), "unlabelled_loss").back() > 0);
    QCOMPARE(columnOf(log("two-" + name), "lv_loss").back() > 0, !settings.contains("0"));
    QCOMPARE(columnOf(log("two-" + name), "epi_change").back() > 0, settings.contains("epi"));
    for (const auto* column : {"loss", "labelled_loss", "unlabelled_loss", "lv_loss", "valid_dice"})
        compareCurves(log("two-" + name), log("one-" + name), column);
    if (rate == "0")
        compareCurves(log("two-" + name), log("one-" + name), "epi_change");
}

void TestTrainDistributed::averages_of_the_first_process_are_kept_over_an_interrupt()
{
    const QStringList more{"--epochs", "6", "--labelled-fraction", "0.5", "--prototype-epochs", "1", "--unlabelled",
        "epi", "--epi-decay", "0.6", "--loss", "dice_bce", "--learning-rate", "0.003"};
    QCOMPARE(runTwo(arguments("whole", 2, more)), std::make_pair(0, 0));
    {
        QProcess first, second;
        const int port = support::freePort();
        start(first, 0, port, arguments("halved", 2, more));
        start(second, 1, port, arguments("halved", 2, more));
        QTRY_VERIFY_WITH_TIMEOUT(columnOf(log("halved"), "epi_change").size() >= 2, 60'000);
        ::kill(static_cast<pid_t>(second.processId()), SIGINT);
        QVERIFY(first.waitForFinished(60'000));
        QVERIFY(second.waitForFinished(60'000));
    }
    QVERIFY(columnOf(log("halved"), "loss").size() < 6);
    QCOMPARE(runTwo(arguments("halved", 2, more)), std::make_pair(0, 0));
    for (const auto* column : {"loss", "unlabelled_loss", "epi_change"})
        QCOMPARE(columnOf(log("halved"), column), columnOf(log("whole"), column));
}

QTEST_GUILESS_MAIN(TestTrainDistributed)
#include "tst_train_distributed.moc"
