#include "models/data/dataset.h"
#include "models/data/dataset_cache.h"
#include "models/data/picture_reader.h"
#include "models/data/resize.h"
#include "models/vision/tile_grid.h"
#include "tests/support/training_pictures.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <memory>

using support::grey;
using support::refusal;

namespace {

models::data::StudySlice slice(int number, std::uint8_t bright, bool hasMask)
{
    models::data::StudySlice result{number, {8, 8, std::vector<std::uint8_t>(64, bright), 1}, {}};
    result.masks.push_back({8, 8, std::vector<std::uint8_t>(64, hasMask)});
    return result;
}

bool equal(const models::data::Dataset& a, const models::data::Dataset& b)
{
    const auto same = [](const models::data::FullMask& x, const models::data::FullMask& y) {
        return x.columns == y.columns && x.rows == y.rows && x.values == y.values && x.labels == y.labels;
    };
    const auto sameSample = [](const auto& x, const auto& y) {
        return x.image == y.image && x.texts == y.texts && x.labelled == y.labelled;
    };
    return a.pictures == b.pictures && a.masks == b.masks && a.channels == b.channels && a.warnings == b.warnings
        && std::equal(a.samples.begin(), a.samples.end(), b.samples.begin(), b.samples.end(), sameSample)
        && std::equal(a.fullMasks.begin(), a.fullMasks.end(), b.fullMasks.begin(), b.fullMasks.end(), same);
}

} // namespace

class TestTrainDataset : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void turned_pictures_and_unknown_sides_are_said();
    void stack_gives_a_sample_for_each_wanted_slice_data();
    void stack_gives_a_sample_for_each_wanted_slice();
    void sentences_of_one_picture_share_its_decoding();
    void sentences_of_one_stack_share_its_reading();
    void slice_that_is_not_there_is_refused();
    void picture_without_mask_is_unlabelled();
    void pictures_without_masks_are_read_for_their_texts();
    void pictures_in_colour_stay_so_when_asked();
    void masks_of_several_classes_keep_their_values_data();
    void masks_of_several_classes_keep_their_values();
    void one_mask_for_each_class_is_laid_together();
    void value_that_is_no_class_is_refused();
    void label_png_of_every_kind_keeps_its_values_data();
    void label_png_of_every_kind_keeps_its_values();
    void label_png_that_is_none_is_refused();
    void small_label_is_that_of_the_largest_part();
    void tiles_cover_the_picture_and_overlap_data();
    void tiles_cover_the_picture_and_overlap();
    void tiles_are_samples_whose_texts_name_no_place();
    void empty_masks_are_counted();
    void splits_may_not_share_slices_of_one_picture();
    void cache_gives_the_same_without_decoding();
    void cache_of_other_content_or_settings_is_not_used();
    void cache_that_is_damaged_is_made_again_data();
    void cache_that_is_damaged_is_made_again();
    void cache_that_cannot_be_written_does_no_harm();

private:
    QString path(const QString& name) const { return m_folder->filePath(name); }
    models::data::DatasetOptions options() const;
    void writeStack(const QByteArray& rows = "train,ct,ct,\"one area, left lung.\"\n");
    models::data::PictureReaders stackReaders(const std::vector<int>& withMask, int slices) const;
    void writePngs();
    QStringList cacheFiles() const { return QDir(path("cache")).entryList(QDir::Files); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestTrainDataset::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

models::data::DatasetOptions TestTrainDataset::options() const
{
    models::data::DatasetOptions options;
    options.folder = m_folder->path().toStdString();
    options.split = "train";
    options.textColumns = {"text"};
    options.pictureSize = 8;
    return options;
}

/// A folder "ct" that stands for a series.
void TestTrainDataset::writeStack(const QByteArray& rows)
{
    QDir().mkpath(path("ct"));
    support::writeText(
        path("manifest.csv"), "split,image,mask,text,slice\n" + QByteArray(rows).replace("\"\n", "\",\n"));
}

models::data::PictureReaders TestTrainDataset::stackReaders(const std::vector<int>& withMask, int slices) const
{
    models::data::PictureReaders readers;
    readers.study = [withMask, slices](const models::data::StudyRequest&) {
        std::vector<models::data::StudySlice> stack;
        for (int number = 1; number <= slices; ++number)
            stack.push_back(slice(
                number, std::uint8_t(number), std::find(withMask.begin(), withMask.end(), number) != withMask.end()));
        return stack;
    };
    return readers;
}

void TestTrainDataset::turned_pictures_and_unknown_sides_are_said()
{
    writeStack("train,ct,,\"lower left lung\",1\ntrain,ct,,\"lower left lung\",2\ntrain,ct,,both lungs,3\n");
    auto wanted = options();
    wanted.textSides = imaging::Sides::Patient;
    wanted.cache = path("cache").toStdString();
    wanted.readers.study = [&, stack = stackReaders({}, 3)](const models::data::StudyRequest& request) {
        auto slices = stack.study(request);
        slices[0].sidesKnown = slices[0].wasTurned = request.textSides == imaging::Sides::Patient;
        return slices;
    };
    for (const char* source : {"files", "cache"}) {
        const auto data = models::data::readDataset(wanted, {}, {});
        QCOMPARE(data.samples.size(), std::size_t{3});
        QVERIFY2(data.warnings.size() >= 2, source);
        QVERIFY(QString::fromStdString(data.warnings[0]).startsWith("1 of the split 'train': pictures are not stored"));
        QVERIFY(QString::fromStdString(data.warnings[1]).contains("do not say where the patient's sides are"));
        QVERIFY(QString::fromStdString(data.warnings[1]).contains("ct#2"));
        QVERIFY(!QString::fromStdString(data.warnings[1]).contains("ct#3")); // Its text names no side.
    }
    // What is decoded for the other sides is not taken from the cache.
    wanted.textSides = imaging::Sides::Picture;
    for (const auto& warning : models::data::readDataset(wanted, {}, {}).warnings)
        QVERIFY(warning.find("sides") == std::string::npos && warning.find("turned") == std::string::npos);
}

void TestTrainDataset::stack_gives_a_sample_for_each_wanted_slice_data()
{
    QTest::addColumn<double>("emptySlices");
    QTest::addColumn<QString>("numbers");
    QTest::newRow("only with mask") << 0.0 << "4 5";
    QTest::newRow("as many without") << 1.0 << "4 5 6 10";
    QTest::newRow("all") << -1.0 << "1 2 3 4 5 6 7 8 9 10";
    QTest::newRow("more than there are") << 9.0 << "1 2 3 4 5 6 7 8 9 10";
}

void TestTrainDataset::stack_gives_a_sample_for_each_wanted_slice()
{
    QFETCH(double, emptySlices);
    QFETCH(QString, numbers);
    writeStack();
    auto wanted = options();
    wanted.readers = stackReaders({4, 5}, 10);
    wanted.emptySlices = emptySlices;
    const auto data = models::data::readDataset(wanted, {}, {});
    QStringList found;
    for (std::size_t index = 0; index < data.samples.size(); ++index) {
        const auto name = QString::fromStdString(data.samples[index].image);
        QVERIFY(name.startsWith("ct#"));
        found << name.mid(3);
        QCOMPARE(int(data.pictures[64 * index]), name.mid(3).toInt());
        QCOMPARE(int(data.masks[64 * index]), int(name == "ct#4" || name == "ct#5"));
        QCOMPARE(QString::fromStdString(data.samples[index].texts.at(0)), "one area, left lung.");
    }
    QCOMPARE(found.join(' '), numbers);
}

void TestTrainDataset::sentences_of_one_picture_share_its_decoding()
{
    support::writePicture(path("a.png"), 8, 8, [](int x, int y) { return grey(10 * x + y); });
    support::writePicture(path("left.png"), 8, 8, [](int x, int) { return grey(x < 4 ? 255 : 0); });
    support::writePicture(path("right.png"), 8, 8, [](int x, int) { return grey(x < 4 ? 0 : 255); });
    support::writeText(path("manifest.csv"),
        "split,image,mask,text\ntrain,a.png,left.png,left lung\ntrain,a.png,right.png,right lung\n");
    auto wanted = options();
    wanted.fullMasks = true;
    wanted.cache = path("cache").toStdString();
    for (int time = 0; time < 2; ++time) { // The second one from the cache.
        const auto data = models::data::readDataset(wanted, {}, {});
        QCOMPARE(data.samples.size(), std::size_t(2));
        for (std::size_t i = 0; i < 2; ++i) {
            QCOMPARE(QString::fromStdString(data.samples[i].image), "a.png");
            QCOMPARE(QString::fromStdString(data.samples[i].texts.at(0)), i == 0 ? "left lung" : "right lung");
            QVERIFY(data.samples[i].masks == std::vector<std::string>{i == 0 ? "left.png" : "right.png"});
            QCOMPARE(int(data.pictures[64 * i + 8 * 2 + 3]), 32);
            for (int x = 0; x < 8; ++x)
                QCOMPARE(int(data.masks[64 * i + std::size_t(x)]), int((x < 4) == (i == 0)));
        }
        QVERIFY(data.warnings.empty());
    }
}

void TestTrainDataset::sentences_of_one_stack_share_its_reading()
{
    QDir().mkpath(path("ct"));
    support::writeText(path("manifest.csv"),
        "split,image,mask,text,slice\ntrain,ct,a.nii,one area,\ntrain,ct,b.nii,two areas,\ntrain,ct,a.nii,in one,2\n");
    int read = 0;
    auto wanted = options();
    wanted.emptySlices = 0;
    wanted.readers.study = [&](const models::data::StudyRequest& request) {
        ++read;
        std::vector<models::data::StudySlice> stack;
        for (int number = 1; number <= 3; ++number) {
            stack.push_back(slice(number, std::uint8_t(number), false));
            stack.back().masks.clear();
            for (const auto& mask : request.masks) // a.nii is drawn on slice 2, b.nii on slice 3.
                stack.back().masks.push_back(
                    {8, 8, std::vector<std::uint8_t>(64, number == (mask.filename() == "a.nii" ? 2 : 3))});
        }
        return stack;
    };
    const auto data = models::data::readDataset(wanted, {}, {});
    QCOMPARE(read, 1);
    QCOMPARE(data.samples.size(), std::size_t(3));
    const char* names[] = {"ct#2", "ct#3", "ct#2"};
    for (std::size_t i = 0; i < 3; ++i) {
        QCOMPARE(QString::fromStdString(data.samples[i].image), names[i]);
        QCOMPARE(int(data.masks[64 * i]), 1);
    }
    QCOMPARE(QString::fromStdString(data.samples[2].texts.at(0)), "in one");
}

void TestTrainDataset::slice_that_is_not_there_is_refused()
{
    support::writeText(path("manifest.csv"), "split,image,mask,text,slice\ntrain,ct,ct,a,3\ntrain,ct,ct,b,7\n");
    QDir().mkpath(path("ct"));
    auto wanted = options();
    int read = 0;
    wanted.readers.study = [&, stack = stackReaders({4, 5}, 10)](const models::data::StudyRequest& request) {
        ++read;
        return stack.study(request);
    };
    const auto data =
        models::data::readDataset(wanted, {}, {}); // A slice that is named is wanted, with mask or without.
    QCOMPARE(data.samples.size(), std::size_t(2));
    QCOMPARE(QString::fromStdString(data.samples[0].image), "ct#3");
    QCOMPARE(QString::fromStdString(data.samples[1].texts.at(0)), "b");
    QCOMPARE(read, 1); // The stack was read once for both.
    wanted.readers = stackReaders({4, 5}, 6);
    const auto said = refusal([&] { models::data::readDataset(wanted, {}, {}); });
    QVERIFY2(said.contains("no slice 7") && said.contains("line 3"), qPrintable(said));
}

void TestTrainDataset::picture_without_mask_is_unlabelled()
{
    support::writePicture(path("a.png"), 8, 8, [](int x, int) { return grey(x); });
    support::writeText(path("manifest.csv"), "split,image,mask,text\ntrain,a.png,,x\n");
    const auto data = models::data::readDataset(options(), {}, {});
    QVERIFY(!data.samples.at(0).labelled);
    QVERIFY(std::all_of(data.masks.begin(), data.masks.end(), [](auto value) { return value == 0; }));
    QVERIFY(data.warnings.empty());
    writeStack(); // Which only its reader knows to have no mask.
    auto scored = options();
    scored.fullMasks = true;
    scored.readers.study = [](const models::data::StudyRequest&) {
        auto bare = slice(1, 9, false);
        bare.masks.clear();
        return std::vector<models::data::StudySlice>{bare};
    };
    const auto said = refusal([&] { models::data::readDataset(scored, {}, {}); });
    QVERIFY2(said.contains("cannot be scored") && said.contains("line 2"), qPrintable(said));
}

void TestTrainDataset::pictures_without_masks_are_read_for_their_texts()
{
    support::writePicture(path("a.png"), 8, 8, [](int x, int) { return grey(x); });
    support::writeText(
        path("manifest.csv"), "split,image,class,text\ntrain,a.png,COVID,left lung\ntrain,a.png,COVID,right lung\n");
    auto wanted = options();
    wanted.masks = false;
    wanted.classColumn = "class";
    wanted.cache = path("cache").toStdString();
    for (const char* source : {"files", "cache"}) {
        const auto data = models::data::readDataset(wanted, {}, {});
        QVERIFY2(data.samples.size() == 2 && !data.hasMasks(), source);
        QVERIFY(data.samples[0].labelled && data.warnings.empty());
        QCOMPARE(QString::fromStdString(data.samples[1].texts.at(0)), "right lung");
        QCOMPARE(models::data::classNames(data), std::vector<std::string>{"COVID"});
    }
    QCOMPARE(cacheFiles().size(), 1);
    // Asked for with masks, what was kept without any is not used.
    support::writeText(
        path("manifest.csv"), "split,image,mask,text\ntrain,a.png,,left lung\ntrain,a.png,,right lung\n");
    wanted.masks = true;
    wanted.classColumn.clear();
    const auto unlabelled = models::data::readDataset(wanted, {}, {});
    QVERIFY(unlabelled.hasMasks() && !unlabelled.samples[0].labelled);
    QCOMPARE(cacheFiles().size(), 2);
}

void TestTrainDataset::pictures_in_colour_stay_so_when_asked()
{
    support::writePicture(path("grey.png"), 8, 8, [](int x, int) { return grey(30 * x); });
    support::writePicture(
        path("red.png"), 8, 8, [](int x, int) { return qRgb(30 * x, 0, 7); }, QImage::Format_RGB888);
    support::writeText(
        path("manifest.csv"), "split,image,mask,text\ntrain,grey.png,grey.png,x\ntrain,red.png,grey.png,x\n");
    auto wanted = options();
    QCOMPARE(models::data::readDataset(wanted, {}, {}).channels, 1);
    wanted.channels = 3;
    const auto data = models::data::readDataset(wanted, {}, {});
    QCOMPARE(data.channels, 3);
    QCOMPARE(data.pictures.size(), std::size_t(2 * 3 * 64));
    for (int x = 0; x < 8; ++x) {
        const auto at = [&](int sample, int channel) {
            return int(data.pictures[std::size_t((3 * sample + channel) * 64 + x)]);
        };
        QVERIFY(at(0, 0) == 30 * x && at(0, 1) == 30 * x && at(0, 2) == 30 * x);
        QVERIFY(at(1, 0) == 30 * x && at(1, 1) == 0 && at(1, 2) == 7);
    }
    wanted.limit = 1; // Only the grey one: one channel is enough.
    QCOMPARE(models::data::readDataset(wanted, {}, {}).channels, 1);
}

void TestTrainDataset::masks_of_several_classes_keep_their_values_data()
{
    QTest::addColumn<int>("size");
    QTest::newRow("as large as the network") << 8;
    QTest::newRow("twice as large") << 16;
}

void TestTrainDataset::masks_of_several_classes_keep_their_values()
{
    QFETCH(int, size);
    const auto label = [&](int x, int y) { return y * 8 / size < 4 ? 0 : x * 8 / size < 4 ? 1 : 2; };
    support::writePicture(path("m.png"), size, size, [&](int x, int y) { return grey(label(x, y)); });
    support::writeText(path("manifest.csv"), "split,image,mask,text\ntrain,m.png,m.png,x\n");
    auto wanted = options();
    wanted.classes = 3;
    wanted.fullMasks = true;
    const auto data = models::data::readDataset(wanted, {}, {});
    for (int y = 0; y < 8; ++y)
        for (int x = 0; x < 8; ++x)
            QCOMPARE(int(data.masks[std::size_t(8 * y + x)]), y < 4 ? 0 : x < 4 ? 1 : 2);
    QCOMPARE(data.fullMasks.at(0).labels.size(), std::size_t(size * size));
    QCOMPARE(std::count(data.fullMasks[0].values.begin(), data.fullMasks[0].values.end(), true), size * size / 2);
}

void TestTrainDataset::one_mask_for_each_class_is_laid_together()
{
    support::writePicture(path("a.png"), 8, 8, [](int, int) { return grey(50); });
    support::writePicture(path("one.png"), 8, 8, [](int x, int) { return grey(x < 4 ? 255 : 0); });
    support::writePicture(path("two.png"), 8, 8, [](int x, int) { return grey(x > 2 ? 1 : 0); });
    support::writePicture(path("small.png"), 4, 4, [](int, int) { return grey(1); });
    support::writeText(path("manifest.csv"), "split,image,one,two,text\ntrain,a.png,one.png,two.png,x\n");
    auto wanted = options();
    wanted.classes = 3;
    wanted.maskColumn = "one+two";
    const auto data = models::data::readDataset(wanted, {}, {});
    for (int x = 0; x < 8; ++x)
        QCOMPARE(int(data.masks[std::size_t(x)]), x < 3 ? 1 : 2);
    support::writeText(path("manifest.csv"), "split,image,one,two,text\ntrain,a.png,one.png,small.png,x\n");
    const auto said = refusal([&] { models::data::readDataset(wanted, {}, {}); });
    QVERIFY2(said.contains("small.png") && said.contains("different sizes"), qPrintable(said));
}

void TestTrainDataset::value_that_is_no_class_is_refused()
{
    support::writePicture(path("m.png"), 8, 8, [](int x, int) { return grey(x); });
    support::writeText(path("manifest.csv"), "split,image,mask,text\ntrain,m.png,m.png,x\n");
    auto wanted = options();
    wanted.classes = 3;
    const auto said = refusal([&] { models::data::readDataset(wanted, {}, {}); });
    QVERIFY2(said.contains("value 7") && said.contains("line 2"), qPrintable(said));
}

void TestTrainDataset::label_png_of_every_kind_keeps_its_values_data()
{
    QTest::addColumn<QImage::Format>("format");
    QTest::addColumn<int>("highest");
    QTest::newRow("grey") << QImage::Format_Grayscale8 << 255;
    QTest::newRow("palette") << QImage::Format_Indexed8 << 5;
    QTest::newRow("16 bits") << QImage::Format_Grayscale16 << 200;
    QTest::newRow("1 bit") << QImage::Format_Mono << 1;
}

void TestTrainDataset::label_png_of_every_kind_keeps_its_values()
{
    QFETCH(QImage::Format, format);
    QFETCH(int, highest);
    const auto label = [&](int x, int y) { return (x + 3 * y) % (highest + 1); };
    QImage image(11, 5, format);
    if (format == QImage::Format_Indexed8)
        for (int index = 0; index <= highest; ++index)
            image.setColor(index, qRgb(255 - 40 * index, 17 * index, 99)); // Colours say nothing about values.
    if (format == QImage::Format_Mono)
        image.setColorTable({qRgb(0, 0, 0), qRgb(255, 255, 255)});
    for (int y = 0; y < 5; ++y)
        for (int x = 0; x < 11; ++x) {
            if (format == QImage::Format_Grayscale8)
                image.scanLine(y)[x] = uchar(label(x, y));
            else if (format == QImage::Format_Grayscale16)
                reinterpret_cast<quint16*>(image.scanLine(y))[x] = quint16(label(x, y));
            else
                image.setPixel(x, y, uint(label(x, y)));
        }
    QVERIFY(image.save(path("m.png")));
    const auto mask = models::data::readLabelPicture(path("m.png").toStdString());
    QCOMPARE(mask.columns, 11);
    for (int y = 0; y < 5; ++y)
        for (int x = 0; x < 11; ++x)
            QCOMPARE(int(mask.values[std::size_t(11 * y + x)]), label(x, y));
}

void TestTrainDataset::label_png_that_is_none_is_refused()
{
    const auto file = path("m.png").toStdString();
    const auto read = [&] { models::data::readLabelPicture(file); };
    support::writePicture(
        path("m.png"), 8, 8, [](int x, int) { return qRgb(x, 0, 0); }, QImage::Format_RGB888);
    QVERIFY(refusal(read).contains("grey or have a palette"));
    QImage deep(3, 3, QImage::Format_Grayscale16);
    deep.fill(Qt::white);
    QVERIFY(deep.save(path("m.png")));
    QVERIFY(refusal(read).contains("above 255"));
    QFile whole(path("m.png"));
    QVERIFY(whole.open(QIODevice::ReadOnly));
    const auto bytes = whole.readAll();
    whole.close();
    for (const qsizetype length : {qsizetype(0), qsizetype(9), qsizetype(30), bytes.size() - 20}) {
        support::writeText(path("m.png"), bytes.left(length));
        QVERIFY2(refusal(read).contains("m.png"), qPrintable(refusal(read)));
    }
    QFile::remove(path("m.png"));
    QVERIFY(refusal(read).contains("There is no picture"));
}

void TestTrainDataset::small_label_is_that_of_the_largest_part()
{
    // Halves of 2 and 0; of 1 and 3; a quarter of 5 among 4; all 0.
    const models::data::FullMask mask{4, 4, std::vector<bool>(16), {2, 0, 1, 3, 2, 0, 3, 1, 4, 4, 0, 0, 4, 5, 0, 0}};
    QVERIFY((models::data::resizedMask(mask, 2) == std::vector<std::uint8_t>{2, 3, 4, 0}));
    QVERIFY(models::data::resizedMask(mask, 4) == mask.labels);
}

void TestTrainDataset::tiles_cover_the_picture_and_overlap_data()
{
    QTest::addColumn<int>("columns");
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("overlap");
    QTest::addColumn<int>("count");
    QTest::newRow("exactly") << 64 << 32 << 0 << 2;
    QTest::newRow("last one moved back") << 70 << 33 << 0 << 6;
    QTest::newRow("overlap") << 100 << 100 << 16 << 36;
    QTest::newRow("smaller than a tile") << 20 << 10 << 8 << 1;
}

void TestTrainDataset::tiles_cover_the_picture_and_overlap()
{
    QFETCH(int, columns);
    QFETCH(int, rows);
    QFETCH(int, overlap);
    QFETCH(int, count);
    const auto tiles = models::vision::tilesOf(columns, rows, 32, overlap);
    QCOMPARE(int(tiles.size()), count);
    std::vector<int> covered(std::size_t(columns * rows), 0);
    for (const auto& tile : tiles) {
        QVERIFY(tile.left >= 0 && tile.top >= 0);
        QVERIFY(tile.left + tile.size <= std::max(columns, 32) && tile.top + tile.size <= std::max(rows, 32));
        for (int y = tile.top; y < std::min(rows, tile.top + tile.size); ++y)
            for (int x = tile.left; x < std::min(columns, tile.left + tile.size); ++x)
                ++covered[std::size_t(y * columns + x)];
    }
    QVERIFY(std::all_of(covered.begin(), covered.end(), [](int times) { return times > 0; }));
    for (std::size_t i = 1; i < tiles.size(); ++i)
        if (tiles[i].top == tiles[i - 1].top)
            QVERIFY(tiles[i].left - tiles[i - 1].left <= 32 - overlap);
}

void TestTrainDataset::tiles_are_samples_whose_texts_name_no_place()
{
    support::writePicture(path("big.png"), 12, 8, [](int x, int y) { return grey(10 * x + y); });
    support::writePicture(path("mask.png"), 12, 8, [](int x, int) { return grey(x >= 10 ? 255 : 0); });
    support::writeText(path("manifest.csv"),
        "split,image,mask,text,other\ntrain,big.png,mask.png,purple nuclei,\"purple nuclei, upper left\"\n");
    auto wanted = options();
    wanted.textColumns = {"text", "other"};
    wanted.tileSize = 8;
    wanted.tileOverlap = 4;
    wanted.fullMasks = true;
    const auto data = models::data::readDataset(wanted, {}, {});
    QCOMPARE(data.samples.size(), std::size_t(2));
    QCOMPARE(QString::fromStdString(data.samples[1].image), "big.png@4,0");
    QVERIFY((data.samples[1].texts == std::vector<std::string>{"purple nuclei", ""}));
    QCOMPARE(int(data.pictures[64 + 8 * 2 + 1]), 10 * 5 + 2);
    QCOMPARE(int(data.masks[64 + 5]), 0);
    QCOMPARE(int(data.masks[64 + 6]), 1);
    QCOMPARE(data.fullMasks.at(1).columns, 8);
    QVERIFY(QString::fromStdString(data.warnings.back()).contains("tiles"));
    support::writePicture(path("mask.png"), 6, 4, [](int x, int) { return grey(x); });
    const auto said = refusal([&] { models::data::readDataset(wanted, {}, {}); });
    QVERIFY2(said.contains("mask.png") && said.contains("tiles"), qPrintable(said));
}

void TestTrainDataset::empty_masks_are_counted()
{
    support::writePicture(path("a.png"), 8, 8, [](int, int) { return grey(0); });
    support::writeText(path("manifest.csv"), "split,image,mask,text\ntrain,a.png,a.png,x\n");
    const auto data = models::data::readDataset(options(), {}, {});
    QCOMPARE(data.samples.size(), std::size_t(1)); // It stays: nothing to find is true of some pictures.
    QCOMPARE(data.warnings.size(), std::size_t(1));
    QCOMPARE(QString::fromStdString(data.warnings[0]), "1 of the split 'train': masks are empty.");
}

void TestTrainDataset::splits_may_not_share_slices_of_one_picture()
{
    models::data::Dataset first, second;
    first.samples = {{"a/ct#3", {}}};
    second.samples = {{"a/ct#4", {}}};
    QVERIFY(refusal([&] { models::data::requireDisjoint(first, second); }).contains("a/ct'"));
    second.samples = {{"a/ct@0,64", {}}};
    QVERIFY(refusal([&] { models::data::requireDisjoint(first, second); }).contains("a/ct'"));
    second.samples = {{"a/other#3", {}}, {"a#1/ct", {}}, {"a/ct#3.png", {}}};
    models::data::requireDisjoint(first, second);
}

void TestTrainDataset::writePngs()
{
    QByteArray rows = "split,image,mask,text\n";
    for (int i = 0; i < 5; ++i) {
        const auto name = QByteArray::number(i) + ".png";
        support::writePicture(path("i" + name), 16, 12, [i](int x, int y) { return grey(10 * x + y + i); });
        support::writePicture(path("m" + name), 16, 12, [i](int x, int) { return grey(x > i ? 255 : 0); });
        rows += "train,i" + name + "," + (i == 4 ? QByteArray() : "m" + name) + ",text " + QByteArray::number(i) + "\n";
    }
    support::writeText(path("manifest.csv"), rows);
}

void TestTrainDataset::cache_gives_the_same_without_decoding()
{
    writeStack();
    auto wanted = options();
    wanted.fullMasks = true;
    wanted.cache = path("cache").toStdString();
    std::atomic<int> read{0};
    const auto stack = stackReaders({2, 3}, 5);
    wanted.readers.study = [&](const models::data::StudyRequest& request) {
        ++read;
        return stack.study(request);
    };
    const auto first = models::data::readDataset(wanted, {}, {});
    const auto second = models::data::readDataset(wanted, {}, {});
    QCOMPARE(read.load(), 1);
    QVERIFY(equal(first, second));
    // Texts are not part of what is kept.
    writeStack("train,ct,ct,\"two areas.\"\n");
    const auto third = models::data::readDataset(wanted, {}, {});
    QCOMPARE(read.load(), 1);
    QCOMPARE(QString::fromStdString(third.samples.at(0).texts.at(0)), "two areas.");

    writePngs();
    wanted.fullMasks = false;
    auto without = wanted;
    without.cache.clear();
    models::data::readDataset(wanted, {}, {});
    QVERIFY(equal(models::data::readDataset(wanted, {}, {}), models::data::readDataset(without, {}, {})));
}

void TestTrainDataset::cache_of_other_content_or_settings_is_not_used()
{
    writePngs();
    auto wanted = options();
    wanted.cache = path("cache").toStdString();
    models::data::readDataset(wanted, {}, {});
    QCOMPARE(cacheFiles().size(), 1);
    support::writePicture(path("i0.png"), 16, 12, [](int, int) { return grey(77); });
    QCOMPARE(int(models::data::readDataset(wanted, {}, {}).pictures[0]), 77);
    wanted.pictureSize = 4;
    QCOMPARE(models::data::readDataset(wanted, {}, {}).pictures.size(), std::size_t(5 * 16));
    QCOMPARE(cacheFiles().size(), 3);
}

void TestTrainDataset::cache_that_is_damaged_is_made_again_data()
{
    QTest::addColumn<QString>("damage");
    for (const char* damage :
        {"empty", "cut", "one bit of a picture", "one bit of the index", "another file", "folder"})
        QTest::newRow(damage) << damage;
}

void TestTrainDataset::cache_that_is_damaged_is_made_again()
{
    QFETCH(QString, damage);
    writePngs();
    auto wanted = options();
    wanted.cache = path("cache").toStdString();
    const auto expected = models::data::readDataset(wanted, {}, {});
    const auto file = path("cache/" + cacheFiles().at(0));
    QFile stream(file);
    QVERIFY(stream.open(QIODevice::ReadOnly));
    auto bytes = stream.readAll();
    stream.close();
    if (damage == "empty")
        bytes.clear();
    else if (damage == "cut")
        bytes.chop(100);
    else if (damage == "one bit of a picture")
        bytes[bytes.size() - 1] = char(bytes[bytes.size() - 1] ^ 1);
    else if (damage == "one bit of the index")
        bytes[bytes.indexOf("i3.png") + 1] = '4';
    else
        bytes = "not a cache at all";
    QVERIFY(QFile::remove(file));
    if (damage == "folder")
        QDir().mkpath(file);
    else
        support::writeText(file, bytes);
    QVERIFY(equal(models::data::readDataset(wanted, {}, {}), expected));
    if (damage != "folder") {
        QVERIFY(stream.open(QIODevice::ReadOnly));
        QVERIFY(stream.readAll() != bytes);
    }
}

void TestTrainDataset::cache_that_cannot_be_written_does_no_harm()
{
    writePngs();
    support::writeText(path("file"), "not a folder");
    auto wanted = options();
    wanted.cache = path("file/cache").toStdString();
    QCOMPARE(models::data::readDataset(wanted, {}, {}).samples.size(), std::size_t(5));
}

QTEST_GUILESS_MAIN(TestTrainDataset)
#include "tst_train_dataset.moc"
