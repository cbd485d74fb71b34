#include "tests/support/cli_fixture.h"

using support::limn;
using support::Outcome;
using support::runProgram;

/// Every line of "bad input": a clear sentence, the right exit code, nothing half-written.
class CliBadInputTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void a_missing_model_is_a_sentence();
    void a_package_that_does_not_fit_lists_its_tensors();
    void a_broken_config_is_a_sentence_data();
    void a_broken_config_is_a_sentence();
    void odd_texts_data();
    void odd_texts();
    void an_xray_without_side_tags_needs_a_decision();
    void odd_picture_sizes_data();
    void odd_picture_sizes();
    void a_ct_of_one_slice_is_segmented();
    void a_full_disk_leaves_no_half_file_data();
    void a_full_disk_leaves_no_half_file();
    void files_that_are_no_pictures_are_refused_data();
    void files_that_are_no_pictures_are_refused();
    void an_archive_that_is_down_is_a_sentence();
    void a_training_folder_that_is_wrong_is_a_sentence_data();
    void a_training_folder_that_is_wrong_is_a_sentence();

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    QStringList segmentArguments(
        const QString& input, const QString& text, const QString& output, const QString& model = QString()) const
    {
        return {"segment", "--input", input, "--text", text, "--model", model.isEmpty() ? path("model") : model,
            "--output", output};
    }
    static void write(const QString& name, const QByteArray& content)
    {
        QFile file(name);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }
    static QByteArray read(const QString& name)
    {
        QFile file(name);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QTemporaryDir m_folder;
    QString m_xray;
};

void CliBadInputTest::initTestCase()
{
    m_xray = path("cxr.dcm");
    const Outcome phantom = runProgram("limn-phantom", {"xray", m_xray, "--columns", "64", "--rows", "60"});
    QVERIFY2(phantom.code == 0, phantom.err);
    support::writeTrainingFolder(path("data"), 8);
    const Outcome trained = limn(support::tinyTraining(path("data"), path("model")));
    if (trained.err.contains("all-MiniLM-L6-v2") && trained.code == 3)
        QSKIP("the text encoder all-MiniLM-L6-v2 is not installed");
    QVERIFY2(trained.code == 0, trained.err);
}

void CliBadInputTest::a_missing_model_is_a_sentence()
{
    const Outcome result = limn(segmentArguments(m_xray, "infection", path("m.dcm"), path("nowhere")));
    QCOMPARE(result.code, 3);
    QVERIFY2(result.err.contains("error: ") && result.err.contains("nowhere"), result.err);
    QVERIFY(!QFile::exists(path("m.dcm")));

    QProcessEnvironment empty = QProcessEnvironment::systemEnvironment();
    empty.insert("LIMN_MODELS", path("data"));
    const Outcome unknown =
        runProgram("limn", segmentArguments(m_xray, "infection", path("m.dcm"), "no-such-name"), empty);
    QCOMPARE(unknown.code, 3);
    QVERIFY2(unknown.err.contains(path("data").toUtf8()), unknown.err);
}

void CliBadInputTest::a_package_that_does_not_fit_lists_its_tensors()
{
    QDir().mkpath(path("misfit"));
    QByteArray config = read(path("model/config.json"));
    QVERIFY(config.contains("\"width\": 8"));
    write(path("misfit/config.json"), config.replace("\"width\": 8", "\"width\": 16"));
    QVERIFY(QFile::copy(path("model/model.safetensors"), path("misfit/model.safetensors")));
    const Outcome result = limn({"models", "verify", path("misfit")});
    QCOMPARE(result.code, 3);
    QVERIFY2(result.err.contains("inc.conv.weight") && result.err.contains("outc.weight"), result.err);
}

void CliBadInputTest::a_broken_config_is_a_sentence_data()
{
    QTest::addColumn<QByteArray>("config");
    QTest::newRow("not JSON") << QByteArray("{");
    QTest::newRow("array") << QByteArray("[]");
    QTest::newRow("other model") << QByteArray("{\"model_type\": \"clip\"}");
    QTest::newRow("absurd width") << QByteArray("{\"model_type\": \"lvit\", \"width\": 1000000000}");
    QTest::newRow("wrong types") << QByteArray("{\"model_type\": \"lvit\", \"width\": \"8\", \"modalities\": 3}");
}

void CliBadInputTest::a_broken_config_is_a_sentence()
{
    QFETCH(QByteArray, config);
    QDir().mkpath(path("broken"));
    write(path("broken/config.json"), config);
    write(path("broken/model.safetensors"), read(path("model/model.safetensors")));
    const Outcome result = limn({"models", "verify", path("broken")});
    QCOMPARE(result.code, 3);
    QVERIFY2(result.err.startsWith("error: ") && result.err.contains("broken"), result.err);
}

void CliBadInputTest::odd_texts_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("said");
    QTest::newRow("empty") << QString() << 3 << QByteArray("empty");
    QTest::newRow("spaces") << QString("  \n ") << 3 << QByteArray("empty");
    QTest::newRow("two thousand words") << QString("infection ").repeated(2000) << 0 << QByteArray("warning");
    QTest::newRow("Chinese") << QString::fromUtf8("左下肺感染") << 0 << QByteArray();
    QTest::newRow("quotes and markup") << QString("<b>\"infection\"</b> \\ %s %n") << 0 << QByteArray();
}

void CliBadInputTest::odd_texts()
{
    QFETCH(QString, text);
    QFETCH(int, code);
    QFETCH(QByteArray, said);
    const QString output = path("text.nrrd");
    QFile::remove(output);
    const Outcome result = limn(segmentArguments(m_xray, text, output));
    QVERIFY2(result.code == code, result.err);
    QVERIFY2(result.err.contains(said), result.err);
    QCOMPARE(QFile::exists(output), code == 0);
}

void CliBadInputTest::an_xray_without_side_tags_needs_a_decision()
{
    const QString untagged = path("untagged.dcm");
    QCOMPARE(runProgram("limn-phantom", {"xray", untagged, "--columns", "64", "--rows", "60", "--no-sides"}).code, 0);
    const Outcome refused = limn(segmentArguments(untagged, "lower left lung", path("u.nrrd")));
    QCOMPARE(refused.code, 3);
    QVERIFY2(refused.err.contains("--side picture"), refused.err);
    QCOMPARE(
        limn(segmentArguments(untagged, "lower left lung", path("u.nrrd")) + QStringList{"--side", "image"}).code, 0);
    QCOMPARE(limn(segmentArguments(untagged, "lower left lung", path("u.nrrd")) + QStringList{"--force"}).code, 0);
    QCOMPARE(limn(segmentArguments(untagged, "infection", path("u.nrrd"))).code, 0);
}

void CliBadInputTest::odd_picture_sizes_data()
{
    QTest::addColumn<int>("columns");
    QTest::addColumn<int>("rows");
    QTest::newRow("10x10") << 10 << 10;
    QTest::newRow("8000x8000") << 8000 << 8000;
    QTest::newRow("1000x10") << 1000 << 10;
}

void CliBadInputTest::odd_picture_sizes()
{
    QFETCH(int, columns);
    QFETCH(int, rows);
    const QString picture = path("size.dcm");
    QCOMPARE(runProgram("limn-phantom",
                 {"xray", picture, "--columns", QString::number(columns), "--rows", QString::number(rows)})
                 .code,
        0);
    const Outcome result =
        limn(segmentArguments(picture, "infection", path("size-mask.dcm")) + QStringList{"--threshold", "0", "--json"});
    QVERIFY2(result.code == 0, result.err);
    QCOMPARE(result.json()["voxels"].toInt(), columns * rows);
}

void CliBadInputTest::a_ct_of_one_slice_is_segmented()
{
    QCOMPARE(
        runProgram("limn-phantom", {"ct", path("one"), "--columns", "40", "--rows", "40", "--slices", "1"}).code, 0);
    const Outcome result = limn(segmentArguments(path("one"), "infection", path("one.dcm"))
        + QStringList{"--threshold", "0", "--force", "--json"});
    QVERIFY2(result.code == 0, result.err);
    QCOMPARE(result.json()["slices"].toInt(), 1);
}

void CliBadInputTest::a_full_disk_leaves_no_half_file_data()
{
    QTest::addColumn<QString>("extension");
    for (const char* extension : {"dcm", "nii.gz", "nrrd", "png"})
        QTest::newRow(extension) << QString(extension);
}

void CliBadInputTest::a_full_disk_leaves_no_half_file()
{
    QFETCH(QString, extension);
    // No file may grow: what a full disk does, without needing one.
    const QString folder = path("full-" + extension);
    QDir().mkpath(folder);
    const QString output = folder + "/mask." + extension;
    QStringList words{QDir(qEnvironmentVariable("LIMN_BIN")).filePath("limn")};
    words += segmentArguments(m_xray, "infection", output) + QStringList{"--threshold", "0"};
    for (QString& word : words)
        word = "'" + word + "'";
    QProcess shell;
    shell.start("bash", {"-c", "trap '' XFSZ; ulimit -f 0; exec " + words.join(' ')});
    QVERIFY(shell.waitForFinished(60'000));
    const QByteArray said = shell.readAllStandardError();
    QCOMPARE(shell.exitStatus(), QProcess::NormalExit);
    QVERIFY2(shell.exitCode() == 1, said);
    QVERIFY2(said.contains("error: ") && said.contains("mask." + extension.toUtf8()), said);
    QVERIFY2(QDir(folder).isEmpty(), QDir(folder).entryList().join(' ').toUtf8());
}

void CliBadInputTest::files_that_are_no_pictures_are_refused_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("empty file") << QString("empty.dcm") << QByteArray();
    QTest::newRow("text") << QString("text.dcm") << QByteArray("This is not DICOM.");
    QTest::newRow("preamble only") << QString("preamble.dcm") << QByteArray(128, '\0') + "DICM";
    QTest::newRow("text as PNG") << QString("text.png") << QByteArray("no picture");
    QTest::newRow("text as NIfTI") << QString("text.nii.gz") << QByteArray("no volume");
    QTest::newRow("text as NRRD") << QString("text.nrrd") << QByteArray("NRRD0004\nsizes: 999999999 999999999\n\n");
}

void CliBadInputTest::files_that_are_no_pictures_are_refused()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, content);
    write(path(name), content);
    const Outcome result = limn(segmentArguments(path(name), "infection", path("none.nrrd")));
    QVERIFY2(result.code == 3, result.err);
    QVERIFY2(result.err.contains(name.toUtf8()), result.err);
    QVERIFY(!QFile::exists(path("none.nrrd")));
    QCOMPARE(limn(segmentArguments(path("not-there.dcm"), "infection", path("none.nrrd"))).code, 3);
}

void CliBadInputTest::an_archive_that_is_down_is_a_sentence()
{
    const Outcome echo = limn({"pacs", "echo", "NOBODY@127.0.0.1:1", "--timeout", "5"});
    QCOMPARE(echo.code, 1);
    QVERIFY2(echo.err.contains("NOBODY@127.0.0.1:1"), echo.err);
    const Outcome send = limn({"pacs", "send", "NOBODY@127.0.0.1:1", m_xray});
    QCOMPARE(send.code, 1);
    QVERIFY2(send.out.contains("not sent"), send.out);
}

void CliBadInputTest::a_training_folder_that_is_wrong_is_a_sentence_data()
{
    QTest::addColumn<QByteArray>("manifest");
    QTest::newRow("no manifest") << QByteArray();
    QTest::newRow("no columns") << QByteArray("a,b\n1,2\n");
    QTest::newRow("no training rows") << QByteArray("split,image,mask,text\nvalid,image0.png,mask0.png,x\n");
    QTest::newRow("missing picture") << QByteArray(
        "split,image,mask,text\ntrain,nothing.png,mask0.png,x\nvalid,image1.png,mask1.png,x\n");
    QTest::newRow("outside the folder") << QByteArray(
        "split,image,mask,text\ntrain,../data/image0.png,mask0.png,x\nvalid,image1.png,mask1.png,x\n");
    QTest::newRow("unclosed quote") << QByteArray("split,image,mask,text\ntrain,image0.png,mask0.png,\"x\n");
}

void CliBadInputTest::a_training_folder_that_is_wrong_is_a_sentence()
{
    QFETCH(QByteArray, manifest);
    const QString folder = path("wrong");
    QDir(folder).removeRecursively();
    support::writeTrainingFolder(folder, 4);
    if (manifest.isEmpty())
        QFile::remove(folder + "/manifest.csv");
    else
        write(folder + "/manifest.csv", manifest);
    const Outcome result = limn(support::tinyTraining(folder, path("wrong-model")));
    QVERIFY2(result.code == 3, result.err);
    QVERIFY2(result.err.contains("manifest.csv") || result.err.contains("nothing.png"), result.err);
    QVERIFY(!QFile::exists(path("wrong-model/model.safetensors")));
}

QTEST_GUILESS_MAIN(CliBadInputTest)
#include "tst_cli_bad_input.moc"
