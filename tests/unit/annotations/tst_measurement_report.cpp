#include "annotations/seg/reader.h"
#include "annotations/sr/measurement_report.h"
#include "hostile_files.h"
#include "imaging/error.h"
#include "seg_files.h"

#include <QtTest>

#include <cmath>
#include <filesystem>

using annotations::MeasurementReport;

namespace {

/// A SEG on a picture and the report on it.
struct Written
{
    imaging::Volume picture;
    annotations::SegObject seg;
    MeasurementReport report;
};

annotations::LabelTable labels()
{
    annotations::LabelOrigin origin{"one nodule, left lower lung", "left, lower", "lvit default", "1.2", "0123456789ab",
        0.35, "anna", true};
    annotations::Label first = fixtures::numbered(4, "Knötchen");
    first.algorithm = annotations::AlgorithmType::SemiAutomatic;
    first.algorithmName = annotations::algorithmText(origin);
    first.description = annotations::originText(origin);
    first.region = {"39607008", "SCT", "Lung"};
    first.laterality = {"7771000", "SCT", "Left"};
    annotations::Label second = fixtures::numbered(9, "by hand");
    second.region = {};
    return {first, second};
}

Written write(const imaging::Volume& picture, const std::filesystem::path& seg, const std::filesystem::path& path)
{
    std::vector<std::uint16_t> voxels(picture.grid().voxels());
    for (std::size_t i = 0; i < voxels.size() / 2; ++i)
        voxels[i] = i % 5 == 0 ? 4 : 9;
    const annotations::LabelMap map(picture.grid(), voxels);
    annotations::writeSeg(seg, picture, map, labels(), {});
    auto object = annotations::readSeg(seg);
    auto report = annotations::reportOn(object);
    const std::uint16_t values[]{4, 9};
    const auto measured = annotations::measureSegments(map, picture, values);
    for (std::size_t i = 0; i < 2; ++i) {
        report.segments[i].measures = measured.segments[i];
        report.segments[i].measures.value = static_cast<std::uint16_t>(report.segments[i].number);
    }
    report.unit = measured.unit;
    report.noVolume = measured.noVolume;
    report.text = "Ein Knoten links.\nKein Erguß: ängstlich.";
    report.observer = "Reader^Anna";
    report.segments[0].changedShare = 1.0 / 3;
    report.sopInstanceUid = annotations::writeReport(path, picture, object, report);
    return {imaging::Volume(picture.grid(), picture.type(), 1,
                std::vector<std::byte>(picture.bytes().begin(), picture.bytes().end()), picture.info()),
        std::move(object), std::move(report)};
}

imaging::Volume ct()
{
    const auto series = fixtures::ct(24, 19, 5);
    std::vector<std::byte> values(series.grid().voxels());
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<std::byte>(i % 251);
    return imaging::Volume(series.grid(), series.type(), 1, std::move(values), series.info());
}

} // namespace

/// Measurement reports: written, read back, and read by others.
class TestMeasurementReport : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    std::filesystem::path file(const char* name) const { return m_folder.filePath(name).toStdString(); }

    Written writeCt() const { return write(ct(), file("ct-seg.dcm"), file("ct-sr.dcm")); }
    Written writeXray() const { return write(fixtures::xray(37, 23), file("cr-seg.dcm"), file("cr-sr.dcm")); }

    static void compare(const MeasurementReport& read, const MeasurementReport& written)
    {
        QCOMPARE(read.sopInstanceUid, written.sopInstanceUid);
        QCOMPARE(read.segSopInstanceUid, written.segSopInstanceUid);
        QCOMPARE(read.segSeriesUid, written.segSeriesUid);
        QCOMPARE(read.sourceSeriesUid, written.sourceSeriesUid);
        QCOMPARE(read.observer, written.observer);
        QCOMPARE(read.text, written.text);
        QCOMPARE(read.unit, written.unit);
        QCOMPARE(read.noVolume, written.noVolume);
        QCOMPARE(read.segments.size(), written.segments.size());
        for (std::size_t i = 0; i < read.segments.size(); ++i)
            {
            QCOMPARE(read.segments[i].number, written.segments[i].number);
            QVERIFY(read.segments[i].measures == written.segments[i].measures);
            QVERIFY(read.segments[i] == written.segments[i]);
        }
    }

private Q_SLOTS:
    void a_report_comes_back_the_same()
    {
        const auto written = writeCt();
        QVERIFY(written.report.segments[0].measures.millilitres);
        QCOMPARE(written.report.segments[0].origins.size(), std::size_t(1));
        QVERIFY(annotations::isMeasurementReport(file("ct-sr.dcm")));
        QVERIFY(!annotations::isMeasurementReport(file("ct-seg.dcm")));
        const auto read = annotations::readMeasurementReport(file("ct-sr.dcm"));
        compare(read, written.report);
        QCOMPARE(read.study.patientName, written.picture.info().study.patientName);
        QCOMPARE(read.study.studyInstanceUid, written.picture.info().study.studyInstanceUid);
        QVERIFY(read.study.seriesInstanceUid != written.report.segSeriesUid);
    }

    void a_report_on_an_xray_comes_back_the_same()
    {
        const auto written = writeXray();
        QVERIFY(!written.report.noVolume.empty());
        compare(annotations::readMeasurementReport(file("cr-sr.dcm")), written.report);
    }

    void an_empty_segment_says_so()
    {
        const auto written = writeCt();
        auto report = written.report;
        report.segments[1].measures = {};
        report.segments[1].measures.value = 2;
        annotations::writeReport(file("empty.dcm"), written.picture, written.seg, report);
        const auto read = annotations::readMeasurementReport(file("empty.dcm"));
        QVERIFY(read.segments[1].measures.empty());
        QVERIFY(read.segments[1] == report.segments[1]);
    }

    void a_segment_that_the_seg_lacks_is_refused()
    {
        const auto written = writeCt();
        auto report = written.report;
        report.segments[0].number = 77;
        QVERIFY_EXCEPTION_THROWN(
            annotations::writeReport(file("lacks.dcm"), written.picture, written.seg, report), imaging::Error);
        QVERIFY(!std::filesystem::exists(file("lacks.dcm")));
    }

    void dciodvfy_finds_no_error_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("CT") << "ct-sr.dcm";
        QTest::newRow("X-ray") << "cr-sr.dcm";
    }

    void dciodvfy_finds_no_error()
    {
        QFETCH(QString, name);
        const QString dciodvfy = QStandardPaths::findExecutable("dciodvfy");
        if (dciodvfy.isEmpty())
            QSKIP("dciodvfy (dicom3tools) is not installed.");
        writeCt();
        writeXray();
        QProcess process;
        process.start(dciodvfy, {m_folder.filePath(name)});
        QVERIFY(process.waitForFinished(60000));
        const QString findings = QString::fromUtf8(process.readAllStandardError());
        QVERIFY2(findings.contains("EnhancedSR"), qPrintable(findings));
        QVERIFY2(!findings.contains("Error"), qPrintable(findings));
    }

    void dsrdump_reads_the_content_data() { dciodvfy_finds_no_error_data(); }

    void dsrdump_reads_the_content()
    {
        QFETCH(QString, name);
        const QString dsrdump = QStandardPaths::findExecutable("dsrdump");
        if (dsrdump.isEmpty())
            QSKIP("dsrdump (DCMTK) is not installed.");
        writeCt();
        writeXray();
        QProcess process;
        process.start(dsrdump, {"+Pn", "+Pu", m_folder.filePath(name)});
        QVERIFY(process.waitForFinished(60000));
        const QString text = QString::fromUtf8(process.readAllStandardOutput());
        QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
        QVERIFY2(text.contains("Imaging Measurement Report") && text.contains("one nodule, left lower lung"),
            qPrintable(text));
    }

    void highdicom_reads_the_same_measurements_data() { dciodvfy_finds_no_error_data(); }

    void highdicom_reads_the_same_measurements()
    {
        QFETCH(QString, name);
        if (QProcess::execute(qEnvironmentVariable("LIMN_PYTHON"), {"-c", "import highdicom"}) != 0)
            QSKIP("highdicom is not installed in the private environment.");
        const bool isCt = name.startsWith("ct");
        const auto ctReport = writeCt().report;
        const auto report = isCt ? ctReport : writeXray().report;
        QProcess process;
        process.start(qEnvironmentVariable("LIMN_PYTHON"),
            {"tests/support/seg_readers/read_report.py", m_folder.filePath(name)});
        QVERIFY2(process.waitForFinished(120000), qPrintable(process.errorString()));
        QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
        const auto found = QJsonDocument::fromJson(process.readAllStandardOutput()).object();
        QCOMPARE(found["modality"].toString(), QString("SR"));
        QCOMPARE(found["evaluations"]["report-text"].toString().toStdString(), report.text);
        const auto groups = found["groups"].toArray();
        QCOMPARE(groups.size(), 2);
        for (int i = 0; i < 2; ++i) {
            const auto group = groups[i].toObject();
            const auto& segment = report.segments[static_cast<std::size_t>(i)];
            QCOMPARE(group["tracking_id"].toString().toStdString(), segment.trackingId);
            QCOMPARE(group["tracking_uid"].toString().toStdString(), segment.trackingUid);
            QCOMPARE(group["finding"].toString().toStdString(), segment.finding.value);
            QCOMPARE(group["site"].toString().toStdString(), segment.region.value);
            QCOMPARE(group["laterality"].toString().toStdString(), segment.laterality.value);
            QCOMPARE(group["segment"].toInt(), segment.number);
            std::map<std::string, double> values;
            for (const QJsonValue item : group["measurements"].toArray())
                values[(item["name"].toString() + item["derivation"].toString()).toStdString()] =
                    item["value"].toDouble();
            const auto& measures = segment.measures;
            QCOMPARE(values.at("voxels"), double(measures.voxels));
            if (measures.millilitres)
                QCOMPARE(values.at("118565006"), *measures.millilitres);
            QCOMPARE(values.at((isCt ? "112031" : "pixel-value") + std::string("373098007")), measures.values->mean);
            QCOMPARE(values.at((isCt ? "112031" : "pixel-value") + std::string("386136009")), measures.values->deviation);
        }
    }

    void hostile_files_are_refused_with_a_sentence()
    {
        writeCt();
        for (const auto& path : fixtures::hostileFiles(
                 m_folder.path().toStdString(), "1.2.840.10008.5.1.4.1.1.88.22", 0x0040A730, file("ct-sr.dcm")))
            QVERIFY_EXCEPTION_THROWN(annotations::readMeasurementReport(path), imaging::Error);
        QVERIFY_EXCEPTION_THROWN(annotations::readMeasurementReport(file("ct-seg.dcm")), imaging::Error);
    }

    void reports_of_others_are_read_or_refused()
    {
        const QDir data(qEnvironmentVariable("LIMN_TEST_DATA"));
        if (!data.exists("sr/dcmqi-sr.dcm"))
            QSKIP("LIMN_TEST_DATA has no reports.");
        const auto report = annotations::readMeasurementReport(data.filePath("sr/dcmqi-sr.dcm").toStdString());
        QVERIFY(!report.segments.empty());
        QVERIFY(!report.segSopInstanceUid.empty());
        QCOMPARE(report.segments.front().number, 1);
        for (const char* other : {"hostile/pyd_test-SR.dcm", "hostile/pyd_reportsi.dcm"})
            QVERIFY_EXCEPTION_THROWN(
                annotations::readMeasurementReport(data.filePath(other).toStdString()), imaging::Error);
    }
};

QTEST_GUILESS_MAIN(TestMeasurementReport)
#include "tst_measurement_report.moc"
