#include "tests/support/cli_fixture.h"

#include <QJsonArray>
#include <QStandardPaths>

using support::limn;
using support::Outcome;
using support::runProgram;

/// What `limn` writes beside masks: measurement reports (SR), contours (RTSTRUCT), secondary captures; and what it says
/// of them.
class CliOutputTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void segment_writes_a_report_of_what_it_measured();
    void a_report_needs_a_seg();
    void an_empty_mask_has_no_report();
    void the_overlay_may_be_a_secondary_capture();
    void contours_come_back_as_the_same_masks();
    void contours_need_their_pictures();
    void own_results_are_written_over_and_those_of_others_are_not();

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    QStringList segment(const QString& input, const QString& output, const QStringList& more) const
    {
        return QStringList{"segment", "--input", path(input), "--text", "one infected area, lower left lung", "--model",
                   path("model"), "--output", path(output), "--json"}
            + more;
    }

    QTemporaryDir m_folder;
};

void CliOutputTest::initTestCase()
{
    QCOMPARE(runProgram("limn-phantom", {"xray", path("cxr.dcm"), "--columns", "97", "--rows", "81"}).code, 0);
    QCOMPARE(
        runProgram("limn-phantom", {"ct", path("ct"), "--columns", "48", "--rows", "40", "--slices", "5"}).code, 0);
    support::writeTrainingFolder(path("data"), 16);
    const Outcome trained = limn(support::tinyTraining(path("data"), path("model")));
    if (trained.err.contains("all-MiniLM-L6-v2") && trained.code == 3)
        QSKIP("the text encoder all-MiniLM-L6-v2 is not installed");
    QVERIFY2(trained.code == 0, trained.err);
}

void CliOutputTest::segment_writes_a_report_of_what_it_measured()
{
    const Outcome made = limn(segment("ct", "ct.dcm", {"--sr", path("ct-sr.dcm"), "--threshold", "0", "--force"}));
    QVERIFY2(made.code == 0, made.err);
    QCOMPARE(made.json()["sr"].toString(), path("ct-sr.dcm"));
    const Outcome info = limn({"seg", "info", path("ct-sr.dcm"), "--json"});
    QVERIFY2(info.code == 0, info.err);
    const auto report = info.json();
    const auto seg = limn({"seg", "info", path("ct.dcm"), "--json"}).json();
    QCOMPARE(report["type"].toString(), QString("SR"));
    QCOMPARE(report["seg_sop_instance_uid"], seg["sop_instance_uid"]);
    QCOMPARE(report["source_series_uid"], seg["source_series_uid"]);
    QCOMPARE(report["unit"].toString(), QString("HU"));
    const auto measured = report["segments"].toArray().at(0).toObject();
    const auto segment = seg["segments"].toArray().at(0).toObject();
    QCOMPARE(measured["voxels"], segment["voxels"]);
    QVERIFY(std::abs(measured["millilitres"].toDouble() - segment["millilitres"].toDouble()) < 1e-9);
    QVERIFY(measured["values"]["mean"].isDouble() && measured["longest_mm"].toDouble() > 0);
    QCOMPARE(measured["changed_share"].toDouble(-1), 0.0);
    const auto origin = measured["origins"].toArray().at(0).toObject();
    QCOMPARE(origin["prompt"].toString(), QString("one infected area, lower left lung"));
    QCOMPARE(origin["model_sha256"], made.json()["model_sha256"]); // The whole of it.
    QCOMPARE(origin["threshold"].toDouble(-1), 0.0);
    QCOMPARE(origin["accepted_by"].toString(), QString()); // Nobody has.
    QVERIFY(limn({"seg", "info", path("ct-sr.dcm")}).out.startsWith("SR, measurements (TID 1500) of 1 segment"));
}

void CliOutputTest::a_report_needs_a_seg()
{
    const Outcome nifti = limn(segment("cxr.dcm", "m.nii.gz", {"--sr", path("x.dcm")}));
    QCOMPARE(nifti.code, 2);
    QVERIFY2(nifti.err.contains("--sr"), nifti.err);
    QCOMPARE(limn(segment("cxr.dcm", "m.dcm", {"--sr", path("x.json")})).code, 2);
    QVERIFY(!QFile::exists(path("m.dcm")));
}

void CliOutputTest::an_empty_mask_has_no_report()
{
    const Outcome made =
        limn(segment("cxr.dcm", "none.dcm", {"--sr", path("none-sr.dcm"), "--threshold", "1", "--force"}));
    QVERIFY2(made.code == 0, made.err);
    QVERIFY(made.json()["sr"].isNull());
    QVERIFY(!QFile::exists(path("none-sr.dcm")));
}

void CliOutputTest::the_overlay_may_be_a_secondary_capture()
{
    const auto arguments = segment("cxr.dcm", "over.dcm", {"--overlay", path("sc.dcm"), "--threshold", "0", "--force"});
    QCOMPARE(limn(arguments).code, 0);
    const auto series = limn({"scan", path("sc.dcm"), "--read", "--json"}).json()["series"].toArray();
    QCOMPARE(series.size(), 1);
    QCOMPARE(series.at(0)["modality"].toString(), QString("OT"));
    QVERIFY(series.at(0)["maximum"].toDouble() > 0);
    const QString dciodvfy = QStandardPaths::findExecutable("dciodvfy");
    if (dciodvfy.isEmpty())
        QSKIP("dciodvfy (dicom3tools) is not installed.");
    QProcess process;
    process.start(dciodvfy, {path("sc.dcm")});
    QVERIFY(process.waitForFinished(60000));
    const QByteArray findings = process.readAllStandardError();
    QVERIFY2(findings.contains("SCImage") && !findings.contains("Error"), findings);
}

void CliOutputTest::contours_come_back_as_the_same_masks()
{
    const QStringList all{"--threshold", "0", "--force", "--slices", "2-4"};
    QCOMPARE(limn(segment("ct", "three.dcm", all)).code, 0);
    const Outcome made = limn({"seg", "convert", path("three.dcm"), path("rt.dcm"), "--source", path("ct"), "--as", "rtstruct"});
    QVERIFY2(made.code == 0, made.err);
    const auto info = limn({"seg", "info", path("rt.dcm"), "--json"}).json();
    QCOMPARE(info["type"].toString(), QString("RTSTRUCT"));
    QCOMPARE(info["structures"].toArray().at(0)["contours"].toInt(), 3);
    for (const char* back : {"back.dcm", "back.nii.gz"}) {
        const Outcome converted = limn({"seg", "convert", path("rt.dcm"), path(back), "--source", path("ct")});
        QVERIFY2(converted.code == 0, converted.err);
        QCOMPARE(limn({"seg", "compare", path("three.dcm"), path(back), "--json"}).json()["dice"].toDouble(), 1.0);
    }
}

void CliOutputTest::contours_need_their_pictures()
{
    QCOMPARE(limn(segment("ct", "whole.dcm", {"--threshold", "0", "--force"})).code, 0);
    const auto convert = [this](const QStringList& arguments) { return limn(QStringList{"seg", "convert"} + arguments); };
    QCOMPARE(convert({path("whole.dcm"), path("no.dcm"), "--as", "rtstruct"}).code, 2);
    QCOMPARE(convert({path("whole.dcm"), path("no.nrrd"), "--as", "rtstruct", "--source", path("ct")}).code, 2);
    QCOMPARE(convert({path("whole.dcm"), path("no.dcm"), "--as", "dose", "--source", path("ct")}).code, 2);
    QCOMPARE(convert({path("whole.dcm"), path("rt2.dcm"), "--as", "rtstruct", "--source", path("ct")}).code, 0);
    QCOMPARE(convert({path("rt2.dcm"), path("no.nii.gz")}).code, 2);
    QCOMPARE(limn(segment("cxr.dcm", "flat.dcm", {"--threshold", "0", "--force"})).code, 0);
    const Outcome xray = convert({path("flat.dcm"), path("no.dcm"), "--as", "rtstruct", "--source", path("cxr.dcm")});
    QCOMPARE(xray.code, 3); // An X-ray has no place in the patient.
    QVERIFY2(xray.err.contains("DICOM SEG instead"), xray.err);
    QVERIFY(!QFile::exists(path("no.dcm")));
}

void CliOutputTest::own_results_are_written_over_and_those_of_others_are_not()
{
    const auto arguments = segment("ct", "twice.dcm", {"--sr", path("twice-sr.dcm"), "--threshold", "0", "--force"});
    QCOMPARE(limn(arguments).code, 0);
    QCOMPARE(limn(arguments).code, 0);
    const QString other = qEnvironmentVariable("LIMN_TEST_DATA") + "/sr/dcmqi-sr.dcm";
    if (!QFile::exists(other))
        QSKIP("LIMN_TEST_DATA has no reports.");
    QVERIFY(QFile::copy(other, path("theirs.dcm")));
    QCOMPARE(limn(segment("ct", "thrice.dcm", {"--sr", path("theirs.dcm"), "--threshold", "0", "--force"})).code, 2);
}

QTEST_GUILESS_MAIN(CliOutputTest)
#include "tst_cli_output.moc"
