#include "app/workflow/open.h"
#include "app/workflow/segment.h"
#include "models/facade/library.h"

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

/// Where a mask lies in its picture.
struct MaskPlace
{
    std::size_t pixels = 0;
    double right = 0; ///< Part of its pixels in the picture's right half.
    double row = 0; ///< Mean row, 0 the top edge and 1 the bottom edge.
};

MaskPlace placeOf(const app::SegmentedSlices& outcome)
{
    const auto& answer = outcome.slices.front().segmentation;
    const auto columns = static_cast<std::size_t>(answer.columns);
    MaskPlace place;
    for (std::size_t i = 0; i < answer.probabilities.size(); ++i) {
        if (answer.probabilities[i] < 0.5F)
            continue;
        ++place.pixels;
        place.right += i % columns >= columns / 2 ? 1 : 0;
        place.row += static_cast<double>(i / columns) / answer.rows;
    }
    if (place.pixels > 0) {
        place.right /= static_cast<double>(place.pixels);
        place.row /= static_cast<double>(place.pixels);
    }
    return place;
}

} // namespace

/// The package that ships, on a real chest X-ray.
class DefaultPackageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void a_side_of_the_patient_gets_its_mask_on_that_side_data();
    void a_side_of_the_patient_gets_its_mask_on_that_side();
    void a_zone_gets_its_mask_in_that_zone();

private:
    MaskPlace run(const std::string& text, const imaging::Volume& volume) const
    {
        app::SegmentRequest request;
        request.slices = {0};
        request.text = text;
        return placeOf(app::segmentSlices(*m_segmenter, volume, request, {}, {}));
    }

    std::shared_ptr<const imaging::Volume> m_volume;
    std::unique_ptr<models::Segmenter> m_segmenter;
};

void DefaultPackageTest::initTestCase()
{
    const QString file = realXray();
    if (file.isEmpty())
        QSKIP("the X-ray of pydicom-data is not installed");
    m_volume = app::openPicture(file.toStdString(), {}, {}, {}).volume;
    m_segmenter = models::library().openSegmenter(models::findPackage(""), "cpu");
}

void DefaultPackageTest::a_side_of_the_patient_gets_its_mask_on_that_side_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("flipped");
    QTest::addColumn<bool>("atRight");
    for (const char* words : {"Unilateral pulmonary infection, one infected area, lower %1 lung.",
             "One infected area, lower %1 lung.", "%1 lower lobe", "Pulmonary infection at the %1 base",
             "unilateral pulmonary infection, one infected area, upper %1 lung.", "middle %1 lung"})
        for (const bool left : {true, false})
            for (const bool flipped : {false, true}) {
                const QString text = QString(words).arg(left ? "left" : "right");
                QTest::addRow("%s, %s", qPrintable(text), flipped ? "flipped picture" : "standard display")
                    << text << flipped << (left != flipped);
            }
}

void DefaultPackageTest::a_side_of_the_patient_gets_its_mask_on_that_side()
{
    QFETCH(QString, text);
    QFETCH(bool, flipped);
    QFETCH(bool, atRight);
    const std::string words = text.toStdString();
    const auto place = flipped ? run(words, mirrored(*m_volume)) : run(words, *m_volume);
    QVERIFY2(place.pixels > 0, "the mask is empty");
    QVERIFY2(atRight ? place.right > 0.9 : place.right < 0.1, QByteArray::number(place.right));
}

void DefaultPackageTest::a_zone_gets_its_mask_in_that_zone()
{
    for (const std::string side : {"left", "right"}) {
        const auto upper = run("upper " + side + " lung", *m_volume);
        const auto lower = run("lower " + side + " lung", *m_volume);
        QVERIFY(upper.pixels > 0 && lower.pixels > 0);
        QVERIFY2(upper.row < lower.row, QByteArray::number(upper.row) + " " + QByteArray::number(lower.row));
    }
}

QTEST_GUILESS_MAIN(DefaultPackageTest)
#include "tst_default_package.moc"
