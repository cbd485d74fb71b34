#include "annotations/mask_edit.h"
#include "annotations/seg/reader.h"
#include "annotations/seg/writer.h"
#include "imaging/error.h"
#include "source_volumes.h"

#include <QtTest>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <rapidcheck.h>

#include <algorithm>
#include <filesystem>
#include <random>

using annotations::Label;
using annotations::LabelMap;
using annotations::SegFrame;
using annotations::SegObject;
using annotations::SegType;

namespace {

Label label(std::uint16_t value, const std::string& name)
{
    Label l = annotations::defaultLabels().front();
    l.value = value;
    l.name = name;
    return l;
}

/// Random voxels of the values 0..labels, some slices empty.
LabelMap noise(const imaging::VoxelGrid& grid, int labels, unsigned seed)
{
    std::mt19937 random(seed);
    std::vector<std::uint16_t> voxels(grid.voxels());
    for (std::size_t i = 0; i < voxels.size(); ++i) {
        const bool emptySlice = grid.slices > 2 && (i / grid.sliceVoxels()) % 3 == 1;
        voxels[i] =
            emptySlice ? std::uint16_t{0} : static_cast<std::uint16_t>(random() % static_cast<unsigned>(labels + 1));
    }
    voxels.back() = 1;
    return LabelMap(grid, std::move(voxels));
}

std::vector<Label> labelsTo(int count)
{
    std::vector<Label> labels;
    for (int i = 1; i <= count; ++i)
        labels.push_back(label(static_cast<std::uint16_t>(i), "Label " + std::to_string(i)));
    return labels;
}

SegFrame frame(int segment, int slice)
{
    SegFrame f;
    f.segment = segment;
    f.slice = slice;
    return f;
}

QString messageOf(const std::function<void()>& call)
{
    try {
        call();
    } catch (const imaging::Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

} // namespace

class TestSeg : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    std::filesystem::path file(const char* name = "mask.dcm") const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }

    QString dataFolder() const { return qEnvironmentVariable("LIMN_TEST_DATA") + "/seg"; }

private Q_SLOTS:
    void initTestCase() { OFLog::configure(OFLogger::OFF_LOG_LEVEL); }

    void voxels_come_back_data()
    {
        QTest::addColumn<int>("columns");
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("slices");
        QTest::addColumn<int>("labels");
        QTest::newRow("37x41") << 37 << 41 << 12 << 1;
        QTest::newRow("three labels") << 37 << 41 << 5 << 3;
        QTest::newRow("many labels") << 13 << 11 << 4 << 60;
        QTest::newRow("one pixel") << 1 << 1 << 3 << 1;
        QTest::newRow("510x510") << 510 << 510 << 3 << 2;
        QTest::newRow("X-ray") << 1955 << 1841 << 1 << 2;
    }

    void voxels_come_back()
    {
        QFETCH(int, columns);
        QFETCH(int, rows);
        QFETCH(int, slices);
        QFETCH(int, labels);
        const imaging::Volume source =
            columns == 1955 ? fixtures::xray(columns, rows) : fixtures::ct(columns, rows, slices);
        const LabelMap map = noise(source.grid(), labels, 1);
        annotations::writeSeg(file(), source, map, labelsTo(labels), {});
        const SegObject object = annotations::readSeg(file());
        imaging::Warnings warnings;
        const LabelMap back = annotations::toLabelMap(object, source, warnings);
        QVERIFY(warnings.empty());
        QVERIFY(back.grid() == source.grid());
        QVERIFY(std::ranges::equal(back.voxels(), map.voxels()));
    }

    void odd_sizes_and_any_masks_come_back()
    {
        QVERIFY(rc::check([this] {
            const imaging::Volume source =
                fixtures::ct(*rc::gen::inRange(1, 20), *rc::gen::inRange(1, 20), *rc::gen::inRange(1, 6));
            const int labels = *rc::gen::inRange(1, 5);
            const LabelMap map = noise(source.grid(), labels, *rc::gen::arbitrary<unsigned>());
            std::vector<Label> table = labelsTo(labels);
            annotations::writeSeg(file(), source, map, table, {});
            imaging::Warnings warnings;
            const SegObject object = annotations::readSeg(file());
            const LabelMap back = annotations::toLabelMap(object, source, warnings);
            // Labels without voxels are left out, so values may be renumbered: compare through the names.
            for (std::size_t i = 0; i < map.voxels().size(); ++i) {
                const std::uint16_t value = back.voxels()[i];
                RC_ASSERT((value == 0) == (map.voxels()[i] == 0));
                if (value > 0)
                    RC_ASSERT(object.segments[value - 1u].name == "Label " + std::to_string(map.voxels()[i]));
            }
        }));
    }

    void overlapping_segments_survive_reading_and_writing_again()
    {
        const imaging::Volume source = fixtures::ct(37, 41, 3);
        SegObject object(SegType::Binary, 37, 41);
        object.segments = labelsTo(2);
        std::vector<std::uint8_t> first(37 * 41), second(37 * 41);
        std::fill_n(first.begin(), 500, 1);
        std::fill_n(second.begin() + 400, 500, 1);
        object.addFrame(frame(1, 0), first);
        object.addFrame(frame(2, 0), second);
        object.addFrame(frame(2, 2), first);
        QVERIFY(object.hasOverlap());
        annotations::writeSeg(file(), source, object, {});

        const SegObject read = annotations::readSeg(file());
        QVERIFY(read.hasOverlap());
        imaging::Warnings warnings;
        const LabelMap map = annotations::toLabelMap(read, source, warnings);
        QCOMPARE(warnings.size(), std::size_t{1});
        QVERIFY(QString::fromStdString(warnings[0]).contains("overlap in 100 voxels"));
        QCOMPARE(map.count(1), std::size_t{400});

        const auto onSlices = annotations::onSlicesOf(read, source, warnings);
        QVERIFY(onSlices.has_value());
        annotations::writeSeg(file("again.dcm"), source, *onSlices, {});
        const SegObject again = annotations::readSeg(file("again.dcm"));
        QCOMPARE(again.frames().size(), std::size_t{3});
        for (std::size_t i = 0; i < 3; ++i)
            QCOMPARE(again.frame(i), object.frame(i));
        QVERIFY(again.segments[1].name == "Label 2");
    }

    void probabilities_come_back_as_255ths()
    {
        const imaging::Volume source = fixtures::ct(19, 23, 3);
        std::vector<float> p(source.grid().voxels());
        for (std::size_t i = 0; i < p.size(); ++i)
            p[i] = i < 437 || i >= 874 ? static_cast<float>(i % 256) / 255 : 0.0f; // The middle slice is empty.
        p[3] = std::nanf("");
        p[4] = 7;
        const auto written = annotations::writeProbabilities(file(), source, p, label(1, "Infection"), {});
        QCOMPARE(written.frames, std::size_t{2});
        const SegObject object = annotations::readSeg(file());
        QCOMPARE(int(object.type()), int(SegType::FractionalProbability));
        QCOMPARE(object.maximumFractionalValue, 255);
        QCOMPARE(int(object.frame(0)[2]), 2);
        QCOMPARE(int(object.frame(0)[3]), 0);
        QCOMPARE(int(object.frame(0)[4]), 255);
        QCOMPARE(int(object.frame(0)[255]), 255);
        imaging::Warnings warnings;
        const LabelMap map = annotations::toLabelMap(object, source, warnings);
        QCOMPARE(map.at({128 % 19, 128 / 19, 0}), std::uint16_t{1}); // 128 of 255
        QCOMPARE(map.at({127 % 19, 127 / 19, 0}), std::uint16_t{0});
    }

    void what_a_label_means_comes_back()
    {
        Label l = annotations::defaultLabels().front();
        l.name = "Infektion öber links";
        l.laterality = {"7771000", "SCT", "Left"};
        l.algorithm = annotations::AlgorithmType::SemiAutomatic;
        l.algorithmName = "lvit-default 1.0 ab12";
        l.description = "lower left lung; threshold 0.5";
        l.trackingId = "L1";
        l.trackingUid = "1.2.3.4";
        const imaging::Volume source = fixtures::ct(16, 16, 1);
        annotations::SegWriteOptions options;
        options.provenance.prompt = "lower left lung";
        annotations::writeSeg(file(), source, noise(source.grid(), 1, 3), std::vector{l}, options);
        const SegObject object = annotations::readSeg(file());
        Label back = object.segments.at(0);
        for (std::size_t i = 0; i < 3; ++i)
            QVERIFY(std::abs(int(back.colour[i]) - int(l.colour[i])) <= 1);
        back.colour = l.colour;
        QVERIFY(back == l);
        QCOMPARE(object.study.patientName, source.info().study.patientName);
        QCOMPARE(object.study.studyInstanceUid, source.info().study.studyInstanceUid);
        QCOMPARE(object.study.frameOfReferenceUid, source.info().study.frameOfReferenceUid);
        QVERIFY(object.study.seriesInstanceUid != source.info().study.seriesInstanceUid);
        QCOMPARE(object.sourceSeriesUid, source.info().study.seriesInstanceUid);
        QVERIFY(QString::fromStdString(object.study.seriesDescription).contains("Research use only"));
    }

    void geometry_strings_are_copied_not_recomputed()
    {
        const imaging::Volume source = fixtures::ct(16, 16, 4);
        annotations::writeSeg(file(), source, noise(source.grid(), 1, 3), labelsTo(1), {});
        const SegObject object = annotations::readSeg(file());
        for (const SegFrame& f : object.frames()) {
            const auto& instance = *std::ranges::find(
                source.info().sources, f.sourceSopInstanceUid, &imaging::SourceInstance::sopInstanceUid);
            QCOMPARE(f.position, instance.imagePosition);
            QCOMPARE(f.orientation, instance.imageOrientation);
        }
        QCOMPARE(object.pixelSpacing, source.info().sources[0].pixelSpacing);
        imaging::Warnings warnings;
        QVERIFY(annotations::gridOf(object, warnings) == source.grid());
    }

    void untrusted_texts_stay_inside_their_elements()
    {
        imaging::Volume plain = fixtures::ct(8, 8, 1);
        imaging::VolumeInfo info = plain.info();
        info.study.patientName = std::string(500, 'x') + "\\";
        info.study.patientId = "a\\b\x01\xff";
        info.study.studyDate = "5 March";
        info.study.studyTime = "25:00";
        info.study.studyId = QString("ä").repeated(40).toStdString();
        info.study.bodyPart = "chest/wall, left";
        const imaging::Volume source = fixtures::volume(plain.grid(), info);
        Label l = label(1, QString("日").repeated(100).toStdString());
        l.description = std::string(5000, 'd');
        annotations::writeSeg(file(), source, noise(source.grid(), 1, 1), std::vector{l}, {});
        const SegObject object = annotations::readSeg(file());
        QCOMPARE(object.study.patientName, std::string(64, 'x'));
        QCOMPARE(object.study.patientId, std::string("a/b ?"));
        QCOMPARE(object.study.studyDate, std::string());
        QCOMPARE(QString::fromStdString(object.study.studyId), QString("ä").repeated(16));
        QCOMPARE(QString::fromStdString(object.segments[0].name), QString("日").repeated(64));
        QCOMPARE(object.segments[0].description.size(), std::size_t{1024});
    }

    void what_cannot_be_written_is_refused_with_a_sentence()
    {
        const imaging::Volume source = fixtures::ct(8, 8, 2);
        const LabelMap map = noise(source.grid(), 1, 1);
        QVERIFY(messageOf([&] {
            annotations::writeSeg(file("x.dcm"), source, LabelMap(source.grid()), labelsTo(1), {});
        }).contains("Nothing is labelled"));
        QVERIFY(messageOf([&] { annotations::writeSeg(file("x.dcm"), source, map, {}, {}); }).contains("value 1"));
        const imaging::Volume other = fixtures::ct(9, 8, 2);
        QVERIFY(
            messageOf([&] { annotations::writeSeg(file("x.dcm"), other, map, labelsTo(1), {}); }).contains("8 x 8"));
        const imaging::Volume png = fixtures::volume(source.grid(), {});
        QVERIFY(messageOf([&] {
            annotations::writeSeg(file("x.dcm"), png, map, labelsTo(1), {});
        }).contains("not read from DICOM"));
        QVERIFY(messageOf([&] {
            annotations::writeSeg("/nowhere/x.dcm", source, map, labelsTo(1), {});
        }).contains("/nowhere/x.dcm"));
        QVERIFY(QDir(m_folder.path()).entryList({"*.part", "x.dcm"}).isEmpty());
    }

    void a_segmentation_of_other_pictures_is_refused()
    {
        const imaging::Volume source = fixtures::ct(8, 8, 2);
        annotations::writeSeg(file(), source, noise(source.grid(), 1, 1), labelsTo(1), {});
        const SegObject object = annotations::readSeg(file());
        imaging::Warnings warnings;
        QVERIFY_EXCEPTION_THROWN(annotations::toLabelMap(object, fixtures::xray(8, 9), warnings), imaging::Error);
        imaging::VolumeInfo info = source.info();
        for (auto& instance : info.sources) {
            instance.sopInstanceUid += ".5";
            instance.imagePosition = "0\\0\\500";
        }
        imaging::VoxelGrid grid = source.grid();
        grid.origin = {0, 0, 500};
        QVERIFY_EXCEPTION_THROWN(
            annotations::toLabelMap(object, fixtures::volume(grid, info), warnings), imaging::Error);
    }

    void frames_are_found_by_position_when_instances_differ()
    {
        const imaging::Volume source = fixtures::ct(8, 8, 4);
        const LabelMap map = noise(source.grid(), 1, 1);
        annotations::writeSeg(file(), source, map, labelsTo(1), {});
        imaging::VolumeInfo info = source.info();
        for (auto& instance : info.sources)
            instance.sopInstanceUid += ".5";
        imaging::Warnings warnings;
        const LabelMap back =
            annotations::toLabelMap(annotations::readSeg(file()), fixtures::volume(source.grid(), info), warnings);
        QVERIFY(std::ranges::equal(back.voxels(), map.voxels()));
    }

    void summary_counts_voxels_and_volume()
    {
        const imaging::Volume source = fixtures::ct(10, 10, 4);
        LabelMap map(source.grid());
        annotations::MaskEdit edit(map);
        edit.paintRun(0, 150, 1);
        edit.paintRun(300, 10, 2);
        edit.commit("x");
        annotations::writeSeg(file(), source, map, labelsTo(2), {});
        const annotations::SegInfo info = annotations::segInfo(annotations::readSeg(file()));
        QCOMPARE(info.frames, std::size_t{3});
        QCOMPARE(info.planes, std::size_t{3});
        QCOMPARE(info.segments[0].voxels, std::size_t{150});
        QCOMPARE(info.segments[0].frames, std::size_t{2});
        QCOMPARE(info.segments[0].millilitres.value_or(0), 150 * 0.703125 * 0.703125 * 2.5 / 1000);
        QVERIFY(!info.overlap);
        QVERIFY(info.warnings.empty());
    }

    void a_label_map_segmentation_is_read_data()
    {
        QTest::addColumn<int>("bits");
        QTest::newRow("8 bits") << 8;
        QTest::newRow("16 bits") << 16;
    }

    void a_label_map_segmentation_is_read()
    {
        QFETCH(int, bits);
        // Our own fractional object with one frame a slice, made into what the newer SOP class holds.
        const imaging::Volume source = fixtures::ct(9, 7, 3);
        const LabelMap map = noise(source.grid(), 3, 4);
        SegObject planes(SegType::FractionalProbability, 9, 7);
        planes.segments = labelsTo(3);
        std::vector<std::uint16_t> words;
        for (int slice = 0; slice < 3; ++slice) {
            planes.addFrame(
                frame(1, slice), std::vector<std::uint8_t>(map.slice(slice).begin(), map.slice(slice).end()));
            words.insert(words.end(), map.slice(slice).begin(), map.slice(slice).end());
        }
        annotations::writeSeg(file(), source, planes, {});
        DcmFileFormat format;
        QVERIFY(format.loadFile(file().c_str()).good());
        DcmDataset& dataset = *format.getDataset();
        dataset.putAndInsertString(DCM_SOPClassUID, "1.2.840.10008.5.1.4.1.1.66.7");
        dataset.putAndInsertString(DCM_SegmentationType, "LABELMAP");
        DcmItem* group = nullptr;
        for (signed long i = 0; dataset.findAndGetSequenceItem(DCM_PerFrameFunctionalGroupsSequence, group, i).good();
             ++i)
            group->findAndDeleteElement(DCM_SegmentIdentificationSequence);
        if (bits == 16) {
            dataset.putAndInsertUint16(DCM_BitsAllocated, 16);
            dataset.putAndInsertUint16Array(DCM_PixelData, words.data(), static_cast<unsigned long>(words.size()));
        }
        QVERIFY(format.saveFile(file("labels.dcm").c_str(), EXS_LittleEndianExplicit).good());
        const SegObject object = annotations::readSeg(file("labels.dcm"));
        QCOMPARE(int(object.type()), int(SegType::LabelMap));
        imaging::Warnings warnings;
        QVERIFY(std::ranges::equal(annotations::toLabelMap(object, source, warnings).voxels(), map.voxels()));
        QCOMPARE(annotations::segInfo(object).segments[1].voxels, map.count(2));

        dataset.putAndInsertUint16(DCM_BitsAllocated, 32);
        QVERIFY(format.saveFile(file("labels.dcm").c_str(), EXS_LittleEndianExplicit).good());
        QVERIFY(messageOf([&] { annotations::readSeg(file("labels.dcm")); }).contains("32 bits"));
    }

    void damaged_files_never_crash()
    {
        const imaging::Volume source = fixtures::ct(9, 7, 3);
        annotations::writeSeg(file("good.dcm"), source, noise(source.grid(), 2, 1), labelsTo(2), {});
        QFile good(QString::fromStdString(file("good.dcm").string()));
        QVERIFY(good.open(QIODevice::ReadOnly));
        const QByteArray bytes = good.readAll();
        std::mt19937 random(7);
        for (int i = 0; i < 300; ++i) {
            QByteArray bad = bytes;
            for (int k = 0; k < 1 + i % 4; ++k)
                bad[qsizetype(132 + random() % unsigned(bad.size() - 132))] = static_cast<char>(random());
            if (i % 5 == 0)
                bad.truncate(qsizetype(random() % unsigned(bad.size())));
            QFile out(QString::fromStdString(file("bad.dcm").string()));
            QVERIFY(out.open(QIODevice::WriteOnly));
            out.write(bad);
            out.close();
            try {
                const SegObject object = annotations::readSeg(file("bad.dcm"));
                imaging::Warnings warnings;
                annotations::segInfo(object);
                annotations::toLabelMap(object, warnings);
            } catch (const imaging::Error& error) {
                QVERIFY(QString(error.what()).endsWith('.'));
            }
        }
    }

    void sizes_that_do_not_fit_the_pixels_are_refused()
    {
        const imaging::Volume source = fixtures::ct(9, 7, 3);
        annotations::writeSeg(file(), source, noise(source.grid(), 1, 1), labelsTo(1), {});
        DcmFileFormat format;
        QVERIFY(format.loadFile(file().c_str()).good());
        format.getDataset()->putAndInsertUint16(DCM_Rows, 65535);
        format.getDataset()->putAndInsertUint16(DCM_Columns, 65535);
        QVERIFY(format.saveFile(file("huge.dcm").c_str()).good());
        QVERIFY(messageOf([&] { annotations::readSeg(file("huge.dcm")); }).contains("bytes long, but its frames need"));
    }

    void every_seg_of_others_is_read_or_refused_with_a_reason()
    {
        if (!QDir(dataFolder()).exists())
            QSKIP("The SEG files of other programs are not there.");
        QDirIterator files(dataFolder(), {"*.dcm"}, QDir::Files, QDirIterator::Subdirectories);
        int read = 0;
        while (files.hasNext()) {
            const std::string path = files.next().toStdString();
            try {
                const SegObject object = annotations::readSeg(path);
                const annotations::SegInfo info = annotations::segInfo(object);
                QVERIFY(info.segments.size() > 0 && info.segments[0].voxels > 0);
                imaging::Warnings warnings;
                QVERIFY(!annotations::toLabelMap(object, warnings).empty());
                ++read;
            } catch (const imaging::Error& error) {
                QVERIFY2(QString(error.what()).contains("another kind of DICOM object"), error.what());
            }
        }
        QCOMPARE(read, 3);
    }

    void no_hostile_file_crashes_or_stalls_the_reader()
    {
        const QString folder = qEnvironmentVariable("LIMN_TEST_DATA") + "/hostile";
        if (!QDir(folder).exists())
            QSKIP("The hostile files are not there.");
        QDirIterator files(folder, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            const QString path = files.next();
            QElapsedTimer timer;
            timer.start();
            try {
                const SegObject object = annotations::readSeg(path.toStdString());
                annotations::segInfo(object);
            } catch (const imaging::Error& error) {
                QVERIFY2(QString(error.what()).contains(QFileInfo(path).fileName()), error.what());
            }
            QVERIFY2(timer.elapsed() < 10000, qPrintable(path)); // 2 s on a machine that does nothing else.
        }
    }

    /// Numbers from pydicom 3 on the same file.
    void overlap_of_a_dcmqi_file_is_seen()
    {
        const std::string path = (dataFolder() + "/dcmqi-partial_overlaps.dcm").toStdString();
        if (!std::filesystem::exists(path))
            QSKIP("dcmqi-partial_overlaps.dcm is not there.");
        const annotations::SegInfo info = annotations::segInfo(annotations::readSeg(path));
        QVERIFY(info.overlap);
        QCOMPARE(info.frames, std::size_t{7});
    }
};

QTEST_APPLESS_MAIN(TestSeg)
#include "tst_seg.moc"
