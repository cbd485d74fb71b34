#include "imaging/error.h"
#include "imaging/files/image_file.h"

#include <QtTest>

#include <cmath>
#include <csignal>
#include <fstream>
#include <functional>
#include <numeric>

#include <sys/resource.h>

using imaging::VoxelGrid;

namespace {

VoxelGrid obliqueGrid()
{
    VoxelGrid grid;
    grid.columns = 7;
    grid.rows = 5;
    grid.slices = 4;
    grid.spacingMm = {0.7, 0.8, 2.5};
    grid.origin = {-120.5, 33.25, 700};
    const double c = std::cos(0.3);
    const double s = std::sin(0.3);
    grid.axes = {imaging::PatientPoint{c, s, 0}, imaging::PatientPoint{-s, c, 0}, imaging::PatientPoint{0, 0, 1}};
    return grid;
}

bool near(imaging::PatientPoint a, imaging::PatientPoint b)
{
    return imaging::length(a - b) < 1e-4;
}

bool sameGrid(const VoxelGrid& a, const VoxelGrid& b)
{
    return a.columns == b.columns && a.rows == b.rows && a.slices == b.slices && near(a.origin, b.origin)
        && near(a.toPatient(1, 0, 0), b.toPatient(1, 0, 0)) && near(a.toPatient(0, 1, 0), b.toPatient(0, 1, 0))
        && near(a.toPatient(0, 0, 1), b.toPatient(0, 0, 1));
}

imaging::ErrorKind kindOf(const std::function<void()>& call)
{
    try {
        call();
    } catch (const imaging::Error& error) {
        const std::string message = error.what();
        return message.ends_with(".") && message.find('\'') != std::string::npos ? error.kind()
                                                                                 : imaging::ErrorKind::Internal;
    }
    return imaging::ErrorKind::Internal;
}

template <typename T> std::vector<T> voxelsOf(const imaging::Volume& volume)
{
    const auto voxels = volume.voxels<T>();
    return std::vector<T>(voxels.begin(), voxels.end());
}

} // namespace

class FilesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void labels_and_geometry_survive_data();
    void labels_and_geometry_survive();
    void scalars_survive_data() { volumeFormats(); }
    void scalars_survive();
    void every_voxel_type_survives_data();
    void every_voxel_type_survives();
    void nifti_is_stored_in_ras();
    void probabilities_become_grey_levels_in_png();
    void sixteen_bit_and_colour_png_survive();
    void full_disk_leaves_no_file_data();
    void full_disk_leaves_no_file();
    void missing_folder_is_an_io_error();
    void unfit_requests_are_wrong_use();
    void damaged_files_are_refused_data();
    void damaged_files_are_refused();
    void detached_nrrd_is_refused();
    void absent_file_is_not_found();

private:
    static void volumeFormats();
    std::filesystem::path file(const QByteArray& name) const { return (m_folder.path() + "/" + name).toStdString(); }

    QTemporaryDir m_folder;
    imaging::Warnings m_warnings;
};

void FilesTest::volumeFormats()
{
    QTest::addColumn<QByteArray>("name");
    for (const char* name : {"a.nii.gz", "a.nii", "a.nrrd"})
        QTest::newRow(name) << QByteArray(name);
}

void FilesTest::labels_and_geometry_survive_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<int>("highest");
    for (const char* name : {"a.nii.gz", "a.nii", "a.nrrd", "A.NII.GZ"})
        for (const int highest : {255, 1000})
            QTest::addRow("%s, up to %d", name, highest) << QByteArray(name) << highest;
}

void FilesTest::labels_and_geometry_survive()
{
    QFETCH(QByteArray, name);
    QFETCH(int, highest);
    const VoxelGrid grid = obliqueGrid();
    std::vector<std::uint16_t> labels(grid.voxels());
    std::iota(labels.begin(), labels.end(), std::uint16_t{0});
    labels.back() = static_cast<std::uint16_t>(highest);
    imaging::writeLabels(file(name), grid, labels);
    const auto volume = imaging::readImageFile(file(name), m_warnings);
    QVERIFY(sameGrid(volume->grid(), grid));
    QCOMPARE(volume->type(), highest < 256 ? imaging::VoxelType::UInt8 : imaging::VoxelType::UInt16);
    QCOMPARE(volume->info().spacing, imaging::SpacingKind::Calibrated);
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const int column = static_cast<int>(i % 7), row = static_cast<int>(i / 7 % 5), slice = static_cast<int>(i / 35);
        QCOMPARE(volume->value({column, row, slice}), static_cast<double>(labels[i]));
    }
    QCOMPARE(QDir(m_folder.path()).entryList({"*.part*"}, QDir::Files).size(), 0);
}

void FilesTest::scalars_survive()
{
    QFETCH(QByteArray, name);
    const VoxelGrid grid = obliqueGrid();
    std::vector<float> values(grid.voxels());
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<float>(i) / 137.0F - 0.1F;
    imaging::writeScalars(file(name), grid, values);
    const auto volume = imaging::readImageFile(file(name), m_warnings);
    QCOMPARE(volume->type(), imaging::VoxelType::Float32);
    QCOMPARE(voxelsOf<float>(*volume), values);
}

void FilesTest::every_voxel_type_survives_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<int>("type");
    for (const char* name : {"v.nii.gz", "v.nrrd"})
        for (int type = 0; type <= static_cast<int>(imaging::VoxelType::Float64); ++type)
            QTest::addRow("%s, type %d", name, type) << QByteArray(name) << type;
}

void FilesTest::every_voxel_type_survives()
{
    QFETCH(QByteArray, name);
    QFETCH(int, type);
    const VoxelGrid grid = obliqueGrid();
    const auto voxelType = static_cast<imaging::VoxelType>(type);
    std::vector<std::byte> bytes(grid.voxels() * imaging::bytesOf(voxelType));
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::byte>(i * 31 % 120);
    const imaging::Volume volume(grid, voxelType, 1, bytes, {});
    imaging::writeVolume(file(name), volume);
    const auto read = imaging::readImageFile(file(name), m_warnings);
    QCOMPARE(read->type(), voxelType);
    QVERIFY(std::ranges::equal(read->bytes(), volume.bytes()));
}

void FilesTest::nifti_is_stored_in_ras()
{
    imaging::writeLabels(file("ras.nii"), obliqueGrid(), std::vector<std::uint16_t>(obliqueGrid().voxels()));
    std::ifstream stream(file("ras.nii"), std::ios::binary);
    float offset[3];
    stream.seekg(268); // qoffset_x, y, z
    stream.read(reinterpret_cast<char*>(offset), sizeof offset);
    QCOMPARE(offset[0], 120.5F);
    QCOMPARE(offset[1], -33.25F);
    QCOMPARE(offset[2], 700.0F);
}

void FilesTest::probabilities_become_grey_levels_in_png()
{
    VoxelGrid grid = obliqueGrid();
    grid.slices = 1;
    std::vector<float> values(grid.voxels(), 0.5F);
    values[0] = -1;
    values[1] = 2;
    values[2] = std::nanf("");
    imaging::writeScalars(file("p.png"), grid, values);
    const auto levels = voxelsOf<std::uint8_t>(*imaging::readImageFile(file("p.png"), m_warnings));
    QCOMPARE(levels[0], 0);
    QCOMPARE(levels[1], 255);
    QCOMPARE(levels[2], 0);
    QCOMPARE(levels[3], 128);
}

void FilesTest::sixteen_bit_and_colour_png_survive()
{
    std::vector<std::uint16_t> grey(6);
    std::iota(grey.begin(), grey.end(), std::uint16_t{60000});
    imaging::writeGreyPng(file("g.png"), 3, 2, grey);
    const auto wide = imaging::readImageFile(file("g.png"), m_warnings);
    QCOMPARE(voxelsOf<std::uint16_t>(*wide), grey);
    QCOMPARE(wide->info().spacing, imaging::SpacingKind::Unknown);

    std::vector<std::uint8_t> colour(18);
    std::iota(colour.begin(), colour.end(), std::uint8_t{100});
    imaging::writeRgbPng(file("c.png"), 3, 2, colour);
    const auto read = imaging::readImageFile(file("c.png"), m_warnings);
    QCOMPARE(read->components(), 3);
    QCOMPARE(voxelsOf<std::uint8_t>(*read), colour);
}

void FilesTest::full_disk_leaves_no_file_data()
{
    QTest::addColumn<QByteArray>("name");
    for (const char* name : {"full.nii.gz", "full.nii", "full.nrrd", "full.png"})
        QTest::newRow(name) << QByteArray(name);
}

void FilesTest::full_disk_leaves_no_file()
{
    QFETCH(QByteArray, name);
    VoxelGrid grid = obliqueGrid();
    grid.columns = grid.rows = 200;
    grid.slices = 1;
    std::vector<std::uint16_t> labels(grid.voxels());
    for (std::size_t i = 0; i < labels.size(); ++i)
        labels[i] = static_cast<std::uint16_t>(i * i * 2654435761U >> 16);
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit small{4096, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    const auto kind = kindOf([&] { imaging::writeLabels(file(name), grid, labels); });
    setrlimit(RLIMIT_FSIZE, &before);
    QCOMPARE(kind, imaging::ErrorKind::Io);
    QCOMPARE(QDir(m_folder.path()).entryList({"full*"}, QDir::Files).size(), 0);
}

void FilesTest::missing_folder_is_an_io_error()
{
    const VoxelGrid grid = obliqueGrid();
    const std::vector<std::uint16_t> labels(grid.voxels());
    QCOMPARE(kindOf([&] { imaging::writeLabels(file("none/a.nii"), grid, labels); }), imaging::ErrorKind::Io);
}

void FilesTest::unfit_requests_are_wrong_use()
{
    const VoxelGrid grid = obliqueGrid();
    const std::vector<std::uint16_t> labels(grid.voxels());
    const auto wrong = imaging::ErrorKind::WrongUse;
    QCOMPARE(kindOf([&] { imaging::writeLabels(file("a.tiff"), grid, labels); }), wrong);
    QCOMPARE(kindOf([&] { imaging::writeLabels(file("a.png"), grid, labels); }), wrong);
    QCOMPARE(kindOf([&] { imaging::writeLabels(file("a.nii"), grid, std::vector<std::uint16_t>(3)); }), wrong);
    QCOMPARE(kindOf([&] { imaging::writeRgbPng(file("a.nii"), 1, 1, std::vector<std::uint8_t>(3)); }), wrong);
    QCOMPARE(kindOf([&] { imaging::readImageFile(file("a.tiff"), m_warnings); }), imaging::ErrorKind::Unsupported);
}

void FilesTest::damaged_files_are_refused_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("content");
    const auto written = [&](const char* name) {
        VoxelGrid grid = obliqueGrid();
        grid.slices = QByteArray(name).endsWith(".png") ? 1 : 4;
        std::vector<std::uint16_t> labels(grid.voxels());
        for (std::size_t i = 0; i < labels.size(); ++i)
            labels[i] = static_cast<std::uint16_t>(i * i * 2654435761U >> 16);
        imaging::writeLabels(file(name), grid, labels);
        QFile source(m_folder.path() + "/" + name);
        (void)source.open(QIODevice::ReadOnly);
        return source.readAll();
    };
    for (const char* name : {"d.nii", "d.nii.gz", "d.nrrd", "d.png"}) {
        const QByteArray good = written(name);
        QTest::addRow("%s, empty", name) << QByteArray(name) << QByteArray();
        QTest::addRow("%s, other content", name) << QByteArray(name) << QByteArray(5000, 'x');
        QTest::addRow("%s, half", name) << QByteArray(name) << good.left(good.size() / 2);
        QTest::addRow("%s, header only", name) << QByteArray(name) << good.left(60);
    }
    QByteArray giant = written("d.nii");
    const short sizes[4] = {3, 32000, 32000, 32000};
    giant.replace(40, 8, QByteArray(reinterpret_cast<const char*>(sizes), 8));
    QTest::newRow("d.nii, giant") << QByteArray("d.nii") << giant;
    QByteArray negative = written("d.nii");
    const short below[4] = {3, -7, 5, 4};
    negative.replace(40, 8, QByteArray(reinterpret_cast<const char*>(below), 8));
    QTest::newRow("d.nii, negative") << QByteArray("d.nii") << negative;
    QTest::newRow("d.nrrd, giant") << QByteArray("d.nrrd")
                                   << QByteArray("NRRD0004\ntype: short\ndimension: 3\nsizes: 90000 90000 90000\n"
                                                 "endian: little\nencoding: raw\n\nabc");
    QByteArray wide = written("d.png");
    wide.replace(16, 8, QByteArray("\x00\x0F\xFF\xFF\x00\x0F\xFF\xFF", 8));
    QTest::newRow("d.png, giant") << QByteArray("d.png") << wide;
}

void FilesTest::damaged_files_are_refused()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, content);
    std::ofstream(file(name), std::ios::binary).write(content.constData(), content.size());
    const auto kind = kindOf([&] { imaging::readImageFile(file(name), m_warnings); });
    QVERIFY(kind == imaging::ErrorKind::InvalidInput || kind == imaging::ErrorKind::Unsupported);
}

void FilesTest::detached_nrrd_is_refused()
{
    std::ofstream(file("h.nrrd"))
        << "NRRD0004\ntype: uchar\ndimension: 2\nsizes: 4 4\nencoding: raw\ndata file: /etc/passwd\n\n";
    QCOMPARE(kindOf([&] { imaging::readImageFile(file("h.nrrd"), m_warnings); }), imaging::ErrorKind::Unsupported);
}

void FilesTest::absent_file_is_not_found()
{
    QCOMPARE(kindOf([&] { imaging::readImageFile(file("absent.nii"), m_warnings); }), imaging::ErrorKind::NotFound);
}

QTEST_GUILESS_MAIN(FilesTest)
#include "tst_files.moc"
