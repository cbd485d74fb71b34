#include "app/workflow/training_pictures.h"

#include "imaging/error.h"
#include "imaging/files/image_file.h"
#include "tests/support/phantom/phantom.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
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

} // namespace

class TrainingPicturesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void monochrome1_is_turned_round_so_that_both_look_alike();
    void nifti_pictures_span_the_grey_scale();
    void masks_are_whatever_is_not_zero_data();
    void masks_are_whatever_is_not_zero();
    void several_slices_are_refused();
    void what_is_no_picture_is_refused();

private:
    std::filesystem::path path(const char* name) const { return m_folder.filePath(name).toStdString(); }

    QTemporaryDir m_folder;
    const models::PictureReaders m_readers = app::trainingReaders();
};

void TrainingPicturesTest::monochrome1_is_turned_round_so_that_both_look_alike()
{
    phantom::XrayOptions options;
    options.columns = 48;
    options.rows = 40;
    phantom::writeXray(path("two.dcm"), options);
    options.monochrome1 = true;
    phantom::writeXray(path("one.dcm"), options);
    const auto two = m_readers.picture(path("two.dcm"));
    const auto one = m_readers.picture(path("one.dcm"));
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

void TrainingPicturesTest::nifti_pictures_span_the_grey_scale()
{
    std::vector<float> values(20 * 10);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = -1000 + 10 * static_cast<float>(i);
    imaging::writeScalars(path("picture.nii.gz"), gridOf(20, 10, 1), values);
    const auto picture = m_readers.picture(path("picture.nii.gz"));
    QCOMPARE(picture.columns, 20);
    QVERIFY(picture.values.front() <= 2 && picture.values.back() >= 253);
    QVERIFY(std::is_sorted(picture.values.begin(), picture.values.end()));
}

void TrainingPicturesTest::masks_are_whatever_is_not_zero_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("NIfTI") << "mask.nii.gz";
    QTest::newRow("NRRD") << "mask.nrrd";
}

void TrainingPicturesTest::masks_are_whatever_is_not_zero()
{
    QFETCH(QString, name);
    const auto file = path(qPrintable(name));
    imaging::writeLabels(file, gridOf(3, 2, 1), std::vector<std::uint16_t>{0, 1, 0, 7, 0, 300});
    QVERIFY((m_readers.mask(file).values == std::vector<std::uint8_t>{0, 255, 0, 255, 0, 255}));
}

void TrainingPicturesTest::several_slices_are_refused()
{
    imaging::writeScalars(path("stack.nii"), gridOf(4, 4, 3), std::vector<float>(48, 1));
    imaging::writeLabels(path("masks.nii"), gridOf(4, 4, 3), std::vector<std::uint16_t>(48, 1));
    const auto picture = refusal([&] { m_readers.picture(path("stack.nii")); });
    QVERIFY2(picture.contains("stack.nii") && picture.contains("3 slices"), qPrintable(picture));
    const auto mask = refusal([&] { m_readers.mask(path("masks.nii")); });
    QVERIFY2(mask.contains("masks.nii") && mask.contains("3 slices"), qPrintable(mask));
}

void TrainingPicturesTest::what_is_no_picture_is_refused()
{
    QFile file(m_folder.filePath("notes.txt"));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("just words, no picture at all") > 0);
    file.close();
    for (const auto& reader : {m_readers.picture, m_readers.mask})
        QVERIFY(refusal([&] { reader(path("notes.txt")); }).contains("notes.txt"));
}

QTEST_GUILESS_MAIN(TrainingPicturesTest)
#include "tst_training_pictures.moc"
