#include "tests/support/cli_fixture.h"

#include <QJsonArray>
#include <QSignalSpy>

#include <signal.h>

using support::limn;
using support::Outcome;
using support::runProgram;

/// The main job from a shell: train a small package, scan, segment, look, send, read back.
class CliTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void every_command_has_help_with_an_example_data();
    void every_command_has_help_with_an_example();
    void unknown_options_are_wrong_usage();
    void scan_lists_series_and_reads_voxels();
    void segment_writes_every_format_data();
    void segment_writes_every_format();
    void the_patients_side_is_the_same_patient_side_on_a_flipped_picture();
    void a_picture_that_is_not_upright_is_turned_for_the_model_and_said_data();
    void a_picture_that_is_not_upright_is_turned_for_the_model_and_said();
    void the_segment_names_the_patients_side_data();
    void the_segment_names_the_patients_side();
    void what_is_denied_is_refused_until_forced();
    void a_picture_the_model_is_not_for_needs_force();
    void an_interrupt_leaves_no_mask();
    void masks_convert_to_nifti_and_back();
    void what_is_sent_comes_back_the_same();
    void evaluate_prints_both_conventions();
    void evaluate_scores_several_texts_in_one_run();
    void explain_draws_the_heat_of_every_layer();
    void classify_says_what_is_missing();
    void caption_and_match_say_what_is_missing();
    void models_are_listed_and_verified();

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    QStringList segmentArguments(const QString& input, const QString& text, const QString& output) const
    {
        return {"segment", "--input", input, "--text", text, "--model", path("model"), "--output", output, "--json"};
    }

    QTemporaryDir m_folder;
    QString m_xray;
};

void CliTest::initTestCase()
{
    QVERIFY(m_folder.isValid());
    m_xray = path("cxr.dcm");
    const Outcome phantom = runProgram("limn-phantom", {"xray", m_xray, "--columns", "97", "--rows", "81"});
    QVERIFY2(phantom.code == 0, phantom.err);
    const Outcome ct =
        runProgram("limn-phantom", {"ct", path("ct"), "--columns", "48", "--rows", "40", "--slices", "5"});
    QVERIFY2(ct.code == 0, ct.err);
    support::writeTrainingFolder(path("data"), 16);
    const Outcome trained = limn(support::tinyTraining(path("data"), path("model")));
    if (trained.err.contains("all-MiniLM-L6-v2") && trained.code == 3)
        QSKIP("the text encoder all-MiniLM-L6-v2 is not installed");
    QVERIFY2(trained.code == 0, trained.err);
}

void CliTest::every_command_has_help_with_an_example_data()
{
    QTest::addColumn<QStringList>("command");
    for (const char* command : {"open", "scan", "segment", "train lvit", "train clip", "train blip", "train blip2", "evaluate",
             "explain", "adapt", "classify", "caption", "match", "capfilt", "seg info", "seg compare", "seg convert",
             "pacs echo", "pacs send", "pacs serve", "models list", "models verify", "models import"})
        QTest::newRow(command) << QString(command).split(' ');
}

void CliTest::every_command_has_help_with_an_example()
{
    QFETCH(QStringList, command);
    const Outcome help = limn(command + QStringList{"--help"});
    QCOMPARE(help.code, 0);
    QVERIFY2(help.out.contains("Example: limn " + command.join(' ').toUtf8()), help.out);
}

void CliTest::unknown_options_are_wrong_usage()
{
    QCOMPARE(limn({"scan", m_xray, "--nonsense"}).code, 2);
    QCOMPARE(limn({"nonsense"}).code, 2);
    QCOMPARE(limn({}).code, 2);
    QCOMPARE(limn({"segment", "--input", m_xray}).code, 2);
    QCOMPARE(limn(segmentArguments(m_xray, "infection", path("mask.bmp"))).code, 2);
    QCOMPARE(limn(segmentArguments(m_xray, "infection", path("mask.dcm")) + QStringList{"--slices", "2-9"}).code, 2);
}

void CliTest::scan_lists_series_and_reads_voxels()
{
    const Outcome scan = limn({"scan", path("ct"), "--read", "--json"});
    QVERIFY2(scan.code == 0, scan.err);
    const QJsonArray list = scan.json()["series"].toArray();
    QCOMPARE(list.size(), 1);
    const QJsonObject series = list[0].toObject();
    QCOMPARE(series["modality"].toString(), QString("CT"));
    QCOMPARE(series["slices"].toInt(), 5);
    QCOMPARE(series["columns"].toInt(), 48);
    QCOMPARE(series["rows"].toInt(), 40);
    QVERIFY(series["minimum"].toDouble() <= -900);
    QVERIFY(series.contains("sum"));
    QVERIFY(series["seconds"].toDouble() >= 0);
}

void CliTest::segment_writes_every_format_data()
{
    QTest::addColumn<QString>("extension");
    for (const char* extension : {"dcm", "nii.gz", "nrrd", "png"})
        QTest::newRow(extension) << QString(extension);
}

void CliTest::segment_writes_every_format()
{
    QFETCH(QString, extension);
    const QString output = path("every." + extension);
    // A threshold of 0 labels every voxel, so that the mask is known whatever the small model learnt.
    const Outcome result = limn(segmentArguments(m_xray, "One infected area, lower left lung.", output)
        + QStringList{"--threshold", "0", "--report", path("report.json"), "--probabilities", path("p.nii.gz"),
            "--overlay", path("o.png")});
    QVERIFY2(result.code == 0, result.err);
    QCOMPARE(result.json()["voxels"].toInt(), 97 * 81);
    QCOMPARE(result.json()["model_text"].toString(), QString("One infected area, lower right lung."));
    const Outcome same = limn({"seg", "compare", output, output, "--json"});
    QVERIFY2(same.code == 0, same.err);
    QCOMPARE(same.json()["voxels_a"].toInt(), 97 * 81);
    QCOMPARE(QImage(path("o.png")).size(), QSize(97, 81));
    QVERIFY(QFileInfo(path("p.nii.gz")).size() > 100);
    QFile report(path("report.json"));
    QVERIFY(report.open(QIODevice::ReadOnly));
    QCOMPARE(QJsonDocument::fromJson(report.readAll()).object()["text"].toString(),
        QString("One infected area, lower left lung."));
}

void CliTest::the_patients_side_is_the_same_patient_side_on_a_flipped_picture()
{
    const QString flipped = path("flipped.dcm");
    QCOMPARE(runProgram(
                 "limn-phantom", {"xray", flipped, "--columns", "97", "--rows", "81", "--patient-orientation", "R\\F"})
                 .code,
        0);
    const Outcome result = limn(segmentArguments(flipped, "lower left lung", path("flipped-mask.nrrd")));
    QVERIFY2(result.code == 0, result.err);
    QCOMPARE(result.json()["model_text"].toString(), QString("lower left lung"));
    const Outcome image =
        limn(segmentArguments(m_xray, "lower left lung", path("image.nrrd")) + QStringList{"--side", "image"});
    QCOMPARE(image.json()["model_text"].toString(), QString("lower left lung"));
}

void CliTest::a_picture_that_is_not_upright_is_turned_for_the_model_and_said_data()
{
    QTest::addColumn<QString>("orientation");
    QTest::addColumn<QString>("modelText");
    QTest::newRow("feet at the top") << "L\\H"
                                     << "lower right lung";
    QTest::newRow("upside down") << "R\\H"
                                 << "lower left lung";
    QTest::newRow("lies") << "F\\L"
                          << "lower right lung";
}

void CliTest::a_picture_that_is_not_upright_is_turned_for_the_model_and_said()
{
    QFETCH(QString, orientation);
    QFETCH(QString, modelText);
    const QString turned = path("turned.dcm");
    QCOMPARE(runProgram("limn-phantom",
                 {"xray", turned, "--columns", "97", "--rows", "81", "--patient-orientation", orientation})
                 .code,
        0);
    const Outcome result = limn(segmentArguments(turned, "lower left lung", path("turned-mask.nrrd")));
    QVERIFY2(result.code == 0, result.err);
    QCOMPARE(result.json()["model_text"].toString(), modelText);
    const auto warnings = QJsonDocument(result.json()["warnings"].toArray()).toJson();
    QVERIFY2(warnings.contains("turned for the model"), warnings);
}

void CliTest::the_segment_names_the_patients_side_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("side");
    QTest::addColumn<QString>("meaning");
    QTest::newRow("patient's left") << "One infected area, lower left lung."
                                    << "patient"
                                    << "Left";
    QTest::newRow("picture's left") << "One infected area, lower left lung."
                                    << "image"
                                    << "Right";
    QTest::newRow("both") << "Bilateral pulmonary infection."
                          << "patient"
                          << "Right and left";
    QTest::newRow("no side") << "pulmonary infection"
                             << "patient"
                             << "";
}

void CliTest::what_is_denied_is_refused_until_forced()
{
    const QString mask = path("denied.dcm");
    const auto arguments = segmentArguments(m_xray, "no infection in the left lung", mask);
    const Outcome result = limn(arguments);
    QCOMPARE(result.code, 3);
    QVERIFY2(result.err.contains("denied"), result.err);
    QVERIFY(!QFile::exists(mask));
    QCOMPARE(limn(arguments + QStringList{"--force", "--threshold", "0"}).code, 0);
    const auto segment = limn({"seg", "info", mask, "--json"}).json()["segments"].toArray().at(0).toObject();
    QCOMPARE(segment["laterality"].toObject()["meaning"].toString(), QString());
}

void CliTest::the_segment_names_the_patients_side()
{
    QFETCH(QString, text);
    QFETCH(QString, side);
    QFETCH(QString, meaning);
    const QString mask = path("side.dcm");
    const Outcome result = limn(segmentArguments(m_xray, text, mask) + QStringList{"--threshold", "0", "--side", side});
    QVERIFY2(result.code == 0, result.err);
    const auto segment = limn({"seg", "info", mask, "--json"}).json()["segments"].toArray().at(0).toObject();
    QCOMPARE(segment["region"].toObject()["meaning"].toString(), QString("Lung"));
    QCOMPARE(segment["laterality"].toObject()["meaning"].toString(), meaning);
    QCOMPARE(segment["algorithm_type"].toString(), QString("AUTOMATIC"));
    QVERIFY(segment["description"].toString().contains(text));
}

void CliTest::a_picture_the_model_is_not_for_needs_force()
{
    const QStringList arguments =
        segmentArguments(path("ct"), "infection", path("ct.dcm")) + QStringList{"--threshold", "0", "--slices", "2-3"};
    const Outcome refused = limn(arguments);
    QCOMPARE(refused.code, 3);
    QVERIFY2(refused.err.contains("--force"), refused.err);
    QVERIFY(!QFile::exists(path("ct.dcm")));
    const Outcome forced = limn(arguments + QStringList{"--force"});
    QVERIFY2(forced.code == 0, forced.err);
    const Outcome info = limn({"seg", "info", path("ct.dcm"), "--json"});
    QCOMPARE(info.json()["frames"].toInt(), 2);
    QCOMPARE(info.json()["segments"].toArray().at(0).toObject()["voxels"].toInt(), 2 * 48 * 40);
}

void CliTest::an_interrupt_leaves_no_mask()
{
    const QString mask = path("never.nii.gz");
    QCOMPARE(
        runProgram("limn-phantom", {"ct", path("long"), "--columns", "16", "--rows", "16", "--slices", "600"}).code, 0);
    QProcess segment;
    segment.start(QDir(qEnvironmentVariable("LIMN_BIN")).filePath("limn"),
        segmentArguments(path("long"), "infection", mask) + QStringList{"--force"});
    QVERIFY(segment.waitForStarted());
    const QString maps = QString("/proc/%1/maps").arg(segment.processId());
    const auto modelsAreOpen = [&] {
        QFile file(maps);
        return file.open(QIODevice::ReadOnly) && file.readAll().contains("limn-models");
    };
    QTRY_VERIFY_WITH_TIMEOUT(modelsAreOpen(), 60'000);
    ::kill(static_cast<pid_t>(segment.processId()), SIGINT);
    QVERIFY(segment.waitForFinished(60'000));
    QCOMPARE(segment.exitCode(), 130);
    QVERIFY(!QFile::exists(mask));
}

void CliTest::masks_convert_to_nifti_and_back()
{
    const QString first = path("first.dcm");
    QCOMPARE(limn(segmentArguments(path("ct"), "infection", first)
                 + QStringList{"--threshold", "0", "--slices", "2", "--force"})
                 .code,
        0);
    const Outcome there = limn({"seg", "convert", first, path("there.nii.gz"), "--source", path("ct")});
    QVERIFY2(there.code == 0, there.err);
    const Outcome back = limn({"seg", "convert", path("there.nii.gz"), path("back.dcm"), "--source", path("ct")});
    QVERIFY2(back.code == 0, back.err);
    const Outcome compared = limn({"seg", "compare", path("back.dcm"), first, "--json"});
    QVERIFY2(compared.code == 0, compared.err);
    QCOMPARE(compared.json()["dice"].toDouble(), 1.0);
}

void CliTest::what_is_sent_comes_back_the_same()
{
    const QString mask = path("sent.dcm");
    QCOMPARE(limn(segmentArguments(m_xray, "infection", mask) + QStringList{"--threshold", "0"}).code, 0);
    QProcess archive;
    archive.start(
        QDir(qEnvironmentVariable("LIMN_BIN")).filePath("limn"), {"pacs", "serve", "--folder", path("archive")});
    QTRY_VERIFY_WITH_TIMEOUT(archive.canReadLine(), 10'000);
    const QByteArray port = archive.readLine().trimmed().split(':').last();
    const QString node = "LIMN@127.0.0.1:" + port;
    QCOMPARE(limn({"pacs", "echo", node}).code, 0);
    const Outcome sent = limn({"pacs", "send", node, m_xray, mask, "--json"});
    QVERIFY2(sent.code == 0, sent.out + sent.err);
    QCOMPARE(sent.json()["stored"].toInt(), 2);
    const Outcome partly = limn({"pacs", "send", node, mask, path("data/manifest.csv"), "--json"});
    QCOMPARE(partly.code, 4);
    archive.terminate();
    QVERIFY(archive.waitForFinished(10'000));
    QCOMPARE(archive.exitCode(), 0);
    int compared = 0;
    for (const QByteArray& line : archive.readAllStandardOutput().split('\n'))
        if (line.startsWith("received  ")
            && limn({"seg", "compare", mask, line.mid(10).trimmed(), "--json"}).json()["dice"].toDouble() == 1.0)
            ++compared;
    QVERIFY(compared >= 1);
    QCOMPARE(limn({"pacs", "send", node, mask}).code, 1);
    QCOMPARE(limn({"pacs", "echo", "not a node"}).code, 2);
}

void CliTest::evaluate_prints_both_conventions()
{
    const QStringList arguments{
        "evaluate", "--model", path("model"), "--data", path("data"), "--output", path("cases.csv"), "--json"};
    for (const char* text : {"given", "none", "shuffled"}) {
        const Outcome result = limn(arguments + QStringList{"--text", text});
        QVERIFY2(result.code == 0, result.err);
        QCOMPARE(result.json()["pictures"].toInt(), 4);
        QVERIFY(result.json()["per_image"].toObject().contains("dice"));
        QVERIFY(result.json()["pooled"].toObject().contains("iou"));
    }
    QFile cases(path("cases.csv"));
    QVERIFY(cases.open(QIODevice::ReadOnly));
    QCOMPARE(cases.readAll().count('\n'), 5);
}

void CliTest::evaluate_scores_several_texts_in_one_run()
{
    const QStringList arguments{"evaluate", "--model", path("model"), "--data", path("data"), "--text",
        "given,none,shuffled,paraphrased", "--output", path("all.csv"), "--sweep", path("sweep.csv"), "--sheet",
        path("sheet.png"), "--sheet-cases", "2", "--bootstrap", "50"};
    const Outcome result = limn(arguments + QStringList{"--json"});
    QVERIFY2(result.code == 0, result.err);
    QCOMPARE(result.json()["texts"].toArray().size(), 5);
    QCOMPARE(result.json()["sweep"].toArray().size(), 99);
    QVERIFY(result.json()["best_possible"].toObject().contains("pooled"));
    QVERIFY(!QImage(path("sheet.png")).isNull());
    QVERIFY(QFile::exists(path("sheet.json")));
    QFile cases(path("all.csv")), sweep(path("sweep.csv"));
    QVERIFY(cases.open(QIODevice::ReadOnly) && sweep.open(QIODevice::ReadOnly));
    const auto ways = result.json()["paraphrases"].toArray().size(); // Raw and as sent.
    QVERIFY(ways >= 12);
    QCOMPARE(cases.readAll().count('\n'), 1 + 4 * (3 + ways));
    QCOMPARE(sweep.readAll().count('\n'), 100);

    const Outcome printed = limn(arguments);
    QVERIFY2(printed.code == 0, printed.err);
    for (const char* words :
        {"mean over pictures", "pooled over pixels", "paraphrased, as sent", "A perfect mask of 32"})
        QVERIFY2(printed.out.contains(words), words);
    QCOMPARE(limn({"evaluate", "--data", path("data"), "--model", path("model"), "--text", "wrong"}).code, 2);
    QCOMPARE(limn({"evaluate", "--data", path("data"), "--model", path("model"), "--sheet", path("a.jpg")}).code, 2);
}

void CliTest::classify_says_what_is_missing()
{
    const Outcome nothing = limn({"classify", "--model", path("nowhere"), "--input", m_xray, "--classes", "a,b"});
    QCOMPARE(nothing.code, 3);
    QVERIFY2(nothing.err.contains("nowhere"), nothing.err.constData());
    const QString alone = support::programAlone(QStringLiteral("limn"), path("alone"));
    const Outcome none = support::runProgram(alone, {"classify", "--input", m_xray, "--classes", "a,b"});
    QCOMPARE(none.code, 3);
    QVERIFY2(none.err.contains("no model of this kind (clip"), none.err.constData());
    const QStringList asked{"classify", "--model", path("nowhere"), "--input", m_xray, "--classes", "a,b"};
    for (const QStringList& wrong : {QStringList{"--heat", path("heat.gif")}, QStringList{"--heat-class", "a"},
             QStringList{"--heat", path("heat.png"), "--heat-class", "c"}})
        QCOMPARE(limn(asked + wrong).code, 2);
    // A package that draws masks is no CLIP.
    const Outcome other = limn({"classify", "--model", path("model"), "--input", m_xray, "--classes", "a,b"});
    QCOMPARE(other.code, 3);
    QVERIFY2(other.err.contains("CLIP"), other.err.constData());
}

void CliTest::caption_and_match_say_what_is_missing()
{
    for (const QStringList& command : {QStringList{"caption"}, QStringList{"match", "--text", "a lung"}}) {
        const auto run = [&](const QStringList& more) { return limn(command + more); };
        const Outcome nothing = run({"--model", path("nowhere"), "--input", m_xray});
        QCOMPARE(nothing.code, 3);
        QVERIFY2(nothing.err.contains("nowhere"), nothing.err.constData());
        const QString alone = support::programAlone(QStringLiteral("limn"), path("alone"));
        const Outcome none = support::runProgram(alone, command + QStringList{"--input", m_xray});
        QCOMPARE(none.code, 3);
        QVERIFY2(none.err.contains("no model of this kind (blip"), none.err.constData());
        // A package that draws masks is no BLIP.
        const Outcome other = run({"--model", path("model"), "--input", m_xray});
        QCOMPARE(other.code, 3);
        QVERIFY2(other.err.contains("BLIP"), other.err.constData());
    }
    QCOMPARE(limn({"match", "--model", path("model"), "--input", m_xray}).code, 2);
}

void CliTest::explain_draws_the_heat_of_every_layer()
{
    const Outcome layers = limn({"explain", "--model", path("model"), "--list-layers", "--json"});
    QVERIFY2(layers.code == 0, layers.err);
    QCOMPARE(layers.json()["layers"].toArray().size(), 12);
    // The region is given: what the small model draws is not the question.
    const QStringList mask{"--mask", path("region.png")};
    QImage region(97, 81, QImage::Format_Grayscale8);
    region.fill(0);
    for (int row = 20; row < 50; ++row)
        for (int column = 15; column < 40; ++column)
            region.setPixel(column, row, qRgb(255, 255, 255));
    QVERIFY(region.save(path("region.png")));
    QStringList arguments{"explain", "--model", path("model"), "--input", m_xray, "--text",
        "one infected area, lower left lung", "--output", path("why.png"), "--json"};
    for (const auto& layer : layers.json()["layers"].toArray()) {
        const Outcome result = limn(arguments + mask + QStringList{"--layer", layer.toObject()["name"].toString()});
        QVERIFY2(result.code == 0, result.err);
        QCOMPARE(result.json()["region_pixels"].toInt(), 750);
    }
    const int width = QImage(path("why.png")).width();
    const Outcome compared = limn(arguments + mask + QStringList{"--compare-text", "none"});
    QVERIFY2(compared.code == 0, compared.err);
    QVERIFY(compared.json()["compared"].toObject()["score"].toDouble() != compared.json()["score"].toDouble());
    QVERIFY(QImage(path("why.png")).width() > width);
    QCOMPARE(limn(arguments + mask + QStringList{"--layer", "nothing"}).code, 2);
    QCOMPARE(limn({"explain", "--model", path("model"), "--input", m_xray}).code, 2);
}

void CliTest::models_are_listed_and_verified()
{
    const Outcome shipped = limn({"models", "list"});
    QVERIFY2(shipped.code == 0 && shipped.out.count("licence Research use only") >= 3, shipped.out);
    const auto write = [&](const QString& name, const QByteArray& text) {
        QVERIFY(QDir().mkpath(QFileInfo(path(name)).path()));
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    };
    write("zoo/tiny-clip/config.json", R"({"model_type": "clip"})");
    write("zoo/tiny-clip/README.md", "---\nlicense: mit\ntags: [radiology]\n---\n");
    auto zoo = QProcessEnvironment::systemEnvironment();
    zoo.insert("LIMN_MODELS", path("zoo"));
    const Outcome listed = runProgram("limn", {"models", "list"}, zoo);
    const Outcome described = runProgram("limn", {"models", "list", "--json"}, zoo);
    const Outcome misfit = runProgram("limn", {"models", "verify", "tiny-clip"}, zoo);
    QVERIFY2(listed.out.contains("tiny-clip  clip") && listed.out.contains("for radiology; licence mit"), listed.out);
    const auto first = QJsonDocument::fromJson(described.out).array().first().toObject();
    QCOMPARE(first["type"].toString(), QString("clip"));
    QCOMPARE(first["licence"].toString(), QString("mit"));
    QCOMPARE(misfit.code, 3);
    const Outcome verified = limn({"models", "verify", path("model")});
    QVERIFY2(verified.code == 0, verified.err);
    QCOMPARE(limn({"models", "verify", path("nowhere")}).code, 3);
}

QTEST_GUILESS_MAIN(CliTest)
#include "tst_cli.moc"
