#include "tests/support/cli_fixture.h"

#include <QJsonArray>

#include <csignal>
#include <filesystem>
#include <functional>
#include <memory>

using support::limn;
using support::Outcome;

namespace {

constexpr int kPictures = 24;
constexpr int kLabelled = 8;

/// A data set of which the first few training pictures and all validation pictures have a mask.
void writeCohortData(const QString& folder)
{
    support::writeTrainingFolder(folder, kPictures);
    QFile manifest(folder + "/manifest.csv");
    QVERIFY(manifest.open(QIODevice::ReadOnly));
    const auto lines = manifest.readAll().split('\n');
    manifest.close();
    QByteArray content = lines.first() + '\n';
    for (int i = 0; i < kPictures; ++i) {
        QByteArray line = lines[i + 1];
        if (i >= kLabelled && !line.startsWith("valid"))
            line.replace("mask" + QByteArray::number(i) + ".png", "");
        content += line + '\n';
    }
    QVERIFY(manifest.open(QIODevice::WriteOnly));
    manifest.write(content);
}

std::unique_ptr<QProcess> start(const QStringList& arguments)
{
    auto process = std::make_unique<QProcess>();
    process->start(QDir(qEnvironmentVariable("LIMN_BIN")).filePath("limn"), arguments);
    return process;
}

} // namespace

/// A relabelling session from a shell, also when it is interrupted and killed.
class CliRelabelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void every_command_has_help_with_an_example_data();
    void every_command_has_help_with_an_example();
    void importing_twice_takes_nothing_twice();
    void a_session_runs_from_import_to_export();
    void the_unlabelled_are_learnt_from_and_averages_are_compared();
    void a_killed_training_goes_on_with_the_same_curves();
    void an_interrupted_training_goes_on_data();
    void an_interrupted_training_goes_on();
    void a_killed_prediction_goes_on_where_it_stopped();
    void a_model_of_several_classes_is_refused();
    void a_killed_reader_gets_the_same_case();
    void wrong_use_is_said_data();
    void wrong_use_is_said();
    void a_late_decision_is_refused_and_kept();

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    /// One command on a cohort of this test.
    Outcome relabel(const QString& cohort, const QString& command, const QStringList& rest = {}) const
    {
        return limn(arguments(cohort, command, rest));
    }
    QStringList arguments(const QString& cohort, const QString& command, const QStringList& rest = {}) const
    {
        return QStringList{"relabel", command, "--cohort", path(cohort), "--json"} + rest;
    }
    QStringList training(int epochs, const QString& unlabelled = "none") const;
    QString copyOf(const QString& cohort, const QString& name) const;
    QJsonArray curves(const QString& cohort) const;
    QJsonObject counts(const QString& cohort) const { return relabel(cohort, "status").json()["counts"].toObject(); }

    QTemporaryDir m_folder;
};

QStringList CliRelabelTest::training(int epochs, const QString& unlabelled) const
{
    auto settings = support::tinyTraining({}, {}).mid(6);
    settings[settings.indexOf("--epochs") + 1] = QString::number(epochs);
    return settings + QStringList{"--unlabelled", unlabelled};
}

QString CliRelabelTest::copyOf(const QString& cohort, const QString& name) const
{
    std::filesystem::copy(
        path(cohort).toStdString(), path(name).toStdString(), std::filesystem::copy_options::recursive);
    return name;
}

QJsonArray CliRelabelTest::curves(const QString& cohort) const
{
    const auto runs = relabel(cohort, "status").json()["runs"].toArray();
    QJsonArray kept;
    for (const auto& point : runs.first().toObject()["curves"].toArray()) {
        auto figures = point.toObject();
        for (const char* clock : {"seconds", "seconds_per_picture", "seconds_waited_for_data"})
            figures.remove(clock);
        kept.append(figures);
    }
    return kept;
}

void CliRelabelTest::initTestCase()
{
    QVERIFY(m_folder.isValid());
    writeCohortData(path("data"));
    QCOMPARE(relabel("fresh", "init", {"--name", "test"}).code, 0);
    // The texts name sides, and PNG files do not say where they are: whose they are is asked.
    const Outcome asked = relabel("fresh", "import", {"--source", path("data")});
    QCOMPARE(asked.code, 3);
    QVERIFY2(asked.json()["sides_wanted"].toBool(), asked.out);
    QCOMPARE(asked.json()["studies"].toInt(), 0);
    const Outcome imported = relabel("fresh", "import", {"--source", path("data"), "--text-sides", "picture"});
    QVERIFY2(imported.code == 0, imported.err);
    QCOMPARE(relabel("fresh", "import", {"--source", path("data"), "--text-sides", "patient"}).code, 2);
    QCOMPARE(imported.json()["studies"].toInt(), kPictures);
    copyOf("fresh", "trained");
    const Outcome trained = relabel("trained", "train", training(2));
    if (trained.err.contains("all-MiniLM-L6-v2") && trained.code == 3)
        QSKIP("the text encoder all-MiniLM-L6-v2 is not installed");
    QVERIFY2(trained.code == 0, trained.err);
    QCOMPARE(trained.json()["state"].toString(), QStringLiteral("done"));
    QCOMPARE(trained.json()["curves"].toArray().size(), 2);
    QVERIFY2(relabel("trained", "predict").code == 0, "prediction failed");
}

void CliRelabelTest::every_command_has_help_with_an_example_data()
{
    QTest::addColumn<QString>("command");
    for (const char* command : {"init", "import", "train", "predict", "queue", "next", "accept", "edit", "reject",
             "reopen", "history", "export", "stop", "status"})
        QTest::newRow(command) << QString(command);
}

void CliRelabelTest::every_command_has_help_with_an_example()
{
    QFETCH(QString, command);
    const Outcome help = limn({"relabel", command, "--help"});
    QCOMPARE(help.code, 0);
    QVERIFY2(help.out.contains("Example: limn relabel " + command.toUtf8()), help.out);
    QCOMPARE(limn({"relabel", command, "--cohort", path("fresh"), "--nonsense"}).code, 2);
}

void CliRelabelTest::importing_twice_takes_nothing_twice()
{
    const Outcome again = relabel(copyOf("fresh", "twice"), "import", {"--source", path("data")});
    QCOMPARE(again.code, 0);
    QCOMPARE(again.json()["known"].toInt(), kPictures);
    QCOMPARE(again.json()["studies"].toInt() + again.json()["labels"].toInt() + again.json()["texts"].toInt(), 0);
}

void CliRelabelTest::a_session_runs_from_import_to_export()
{
    const QString cohort = copyOf("trained", "session");
    const int open = counts(cohort)["to_review"].toInt();
    QCOMPARE(counts(cohort)["predicted"].toInt(), open);
    const auto queue = relabel(cohort, "queue", {"--count", "100"}).json();
    QCOMPARE(queue["length"].toInt(), open);
    double last = 2;
    for (const auto& value : queue["cases"].toArray()) {
        QVERIFY(value.toObject()["uncertainty"].toDouble() <= last);
        last = value.toObject()["uncertainty"].toDouble();
        QVERIFY(QFile::exists(value.toObject()["mask"].toString()));
    }
    const auto first = relabel(cohort, "next", {"--reader", "anna"}).json()["case"].toObject();
    QCOMPARE(first["id"], queue["cases"].toArray().first().toObject()["id"]);
    QCOMPARE(relabel(cohort, "accept", {"--reader", "anna"}).code, 0);
    const auto second = relabel(cohort, "next", {"--reader", "anna"}).json()["case"].toObject();
    QVERIFY(second["id"] != first["id"]);
    QCOMPARE(relabel(cohort, "reject", {"--reader", "anna", "--note", "wrong side"}).code, 0);
    const auto third = relabel(cohort, "next", {"--reader", "anna"}).json()["case"].toObject();
    QCOMPARE(relabel(cohort, "edit", {"--reader", "anna", "--mask", path("data/mask0.png")}).code, 0);
    const auto now = counts(cohort);
    QCOMPARE(now["accepted"].toInt(), 1);
    QCOMPARE(now["rejected"].toInt(), 1);
    QCOMPARE(now["edited"].toInt(), 1);
    const auto history = relabel(cohort, "history", {"--id", third["id"].toString()}).json()["history"].toArray();
    QCOMPARE(history.last().toObject()["who"].toString(), QStringLiteral("anna"));
    QCOMPARE(history.first().toObject()["model"].toString(), QStringLiteral("lvit"));

    const Outcome exported = relabel(cohort, "export", {"--output", path("export"), "--format", "png", "nifti"});
    QVERIFY2(exported.code == 0, exported.err);
    QCOMPARE(exported.json()["masks"].toInt(), now["labelled"].toInt() + 2);
    QCOMPARE(exported.json()["pictures"].toInt(), kPictures);
    QVERIFY(QFile::exists(path("export/masks/" + third["id"].toString() + ".nii.gz")));

    // Retrained from what was accepted and drawn, the rejected case is predicted again.
    const Outcome again = relabel(cohort, "train", training(1));
    QVERIFY2(again.code == 0, again.err);
    QCOMPARE(again.json()["id"].toInt(), 2);
    QCOMPARE(again.json()["labelled"].toInt(), 8);
    const auto one = relabel(cohort, "queue", {"--count", "1"}).json()["cases"].toArray().first().toObject();
    const auto alone = relabel(cohort, "predict", {"--id", one["id"].toString()});
    QCOMPARE(alone.json()["predicted"].toInt(), 1);
    QCOMPARE(relabel(cohort, "predict").json()["predicted"].toInt(), open - 3);
    QCOMPARE(counts(cohort)["rejected"].toInt(), 0);
}

void CliRelabelTest::the_unlabelled_are_learnt_from_and_averages_are_compared()
{
    const QString cohort = copyOf("fresh", "epi");
    const Outcome trained = relabel(cohort, "train", training(3, "epi") + QStringList{"--prototype-epochs", "1"});
    QVERIFY2(trained.code == 0, trained.err);
    QCOMPARE(trained.json()["unlabelled"].toInt(), 12);
    QVERIFY(trained.json()["curves"].toArray().last().toObject().contains("epi_change"));
    QCOMPARE(relabel(cohort, "predict").code, 0);
    for (const auto& value : relabel(cohort, "queue", {"--order", "disagreement"}).json()["cases"].toArray()) {
        const auto score = value.toObject()["scores"].toObject()["disagreement"];
        QVERIFY(score.isDouble() && score.toDouble() >= 0 && score.toDouble() <= 1);
    }
}

void CliRelabelTest::a_killed_training_goes_on_with_the_same_curves()
{
    const QString whole = copyOf("fresh", "whole");
    const Outcome straight = relabel(whole, "train", training(3));
    QVERIFY2(straight.code == 0, straight.err);

    const QString killed = copyOf("fresh", "killed");
    const auto process = start(arguments(killed, "train", training(3)));
    const QString log = path(killed + "/runs/0001/training/log.csv");
    const auto hasEpoch = [&] {
        QFile file(log);
        return file.open(QIODevice::ReadOnly) && file.readAll().count('\n') >= 2;
    };
    QTRY_VERIFY_WITH_TIMEOUT(hasEpoch() || process->state() == QProcess::NotRunning, 100'000);
    process->kill();
    QVERIFY(process->state() == QProcess::NotRunning || process->waitForFinished());
    const Outcome resumed = relabel(killed, "train");
    QVERIFY2(resumed.code == 0, resumed.err);
    QCOMPARE(resumed.json()["id"].toInt(), 1);
    QCOMPARE(resumed.json()["state"].toString(), QStringLiteral("done"));
    QCOMPARE(curves(killed).size(), 3);
    QCOMPARE(curves(killed), curves(whole));
}

void CliRelabelTest::an_interrupted_training_goes_on_data()
{
    QTest::addColumn<bool>("asked");
    QTest::newRow("interrupted") << false;
    QTest::newRow("asked from elsewhere") << true;
}

void CliRelabelTest::an_interrupted_training_goes_on()
{
    QFETCH(bool, asked);
    const QString cohort = copyOf("fresh", asked ? "asked" : "interrupted");
    QVERIFY(relabel(cohort, "stop").json()["stopping"].isNull());
    const auto process = start(arguments(cohort, "train", training(asked ? 2000 : 2)));
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path(cohort + "/runs/0001/data/manifest.csv")), 60'000);
    if (asked)
        QCOMPARE(relabel(cohort, "stop").json()["stopping"].toInt(), 1);
    else
        ::kill(static_cast<pid_t>(process->processId()), SIGINT);
    QVERIFY(process->waitForFinished(60'000));
    QCOMPARE(process->exitCode(), 130);
    QCOMPARE(relabel(cohort, "status").json()["runs"].toArray().first().toObject()["state"].toString(),
        QStringLiteral("stopped"));
    if (asked)
        return; // Its 2,000 epochs would take their time.
    const Outcome resumed = relabel(cohort, "train");
    QVERIFY2(resumed.code == 0, resumed.err);
    QCOMPARE(resumed.json()["epochs"].toInt(), 2);
    QCOMPARE(relabel(cohort, "status").json()["runs"].toArray().size(), 1);
}

void CliRelabelTest::a_killed_prediction_goes_on_where_it_stopped()
{
    // Predicted anew with another threshold; killed as soon as the first mask is there.
    const QString cohort = copyOf("trained", "prediction");
    const int open = counts(cohort)["to_review"].toInt();
    const QStringList threshold{"--threshold", "0.25"};
    const auto files = [&] {
        int count = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(path(cohort + "/masks").toStdString()))
            count += entry.is_regular_file();
        return count;
    };
    const int before = files();
    const auto process = start(arguments(cohort, "predict", threshold));
    QTRY_VERIFY_WITH_TIMEOUT(files() > before || process->state() == QProcess::NotRunning, 60'000);
    process->kill();
    QVERIFY(process->state() == QProcess::NotRunning || process->waitForFinished());
    const auto first = relabel(cohort, "predict", threshold + QStringList{"--shard", "1/2"});
    const auto second = relabel(cohort, "predict", threshold + QStringList{"--shard", "2/2"});
    QCOMPARE(first.code + second.code, 0);
    const auto sum = [&](const char* key) { return first.json()[key].toInt() + second.json()[key].toInt(); };
    QCOMPARE(sum("predicted") + sum("up_to_date"), open);
    const auto again = relabel(cohort, "predict", threshold).json();
    QCOMPARE(again["up_to_date"].toInt(), open);
    QCOMPARE(again["predicted"].toInt(), 0);
}

void CliRelabelTest::a_killed_reader_gets_the_same_case()
{
    const QString cohort = copyOf("trained", "reader");
    const auto first = relabel(cohort, "next", {"--order", "random"}).json()["case"].toObject()["id"].toString();
    QVERIFY(!first.isEmpty());
    QCOMPARE(relabel(cohort, "next", {"--order", "random"}).json()["case"].toObject()["id"].toString(), first);
    const auto other = relabel(cohort, "next", {"--order", "random", "--reader", "ben"}).json()["case"].toObject();
    QVERIFY(other["id"].toString() != first);
    const auto skipped = relabel(cohort, "next", {"--order", "random", "--skip"}).json()["case"].toObject();
    QVERIFY(skipped["id"].toString() != first && skipped["id"] != other["id"]);
}

void CliRelabelTest::a_model_of_several_classes_is_refused()
{
    const auto trained = limn(support::tinyTraining(path("data"), path("classes"))
        + QStringList{"--mask-column", "mask+mask", "--classes", "left", "right"});
    QVERIFY2(trained.code == 0, trained.err);
    const auto result = relabel(copyOf("fresh", "several"), "predict", {"--model", path("classes")});
    QCOMPARE(result.code, 3);
    QVERIFY2(result.err.contains("several classes"), result.err);
}

void CliRelabelTest::wrong_use_is_said_data()
{
    QTest::addColumn<QStringList>("rest");
    QTest::addColumn<int>("code");
    QTest::newRow("no such case") << QStringList{"accept", "--id", "S000999"} << 3;
    QTest::newRow("no case at hand") << QStringList{"accept", "--reader", "nobody"} << 2;
    QTest::newRow("nothing to accept") << QStringList{"accept", "--id", "S000010"} << 2;
    QTest::newRow("mask of another size") << QStringList{"edit", "--id", "S000010", "--mask", "BIG"} << 3;
    QTest::newRow("no such mask") << QStringList{"edit", "--id", "S000010", "--mask", "nowhere.png"} << 3;
    QTest::newRow("shard") << QStringList{"predict", "--shard", "3/2"} << 2;
    QTest::newRow("no model") << QStringList{"predict"} << 3;
    QTest::newRow("order") << QStringList{"queue", "--order", "worst"} << 2;
    QTest::newRow("source") << QStringList{"import", "--source", "nowhere"} << 3;
    QTest::newRow("init twice") << QStringList{"init"} << 2;
    QTest::newRow("export over data") << QStringList{"export", "--output", "DATA"} << 2;
}

void CliRelabelTest::wrong_use_is_said()
{
    QFETCH(QStringList, rest);
    QFETCH(int, code);
    QImage big(50, 50, QImage::Format_Grayscale8);
    big.fill(0);
    QVERIFY(big.save(path("big.png")));
    rest.replaceInStrings("BIG", path("big.png")).replaceInStrings("DATA", path("data"));
    const Outcome result = relabel("fresh", rest.takeFirst(), rest);
    QVERIFY2(result.code == code, result.err + result.out);
    QVERIFY2(result.err.contains("error: ") || code == 2, result.err);
    QVERIFY(result.json().contains("error"));
    QCOMPARE(relabel("nowhere", "status").code, 3);
}

void CliRelabelTest::a_late_decision_is_refused_and_kept()
{
    const QString cohort = copyOf("trained", "late");
    const auto seen = relabel(cohort, "queue").json()["cases"].toArray().first().toObject();
    const QString id = seen["id"].toString();
    const QStringList about{"--id", id, "--revision", QString::number(seen["revision"].toInt())};
    QCOMPARE(relabel(cohort, "accept", about + QStringList{"--reader", "anna"}).code, 0);
    const Outcome late = relabel(cohort, "reject", about + QStringList{"--reader", "ben"});
    QCOMPARE(late.code, 3);
    QCOMPARE(late.json()["cases"].toArray().first().toObject()["result"].toString(), QStringLiteral("conflict"));
    QCOMPARE(late.json()["cases"].toArray().first().toObject()["other_reader"].toString(), QStringLiteral("anna"));
    const auto history = relabel(cohort, "history", {"--id", id}).json();
    QCOMPARE(history["case"].toObject()["state"].toString(), QStringLiteral("accepted"));
    QVERIFY(history["history"].toArray().last().toObject()["conflicting"].toBool());
}

QTEST_GUILESS_MAIN(CliRelabelTest)
#include "tst_cli_relabel.moc"
