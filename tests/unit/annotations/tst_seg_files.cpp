#include "annotations/seg/reader.h"
#include "imaging/error.h"
#include "seg_files.h"
#include "tests/support/encoders/encoders.h"

#include <QtTest>

#include <algorithm>

using annotations::LabelMap;
using annotations::SegObject;
using annotations::SegType;

namespace {

QString messageOf(const std::function<void()>& call)
{
    try {
        call();
    } catch (const imaging::Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

annotations::SegFrame frame(int segment, int slice)
{
    annotations::SegFrame made;
    made.segment = segment;
    made.slice = slice;
    return made;
}

std::vector<std::byte> bytesOf(const std::vector<std::uint16_t>& values, int bits)
{
    std::vector<std::byte> bytes;
    for (const std::uint16_t value : values) {
        bytes.push_back(static_cast<std::byte>(value & 0xFF));
        if (bits == 16)
            bytes.push_back(static_cast<std::byte>(value >> 8));
    }
    return bytes;
}

} // namespace

class TestSegFiles : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    std::filesystem::path file(const char* name = "mask.dcm") const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }

    /// Every voxel labelled 1.
    void writeOneLabel(const imaging::Volume& source) const
    {
        const LabelMap map(source.grid(), std::vector<std::uint16_t>(source.grid().voxels(), 1));
        annotations::writeSeg(file(), source, map, std::vector{fixtures::numbered(1)}, {});
    }

private Q_SLOTS:
    void initTestCase() { OFLog::configure(OFLogger::OFF_LOG_LEVEL); }

    void numbers_and_background_of_a_label_map_are_kept_data()
    {
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("padding");
        QTest::newRow("8 bits") << 8 << -1;
        QTest::newRow("16 bits") << 16 << -1;
        QTest::newRow("padding 255") << 8 << 255;
        QTest::newRow("padding 255, 16 bits") << 16 << 255;
    }

    void numbers_and_background_of_a_label_map_are_kept()
    {
        QFETCH(int, bits);
        QFETCH(int, padding);
        const auto source = fixtures::ct(5, 4, 3);
        const std::uint16_t nothing = padding < 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(padding);
        std::vector<std::uint16_t> planes(60, nothing);
        std::vector<std::uint16_t> expected(60);
        for (const auto& [at, value] : {std::pair{3, 5}, {4, 10}, {27, 10}, {59, 5}}) {
            planes[static_cast<std::size_t>(at)] = static_cast<std::uint16_t>(value);
            expected[static_cast<std::size_t>(at)] = static_cast<std::uint16_t>(value);
        }
        fixtures::writeLabelMap(
            file(), source, planes, {fixtures::numbered(5), fixtures::numbered(10)}, bits, padding);
        const SegObject object = annotations::readSeg(file());
        QCOMPARE(int(object.type()), int(SegType::LabelMap));
        imaging::Warnings warnings;
        QVERIFY(std::ranges::equal(annotations::toLabelMap(object, source, warnings).voxels(), expected));
        QVERIFY(std::ranges::equal(annotations::toLabelMap(object, warnings).voxels(), expected));
        QVERIFY(warnings.empty());
        const auto info = annotations::segInfo(object);
        QCOMPARE(info.segments[0].number, 5);
        QCOMPARE(info.segments[0].voxels, std::size_t{2});
        QCOMPARE(info.segments[1].number, 10);
        QCOMPARE(info.segments[1].frames, std::size_t{2});
        QCOMPARE(info.planes, std::size_t{3});
    }

    /// PS3.3 C.8.20.2: 0 is an organ when the padding value is another.
    void number_zero_may_be_an_organ()
    {
        const auto source = fixtures::ct(5, 4, 1);
        std::vector<std::uint16_t> planes(20, 255);
        planes[7] = 0;
        planes[8] = 1;
        fixtures::writeLabelMap(
            file(), source, planes, {fixtures::numbered(0, "Liver"), fixtures::numbered(1)}, 8, 255);
        const SegObject object = annotations::readSeg(file());
        imaging::Warnings warnings;
        const LabelMap map = annotations::toLabelMap(object, source, warnings);
        QCOMPARE(map.voxels()[7], std::uint16_t{2});
        QCOMPARE(map.voxels()[8], std::uint16_t{1});
        QCOMPARE(annotations::findLabel(object.segments, 2)->name, std::string("Liver"));
        QVERIFY(QString::fromStdString(warnings.at(0)).contains("number 0 (Liver) became 2"));
    }

    void a_value_that_is_not_described_is_refused()
    {
        const auto source = fixtures::ct(5, 4, 1);
        std::vector<std::uint16_t> planes(20);
        planes[7] = 9;
        fixtures::writeLabelMap(file(), source, planes, {fixtures::numbered(1)});
        QVERIFY(messageOf([&] { annotations::readSeg(file()); }).contains("segment 9, which is not described"));
    }

    /// More segments on more planes than there is room for one bitmap each in 256 MB.
    void many_organs_on_many_planes_are_an_ordinary_file()
    {
        constexpr int kSide = 512, kPlanes = 90, kOrgans = 104;
        const auto source = fixtures::ct(kSide, kSide, kPlanes);
        std::vector<annotations::Label> labels;
        for (int i = 1; i <= kOrgans; ++i)
            labels.push_back(fixtures::numbered(static_cast<std::uint16_t>(i)));
        std::vector<std::uint16_t> planes(source.grid().voxels());
        for (int plane = 0; plane < kPlanes; ++plane)
            for (int organ = 1; organ <= kOrgans; ++organ)
                planes[source.grid().offset({4 * organ, 10 + plane, plane})] = static_cast<std::uint16_t>(organ);
        fixtures::writeLabelMap(
            file(), source, planes, labels, 8, -1, EXS_DeflatedLittleEndianExplicit);
        const auto info = annotations::segInfo(annotations::readSeg(file()));
        QCOMPARE(info.segments.size(), std::size_t{kOrgans});
        for (const auto& segment : info.segments) {
            QCOMPARE(segment.voxels, std::size_t{kPlanes});
            QCOMPARE(segment.frames, std::size_t{kPlanes});
        }
    }

    void compressed_pixels_are_read_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("syntax");
        const std::pair<const char*, int> syntaxes[] = {{"RLE", EXS_RLELossless}, {"JPEG-LS", EXS_JPEGLSLossless},
            {"JPEG 2000", EXS_JPEG2000LosslessOnly}, {"deflated", EXS_DeflatedLittleEndianExplicit},
            {"big endian", EXS_BigEndianExplicit}, {"implicit", EXS_LittleEndianImplicit}};
        for (const auto& [name, syntax] : syntaxes) {
            QTest::addRow("binary, %s", name) << int(SegType::Binary) << syntax;
            QTest::addRow("fractional, %s", name) << int(SegType::FractionalProbability) << syntax;
            QTest::addRow("label map, %s", name) << int(SegType::LabelMap) << syntax;
        }
    }

    void compressed_pixels_are_read()
    {
        QFETCH(int, type);
        QFETCH(int, syntax);
        const auto source = fixtures::ct(19, 13, 3);
        const std::size_t size = source.grid().sliceVoxels();
        std::vector<std::uint16_t> planes(source.grid().voxels());
        const bool isBinary = type == int(SegType::Binary);
        for (std::size_t i = 0; i < planes.size(); ++i)
            planes[i] = static_cast<std::uint16_t>(
                isBinary ? i % 3 == 0 : (type == int(SegType::LabelMap) ? i / 7 % 3 : i / 7 % 256));
        const auto transfer = static_cast<E_TransferSyntax>(syntax);
        const bool encapsulated = DcmXfer(transfer).isEncapsulated();
        const int bits = type == int(SegType::LabelMap) ? 16 : 8;
        if (type == int(SegType::LabelMap)) {
            fixtures::writeLabelMap(
                file(), source, planes, {fixtures::numbered(1), fixtures::numbered(2)}, bits);
        } else {
            SegObject object(static_cast<SegType>(type), 19, 13);
            object.segments = {fixtures::numbered(1)};
            for (int slice = 0; slice < 3; ++slice)
                object.addFrame(frame(1, slice),
                    std::vector<std::uint8_t>(planes.begin() + slice * static_cast<std::ptrdiff_t>(size),
                        planes.begin() + (slice + 1) * static_cast<std::ptrdiff_t>(size)));
            annotations::writeSeg(file(), source, object, {});
        }
        imaging::PixelLayout layout;
        layout.columns = 19;
        layout.rows = 13;
        layout.bitsAllocated = layout.bitsStored = bits;
        layout.highBit = bits - 1;
        const auto edit = [&](DcmDataset& dataset) {
            if (!encapsulated)
                return;
            std::vector<std::vector<std::byte>> fragments;
            for (std::size_t slice = 0; slice < 3; ++slice) {
                const auto samples = bytesOf({planes.begin() + static_cast<std::ptrdiff_t>(slice * size),
                                                 planes.begin() + static_cast<std::ptrdiff_t>((slice + 1) * size)},
                    bits);
                if (transfer == EXS_RLELossless)
                    fragments.push_back(encoders::encodeRle(layout, samples));
                else if (transfer == EXS_JPEGLSLossless)
                    fragments.push_back(
                        encoders::encodeJpegLs(layout, samples, bits, encoders::Interleave::None, 0));
                else
                    fragments.push_back(encoders::encodeJpeg2000(layout, samples,
                        {.precision = bits, .codestreamSigned = false, .colourTransform = false, .lossless = true,
                            .tileSize = 0}));
            }
            dataset.putAndInsertUint16(DCM_BitsAllocated, static_cast<Uint16>(bits));
            dataset.putAndInsertUint16(DCM_BitsStored, static_cast<Uint16>(bits));
            dataset.putAndInsertUint16(DCM_HighBit, static_cast<Uint16>(bits - 1));
            fixtures::putFragments(dataset, transfer, fragments);
        };
        fixtures::change(file(), file("compressed.dcm"), edit, transfer);
        const SegObject object = annotations::readSeg(file("compressed.dcm"));
        for (std::size_t slice = 0; slice < 3; ++slice) {
            const std::vector<std::uint16_t> expected(planes.begin() + static_cast<std::ptrdiff_t>(slice * size),
                planes.begin() + static_cast<std::ptrdiff_t>((slice + 1) * size));
            if (type == int(SegType::LabelMap))
                QVERIFY(std::ranges::equal(object.labels(slice), expected));
            else
                QVERIFY(std::ranges::equal(object.frame(slice), expected));
        }
        QCOMPARE(object.segments[0].name, std::string("Label 1"));
    }

    void the_more_probable_segment_wins_data()
    {
        QTest::addColumn<bool>("reversed");
        QTest::newRow("in order") << false;
        QTest::newRow("reversed") << true;
    }

    void the_more_probable_segment_wins()
    {
        QFETCH(bool, reversed);
        const auto source = fixtures::ct(4, 1, 1);
        SegObject object(SegType::FractionalProbability, 4, 1);
        object.segments = {fixtures::numbered(1), fixtures::numbered(2)};
        const std::vector<std::uint8_t> first{255, 130, 200, 0};
        const std::vector<std::uint8_t> second{130, 255, 200, 140};
        object.addFrame(frame(reversed ? 2 : 1, 0), reversed ? second : first);
        object.addFrame(frame(reversed ? 1 : 2, 0), reversed ? first : second);
        annotations::writeSeg(file(), source, object, {});
        imaging::Warnings warnings;
        const LabelMap map = annotations::toLabelMap(annotations::readSeg(file()), source, warnings);
        QVERIFY(std::ranges::equal(map.voxels(), std::vector<std::uint16_t>{1, 2, 2, 2}));
        QVERIFY(QString::fromStdString(warnings.at(0)).contains("overlap in 3 voxels"));
        QVERIFY(QString::fromStdString(warnings.at(0)).contains("more probable"));
    }

    void slide_microscopy_is_refused_with_its_reason_data()
    {
        QTest::addColumn<bool>("sparse");
        QTest::newRow("full") << false;
        QTest::newRow("sparse") << true;
    }

    void slide_microscopy_is_refused_with_its_reason()
    {
        QFETCH(bool, sparse);
        const auto source = fixtures::ct(5, 4, 2);
        writeOneLabel(source);
        fixtures::change(file(), file("slide.dcm"), [&](DcmDataset& dataset) {
            dataset.putAndInsertString(DCM_DimensionOrganizationType, sparse ? "TILED_SPARSE" : "TILED_FULL");
            dataset.putAndInsertUint32(DCM_TotalPixelMatrixColumns, 50000);
            if (!sparse)
                dataset.findAndDeleteElement(DCM_PerFrameFunctionalGroupsSequence);
        });
        QVERIFY(messageOf([&] { annotations::readSeg(file("slide.dcm")); }).contains("whole-slide microscopy"));
    }

    /// ISO 2022 IR 87, as in PS3.5 H.3.
    void japanese_names_are_read()
    {
        const auto source = fixtures::ct(5, 4, 1);
        writeOneLabel(source);
        fixtures::change(file(), file("japanese.dcm"), [](DcmDataset& dataset) {
            dataset.putAndInsertString(DCM_SpecificCharacterSet, "\\ISO 2022 IR 87");
            fixtures::eachItem(dataset, DCM_SegmentSequence, [](DcmItem& item) {
                item.putAndInsertString(DCM_SegmentLabel, "\x1b$B;3ED\x1b(B"); // Yamada.
            });
        });
        const SegObject object = annotations::readSeg(file("japanese.dcm"));
        QCOMPARE(QString::fromStdString(object.segments[0].name), QString("山田"));
    }

    void the_thickness_of_slices_is_kept()
    {
        const auto plain = fixtures::ct(5, 4, 3);
        imaging::VolumeInfo info = plain.info();
        for (auto& source : info.sources)
            source.sliceThickness = "5.0";
        const auto source = fixtures::volume(plain.grid(), info);
        std::vector<std::uint16_t> voxels(60);
        std::fill_n(voxels.begin() + 20, 20, std::uint16_t{1});
        annotations::writeSeg(file(), source, LabelMap(source.grid(), voxels), std::vector{fixtures::numbered(1)}, {});
        const SegObject object = annotations::readSeg(file());
        QCOMPARE(object.sliceThicknessMm, 5.0);
        QCOMPARE(object.sliceSpacingMm, 2.5);
        fixtures::change(file(), file("one.dcm"), [](DcmDataset& dataset) {
            fixtures::eachItem(dataset, DCM_SharedFunctionalGroupsSequence, [](DcmItem& group) {
                fixtures::eachItem(group, DCM_PixelMeasuresSequence,
                    [](DcmItem& measures) { measures.findAndDeleteElement(DCM_SpacingBetweenSlices); });
            });
        });
        const SegObject one = annotations::readSeg(file("one.dcm"));
        imaging::Warnings warnings;
        QCOMPARE(annotations::gridOf(one, warnings).spacingMm[2], 5.0);
        const auto summary = annotations::segInfo(one);
        QCOMPARE(int(summary.volumes), int(annotations::VolumeKind::Known));
        QVERIFY(std::abs(summary.segments[0].millilitres.value_or(0) - 20 * 0.703125 * 0.703125 * 5 / 1000) < 1e-12);
        QVERIFY(warnings.empty());
    }

    void an_x_ray_has_no_volume()
    {
        const auto source = fixtures::xray(5, 4);
        writeOneLabel(source);
        const auto info = annotations::segInfo(annotations::readSeg(file()));
        QCOMPARE(int(info.volumes), int(annotations::VolumeKind::Unknown));
        QVERIFY(!info.segments[0].millilitres.has_value());
    }

    void new_numbers_of_segments_are_said()
    {
        const auto source = fixtures::ct(5, 4, 1);
        std::vector<std::uint16_t> voxels(20, 5);
        voxels[3] = 10;
        const auto written = annotations::writeSeg(file(), source, LabelMap(source.grid(), voxels),
            std::vector{fixtures::numbered(5), fixtures::numbered(10)}, {});
        QVERIFY(QString::fromStdString(written.renumbered).contains("5 became 1, 10 became 2"));
    }
};

QTEST_APPLESS_MAIN(TestSegFiles)
#include "tst_seg_files.moc"
