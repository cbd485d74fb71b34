#include "imaging/dicom/stacks.h"

#include "tests/unit/imaging/scan_folder.h"

#include <QtTest>

using imaging::SeriesInfo;
using imaging::SpacingKind;
using test::at;
using test::DicomBytes;
using test::Folder;
using test::heights;
using test::mentions;
using test::PictureSpec;

class TestStacks : public QObject
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

    void slices_with_one_instance_uid_are_slices_data()
    {
        QTest::addColumn<bool>("otherPlaces");
        QTest::newRow("other places") << true;
        QTest::newRow("other pixels") << false;
    }

    void slices_with_one_instance_uid_are_slices()
    {
        QFETCH(bool, otherPlaces);
        Folder folder;
        for (int i = 0; i < 3; ++i) {
            PictureSpec spec = at(otherPlaces ? 2.0 * i : 0.0);
            spec.instanceUid = "1.2.3.9.1";
            spec.columns = 2;
            spec.rows = 1;
            spec.pixels = test::samples16({7, otherPlaces ? 7 : i});
            folder.add(spec);
        }
        const auto result = folder.scan();
        QCOMPARE(result.series.size(), std::size_t{1});
        QCOMPARE(result.series[0].slices, 3);
        QCOMPARE(result.series[0].notRegular.empty(), otherPlaces);
        QVERIFY(mentions(result.series[0].warnings, "2 files have the instance UID of another file"));
    }

    void copies_in_another_encoding_are_copies()
    {
        Folder folder;
        using test::Syntax;
        for (const auto syntax : {Syntax::ExplicitLittle, Syntax::ImplicitLittle, Syntax::ExplicitBig}) {
            PictureSpec spec = at(0);
            spec.instanceUid = "1.2.3.9.1";
            spec.syntax = syntax;
            spec.columns = 2;
            spec.rows = 1;
            spec.pixels = test::samples16({7, 300}, syntax == test::Syntax::ExplicitBig);
            folder.add(spec, DicomBytes(syntax));
        }
        const auto result = folder.scan();
        QCOMPARE(result.series.at(0).slices, 1);
        QVERIFY(mentions(result.series[0].warnings, "2 files are copies"));
    }

    void xrays_with_one_instance_uid_are_pictures_of_their_own()
    {
        Folder folder;
        for (int i = 0; i < 2; ++i) {
            PictureSpec spec;
            spec.modality = "DX";
            spec.position.clear();
            spec.orientation.clear();
            spec.instanceUid = "1.2.3.9.1";
            spec.columns = 2;
            spec.rows = 1;
            spec.pixels = test::samples16({7, i});
            folder.add(spec);
        }
        QCOMPARE(folder.scan().series.size(), std::size_t{2});
    }

    void frames_of_reference_are_stacks_of_their_own()
    {
        Folder folder;
        for (const double z : {0.0, 2.0, 4.0, 6.0, 8.0, 10.0})
            folder.add(at(z), DicomBytes().text(0x00200052, "UI", z < 5 ? "1.2.3.7.1" : "1.2.3.7.2"));
        const auto result = folder.scan();
        QCOMPARE(result.series.size(), std::size_t{2});
        QCOMPARE(result.series[0].slices, 3);
        QCOMPARE(result.series[1].slices, 3);
    }

    void a_frame_of_reference_for_each_slice_is_said()
    {
        Folder folder;
        for (const double z : {0.0, 2.0, 4.0})
            folder.add(
                at(z), DicomBytes().text(0x00200052, "UI", "1.2.3.7." + std::to_string(static_cast<int>(z) + 1)));
        const auto result = folder.scan();
        QCOMPARE(result.series.size(), std::size_t{1});
        QVERIFY(mentions(result.series[0].warnings, "3 frames of reference"));
    }

    void pixels_without_a_size_keep_their_proportions_data()
    {
        QTest::addColumn<QString>("ratio");
        QTest::addColumn<double>("columnToRow");
        QTest::addColumn<QString>("words");
        QTest::newRow("wide") << "1\\2" << 2.0 << "only that it is 2 times as wide as high";
        QTest::newRow("high") << "3\\2" << 2.0 / 3 << "only that it is 1.5 times as high as wide";
        QTest::newRow("square") << "1\\1" << 1.0 << "how large a pixel is: measure";
        QTest::newRow("no numbers") << "0\\1" << 1.0 << "how large a pixel is: measure";
        QTest::newRow("beyond all sense") << "1\\1000" << 1.0 << "how large a pixel is: measure";
    }

    void pixels_without_a_size_keep_their_proportions()
    {
        QFETCH(QString, ratio);
        QFETCH(double, columnToRow);
        QFETCH(QString, words);
        PictureSpec spec;
        spec.pixelSpacing.clear();
        const auto result = Folder().add(spec, DicomBytes().text(0x00280034, "IS", ratio.toStdString())).scan();
        const SeriesInfo& series = result.series.at(0);
        QCOMPARE(series.spacing, SpacingKind::Unknown);
        QCOMPARE(series.grid.spacingMm[0] / series.grid.spacingMm[1], columnToRow);
        QVERIFY(mentions(series.warnings, words) && mentions(series.warnings, "measure in pixels only"));
    }

    void a_known_size_of_pixels_counts_more_than_their_proportions()
    {
        const auto result = Folder().add(PictureSpec(), DicomBytes().text(0x00280034, "IS", "1\\2")).scan();
        QCOMPARE(result.series.at(0).grid.spacingMm[0], 0.75);
        QCOMPARE(result.series[0].grid.spacingMm[1], 0.5);
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

    void times_in_one_multiframe_file_are_stacks_of_their_own()
    {
        const auto result =
            Folder().add(enhanced(6), functionalGroups({0, 0, 3, 3, 6, 6}, {1, 2, 1, 2, 1, 2})).scan();
        QCOMPARE(result.series.size(), std::size_t{2});
        for (int time = 0; time < 2; ++time) {
            const SeriesInfo& series = result.series[static_cast<std::size_t>(time)];
            QVERIFY2(series.notRegular.empty(), series.notRegular.c_str());
            QCOMPARE(series.grid.spacingMm[2], 3.0);
            QCOMPARE(series.order.size(), std::size_t{3});
            for (int i = 0; i < 3; ++i)
                QCOMPARE(series.order[static_cast<std::size_t>(i)].frame, 2 * i + time);
        }
    }

    void acquisitions_in_multiframe_files_are_stacks_of_their_own()
    {
        Folder folder;
        for (const char* acquisition : {"1", "2"}) {
            PictureSpec spec = enhanced(3);
            spec.acquisition = acquisition;
            folder.add(spec, functionalGroups({0, 3, 6}));
        }
        const auto result = folder.scan();
        QCOMPARE(result.series.size(), std::size_t{2});
        QCOMPARE(result.series[0].slices, 3);
        QVERIFY(result.series[0].notRegular.empty() && result.series[1].notRegular.empty());
    }

    void a_film_of_one_place_is_one_stack()
    {
        const auto result = Folder().add(enhanced(4), functionalGroups({5, 5, 5, 5}, {1, 2, 3, 4})).scan();
        QCOMPARE(result.series.size(), std::size_t{1});
        QCOMPARE(result.series[0].slices, 4);
    }

    void frames_with_pixels_of_different_size_are_no_regular_grid()
    {
        PictureSpec spec;
        spec.sopClass = "1.2.840.10008.5.1.4.1.1.2.1";
        spec.position.clear();
        spec.pixelSpacing.clear();
        spec.frames = "2";
        std::vector<DicomBytes> frames;
        for (const char* size : {"0.8\\0.9", "0.4\\0.45"}) {
            const std::string position = "0\\0\\" + std::to_string(frames.size());
            frames.push_back(DicomBytes()
                                 .sequence(0x00209113, {DicomBytes().text(0x00200032, "DS", position)})
                                 .sequence(0x00289110, {DicomBytes().text(0x00280030, "DS", size)}));
        }
        const auto result = Folder().add(spec, DicomBytes().sequence(0x52009230, frames)).scan();
        QCOMPARE(result.series.at(0).slices, 2);
        QVERIFY2(QString::fromStdString(result.series[0].notRegular).contains("size of a pixel changes"),
            result.series[0].notRegular.c_str());
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

private:
    static PictureSpec enhanced(int frames)
    {
        PictureSpec spec;
        spec.sopClass = "1.2.840.10008.5.1.4.1.1.2.1";
        spec.position.clear();
        spec.orientation.clear();
        spec.pixelSpacing.clear();
        spec.thickness.clear();
        spec.frames = std::to_string(frames);
        return spec;
    }

    /// `times`: temporal position index of each frame; empty: none.
    static DicomBytes functionalGroups(const std::vector<int>& heights, const std::vector<std::uint32_t>& times = {})
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
            DicomBytes frame;
            if (!times.empty())
                frame.sequence(0x00209111, {DicomBytes().number(0x00209128, times.at(frames.size()), "UL")});
            frames.push_back(frame.sequence(0x00209113, {position}));
        }
        DicomBytes more;
        more.sequence(0x52009229, {shared}).sequence(0x52009230, frames);
        return more;
    }
};

QTEST_APPLESS_MAIN(TestStacks)
#include "tst_stacks.moc"
