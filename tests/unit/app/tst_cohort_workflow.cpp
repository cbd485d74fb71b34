#include "annotations/seg/reader.h"
#include "app/workflow/relabel/relabel.h"

#include "app/workflow/mask_files.h"
#include "app/workflow/open.h"
#include "app/workflow/relabel/relabel_data.h"
#include "imaging/error.h"
#include "imaging/files/image_file.h"
#include "imaging/slice.h"
#include "models/data/csv.h"
#include "tests/support/phantom/phantom.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <numeric>

using namespace annotations;
using app::RelabelImportResult;

namespace {

constexpr int kColumns = 20;
constexpr int kRows = 16;

using Pixels = std::vector<std::uint8_t>;

/// A picture that differs with `number`.
Pixels picture(int number)
{
    Pixels pixels(kColumns * kRows);
    std::iota(pixels.begin(), pixels.end(), static_cast<std::uint8_t>(number));
    return pixels;
}

Pixels mask(int inside, std::uint8_t value = 255)
{
    Pixels pixels(kColumns * kRows);
    std::fill_n(pixels.begin() + 30, inside, value);
    return pixels;
}

int countInside(const StoredMask& stored)
{
    return static_cast<int>(std::count(stored.values.begin(), stored.values.end(), 1));
}

StoredMask currentMask(const Cohort& cohort, std::int64_t id)
{
    return cohort.readMask(id, cohort.study(id).maskRevision);
}

} // namespace

class TestCohortWorkflow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void a_manifest_brings_pictures_masks_texts_and_splits();
    void importing_again_takes_nothing_twice();
    void rows_that_come_later_add_what_was_missing();
    void bad_rows_are_warnings_and_the_others_are_taken();
    void sentences_about_one_picture_are_cases();
    void a_manifest_without_the_column_is_refused();
    void a_folder_pairs_masks_by_their_names();
    void grey_values_of_masks_are_cut_at_half();
    void dicom_files_become_studies_and_a_seg_labels_them();
    void a_seg_that_comes_first_is_refused_with_what_to_do();
    void slices_of_a_stack_are_studies_of_their_own();
    void whose_sides_are_meant_is_taken_from_dicom_and_asked_otherwise();
    void training_pictures_are_turned_as_the_network_sees_them();
    void large_pictures_get_a_small_grey_copy();
    void an_import_that_is_stopped_goes_on();
    void a_label_does_not_undo_a_readers_decision();
    void a_picture_that_changed_or_went_away_is_refused();
    void an_edited_mask_must_fit();
    void shards_are_read_and_refused_data();
    void shards_are_read_and_refused();
    void training_without_labels_is_refused();
    void predicting_without_a_model_is_refused();
    void an_export_is_a_data_set_that_can_be_imported();
    void an_export_says_who_and_what_made_each_mask();
    void an_export_keeps_geometry_and_provenance_in_nifti_and_seg();
    void an_export_into_a_folder_with_other_files_is_refused();
    void rejected_masks_are_not_exported();

private:
    std::filesystem::path path(const std::string& name) const { return std::filesystem::path(m_root) / name; }
    void write(const std::string& name, const Pixels& pixels) const;
    void writeText(const std::string& name, const std::string& content) const;
    void writeData(int count) const;
    void writeCtWithSeg(int slices) const;
    RelabelImportResult importFrom(const std::string& source, std::stop_token stop = {});

    std::unique_ptr<QTemporaryDir> m_folder;
    std::string m_root;
    std::unique_ptr<Cohort> m_cohort;
};

void TestCohortWorkflow::init()
{
    m_cohort.reset();
    m_folder = std::make_unique<QTemporaryDir>();
    m_root = m_folder->path().toStdString();
    createCohort(path("cohort"), {"test", imaging::Sides::Picture, "Pulmonary infection"});
    m_cohort = std::make_unique<Cohort>(path("cohort"));
}

void TestCohortWorkflow::write(const std::string& name, const Pixels& pixels) const
{
    std::filesystem::create_directories(path(name).parent_path());
    imaging::writeGreyPng(path(name), kColumns, kRows, pixels);
}

void TestCohortWorkflow::writeText(const std::string& name, const std::string& content) const
{
    QFile file(QString::fromStdString(path(name).string()));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content.c_str());
}

/// Every second one with a mask.
void TestCohortWorkflow::writeData(int count) const
{
    std::string manifest = "split,image,mask,text\n";
    for (int number = 1; number <= count; ++number) {
        const std::string name = std::to_string(number) + ".png";
        write("data/images/" + name, picture(number));
        write("data/masks/" + name, mask(number));
        manifest += std::string(number == count ? "valid" : "train") + ",images/" + name + ","
            + (number % 2 == 1 ? "masks/" + name : "") + ",\"one infected area, left lung " + std::to_string(number)
            + "\"\n";
    }
    writeText("data/manifest.csv", manifest);
}

RelabelImportResult TestCohortWorkflow::importFrom(const std::string& source, std::stop_token stop)
{
    app::RelabelImportOptions options;
    options.source = path(source);
    options.who = "anna";
    return app::importIntoCohort(*m_cohort, options, std::move(stop), {});
}

void TestCohortWorkflow::a_manifest_brings_pictures_masks_texts_and_splits()
{
    writeData(5);
    const auto result = importFrom("data");
    QCOMPARE(result.studies, 5);
    QCOMPARE(result.labels, 3);
    QCOMPARE(result.texts, 5);
    QCOMPARE(result.refused, 0);
    QCOMPARE(m_cohort->counts().of(CaseState::Labelled), 3);
    const auto study = m_cohort->study(3);
    QCOMPARE(study.text, std::string("one infected area, left lung 3"));
    QCOMPARE(study.split, std::string("train"));
    QCOMPARE(m_cohort->study(5).split, std::string("valid"));
    QCOMPARE(study.picture, (path("data/images/3.png")).string());
    QCOMPARE(countInside(currentMask(*m_cohort, 3)), 3);
    QCOMPARE(m_cohort->history(3).front().who, std::string("anna"));
    QCOMPARE(m_cohort->history(3).front().note, std::string("3.png"));
    QVERIFY(std::filesystem::exists(m_cohort->pictureFile(study)));
    imaging::Warnings warnings;
    const auto copy = imaging::readImageFile(m_cohort->pictureFile(study), warnings);
    QVERIFY(std::ranges::equal(copy->voxels<std::uint8_t>(), picture(3)));
}

void TestCohortWorkflow::importing_again_takes_nothing_twice()
{
    writeData(4);
    importFrom("data");
    const auto before = m_cohort->history(1).size();
    const auto again = importFrom("data");
    QCOMPARE(again.studies, 0);
    QCOMPARE(again.known, 4);
    QCOMPARE(again.labels + again.texts + again.conflicts, 0);
    QCOMPARE(m_cohort->history(1).size(), before);
    std::filesystem::rename(path("data"), path("moved"));
    QCOMPARE(importFrom("moved").known, 4);
    QCOMPARE(m_cohort->counts().studies, 4);
}

void TestCohortWorkflow::rows_that_come_later_add_what_was_missing()
{
    writeData(3);
    writeText("data/manifest.csv", "image\nimages/1.png\nimages/2.png\n");
    QCOMPARE(importFrom("data").texts, 0);
    writeText("data/manifest.csv", "split,image,mask,text\nvalid,images/2.png,masks/2.png,left lung\n");
    const auto result = importFrom("data");
    QCOMPARE(result.known, 1);
    QCOMPARE(result.texts, 1);
    QCOMPARE(result.labels, 1);
    QCOMPARE(m_cohort->study(2).text, std::string("left lung"));
    QCOMPARE(m_cohort->study(2).split, std::string("valid"));
    QCOMPARE(m_cohort->study(2).state, CaseState::Labelled);
}

void TestCohortWorkflow::bad_rows_are_warnings_and_the_others_are_taken()
{
    writeData(3);
    std::filesystem::resize_file(path("data/images/2.png"), 30);
    imaging::writeGreyPng(path("data/masks/3.png"), 4, 4, Pixels(16));
    writeText("data/manifest.csv",
        "split,image,mask,text\n"
        "train,images/1.png,masks/1.png,a\n"
        "train,images/2.png,,broken\n"
        "train,images/3.png,masks/3.png,mask of another size\n"
        "train,images/9.png,,not there\n"
        "train,../cohort/cohort.sqlite,,outside\n"
        "train,/etc/passwd,,outside\n"
        "train,images/1.png,../../x.png,mask outside\n"
        "train,,,no picture\n");
    const auto result = importFrom("data");
    QCOMPARE(result.studies, 2);
    QCOMPARE(result.labels, 1);
    QCOMPARE(result.refused, 7);
    QCOMPARE(result.warnings.size(), std::size_t(7));
    for (const auto& warning : result.warnings)
        QVERIFY2(warning.find("line ") != std::string::npos, warning.c_str());
}

void TestCohortWorkflow::sentences_about_one_picture_are_cases()
{
    writeData(3);
    writeText("data/manifest.csv",
        "Image;Mask;Text\r\n"
        "images/1.png;masks/1.png;left lung\r\n"
        "images/1.png;masks/3.png;right lung\r\n"
        "images/1.png;masks/1.png;left lung\r\n" // Says the same.
        "images/1.png;masks/3.png;left lung\r\n" // Contradicts the first.
        "images/3.png;masks/3.png;left lung\r\n");
    const auto result = importFrom("data");
    QCOMPARE(result.studies, 3);
    QCOMPARE(result.labels, 3);
    QCOMPARE(result.refused, 1);
    const auto said = [&](const char* words) {
        return std::ranges::count_if(
            result.warnings, [&](const std::string& warning) { return warning.find(words) != std::string::npos; });
    };
    QCOMPARE(said("two masks for one text"), 1);
    QCOMPARE(said("1 row of the manifest says the same"), 1);
    QCOMPARE(said("1 new case is another sentence"), 1);
    QCOMPARE(m_cohort->study(1).digest, m_cohort->study(2).digest);
    QCOMPARE(m_cohort->study(2).text, std::string("right lung"));
    QVERIFY(currentMask(*m_cohort, 1) != currentMask(*m_cohort, 2));
    QCOMPARE(importFrom("data").known, 3);
    // A mask that does not say which sentence it belongs to is not guessed.
    writeText("data/manifest.csv", "image,mask\nimages/1.png,masks/2.png\n");
    const auto unclear = importFrom("data");
    QCOMPARE(unclear.labels, 0);
    QVERIFY(unclear.refused == 1 && unclear.warnings.at(0).find("several sentences") != std::string::npos);
}

void TestCohortWorkflow::a_manifest_without_the_column_is_refused()
{
    std::filesystem::create_directories(path("data"));
    writeText("data/manifest.csv", "image,text\n");
    QVERIFY_EXCEPTION_THROWN(importFrom("data"), imaging::Error);
    std::filesystem::create_directories(path("data"));
    writeText("data/manifest.csv", "picture,text\nx.png,y\n");
    QVERIFY_EXCEPTION_THROWN(importFrom("data"), imaging::Error);
    writeText("data/manifest.csv", "image,text\nx.png,y\n");
    app::RelabelImportOptions options;
    options.source = path("data");
    options.textColumn = "report";
    QVERIFY_EXCEPTION_THROWN(app::importIntoCohort(*m_cohort, options, {}, {}), imaging::Error);
    QVERIFY_EXCEPTION_THROWN(importFrom("nowhere"), imaging::Error);
}

void TestCohortWorkflow::a_folder_pairs_masks_by_their_names()
{
    write("data/a/images/one.png", picture(1));
    write("data/a/masks/one.png", mask(1));
    write("data/a/images/two.png", picture(2));
    write("data/a/masks/mask_two.png", mask(2));
    write("data/b/three.png", picture(3));
    write("data/b/three_seg.png", mask(3));
    write("data/b/four.png", picture(4));
    write("data/b/mask_nobody.png", mask(9));
    const auto result = importFrom("data");
    QCOMPARE(result.studies, 4);
    QCOMPARE(result.labels, 3);
    QCOMPARE(result.refused, 1);
    for (int id = 1; id <= 4; ++id) {
        const auto study = m_cohort->study(id);
        const int expected = study.picture.ends_with("one.png") ? 1
            : study.picture.ends_with("two.png")                ? 2
            : study.picture.ends_with("three.png")              ? 3
                                                                : 0;
        QCOMPARE(study.maskRevision > 0 ? countInside(currentMask(*m_cohort, id)) : 0, expected);
    }
}

void TestCohortWorkflow::grey_values_of_masks_are_cut_at_half()
{
    auto soft = mask(5);
    soft[0] = 127;
    soft[1] = 128;
    soft[2] = 1;
    write("data/images/a.png", picture(1));
    write("data/masks/a.png", soft);
    write("data/images/b.png", picture(2));
    write("data/masks/b.png", mask(7, 1));
    importFrom("data");
    QCOMPARE(countInside(currentMask(*m_cohort, 1)), 6);
    QCOMPARE(countInside(currentMask(*m_cohort, 2)), 7);
}

void TestCohortWorkflow::writeCtWithSeg(int slices) const
{
    phantom::CtOptions options;
    options.columns = 24;
    options.rows = 20;
    options.slices = slices;
    phantom::writeCt(path("data/ct"), options);
    const auto volume = app::openPicture(path("data/ct"), {}, {}, {}).volume;
    std::vector<std::uint16_t> voxels(volume->grid().voxels());
    std::fill_n(voxels.begin() + 480, 30, std::uint16_t{1}); // The second slice of 480 pixels.
    std::fill_n(voxels.begin() + 2 * 480 + 5, 7, std::uint16_t{1});
    imaging::Warnings warnings;
    auto label = defaultLabels().front();
    label.value = 1;
    std::filesystem::create_directories(path("data/seg"));
    app::writeMasks(path("data/seg/mask.dcm"), *volume, {volume->grid(), std::move(voxels)}, {label}, {}, warnings);
}

void TestCohortWorkflow::dicom_files_become_studies_and_a_seg_labels_them()
{
    writeCtWithSeg(4);
    phantom::XrayOptions options;
    options.columns = 32;
    options.rows = 24;
    phantom::writeXray(path("data/cxr.dcm"), options);
    const auto result = importFrom("data");
    QVERIFY2(result.warnings.empty(), result.warnings.empty() ? "" : result.warnings.front().c_str());
    QCOMPARE(result.studies, 5);
    QCOMPARE(result.labels, 2);
    std::vector<int> counts;
    for (const auto& study : m_cohort->studiesAfter(0, 10))
        if (study.state == CaseState::Labelled)
            counts.push_back(countInside(currentMask(*m_cohort, study.id)));
    std::sort(counts.begin(), counts.end());
    QCOMPARE(counts, (std::vector<int>{7, 30}));
    const auto again = importFrom("data");
    QCOMPARE(again.studies + again.labels, 0);
    QCOMPARE(again.known, 5);
}

void TestCohortWorkflow::whose_sides_are_meant_is_taken_from_dicom_and_asked_otherwise()
{
    const auto decided = [&](const std::string& name) { return Cohort(path(name)).settings().textSides; };
    createCohort(path("from-dicom"), {"", {}, "Pulmonary infection"});
    m_cohort = std::make_unique<Cohort>(path("from-dicom"));
    std::filesystem::create_directories(path("films"));
    phantom::writeXray(path("films/cxr.dcm"), {});
    writeText("films/manifest.csv", "image,text\ncxr.dcm,opacity\n");
    QCOMPARE(importFrom("films").studies, 1);
    QVERIFY(!decided("from-dicom")); // No text names a side yet.
    phantom::XrayOptions other;
    other.seed = 2;
    phantom::writeXray(path("films/other.dcm"), other);
    writeText("films/manifest.csv", "image,text\nother.dcm,Consolidation in the left lower lobe.\n");
    QCOMPARE(importFrom("films").studies, 1);
    QVERIFY(decided("from-dicom") == imaging::Sides::Patient);

    createCohort(path("from-png"), {"", {}, "Pulmonary infection"});
    m_cohort = std::make_unique<Cohort>(path("from-png"));
    writeData(3);
    const auto asked = importFrom("data");
    QVERIFY(asked.sidesWanted);
    QCOMPARE(asked.studies, 0);
    QCOMPARE(asked.warnings.size(), std::size_t{1});
    QVERIFY(asked.warnings.front().find("--") == std::string::npos); // Users of the window read it too.
    app::RelabelImportOptions options{path("data"), "anna"};
    options.textSides = imaging::Sides::Picture;
    QCOMPARE(app::importIntoCohort(*m_cohort, options, {}, {}).studies, 3);
    QVERIFY(decided("from-png") == imaging::Sides::Picture);
    options.textSides = imaging::Sides::Patient;
    QVERIFY_EXCEPTION_THROWN(app::importIntoCohort(*m_cohort, options, {}, {}), imaging::Error);
}

/// A cohort whose texts mean the patient's sides: a mirrored film is learnt as the usual one, with its mask.
void TestCohortWorkflow::training_pictures_are_turned_as_the_network_sees_them()
{
    createCohort(path("films-cohort"), {"", imaging::Sides::Patient, "Pulmonary infection"});
    m_cohort = std::make_unique<Cohort>(path("films-cohort"));
    std::filesystem::create_directories(path("films"));
    for (const auto& [name, orientation] : {std::pair("usual", "L\\F"), {"mirrored", "R\\F"}}) {
        phantom::XrayOptions options;
        options.columns = options.rows = 8;
        options.patientOrientation = orientation;
        options.seed = orientation[0] == 'R' ? 2 : 1; // Another instance.
        phantom::writeXray(path(std::string("films/") + name + ".dcm"), options);
    }
    QCOMPARE(importFrom("films").studies, 2);
    for (std::int64_t id : {1, 2}) {
        StoredMask drawn{8, 8, std::vector<std::uint16_t>(64)};
        drawn.values[8] = 1; // At the left edge.
        m_cohort->decide(id, {annotations::Verdict::Edit, 0, "anna", "", drawn});
    }
    auto studies = app::allStudies(*m_cohort);
    QVERIFY(app::writeTrainingData(*m_cohort, studies, path("run"), false, {}, {}));
    imaging::Warnings ignored;
    for (const auto& study : studies) {
        const bool mirrored = study.picture.find("mirrored") != std::string::npos;
        const auto read = [&](const std::string& folder) {
            const auto file = path("run/" + folder + "/" + study.name + ".png");
            return imaging::sliceOf(*imaging::readImageFile(file, ignored), 0);
        };
        QCOMPARE(read("masks").values[8], mirrored ? 0.0F : 1.0F);
        QCOMPARE(read("masks").values[15], mirrored ? 1.0F : 0.0F);
        const auto stored = imaging::sliceOf(*imaging::readImageFile(m_cohort->pictureFile(study), ignored), 0);
        QCOMPARE(read("pictures").values[15], stored.values[mirrored ? 8 : 15]);
    }
}

void TestCohortWorkflow::a_seg_that_comes_first_is_refused_with_what_to_do()
{
    writeCtWithSeg(4);
    const auto first = importFrom("data/seg/mask.dcm");
    QCOMPARE(first.refused, 1);
    QVERIFY(first.warnings.front().find("import them first") != std::string::npos);
    QCOMPARE(importFrom("data/ct").studies, 4);
    QCOMPARE(importFrom("data/seg/mask.dcm").labels, 2);
}

void TestCohortWorkflow::slices_of_a_stack_are_studies_of_their_own()
{
    imaging::VoxelGrid grid;
    grid.columns = 6;
    grid.rows = 5;
    grid.slices = 3;
    std::vector<std::uint16_t> labels(grid.voxels());
    std::vector<float> values(grid.voxels());
    std::iota(values.begin(), values.end(), 0.0F);
    labels[30] = 1;
    labels[31] = 1;
    std::filesystem::create_directories(path("data/images"));
    std::filesystem::create_directories(path("data/masks"));
    imaging::writeScalars(path("data/images/a.nii.gz"), grid, values);
    imaging::writeLabels(path("data/masks/a.nii.gz"), grid, labels);
    const auto result = importFrom("data");
    QCOMPARE(result.studies, 3);
    QCOMPARE(result.labels, 3);
    QCOMPARE(m_cohort->study(2).slice, 1);
    QCOMPARE(countInside(currentMask(*m_cohort, 1)), 0);
    QCOMPARE(countInside(currentMask(*m_cohort, 2)), 2);
    const auto opened = app::openCase(*m_cohort, m_cohort->study(3), {}, {});
    QCOMPARE(opened.slice, 2);
    QCOMPARE(opened.volume->grid().slices, 3);
}

void TestCohortWorkflow::large_pictures_get_a_small_grey_copy()
{
    phantom::XrayOptions options;
    options.columns = 2300;
    options.rows = 2100;
    phantom::writeXray(path("big.dcm"), options);
    QCOMPARE(importFrom("big.dcm").studies, 1);
    const auto study = m_cohort->study(1);
    QCOMPARE(study.columns, 2300);
    imaging::Warnings warnings;
    const auto copy = imaging::readImageFile(m_cohort->pictureFile(study), warnings);
    QCOMPARE(copy->grid().columns, 1150);
    QCOMPARE(copy->grid().rows, 1050);
}

void TestCohortWorkflow::an_import_that_is_stopped_goes_on()
{
    writeData(6);
    app::RelabelImportOptions options;
    options.source = path("data");
    std::stop_source source;
    int seen = 0;
    const imaging::Progress progress([&](double, std::string_view) {
        if (++seen == 4)
            source.request_stop();
    });
    const auto first = app::importIntoCohort(*m_cohort, options, source.get_token(), progress);
    QVERIFY(first.cancelled);
    QVERIFY(first.studies > 0 && first.studies < 6);
    const auto second = importFrom("data");
    QVERIFY(!second.cancelled);
    QCOMPARE(first.studies + second.studies, 6);
    QCOMPARE(m_cohort->counts().of(CaseState::Labelled), 3);
}

void TestCohortWorkflow::a_label_does_not_undo_a_readers_decision()
{
    writeData(1);
    writeText("data/manifest.csv", "image,text\nimages/1.png,left\n");
    importFrom("data");
    StoredMask drawn{kColumns, kRows, std::vector<std::uint16_t>(kColumns * kRows, 1)};
    m_cohort->decide(1, {Verdict::Edit, m_cohort->study(1).revision, "ben", {}, drawn});
    writeText("data/manifest.csv", "image,mask\nimages/1.png,masks/1.png\n");
    const auto result = importFrom("data");
    QCOMPARE(result.labels, 0);
    QCOMPARE(result.conflicts, 1);
    QVERIFY(currentMask(*m_cohort, 1) == drawn);
}

void TestCohortWorkflow::a_picture_that_changed_or_went_away_is_refused()
{
    writeData(2);
    importFrom("data");
    write("data/images/1.png", picture(77));
    std::filesystem::remove(path("data/images/2.png"));
    QVERIFY_EXCEPTION_THROWN(app::openCase(*m_cohort, m_cohort->study(1), {}, {}), imaging::Error);
    QVERIFY_EXCEPTION_THROWN(app::openCase(*m_cohort, m_cohort->study(2), {}, {}), imaging::Error);
}

void TestCohortWorkflow::an_edited_mask_must_fit()
{
    writeData(1);
    importFrom("data");
    imaging::Warnings warnings;
    write("drawn.png", mask(11));
    QCOMPARE(countInside(app::readMaskFor(*m_cohort, m_cohort->study(1), path("drawn.png"), {}, warnings)), 11);
    imaging::writeGreyPng(path("small.png"), 3, 3, Pixels(9));
    QVERIFY_EXCEPTION_THROWN(
        app::readMaskFor(*m_cohort, m_cohort->study(1), path("small.png"), {}, warnings), imaging::Error);
}

void TestCohortWorkflow::shards_are_read_and_refused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("index");
    QTest::newRow("2/8") << QByteArray("2/8") << 2;
    QTest::newRow("1/1") << QByteArray("1/1") << 1;
    for (const char* bad : {"0/4", "5/4", "1", "/", "1/", "/2", "a/b", "1/2x", "-1/2", "1/99999999999999"})
        QTest::newRow(bad) << QByteArray(bad) << 0;
}

void TestCohortWorkflow::shards_are_read_and_refused()
{
    QFETCH(QByteArray, text);
    QFETCH(int, index);
    if (index == 0)
        QVERIFY_EXCEPTION_THROWN(app::parseShard(text.toStdString()), imaging::Error);
    else
        QCOMPARE(app::parseShard(text.toStdString()).index, index);
}

void TestCohortWorkflow::training_without_labels_is_refused()
{
    writeData(2);
    importFrom("data");
    app::RelabelTrainOptions options;
    QVERIFY_EXCEPTION_THROWN(app::trainCohort(*m_cohort, options, {}, {}), imaging::Error);
    QVERIFY(trainingRuns(*m_cohort).empty());
}

void TestCohortWorkflow::predicting_without_a_model_is_refused()
{
    QVERIFY_EXCEPTION_THROWN(app::predictCohort(*m_cohort, {}, {}, {}), imaging::Error);
}

void TestCohortWorkflow::an_export_is_a_data_set_that_can_be_imported()
{
    writeData(5);
    importFrom("data");
    app::RelabelExportOptions options;
    options.output = path("export");
    const auto result = app::exportCohort(*m_cohort, options, {}, {});
    QCOMPARE(result.pictures, 5);
    QCOMPARE(result.masks, 3);
    QCOMPARE(result.failed, 0);

    createCohort(path("second"), {"again", imaging::Sides::Picture, "Pulmonary infection"});
    Cohort second(path("second"));
    app::RelabelImportOptions again;
    again.source = options.output;
    const auto imported = app::importIntoCohort(second, again, {}, {});
    QCOMPARE(imported.studies, 5);
    QCOMPARE(imported.labels, 3);
    QCOMPARE(imported.refused, 0);
    QVERIFY(currentMask(second, 3) == currentMask(*m_cohort, 3));
    QCOMPARE(second.study(5).split, std::string("valid"));

    options.unlabelledRows = false;
    QCOMPARE(app::exportCohort(*m_cohort, options, {}, {}).pictures, 3);
}

void TestCohortWorkflow::an_export_says_who_and_what_made_each_mask()
{
    writeData(2);
    importFrom("data");
    Prediction prediction;
    prediction.mask = {kColumns, kRows, std::vector<std::uint16_t>(kColumns * kRows, 1)};
    prediction.model = {"lvit-x", "3", "abc123", 1};
    prediction.who = "cluster";
    prediction.text = m_cohort->study(2).text;
    prediction.modelText = "one area";
    QVERIFY(m_cohort->addPrediction(2, prediction));
    m_cohort->decide(2, {Verdict::Accept, m_cohort->study(2).revision, "dr-b", "fine", {}});
    app::RelabelExportOptions options;
    options.output = path("export");
    app::exportCohort(*m_cohort, options, {}, {});

    const auto table = models::data::readCsv(path("export/manifest.csv"));
    const auto field = [&](std::size_t row, const char* column) {
        return table.rows[row].fields[static_cast<std::size_t>(table.column(column))];
    };
    QCOMPARE(table.rows.size(), std::size_t(2));
    QCOMPARE(field(0, "state"), std::string("labelled"));
    QCOMPARE(field(0, "made_by"), std::string("anna"));
    QCOMPARE(field(0, "model"), std::string());
    QCOMPARE(field(1, "state"), std::string("accepted"));
    QCOMPARE(field(1, "made_by"), std::string("cluster"));
    QCOMPARE(field(1, "decided_by"), std::string("dr-b"));
    QCOMPARE(field(1, "model_sha256"), std::string("abc123"));
    QCOMPARE(field(1, "model_text"), std::string("one area"));
    QFile file(QString::fromStdString(path("export/provenance/S000002.json").string()));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto history = QJsonDocument::fromJson(file.readAll()).object()["history"].toArray();
    QCOMPARE(history.size(), 2);
    QCOMPARE(history[1].toObject()["note"].toString(), QStringLiteral("fine"));
}

void TestCohortWorkflow::an_export_keeps_geometry_and_provenance_in_nifti_and_seg()
{
    writeCtWithSeg(4);
    importFrom("data");
    for (const auto& study : m_cohort->studiesAfter(0, 10)) // The picture's left is the patient's right.
        QVERIFY(m_cohort->setText(study.id, study.revision, "one infected area, lower left lung", "anna"));
    app::RelabelExportOptions options;
    options.output = path("export");
    options.formats = {app::ExportFormat::Nifti, app::ExportFormat::Seg, app::ExportFormat::Png};
    options.unlabelledRows = false;
    const auto result = app::exportCohort(*m_cohort, options, {}, {});
    QCOMPARE(result.masks, 2);
    QCOMPARE(result.failed, 0);
    for (const auto& study : m_cohort->studiesAfter(0, 10)) {
        if (study.state != CaseState::Labelled)
            continue;
        const auto opened = app::openCase(*m_cohort, study, {}, {});
        for (const char* extension : {".nii.gz", ".dcm"}) {
            imaging::Warnings warnings;
            const auto file = path("export/masks/" + study.name + extension);
            const auto stored = app::readMaskFor(*m_cohort, study, file, {}, warnings);
            QVERIFY2(stored == currentMask(*m_cohort, study.id), extension);
        }
        const auto seg = annotations::segInfo(annotations::readSeg(path("export/masks/" + study.name + ".dcm")));
        QCOMPARE(seg.segments.at(0).label.laterality.meaning, std::string("Right"));
        QVERIFY(std::filesystem::exists(path("export/masks/" + study.name + ".png")));
    }
}

void TestCohortWorkflow::an_export_into_a_folder_with_other_files_is_refused()
{
    writeData(1);
    importFrom("data");
    app::RelabelExportOptions options;
    options.output = path("data");
    QVERIFY_EXCEPTION_THROWN(app::exportCohort(*m_cohort, options, {}, {}), imaging::Error);
}

void TestCohortWorkflow::rejected_masks_are_not_exported()
{
    writeData(1);
    importFrom("data");
    m_cohort->decide(1, {Verdict::Reject, m_cohort->study(1).revision, "ben", "wrong side", {}});
    app::RelabelExportOptions options;
    options.output = path("export");
    QCOMPARE(app::exportCohort(*m_cohort, options, {}, {}).masks, 0);
    options.states = {CaseState::Rejected};
    QCOMPARE(app::exportCohort(*m_cohort, options, {}, {}).masks, 1);
}

QTEST_APPLESS_MAIN(TestCohortWorkflow)
#include "tst_cohort_workflow.moc"
