#include "imaging/dicom/scan.h"
#include "imaging/dicom/series.h"
#include "imaging/error.h"
#include "tests/support/phantom/phantom.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace {

std::shared_ptr<const imaging::Volume> readOnly(const std::filesystem::path& path)
{
    const auto scan = imaging::scanPath(path, {}, {});
    if (scan.series.size() != 1 || !scan.refused.empty())
        throw std::runtime_error("one series was expected");
    return imaging::readVolume(scan.series.front(), {}, {}).volume;
}

/// Errors that dciodvfy reports for a file.
QStringList complaints(const QString& path)
{
    QProcess validator;
    validator.setProcessChannelMode(QProcess::MergedChannels);
    validator.start("dciodvfy", {path});
    validator.waitForFinished(20000);
    return QString::fromUtf8(validator.readAll()).split('\n').filter(QRegularExpression("^(Error|Abort)"));
}

double fractionAbove(const std::vector<std::uint16_t>& pixels, int columns, bool leftHalf, double level)
{
    double count = 0;
    for (std::size_t i = 0; i < pixels.size(); ++i)
        if ((static_cast<int>(i) % columns < columns / 2) == leftHalf && pixels[i] > level)
            ++count;
    return count / static_cast<double>(pixels.size());
}

} // namespace

/// The phantom writer, and with it the whole way from files to a volume.
class PhantomTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void dicom_is_valid_data();
    void dicom_is_valid();
    void xray_reads_back_equal_data();
    void xray_reads_back_equal();
    void xray_mirrored_orientation_mirrors_the_anatomy();
    void xray_opacity_is_where_it_was_asked_for();
    void ct_reads_back_equal_data();
    void ct_reads_back_equal();
    void ct_with_tilt_is_not_regular();
    void volume_in_ras_order_is_turned();
    void uids_depend_on_the_seed_alone();
    void contradicting_options_are_wrong_use();

private:
    std::filesystem::path file(const char* name) const { return (m_folder.path() + "/" + name).toStdString(); }

    QTemporaryDir m_folder;
};

void PhantomTest::dicom_is_valid_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("CR") << 0;
    QTest::newRow("CR, MONOCHROME1, without sides and spacing") << 1;
    QTest::newRow("DX") << 2;
    QTest::newRow("DX, MONOCHROME1, calibrated") << 3;
    QTest::newRow("CT") << 4;
    QTest::newRow("CT, tilted") << 5;
}

void PhantomTest::dicom_is_valid()
{
    QFETCH(int, kind);
    if (QStandardPaths::findExecutable("dciodvfy").isEmpty())
        QSKIP("dciodvfy (dicom3tools) is not installed.");
    phantom::XrayOptions xray;
    xray.columns = xray.rows = 64;
    xray.monochrome1 = kind == 1 || kind == 3;
    xray.digital = kind == 2 || kind == 3;
    xray.imagerPixelSpacingMm = xray.digital ? 0.15 : 0;
    if (kind == 1 || kind == 2)
        xray.pixelSpacingMm = 0;
    if (kind == 1)
        xray.patientOrientation.clear();
    phantom::CtOptions ct;
    ct.columns = ct.rows = 32;
    ct.slices = 2;
    ct.tiltDegrees = kind == 5 ? 12.5 : 0;
    if (kind < 4)
        phantom::writeXray(file("ct/00002.dcm"), xray);
    else
        phantom::writeCt(file("ct"), ct);
    QCOMPARE(complaints(QString::fromStdString(file("ct/00002.dcm"))), QStringList());
}

void PhantomTest::xray_reads_back_equal_data()
{
    QTest::addColumn<bool>("monochrome1");
    QTest::addColumn<int>("bits");
    for (const bool monochrome1 : {false, true})
        for (const int bits : {8, 12, 15, 16})
            QTest::addRow("MONOCHROME%d, %d bits", monochrome1 ? 1 : 2, bits) << monochrome1 << bits;
}

void PhantomTest::xray_reads_back_equal()
{
    QFETCH(bool, monochrome1);
    QFETCH(int, bits);
    phantom::XrayOptions options;
    options.columns = 97;
    options.rows = 81;
    options.monochrome1 = monochrome1;
    options.bitsStored = bits;
    phantom::writeXray(file("x.dcm"), options);
    const auto volume = readOnly(file("x.dcm"));
    const auto pixels = phantom::makeXray(options);
    QCOMPARE(volume->grid().columns, 97);
    QCOMPARE(volume->grid().rows, 81);
    QCOMPARE(volume->info().monochrome1, monochrome1);
    QCOMPARE(QString::fromStdString(volume->info().study.patientOrientation), QString("L\\F"));
    for (int row = 0; row < 81; ++row)
        for (int column = 0; column < 97; ++column)
            QCOMPARE(volume->value({column, row, 0}),
                static_cast<double>(pixels[static_cast<std::size_t>(row * 97 + column)]));
}

void PhantomTest::xray_mirrored_orientation_mirrors_the_anatomy()
{
    phantom::XrayOptions options;
    options.opacityRadius = 0;
    // The heart lies at the patient's left: at the right of the picture, unless that is mirrored.
    const auto usual = phantom::makeXray(options);
    QVERIFY(fractionAbove(usual, 512, false, 2600) > fractionAbove(usual, 512, true, 2600) + 0.01);
    options.patientOrientation = "R\\F";
    const auto mirrored = phantom::makeXray(options);
    QVERIFY(fractionAbove(mirrored, 512, true, 2600) > fractionAbove(mirrored, 512, false, 2600) + 0.01);
}

void PhantomTest::xray_opacity_is_where_it_was_asked_for()
{
    phantom::XrayOptions options;
    options.opacityColumn = 0.7;
    options.opacityRow = 0.35;
    const auto with = phantom::makeXray(options);
    options.opacityRadius = 0;
    const auto without = phantom::makeXray(options);
    double sum = 0, column = 0, row = 0;
    for (std::size_t i = 0; i < with.size(); ++i) {
        const double d = static_cast<double>(with[i]) - without[i];
        sum += d;
        column += d * static_cast<double>(i % 512);
        row += d * static_cast<double>(i / 512);
    }
    QVERIFY(sum > 0);
    QVERIFY(std::abs(column / sum / 512 - 0.7) < 0.02);
    QVERIFY(std::abs(row / sum / 512 - 0.35) < 0.02);
}

void PhantomTest::ct_reads_back_equal_data()
{
    QTest::addColumn<bool>("shuffled");
    QTest::newRow("in order") << false;
    QTest::newRow("shuffled") << true;
}

void PhantomTest::ct_reads_back_equal()
{
    QFETCH(bool, shuffled);
    phantom::CtOptions options;
    options.columns = 37;
    options.rows = 41;
    options.slices = 12;
    options.pixelSpacingMm = 8.125;
    options.shuffled = shuffled;
    const auto folder = file(shuffled ? "shuffled" : "ordered");
    phantom::writeCt(folder, options);
    const auto volume = readOnly(folder);
    const auto grid = phantom::ctGrid(options);
    const auto voxels = phantom::makeCt(options);
    QVERIFY(volume->info().notRegular.empty());
    QCOMPARE(volume->info().unit, std::string("HU"));
    QCOMPARE(volume->grid().voxels(), grid.voxels());
    QVERIFY(imaging::length(volume->grid().origin - grid.origin) < 1e-3);
    QVERIFY(std::abs(volume->grid().spacingMm[2] - 5) < 1e-6);
    for (int slice = 0; slice < 12; ++slice)
        for (int row = 0; row < 41; ++row)
            for (int column = 0; column < 37; ++column)
                QCOMPARE(volume->value({column, row, slice}),
                    static_cast<double>(voxels[grid.offset({column, row, slice})]));
    for (const std::int16_t part : {phantom::kAir, phantom::kBody, phantom::kLung, phantom::kBone, phantom::kNodule})
        QVERIFY(std::count(voxels.begin(), voxels.end(), part) > 0);
}

void PhantomTest::ct_with_tilt_is_not_regular()
{
    phantom::CtOptions options;
    options.columns = options.rows = 16;
    options.slices = 6;
    options.tiltDegrees = 15;
    phantom::writeCt(file("tilt"), options);
    QVERIFY(!readOnly(file("tilt"))->info().notRegular.empty());
}

void PhantomTest::volume_in_ras_order_is_turned()
{
    imaging::VoxelGrid grid;
    grid.columns = 4;
    grid.rows = 3;
    grid.slices = 2;
    grid.spacingMm = {2, 2, 3};
    grid.origin = {10, 20, -5};
    grid.axes = {imaging::PatientPoint{-1, 0, 0}, imaging::PatientPoint{0, -1, 0}, imaging::PatientPoint{0, 0, 1}};
    std::vector<std::byte> bytes(24 * sizeof(double));
    for (int i = 0; i < 24; ++i) {
        const double value = i * 10.4 - 100;
        std::memcpy(&bytes[static_cast<std::size_t>(i) * sizeof value], &value, sizeof value);
    }
    const imaging::Volume source(grid, imaging::VoxelType::Float64, 1, bytes, {});
    phantom::writeCtFromVolume(file("turned"), source, 3);
    const auto volume = readOnly(file("turned"));
    QVERIFY(imaging::length(volume->grid().origin - imaging::PatientPoint{4, 16, -5}) < 1e-6);
    for (int slice = 0; slice < 2; ++slice)
        for (int row = 0; row < 3; ++row)
            for (int column = 0; column < 4; ++column) // The same patient point keeps its value, rounded.
                QCOMPARE(volume->value({3 - column, 2 - row, slice}), std::round(source.value({column, row, slice})));
}

void PhantomTest::uids_depend_on_the_seed_alone()
{
    QCOMPARE(phantom::makeUid(1, "a"), phantom::makeUid(1, "a"));
    QVERIFY(phantom::makeUid(1, "a") != phantom::makeUid(2, "a"));
    QVERIFY(phantom::makeUid(1, "a") != phantom::makeUid(1, "b"));
    for (unsigned seed = 0; seed < 200; ++seed) {
        const std::string uid = phantom::makeUid(seed, "instance");
        QVERIFY(uid.starts_with("2.25.") && uid.size() <= 44 && uid[5] != '0');
    }
}

void PhantomTest::contradicting_options_are_wrong_use()
{
    phantom::XrayOptions options;
    options.digital = true;
    try {
        phantom::writeXray(file("no.dcm"), options);
        QFAIL("accepted");
    } catch (const imaging::Error& error) {
        QCOMPARE(error.kind(), imaging::ErrorKind::WrongUse);
    }
}

QTEST_GUILESS_MAIN(PhantomTest)
#include "tst_phantom.moc"
