#include "imaging/error.h"
#include "models/data/csv.h"
#include "models/data/dataset.h"
#include "models/data/picture_reader.h"
#include "models/data/random.h"
#include "models/data/resize.h"
#include "models/facade/lvit_settings.h"
#include "models/training/event_writer.h"
#include "models/training/folder_lock.h"
#include "models/training/shown_texts.h"
#include "tests/support/error_sentence.h"

#include <QDir>
#include <QFile>
#include <QImage>
#include <QStringEncoder>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>

using imaging::ErrorKind;

namespace {

using support::sentence;

std::filesystem::path pathOf(const QTemporaryDir& folder, const char* name)
{
    return std::filesystem::path(folder.path().toStdString()) / name;
}

void write(const std::filesystem::path& file, const QByteArray& bytes)
{
    QFile stream(QString::fromStdString(file.string()));
    QVERIFY(stream.open(QIODevice::WriteOnly));
    QCOMPARE(stream.write(bytes), bytes.size());
}

/// A picture whose pixel (x, y) is 10 * x + y.
void savePicture(const std::filesystem::path& file, int columns, int rows, QImage::Format format)
{
    QImage image(columns, rows, QImage::Format_Grayscale8);
    for (int y = 0; y < rows; ++y)
        for (int x = 0; x < columns; ++x)
            image.scanLine(y)[x] = static_cast<uchar>(10 * x + y);
    QVERIFY(image.convertToFormat(format).save(QString::fromStdString(file.string())));
}

struct Record
{
    QByteArray event;
};

/// Splits an event file into its records and checks both checksums of each.
std::vector<Record> readRecords(const std::filesystem::path& file)
{
    QFile stream(QString::fromStdString(file.string()));
    if (!stream.open(QIODevice::ReadOnly))
        return {};
    const QByteArray bytes = stream.readAll();
    std::vector<Record> records;
    for (qsizetype at = 0; at < bytes.size();) {
        std::uint64_t length = 0;
        std::uint32_t lengthCrc = 0, dataCrc = 0;
        std::memcpy(&length, bytes.data() + at, 8);
        std::memcpy(&lengthCrc, bytes.data() + at + 8, 4);
        const QByteArray event = bytes.mid(at + 12, qsizetype(length));
        std::memcpy(&dataCrc, bytes.data() + at + 12 + qsizetype(length), 4);
        if (lengthCrc != models::training::maskedCrc32c({bytes.data() + at, 8})
            || dataCrc != models::training::maskedCrc32c({event.data(), std::size_t(event.size())}))
            return {};
        records.push_back({event});
        at += 16 + qsizetype(length);
    }
    return records;
}

/// The first field `number` of a protobuf message: its bytes, its varint or its fixed value as an integer.
struct Field
{
    bool found = false;
    std::uint64_t value = 0;
    QByteArray bytes;
};

std::uint64_t varint(const QByteArray& message, qsizetype& at)
{
    std::uint64_t value = 0;
    for (int shift = 0; at < message.size(); shift += 7) {
        const auto byte = static_cast<unsigned char>(message[at++]);
        value |= std::uint64_t(byte & 0x7F) << shift;
        if (!(byte & 0x80))
            break;
    }
    return value;
}

std::vector<Field> fields(const QByteArray& message, unsigned number)
{
    std::vector<Field> result;
    for (qsizetype at = 0; at < message.size();) {
        const auto key = varint(message, at);
        Field field{true, 0, {}};
        const int fixed = (key & 7) == 1 ? 8 : (key & 7) == 5 ? 4 : 0;
        if (fixed > 0) {
            std::memcpy(&field.value, message.data() + at, std::size_t(fixed));
            at += fixed;
        } else if ((key & 7) == 2) {
            const auto length = qsizetype(varint(message, at));
            field.bytes = message.mid(at, length);
            at += length;
        } else {
            field.value = varint(message, at);
        }
        if (key >> 3 == number)
            result.push_back(field);
    }
    return result;
}

} // namespace

class TestTrainFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void csv_fields_are_split_as_rfc4180_says_data();
    void csv_fields_are_split_as_rfc4180_says();
    void csv_of_other_programs_is_read_data();
    void csv_of_other_programs_is_read();
    void columns_are_found_in_other_letters();
    void csv_that_is_wrong_is_refused_with_its_line_data();
    void csv_that_is_wrong_is_refused_with_its_line();
    void csv_line_can_be_read_back();
    void png_of_every_kind_is_read_as_the_same_grey_data();
    void png_of_every_kind_is_read_as_the_same_grey();
    void grey_of_16_bits_is_windowed_as_it_is_to_be_segmented();
    void jpeg_is_read_data();
    void jpeg_is_read();
    void mask_is_read_by_its_values_data();
    void mask_is_read_by_its_values();
    void png_that_is_broken_is_refused();
    void small_mask_is_set_where_half_of_the_area_was();
    void picture_is_averaged_when_it_shrinks();
    void dataset_keeps_pictures_masks_and_texts();
    void dataset_that_is_wrong_is_refused_data();
    void dataset_that_is_wrong_is_refused();
    void dataset_counts_missing_texts_and_scaled_masks();
    void files_that_are_no_png_go_to_the_programs_readers();
    void slices_of_studies_are_prepared_and_png_files_are_not();
    void splits_that_share_a_picture_are_refused();
    void shuffled_texts_all_come_from_another_case();
    void options_come_back_from_their_json();
    void options_know_both_spellings_and_refuse_others_data();
    void options_know_both_spellings_and_refuse_others();
    void checksum_is_that_of_the_standard();
    void events_can_be_parsed_back();
    void second_lock_is_refused_until_the_first_is_gone();
};

void TestTrainFiles::csv_fields_are_split_as_rfc4180_says_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("fields"); // of the second row, separated by '|'
    QTest::newRow("plain") << QByteArray("a,b\n1,2\n") << QByteArray("1|2");
    QTest::newRow("CRLF, no last end") << QByteArray("a,b\r\n1,2") << QByteArray("1|2");
    QTest::newRow("BOM") << QByteArray("\xEF\xBB\xBF"
                                       "a,b\n1,2")
                         << QByteArray("1|2");
    QTest::newRow("comma in quotes") << QByteArray("a,b\n\"x, y\",2") << QByteArray("x, y|2");
    QTest::newRow("doubled quote") << QByteArray("a,b\n\"x \"\"y\"\"\",2") << QByteArray("x \"y\"|2");
    QTest::newRow("line break in quotes") << QByteArray("a,b\n\"x\ny\",2\n") << QByteArray("x\ny|2");
    QTest::newRow("empty fields") << QByteArray("a,b\n,\n") << QByteArray("|");
    QTest::newRow("blank line before") << QByteArray("a,b\n\n1,2\n") << QByteArray("1|2");
}

void TestTrainFiles::csv_fields_are_split_as_rfc4180_says()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, fields);
    const auto table = models::data::parseCsv({text.data(), std::size_t(text.size())}, "x.csv");
    QCOMPARE(table.column("a"), 0);
    QCOMPARE(table.column("b"), 1);
    QCOMPARE(table.column("c"), -1);
    QCOMPARE(table.rows.size(), std::size_t(1));
    const auto& row = table.rows.front().fields;
    QCOMPARE(QByteArray::fromStdString(row[0] + "|" + row[1]), fields);
}

void TestTrainFiles::csv_of_other_programs_is_read_data()
{
    QTest::addColumn<QByteArray>("text");
    const QString table = QStringLiteral("image,text\r\na.png,\"\u00fcber \U0001F600, links\"\r\n");
    const auto utf16 = [&](QStringConverter::Encoding encoding, bool mark) {
        QStringEncoder encode(encoding, mark ? QStringConverter::Flag::WriteBom : QStringConverter::Flag::Default);
        return QByteArray(encode(table));
    };
    QTest::newRow("UTF-8") << table.toUtf8();
    QTest::newRow("UTF-16, little end first") << utf16(QStringConverter::Utf16LE, true);
    QTest::newRow("UTF-16, big end first") << utf16(QStringConverter::Utf16BE, true);
    QTest::newRow("UTF-16 without a mark") << utf16(QStringConverter::Utf16LE, false);
    QTest::newRow("semicolons") << QString(table).replace("image,", "image;").replace("png,", "png;").toUtf8();
    QTest::newRow("tabs") << QString(table).replace("image,", "image\t").replace("png,", "png\t").toUtf8();
}

void TestTrainFiles::csv_of_other_programs_is_read()
{
    QFETCH(QByteArray, text);
    const auto table = models::data::parseCsv({text.data(), std::size_t(text.size())}, "x.csv");
    QCOMPARE(table.column("text"), 1);
    QCOMPARE(table.rows.size(), std::size_t(1));
    QCOMPARE(QString::fromStdString(table.rows[0].fields.at(0)), "a.png");
    QCOMPARE(QString::fromStdString(table.rows[0].fields.at(1)), QStringLiteral("\u00fcber \U0001F600, links"));
}

void TestTrainFiles::columns_are_found_in_other_letters()
{
    const auto table = models::data::parseCsv("Split, IMAGE ,text,Text\ntrain,a.png,x,y\n", "x.csv");
    QCOMPARE(table.column("split"), 0);
    QCOMPARE(table.column("image"), 1);
    QCOMPARE(table.column("text"), 2); // Written exactly so.
    QCOMPARE(table.column("TEXT"), -1); // Either could be meant.
}

void TestTrainFiles::csv_that_is_wrong_is_refused_with_its_line_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("words");
    QTest::newRow("empty") << QByteArray("") << "empty";
    QTest::newRow("too few fields") << QByteArray("a,b\n1,2\n3\n") << "Line 3";
    QTest::newRow("open quote") << QByteArray("a,b\n1,\"2\n3,4\n") << "Line 2";
    QTest::newRow("text after a quote") << QByteArray("a,b\n\"1\"x,2\n") << "closing quote";
    QTest::newRow("column twice") << QByteArray("a,a\n1,2\n") << "twice";
    QTest::newRow("semicolon in a text") << QByteArray("a;b\n1;2\n3;4; 5\n") << "separated by semicolons";
    QTest::newRow("Latin-1") << QByteArray("a,b\n1,2\nx,\xFC\n") << "Line 3 of 'x.csv' cannot be read: it is not UTF-8";
    QTest::newRow("half a character") << QByteArray("\xFF\xFE"
                                                    "a\0,\0b\0\n\0\x3D\xD8x\0,\0",
        16) << "Line 2";
    QTest::newRow("column without a name") << QByteArray("a,\n1,2\n") << "no name";
}

void TestTrainFiles::csv_that_is_wrong_is_refused_with_its_line()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, words);
    const auto said = sentence(ErrorKind::InvalidInput, [&] {
        models::data::parseCsv({text.data(), std::size_t(text.size())}, "x.csv");
    });
    QVERIFY2(said.contains(words) && said.contains("x.csv"), qPrintable(said));
}

void TestTrainFiles::csv_line_can_be_read_back()
{
    const std::vector<std::string> fields{"plain", "a,b", "say \"x\"", "two\nlines", ""};
    const auto table = models::data::parseCsv("1,2,3,4,5\n" + models::data::csvLine(fields) + "\n", "x.csv");
    QVERIFY(table.rows.at(0).fields == fields);
}

void TestTrainFiles::png_of_every_kind_is_read_as_the_same_grey_data()
{
    QTest::addColumn<QImage::Format>("format");
    QTest::newRow("grey") << QImage::Format_Grayscale8;
    QTest::newRow("palette") << QImage::Format_Indexed8;
    QTest::newRow("RGB") << QImage::Format_RGB888;
    QTest::newRow("RGBA") << QImage::Format_RGBA8888;
}

void TestTrainFiles::png_of_every_kind_is_read_as_the_same_grey()
{
    QFETCH(QImage::Format, format);
    QTemporaryDir folder;
    savePicture(pathOf(folder, "a.png"), 7, 5, format);
    const auto picture = models::data::readGreyPicture(pathOf(folder, "a.png"));
    QCOMPARE(picture.columns, 7);
    QCOMPARE(picture.rows, 5);
    for (int y = 0; y < 5; ++y)
        for (int x = 0; x < 7; ++x)
            QVERIFY2(std::abs(int(picture.values[std::size_t(y * 7 + x)]) - (10 * x + y)) <= 1,
                qPrintable(QString::number(picture.values[std::size_t(y * 7 + x)])));
}

void TestTrainFiles::grey_of_16_bits_is_windowed_as_it_is_to_be_segmented()
{
    QTemporaryDir folder;
    QImage image(40, 40, QImage::Format_Grayscale16);
    for (int pixel = 0; pixel < 1600; ++pixel) // 12 bits, as X-rays are exported: dark in most viewers.
        reinterpret_cast<quint16*>(image.scanLine(pixel / 40))[pixel % 40] = quint16(pixel * 4095 / 1599);
    QVERIFY(image.save(QString::fromStdString(pathOf(folder, "a.png").string())));
    const auto picture = models::data::readGreyPicture(pathOf(folder, "a.png"));
    for (int pixel = 0; pixel < 1600; ++pixel)
        QVERIFY(std::abs(int(picture.values[std::size_t(pixel)]) - pixel * 255 / 1599) <= 3);
}

void TestTrainFiles::jpeg_is_read_data()
{
    QTest::addColumn<QImage::Format>("format");
    QTest::newRow("grey") << QImage::Format_Grayscale8;
    QTest::newRow("colour") << QImage::Format_RGB888;
}

void TestTrainFiles::jpeg_is_read()
{
    QFETCH(QImage::Format, format);
    QTemporaryDir folder;
    const auto file = pathOf(folder, "a.jpg");
    QImage image(32, 24, QImage::Format_Grayscale8);
    for (int y = 0; y < 24; ++y)
        for (int x = 0; x < 32; ++x)
            image.scanLine(y)[x] = static_cast<uchar>(4 * x + 3 * y);
    QVERIFY(image.convertToFormat(format).save(QString::fromStdString(file.string()), "JPG", 98));
    QVERIFY(models::data::isPicture(file));
    const auto picture = models::data::readGreyPicture(file);
    QCOMPARE(picture.columns, 32);
    for (int y = 0; y < 24; ++y)
        for (int x = 0; x < 32; ++x)
            QVERIFY(std::abs(int(picture.values[std::size_t(32 * y + x)]) - (4 * x + 3 * y)) <= 4);
    QFile whole(QString::fromStdString(file.string()));
    QVERIFY(whole.open(QIODevice::ReadOnly));
    const auto bytes = whole.readAll();
    for (const qsizetype length : {qsizetype(3), qsizetype(60), bytes.size() / 2}) {
        write(file, bytes.left(length));
        QVERIFY(sentence(ErrorKind::InvalidInput, [&] { models::data::readGreyPicture(file); }).contains("a.jpg"));
    }
}

void TestTrainFiles::mask_is_read_by_its_values_data()
{
    QTest::addColumn<int>("bits");
    QTest::addColumn<int>("inside");
    QTest::newRow("8 bits, 1") << 8 << 1;
    QTest::newRow("8 bits, 255") << 8 << 255;
    QTest::newRow("16 bits, 1") << 16 << 1;
    QTest::newRow("16 bits, 255") << 16 << 255;
    QTest::newRow("16 bits, 65535") << 16 << 65535;
}

void TestTrainFiles::mask_is_read_by_its_values()
{
    QFETCH(int, bits);
    QFETCH(int, inside);
    QTemporaryDir folder;
    QImage image(9, 7, bits == 16 ? QImage::Format_Grayscale16 : QImage::Format_Grayscale8);
    image.fill(0);
    for (int y = 2; y < 5; ++y)
        for (int x = 3; x < 8; ++x)
            if (bits == 16)
                reinterpret_cast<quint16*>(image.scanLine(y))[x] = quint16(inside);
            else
                image.scanLine(y)[x] = uchar(inside);
    QVERIFY(image.save(QString::fromStdString(pathOf(folder, "m.png").string())));
    const auto mask = models::data::readMaskPicture(pathOf(folder, "m.png"));
    for (int y = 0; y < 7; ++y)
        for (int x = 0; x < 9; ++x)
            QCOMPARE(int(mask.values[std::size_t(9 * y + x)]), int(y >= 2 && y < 5 && x >= 3 && x < 8));
}

void TestTrainFiles::png_that_is_broken_is_refused()
{
    QTemporaryDir folder;
    const auto file = pathOf(folder, "a.png");
    savePicture(file, 64, 64, QImage::Format_Grayscale8);
    QFile whole(QString::fromStdString(file.string()));
    QVERIFY(whole.open(QIODevice::ReadOnly));
    const auto bytes = whole.readAll();
    const auto read = [&] { models::data::readGreyPicture(file); };
    for (const qsizetype length : {qsizetype(0), qsizetype(5), qsizetype(20), bytes.size() / 2}) {
        write(file, bytes.left(length));
        QVERIFY(sentence(ErrorKind::InvalidInput, read).contains("a.png"));
    }
    auto huge = bytes;
    huge.replace(16, 8, QByteArray::fromHex("0010000000100000")); // width and height 1048576
    write(file, huge);
    QVERIFY(sentence(ErrorKind::InvalidInput, read).contains("a.png"));
    QFile::remove(whole.fileName());
    QVERIFY(sentence(ErrorKind::NotFound, read).contains("a.png"));
}

void TestTrainFiles::small_mask_is_set_where_half_of_the_area_was()
{
    models::data::FullMask mask{4, 4, std::vector<bool>(16, false), {}};
    mask.values[0] = true; // a quarter of the first new pixel
    mask.values[2] = mask.values[3] = true; // half of the second
    mask.values[8] = mask.values[9] = mask.values[12] = true; // three quarters of the third
    const std::vector<std::uint8_t> expected{0, 1, 1, 0};
    QVERIFY(models::data::resizedMask(mask, 2) == expected);
    const std::vector<std::uint8_t> same{1, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0};
    QVERIFY(models::data::resizedMask(mask, 4) == same);
}

void TestTrainFiles::picture_is_averaged_when_it_shrinks()
{
    models::data::GreyPicture picture{64, 64, {}};
    for (int pixel = 0; pixel < 64 * 64; ++pixel)
        picture.values.push_back((pixel + pixel / 64) % 2 == 0 ? 0 : 200); // a checkerboard
    for (const auto value : models::data::resizedPicture({picture.columns, picture.rows, picture.values}, 16))
        QVERIFY2(std::abs(value - 100) <= 6, qPrintable(QString::number(value))); // picking pixels would give 0 or 200
}

void TestTrainFiles::dataset_keeps_pictures_masks_and_texts()
{
    QTemporaryDir folder;
    savePicture(pathOf(folder, "a.png"), 8, 8, QImage::Format_Grayscale8);
    savePicture(pathOf(folder, "b.png"), 8, 8, QImage::Format_Grayscale8);
    write(pathOf(folder, "manifest.csv"),
        "split,image,mask,one,two\ntrain,a.png,b.png,\"left, lower\",zone\nvalid,b.png,a.png,x,y\n");
    models::data::DatasetOptions options;
    options.folder = folder.path().toStdString();
    options.split = "train";
    options.textColumns = models::data::splitColumns("two+one");
    options.pictureSize = 8;
    options.fullMasks = true;
    const auto data = models::data::readDataset(options, {}, {});
    QCOMPARE(data.samples.size(), std::size_t(1));
    QCOMPARE(QString::fromStdString(data.samples[0].image), "a.png");
    QVERIFY((data.samples[0].texts == std::vector<std::string>{"zone", "left, lower"}));
    QCOMPARE(int(data.pictures[8 * 3 + 5]), 10 * 5 + 3);
    // The mask's brightest value is 77: from 39 on a pixel is set.
    for (int y = 0; y < 8; ++y)
        for (int x = 0; x < 8; ++x) {
            QCOMPARE(int(data.masks[std::size_t(8 * y + x)]), int(10 * x + y >= 39));
            QCOMPARE(bool(data.fullMasks[0].values[std::size_t(8 * y + x)]), 10 * x + y >= 39);
        }
    QVERIFY(data.warnings.empty());
}

void TestTrainFiles::dataset_that_is_wrong_is_refused_data()
{
    QTest::addColumn<QByteArray>("manifest");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("words");
    const auto invalid = int(ErrorKind::InvalidInput);
    const auto row = [&](const char* name, const char* text, int kind, const char* words) {
        QTest::newRow(name) << QByteArray(text) << kind << QString(words);
    };
    row("no column", "split,image,text\ntrain,a.png,x\n", invalid, "no column 'mask'");
    row("no row", "split,image,mask,text\nvalid,a.png,a.png,x\n", invalid, "the split 'train'");
    row("path leaves", "split,image,mask,text\ntrain,../a.png,a.png,x\n", invalid, "line 2");
    row("path leaves later", "split,image,mask,text\ntrain,a.png,x/../../a.png,x\n", invalid, "line 2");
    row("absolute path", "split,image,mask,text\ntrain,/etc/passwd,a.png,x\n", invalid, "line 2");
    row("empty path", "split,image,mask,text\ntrain,,a.png,x\n", invalid, "line 2");
    row("picture missing", "split,image,mask,text\ntrain,none.png,a.png,x\n", int(ErrorKind::NotFound), "none.png");
    row("picture twice", "split,image,mask,text\ntrain,a.png,a.png,x\ntrain,a.png,wide.png,x\n", invalid, "twice");
    row("no picture", "split,image,mask,text\ntrain,manifest.csv,a.png,x\n", invalid, "manifest.csv");
    row("mask of another shape", "split,image,mask,text\ntrain,a.png,wide.png,x\n", invalid, "wide.png");
}

void TestTrainFiles::dataset_that_is_wrong_is_refused()
{
    QFETCH(QByteArray, manifest);
    QFETCH(int, kind);
    QFETCH(QString, words);
    QTemporaryDir folder;
    savePicture(pathOf(folder, "a.png"), 8, 8, QImage::Format_Grayscale8);
    savePicture(pathOf(folder, "wide.png"), 16, 8, QImage::Format_Grayscale8);
    write(pathOf(folder, "manifest.csv"), manifest);
    models::data::DatasetOptions options;
    options.folder = folder.path().toStdString();
    options.split = "train";
    options.textColumns = {"text"};
    options.pictureSize = 8;
    const auto said = sentence(ErrorKind(kind), [&] { models::data::readDataset(options, {}, {}); });
    QVERIFY2(said.contains(words), qPrintable(said));
}

void TestTrainFiles::dataset_counts_missing_texts_and_scaled_masks()
{
    QTemporaryDir folder;
    for (const char* name : {"a.png", "b.png", "c.png"})
        savePicture(pathOf(folder, name), 8, 8, QImage::Format_Grayscale8);
    savePicture(pathOf(folder, "small.png"), 4, 4, QImage::Format_Grayscale8);
    write(pathOf(folder, "manifest.csv"),
        "split,image,mask,text\ntrain,a.png,small.png,\ntrain,b.png,b.png,\ntrain,c.png,c.png,x\n");
    models::data::DatasetOptions options;
    options.folder = folder.path().toStdString();
    options.split = "train";
    options.textColumns = {"text"};
    options.pictureSize = 8;
    const auto data = models::data::readDataset(options, {}, {});
    QCOMPARE(data.warnings.size(), std::size_t(2));
    QVERIFY(QString::fromStdString(data.warnings[0]).startsWith("1 of the split 'train': masks"));
    QVERIFY(QString::fromStdString(data.warnings[1]).startsWith("2 of the split 'train': pictures lack a text"));
}

void TestTrainFiles::files_that_are_no_png_go_to_the_programs_readers()
{
    QTemporaryDir folder;
    savePicture(pathOf(folder, "a.png"), 8, 8, QImage::Format_Grayscale8);
    write(pathOf(folder, "b.dcm"), "no PNG");
    write(pathOf(folder, "b.nii"), "no PNG either");
    write(pathOf(folder, "manifest.csv"), "split,image,mask\ntrain,a.png,a.png\ntrain,b.dcm,b.nii\n");
    models::data::DatasetOptions options;
    options.folder = folder.path().toStdString();
    options.split = "train";
    options.pictureSize = 8;
    QVERIFY(sentence(ErrorKind::InvalidInput, [&] { models::data::readDataset(options, {}, {}); }).contains("b.dcm"));
    options.readers.study = [](const models::data::StudyRequest& request) {
        const bool right = request.image.filename() == "b.dcm" && request.masks.at(0).filename() == "b.nii";
        models::data::StudySlice slice{1, {8, 8, std::vector<std::uint8_t>(64, right ? 7 : 0), 1}, {}};
        slice.masks.push_back({8, 8, std::vector<std::uint8_t>(64, right)});
        return std::vector<models::data::StudySlice>{slice};
    };
    const auto data = models::data::readDataset(options, {}, {});
    QCOMPARE(int(data.pictures[8 * 3 + 5]), 10 * 5 + 3); // PNG is still read here.
    QCOMPARE(QString::fromStdString(data.samples[1].image), "b.dcm");
    QCOMPARE(int(data.pictures[64]), 7);
    QCOMPARE(int(data.masks[64]), 1);
    options.readers.study = [](const models::data::StudyRequest&) -> std::vector<models::data::StudySlice> {
        throw imaging::Error(ErrorKind::Unsupported, "It cannot be decoded.");
    };
    const auto said = sentence(ErrorKind::Unsupported, [&] { models::data::readDataset(options, {}, {}); });
    QVERIFY2(said.contains("cannot be decoded") && said.contains("line 3"), qPrintable(said));
}

void TestTrainFiles::slices_of_studies_are_prepared_and_png_files_are_not()
{
    QTemporaryDir folder;
    savePicture(pathOf(folder, "a.png"), 8, 8, QImage::Format_Grayscale8);
    write(pathOf(folder, "b.dcm"), "no PNG");
    write(pathOf(folder, "manifest.csv"), "split,image,mask\ntrain,a.png,a.png\ntrain,b.dcm,b.dcm\n");
    models::data::DatasetOptions options;
    options.folder = folder.path().toStdString();
    options.split = "train";
    options.pictureSize = 8;
    options.cache = pathOf(folder, "cache");
    std::vector<std::uint8_t> levels(64);
    std::iota(levels.begin(), levels.end(), std::uint8_t(100));
    options.readers.study = [&](const models::data::StudyRequest&) {
        models::data::StudySlice slice{1, {8, 8, levels, 1}, {}};
        slice.masks.push_back({8, 8, std::vector<std::uint8_t>(64, 1)});
        return std::vector<models::data::StudySlice>{slice};
    };
    const auto before = models::data::readDataset(options, {}, {});
    options.preparation.stretch = true;
    const auto data = models::data::readDataset(options, {}, {}); // Not what the cache has of before.
    QVERIFY(std::equal(data.pictures.begin(), data.pictures.begin() + 64, before.pictures.begin()));
    QCOMPARE(int(before.pictures[64]), 100);
    QCOMPARE(int(data.pictures[64]), 0);
    QCOMPARE(int(data.pictures[127]), 255);
    QCOMPARE(data.masks, before.masks);
    QVERIFY(data.warnings == before.warnings);
    options.preparation.claheClip = 7;
    options.preparation.claheSide = 16;
    const auto equalized = models::data::readDataset(options, {}, {});
    QVERIFY(equalized.pictures != data.pictures);
    QCOMPARE(equalized.masks, before.masks);
}

void TestTrainFiles::splits_that_share_a_picture_are_refused()
{
    models::data::Dataset first, second;
    first.samples = {{"a.png", {}}, {"b.png", {}}};
    second.samples = {{"c.png", {}}};
    models::data::requireDisjoint(first, second);
    second.samples.push_back({"b.png", {}});
    QVERIFY(sentence(ErrorKind::InvalidInput, [&] { models::data::requireDisjoint(first, second); }).contains("b.png"));
}

void TestTrainFiles::shuffled_texts_all_come_from_another_case()
{
    for (const std::size_t count : {std::size_t(2), std::size_t(7), std::size_t(100)}) {
        auto source = models::data::shuffledSources(count, 1);
        for (std::size_t index = 0; index < count; ++index)
            QVERIFY(source[index] != index);
        QVERIFY(count < 7 || source != models::data::shuffledSources(count, 2));
        std::sort(source.begin(), source.end());
        for (std::size_t index = 0; index < count; ++index)
            QCOMPARE(source[index], index);
    }
}

void TestTrainFiles::options_come_back_from_their_json()
{
    models::LvitTrainOptions options;
    options.data = "some/folder";
    options.width = 24;
    options.learningRate = 0.1 + 0.2;
    options.seed = 0xFFFFFFFFFFFFFFFFU;
    options.halfPrecision = true;
    options.views = {"PA"};
    const auto back = models::optionsFromJson(models::optionsToJson(options), models::LvitTrainOptions(), "x.json");
    QCOMPARE(back.data.string(), options.data.string());
    QCOMPARE(back.width, 24);
    QVERIFY(back.learningRate == options.learningRate);
    QVERIFY(back.seed == options.seed);
    QVERIFY(back.halfPrecision);
    QVERIFY(back.views == options.views);
}

void TestTrainFiles::options_know_both_spellings_and_refuse_others_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("words"); // empty: accepted
    QTest::newRow("field name") << QByteArray("{\"textTokens\": 24}") << "";
    QTest::newRow("command line name") << QByteArray("{\"text-tokens\": 24}") << "";
    QTest::newRow("unknown key") << QByteArray("{\"textTokens\": 24, \"tokens\": 1}") << "no setting 'tokens'";
    QTest::newRow("given twice") << QByteArray("{\"textTokens\": 24, \"text-tokens\": 24}") << "twice";
    QTest::newRow("fraction") << QByteArray("{\"textTokens\": 24.5}") << "a whole number";
    QTest::newRow("too large") << QByteArray("{\"textTokens\": 5000000000}") << "a whole number";
    QTest::newRow("string") << QByteArray("{\"textTokens\": \"24\"}") << "a whole number";
    QTest::newRow("negative seed") << QByteArray("{\"seed\": -1}") << "a whole number from 0";
    QTest::newRow("list of numbers") << QByteArray("{\"views\": [1]}") << "a list of strings";
    QTest::newRow("no object") << QByteArray("[1]") << "not a JSON object";
    QTest::newRow("no JSON") << QByteArray("{\"textTokens\": ") << "not a JSON object";
}

void TestTrainFiles::options_know_both_spellings_and_refuse_others()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, words);
    models::LvitTrainOptions options;
    const auto said = sentence(ErrorKind::InvalidInput,
        [&] { options = models::optionsFromJson(json.toStdString(), models::LvitTrainOptions(), "x.json"); });
    if (words.isEmpty())
        QCOMPARE(options.textTokens, 24);
    else
        QVERIFY2(said.contains(words) && said.contains("x.json"), qPrintable(said));
}

void TestTrainFiles::checksum_is_that_of_the_standard()
{
    // CRC-32C of "123456789" is 0xE3069283 (RFC 3720, the usual check value); the mask is TFRecord's.
    QCOMPARE(models::training::maskedCrc32c("123456789"), std::rotr(0xE3069283U, 15) + 0xA282EAD8U);
}

void TestTrainFiles::events_can_be_parsed_back()
{
    QTemporaryDir folder;
    const std::filesystem::path path = folder.path().toStdString();
    models::training::EventWriter writer(path, 3);
    writer.write(4, {{"valid/dice", 0.75}, {"train/loss", 1.5}});
    models::training::EventWriter second(path, 0);
    QVERIFY(second.file() != writer.file());

    const auto records = readRecords(writer.file());
    QCOMPARE(records.size(), std::size_t(3));
    QCOMPARE(fields(records[0].event, 3).at(0).bytes, QByteArray("brain.Event:2"));
    QCOMPARE(fields(records[1].event, 2).at(0).value, std::uint64_t(4)); // TensorBoard drops steps from here on
    QCOMPARE(fields(fields(records[1].event, 7).at(0).bytes, 1).at(0).value, std::uint64_t(1));
    QCOMPARE(fields(records[2].event, 2).at(0).value, std::uint64_t(4));
    QVERIFY(std::bit_cast<double>(fields(records[2].event, 1).at(0).value) > 1.6e9);
    const auto values = fields(fields(records[2].event, 5).at(0).bytes, 1);
    QCOMPARE(values.size(), std::size_t(2));
    QCOMPARE(fields(values[0].bytes, 1).at(0).bytes, QByteArray("valid/dice"));
    QCOMPARE(std::bit_cast<float>(std::uint32_t(fields(values[0].bytes, 2).at(0).value)), 0.75F);
    QCOMPARE(std::bit_cast<float>(std::uint32_t(fields(values[1].bytes, 2).at(0).value)), 1.5F);
}

void TestTrainFiles::second_lock_is_refused_until_the_first_is_gone()
{
    QTemporaryDir folder;
    const auto path = pathOf(folder, "out");
    {
        const models::training::FolderLock first(path);
        QVERIFY(sentence(ErrorKind::WrongUse, [&] {
            models::training::FolderLock second(path);
        }).contains("Another training"));
    }
    const models::training::FolderLock third(path);
    write(pathOf(folder, "file"), "x");
    QVERIFY(sentence(ErrorKind::Io, [&] {
        models::training::FolderLock lock(pathOf(folder, "file/out"));
    }).contains("file/out"));
    QVERIFY(sentence(ErrorKind::Io, [&] {
        models::training::makeFolder(pathOf(folder, "file/probe"));
    }).contains("cannot be written to: Not a directory"));
}

QTEST_GUILESS_MAIN(TestTrainFiles)
#include "tst_train_files.moc"
