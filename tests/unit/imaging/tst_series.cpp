#include "imaging/dicom/series.h"

#include "imaging/error.h"
#include "tests/support/dicom_bytes.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <numeric>

#include <zlib.h>

using imaging::readVolume;
using imaging::SeriesInfo;
using imaging::VoxelType;
using test::DicomBytes;
using test::PictureSpec;
using test::Syntax;

namespace {

/// Files written to a folder of their own, scanned and read.
class Study
{
public:
    explicit Study(const std::vector<test::Bytes>& files)
    {
        for (std::size_t i = 0; i < files.size(); ++i)
            test::writeFile(path(i), files[i]);
        auto found = imaging::scanPath(m_folder.path().toStdString(), {}, {});
        if (found.series.size() == 1)
            m_series = std::move(found.series.front());
        for (const auto& refused : found.refused)
            qWarning("%s", refused.reason.c_str());
    }

    std::string path(std::size_t i) const { return m_folder.filePath(QString("%1.dcm").arg(i)).toStdString(); }
    const SeriesInfo& series() const { return m_series; }
    std::shared_ptr<const imaging::Volume> read() const { return readVolume(m_series, {}, {}).volume; }

private:
    QTemporaryDir m_folder;
    SeriesInfo m_series;
};

std::vector<double> valuesOf(const imaging::Volume& volume)
{
    std::vector<double> result;
    for (int slice = 0; slice < volume.grid().slices; ++slice) {
        for (int row = 0; row < volume.grid().rows; ++row) {
            for (int column = 0; column < volume.grid().columns; ++column)
                result.push_back(volume.value({column, row, slice}));
        }
    }
    return result;
}

PictureSpec small(const test::Bytes& pixels)
{
    PictureSpec spec;
    spec.columns = 2;
    spec.rows = 2;
    spec.pixels = pixels;
    return spec;
}

PictureSpec slice(int number, int value)
{
    PictureSpec spec = small(test::samples16({value, value + 1, value + 2, value + 3}));
    spec.instanceUid = "1.2.3.1." + std::to_string(number);
    spec.position = "0\\0\\" + std::to_string(2 * number);
    return spec;
}

} // namespace

Q_DECLARE_METATYPE(test::PictureSpec)

class TestSeries : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void samples_become_the_smallest_voxels_that_hold_them_data()
    {
        QTest::addColumn<PictureSpec>("spec");
        QTest::addColumn<int>("type");
        QTest::addColumn<QList<double>>("values");
        const auto row = [](const char* name, const PictureSpec& spec, VoxelType type, const QList<double>& values) {
            QTest::newRow(name) << spec << static_cast<int>(type) << values;
        };
        PictureSpec spec = small(test::samples16({0, 1, 1000, 4095}));
        spec.bitsStored = 12;
        row("12 bits", spec, VoxelType::Int16, {0, 1, 1000, 4095});
        spec.intercept = "-1024";
        spec.slope = "1";
        row("hounsfield", spec, VoxelType::Int16, {-1024, -1023, -24, 3071});
        spec.slope = "2";
        row("whole slope", spec, VoxelType::Int16, {-1024, -1022, 976, 7166});
        spec.slope = "0.5";
        spec.intercept = "0.25";
        row("broken slope", spec, VoxelType::Float32, {0.25, 0.75, 500.25, 2047.75});
        spec = small(test::samples16({0xF000, 0x1001, 0x8123, 0x0FFF}));
        spec.bitsStored = 12;
        row("overlay bits above are cleared", spec, VoxelType::Int16, {0, 1, 0x123, 0xFFF});
        spec.isSigned = true;
        row("sign is extended from the stored bits", spec, VoxelType::Int16, {0, 1, 0x123, -1});
        spec = small(test::samples16({0x0010, 0x0020, 0xFFF0, 0x0005}));
        spec.bitsStored = 12;
        spec.highBit = 15;
        row("left aligned", spec, VoxelType::Int16, {1, 2, 4095, 0});
        spec = small(test::samples16({0, 32767, 32768, 65535}));
        row("16 bits", spec, VoxelType::UInt16, {0, 32767, 32768, 65535});
        spec.isSigned = true;
        row("16 bits signed", spec, VoxelType::Int16, {0, 32767, -32768, -1});
        spec = small(test::samples16({0, 1024, 2048, 30000}));
        spec.intercept = "-1024";
        row("16 bits with intercept, values of a CT", spec, VoxelType::Int16, {-1024, 0, 1024, 28976});
        spec.pixels = test::samples16({0, 1024, 2048, 65535});
        row("16 bits with intercept, values beyond", spec, VoxelType::Int32, {-1024, 0, 1024, 64511});
        spec = small(test::samples16({0, 16384, 32767, 1}));
        spec.bitsStored = 15;
        row("15 bits", spec, VoxelType::Int16, {0, 16384, 32767, 1});
        spec = small({std::byte{0}, std::byte{1}, std::byte{128}, std::byte{255}});
        spec.bitsAllocated = spec.bitsStored = 8;
        row("8 bits", spec, VoxelType::UInt8, {0, 1, 128, 255});
        spec.isSigned = true;
        row("8 bits signed", spec, VoxelType::Int8, {0, 1, -128, -1});
        spec.isSigned = false;
        spec.photometric = "MONOCHROME1";
        row("monochrome1 is kept", spec, VoxelType::UInt8, {0, 1, 128, 255});
        spec = small(test::samples16({1, 0, 0, 1, 0, 0x8000, 5, 0}));
        spec.bitsAllocated = spec.bitsStored = 32;
        row("32 bits", spec, VoxelType::UInt32, {1, 65536, 2147483648.0, 5});
        spec.isSigned = true;
        row("32 bits signed", spec, VoxelType::Int32, {1, 65536, -2147483648.0, 5});
        spec = small(test::samples16({1, 0, 0, 0, 0, 0, 1, 0, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0, 0, 0, 0x8000}));
        spec.bitsAllocated = spec.bitsStored = 64;
        row("64 bits", spec, VoxelType::Float64, {1, 4294967296.0, 18446744073709551615.0, 9223372036854775808.0});
        spec.isSigned = true;
        row("64 bits signed", spec, VoxelType::Float64, {1, 4294967296.0, -1, -9223372036854775808.0});
        spec = small(test::samples16({1, 2, 300, 40000}, /*bigEndian=*/true));
        spec.syntax = Syntax::ExplicitBig;
        row("big endian", spec, VoxelType::UInt16, {1, 2, 300, 40000});
        spec = small(test::samples16({1, 2, 300, 40000}));
        spec.syntax = Syntax::ImplicitLittle;
        row("implicit", spec, VoxelType::UInt16, {1, 2, 300, 40000});
        spec = small({std::byte{0x0D}, std::byte{0}});
        spec.bitsAllocated = spec.bitsStored = 1;
        row("single bits, lowest first", spec, VoxelType::UInt8, {1, 0, 1, 1});
    }

    void samples_become_the_smallest_voxels_that_hold_them()
    {
        QFETCH(PictureSpec, spec);
        QFETCH(int, type);
        QFETCH(QList<double>, values);
        const Study study({test::pictureFile(spec)});
        const auto volume = study.read();
        QVERIFY(volume);
        QCOMPARE(static_cast<int>(volume->type()), type);
        QCOMPARE(valuesOf(*volume), std::vector<double>(values.begin(), values.end()));
        QCOMPARE(volume->info().monochrome1, spec.photometric == "MONOCHROME1");
    }

    void slices_lie_in_the_volume_as_they_lie_in_the_patient()
    {
        const Study study(
            {test::pictureFile(slice(2, 200)), test::pictureFile(slice(0, 0)), test::pictureFile(slice(1, 100))});
        const auto volume = study.read();
        QCOMPARE(valuesOf(*volume), (std::vector<double>{0, 1, 2, 3, 100, 101, 102, 103, 200, 201, 202, 203}));
        QCOMPARE(volume->grid(), study.series().grid);
        QCOMPARE(volume->info().sources.size(), std::size_t{3});
        QCOMPARE(volume->info().sources[2].sopInstanceUid, std::string("1.2.3.1.2"));
        QCOMPARE(volume->info().sources[2].imagePosition, std::string("0\\0\\4"));
        QCOMPARE(volume->info().study.modality, std::string("CT"));
    }

    void one_slice_is_the_same_slice_of_the_volume()
    {
        const Study study(
            {test::pictureFile(slice(2, 200)), test::pictureFile(slice(0, 0)), test::pictureFile(slice(1, 100))});
        const auto one = imaging::readSlice(study.series(), 1).volume;
        QCOMPARE(valuesOf(*one), (std::vector<double>{100, 101, 102, 103}));
        QCOMPARE(one->grid().slices, 1);
        QCOMPARE(one->grid().origin, (imaging::PatientPoint{0, 0, 2}));
        QVERIFY_EXCEPTION_THROWN(imaging::readSlice(study.series(), 3), imaging::Error);
        QVERIFY_EXCEPTION_THROWN(imaging::readSlice(study.series(), -1), imaging::Error);
    }

    void each_slice_is_rescaled_by_its_own_header()
    {
        PictureSpec first = slice(0, 10);
        first.slope = "1";
        first.intercept = "0";
        PictureSpec second = slice(1, 10);
        second.slope = "2";
        second.intercept = "-5";
        const Study study({test::pictureFile(first), test::pictureFile(second)});
        QCOMPARE(valuesOf(*study.read()), (std::vector<double>{10, 11, 12, 13, 15, 17, 19, 21}));
    }

    void frames_of_one_file_are_put_in_order()
    {
        PictureSpec spec = small(test::samples16({1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3}));
        spec.frames = "3";
        spec.position.clear();
        std::vector<DicomBytes> frames;
        for (const char* position : {"0\\0\\4", "0\\0\\0", "0\\0\\2"})
            frames.push_back(DicomBytes().sequence(0x00209113, {DicomBytes().text(0x00200032, "DS", position)}));
        const Study study({test::pictureFile(spec, DicomBytes().sequence(0x52009230, frames))});
        const auto volume = study.read();
        QCOMPARE(valuesOf(*volume), (std::vector<double>{2, 2, 2, 2, 3, 3, 3, 3, 1, 1, 1, 1}));
        QCOMPARE(volume->info().sources[0].frameNumber, 2);
        QCOMPARE(volume->info().sources[0].imagePosition, std::string("0\\0\\0"));
    }

    void bits_run_on_across_frames()
    {
        PictureSpec spec;
        spec.columns = 3;
        spec.rows = 1;
        spec.frames = "3";
        spec.bitsAllocated = spec.bitsStored = 1;
        spec.pixels = {std::byte{0b01'101'011}, std::byte{1}};
        const Study study({test::pictureFile(spec)});
        QCOMPARE(valuesOf(*study.read()), (std::vector<double>{1, 1, 0, 1, 0, 1, 1, 0, 1}));
    }

    void colours_are_rgb_and_palettes_are_expanded()
    {
        PictureSpec spec = small({});
        spec.samples = 3;
        spec.photometric = "RGB";
        spec.bitsAllocated = spec.bitsStored = 8;
        for (int i = 1; i <= 12; ++i)
            spec.pixels.push_back(static_cast<std::byte>(i));
        const Study rgb({test::pictureFile(spec)});
        const auto colours = rgb.read();
        QCOMPARE(colours->components(), 3);
        QCOMPARE(static_cast<int>(colours->voxels<std::uint8_t>()[11]), 12);

        PictureSpec indexed = small({std::byte{0}, std::byte{1}, std::byte{2}, std::byte{200}});
        indexed.photometric = "PALETTE COLOR";
        indexed.bitsAllocated = indexed.bitsStored = 8;
        DicomBytes tables;
        for (std::uint32_t i = 0; i < 3; ++i)
            tables.shorts(0x00281101 + i, "US", {3, 0, 16});
        tables.shorts(0x00281201, "OW", {0x1000, 0x2000, 0x3000})
            .shorts(0x00281202, "OW", {0, 0, 0xFF00})
            .shorts(0x00281203, "OW", {0, 0, 0});
        const Study palette({test::pictureFile(indexed, tables)});
        const auto picture = palette.read();
        const auto expanded = picture->voxels<std::uint8_t>();
        QCOMPARE((std::vector<int>(expanded.begin(), expanded.end())),
            (std::vector<int>{0x10, 0, 0, 0x20, 0, 0, 0x30, 0xFF, 0, 0x30, 0xFF, 0}));
    }

    void deflated_pictures_are_read()
    {
        PictureSpec spec = small(test::samples16({1, 2, 300, 40000}));
        const test::Bytes set = test::pictureDataset(spec, DicomBytes()).bytes();
        test::Bytes packed(set.size() + 1000);
        z_stream stream{};
        deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(set.data()));
        stream.avail_in = static_cast<uInt>(set.size());
        stream.next_out = reinterpret_cast<Bytef*>(packed.data());
        stream.avail_out = static_cast<uInt>(packed.size());
        deflate(&stream, Z_FINISH);
        packed.resize(stream.total_out);
        deflateEnd(&stream);
        const Study study({test::part10(packed, "1.2.840.10008.1.2.1.99")});
        QCOMPARE(valuesOf(*study.read()), (std::vector<double>{1, 2, 300, 40000}));
    }

    void fragments_are_read_by_what_they_hold_data()
    {
        QTest::addColumn<QString>("syntax");
        QTest::addColumn<bool>("runLengths");
        QTest::addColumn<bool>("delimiter");
        QTest::newRow("RLE") << "1.2.840.10008.1.2.5" << true << true;
        QTest::newRow("RLE without a delimiter at the end") << "1.2.840.10008.1.2.5" << true << false;
        QTest::newRow("RLE, syntax says plain") << "1.2.840.10008.1.2.1" << true << true;
        QTest::newRow("encapsulated uncompressed") << "1.2.840.10008.1.2.1.98" << false << true;
        QTest::newRow("plain samples in fragments, syntax says plain") << "1.2.840.10008.1.2.1" << false << true;
    }

    void fragments_are_read_by_what_they_hold()
    {
        QFETCH(QString, syntax);
        QFETCH(bool, runLengths);
        QFETCH(bool, delimiter);
        test::Bytes fragment;
        if (runLengths) {
            DicomBytes header;
            header.mark(1, 64).raw(test::Bytes(56));
            fragment = header.bytes();
            std::swap(fragment[0], fragment[2]); // mark() writes the two halves of a tag.
            fragment.push_back(std::byte{3});
        }
        for (const int value : {7, 8, 9, 250})
            fragment.push_back(static_cast<std::byte>(value));
        fragment.resize(fragment.size() + fragment.size() % 2);
        QCOMPARE(valuesOf(*encapsulated(fragment, syntax, delimiter)), (std::vector<double>{7, 8, 9, 250}));
    }

    void the_private_compression_of_philips_is_read()
    {
        // 0, 0, 0 as a run; 300 written whole; 298 and 299 as steps.
        const test::Bytes encoded{std::byte{0xA5}, std::byte{2}, std::byte{0}, std::byte{0x5A}, std::byte{0x2C},
            std::byte{1}, std::byte{0xFE}, std::byte{1}};
        QCOMPARE(valuesOf(*philips(encoded)), (std::vector<double>{0, 0, 0, 300, 298, 299}));
        test::Bytes cut = encoded;
        cut.resize(6);
        QVERIFY_EXCEPTION_THROWN(philips(cut), imaging::Error);
        test::Bytes longer = encoded;
        longer.insert(longer.end(), {std::byte{1}, std::byte{1}});
        QVERIFY_EXCEPTION_THROWN(philips(longer), imaging::Error);
    }

    void a_modality_table_replaces_the_rescale()
    {
        PictureSpec spec = small(test::samples16({0, 10, 11, 500}));
        DicomBytes table;
        table.shorts(0x00283002, "US", {3, 10, 16}).shorts(0x00283006, "OW", {7, 8, 9});
        const Study study({test::pictureFile(spec, DicomBytes().sequence(0x00283000, {table}))});
        QCOMPARE(valuesOf(*study.read()), (std::vector<double>{7, 7, 8, 9}));
    }

    void window_padding_and_unit_are_in_rescaled_values()
    {
        PictureSpec spec = small(test::samples16({0, 1, 2, 3}));
        spec.bitsStored = 12;
        spec.intercept = "-1000";
        spec.slope = "1";
        spec.padding = "5";
        const Study study({test::pictureFile(
            spec, DicomBytes().text(0x00281050, "DS", "40\\300").text(0x00281051, "DS", "400\\1500"))});
        const auto info = study.read()->info();
        QCOMPARE(info.window.value(), (imaging::WindowLevel{40, 400, imaging::GreyFunction::Linear}));
        QCOMPARE(info.padding.value(), -995.0);
        QCOMPARE(info.unit, std::string("HU"));
    }

    void the_window_has_the_function_that_the_file_names_data()
    {
        QTest::addColumn<QString>("function");
        QTest::addColumn<QString>("slope");
        QTest::addColumn<int>("expected");
        const auto row = [](const char* name, const char* function, const char* slope, imaging::GreyFunction expected) {
            QTest::newRow(name) << function << slope << static_cast<int>(expected);
        };
        row("none", "", "1", imaging::GreyFunction::Linear);
        row("linear", "LINEAR", "1", imaging::GreyFunction::Linear);
        row("linear, values with fractions", "LINEAR", "0.5", imaging::GreyFunction::LinearExact);
        row("exact", "LINEAR_EXACT", "1", imaging::GreyFunction::LinearExact);
        row("sigmoid", "SIGMOID", "1", imaging::GreyFunction::Sigmoid);
    }

    void the_window_has_the_function_that_the_file_names()
    {
        QFETCH(QString, function);
        QFETCH(QString, slope);
        QFETCH(int, expected);
        PictureSpec spec = small({});
        spec.slope = slope.toStdString();
        DicomBytes more;
        more.text(0x00281050, "DS", "40").text(0x00281051, "DS", "400");
        if (!function.isEmpty())
            more.text(0x00281056, "CS", function.toStdString());
        const Study study({test::pictureFile(spec, more)});
        const auto window = study.read()->info().window.value();
        QCOMPARE(window.center, 40.0);
        QCOMPARE(static_cast<int>(window.function), expected);
    }

    void a_voi_table_is_the_curve_data()
    {
        QTest::addColumn<bool>("implicit");
        QTest::addColumn<int>("first");
        QTest::addColumn<QString>("intercept");
        QTest::addColumn<int>("bits");
        QTest::addColumn<double>("begin");
        QTest::addColumn<double>("white");
        QTest::newRow("from 100") << false << 100 << "" << 16 << 100.0 << 65535.0;
        QTest::newRow("of 12 bits") << false << 100 << "" << 12 << 100.0 << 4095.0;
        QTest::newRow("more bits than it says") << false << 100 << "" << 8 << 100.0 << 4095.0;
        QTest::newRow("far up, values from zero") << false << 40000 << "" << 12 << 40000.0 << 4095.0;
        QTest::newRow("below zero") << false << 65536 - 1000 << "-1024" << 12 << -1000.0 << 4095.0;
        QTest::newRow("below zero, implicit") << true << 65536 - 1000 << "-1024" << 12 << -1000.0 << 4095.0;
    }

    void a_voi_table_is_the_curve()
    {
        QFETCH(bool, implicit);
        QFETCH(int, first);
        QFETCH(QString, intercept);
        QFETCH(int, bits);
        PictureSpec spec = small({});
        spec.intercept = intercept.toStdString();
        spec.syntax = implicit ? Syntax::ImplicitLittle : Syntax::ExplicitLittle;
        DicomBytes table(spec.syntax);
        table
            .shorts(0x00283002, "US", {4, static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(bits)})
            .shorts(0x00283006, "OW", {0, 100, 4000, 4095});
        DicomBytes more(spec.syntax);
        // The straight line beside it is what is left to those who know no tables.
        more.text(0x00281050, "DS", "40").text(0x00281051, "DS", "400").sequence(0x00283010, {table});
        const Study study({test::pictureFile(spec, more)});
        const auto window = study.read()->info().window.value();
        QTEST(window.center - 2, "begin");
        QCOMPARE(window.width, 4.0);
        QFETCH(double, begin);
        QFETCH(double, white);
        const auto grey = [&](double value) { return imaging::windowed(window, value, false); };
        QCOMPARE(static_cast<float>(grey(begin - 1)), 0.0F);
        QCOMPARE(static_cast<float>(grey(begin + 1)), static_cast<float>(100 / white));
        QCOMPARE(static_cast<float>(grey(begin + 2)), static_cast<float>(4000 / white));
        QCOMPARE(static_cast<float>(grey(begin + 9)), static_cast<float>(4095 / white));
    }

    void a_damaged_voi_table_leaves_the_window()
    {
        DicomBytes table;
        table.shorts(0x00283002, "US", {400, 100, 16}).shorts(0x00283006, "OW", {0, 1, 2, 3});
        DicomBytes more;
        more.text(0x00281050, "DS", "40").text(0x00281051, "DS", "400").sequence(0x00283010, {table});
        const Study study({test::pictureFile(small({}), more)});
        QCOMPARE(study.read()->info().window.value().center, 40.0);
    }

    void an_empty_modality_table_is_passed_over_data()
    {
        QTest::addColumn<bool>("elements");
        QTest::newRow("item without elements") << false;
        QTest::newRow("elements without values") << true;
    }

    void an_empty_modality_table_is_passed_over()
    {
        QFETCH(bool, elements);
        DicomBytes table;
        if (elements)
            table.shorts(0x00283002, "US", {}).shorts(0x00283006, "OW", {});
        const Study study({test::pictureFile(
            small(test::samples16({0, 1, 2, 3})), DicomBytes().sequence(0x00283000, {table}))});
        QCOMPARE(study.series().slices, 1);
        QCOMPARE(imaging::statistics(*study.read()).sum, 6.0);
    }

    void an_uneven_series_says_so_when_it_is_read()
    {
        std::vector<test::Bytes> files;
        for (const char* z : {"0", "1", "3"}) {
            PictureSpec spec = small({});
            spec.position = std::string("0\\0\\") + z;
            spec.instanceUid = std::string("1.2.3.9.") + z;
            files.push_back(test::pictureFile(spec));
        }
        const Study study(files);
        const auto loaded = readVolume(study.series(), {}, {});
        QCOMPARE(loaded.warnings.size(), std::size_t{1});
        QVERIFY(loaded.warnings[0].find("no regular volume: the distance between slices changes from 1 to 2 mm")
            != std::string::npos);
        QCOMPARE(study.series().warnings, loaded.warnings);
    }

    void odd_sizes_are_read_to_the_last_sample_data()
    {
        QTest::addColumn<int>("columns");
        QTest::addColumn<int>("rows");
        QTest::newRow("1x1") << 1 << 1;
        QTest::newRow("37x41") << 37 << 41;
        QTest::newRow("510x510") << 510 << 510;
        QTest::newRow("1955x1841") << 1955 << 1841;
    }

    void odd_sizes_are_read_to_the_last_sample()
    {
        QFETCH(int, columns);
        QFETCH(int, rows);
        std::vector<int> values(static_cast<std::size_t>(columns * rows));
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = static_cast<int>(i * 31 % 4096);
        PictureSpec spec;
        spec.columns = columns;
        spec.rows = rows;
        spec.bitsStored = 12;
        spec.pixels = test::samples16(values);
        const auto volume = Study({test::pictureFile(spec)}).read();
        QCOMPARE(imaging::statistics(*volume).sum,
            static_cast<double>(std::accumulate(values.begin(), values.end(), std::int64_t{0})));
        QCOMPARE(volume->value({columns - 1, rows - 1, 0}), static_cast<double>(values.back()));
    }

    void a_file_that_changed_or_went_away_is_an_error()
    {
        const Study study({test::pictureFile(slice(0, 0)), test::pictureFile(slice(1, 100))});
        PictureSpec other = slice(1, 100);
        other.rows = 1;
        test::writeFile(study.path(1), test::pictureFile(other));
        QVERIFY_EXCEPTION_THROWN(study.read(), imaging::Error);
        QFile::remove(QString::fromStdString(study.path(1)));
        try {
            study.read();
            QFAIL("read a file that is gone");
        } catch (const imaging::Error& error) {
            QCOMPARE(error.kind(), imaging::ErrorKind::Io);
            QVERIFY(QString(error.what()).contains("1.dcm"));
        }
    }

    void cancelled_reading_gives_no_volume()
    {
        const Study study({test::pictureFile(slice(0, 0)), test::pictureFile(slice(1, 100))});
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(!readVolume(study.series(), stop.get_token(), {}).volume);
    }

    void objects_without_pictures_are_refused()
    {
        QVERIFY_EXCEPTION_THROWN(readVolume(SeriesInfo{}, {}, {}), imaging::Error);
    }

    void the_known_ct_has_its_known_sum()
    {
        const QDir folder(qEnvironmentVariable("LIMN_TEST_DATA") + "/ct-thorax");
        if (!folder.exists())
            QSKIP("ct-thorax is not on this machine (LIMN_TEST_DATA)");
        const auto found = imaging::scanPath(folder.path().toStdString(), {}, {});
        QCOMPARE(found.series.size(), std::size_t{1});
        QVERIFY(found.refused.empty() && found.series[0].notRegular.empty());
        const auto volume = readVolume(found.series[0], {}, {}).volume;
        QCOMPARE(volume->type(), VoxelType::Int16);
        QCOMPARE(volume->grid().slices, 275);
        const auto statistics = imaging::statistics(*volume);
        QCOMPARE(statistics.minimum, -1000.0);
        QCOMPARE(statistics.maximum, 1979.0);
        QCOMPARE(statistics.sum, -44'693'634'796.0);
    }

    void a_real_philips_ct_is_read()
    {
        const QString file =
            qEnvironmentVariable("LIMN_TEST_DATA") + "/hostile/orth_2020-09-12-ELSCINT1-PMSCT_RLE1.dcm";
        if (!QFile::exists(file))
            QSKIP("the hostile files are not on this machine (LIMN_TEST_DATA)");
        const auto found = imaging::scanPath(file.toStdString(), {}, {});
        const auto statistics = imaging::statistics(*readVolume(found.series.at(0), {}, {}).volume);
        QCOMPARE(statistics.minimum, -1024.0); // Air; the decoder itself checks that every pixel is there.
        QCOMPARE(statistics.maximum, 1506.0);
    }

    void the_ct_with_changing_distances_is_no_regular_grid()
    {
        const QDir folder(qEnvironmentVariable("LIMN_TEST_DATA") + "/ct-geometry-ge");
        if (!folder.exists())
            QSKIP("ct-geometry-ge is not on this machine (LIMN_TEST_DATA)");
        for (const auto& series : imaging::scanPath(folder.path().toStdString(), {}, {}).series)
            QVERIFY(series.slices < 2 || !series.notRegular.empty());
    }

private:
    /// A picture of 2 x 2 samples of 8 bits in one fragment.
    static std::shared_ptr<const imaging::Volume> encapsulated(
        const test::Bytes& fragment, const QString& syntax, bool delimiter)
    {
        PictureSpec spec = small(test::Bytes(4));
        spec.bitsAllocated = spec.bitsStored = 8;
        test::Bytes bytes = test::pictureDataset(spec, DicomBytes()).bytes();
        bytes.resize(bytes.size() - 12 - 4);
        DicomBytes end;
        end.head(0x7FE00010, "OB", DicomBytes::kUndefined).mark(0xFFFEE000, 0);
        end.mark(0xFFFEE000, static_cast<std::uint32_t>(fragment.size())).raw(fragment);
        if (delimiter)
            end.mark(0xFFFEE0DD, 0);
        bytes.insert(bytes.end(), end.bytes().begin(), end.bytes().end());
        return Study({test::part10(bytes, syntax.toStdString())}).read();
    }

    static std::shared_ptr<const imaging::Volume> philips(const test::Bytes& encoded)
    {
        PictureSpec spec;
        spec.columns = 3;
        spec.rows = 2;
        DicomBytes set = test::pictureDataset(spec,
            DicomBytes()
                .text(0x07A10010, "LO", "ELSCINT1")
                .element(0x07A1100A, "OB", encoded)
                .text(0x07A11011, "CS", "PMSCT_RLE1"));
        test::Bytes bytes = set.bytes();
        bytes.resize(bytes.size() - 12 - 12);
        return Study({test::part10(bytes, "1.2.840.10008.1.2.1")}).read();
    }
};

QTEST_APPLESS_MAIN(TestSeries)
#include "tst_series.moc"
