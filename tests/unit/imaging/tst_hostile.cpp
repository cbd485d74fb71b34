#include "imaging/dicom/prescan.h"
#include "imaging/dicom/scan.h"
#include "imaging/dicom/series.h"
#include "imaging/error.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QtTest>

#include <cmath>

#include <sys/resource.h>

namespace {

/// What reading one file gave.
struct Outcome
{
    bool read = false;
    imaging::VoxelStatistics voxels;
    std::size_t count = 0;
    QStringList refusals;
    bool listed = false;
};

Outcome openFile(const QString& path)
{
    Outcome outcome;
    const auto found = imaging::scanPath(path.toStdString(), {}, {});
    for (const auto& refused : found.refused)
        outcome.refusals << QString::fromStdString(refused.reason);
    for (const auto& series : found.series) {
        outcome.listed = true;
        if (series.slices == 0)
            continue;
        try {
            const auto volume = imaging::readVolume(series, {}, {}).volume;
            outcome.voxels = imaging::statistics(*volume);
            outcome.count = volume->bytes().size() / imaging::bytesOf(volume->type());
            outcome.read = true;
        } catch (const imaging::Error& error) {
            outcome.refusals << QString::fromUtf8(error.what());
        }
    }
    return outcome;
}

QStringList filesIn(const QString& folder)
{
    QStringList paths;
    const QDir dir(qEnvironmentVariable("LIMN_TEST_DATA") + "/" + folder);
    for (const QFileInfo& info : dir.entryInfoList({"*.dcm"}, QDir::Files, QDir::Name))
        paths << info.filePath();
    return paths;
}

qint64 peakMemoryMb()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

/// Processor time of all threads: unlike the clock's it does not grow when other programs are busy.
qint64 processorMs()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec;
    return seconds * 1000 + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

constexpr qint64 kHangMs = 60'000;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kSlowdown = 10; // Sanitizers cost time and memory; the limits are for real builds.
#else
constexpr int kSlowdown = 1;
#endif

} // namespace

class TestHostile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (filesIn("hostile").isEmpty())
            QSKIP("the hostile files are not on this machine (LIMN_TEST_DATA)");
    }

    void every_file_is_read_or_refused_in_a_sentence_and_in_time_data()
    {
        QTest::addColumn<QString>("path");
        for (const QString& path : filesIn("hostile"))
            QTest::newRow(qPrintable(QFileInfo(path).fileName())) << path;
    }

    void every_file_is_read_or_refused_in_a_sentence_and_in_time()
    {
        QFETCH(QString, path);
        QElapsedTimer timer;
        timer.start();
        const qint64 before = processorMs();
        const Outcome outcome = openFile(path);
        const qint64 used = processorMs() - before;
        QVERIFY2(used < 2000 * kSlowdown, qPrintable(QString("%1 ms").arg(used)));
        QVERIFY2(timer.elapsed() < kHangMs, qPrintable(QString("%1 ms").arg(timer.elapsed())));
        QVERIFY2(peakMemoryMb() < 1024 * kSlowdown, qPrintable(QString("%1 MB").arg(peakMemoryMb())));
        QVERIFY(outcome.read || outcome.listed || !outcome.refusals.isEmpty());
        for (const QString& refusal : outcome.refusals)
            QVERIFY2(refusal.contains(QFileInfo(path).fileName()) && refusal.endsWith('.'), qPrintable(refusal));
    }

    void the_whole_folder_is_scanned_at_once()
    {
        const qint64 before = processorMs();
        const auto found = imaging::scanPath(QFileInfo(filesIn("hostile").front()).path().toStdString(), {}, {});
        QVERIFY(processorMs() - before < 2000 * kSlowdown);
        QVERIFY(found.series.size() > 50);
        QVERIFY(found.refused.size() > 10);
    }

    void vetting_for_libraries_survives_every_file()
    {
        for (const QString& path : filesIn("hostile")) {
            try {
                imaging::prescanFile(path.toStdString(), imaging::PrescanExtent::WholeFile);
            } catch (const imaging::Error& error) {
                QVERIFY(QString(error.what()).contains(QFileInfo(path).fileName()));
            }
        }
    }

    void voxels_equal_pydicoms_data()
    {
        QTest::addColumn<QStringList>("files");
        QTest::addColumn<int>("atLeast");
        QTest::newRow("our data") << filesIn("hostile") + filesIn("cxr") + filesIn("ct-geometry-ge").mid(0, 3) << 70;
        QTest::newRow("files of the packages pydicom and pydicom-data") << filesOfPackages() << 120;
    }

    void voxels_equal_pydicoms()
    {
        QFETCH(QStringList, files);
        QFETCH(int, atLeast);
        const QString python = qEnvironmentVariable("LIMN_PYTHON");
        QProcess probe;
        probe.start(python, {"-c", "import pydicom, numpy, pylibjpeg"});
        if (python.isEmpty() || !probe.waitForFinished(60000) || probe.exitCode() != 0)
            QSKIP("no Python with pydicom and pylibjpeg (LIMN_PYTHON)");
        if (files.isEmpty())
            QSKIP("no package pydicom-data beside pydicom (LIMN_PYTHON)");
        QProcess peer;
        peer.setProcessChannelMode(QProcess::SeparateChannels);
        peer.start(python, QStringList{QFINDTESTDATA("../../support/pixel_statistics.py")} + files);
        QVERIFY(peer.waitForFinished(300'000));
        const auto expected = QJsonDocument::fromJson(peer.readAllStandardOutput()).object();
        QCOMPARE(expected.size(), files.size());
        int compared = 0;
        for (const QString& path : files) {
            const auto entry = expected[path].toObject();
            if (entry.contains("error"))
                continue;
            compare(path, entry);
            ++compared;
        }
        QVERIFY2(compared > atLeast, qPrintable(QString::number(compared)));
    }

private:
    /// What pydicom's own tests are made of: multi-frame, colour, palettes, all codecs.
    static QStringList filesOfPackages()
    {
        QProcess list;
        list.start(qEnvironmentVariable("LIMN_PYTHON"),
            {"-c",
                "import pathlib, pydicom.data, data_store\n"
                "for package, sub in ((pydicom.data, 'test_files'), (data_store, 'data')):\n"
                "  for file in sorted((pathlib.Path(package.__file__).parent / sub).glob('*.dcm')): print(file)"});
        if (!list.waitForFinished(60000) || list.exitCode() != 0)
            return {};
        QStringList files;
        for (const QString& path : QString::fromUtf8(list.readAllStandardOutput()).split('\n', Qt::SkipEmptyParts))
            // pydicom does not apply the rescaling of functional groups.
            if (!path.endsWith("eCT_Supplemental.dcm"))
                files << path;
        return files;
    }

    /// Lossless pictures must agree exactly, lossy ones to a twentieth of a grey level on average.
    static void compare(const QString& path, const QJsonObject& entry)
    {
        const Outcome outcome = openFile(path);
        const QByteArray name = QFileInfo(path).fileName().toUtf8();
        QVERIFY2(outcome.read, name);
        QVERIFY2(static_cast<double>(outcome.count) == entry["count"].toDouble(), name);
        const bool lossy = entry["lossy"].toBool();
        const double allowed = lossy ? 2 : 1e-6 * std::max(1.0, std::abs(entry["maximum"].toDouble()));
        QVERIFY2(std::abs(outcome.voxels.minimum - entry["minimum"].toDouble()) <= allowed, name);
        QVERIFY2(std::abs(outcome.voxels.maximum - entry["maximum"].toDouble()) <= allowed, name);
        const double sum = entry["sum"].toDouble();
        const double difference = std::abs(outcome.voxels.sum - sum);
        QVERIFY2(difference <= (lossy ? 0.05 * static_cast<double>(outcome.count) : 1e-8 * std::abs(sum)), name);
    }
};

QTEST_GUILESS_MAIN(TestHostile)
#include "tst_hostile.moc"
