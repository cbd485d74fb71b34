#include "annotations/seg/writer.h"
#include "seg_files.h"

#include <QtTest>

#include <cmath>
#include <filesystem>
#include <map>
#include <numbers>
#include <random>

using annotations::Label;
using annotations::SegFrame;
using annotations::SegObject;
using annotations::SegType;

namespace {

/// Segment and source slice -> SHA-1 of the plane's bytes (0 and 1, or 0..255).
using Planes = std::map<std::pair<int, int>, QByteArray>;

QByteArray sha1(const std::vector<std::uint8_t>& bytes)
{
    return QCryptographicHash::hash(
        QByteArrayView(reinterpret_cast<const char*>(bytes.data()), qsizetype(bytes.size())), QCryptographicHash::Sha1)
        .toHex();
}

enum class Source { Ct, Xray, Oblique, Enhanced, NotSquare, Reversed };

struct Case
{
    const char* name;
    Source source;
    int columns;
    int rows;
    int slices;
    SegType type;
    int segments = 3;
};

constexpr double kTurnedDegrees = 25;

constexpr Case kCases[] = {
    {"CT 37x41x12", Source::Ct, 37, 41, 12, SegType::Binary},
    {"CT 40x41x12", Source::Ct, 40, 41, 12, SegType::Binary},
    {"CT 510x510", Source::Ct, 510, 510, 3, SegType::Binary},
    {"CT 512x512", Source::Ct, 512, 512, 2, SegType::Binary},
    {"CT of one slice", Source::Ct, 48, 41, 1, SegType::Binary, 1},
    {"CT with 60 segments", Source::Ct, 24, 17, 3, SegType::Binary, 60},
    {"oblique CT", Source::Oblique, 40, 37, 5, SegType::Binary},
    {"CT with pixels that are not square", Source::NotSquare, 40, 37, 5, SegType::Binary},
    {"CT with slices in reverse", Source::Reversed, 40, 37, 5, SegType::Binary},
    {"enhanced CT", Source::Enhanced, 40, 37, 5, SegType::Binary},
    {"X-ray 1955x1841", Source::Xray, 1955, 1841, 1, SegType::Binary},
    {"CT probabilities", Source::Ct, 37, 41, 5, SegType::FractionalProbability, 1},
    {"X-ray probabilities", Source::Xray, 93, 71, 1, SegType::FractionalProbability, 1},
};

/// As ct(), but with these distances of columns and rows, and slices from head to feet where `direction` is -1.
imaging::Volume otherGrid(const Case& c, double columnMm, double rowMm, double direction)
{
    auto grid = fixtures::ct(c.columns, c.rows, c.slices).grid();
    grid.spacingMm = {columnMm, rowMm, grid.spacingMm[2]};
    grid.axes[2] = {0, 0, direction};
    return fixtures::ctOn(grid);
}

imaging::Volume sourceOf(const Case& c)
{
    switch (c.source) {
    case Source::NotSquare:
        return otherGrid(c, 0.4, 1.3, 1);
    case Source::Reversed:
        return otherGrid(c, 0.7, 0.7, -1);
    case Source::Xray:
        return fixtures::xray(c.columns, c.rows);
    case Source::Enhanced:
        return fixtures::enhancedCt(c.columns, c.rows, c.slices);
    case Source::Oblique:
        return fixtures::ct(c.columns, c.rows, c.slices, kTurnedDegrees);
    case Source::Ct:
        break;
    }
    return fixtures::ct(c.columns, c.rows, c.slices);
}

/// Random segments that overlap; the second has empty frames, and segment 3 lies on the last slice alone.
SegObject randomObject(const Case& c)
{
    SegObject object(c.type, c.columns, c.rows);
    const annotations::LabelTable table = annotations::defaultLabels();
    for (int i = 0; i < c.segments; ++i) {
        Label label = table[static_cast<std::size_t>(i) % table.size()];
        label.name += " " + std::to_string(i + 1);
        if (i == 1) {
            label.algorithm = annotations::AlgorithmType::Automatic;
            label.algorithmName = "lvit-default";
            label.laterality = {"7771000", "SCT", "Left"};
            label.description = "ein Größe-Text; prompt: lower left lung";
        }
        object.segments.push_back(std::move(label));
    }
    std::mt19937 random(5);
    std::vector<std::uint8_t> values(object.framePixels());
    for (int segment = 1; segment <= c.segments; ++segment) {
        for (int slice = 0; slice < c.slices; ++slice) {
            if ((segment == 2 && slice % 2 == 1) || (segment == 3 && slice + 1 < c.slices))
                continue;
            for (auto& value : values)
                value = static_cast<std::uint8_t>(c.type == SegType::Binary ? random() % 3 == 0 : random());
            SegFrame frame;
            frame.segment = segment;
            frame.slice = slice;
            object.addFrame(frame, values);
        }
    }
    return object;
}

/// dcmqi's DCMTK takes wrong bits from the third frame on where columns x rows is no multiple of 8: it
/// is asked about the other sizes and an X-ray's single planes only. It reads no fractional segmentations here.
enum class Readers { Correct, Dcmqi };

} // namespace

/// What other programs read from our SEG: validators, and readers of other projects.
class TestSegReaders : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::map<QString, Planes> m_expected;
    bool m_hasPydicom = false;
    bool m_hasHighdicom = false;

    QString path(const Case& c) const { return m_folder.filePath(QString(c.name).replace(' ', '_') + ".dcm"); }

    void addRows(Readers readers = Readers::Correct)
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<double>("zStep");
        for (const Case& c : kCases) {
            const double turned = c.source == Source::Oblique ? kTurnedDegrees * std::numbers::pi / 180 : 0;
            const bool wholeBytes = c.columns * c.rows % 8 == 0 || c.source == Source::Xray;
            if (readers == Readers::Correct || (c.type == SegType::Binary && wholeBytes))
                QTest::newRow(c.name) << path(c)
                                      << (c.source == Source::Xray          ? 0.0
                                             : c.source == Source::Reversed ? -2.5
                                                                            : 2.5 * std::cos(turned));
        }
    }

    /// What a reader printed: by slice, found through its position or the source's UID.
    static Planes planesOf(const QByteArray& json, double zStep)
    {
        Planes planes;
        // dcmqi writes its log to the same stream: the answer is the last line.
        const QJsonArray entries = QJsonDocument::fromJson(json.trimmed().split('\n').last()).array();
        for (const QJsonValue& entry : entries) {
            const QString source = entry["source"].toString();
            int slice = 0;
            if (entry["frame"].toInt() > 0)
                slice = entry["frame"].toInt() - 1;
            else if (!source.isEmpty())
                slice = source == fixtures::kXraySop ? 0 : source.section('.', -1).toInt() - 1;
            else if (zStep != 0)
                slice = int(std::lround((entry["z"].toDouble() + 20) / zStep));
            planes[{entry["segment"].toInt(), slice}] = entry["sha1"].toString().toLatin1();
        }
        return planes;
    }

    void compareWith(const QString& program, const QStringList& arguments)
    {
        QFETCH(QString, file);
        QFETCH(double, zStep);
        QProcess process;
        process.start(program, arguments + QStringList(file));
        QVERIFY2(process.waitForFinished(120000), qPrintable(process.errorString()));
        QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
        const Planes planes = planesOf(process.readAllStandardOutput(), zStep);
        QCOMPARE(planes.size(), m_expected.at(file).size());
        QVERIFY(planes == m_expected.at(file));
    }

    static bool pythonHas(const QString& module)
    {
        return QFile::exists(qEnvironmentVariable("LIMN_PYTHON"))
            && QProcess::execute(qEnvironmentVariable("LIMN_PYTHON"), {"-c", "import " + module}) == 0;
    }

    /// Packages for tests only lie beside the private Python environment: build/venv and build/node.
    static QString nodeModules()
    {
        return QFileInfo(qEnvironmentVariable("LIMN_PYTHON")).dir().filePath("../../node/node_modules");
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_hasPydicom = pythonHas("pydicom");
        m_hasHighdicom = pythonHas("highdicom");
        for (const Case& c : kCases) {
            const imaging::Volume source = sourceOf(c);
            const SegObject object = randomObject(c);
            annotations::SegWriteOptions options;
            options.contentCreator = "Limn^Test";
            options.provenance = {"lower left lung", "lvit-default", "1.0", "ab12", 0.5, "Tester"};
            annotations::writeSeg(path(c).toStdString(), source, object, options);
            Planes& planes = m_expected[path(c)];
            for (std::size_t i = 0; i < object.frames().size(); ++i)
                planes[{object.frames()[i].segment, object.frames()[i].slice}] = sha1(object.frame(i));
        }
    }

    void dciodvfy_finds_no_error_data() { addRows(); }

    void dciodvfy_finds_no_error()
    {
        QFETCH(QString, file);
        const QString dciodvfy = QStandardPaths::findExecutable("dciodvfy");
        if (dciodvfy.isEmpty())
            QSKIP("dciodvfy (dicom3tools) is not installed.");
        QProcess process;
        process.start(dciodvfy, {file});
        QVERIFY(process.waitForFinished(60000));
        const QString findings = QString::fromUtf8(process.readAllStandardError());
        QVERIFY(findings.contains("Segmentation")); // The name of the IOD it was checked as.
        QStringList errors;
        for (const QString& line : findings.split('\n')) {
            if (line.startsWith("Error"))
                errors.append(line);
        }
        QVERIFY2(errors.isEmpty(), qPrintable(errors.join('\n')));
    }

    void pydicom_reads_the_same_voxels_data() { addRows(); }

    void pydicom_reads_the_same_voxels()
    {
        if (!m_hasPydicom)
            QSKIP("pydicom is not installed in the private environment.");
        compareWith(qEnvironmentVariable("LIMN_PYTHON"), {"tests/support/seg_readers/read_pydicom.py"});
    }

    void highdicom_reads_the_same_voxels_data() { addRows(); }

    void highdicom_reads_the_same_voxels()
    {
        if (!m_hasHighdicom)
            QSKIP("highdicom is not installed in the private environment.");
        compareWith(qEnvironmentVariable("LIMN_PYTHON"), {"tests/support/seg_readers/read_highdicom.py"});
    }

    void dcmqi_reads_the_same_voxels_data() { addRows(Readers::Dcmqi); }

    void dcmqi_reads_the_same_voxels()
    {
        const QString node = QStandardPaths::findExecutable("node");
        if (node.isEmpty() || !QFile::exists(nodeModules() + "/@itk-wasm/dicom"))
            QSKIP("node or the npm package @itk-wasm/dicom (dcmqi) is not installed.");
        compareWith(node, {"tests/support/seg_readers/read_dcmqi.mjs", nodeModules()});
    }
};

QTEST_GUILESS_MAIN(TestSegReaders)
#include "tst_seg_readers.moc"
