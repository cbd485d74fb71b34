#include "annotations/rtstruct/contours.h"
#include "annotations/rtstruct/rtstruct.h"
#include "imaging/error.h"
#include "hostile_files.h"
#include "seg_files.h"

#include <QtTest>

#include <rapidcheck.h>

#include <cmath>
#include <filesystem>

using annotations::LabelMap;

namespace {

/// The outlines filled again.
std::vector<std::uint8_t> filled(const std::vector<annotations::Outline>& outlines, int columns, std::size_t pixels)
{
    std::vector<std::uint8_t> plane(pixels);
    for (const auto& outline : outlines)
        annotations::turnOver(outline, columns, plane);
    return plane;
}

/// Two balls, the first with a hollow ball in it: value 3, and 7.
LabelMap balls(const imaging::VoxelGrid& grid)
{
    std::vector<std::uint16_t> voxels(grid.voxels());
    const auto distance = [&](int c, int r, int s, double at, double height) {
        return std::hypot(c - grid.columns * at, r - grid.rows * height, (s - grid.slices * 0.5) * 2);
    };
    for (int s = 0; s < grid.slices; ++s)
        for (int r = 0; r < grid.rows; ++r)
            for (int c = 0; c < grid.columns; ++c) {
                const double big = distance(c, r, s, 0.35, 0.5);
                auto& voxel = voxels[grid.offset({c, r, s})];
                if (big < grid.columns * 0.3 && big > grid.columns * 0.12)
                    voxel = 3;
                else if (distance(c, r, s, 0.8, 0.3) < grid.columns * 0.14)
                    voxel = 7;
            }
    return {grid, voxels};
}

imaging::VoxelGrid grid(std::array<imaging::PatientPoint, 3> axes, std::array<double, 3> spacing)
{
    imaging::VoxelGrid grid;
    grid.columns = 57;
    grid.rows = 43;
    grid.slices = 9;
    grid.spacingMm = spacing;
    grid.origin = {-123.4567, 88.125, -1011.5};
    grid.axes = axes;
    return grid;
}

struct Place
{
    const char* name;
    std::array<imaging::PatientPoint, 3> axes;
    std::array<double, 3> spacing;
};

const double kSin = std::sin(0.4);
const double kCos = std::cos(0.4);
const Place kPlaces[] = {
    {"axial", {imaging::PatientPoint{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, {0.7, 0.7, 2.5}},
    {"coronal, not square", {imaging::PatientPoint{1, 0, 0}, {0, 0, -1}, {0, 1, 0}}, {0.4, 1.3, 3}},
    {"sagittal", {imaging::PatientPoint{0, 1, 0}, {0, 0, -1}, {-1, 0, 0}}, {0.9, 0.9, 5}},
    {"oblique", {imaging::PatientPoint{1, 0, 0}, {0, kCos, kSin}, {0, -kSin, kCos}}, {0.7, 0.5, 2.5}},
    {"slices in reverse", {imaging::PatientPoint{1, 0, 0}, {0, 1, 0}, {0, 0, -1}}, {0.7, 0.7, 1.25}},
};

std::vector<annotations::Label> labels()
{
    return {fixtures::numbered(3, "Größe & Höhle"), fixtures::numbered(7, "Ball"), fixtures::numbered(9, "empty")};
}

} // namespace

/// Outlines of masks, and the RT Structure Sets that are made of them.
class TestContours : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    std::filesystem::path file(const char* name) const { return m_folder.filePath(name).toStdString(); }

    static bool pythonHas(const QString& module)
    {
        return QFile::exists(qEnvironmentVariable("LIMN_PYTHON"))
            && QProcess::execute(qEnvironmentVariable("LIMN_PYTHON"), {"-c", "import " + module}) == 0;
    }

    static std::array<std::size_t, 3> count(const LabelMap& map, std::uint16_t value, const LabelMap& other, std::uint16_t as)
    {
        std::array<std::size_t, 3> counts{};
        for (std::size_t i = 0; i < map.voxels().size(); ++i) {
            counts[0] += map.voxels()[i] == value;
            counts[1] += other.voxels()[i] == as;
            counts[2] += map.voxels()[i] == value && other.voxels()[i] == as;
        }
        return counts;
    }

private Q_SLOTS:
    void outlines_of_any_mask_fill_to_the_same_mask()
    {
        const bool ok = rc::check([] {
            const int columns = *rc::gen::inRange(1, 12);
            const int rows = *rc::gen::inRange(1, 12);
            const auto plane = *rc::gen::container<std::vector<std::uint16_t>>(
                std::size_t(columns) * std::size_t(rows), rc::gen::cast<std::uint16_t>(rc::gen::inRange(0, 3)));
            for (const std::uint16_t value : {1, 2}) {
                std::vector<std::uint8_t> expected;
                for (const auto voxel : plane)
                    expected.push_back(voxel == value ? 1 : 0);
                const auto outlines = annotations::outlinesOf(plane, columns, value);
                RC_ASSERT(filled(outlines, columns, plane.size()) == expected);
            }
        });
        QVERIFY(ok);
    }

    void a_hole_hangs_on_its_outline_by_a_channel()
    {
        std::vector<std::uint16_t> plane(25, 1);
        plane[12] = 0;
        const auto outlines = annotations::outlinesOf(plane, 5, 1);
        QCOMPARE(outlines.size(), std::size_t(1)); // PS3.3 C.8.8.6.3: one contour, not two.
        QCOMPARE(outlines.front().size(), std::size_t(8 + 4 + 2));
    }

    void areas_that_touch_at_a_corner_are_two_outlines()
    {
        QCOMPARE(annotations::outlinesOf(std::vector<std::uint16_t>{4, 0, 0, 4}, 2, 4).size(), std::size_t(2));
        QVERIFY(annotations::outlinesOf(std::vector<std::uint16_t>{4, 0, 0, 4}, 2, 5).empty());
    }

    void a_structure_set_comes_back_as_the_same_masks_data()
    {
        QTest::addColumn<int>("place");
        for (int i = 0; i < int(std::size(kPlaces)); ++i)
            QTest::newRow(kPlaces[i].name) << i;
    }

    void a_structure_set_comes_back_as_the_same_masks()
    {
        QFETCH(int, place);
        const auto picture = fixtures::ctOn(grid(kPlaces[place].axes, kPlaces[place].spacing));
        const auto map = balls(picture.grid());
        const auto path = file("set.dcm");
        const auto written = annotations::writeStructures(path, picture, map, labels());
        QVERIFY(annotations::isStructureSet(path));
        const auto set = annotations::readStructures(path);
        QCOMPARE(set.sopInstanceUid, written.sopInstanceUid);
        QCOMPARE(set.sourceSeriesUid, picture.info().study.seriesInstanceUid);
        QCOMPARE(set.structures.size(), std::size_t(2)); // The empty label is left out.
        QCOMPARE(set.structures[0].name, std::string("Größe & Höhle"));
        QCOMPARE(set.structures[1].colour.value(), labels()[1].colour);
        imaging::Warnings warnings;
        const auto back = annotations::toLabelMap(set, picture, warnings);
        QVERIFY2(warnings.empty(), warnings.empty() ? "" : warnings.front().c_str());
        QCOMPARE(annotations::labelsOf(set)[0].value, std::uint16_t(1));
        for (const auto& [value, as] : {std::pair<std::uint16_t, std::uint16_t>{3, 1}, {7, 2}}) {
            const auto counts = count(map, value, back, as);
            QCOMPARE(counts[1], counts[0]); // Dice is 1, and the hole is there.
            QCOMPARE(counts[2], counts[0]);
        }
    }

    void dciodvfy_finds_no_error_in_a_structure_set()
    {
        const QString dciodvfy = QStandardPaths::findExecutable("dciodvfy");
        if (dciodvfy.isEmpty())
            QSKIP("dciodvfy (dicom3tools) is not installed.");
        const auto picture = fixtures::ctOn(grid(kPlaces[1].axes, kPlaces[1].spacing));
        annotations::writeStructures(file("valid.dcm"), picture, balls(picture.grid()), labels());
        QProcess process;
        process.start(dciodvfy, {m_folder.filePath("valid.dcm")});
        QVERIFY(process.waitForFinished(60000));
        const QString findings = QString::fromUtf8(process.readAllStandardError());
        QVERIFY2(findings.contains("RTStructureSet"), qPrintable(findings));
        QVERIFY2(!findings.contains("Error"), qPrintable(findings));
    }

    void pydicom_fills_the_contours_to_the_same_masks()
    {
        if (!pythonHas("pydicom") || !pythonHas("numpy"))
            QSKIP("pydicom is not installed in the private environment.");
        const auto place = kPlaces[3];
        const auto picture = fixtures::ctOn(grid(place.axes, place.spacing));
        const auto map = balls(picture.grid());
        annotations::writeStructures(file("python.dcm"), picture, map, labels());
        QProcess process;
        process.start(qEnvironmentVariable("LIMN_PYTHON"),
            {"tests/support/seg_readers/read_structures.py", m_folder.filePath("python.dcm"), geometryOf(picture)});
        QVERIFY2(process.waitForFinished(120000), qPrintable(process.errorString()));
        QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
        const auto found = QJsonDocument::fromJson(process.readAllStandardOutput()).object();
        QCOMPARE(found["modality"].toString(), QString("RTSTRUCT"));
        for (const auto& [name, value] : {std::pair{"Größe & Höhle", 3}, {"Ball", 7}}) {
            const auto pixels = found["pixels"].toObject()[name].toObject();
            for (int slice = 0; slice < map.grid().slices; ++slice) {
                const auto plane = map.slice(slice);
                const auto expected = std::count(plane.begin(), plane.end(), value);
                QCOMPARE(qint64(pixels[QString::number(slice)].toInteger()), qint64(expected));
            }
        }
    }

    void a_picture_without_a_place_is_refused()
    {
        const auto picture = fixtures::xray(40, 30);
        const LabelMap map(picture.grid(), std::vector<std::uint16_t>(picture.grid().voxels(), 3));
        QVERIFY_EXCEPTION_THROWN(
            annotations::writeStructures(file("xray.dcm"), picture, map, labels()), imaging::Error);
        QVERIFY(!std::filesystem::exists(file("xray.dcm")));
        const auto ct = fixtures::ct(8, 8, 2);
        QVERIFY_EXCEPTION_THROWN( // Nothing drawn.
            annotations::writeStructures(file("none.dcm"), ct, LabelMap(ct.grid()), labels()), imaging::Error);
    }

    void contours_of_another_frame_of_reference_are_refused()
    {
        const auto ct = fixtures::ct(57, 43, 9);
        annotations::writeStructures(file("other.dcm"), ct, balls(ct.grid()), labels());
        auto set = annotations::readStructures(file("other.dcm"));
        set.frameOfReferenceUid += ".7";
        imaging::Warnings warnings;
        QVERIFY_EXCEPTION_THROWN(annotations::toLabelMap(set, ct, warnings), imaging::Error);
    }

    void hostile_files_are_refused_with_a_sentence()
    {
        const auto picture = fixtures::ct(57, 43, 9);
        annotations::writeStructures(file("whole.dcm"), picture, balls(picture.grid()), labels());
        for (const auto& path : fixtures::hostileFiles(m_folder.path().toStdString(), "1.2.840.10008.5.1.4.1.1.481.3",
                 0x30060010, file("whole.dcm")))
            QVERIFY_EXCEPTION_THROWN(annotations::readStructures(path), imaging::Error);
        const auto ct = fixtures::ct(8, 8, 2);
        annotations::writeSeg(file("seg.dcm"), ct, LabelMap(ct.grid(), std::vector<std::uint16_t>(128, 3)), labels(), {});
        QVERIFY_EXCEPTION_THROWN(annotations::readStructures(file("seg.dcm")), imaging::Error);
        QVERIFY(!annotations::isStructureSet(file("seg.dcm")));
    }

    void points_that_are_no_numbers_are_left_out_with_a_warning()
    {
        const auto ct = fixtures::ct(57, 43, 9);
        annotations::writeStructures(file("whole.dcm"), ct, balls(ct.grid()), labels());
        fixtures::change(file("whole.dcm"), file("broken.dcm"), [](DcmDataset& dataset) {
            DcmItem* roi = nullptr;
            DcmItem* contour = nullptr;
            dataset.findAndGetSequenceItem(DCM_ROIContourSequence, roi, 0);
            roi->findAndGetSequenceItem(DCM_ContourSequence, contour, 0);
            contour->putAndInsertString(DCM_ContourData, "1\\2\\nan\\x");
        }, EXS_LittleEndianImplicit);
        const auto set = annotations::readStructures(file("broken.dcm"));
        QCOMPARE(set.warnings.size(), std::size_t(1));
    }

private:
    static QString geometryOf(const imaging::Volume& picture)
    {
        const auto& g = picture.grid();
        QJsonArray numbers{g.columns, g.rows, g.slices, g.spacingMm[0], g.spacingMm[1], g.spacingMm[2], g.origin.x,
            g.origin.y, g.origin.z};
        for (const auto& axis : g.axes)
            for (const double part : {axis.x, axis.y, axis.z})
                numbers.append(part);
        return QString::fromUtf8(QJsonDocument(numbers).toJson(QJsonDocument::Compact));
    }
};

QTEST_GUILESS_MAIN(TestContours)
#include "tst_contours.moc"
