#include "imaging/dicom/pixels.h"
#include "imaging/error.h"

#include <QtTest>

#include <algorithm>
#include <cstring>

using imaging::PixelLayout;
using Bytes = std::vector<std::byte>;

namespace {

/// Decoders of lossy JPEG round differently. Everything else must be equal, lossy JPEG 2000 too.
struct Tolerance
{
    double most = 0;
    double mean = 0;
};

Tolerance toleranceFor(const PixelLayout& layout)
{
    const QByteArray syntax = QByteArray::fromStdString(layout.transferSyntaxUid);
    if (syntax.endsWith(".4.50") || syntax.endsWith(".4.51"))
        return {2, 0.05};
    if (layout.photometric.rfind("YBR_FULL", 0) == 0)
        return {1, 0.05};
    return {};
}

Bytes readFile(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray content = file.readAll();
    const auto* begin = reinterpret_cast<const std::byte*>(content.constData());
    return Bytes(begin, begin + content.size());
}

PixelLayout layoutOf(const QJsonObject& entry)
{
    PixelLayout layout;
    layout.columns = entry["columns"].toInt();
    layout.rows = entry["rows"].toInt();
    layout.samplesPerPixel = entry["samplesPerPixel"].toInt();
    layout.bitsAllocated = entry["bitsAllocated"].toInt();
    layout.bitsStored = entry["bitsStored"].toInt();
    layout.highBit = entry["highBit"].toInt();
    layout.isSigned = entry["isSigned"].toBool();
    layout.isFloat = entry["isFloat"].toBool();
    layout.photometric = entry["photometric"].toString().toStdString();
    layout.planarConfiguration = entry["planarConfiguration"].toInt();
    layout.frames = entry["frames"].toInt();
    layout.transferSyntaxUid = entry["transferSyntaxUid"].toString().toStdString();
    layout.storedAsWords = entry["storedAsWords"].toBool();
    return layout;
}

double sampleAt(const Bytes& bytes, std::size_t index, std::size_t size, bool isSigned)
{
    std::uint64_t value = 0;
    std::memcpy(&value, &bytes[index * size], size);
    if (!isSigned)
        return static_cast<double>(value);
    const int shift = static_cast<int>(64 - 8 * size);
    return static_cast<double>(static_cast<std::int64_t>(value << shift) >> shift);
}

struct Difference
{
    double most = 0;
    double mean = 0;
};

/// The peers use containers that fit the stream's precision, so sizes may differ.
Difference compare(const Bytes& ours, std::size_t ourSize, const Bytes& theirs, std::size_t theirSize, bool isSigned)
{
    Difference result;
    const std::size_t count = ours.size() / ourSize;
    for (std::size_t i = 0; i < count; ++i) {
        const double d = std::abs(sampleAt(ours, i, ourSize, isSigned) - sampleAt(theirs, i, theirSize, isSigned));
        result.most = std::max(result.most, d);
        result.mean += d;
    }
    result.mean /= static_cast<double>(std::max<std::size_t>(count, 1));
    return result;
}

} // namespace

/// Our samples against pydicom's (GDCM's where pydicom cannot read a file) for all real data at hand.
class CodecsPeersTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void samples_equal_those_of_other_readers_data();
    void samples_equal_those_of_other_readers();

private:
    QStringList chooseFiles() const;

    QTemporaryDir m_folder;
    QJsonArray m_entries;
};

QStringList CodecsPeersTest::chooseFiles() const
{
    const QString root = qEnvironmentVariable("LIMN_TEST_DATA");
    QStringList files;
    // All odd files, and some of each regular series.
    for (const auto& [folder, most] : {std::pair{"hostile", 1000}, {"cxr", 10}, {"seg", 100}, {"seg/23x38x3", 3},
             {"seg/24x38x3", 3}, {"ct-j2k", 3}, {"ct-thorax", 3}, {"ct-geometry-ge", 2}, {"ct-tiny", 2}}) {
        const QDir dir(root + "/" + folder);
        for (const QString& name : dir.entryList({"*.dcm"}, QDir::Files, QDir::Name).mid(0, most))
            if (!name.contains("oob-monochrome") && !name.contains("Deeply-Nested"))
                files << dir.filePath(name);
    }
    return files;
}

void CodecsPeersTest::initTestCase()
{
    const QString python = qEnvironmentVariable("LIMN_PYTHON");
    const QStringList files = chooseFiles();
    if (files.isEmpty())
        QSKIP("No real data: LIMN_TEST_DATA names no folder with DICOM files.");
    QProcess check;
    check.start(python, {"-c", "import pydicom.pixels, libjpeg, openjpeg, gdcm, numpy"});
    if (!check.waitForFinished(60000) || check.exitCode() != 0)
        QSKIP("No peers: LIMN_PYTHON lacks pydicom 3, pylibjpeg-libjpeg, pylibjpeg-openjpeg or python-gdcm.");
    QProcess dump;
    dump.start(python, QStringList{"tests/support/dump_pixels.py", m_folder.path()} + files);
    QVERIFY(dump.waitForFinished(300000));
    QCOMPARE(dump.exitCode(), 0);
    QFile index(m_folder.filePath("index.json"));
    QVERIFY(index.open(QIODevice::ReadOnly));
    m_entries = QJsonDocument::fromJson(index.readAll()).array();
    QVERIFY(!m_entries.isEmpty());
}

void CodecsPeersTest::samples_equal_those_of_other_readers_data()
{
    QTest::addColumn<QJsonObject>("entry");
    for (const QJsonValue& value : m_entries) {
        const QJsonObject entry = value.toObject();
        if (entry.contains("tool"))
            QTest::newRow(qPrintable(QFileInfo(entry["path"].toString()).fileName())) << entry;
    }
}

void CodecsPeersTest::samples_equal_those_of_other_readers()
{
    QFETCH(QJsonObject, entry);
    const PixelLayout layout = layoutOf(entry);
    const QString stem = m_folder.filePath(QString::number(entry["number"].toInt()));
    const Bytes value = readFile(stem + ".value");
    const Bytes theirs = readFile(stem + ".expected");
    Bytes ours;
    try {
        for (const auto& frame : imaging::splitFrames(layout, value, {}, entry["path"].toString().toStdString())) {
            Bytes samples(imaging::decodedFrameBytes(layout));
            imaging::decodeFrame(layout, frame, samples, "picture");
            ours.insert(ours.end(), samples.begin(), samples.end());
        }
    } catch (const imaging::Error& error) {
        QFAIL(error.what());
    }
    const auto size = static_cast<std::size_t>(imaging::decodedSampleBytes(layout));
    const std::size_t count = ours.size() / size;
    QVERIFY2(theirs.size() % count == 0, qPrintable(QString("%1 samples, %2 bytes").arg(count).arg(theirs.size())));
    if (layout.isFloat) {
        QCOMPARE(ours, theirs);
        return;
    }
    const Difference difference = compare(ours, size, theirs, theirs.size() / count, layout.isSigned);
    const Tolerance tolerance = toleranceFor(layout);
    QVERIFY2(difference.most <= tolerance.most && difference.mean <= tolerance.mean,
        qPrintable(QString("largest difference %1, mean %2").arg(difference.most).arg(difference.mean)));
    if (difference.most > 0)
        qInfo("lossy: largest difference %g, mean %g", difference.most, difference.mean);
}

QTEST_GUILESS_MAIN(CodecsPeersTest)
#include "tst_codecs_peers.moc"
