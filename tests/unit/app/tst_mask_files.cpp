#include "app/workflow/mask_files.h"

#include "app/workflow/accept.h"
#include "app/workflow/open.h"
#include "app/workflow/open_mask.h"
#include "app/workflow/proposal.h"
#include "imaging/error.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <random>

namespace {

/// Two slices of 5x4 with values 0..39, 0.5 x 0.7 x 2 mm.
imaging::Volume volume()
{
    imaging::VoxelGrid grid;
    grid.columns = 5;
    grid.rows = 4;
    grid.slices = 2;
    grid.spacingMm = {0.5, 0.7, 2};
    grid.origin = {-10, 20, 30};
    std::vector<std::byte> bytes(40 * 2);
    for (std::uint16_t i = 0; i < 40; ++i)
        std::memcpy(bytes.data() + 2 * i, &i, 2);
    imaging::VolumeInfo info;
    info.spacing = imaging::SpacingKind::Calibrated;
    info.window = imaging::WindowLevel{20, 40};
    return imaging::Volume(grid, imaging::VoxelType::UInt16, 1, std::move(bytes), std::move(info));
}

/// Probability 0.9 at voxels 7 and 8 of the second slice, 0.3 elsewhere there; the first slice was not asked.
app::SegmentedSlices outcome()
{
    app::SegmentedSlices made;
    made.label = annotations::defaultLabels().front();
    made.modelText = "lower right lung";
    models::Segmentation segmentation{5, 4, std::vector<float>(20, 0.3F), 0, 0, {}};
    segmentation.probabilities[7] = 0.9F;
    segmentation.probabilities[8] = 0.9F;
    made.slices.push_back({1, segmentation});
    return made;
}

app::MaskResult result(float threshold)
{
    models::PackageInfo package;
    package.name = "fake";
    package.sha256 = "00112233445566778899";
    return app::maskOf(
        volume(), outcome(), "lower left lung", app::provenanceOf(package, outcome().modelText, threshold));
}

/// Both slices, the second first, with chance's probabilities.
app::SegmentedSlices anyOutcome(int classes, std::mt19937& chance)
{
    std::uniform_real_distribution<float> probability(0, 1);
    const auto any = [&] {
        std::vector<float> values(20);
        std::generate(values.begin(), values.end(), [&] { return probability(chance); });
        return values;
    };
    app::SegmentedSlices made;
    made.label = annotations::defaultLabels().front();
    for (int number = 1; number <= classes; ++number)
        made.package.classes.push_back("class " + std::to_string(number));
    for (const int slice : {1, 0}) {
        models::Segmentation segmentation{5, 4, any(), 0, 0, {}};
        for (int number = 0; number < classes; ++number)
            segmentation.classes.push_back(any());
        made.slices.push_back({slice, std::move(segmentation)});
    }
    return made;
}

/// From the threshold up: 1, or the number of the likeliest class.
QList<std::uint16_t> expectedVoxels(const app::SegmentedSlices& outcome, float threshold)
{
    QList<std::uint16_t> voxels(40);
    for (const auto& one : outcome.slices) {
        const auto& probabilities = one.segmentation.probabilities;
        const auto& classes = one.segmentation.classes;
        for (std::size_t i = 0; i < probabilities.size(); ++i) {
            std::size_t likeliest = 0;
            for (std::size_t other = 1; other < classes.size(); ++other)
                if (classes[other][i] > classes[likeliest][i])
                    likeliest = other;
            if (probabilities[i] >= threshold)
                voxels[one.slice * 20 + static_cast<int>(i)] = static_cast<std::uint16_t>(likeliest + 1);
        }
    }
    return voxels;
}

/// What accepting the same proposal in the window draws into a study without masks.
QList<std::uint16_t> acceptedVoxels(const app::SegmentedSlices& outcome, float threshold)
{
    app::ProposedSlices slices;
    for (const auto& one : outcome.slices)
        slices[one.slice] = {app::PackedPlane(app::inHundredths(one.segmentation.probabilities)),
            app::PackedPlane(app::likeliestClasses(one.segmentation))};
    const auto plan = app::planAccept(app::AcceptTo::NewLabel, {}, 0, [](std::uint16_t) { return std::size_t{0}; },
        outcome.label, outcome.package.classes);
    annotations::LabelMap map(volume().grid());
    annotations::MaskEdit edit(map);
    app::drawProposal(edit, plan, std::vector<int>{0, 1}, app::runsAbove(slices, map.grid(), threshold, plan.values));
    edit.commit("Accept");
    return {map.voxels().begin(), map.voxels().end()};
}

} // namespace

class MaskFilesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void the_threshold_decides_what_is_in_the_mask();
    void a_mask_is_what_accepting_in_the_window_draws_data();
    void a_mask_is_what_accepting_in_the_window_draws();
    void the_label_says_what_the_sentence_is_about();
    void a_mask_reads_back_equal_data();
    void a_mask_reads_back_equal();
    void only_an_empty_map_is_called_empty();
    void an_empty_mask_leaves_no_seg();
    void probabilities_keep_their_values();
    void the_report_lists_areas_and_both_sentences();
    void the_overlay_shows_the_slice_with_the_mask();
    void unknown_extensions_are_refused();
    void a_stack_is_no_png();

private:
    std::filesystem::path path(const char* name) const { return m_folder.filePath(name).toStdString(); }
    QTemporaryDir m_folder;
};

void MaskFilesTest::the_threshold_decides_what_is_in_the_mask()
{
    QCOMPARE(result(0.5F).voxels, std::size_t{2});
    QCOMPARE(result(0.2F).voxels, std::size_t{20});
    QCOMPARE(result(0.95F).voxels, std::size_t{0});
    QVERIFY(result(0.5F).map.at({2, 1, 1}) != 0);
    QVERIFY(result(0.5F).map.at({2, 1, 0}) == 0);
}

void MaskFilesTest::a_mask_is_what_accepting_in_the_window_draws_data()
{
    QTest::addColumn<int>("classes");
    for (const int classes : {0, 1, 2, 5})
        QTest::addRow("%d classes", classes) << classes;
}

/// The window's thresholds are hundredths; the command line takes any.
void MaskFilesTest::a_mask_is_what_accepting_in_the_window_draws()
{
    QFETCH(int, classes);
    std::mt19937 chance(17);
    std::uniform_int_distribution<int> hundredth(1, 100);
    std::uniform_real_distribution<float> any(0, 1);
    for (int round = 0; round < 100; ++round) {
        const auto made = anyOutcome(classes, chance);
        const bool inWindow = round % 2 == 0;
        const float threshold = inWindow ? static_cast<float>(hundredth(chance)) / 100.0F : any(chance);
        const auto mask = app::maskOf(volume(), made, "lung", app::provenanceOf(made.package, "lung", threshold));
        const QList<std::uint16_t> voxels(mask.map.voxels().begin(), mask.map.voxels().end());
        QCOMPARE(voxels, expectedVoxels(made, threshold));
        QCOMPARE(mask.voxels, std::size_t(40 - voxels.count(0)));
        if (inWindow)
            QCOMPARE(voxels, acceptedVoxels(made, threshold));
    }
}

/// As the window labels it: nothing is filed under the package's finding that is not it.
void MaskFilesTest::the_label_says_what_the_sentence_is_about()
{
    auto one = outcome();
    one.label = annotations::defaultLabels()[2];
    one.laterality = {"24028007", "SCT", "Right"};
    const auto made = app::maskOf(volume(), one, "right pleural effusion", {});
    QCOMPARE(made.labels.size(), std::size_t{1});
    QCOMPARE(made.labels[0].value, std::uint16_t{1});
    QCOMPARE(made.labels[0].name, std::string("Pleural effusion"));
    QCOMPARE(made.labels[0].laterality.meaning, std::string("Right"));
    QCOMPARE(made.labels[0].algorithm, annotations::AlgorithmType::Automatic);
    one.package.classes = {"heart", "lung"};
    for (auto& slice : one.slices)
        slice.segmentation.classes.assign(2, slice.segmentation.probabilities);
    const auto several = app::maskOf(volume(), one, "heart", {});
    QCOMPARE(several.labels.size(), std::size_t{2});
    QCOMPARE(several.labels[1].value, std::uint16_t{2});
    QCOMPARE(several.labels[1].name, std::string("lung"));
    QCOMPARE(several.labels[1].type.meaning, std::string("Lung"));
}

void MaskFilesTest::a_mask_reads_back_equal_data()
{
    QTest::addColumn<QByteArray>("name");
    for (const char* name : {"mask.nii.gz", "mask.nii", "mask.nrrd", "MASK.NRRD"})
        QTest::newRow(name) << QByteArray(name);
}

void MaskFilesTest::a_mask_reads_back_equal()
{
    QFETCH(QByteArray, name);
    const auto written = result(0.5F);
    imaging::Warnings warnings;
    app::writeMask(path(name), volume(), written, warnings);
    const auto read = app::readMask(path(name), warnings);
    QCOMPARE(QList<std::uint16_t>(read.voxels().begin(), read.voxels().end()),
        QList<std::uint16_t>(written.map.voxels().begin(), written.map.voxels().end()));
    const auto corner = read.grid().toPatient(4, 3, 1);
    const auto expected = volume().grid().toPatient(4, 3, 1);
    QVERIFY(imaging::length(corner - expected) < 1e-4);
    QVERIFY(warnings.empty());
}

void MaskFilesTest::only_an_empty_map_is_called_empty()
{
    const auto labelled = result(0.5F);
    imaging::Warnings warnings;
    app::writeMasks(path("labelled.nrrd"), volume(), labelled.map, labelled.labels, {}, warnings);
    QVERIFY(warnings.empty());
    app::writeMasks(
        path("empty.nrrd"), volume(), annotations::LabelMap(volume().grid()), labelled.labels, {}, warnings);
    QCOMPARE(warnings.size(), std::size_t{1});
}

void MaskFilesTest::an_empty_mask_leaves_no_seg()
{
    std::ofstream(path("empty.dcm")) << "of an earlier run";
    imaging::Warnings warnings;
    QVERIFY(!app::writeMask(path("empty.dcm"), volume(), result(0.95F), warnings));
    QVERIFY(!std::filesystem::exists(path("empty.dcm")));
    QCOMPARE(warnings.size(), std::size_t{1});
    QVERIFY(app::writeMask(path("empty-mask.nrrd"), volume(), result(0.95F), warnings));
    QVERIFY(std::filesystem::exists(path("empty-mask.nrrd")));
}

void MaskFilesTest::probabilities_keep_their_values()
{
    app::writeProbabilities(path("p.nrrd"), volume(), outcome(), result(0.5F));
    const auto opened = app::openPicture(path("p.nrrd"), {}, {}, {});
    QCOMPARE(opened.volume->type(), imaging::VoxelType::Float32);
    QCOMPARE(opened.volume->value({2, 1, 1}), static_cast<double>(0.9F));
    QCOMPARE(opened.volume->value({0, 0, 0}), 0.0);
}

void MaskFilesTest::the_report_lists_areas_and_both_sentences()
{
    app::writeReportFile(path("report.json"), volume(), result(0.5F));
    QFile json(m_folder.filePath("report.json"));
    QVERIFY(json.open(QIODevice::ReadOnly));
    const auto report = QJsonDocument::fromJson(json.readAll()).object();
    QCOMPARE(report["text"].toString(), QString("lower left lung"));
    QCOMPARE(report["model_text"].toString(), QString("lower right lung"));
    const auto slices = report["slices"].toArray();
    QCOMPARE(slices.size(), 1);
    QCOMPARE(slices[0].toObject()["slice"].toInt(), 2);
    const auto area = slices[0].toObject()["areas"].toArray()[0].toObject();
    QCOMPARE(area["pixels"].toInt(), 2);
    QVERIFY(std::abs(area["square_mm"].toDouble() - 0.7) < 1e-9);

    app::writeReportFile(path("report.txt"), volume(), result(0.5F));
    QFile text(m_folder.filePath("report.txt"));
    QVERIFY(text.open(QIODevice::ReadOnly));
    QVERIFY(text.readAll().contains("Research use only"));
}

void MaskFilesTest::the_overlay_shows_the_slice_with_the_mask()
{
    app::writeOverlay(path("o.png"), volume(), result(0.5F));
    const auto opened = app::openPicture(path("o.png"), {}, {}, {});
    QCOMPARE(opened.volume->components(), 3);
    const auto pixels = opened.volume->voxels<std::uint8_t>();
    const auto isGrey = [&](std::size_t i) {
        return pixels[3 * i] == pixels[3 * i + 1] && pixels[3 * i] == pixels[3 * i + 2];
    };
    // Pixels of 0.5 x 0.7 mm are drawn square: 6 rows of the picture's 4, the second of which is the third.
    QCOMPARE(opened.volume->grid().columns, 5);
    QCOMPARE(opened.volume->grid().rows, 6);
    QVERIFY(isGrey(7));
    QVERIFY(isGrey(11));
    QVERIFY(!isGrey(12) && !isGrey(13));
    QVERIFY(isGrey(14));
    QVERIFY(isGrey(17));
}

void MaskFilesTest::unknown_extensions_are_refused()
{
    for (const char* name : {"mask", "mask.bmp", "mask.gz", ".dcm", "mask.dcm.txt"})
        QVERIFY_EXCEPTION_THROWN(app::checkMaskFormat(name), imaging::Error);
    app::checkMaskFormat("a.b/mask.NII.GZ");
}

void MaskFilesTest::a_stack_is_no_png()
{
    imaging::Warnings warnings;
    QVERIFY_EXCEPTION_THROWN(app::writeMask(path("stack.png"), volume(), result(0.5F), warnings), imaging::Error);
    QVERIFY(!QFileInfo::exists(m_folder.filePath("stack.png")));
}

QTEST_GUILESS_MAIN(MaskFilesTest)
#include "tst_mask_files.moc"
