#include "imaging/error.h"
#include "imaging/files/image_file.h"
#include "imaging/slice.h"

#include <QColor>
#include <QImage>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstring>
#include <fstream>
#include <functional>
#include <limits>
#include <numeric>
#include <type_traits>

#include <sys/resource.h>

using imaging::PatientPoint;
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

template <typename T> void put(QByteArray& bytes, int at, std::int64_t value)
{
    const auto stored = static_cast<T>(value);
    std::memcpy(bytes.data() + at, &stored, sizeof stored);
}

template <typename T>
requires std::is_floating_point_v<T>
void put(QByteArray& bytes, int at, T value)
{
    std::memcpy(bytes.data() + at, &value, sizeof value);
}

/// A NIfTI-1 file of `columns` voxels of a datatype, or of 4 x 3 x 2 for 24; distances 2, 3, 4 mm; zeros as voxels.
QByteArray niftiFile(int datatype, int columns)
{
    const int bytes = datatype == 2 ? 1 : (datatype == 4 ? 2 : (datatype == 16 ? 4 : 8));
    QByteArray file(352 + columns * bytes, '\0');
    put<std::int32_t>(file, 0, 348);
    const bool block = columns == 24;
    const int sizes[4] = {3, block ? 4 : columns, block ? 3 : 1, block ? 2 : 1};
    for (int i = 0; i < 4; ++i)
        put<std::int16_t>(file, 40 + 2 * i, sizes[i]);
    put<std::int16_t>(file, 70, datatype);
    for (int i = 0; i < 4; ++i)
        put<float>(file, 76 + 4 * i, static_cast<float>(i + 1));
    put<float>(file, 108, 352.0F);
    file.replace(344, 4, QByteArray("n+1\0", 4));
    return file;
}

VoxelGrid volumeGrid(int columns, int rows, int slices)
{
    VoxelGrid grid;
    grid.columns = columns;
    grid.rows = rows;
    grid.slices = slices;
    return grid;
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
    void nrrd_and_png_say_that_they_are_for_research();
    void scalars_survive();
    void every_voxel_type_survives_data();
    void every_voxel_type_survives();
    void nifti_is_stored_in_ras();
    void nifti_geometry_is_taken_from_the_form_that_counts_data();
    void nifti_geometry_is_taken_from_the_form_that_counts();
    void nifti_voxels_of_every_kind_are_read_data();
    void nifti_voxels_of_every_kind_are_read();
    void a_neighbouring_file_is_not_read_instead();
    void nrrd_without_a_space_has_no_sides();
    void a_bare_matrix_tells_no_sides_data();
    void a_bare_matrix_tells_no_sides();
    void a_mask_of_an_x_ray_says_what_its_tags_say_data();
    void a_mask_of_an_x_ray_says_what_its_tags_say();
    void probabilities_become_grey_levels_in_png();
    void sixteen_bit_and_colour_png_survive();
    void jpeg_is_read_and_not_written();
    void jpeg_that_is_to_be_turned_is_told();
    void transparent_parts_lie_on_black();
    void masks_keep_their_values_data();
    void masks_keep_their_values();
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
    void write(const QByteArray& name, const QByteArray& content) const
    {
        std::ofstream(file(name), std::ios::binary).write(content.constData(), content.size());
    }

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

void FilesTest::nrrd_and_png_say_that_they_are_for_research()
{
    auto grid = obliqueGrid();
    grid.slices = 1;
    const std::vector<std::uint16_t> labels(grid.voxels(), 1);
    for (const char* name : {"notice.nrrd", "notice.png"}) {
        imaging::writeLabels(file(name), grid, labels);
        QFile written(m_folder.path() + "/" + name);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QVERIFY2(written.readAll().contains("Research use only"), name);
    }
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

void FilesTest::nifti_geometry_is_taken_from_the_form_that_counts_data()
{
    using Form = QList<float>;
    QTest::addColumn<int>("sformCode");
    QTest::addColumn<Form>("sform");
    QTest::addColumn<int>("qformCode");
    QTest::addColumn<QString>("axes"); // Where column, row and slice index lead, from the sides' letters.
    QTest::addColumn<QString>("warning");
    const Form ras{2, 0, 0, 10, 0, 3, 0, 20, 0, 0, 4, 30};
    const Form las{-2, 0, 0, 10, 0, 3, 0, 20, 0, 0, 4, 30};
    const Form sheared{2, 1, 0, 10, 0, 3, 0, 20, 0, 0, 4, 30};
    Form nan = ras;
    nan[0] = std::numeric_limits<float>::quiet_NaN();
    const Form flat{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    QTest::newRow("sform") << 1 << ras << 0 << "RAH"
                           << "";
    QTest::newRow("sform, columns to the left") << 1 << las << 0 << "LAH"
                                                << "";
    QTest::newRow("sform of a template alone") << 4 << las << 0 << "LAH"
                                               << "";
    QTest::newRow("qform") << 0 << flat << 1 << "RAH"
                           << "";
    QTest::newRow("both agree") << 1 << ras << 1 << "RAH"
                                << "";
    QTest::newRow("both scanner's, disagree") << 1 << las << 1 << "LAH"
                                              << "the sform is used";
    QTest::newRow("sform of a template, disagree") << 4 << las << 1 << "RAH"
                                                   << "the qform is used";
    QTest::newRow("sheared sform beside a qform") << 1 << sheared << 1 << "RAH"
                                                  << "the qform is used";
    QTest::newRow("no number in the sform") << 1 << nan << 1 << "RAH"
                                            << "makes no sense";
    QTest::newRow("no number in the only form") << 1 << nan << 0 << ""
                                                << "sides are not known";
    QTest::newRow("flat sform") << 1 << flat << 0 << ""
                                << "makes no sense";
    QTest::newRow("neither") << 0 << ras << 0 << ""
                             << "sides are not known";
}

void FilesTest::nifti_geometry_is_taken_from_the_form_that_counts()
{
    QFETCH(int, sformCode);
    QFETCH(QList<float>, sform);
    QFETCH(int, qformCode);
    QFETCH(QString, axes);
    QFETCH(QString, warning);
    QByteArray content = niftiFile(4, 24);
    put<std::int16_t>(content, 252, qformCode);
    put<std::int16_t>(content, 254, sformCode);
    for (int i = 0; i < 3; ++i)
        put<float>(content, 268 + 4 * i, 10.0F * static_cast<float>(i + 1)); // The qform: no rotation.
    for (int i = 0; i < sform.size(); ++i)
        put<float>(content, 280 + 4 * i, sform[i]);
    write("forms.nii", content);
    imaging::Warnings warnings;
    const auto volume = imaging::readImageFile(file("forms.nii"), warnings);
    const VoxelGrid& grid = volume->grid();
    QVERIFY(near({grid.spacingMm[0], grid.spacingMm[1], grid.spacingMm[2]}, {2, 3, 4}));
    QCOMPARE(volume->info().axesKnown, !axes.isEmpty());
    QVERIFY(volume->info().notRegular.empty());
    if (!axes.isEmpty()) {
        const double toRight = axes[0] == 'R' ? -1 : 1; // LPS.
        QVERIFY(near(grid.axes[0], {toRight, 0, 0}) && near(grid.axes[1], {0, -1, 0}) && near(grid.axes[2], {0, 0, 1}));
        QVERIFY(near(grid.origin, {-10, -20, 30}));
    }
    const auto side = imaging::sliceOf(*volume, 0).sides.atLeft;
    QCOMPARE(side,
        axes.isEmpty() ? imaging::PatientSide::Unknown
                       : (axes[0] == 'R' ? imaging::PatientSide::Left : imaging::PatientSide::Right));
    QCOMPARE(warnings.empty(), warning.isEmpty());
    QVERIFY(warning.isEmpty() || std::any_of(warnings.begin(), warnings.end(), [&](const std::string& w) {
        return QString::fromStdString(w).contains(warning);
    }));
}

void FilesTest::nifti_voxels_of_every_kind_are_read_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<int>("type");
    QTest::addColumn<QList<double>>("values");
    using imaging::VoxelType;
    const auto row = [](const char* name, const QByteArray& content, VoxelType type, const QList<double>& values) {
        QTest::newRow(name) << content << static_cast<int>(type) << values;
    };
    QByteArray content = niftiFile(4, 2);
    put<std::int16_t>(content, 352, -7);
    put<std::int16_t>(content, 354, 300);
    row("16 bits", content, VoxelType::Int16, {-7, 300});
    QByteArray scaled = content;
    put<float>(scaled, 112, 0.5F);
    put<float>(scaled, 116, 1);
    row("scaled", scaled, VoxelType::Float32, {-2.5, 151});
    put<float>(scaled, 112, std::numeric_limits<float>::quiet_NaN());
    row("a scale that is no number", scaled, VoxelType::Int16, {-7, 300});
    QByteArray swapped = niftiFile(4, 2);
    for (const auto& [at, size] : {std::pair{0, 4}, {40, 2}, {42, 2}, {44, 2}, {46, 2}, {70, 2}, {108, 4}})
        std::reverse(swapped.begin() + at, swapped.begin() + at + size);
    swapped[353] = 5;
    swapped[354] = 1;
    row("big endian", swapped, VoxelType::Int16, {5, 256});
    QByteArray later = niftiFile(2, 2);
    put<float>(later, 108, 400);
    later.insert(352, QByteArray(48, 'x'));
    later[400] = 9;
    row("voxels further behind", later, VoxelType::UInt8, {9, 0});
    QByteArray wide = niftiFile(1024, 2);
    put<std::int64_t>(wide, 352, -5);
    put<std::int64_t>(wide, 360, std::int64_t{1} << 40);
    row("integers of 64 bits", wide, VoxelType::Float64, {-5, 1099511627776.0});
    QByteArray second(540, '\0');
    put<std::int32_t>(second, 0, 540);
    second.replace(4, 8, QByteArray("n+2\0\r\n\032\n", 8));
    put<std::int16_t>(second, 12, 16);
    for (const auto& [at, size] : {std::pair{16, 3}, {24, 2}, {32, 1}, {40, 1}, {168, 540}})
        put<std::int64_t>(second, at, size);
    second.resize(548);
    put<float>(second, 540, 0.25F);
    put<float>(second, 544, -1);
    row("NIfTI-2", second, VoxelType::Float32, {0.25, -1});
}

void FilesTest::nifti_voxels_of_every_kind_are_read()
{
    QFETCH(QByteArray, content);
    QFETCH(int, type);
    QFETCH(QList<double>, values);
    write("kind.nii", content);
    const auto volume = imaging::readImageFile(file("kind.nii"), m_warnings);
    QCOMPARE(static_cast<int>(volume->type()), type);
    QCOMPARE(volume->grid().voxels(), static_cast<std::size_t>(values.size()));
    for (int i = 0; i < values.size(); ++i)
        QCOMPARE(volume->value({i, 0, 0}), values[i]);
}

void FilesTest::a_neighbouring_file_is_not_read_instead()
{
    QByteArray other = niftiFile(2, 2);
    other[352] = 77;
    write("n.nii", other);
    const VoxelGrid grid = volumeGrid(2, 1, 1);
    imaging::writeLabels(file("n.nii.gz"), grid, std::vector<std::uint16_t>{1, 2});
    const auto volume = imaging::readImageFile(file("n.nii.gz"), m_warnings);
    QCOMPARE(voxelsOf<std::uint8_t>(*volume), (std::vector<std::uint8_t>{1, 2}));
}

void FilesTest::nrrd_without_a_space_has_no_sides()
{
    const QByteArray start = "NRRD0004\ntype: uchar\ndimension: 3\nsizes: 2 1 1\nencoding: raw\n";
    write("plain.nrrd", start + "spacings: 2 3 4\n\nab");
    const auto plain = imaging::readImageFile(file("plain.nrrd"), m_warnings);
    QCOMPARE(imaging::sliceOf(*plain, 0).sides, imaging::PictureSides{});
    QCOMPARE(plain->info().spacing, imaging::SpacingKind::Calibrated);
    write("lps.nrrd",
        start
            + "space: left-posterior-superior\nspace directions: (2,0,0) (0,3,0) (0,0,4)\nspace origin: "
              "(10,0,0)\n\nab");
    QCOMPARE(imaging::sliceOf(*imaging::readImageFile(file("lps.nrrd"), m_warnings), 0).sides.atLeft,
        imaging::PatientSide::Right);
    write("flat.nrrd",
        start
            + "space: left-posterior-superior\nspace directions: (0,0,0) (0,3,0) (0,0,4)\nspace origin: "
              "(0,0,0)\n\nab");
    const auto flat = imaging::readImageFile(file("flat.nrrd"), m_warnings);
    QCOMPARE(flat->info().spacing, imaging::SpacingKind::Unknown);
    QCOMPARE(flat->grid().axes, VoxelGrid{}.axes);
}

void FilesTest::a_bare_matrix_tells_no_sides_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("nifti") << "bare.nii.gz";
    QTest::newRow("nrrd") << "bare.nrrd";
}

void FilesTest::a_bare_matrix_tells_no_sides()
{
    QFETCH(QString, name);
    const auto path = file(qPrintable(name));
    imaging::writeLabels(path, volumeGrid(2, 3, 1), std::vector<std::uint16_t>(6));
    imaging::Warnings warnings;
    const auto volume = imaging::readImageFile(path, warnings);
    QCOMPARE(imaging::sidesOf(*volume, 0).doubt, imaging::SidesDoubt::BareMatrix);
    QVERIFY(!imaging::sidesOf(*volume, 0).known());
    QCOMPARE(warnings.size(), std::size_t{1});
    QVERIFY(warnings.front().find("bare scaling") != std::string::npos);
}

void FilesTest::a_mask_of_an_x_ray_says_what_its_tags_say_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("orientation");
    QTest::addColumn<PatientPoint>("row"); // Where the rows run; 0: not known.
    for (const char* name : {"x.nii.gz", "x.nii", "x.nrrd"}) {
        QTest::addRow("%s, usual", name) << name << "L\\F" << PatientPoint{1, 0, 0};
        QTest::addRow("%s, mirrored", name) << name << "R\\F" << PatientPoint{-1, 0, 0};
        QTest::addRow("%s, lies", name) << name << "F\\L" << PatientPoint{0, 0, -1};
        QTest::addRow("%s, no tag", name) << name << "" << PatientPoint{};
        QTest::addRow("%s, one value", name) << name << "R" << PatientPoint{};
    }
}

void FilesTest::a_mask_of_an_x_ray_says_what_its_tags_say()
{
    QFETCH(QString, name);
    QFETCH(QString, orientation);
    QFETCH(PatientPoint, row);
    imaging::VolumeInfo info;
    info.study.patientOrientation = orientation.toStdString();
    info.sources.resize(1);
    info.spacing = imaging::SpacingKind::AtDetector;
    const imaging::Volume xray(
        volumeGrid(2, 3, 1), imaging::VoxelType::UInt8, 1, std::vector<std::byte>(6), std::move(info));
    const std::vector<std::uint16_t> labels{0, 1, 0, 2, 0, 3};
    imaging::writeLabels(file(qPrintable(name)), xray, labels);
    imaging::Warnings warnings;
    const auto read = imaging::readImageFile(file(qPrintable(name)), warnings);
    for (int i = 0; i < 6; ++i)
        QCOMPARE(read->value({i % 2, i / 2, 0}), labels[static_cast<std::size_t>(i)]);
    QCOMPARE(read->info().axesKnown, imaging::length(row) > 0);
    if (read->info().axesKnown)
        QVERIFY(near(read->grid().axes[0], row));
    else
        QVERIFY(warnings.front().find("sides are not known") != std::string::npos);
    QVERIFY(near(read->grid().spacingMm[0] * PatientPoint{1, 0, 0}, xray.grid().spacingMm[0] * PatientPoint{1, 0, 0}));
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

void FilesTest::jpeg_is_read_and_not_written()
{
    QImage grey(16, 8, QImage::Format_Grayscale8);
    grey.fill(77);
    QVERIFY(grey.save(QString::fromStdString(file("g.jpeg").string()), "JPG", 95));
    m_warnings.clear();
    const auto read = imaging::readImageFile(file("g.jpeg"), m_warnings);
    QCOMPARE(read->components(), 1);
    QCOMPARE(voxelsOf<std::uint8_t>(*read), std::vector<std::uint8_t>(16 * 8, 77));
    QVERIFY(imaging::isImageFile("A.JPG") && m_warnings.empty());
    const auto invalid = imaging::ErrorKind::InvalidInput;
    QCOMPARE(kindOf([&] { imaging::readLabelFile(file("g.jpeg"), m_warnings); }), invalid);
    const std::vector<std::uint16_t> labels(16 * 8);
    QCOMPARE(kindOf([&] { imaging::writeLabels(file("l.jpg"), read->grid(), labels); }), imaging::ErrorKind::WrongUse);
    QFile(QString::fromStdString(file("g.jpeg").string())).resize(200);
    QCOMPARE(kindOf([&] { imaging::readImageFile(file("g.jpeg"), m_warnings); }), invalid);
}

void FilesTest::jpeg_that_is_to_be_turned_is_told()
{
    QImage grey(16, 8, QImage::Format_Grayscale8);
    grey.fill(77);
    const auto name = QString::fromStdString(file("t.jpg").string());
    QVERIFY(grey.save(name, "JPG", 95));
    for (const char orientation : {'\x01', '\x02', '\x06'}) {
        QFile stream(name);
        QVERIFY(stream.open(QIODevice::ReadWrite));
        auto bytes = stream.readAll();
        QByteArray exif("\xFF\xE1\x00\x22"
                        "Exif\0\0II\x2A\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x01\0\0\0\0\0\0\0",
            36);
        exif[28] = orientation;
        bytes.insert(2, exif); // Behind the start of the image.
        stream.seek(0);
        stream.write(bytes);
        stream.close();
        m_warnings.clear();
        imaging::readImageFile(file("t.jpg"), m_warnings);
        QCOMPARE(m_warnings.size(), std::size_t(orientation == 1 ? 0 : 1));
        QVERIFY(grey.save(name, "JPG", 95));
    }
}

void FilesTest::transparent_parts_lie_on_black()
{
    QImage image(4, 1, QImage::Format_RGBA8888);
    const int alphas[] = {255, 0, 128, 255};
    for (int x = 0; x < 4; ++x)
        image.setPixelColor(x, 0, QColor(200, 100, 50, alphas[x]));
    QVERIFY(image.save(QString::fromStdString(file("a.png").string())));
    m_warnings.clear();
    const auto read = imaging::readImageFile(file("a.png"), m_warnings);
    QCOMPARE(voxelsOf<std::uint8_t>(*read),
        (std::vector<std::uint8_t>{200, 100, 50, 0, 0, 0, 100, 50, 25, 200, 100, 50}));
    QCOMPARE(m_warnings.size(), std::size_t(1));
}

void FilesTest::masks_keep_their_values_data()
{
    QTest::addColumn<QImage::Format>("format");
    QTest::newRow("16 bits") << QImage::Format_Grayscale16;
    QTest::newRow("8 bits") << QImage::Format_Grayscale8;
    QTest::newRow("palette") << QImage::Format_Indexed8;
    QTest::newRow("RGB of equal values") << QImage::Format_RGB888;
}

void FilesTest::masks_keep_their_values()
{
    QFETCH(QImage::Format, format);
    QImage image(5, 1, format);
    if (format == QImage::Format_Indexed8)
        image.setColorTable({qRgb(255, 255, 255), qRgb(9, 80, 7), qRgb(0, 0, 0), qRgb(1, 2, 3), qRgb(200, 0, 0)});
    for (int x = 0; x < 5; ++x) {
        if (format == QImage::Format_Grayscale16)
            reinterpret_cast<quint16*>(image.scanLine(0))[x] = quint16(x);
        else
            image.setPixel(x, 0, format == QImage::Format_RGB888 ? qRgb(x, x, x) : uint(x));
    }
    if (format == QImage::Format_Grayscale8)
        for (int x = 0; x < 5; ++x)
            image.scanLine(0)[x] = uchar(x);
    QVERIFY(image.save(QString::fromStdString(file("m.png").string())));
    const auto read = imaging::readLabelFile(file("m.png"), m_warnings);
    for (int x = 0; x < 5; ++x)
        QCOMPARE(int(read->value({x, 0, 0})), x);
    image = QImage(1, 1, QImage::Format_RGB888);
    image.fill(Qt::red);
    QVERIFY(image.save(QString::fromStdString(file("m.png").string())));
    QCOMPARE(kindOf([&] { imaging::readLabelFile(file("m.png"), m_warnings); }), imaging::ErrorKind::InvalidInput);
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
    QByteArray cut = written("d.nii");
    const float beyond = 400;
    cut.replace(108, 4, QByteArray(reinterpret_cast<const char*>(&beyond), 4));
    QTest::newRow("d.nii, voxels behind the end") << QByteArray("d.nii") << cut;
    QTest::newRow("d.nii, more dimensions than there are")
        << QByteArray("d.nii") << QByteArray(written("d.nii")).replace(40, 2, QByteArray("\x09\0", 2));
    QTest::newRow("d.nii, voxels elsewhere")
        << QByteArray("d.nii") << QByteArray(written("d.nii")).replace(344, 3, "ni1");
    QTest::newRow("d.nii.gz, wrong check sum")
        << QByteArray("d.nii.gz") << QByteArray(written("d.nii.gz")).replace(written("d.nii.gz").size() - 8, 4, "abcd");
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
