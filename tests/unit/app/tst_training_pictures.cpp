#include "app/workflow/training_pictures.h"

#include "annotations/label.h"
#include "app/workflow/mask_files.h"
#include "app/workflow/open_mask.h"
#include "app/workflow/open.h"
#include "imaging/error.h"
#include "imaging/files/image_file.h"
#include "imaging/slice.h"
#include "tests/support/phantom/phantom.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace {

imaging::VoxelGrid gridOf(int columns, int rows, int slices)
{
    imaging::VoxelGrid grid;
    grid.columns = columns;
    grid.rows = rows;
    grid.slices = slices;
    return grid;
}

template <typename Work> QString refusal(const Work& work)
{
    try {
        work();
    } catch (const imaging::Error& error) {
        return error.what();
    }
    return {};
}

models::data::Picture only(const std::vector<models::data::StudySlice>& slices)
{
    return slices.size() == 1 ? slices.front().picture : models::data::Picture{};
}

/// The columns of a label, as "first-last" of row `row`.
QString columnsOf(const models::data::GreyPicture& mask, int row, int label)
{
    QStringList columns;
    for (int column = 0; column < mask.columns; ++column)
        if (mask.values[std::size_t(row * mask.columns + column)] == label)
            columns << QString::number(column);
    return columns.isEmpty() ? QString() : columns.front() + "-" + columns.back();
}

} // namespace

class TrainingPicturesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void monochrome1_is_turned_round_so_that_both_look_alike();
    void pictures_come_as_the_network_sees_them_data();
    void pictures_come_as_the_network_sees_them();
    void nifti_pictures_span_the_grey_scale();
    void masks_keep_their_labels_data();
    void masks_keep_their_labels();
    void mask_of_several_slices_for_one_picture_is_refused();
    void what_is_no_picture_is_refused();
    void series_comes_with_the_labels_of_its_seg();
    void study_folder_brings_its_own_seg_and_picks_its_series();
    void study_folder_without_seg_is_unlabelled();
    void nifti_mask_is_laid_on_the_series_by_place();
    void mask_of_other_slices_is_refused();
    void window_of_ct_is_as_asked();
    void colour_is_kept_when_asked();
    void real_seg_samples_are_training_data();
    void cache_folder_is_the_users_unless_chosen();

private:
    std::filesystem::path path(const char* name) const { return m_folder.filePath(name).toStdString(); }
    std::vector<models::data::StudySlice> read(const char* image, std::vector<std::filesystem::path> masks = {}) const
    {
        return m_readers.study({path(image), std::move(masks), false, {}});
    }
    void writeCtWithSeg(const char* folder, unsigned seed, const std::filesystem::path& seg) const;

    QTemporaryDir m_folder;
    const models::data::PictureReaders m_readers = app::trainingReaders();
};

void TrainingPicturesTest::monochrome1_is_turned_round_so_that_both_look_alike()
{
    phantom::XrayOptions options;
    options.columns = 48;
    options.rows = 40;
    phantom::writeXray(path("two.dcm"), options);
    options.monochrome1 = true;
    phantom::writeXray(path("one.dcm"), options);
    const auto two = only(read("two.dcm"));
    const auto one = only(read("one.dcm"));
    QCOMPARE(two.columns, 48);
    QCOMPARE(two.rows, 40);
    QCOMPARE(one.values.size(), two.values.size());
    QVERIFY(*std::max_element(two.values.begin(), two.values.end()) > 200);
    QVERIFY(*std::min_element(two.values.begin(), two.values.end()) < 50);
    int worst = 0;
    for (std::size_t i = 0; i < two.values.size(); ++i)
        worst = std::max(worst, std::abs(int(two.values[i]) - int(one.values[i])));
    QVERIFY2(worst <= 2, qPrintable(QString::number(worst)));
}

void TrainingPicturesTest::pictures_come_as_the_network_sees_them_data()
{
    QTest::addColumn<QString>("orientation");
    QTest::addColumn<bool>("patients"); // Whose sides the texts mean.
    QTest::addColumn<imaging::Turn>("turn");
    QTest::addColumn<bool>("known");
    QTest::newRow("usual") << "L\\F" << true << imaging::Turn{} << true;
    QTest::newRow("mirrored") << "R\\F" << true << imaging::Turn{false, true, false} << true;
    QTest::newRow("mirrored, picture's sides") << "R\\F" << false << imaging::Turn{} << true;
    QTest::newRow("upside down") << "R\\H" << true << imaging::Turn{false, true, true} << true;
    QTest::newRow("upside down, picture's sides") << "R\\H" << false << imaging::Turn{false, false, true} << true;
    QTest::newRow("lies") << "F\\L" << true << imaging::Turn{true, false, false} << true;
    QTest::newRow("no tags") << "" << true << imaging::Turn{} << false;
}

void TrainingPicturesTest::pictures_come_as_the_network_sees_them()
{
    QFETCH(QString, orientation);
    QFETCH(bool, patients);
    QFETCH(imaging::Turn, turn);
    QFETCH(bool, known);
    phantom::XrayOptions options;
    options.columns = 24;
    options.rows = 20;
    options.patientOrientation = orientation.toStdString();
    phantom::writeXray(path("laid.dcm"), options);
    std::vector<std::uint8_t> mask(24 * 20);
    mask[24 + 2] = 7;
    imaging::writeGreyPng(path("laid_mask.png"), 24, 20, mask);
    const auto read = [&](imaging::Sides sides) {
        return m_readers.study({path("laid.dcm"), {path("laid_mask.png")}, false, {}, sides}).front();
    };
    const auto slice = read(patients ? imaging::Sides::Patient : imaging::Sides::Picture);
    const auto stored = imaging::sliceOf(*app::openPicture(path("laid.dcm"), {}, {}, {}).volume, 0);
    QCOMPARE(slice.picture.columns, turn.transposed ? 20 : 24);
    QCOMPARE(slice.picture.rows, turn.transposed ? 24 : 20);
    std::vector<std::uint8_t> bright;
    for (const float value : imaging::brightness(imaging::turned(stored, turn)))
        bright.push_back(static_cast<std::uint8_t>(std::lround(255 * value)));
    QCOMPARE(slice.picture.values, bright);
    QCOMPARE(slice.masks.at(0).values, imaging::turned(mask, 24, 20, turn));
    QCOMPARE(slice.masks.at(0).columns, slice.picture.columns);
    QCOMPARE(slice.sidesKnown, known);
    QCOMPARE(slice.wasTurned, !turn.isNone());
}

void TrainingPicturesTest::nifti_pictures_span_the_grey_scale()
{
    std::vector<float> values(20 * 10);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = -1000 + 10 * static_cast<float>(i);
    imaging::writeScalars(path("picture.nii.gz"), gridOf(20, 10, 1), values);
    const auto picture = only(read("picture.nii.gz"));
    QCOMPARE(picture.columns, 20);
    QVERIFY(picture.values.front() <= 2 && picture.values.back() >= 253);
    QVERIFY(std::is_sorted(picture.values.begin(), picture.values.end()));
}

void TrainingPicturesTest::masks_keep_their_labels_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("NIfTI") << "mask.nii.gz";
    QTest::newRow("NRRD") << "mask.nrrd";
}

void TrainingPicturesTest::masks_keep_their_labels()
{
    QFETCH(QString, name);
    const auto file = path(qPrintable(name));
    imaging::writeLabels(file, gridOf(3, 2, 1), std::vector<std::uint16_t>{0, 1, 0, 7, 0, 300});
    QVERIFY((m_readers.mask(file).values == std::vector<std::uint8_t>{0, 1, 0, 7, 0, 255}));
}

void TrainingPicturesTest::mask_of_several_slices_for_one_picture_is_refused()
{
    imaging::writeLabels(path("masks.nii"), gridOf(4, 4, 3), std::vector<std::uint16_t>(48, 1));
    const auto mask = refusal([&] { m_readers.mask(path("masks.nii")); });
    QVERIFY2(mask.contains("masks.nii") && mask.contains("3 slices"), qPrintable(mask));
}

void TrainingPicturesTest::what_is_no_picture_is_refused()
{
    QFile file(m_folder.filePath("notes.txt"));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("just words, no picture at all") > 0);
    file.close();
    QVERIFY(refusal([&] { read("notes.txt"); }).contains("notes.txt"));
    QVERIFY(refusal([&] { m_readers.mask(path("notes.txt")); }).contains("notes.txt"));
}

/// A CT of 6 slices; its SEG has label 1 in columns 2-4 of slice 2, label 2 in columns 9-10 of slice 4.
void TrainingPicturesTest::writeCtWithSeg(const char* folder, unsigned seed, const std::filesystem::path& seg) const
{
    phantom::CtOptions options;
    options.columns = options.rows = 16;
    options.slices = 6;
    options.seed = seed;
    phantom::writeCt(path(folder), options);
    if (seg.empty())
        return;
    const auto opened = app::openPicture(path(folder), {}, {}, {});
    std::vector<std::uint16_t> voxels(opened.volume->grid().voxels(), 0);
    for (int column = 2; column <= 4; ++column)
        voxels[opened.volume->grid().offset({column, 5, 1})] = 1;
    for (int column = 9; column <= 10; ++column)
        voxels[opened.volume->grid().offset({column, 5, 3})] = 2;
    const annotations::LabelMap map(opened.volume->grid(), std::span<const std::uint16_t>(voxels));
    auto labels = annotations::defaultLabels();
    labels.resize(2);
    imaging::Warnings warnings;
    app::writeMasks(seg, *opened.volume, map, labels, {}, warnings);
}

void TrainingPicturesTest::series_comes_with_the_labels_of_its_seg()
{
    writeCtWithSeg("ct", 1, path("ct.dcm"));
    const auto slices = read("ct", {path("ct.dcm")});
    QCOMPARE(slices.size(), std::size_t(6));
    for (const auto& slice : slices) {
        QCOMPARE(columnsOf(slice.masks.at(0), 5, 1), slice.slice == 2 ? QString("2-4") : QString());
        QCOMPARE(columnsOf(slice.masks.at(0), 5, 2), slice.slice == 4 ? QString("9-10") : QString());
        QCOMPARE(slice.picture.values.size(), std::size_t(256));
    }
}

void TrainingPicturesTest::study_folder_brings_its_own_seg_and_picks_its_series()
{
    writeCtWithSeg("study/one", 2, path("seg2.dcm"));
    writeCtWithSeg("study/two", 3, {});
    std::filesystem::copy(path("seg2.dcm"), path("study/mask.dcm"));
    const auto slices = read("study", {path("study")});
    QCOMPARE(slices.size(), std::size_t(6));
    QCOMPARE(columnsOf(slices[1].masks.at(0), 5, 1), QString("2-4"));
    std::filesystem::remove(path("study/mask.dcm"));
    const auto said = refusal([&] { read("study", {path("study")}); });
    QVERIFY2(said.contains("2 series"), qPrintable(said));
}

void TrainingPicturesTest::study_folder_without_seg_is_unlabelled()
{
    writeCtWithSeg("bare", 4, {});
    const auto slices = read("bare", {path("bare")});
    QCOMPARE(slices.size(), std::size_t(6));
    QVERIFY(slices[0].masks.empty());
}

void TrainingPicturesTest::nifti_mask_is_laid_on_the_series_by_place()
{
    writeCtWithSeg("placed", 5, path("placed.dcm"));
    imaging::Warnings warnings;
    const auto opened = app::openPicture(path("placed"), {}, {}, {});
    const auto map = app::readMaskOn(path("placed.dcm"), *opened.volume, app::Confirmed::No, warnings).map;
    // The same voxels stored from the other end of each axis.
    auto grid = map.grid();
    grid.origin = grid.toPatient(grid.columns - 1.0, grid.rows - 1.0, grid.slices - 1.0);
    for (auto& axis : grid.axes)
        axis = {-axis.x, -axis.y, -axis.z};
    std::vector<std::uint16_t> turned(map.voxels().rbegin(), map.voxels().rend());
    imaging::writeLabels(path("turned.nii.gz"), grid, turned);
    const auto slices = read("placed", {path("turned.nii.gz")});
    QCOMPARE(columnsOf(slices.at(1).masks.at(0), 5, 1), QString("2-4"));
    QCOMPARE(columnsOf(slices.at(3).masks.at(0), 5, 2), QString("9-10"));
}

void TrainingPicturesTest::mask_of_other_slices_is_refused()
{
    writeCtWithSeg("mine", 6, {});
    auto grid = gridOf(16, 16, 6);
    grid.origin = {500, 500, 500};
    imaging::writeLabels(path("elsewhere.nii.gz"), grid, std::vector<std::uint16_t>(16 * 16 * 6, 1));
    QVERIFY(!refusal([&] { read("mine", {path("elsewhere.nii.gz")}); }).isEmpty());
}

void TrainingPicturesTest::window_of_ct_is_as_asked()
{
    writeCtWithSeg("windowed", 7, {});
    const auto bright = [&](double centre, double width) {
        const auto slices = m_readers.study({path("windowed"), {}, false, imaging::WindowLevel{centre, width}});
        return int(slices.at(3).picture.values[8 * 16 + 8]);
    };
    const auto opened = app::openPicture(path("windowed"), {}, {}, {});
    const double value = opened.volume->value({8, 8, 3});
    QCOMPARE(bright(value, 1000), 128);
    QCOMPARE(bright(value + 2000, 1000), 0);
    QCOMPARE(bright(value - 2000, 1000), 255);
}

void TrainingPicturesTest::colour_is_kept_when_asked()
{
    std::vector<std::uint8_t> pixels{10, 20, 30, 40, 50, 60};
    imaging::writeRgbPng(path("colour.png"), 2, 1, pixels);
    auto slices = m_readers.study({path("colour.png"), {}, true, {}});
    QCOMPARE(slices.at(0).picture.channels, 3);
    QVERIFY(slices[0].picture.values == pixels);
    slices = m_readers.study({path("colour.png"), {}, false, {}});
    QCOMPARE(slices.at(0).picture.channels, 1);
    QCOMPARE(int(slices[0].picture.values[0]), 18); // 0.299 * 10 + 0.587 * 20 + 0.114 * 30
}

void TrainingPicturesTest::real_seg_samples_are_training_data()
{
    const auto data = std::filesystem::path(qEnvironmentVariable("LIMN_TEST_DATA").toStdString());
    if (!std::filesystem::exists(data / "ct-j2k-masks"))
        QSKIP("The real masks are not there (LIMN_TEST_DATA).");
    const auto ct = m_readers.study({data / "ct-j2k", {data / "ct-j2k-masks/totalsegmentator-multiorgan.nii.gz"}, false,
        imaging::WindowLevel{40, 400}});
    QCOMPARE(ct.size(), std::size_t(20));
    std::size_t labelled = 0;
    for (const auto& slice : ct)
        labelled += std::count_if(slice.masks.at(0).values.begin(), slice.masks.at(0).values.end(),
            [](std::uint8_t value) { return value != 0; });
    QVERIFY(labelled > 100000);
}

void TrainingPicturesTest::cache_folder_is_the_users_unless_chosen()
{
    qputenv("XDG_CACHE_HOME", "/some/cache");
    QCOMPARE(app::pictureCache({}).string(), std::string("/some/cache/limn/pictures"));
    QCOMPARE(app::pictureCache("here").string(), std::string("here"));
    QVERIFY(app::pictureCache("none").empty());
    qunsetenv("XDG_CACHE_HOME");
    qputenv("HOME", "/somewhere");
    QCOMPARE(app::pictureCache({}).string(), std::string("/somewhere/.cache/limn/pictures"));
}

QTEST_GUILESS_MAIN(TrainingPicturesTest)
#include "tst_training_pictures.moc"
