#include "imaging/dicom/scan.h"

#include "imaging/error.h"
#include "tests/support/dicom_bytes.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <atomic>
#include <cmath>

using imaging::ScanResult;
using imaging::SeriesInfo;
using imaging::SpacingKind;
using test::DicomBytes;
using test::PictureSpec;

namespace {

/// A folder that pictures are put into, with UIDs and file names of their own.
class Folder
{
public:
    Folder& add(PictureSpec spec, const DicomBytes& more = DicomBytes())
    {
        const int number = ++m_count;
        if (spec.instanceUid == PictureSpec{}.instanceUid)
            spec.instanceUid = "1.2.3.1." + std::to_string(number);
        spec.instanceNumber = number;
        // Names that do not sort as the slices lie.
        return addBytes("file" + std::to_string((number * 7919) % 1000), test::pictureFile(spec, more));
    }

    Folder& addBytes(const std::string& name, const test::Bytes& bytes)
    {
        test::writeFile(path(name), bytes);
        return *this;
    }

    std::string path(const std::string& name = {}) const
    {
        return m_folder.filePath(QString::fromStdString(name)).toStdString();
    }

    ScanResult scan() const { return imaging::scanPath(path(), {}, {}); }

private:
    QTemporaryDir m_folder;
    int m_count = 0;
};

PictureSpec at(double z)
{
    PictureSpec spec;
    spec.position = "-10\\-20\\" + std::to_string(z);
    return spec;
}

/// z of each slice in display order.
std::vector<double> heights(const SeriesInfo& series)
{
    std::vector<double> result;
    for (const auto& ref : series.order)
        result.push_back(QString::fromStdString(series.files.at(static_cast<std::size_t>(ref.file)).imagePosition)
                             .section('\\', 2)
                             .toDouble());
    return result;
}

bool mentions(const imaging::Warnings& warnings, const QString& words)
{
    return std::any_of(warnings.begin(), warnings.end(),
        [&](const std::string& w) { return QString::fromStdString(w).contains(words); });
}

} // namespace

class TestScan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void slices_are_sorted_by_position_not_by_name_or_number()
    {
        Folder folder;
        for (const double z : {4.0, -2.0, 2.0, 0.0, -4.0})
            folder.add(at(z));
        const auto result = folder.scan();
        QCOMPARE(result.series.size(), std::size_t{1});
        const SeriesInfo& series = result.series.front();
        QCOMPARE(heights(series), (std::vector<double>{-4, -2, 0, 2, 4}));
        QCOMPARE(series.slices, 5);
        QVERIFY2(series.notRegular.empty(), series.notRegular.c_str());
        QCOMPARE(series.grid.spacingMm, (std::array<double, 3>{0.75, 0.5, 2}));
        QCOMPARE(series.grid.origin, (imaging::PatientPoint{-10, -20, -4}));
        QCOMPARE(series.grid.axes[2], (imaging::PatientPoint{0, 0, 1}));
        QCOMPARE(series.spacing, SpacingKind::Calibrated);
        QVERIFY(series.warnings.empty());
        QVERIFY(series.displayable);
    }

    void a_flipped_series_grows_along_its_own_normal()
    {
        Folder folder;
        for (const double z : {0.0, 2.0, 4.0}) {
            PictureSpec spec = at(z);
            spec.orientation = "-1\\0\\0\\0\\1\\0";
            folder.add(spec);
        }
        const auto result = folder.scan();
        QCOMPARE(heights(result.series.at(0)), (std::vector<double>{4, 2, 0}));
        QCOMPARE(result.series.at(0).grid.axes[2], (imaging::PatientPoint{0, 0, -1}));
    }

    void uneven_stacks_say_why_data()
    {
        QTest::addColumn<QList<QStringList>>("slices");
        QTest::addColumn<QString>("reason");
        using Slices = QList<QStringList>;
        const QString axial = "1\\0\\0\\0\\1\\0";
        QTest::newRow("regular") << Slices{{"0\\0\\0", axial}, {"0\\0\\1", axial}, {"0\\0\\2", axial}} << "";
        QTest::newRow("rounded positions")
            << Slices{{"0\\0\\0", axial}, {"0\\0\\0.6", axial}, {"0\\0\\1.3", axial}, {"0\\0\\1.9", axial}} << "";
        QTest::newRow("missing slice") << Slices{{"0\\0\\0", axial}, {"0\\0\\1", axial}, {"0\\0\\3", axial}}
                                       << "changes from 1 to 2 mm";
        QTest::newRow("changing distance")
            << Slices{{"0\\0\\0", axial}, {"0\\0\\1", axial}, {"0\\0\\2.5", axial}} << "changes from";
        QTest::newRow("same position") << Slices{{"0\\0\\0", axial}, {"0\\0\\1", axial}, {"0\\0\\1", axial}}
                                       << "same position";
        QTest::newRow("tilt") << Slices{{"0\\0\\0", axial}, {"0\\1\\2", axial}, {"0\\2\\4", axial}}
                              << "tilted by 26.57 degrees";
        QTest::newRow("shift") << Slices{{"0\\0\\0", axial}, {"0\\3\\2", axial}, {"0\\0\\4", axial}}
                               << "shifted sideways";
        QTest::newRow("no positions") << Slices{{"", axial}, {"", axial}} << "no positions";
        QTest::newRow("garbage position") << Slices{{"0\\0\\x", axial}, {"0\\0\\1", axial}} << "no positions";
    }

    void uneven_stacks_say_why()
    {
        QFETCH(QList<QStringList>, slices);
        QFETCH(QString, reason);
        Folder folder;
        for (const QStringList& slice : slices) {
            PictureSpec spec;
            spec.position = slice[0].toStdString();
            spec.orientation = slice[1].toStdString();
            folder.add(spec);
        }
        const auto result = folder.scan();
        QCOMPARE(result.series.size(), std::size_t{1});
        const QString given = QString::fromStdString(result.series[0].notRegular);
        QVERIFY2(reason.isEmpty() ? given.isEmpty() : given.contains(reason), qPrintable(given));
    }

    void scouts_dose_screens_and_other_planes_are_stacks_of_their_own()
    {
        Folder folder;
        for (const double z : {0.0, 2.0, 4.0})
            folder.add(at(z));
        PictureSpec scout = at(6);
        scout.imageType = "ORIGINAL\\PRIMARY\\LOCALIZER";
        folder.add(scout);
        PictureSpec sagittal = at(8);
        sagittal.orientation = "0\\1\\0\\0\\0\\-1";
        folder.add(sagittal);
        PictureSpec screen = at(10);
        screen.sopClass = "1.2.840.10008.5.1.4.1.1.7";
        folder.add(screen);
        PictureSpec large = at(12);
        large.columns = 8;
        folder.add(large);
        PictureSpec zoomed = at(14);
        zoomed.pixelSpacing = "0.4\\0.4";
        folder.add(zoomed);
        const auto result = folder.scan();
        QCOMPARE(result.series.size(), std::size_t{6});
        QCOMPARE(result.series[0].slices, 3);
        QCOMPARE(result.series[0].id, std::string("1.2.3.100"));
        QCOMPARE(result.series[1].id, std::string("1.2.3.100#2"));
        QVERIFY(result.series[0].notRegular.empty());
    }

    void passes_over_the_same_positions_are_split_by_acquisition()
    {
        Folder folder;
        for (const char* pass : {"1", "2"}) {
            for (const double z : {0.0, 2.0, 4.0}) {
                PictureSpec spec = at(z);
                spec.acquisition = pass;
                folder.add(spec);
            }
        }
        const auto result = folder.scan();
        QCOMPARE(result.series.size(), std::size_t{2});
        QCOMPARE(result.series[0].slices, 3);
        QVERIFY(result.series[0].notRegular.empty() && result.series[1].notRegular.empty());
    }

    void acquisitions_that_change_from_slice_to_slice_stay_together()
    {
        Folder folder;
        for (int i = 0; i < 4; ++i) {
            PictureSpec spec = at(2.0 * i);
            spec.acquisition = std::to_string(i + 1);
            folder.add(spec);
        }
        QCOMPARE(folder.scan().series.size(), std::size_t{1});
    }

    void copies_of_an_instance_are_left_out()
    {
        Folder folder;
        for (const double z : {0.0, 2.0, 2.0}) {
            PictureSpec spec = at(z);
            spec.instanceUid = "1.2.3.9." + std::to_string(static_cast<int>(z));
            folder.add(spec);
        }
        const auto result = folder.scan();
        QCOMPARE(result.series.at(0).slices, 2);
        QVERIFY(result.series[0].notRegular.empty());
        QVERIFY(mentions(result.series[0].warnings, "1 file is a copy"));
    }

    void spacing_is_only_trusted_when_it_can_be_data()
    {
        QTest::addColumn<QString>("modality");
        QTest::addColumn<QString>("spacing");
        QTest::addColumn<QString>("detector");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("warning");
        const auto row = [](const char* name, const char* modality, const char* spacing, const char* detector,
                             SpacingKind kind, const char* warning) {
            QTest::newRow(name) << modality << spacing << detector << static_cast<int>(kind) << warning;
        };
        row("ct", "CT", "0.5\\0.5", "", SpacingKind::Calibrated, "");
        row("zero", "CT", "0.000\\0.000", "", SpacingKind::Unknown, "makes no sense");
        row("missing", "CT", "", "", SpacingKind::Unknown, "measure in pixels only");
        row("one number", "CT", "0.5", "", SpacingKind::Unknown, "makes no sense");
        row("negative", "CT", "-1\\-1", "", SpacingKind::Unknown, "makes no sense");
        row("detector only", "DX", "", "0.16\\0.16", SpacingKind::AtDetector, "at the detector");
        row("detector, spacing zero", "DX", "0\\0", "0.16\\0.16", SpacingKind::AtDetector, "at the detector");
        row("both the same", "DX", "0.16\\0.16", "0.16\\0.16", SpacingKind::AtDetector, "at the detector");
        row("corrected", "DX", "0.14\\0.14", "0.16\\0.16", SpacingKind::Calibrated, "");
    }

    void spacing_is_only_trusted_when_it_can_be()
    {
        QFETCH(QString, modality);
        QFETCH(QString, spacing);
        QFETCH(QString, detector);
        QFETCH(int, kind);
        QFETCH(QString, warning);
        PictureSpec spec;
        spec.modality = modality.toStdString();
        spec.pixelSpacing = spacing.toStdString();
        spec.imagerPixelSpacing = detector.toStdString();
        const auto result = Folder().add(spec).scan();
        QCOMPARE(static_cast<int>(result.series.at(0).spacing), kind);
        if (warning.isEmpty())
            QVERIFY(result.series[0].warnings.empty());
        else
            QVERIFY(mentions(result.series[0].warnings, warning));
        if (static_cast<SpacingKind>(kind) == SpacingKind::AtDetector)
            QCOMPARE(result.series[0].grid.spacingMm[0], 0.16);
    }

    void projections_of_one_series_are_pictures_of_their_own()
    {
        Folder folder;
        for (const char* modality : {"DX", "DX"}) {
            PictureSpec spec;
            spec.modality = modality;
            spec.position.clear();
            spec.orientation.clear();
            folder.add(spec);
        }
        QCOMPARE(folder.scan().series.size(), std::size_t{2});
    }

    void slices_without_series_uid_in_one_folder_are_one_stack()
    {
        Folder folder;
        for (const double z : {0.0, 2.0, 4.0}) {
            PictureSpec spec = at(z);
            spec.seriesUid.clear();
            folder.add(spec);
        }
        const auto result = folder.scan();
        QCOMPARE(result.series.size(), std::size_t{1});
        QCOMPARE(result.series[0].slices, 3);
        QVERIFY(mentions(result.series[0].warnings, "no series instance UID"));
    }

    void other_objects_are_listed_but_not_opened_data()
    {
        QTest::addColumn<QString>("sopClass");
        QTest::newRow("segmentation") << "1.2.840.10008.5.1.4.1.1.66.4";
        QTest::newRow("structured report") << "1.2.840.10008.5.1.4.1.1.88.33";
        QTest::newRow("rt structure set") << "1.2.840.10008.5.1.4.1.1.481.3";
        QTest::newRow("rt dose") << "1.2.840.10008.5.1.4.1.1.481.2";
        QTest::newRow("presentation state") << "1.2.840.10008.5.1.4.1.1.11.1";
        QTest::newRow("encapsulated pdf") << "1.2.840.10008.5.1.4.1.1.104.1";
    }

    void other_objects_are_listed_but_not_opened()
    {
        QFETCH(QString, sopClass);
        DicomBytes set;
        set.text(0x00080016, "UI", sopClass.toStdString())
            .text(0x00080018, "UI", "1.2.3")
            .text(0x0020000E, "UI", "1.2.4");
        const auto result = Folder().addBytes("object", test::part10(set, "1.2.840.10008.1.2.1")).scan();
        QCOMPARE(result.series.size(), std::size_t{1});
        QVERIFY(!result.series[0].displayable);
        QCOMPARE(result.series[0].slices, 0);
        QVERIFY(result.refused.empty());
    }

    void refused_files_are_named_with_the_reason_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("reason");
        QTest::newRow("pixels too short") << "short"
                                          << "needs 24 bytes of pixel data, but only 20";
        QTest::newRow("no pixels") << "none"
                                   << "holds no pixel data";
        QTest::newRow("no rows") << "rows"
                                 << "how many rows";
        QTest::newRow("huge") << "huge"
                              << "";
        QTest::newRow("huge and compressed") << "bomb"
                                             << "";
        QTest::newRow("video") << "video"
                               << "MPEG-4 video";
        QTest::newRow("three samples of nothing known") << "samples"
                                                        << "";
        QTest::newRow("not dicom") << "text"
                                   << "not a DICOM file";
        QTest::newRow("cut in the header") << "cut"
                                           << "cut off in the middle";
    }

    void refused_files_are_named_with_the_reason()
    {
        QFETCH(QString, kind);
        QFETCH(QString, reason);
        const auto result = Folder().addBytes("trouble.dcm", troubled(kind)).scan();
        QVERIFY(result.series.empty());
        QCOMPARE(result.refused.size(), std::size_t{1});
        const QString given = QString::fromStdString(result.refused[0].reason);
        QVERIFY2(given.contains("trouble.dcm") && given.endsWith('.') && given.contains(reason), qPrintable(given));
        QCOMPARE(result.refused[0].isDicom, kind != "text");
    }

    void enhanced_objects_have_geometry_from_their_frames()
    {
        PictureSpec spec;
        spec.sopClass = "1.2.840.10008.5.1.4.1.1.2.1";
        spec.position.clear();
        spec.orientation.clear();
        spec.pixelSpacing.clear();
        spec.thickness.clear();
        spec.frames = "3";
        const auto result = Folder().add(spec, functionalGroups({6, 0, 3})).scan();
        QCOMPARE(result.series.size(), std::size_t{1});
        const SeriesInfo& series = result.series[0];
        QCOMPARE(series.slices, 3);
        QVERIFY2(series.notRegular.empty(), series.notRegular.c_str());
        QCOMPARE(series.grid.spacingMm, (std::array<double, 3>{0.9, 0.8, 3}));
        QCOMPARE(series.order[0].frame, 1);
        QCOMPARE(series.order[1].frame, 2);
        QCOMPARE(series.order[2].frame, 0);
    }

    void frames_without_positions_are_a_stack_in_their_order()
    {
        PictureSpec spec;
        spec.frames = "3";
        const auto result = Folder().add(spec).scan();
        QCOMPARE(result.series.at(0).slices, 3);
        QVERIFY(QString::fromStdString(result.series[0].notRegular).contains("no positions"));
        QCOMPARE(result.series[0].order[2].frame, 2);
    }

    void a_dicomdir_gives_the_files_it_names_and_nothing_outside()
    {
        Folder outside;
        outside.addBytes("SECRET", test::pictureFile(at(0)));
        Folder folder;
        QDir(QString::fromStdString(folder.path())).mkdir("IMAGES");
        folder.addBytes("IMAGES/ONE", test::pictureFile(at(0)));
        PictureSpec second = at(2);
        second.instanceUid = "1.2.3.2";
        folder.addBytes("IMAGES/two", test::pictureFile(second));
        PictureSpec unnamed = at(4);
        unnamed.instanceUid = "1.2.3.3";
        folder.addBytes("IMAGES/THREE", test::pictureFile(unnamed));
        QFile::link(QString::fromStdString(outside.path("SECRET")), QString::fromStdString(folder.path("LINK")));
        std::vector<DicomBytes> records;
        for (const char* name : {"IMAGES\\ONE", "IMAGES\\TWO", "..\\..\\SECRET", "LINK", "IMAGES\\GONE", "/etc/passwd"})
            records.push_back(DicomBytes().text(0x00041430, "CS", "IMAGE").text(0x00041500, "CS", name));
        DicomBytes set;
        set.sequence(0x00041220, records);
        folder.addBytes("DICOMDIR", test::part10(set.bytes(), "1.2.840.10008.1.2.1", "1.2.840.10008.1.3.10"));
        const auto result = imaging::scanPath(folder.path("DICOMDIR"), {}, {});
        QCOMPARE(result.series.size(), std::size_t{1});
        QCOMPARE(result.series[0].slices, 2);
        QCOMPARE(result.refused.size(), std::size_t{4});
        for (const auto& refused : result.refused)
            QVERIFY(QString::fromStdString(refused.reason).contains("DICOMDIR"));
        // In a folder the DICOMDIR itself is no object and no failure.
        QCOMPARE(imaging::scanPath(folder.path(), {}, {}).refused.size(), std::size_t{0});
    }

    void names_and_descriptions_are_utf8()
    {
        DicomBytes named;
        named.text(0x00080005, "CS", "ISO_IR 144")
            .text(0x0008103E, "LO", "<b>\xBB\xEE</b>")
            .text(0x00100010, "PN", "\xBB\xEE^A");
        named.raw(test::pictureDataset(PictureSpec{}, DicomBytes()).bytes());
        const auto result = Folder().addBytes("x", test::part10(named, "1.2.840.10008.1.2.1")).scan();
        QCOMPARE(QString::fromStdString(result.series.at(0).study.patientName), QString("Лю^A"));
        QCOMPARE(QString::fromStdString(result.series[0].study.seriesDescription), QString("<b>Лю</b>"));
    }

    void missing_paths_and_odd_ones_are_errors()
    {
        QVERIFY_EXCEPTION_THROWN(imaging::scanPath("/nowhere/at/all", {}, {}), imaging::Error);
        QVERIFY_EXCEPTION_THROWN(imaging::scanPath("/dev/null", {}, {}), imaging::Error);
    }

    void an_empty_folder_has_no_series()
    {
        const auto result = Folder().scan();
        QVERIFY(result.series.empty() && result.refused.empty() && !result.cancelled);
    }

    void circles_of_links_are_not_followed()
    {
        Folder folder;
        folder.add(at(0));
        QFile::link(QString::fromStdString(folder.path()), QString::fromStdString(folder.path("again")));
        QCOMPARE(folder.scan().series.at(0).slices, 1);
    }

    void cancelling_is_an_outcome_and_progress_is_reported()
    {
        Folder folder;
        for (int i = 0; i < 20; ++i)
            folder.add(at(i));
        std::stop_source source;
        source.request_stop();
        QVERIFY(imaging::scanPath(folder.path(), source.get_token(), {}).cancelled);
        std::atomic<int> calls{0};
        imaging::scanPath(folder.path(), {}, imaging::Progress([&](double fraction, std::string_view) {
            calls += fraction > 0 && fraction <= 1 ? 1 : 1000;
        }));
        QVERIFY(calls > 0 && calls <= 60);
    }

private:
    static test::Bytes troubled(const QString& kind)
    {
        PictureSpec spec;
        if (kind == "short")
            spec.pixels = test::Bytes(20);
        if (kind == "rows")
            spec.rows = 0;
        if (kind == "huge" || kind == "bomb") {
            spec.rows = spec.columns = 65535;
            spec.pixels = test::Bytes(100);
        }
        if (kind == "samples") {
            spec.samples = 7;
            spec.pixels = test::Bytes(2000);
        }
        if (kind == "text")
            return test::toBytes("This is no picture.");
        DicomBytes set = test::pictureDataset(spec, DicomBytes());
        test::Bytes bytes = set.bytes();
        if (kind == "none")
            bytes.resize(bytes.size() - 36);
        if (kind == "cut")
            bytes.resize(bytes.size() - 40);
        if (kind != "bomb" && kind != "video")
            return test::part10(bytes, "1.2.840.10008.1.2.1");
        bytes.resize(bytes.size() - (kind == "bomb" ? 112 : 36));
        DicomBytes end;
        end.head(0x7FE00010, "OB", DicomBytes::kUndefined)
            .mark(0xFFFEE000, 0)
            .mark(0xFFFEE000, 8)
            .raw(test::Bytes(8))
            .mark(0xFFFEE0DD, 0);
        bytes.insert(bytes.end(), end.bytes().begin(), end.bytes().end());
        return test::part10(bytes, kind == "bomb" ? "1.2.840.10008.1.2.4.80" : "1.2.840.10008.1.2.4.102");
    }

    static DicomBytes functionalGroups(const std::vector<int>& heights)
    {
        DicomBytes orientation;
        orientation.text(0x00200037, "DS", "1\\0\\0\\0\\1\\0");
        DicomBytes measures;
        measures.text(0x00180050, "DS", "3").text(0x00280030, "DS", "0.8\\0.9");
        DicomBytes shared;
        shared.sequence(0x00209116, {orientation}).sequence(0x00289110, {measures});
        std::vector<DicomBytes> frames;
        for (const int height : heights) {
            DicomBytes position;
            position.text(0x00200032, "DS", "0\\0\\" + std::to_string(height));
            frames.push_back(DicomBytes().sequence(0x00209113, {position}));
        }
        DicomBytes more;
        more.sequence(0x52009229, {shared}).sequence(0x52009230, frames);
        return more;
    }
};

QTEST_APPLESS_MAIN(TestScan)
#include "tst_scan.moc"
