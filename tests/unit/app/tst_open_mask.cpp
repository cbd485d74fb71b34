#include "app/workflow/label_names.h"
#include "app/workflow/open_mask.h"

#include "app/workflow/mask_files.h"
#include "app/workflow/open.h"
#include "imaging/error.h"
#include "imaging/files/image_file.h"
#include "imaging/slice.h"
#include "tests/support/phantom/phantom.h"

#include <QTemporaryDir>
#include <QTest>

#include <array>

namespace {

std::shared_ptr<const imaging::Volume> ct(const std::filesystem::path& folder, unsigned seed = 1)
{
    phantom::CtOptions options;
    options.columns = 24;
    options.rows = 20;
    options.slices = 5;
    options.seed = seed;
    phantom::writeCt(folder, options);
    return app::openPicture(folder, {}, {}, {}).volume;
}

annotations::LabelMap mapOn(const imaging::VoxelGrid& grid, std::uint16_t value)
{
    std::vector<std::uint16_t> voxels(grid.voxels());
    std::fill_n(voxels.begin() + 470, 30, value); // Runs over the border of two slices of 480 voxels.
    voxels.back() = value;
    return {grid, std::move(voxels)};
}

annotations::Label label(std::uint16_t value, const char* name)
{
    annotations::Label made = annotations::defaultLabels()[3];
    made.value = value;
    made.name = name;
    made.colour = {10, 200, 30};
    return made;
}

std::shared_ptr<const imaging::Volume> xray(const std::filesystem::path& file, const char* orientation)
{
    phantom::XrayOptions options;
    options.columns = 24;
    options.rows = 20;
    options.patientOrientation = orientation;
    phantom::writeXray(file, options);
    return app::openPicture(file, {}, {}, {}).volume;
}

/// The same grid with its axes in another order and direction: 1 is columns, -2 rows from the last one on.
imaging::VoxelGrid reordered(const imaging::VoxelGrid& grid, std::array<int, 3> order)
{
    const std::array<int, 3> sizes{grid.columns, grid.rows, grid.slices};
    std::array<int, 3> own{};
    std::array<double, 3> first{};
    imaging::VoxelGrid to = grid;
    for (std::size_t i = 0; i < 3; ++i) {
        const auto axis = static_cast<std::size_t>(std::abs(order[i]) - 1);
        own[i] = sizes[axis];
        first[axis] = order[i] < 0 ? sizes[axis] - 1 : 0;
        to.spacingMm[i] = grid.spacingMm[axis];
        to.axes[i] = (order[i] < 0 ? -1.0 : 1.0) * grid.axes[axis];
    }
    to.columns = own[0];
    to.rows = own[1];
    to.slices = own[2];
    to.origin = grid.toPatient(first[0], first[1], first[2]);
    return to;
}

std::string refusal(const std::filesystem::path& file, const imaging::Volume& picture)
{
    try {
        app::openMask(file, picture);
    } catch (const imaging::Error& error) {
        return error.what();
    }
    return {};
}

} // namespace

class OpenMaskTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void runs_cover_the_labelled_voxels();
    void a_seg_comes_back_with_names_codes_and_colours();
    void an_opened_mask_takes_the_place_of_what_may_change();
    void files_on_the_same_grid_come_back_data();
    void files_on_the_same_grid_come_back();
    void a_mask_of_another_series_is_refused();
    void a_mask_of_another_size_is_refused();
    void a_flipped_grid_is_laid_by_its_place();
    void an_xrays_mask_is_laid_by_its_axes_data();
    void an_xrays_mask_is_laid_by_its_axes();
    void axes_that_contradict_the_xrays_are_refused();
    void axes_that_nothing_can_be_compared_with_are_asked_about();
    void a_mask_without_axes_is_laid_pixel_by_pixel_and_said();
    void a_seg_of_another_patient_or_frame_of_reference_is_asked_about_data();
    void a_seg_of_another_patient_or_frame_of_reference_is_asked_about();
    void a_part_of_the_grid_is_laid_by_its_place();
    void values_without_a_name_are_no_finding_of_another_value();
    void a_mask_that_lies_elsewhere_is_refused();
    void a_mask_of_another_grid_is_resampled_and_said();
    void voxels_beyond_the_picture_are_left_out_and_said();
    void grey_stored_as_a_colour_is_a_mask();
    void probabilities_are_no_mask();
    void the_picture_itself_is_no_mask();
    void a_seg_says_what_it_lies_on();

private:
    std::filesystem::path path(const char* name) const { return m_folder.filePath(name).toStdString(); }
    QTemporaryDir m_folder;
};

void OpenMaskTest::runs_cover_the_labelled_voxels()
{
    const auto volume = ct(path("runs"));
    const auto runs = app::runsOf(mapOn(volume->grid(), 7));
    QCOMPARE(runs, (std::vector<app::LabelRun>{{470, 30, 7}, {volume->grid().voxels() - 1, 1, 7}}));
}

void OpenMaskTest::a_seg_comes_back_with_names_codes_and_colours()
{
    const auto volume = ct(path("seg"));
    imaging::Warnings warnings;
    const auto written = label(3, "My nodule");
    app::writeMasks(path("mask.dcm"), *volume, mapOn(volume->grid(), 3), {written}, {}, warnings);
    const auto mask = app::openMask(path("mask.dcm"), *volume);
    QVERIFY(mask.warnings.empty());
    QCOMPARE(mask.labels.size(), std::size_t{1});
    QCOMPARE(mask.labels[0].name, written.name);
    QCOMPARE(mask.labels[0].type, written.type);
    for (std::size_t i = 0; i < 3; ++i)
        QVERIFY(std::abs(mask.labels[0].colour[i] - written.colour[i]) <= 2); // CIELab on the way.
    QCOMPARE(mask.runs.size(), std::size_t{2});
    QCOMPARE(mask.runs[0], (app::LabelRun{470, 30, mask.labels[0].value}));
}

void OpenMaskTest::an_opened_mask_takes_the_place_of_what_may_change()
{
    const auto volume = ct(path("replaced"));
    annotations::LabelMap map(volume->grid());
    {
        annotations::MaskEdit before(map);
        before.paintRun(10, 5, 1);
        before.paintRun(472, 2, 2);
        QVERIFY(before.commit("before"));
    }
    const app::OpenedMask opened{app::runsOf(mapOn(volume->grid(), 7)), {label(7, "Nodule")}, {}};
    const std::array<std::uint16_t, 1> locked{2};
    annotations::MaskEdit edit(map, {}, locked);
    const std::array<int, 1> labelled{0};
    app::replaceMasks(edit, labelled, opened, {{7, 3}});
    QVERIFY(edit.commit("Open"));
    QCOMPARE(app::runsOf(map),
        (std::vector<app::LabelRun>{{470, 2, 3}, {472, 2, 2}, {474, 26, 3}, {volume->grid().voxels() - 1, 1, 3}}));
}

void OpenMaskTest::files_on_the_same_grid_come_back_data()
{
    QTest::addColumn<QByteArray>("name");
    for (const char* name : {"mask.nii.gz", "mask.nii", "mask.nrrd"})
        QTest::newRow(name) << QByteArray(name);
}

void OpenMaskTest::files_on_the_same_grid_come_back()
{
    QFETCH(QByteArray, name);
    const auto volume = ct(path("files"));
    imaging::writeLabels(path(name), volume->grid(), mapOn(volume->grid(), 9).voxels());
    const auto mask = app::openMask(path(name), *volume);
    QCOMPARE(mask.runs, app::runsOf(mapOn(volume->grid(), 9)));
    QCOMPARE(mask.labels.size(), std::size_t{1});
    QCOMPARE(mask.labels[0].value, std::uint16_t{9});
    QVERIFY(!mask.labels[0].type.value.empty());
}

void OpenMaskTest::a_mask_of_another_series_is_refused()
{
    const auto first = ct(path("first"), 1);
    const auto second = ct(path("second"), 2);
    imaging::Warnings warnings;
    app::writeMasks(path("first.dcm"), *first, mapOn(first->grid(), 1), annotations::defaultLabels(), {}, warnings);
    const std::string why = refusal(path("first.dcm"), *second);
    QVERIFY(why.find("first.dcm") != std::string::npos);
    QVERIFY(why.find("another series") != std::string::npos);
    QCOMPARE(refusal(path("first.dcm"), *first), std::string());
}

void OpenMaskTest::a_mask_of_another_size_is_refused()
{
    phantom::XrayOptions options;
    options.columns = 24;
    options.rows = 20;
    phantom::writeXray(path("size.dcm"), options);
    const auto volume = app::openPicture(path("size.dcm"), {}, {}, {}).volume;
    auto grid = volume->grid();
    grid.rows -= 1;
    imaging::writeLabels(path("small.nrrd"), grid, std::vector<std::uint16_t>(grid.voxels(), 1));
    QVERIFY(refusal(path("small.nrrd"), *volume).find("24 x 19 x 1") != std::string::npos);
}

void OpenMaskTest::a_flipped_grid_is_laid_by_its_place()
{
    const auto volume = ct(path("flipped"));
    const auto& grid = volume->grid();
    auto flipped = grid;
    flipped.axes[0] = {-grid.axes[0].x, -grid.axes[0].y, -grid.axes[0].z};
    flipped.origin = grid.toPatient(grid.columns - 1, 0, 0);
    std::vector<std::uint16_t> voxels(grid.voxels());
    voxels[flipped.offset({2, 3, 1})] = 5;
    imaging::writeLabels(path("flipped.nii.gz"), flipped, voxels);
    const auto mask = app::openMask(path("flipped.nii.gz"), *volume);
    QCOMPARE(mask.runs, (std::vector<app::LabelRun>{{grid.offset({grid.columns - 3, 3, 1}), 1, 5}}));
}

void OpenMaskTest::an_xrays_mask_is_laid_by_its_axes_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("orientation");
    QTest::addColumn<std::array<int, 3>>("order"); // Of the file's axes, the picture's: 1 is columns, -1 columns back.
    for (const char* name : {"axes.nii.gz", "axes.nrrd"}) {
        for (const char* orientation : {"L\\F", "R\\F"}) {
            const auto row = [&](const char* what) -> QTestData& {
                return QTest::addRow("%s %s %s", name, orientation, what) << QByteArray(name) << QByteArray(orientation);
            };
            row("as the picture") << std::array{1, 2, 3};
            row("columns back") << std::array{-1, 2, 3};
            row("rows back") << std::array{1, -2, 3};
            row("both back") << std::array{-1, -2, 3};
            row("transposed") << std::array{2, 1, 3};
            row("canonical of nibabel") << std::array{-1, -3, -2};
        }
    }
}

void OpenMaskTest::an_xrays_mask_is_laid_by_its_axes()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, orientation);
    using Order = std::array<int, 3>;
    QFETCH(Order, order);
    const auto volume = xray(path("axes.dcm"), orientation.constData());
    const auto own = *imaging::gridInPatient(*volume);
    const auto grid = reordered(own, order);
    std::vector<std::uint16_t> voxels(grid.voxels());
    const std::array<int, 3> marked{2, 3, 0};
    const std::array<int, 3> sizes{own.columns, own.rows, own.slices};
    std::array<int, 3> at{};
    for (std::size_t i = 0; i < 3; ++i) {
        const auto axis = static_cast<std::size_t>(std::abs(order[i]) - 1);
        at[i] = order[i] < 0 ? sizes[axis] - 1 - marked[axis] : marked[axis];
    }
    voxels[grid.offset({at[0], at[1], at[2]})] = 5;
    imaging::writeLabels(path(name.constData()), grid, voxels);
    const auto mask = app::openMask(path(name.constData()), *volume);
    QCOMPARE(mask.runs, (std::vector<app::LabelRun>{{volume->grid().offset({2, 3, 0}), 1, 5}}));
    QVERIFY(mask.warnings.empty());
}

void OpenMaskTest::axes_that_contradict_the_xrays_are_refused()
{
    const auto volume = xray(path("contrary.dcm"), "L\\F");
    auto grid = *imaging::gridInPatient(*volume);
    const std::vector<std::uint16_t> voxels(grid.voxels(), 1);
    grid.axes = {imaging::PatientPoint{0, 1, 0}, {0, 0, -1}, {-1, 0, 0}}; // A lateral picture.
    imaging::writeLabels(path("lateral.nrrd"), grid, voxels);
    QVERIFY(refusal(path("lateral.nrrd"), *volume).find("By its axes it has 1 x 20 x 24") != std::string::npos);
    grid.axes = {imaging::PatientPoint{0.8, 0.6, 0}, {0, 0, -1}, {-0.6, 0.8, 0}};
    imaging::writeLabels(path("oblique.nrrd"), grid, voxels);
    QVERIFY(refusal(path("oblique.nrrd"), *volume).find("other directions") != std::string::npos);
}

void OpenMaskTest::axes_that_nothing_can_be_compared_with_are_asked_about()
{
    const auto known = xray(path("known.dcm"), "L\\F");
    const auto unknown = xray(path("unknown.dcm"), "");
    std::vector<std::uint16_t> voxels(known->grid().voxels());
    voxels[7] = 1;
    imaging::writeLabels(path("known.nii.gz"), *known, voxels);
    try {
        app::openMask(path("known.nii.gz"), *unknown);
        QFAIL("Nothing tells which way round it is stored.");
    } catch (const imaging::Error& error) {
        QVERIFY2(!QString(error.what()).contains("onfirm"), error.what()); // An import of many files cannot.
        QCOMPARE(error.confirmable(), imaging::Confirmable::Run);
    }
    const auto mask = app::openMask(path("known.nii.gz"), *unknown, app::Confirmed::Yes);
    QCOMPARE(mask.runs, (std::vector<app::LabelRun>{{7, 1, 1}}));
    QVERIFY(mask.warnings.at(0).find("pixel by pixel") != std::string::npos);
    // What this program wrote for such a picture says nothing about axes, either.
    imaging::writeLabels(path("own.nii.gz"), *unknown, voxels);
    QCOMPARE(app::openMask(path("own.nii.gz"), *unknown).runs, mask.runs);
}

void OpenMaskTest::a_mask_without_axes_is_laid_pixel_by_pixel_and_said()
{
    const auto volume = xray(path("bare.dcm"), "L\\F");
    std::vector<std::uint16_t> voxels(volume->grid().voxels());
    voxels[7] = 1;
    imaging::writeLabels(path("bare.nii.gz"), volume->grid(), voxels, imaging::FileAxes::Unknown);
    const auto mask = app::openMask(path("bare.nii.gz"), *volume);
    QCOMPARE(mask.runs, (std::vector<app::LabelRun>{{7, 1, 1}}));
    QVERIFY(mask.warnings.back().find("pixel by pixel") != std::string::npos);
    imaging::writeLabels(path("bare.png"), *volume, voxels);
    QVERIFY(app::openMask(path("bare.png"), *volume).warnings.empty());
}

void OpenMaskTest::a_seg_of_another_patient_or_frame_of_reference_is_asked_about_data()
{
    QTest::addColumn<bool>("patient");
    QTest::addColumn<QByteArray>("why");
    QTest::newRow("patient") << true << QByteArray("another patient");
    QTest::newRow("frame of reference") << false << QByteArray("another frame of reference");
}

void OpenMaskTest::a_seg_of_another_patient_or_frame_of_reference_is_asked_about()
{
    QFETCH(bool, patient);
    QFETCH(QByteArray, why);
    const auto volume = ct(path("belongs"));
    imaging::VolumeInfo other = volume->info();
    (patient ? other.study.patientId : other.study.frameOfReferenceUid) = patient ? "SOMEONE" : "1.2.3.4.5";
    const imaging::Volume source(volume->grid(), volume->type(), 1,
        std::vector<std::byte>(volume->bytes().begin(), volume->bytes().end()), other);
    imaging::Warnings warnings;
    app::writeMasks(path("belongs.dcm"), source, mapOn(source.grid(), 1), {label(1, "X")}, {}, warnings);
    try {
        app::openMask(path("belongs.dcm"), *volume);
        QFAIL("It says that it belongs to others.");
    } catch (const imaging::Error& error) {
        QVERIFY2(std::string(error.what()).find(why.constData()) != std::string::npos, error.what());
        QVERIFY(std::string(error.what()).find("SOMEONE") == std::string::npos);
        QVERIFY2(!QString(error.what()).contains("onfirm"), error.what()); // An import of many files cannot.
        QCOMPARE(error.confirmable(), imaging::Confirmable::Run);
    }
    for (const char* name : {"again.dcm", "again.nii.gz"}) {
        const auto convert = [&](app::Confirmed confirmed) {
            return app::convertMask(
                path("belongs.dcm"), path(name), path("belongs"), {}, app::DicomKind::Seg, {}, confirmed, {}, warnings);
        };
        QVERIFY_EXCEPTION_THROWN(convert(app::Confirmed::No), imaging::Error);
        QVERIFY(!std::filesystem::exists(path(name)));
        warnings.clear();
        QCOMPARE(convert(app::Confirmed::Yes), app::Converted::Whole);
        QVERIFY(warnings.at(0).find("as confirmed") != std::string::npos);
        std::filesystem::remove(path(name));
    }
    const auto mask = app::openMask(path("belongs.dcm"), *volume, app::Confirmed::Yes);
    QCOMPARE(mask.runs, app::runsOf(mapOn(volume->grid(), 1)));
    QCOMPARE(mask.warnings.size(), std::size_t{1});
}

void OpenMaskTest::a_part_of_the_grid_is_laid_by_its_place()
{
    const auto volume = ct(path("part"));
    auto part = volume->grid();
    part.slices = 1;
    part.origin = volume->grid().toPatient(0, 0, 3);
    std::vector<std::uint16_t> voxels(part.voxels());
    voxels[7] = 2;
    imaging::writeLabels(path("part.nrrd"), part, voxels);
    const auto mask = app::openMask(path("part.nrrd"), *volume);
    QCOMPARE(mask.runs, (std::vector<app::LabelRun>{{volume->grid().offset({7, 0, 3}), 1, 2}}));
}

void OpenMaskTest::values_without_a_name_are_no_finding_of_another_value()
{
    const auto volume = ct(path("names"));
    const auto labels = app::labelsFor(mapOn(volume->grid(), 7));
    QCOMPARE(labels.size(), std::size_t{1});
    QCOMPARE(labels[0].name, std::string("Segment 7"));
    for (const auto& known : annotations::defaultLabels())
        QVERIFY(labels[0].type != known.type);
    auto second = app::labelsFor(mapOn(volume->grid(), 2)); // Whose software's 2 is it?
    QCOMPARE(second[0].name, std::string("Segment 2"));
    QVERIFY(second[0].type != annotations::defaultLabels()[1].type);

    app::nameLabels(second, {{2, "lung CONSOLIDATION"}});
    QCOMPARE(second[0], annotations::defaultLabels()[1]);
    app::nameLabels(second, {{2, "Cavity"}});
    QCOMPARE(second[0].name, std::string("Cavity"));
    QCOMPARE(second[0].type.meaning, std::string("Tissue"));
    QVERIFY_THROWS_EXCEPTION(imaging::Error, app::nameLabels(second, {{3, "Nodule"}}));
}

void OpenMaskTest::a_mask_that_lies_elsewhere_is_refused()
{
    const auto volume = ct(path("place"));
    auto grid = volume->grid();
    grid.origin.z += 0.5 * grid.spacingMm[2];
    imaging::writeLabels(path("shifted.nii.gz"), grid, std::vector<std::uint16_t>(grid.voxels(), 1));
    QVERIFY(refusal(path("shifted.nii.gz"), *volume).find("elsewhere") != std::string::npos);
}

void OpenMaskTest::a_mask_of_another_grid_is_resampled_and_said()
{
    const auto volume = ct(path("coarse"));
    auto grid = volume->grid();
    grid.spacingMm[0] *= 2;
    grid.spacingMm[1] *= 2;
    grid.origin = volume->grid().toPatient(0.5, 0.5, 0);
    grid.columns /= 2;
    grid.rows /= 2;
    std::vector<std::uint16_t> voxels(grid.voxels());
    voxels[grid.offset({3, 4, 2})] = 2;
    imaging::writeLabels(path("coarse.nii.gz"), grid, voxels);
    const auto mask = app::openMask(path("coarse.nii.gz"), *volume);
    const auto& own = volume->grid();
    QCOMPARE(
        mask.runs, (std::vector<app::LabelRun>{{own.offset({6, 8, 2}), 2, 2}, {own.offset({6, 9, 2}), 2, 2}}));
    QCOMPARE(mask.warnings.size(), std::size_t{1});
    QVERIFY(mask.warnings[0].find("another grid") != std::string::npos);
}

void OpenMaskTest::voxels_beyond_the_picture_are_left_out_and_said()
{
    const auto volume = ct(path("beyond"));
    auto grid = volume->grid();
    grid.slices += 2;
    std::vector<std::uint16_t> voxels(grid.voxels());
    voxels[7] = 2;
    voxels[grid.offset({1, 1, grid.slices - 1})] = 2;
    imaging::writeLabels(path("longer.nrrd"), grid, voxels);
    const auto mask = app::openMask(path("longer.nrrd"), *volume);
    QCOMPARE(mask.runs, (std::vector<app::LabelRun>{{7, 1, 2}}));
    QVERIFY(mask.warnings.at(0).find("1 labelled voxels lie outside") != std::string::npos);
}

void OpenMaskTest::grey_stored_as_a_colour_is_a_mask()
{
    std::vector<std::uint8_t> pixels(4 * 3 * 3);
    std::fill_n(pixels.begin() + 27, 3, std::uint8_t{255});
    imaging::writeRgbPng(path("grey.png"), 4, 3, pixels);
    imaging::Warnings warnings;
    QCOMPARE(app::readMask(path("grey.png"), warnings).at({1, 2, 0}), std::uint16_t{255});
    pixels[0] = 255;
    imaging::writeRgbPng(path("red.png"), 4, 3, pixels);
    QVERIFY_EXCEPTION_THROWN(app::readMask(path("red.png"), warnings), imaging::Error);
}

void OpenMaskTest::probabilities_are_no_mask()
{
    const auto volume = ct(path("floats"));
    imaging::writeScalars(path("p.nrrd"), volume->grid(), std::vector<float>(volume->grid().voxels(), 0.7F));
    QVERIFY(refusal(path("p.nrrd"), *volume).find("whole numbers") != std::string::npos);
}

void OpenMaskTest::the_picture_itself_is_no_mask()
{
    const auto volume = ct(path("picture"));
    const std::filesystem::path file = std::filesystem::directory_iterator(path("picture"))->path();
    QVERIFY(refusal(file, *volume).find("not a Segmentation") != std::string::npos);
}

void OpenMaskTest::a_seg_says_what_it_lies_on()
{
    const auto volume = ct(path("says"));
    imaging::Warnings warnings;
    app::writeMasks(path("says.dcm"), *volume, mapOn(volume->grid(), 3), {label(3, "My nodule")}, {}, warnings);
    const auto summary = app::summarizeSeg(path("says.dcm"));
    QCOMPARE(summary.sourceSeriesUid, volume->info().study.seriesInstanceUid);
    QCOMPARE(summary.segments, std::vector<std::string>{"My nodule"});
}

QTEST_GUILESS_MAIN(OpenMaskTest)
#include "tst_open_mask.moc"
