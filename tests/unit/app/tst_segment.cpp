#include "app/workflow/segment.h"

#include "app/workflow/accept.h"
#include "app/workflow/proposal.h"
#include "app/workflow/segment_worker.h"
#include "imaging/error.h"
#include "tests/support/fake_segmenter.h"

#include <QTest>

#include <cstring>
#include <thread>

namespace {

/// A stack of 4x3 pictures; every voxel of slice k is k+1 but the first, which is 0. R at the left, as CT is shown.
imaging::Volume stack(
    int slices, const std::string& modality = "CR", const std::string& orientation = "1\\0\\0\\0\\1\\0")
{
    imaging::VoxelGrid grid;
    grid.columns = 4;
    grid.rows = 3;
    grid.slices = slices;
    std::vector<std::uint16_t> values;
    imaging::VolumeInfo info;
    for (int k = 0; k < slices; ++k) {
        for (int i = 0; i < 12; ++i)
            values.push_back(static_cast<std::uint16_t>(i == 0 ? 0 : k + 1));
        info.sources.push_back({"", "", "", 1, "", orientation, "", ""});
    }
    info.study.modality = modality;
    info.window = imaging::WindowLevel{static_cast<double>(slices) / 2, static_cast<double>(slices)};
    std::vector<std::byte> bytes(values.size() * 2);
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return imaging::Volume(grid, imaging::VoxelType::UInt16, 1, std::move(bytes), std::move(info));
}

models::PackageInfo package()
{
    models::PackageInfo info;
    info.name = "fake";
    info.version = "1";
    info.sha256 = "0123456789abcdef";
    info.modalities = {"CR", "DX"};
    return info;
}

app::SegmentRequest request(std::vector<int> slices, std::string text)
{
    app::SegmentRequest made;
    made.slices = std::move(slices);
    made.text = std::move(text);
    return made;
}

const imaging::Progress kSilent;

} // namespace

class SegmentTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void every_slice_is_answered_in_the_order_asked();
    void the_model_sees_the_pictures_sides();
    void the_side_is_coded_also_for_a_place_alone_data();
    void the_side_is_coded_also_for_a_place_alone();
    void a_picture_that_does_not_fit_needs_confirmation();
    void the_window_is_asked_where_the_command_line_is_refused();
    void another_finding_is_not_labelled_as_the_packages();
    void what_the_picture_does_not_tell_is_a_warning();
    void a_stop_ends_between_slices();
    void each_slice_is_given_before_the_next_is_begun();
    void a_slice_that_is_not_there_is_refused();
    void drawing_replaces_the_old_answer_and_keeps_other_labels();
    void provenance_names_model_and_both_sentences();
};

void SegmentTest::every_slice_is_answered_in_the_order_asked()
{
    support::FakeSegmenter segmenter(package());
    const auto outcome = app::segmentSlices(segmenter, stack(3), request({2, 0}, "infection"), {}, kSilent);
    QCOMPARE(outcome.slices.size(), std::size_t{2});
    QCOMPARE(outcome.slices[0].slice, 2);
    QCOMPARE(outcome.slices[1].slice, 0);
    QCOMPARE(outcome.slices[0].segmentation.probabilities.at(5), 1.0F);
    QCOMPARE(segmenter.preparations, 2);
    QVERIFY(!outcome.cancelled);
}

void SegmentTest::the_model_sees_the_pictures_sides()
{
    support::FakeSegmenter segmenter(package());
    app::segmentSlices(segmenter, stack(1), request({0}, "lower left lung"), {}, kSilent);
    app::segmentSlices(segmenter, stack(1, "CR", "-1\\0\\0\\0\\1\\0"), request({0}, "lower left lung"), {}, kSilent);
    QCOMPARE(segmenter.texts.at(0), std::string("lower right lung"));
    QCOMPARE(segmenter.texts.at(1), std::string("lower left lung"));
}

void SegmentTest::the_side_is_coded_also_for_a_place_alone_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("finding");
    QTest::addColumn<QByteArray>("meaning");
    QTest::newRow("sentence") << QByteArray("one infected area, lower left lung") << QByteArray("Infection")
                              << QByteArray("Left");
    QTest::newRow("place alone") << QByteArray("left lower lobe") << QByteArray("Pulmonary infection")
                                 << QByteArray("Left");
    QTest::newRow("both") << QByteArray("both lower lobes") << QByteArray("Pulmonary infection")
                          << QByteArray("Right and left");
    QTest::newRow("no side") << QByteArray("lower lobe") << QByteArray("Pulmonary infection") << QByteArray();
    QTest::newRow("package without a finding") << QByteArray("left lower lobe") << QByteArray() << QByteArray();
}

void SegmentTest::the_side_is_coded_also_for_a_place_alone()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, finding);
    QFETCH(QByteArray, meaning);
    auto info = package();
    info.finding = finding.toStdString();
    const imaging::PictureSides sides{imaging::PatientSide::Right, imaging::PatientSide::Left};
    const auto code = app::patientSideOf(text.toStdString(), imaging::Sides::Patient, info.finding, sides);
    QCOMPARE(code.meaning, meaning.toStdString());
}

void SegmentTest::a_picture_that_does_not_fit_needs_confirmation()
{
    support::FakeSegmenter segmenter(package());
    auto asked = request({0}, "infection");
    QVERIFY_EXCEPTION_THROWN(app::segmentSlices(segmenter, stack(1, "MR"), asked, {}, kSilent), imaging::Error);
    QCOMPARE(segmenter.preparations, 0);
    asked.confirmed = app::Confirmed::Yes;
    const auto outcome = app::segmentSlices(segmenter, stack(1, "MR"), asked, {}, kSilent);
    QCOMPARE(outcome.slices.size(), std::size_t{1});
    QVERIFY(!outcome.warnings.empty());
}

void SegmentTest::the_window_is_asked_where_the_command_line_is_refused()
{
    support::FakeSegmenter* segmenter = nullptr;
    app::SegmentWorker worker([&] {
        auto made = std::make_unique<support::FakeSegmenter>(package());
        segmenter = made.get();
        return made;
    });
    app::SegmentTask task{std::shared_ptr<const imaging::Volume>(new imaging::Volume(stack(3, "MR"))), request({1, 0}, "infection")};
    std::vector<int> given;
    const auto give = [&](const app::SegmentOutcome& soFar, const app::SliceAnswer& answer) {
        QVERIFY(soFar.doubts.empty());
        given.push_back(answer.slice);
    };
    const auto asked = worker.run(task, {}, kSilent, give);
    QVERIFY(!asked.doubts.empty());
    QVERIFY(given.empty());
    QCOMPARE(segmenter->preparations, 0);
    task.request.confirmed = app::Confirmed::Yes;
    const auto confirmed = worker.run(task, {}, kSilent, give);
    QVERIFY(confirmed.doubts.empty());
    QCOMPARE(given, (std::vector<int>{1, 0}));
    // One run, whoever asks for it.
    support::FakeSegmenter other(package());
    const auto shell = app::segmentSlices(other, *task.volume, task.request, {}, kSilent);
    QCOMPARE(confirmed.modelText, shell.modelText);
    QCOMPARE(confirmed.warnings, shell.warnings);
    QCOMPARE(confirmed.label, shell.label);
}

void SegmentTest::another_finding_is_not_labelled_as_the_packages()
{
    auto info = package();
    info.finding = "Pulmonary infection";
    support::FakeSegmenter segmenter(info);
    auto asked = request({0}, "Right pleural effusion.");
    asked.confirmed = app::Confirmed::Yes;
    const auto outcome = app::segmentSlices(segmenter, stack(1), asked, {}, kSilent);
    QVERIFY(outcome.label.type != annotations::defaultLabels().front().type); // As once on the command line.
    QVERIFY(outcome.label.name.find("effusion") != std::string::npos || outcome.label.name.find("Effusion") == 0);
}

void SegmentTest::what_the_picture_does_not_tell_is_a_warning()
{
    auto caring = package();
    caring.views = {"AP", "PA"};
    support::FakeSegmenter segmenter(caring);
    const auto outcome = app::segmentSlices(segmenter, stack(2), request({0, 1}, "infection"), {}, kSilent);
    QCOMPARE(outcome.slices.size(), std::size_t{2});
    QCOMPARE(outcome.warnings.size(), std::size_t{1});
    QVERIFY(outcome.warnings[0].find("view") != std::string::npos);
}

void SegmentTest::a_stop_ends_between_slices()
{
    support::FakeSegmenter segmenter(package());
    std::stop_source source;
    const imaging::Progress progress([&](double fraction, std::string_view) {
        if (fraction > 0.3)
            source.request_stop();
    });
    const auto outcome =
        app::segmentSlices(segmenter, stack(4), request({0, 1, 2, 3}, "infection"), source.get_token(), progress);
    QVERIFY(outcome.cancelled);
    QVERIFY(segmenter.preparations < 4);
}

void SegmentTest::each_slice_is_given_before_the_next_is_begun()
{
    support::FakeSegmenter segmenter(package());
    std::unique_ptr<models::PreparedSlice> prepared;
    std::vector<int> given, preparedWhenGiven;
    std::stop_source source;
    const auto outcome = app::segmentSlices(
        segmenter, stack(5), request({3, 4, 2, 1, 0}, "infection"), source.get_token(), kSilent,
        [&](int, const imaging::Slice& slice) -> const models::PreparedSlice& {
            prepared = segmenter.prepare(slice);
            return *prepared;
        },
        [&](const app::SegmentOutcome& soFar, const app::SliceProbabilities& slice) {
            QCOMPARE(soFar.modelText, std::string("infection"));
            given.push_back(slice.slice);
            preparedWhenGiven.push_back(segmenter.preparations);
            if (given.size() == 3)
                source.request_stop();
        });
    QVERIFY(outcome.cancelled);
    QCOMPARE(given, (std::vector<int>{3, 4, 2}));
    QCOMPARE(preparedWhenGiven, (std::vector<int>{1, 2, 3}));
    QCOMPARE(segmenter.preparations, 3); // Nothing was begun after the stop.
}

void SegmentTest::a_slice_that_is_not_there_is_refused()
{
    support::FakeSegmenter segmenter(package());
    QVERIFY_EXCEPTION_THROWN(
        app::segmentSlices(segmenter, stack(2), request({2}, "infection"), {}, kSilent), imaging::Error);
}

void SegmentTest::drawing_replaces_the_old_answer_and_keeps_other_labels()
{
    const auto volume = stack(1);
    annotations::LabelMap map(volume.grid());
    {
        annotations::MaskEdit edit(map);
        edit.paintRun(0, 1, 2); // Another label, outside the new mask.
        edit.paintRun(3, 1, 1); // The old answer, outside the new mask.
        QVERIFY(edit.commit("before"));
    }
    models::Segmentation answer{4, 3, std::vector<float>(12, 0.2F), 0, 0, {}};
    answer.probabilities[7] = 0.5F;
    const std::vector<app::SliceProbabilities> slices{{0, answer}};
    const auto plan = app::planAccept(app::AcceptTo::ReplaceLabel, annotations::defaultLabels(), 1,
        [](std::uint16_t) { return std::size_t{1}; }, {}, {});
    annotations::MaskEdit edit(map);
    app::drawProposal(edit, plan, std::vector<int>{0}, app::runsAbove(slices, volume.grid(), 0.5F, plan.values));
    QVERIFY(edit.commit("Segment"));
    QCOMPARE(map.voxels()[0], std::uint16_t{2});
    QCOMPARE(map.voxels()[3], std::uint16_t{0});
    QCOMPARE(map.voxels()[7], std::uint16_t{1});
}

void SegmentTest::provenance_names_model_and_both_sentences()
{
    app::SegmentOutcome outcome;
    outcome.modelText = "lower right lung";
    const auto provenance = app::provenanceOf(package(), outcome.modelText, 0.4F);
    annotations::Label label;
    app::applyProvenance(label, "lower left lung", provenance, annotations::AlgorithmType::Automatic);
    QCOMPARE(label.algorithmName, std::string("fake 1 0123456789ab"));
    QVERIFY(label.description.find("lower left lung") != std::string::npos);
    QVERIFY(label.description.find("lower right lung") != std::string::npos);
    QVERIFY(label.description.find("0.40") != std::string::npos);
}

QTEST_GUILESS_MAIN(SegmentTest)
#include "tst_segment.moc"
