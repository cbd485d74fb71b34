#include "app/workflow/open.h"
#include "app/workflow/segment.h"
#include "models/library.h"

#include <QDir>
#include <QTest>

#include <algorithm>
#include <vector>

namespace {

/// The real chest X-ray of PyPI's pydicom-data, when the private environment holds it.
QString realXray()
{
    QDir environment = QFileInfo(qEnvironmentVariable("LIMN_PYTHON")).dir();
    environment.cdUp();
    const QDir libraries(environment.filePath("lib"));
    for (const QString& python : libraries.entryList({"python3*"}, QDir::Dirs)) {
        const QString file = libraries.filePath(python + "/site-packages/data_store/data/RG1_UNCI.dcm");
        if (QFileInfo::exists(file))
            return file;
    }
    return {};
}

/// The same picture seen in a mirror, with tags that say so.
imaging::Volume mirrored(const imaging::Volume& volume)
{
    const auto& grid = volume.grid();
    const auto size = volume.bytes().size() / grid.voxels();
    std::vector<std::byte> bytes(volume.bytes().begin(), volume.bytes().end());
    const auto row = size * static_cast<std::size_t>(grid.columns);
    for (std::size_t start = 0; start < bytes.size(); start += row)
        for (std::size_t left = 0, right = static_cast<std::size_t>(grid.columns) - 1; left < right; ++left, --right)
            std::swap_ranges(bytes.begin() + static_cast<std::ptrdiff_t>(start + left * size),
                bytes.begin() + static_cast<std::ptrdiff_t>(start + (left + 1) * size),
                bytes.begin() + static_cast<std::ptrdiff_t>(start + right * size));
    imaging::VolumeInfo info = volume.info();
    info.study.patientOrientation = "R\\F";
    return imaging::Volume(grid, volume.type(), volume.components(), std::move(bytes), std::move(info));
}

/// How much of the mask lies in the picture's right half.
double partAtRight(const app::SegmentOutcome& outcome)
{
    const auto& answer = outcome.slices.front().segmentation;
    std::size_t all = 0;
    std::size_t right = 0;
    for (std::size_t i = 0; i < answer.probabilities.size(); ++i) {
        if (answer.probabilities[i] < 0.5F)
            continue;
        ++all;
        right += i % static_cast<std::size_t>(answer.columns) >= static_cast<std::size_t>(answer.columns) / 2 ? 1U : 0U;
    }
    return all == 0 ? -1 : static_cast<double>(right) / static_cast<double>(all);
}

} // namespace

/// The package that ships, on a real chest X-ray.
class DefaultPackageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_side_of_the_patient_gets_its_mask_on_that_side_data();
    void a_side_of_the_patient_gets_its_mask_on_that_side();
};

void DefaultPackageTest::a_side_of_the_patient_gets_its_mask_on_that_side_data()
{
    QTest::addColumn<QString>("side");
    QTest::addColumn<bool>("flipped");
    QTest::addColumn<bool>("atRight");
    QTest::newRow("patient's left, standard display") << "left" << false << true;
    QTest::newRow("patient's right, standard display") << "right" << false << false;
    QTest::newRow("patient's left, flipped picture") << "left" << true << false;
    QTest::newRow("patient's right, flipped picture") << "right" << true << true;
}

void DefaultPackageTest::a_side_of_the_patient_gets_its_mask_on_that_side()
{
    QFETCH(QString, side);
    QFETCH(bool, flipped);
    QFETCH(bool, atRight);
    const QString file = realXray();
    if (file.isEmpty())
        QSKIP("the X-ray of pydicom-data is not installed");
    const auto opened = app::openPicture(file.toStdString(), {}, {}, {});
    app::SegmentRequest request;
    request.slices = {0};
    request.text = "Unilateral pulmonary infection, one infected area, lower " + side.toStdString() + " lung.";
    const auto segmenter = models::library().openSegmenter(models::findPackage(""), "cpu");
    const auto outcome = flipped ? app::segmentSlices(*segmenter, mirrored(*opened.volume), request, {}, {})
                                 : app::segmentSlices(*segmenter, *opened.volume, request, {}, {});
    const double right = partAtRight(outcome);
    QVERIFY2(right >= 0, "the mask is empty");
    QVERIFY2(atRight ? right > 0.9 : right < 0.1, QByteArray::number(right));
}

QTEST_GUILESS_MAIN(DefaultPackageTest)
#include "tst_default_package.moc"
