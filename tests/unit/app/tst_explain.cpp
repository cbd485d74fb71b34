#include "app/workflow/explain.h"

#include "app/workflow/segment_worker.h"
#include "imaging/error.h"
#include "tests/support/fake_segmenter.h"

#include <QImage>
#include <QTemporaryDir>
#include <QTest>

#include <cstring>
#include <memory>

/// Explaining a slice of an open picture.
class ExplainTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void the_models_sentence_is_explained();
    void another_text_is_set_beside_it_for_the_same_region();
    void no_text_is_an_empty_one();
    void a_picture_that_does_not_fit_is_refused();
    void without_any_text_the_picture_alone_is_explained();
    void the_windows_worker_explains_as_the_command_line_does();
    void a_stop_request_ends_between_steps();
    void the_file_shows_two_or_three_panels();
    void the_heat_of_a_class_is_beside_the_picture();

private:
    static imaging::Volume picture(const std::string& modality = "CR");
    static models::PackageInfo package();
    static app::ExplainSliceRequest request(std::optional<std::string> compare = {});
};

/// 4 x 3 pixels from dark to bright.
imaging::Volume ExplainTest::picture(const std::string& modality)
{
    imaging::VoxelGrid grid;
    grid.columns = 4;
    grid.rows = 3;
    grid.slices = 1;
    std::vector<std::uint16_t> values(12);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<std::uint16_t>(i);
    imaging::VolumeInfo info;
    info.study.modality = modality;
    info.sources.push_back({"", "", "", 1, "", "1\\0\\0\\0\\1\\0", "", ""});
    info.window = imaging::WindowLevel{6, 12};
    std::vector<std::byte> bytes(values.size() * 2);
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return imaging::Volume(grid, imaging::VoxelType::UInt16, 1, std::move(bytes), std::move(info));
}

models::PackageInfo ExplainTest::package()
{
    models::PackageInfo info;
    info.name = "fake";
    info.modalities = {"CR"};
    info.textSides = imaging::Sides::Picture;
    return info;
}

app::ExplainSliceRequest ExplainTest::request(std::optional<std::string> compare)
{
    app::ExplainSliceRequest made;
    made.text = "one area, left lung";
    made.compareText = std::move(compare);
    return made;
}

void ExplainTest::the_models_sentence_is_explained()
{
    support::FakeSegmenter segmenter(package());
    auto made = request();
    made.what.layer = "layer";
    const auto outcome = app::explainSlice(segmenter, picture(), made, {}, {});
    // The patient's left lies at the picture's right.
    QCOMPARE(outcome.modelText, std::string("one area, right lung"));
    QCOMPARE(segmenter.texts, std::vector<std::string>{outcome.modelText});
    QCOMPARE(outcome.explanation.heat.size(), std::size_t(12));
    QCOMPARE(outcome.explanation.region[11], std::uint8_t(1));
    QVERIFY(!outcome.compared);
    QVERIFY(!outcome.cancelled);
}

void ExplainTest::another_text_is_set_beside_it_for_the_same_region()
{
    support::FakeSegmenter segmenter(package());
    auto made = request("two areas, right lung");
    made.what.region = std::vector<std::uint8_t>(12, 0);
    made.what.region[3] = 1;
    const auto outcome = app::explainSlice(segmenter, picture(), made, {}, {});
    QCOMPARE(outcome.compareModelText, std::string("two areas, left lung"));
    QCOMPARE(outcome.compared->region, made.what.region);
    QCOMPARE(outcome.explanation.region, made.what.region);
    QCOMPARE(segmenter.preparations, 1);
}

void ExplainTest::no_text_is_an_empty_one()
{
    support::FakeSegmenter segmenter(package());
    const auto outcome = app::explainSlice(segmenter, picture(), request(std::string()), {}, {});
    QCOMPARE(segmenter.texts.back(), std::string());
    QVERIFY(outcome.compared->score < outcome.explanation.score);
}

void ExplainTest::a_picture_that_does_not_fit_is_refused()
{
    support::FakeSegmenter segmenter(package());
    QVERIFY_EXCEPTION_THROWN(app::explainSlice(segmenter, picture("CT"), request(), {}, {}), imaging::Error);
    auto made = request();
    made.confirmed = app::Confirmed::Yes;
    QVERIFY(!app::explainSlice(segmenter, picture("CT"), made, {}, {}).warnings.empty());
    made.slice = 1;
    QVERIFY_EXCEPTION_THROWN(app::explainSlice(segmenter, picture(), made, {}, {}), imaging::Error);
}

void ExplainTest::without_any_text_the_picture_alone_is_explained()
{
    support::FakeSegmenter segmenter(package());
    app::ExplainSliceRequest made;
    const auto outcome = app::explainSlice(segmenter, picture(), made, {}, {});
    QCOMPARE(segmenter.texts, std::vector<std::string>{""});
    QVERIFY(outcome.modelText.empty());
    QVERIFY(!outcome.compared);
    QVERIFY_EXCEPTION_THROWN(app::explainSlice(segmenter, picture("CT"), made, {}, {}), imaging::Error);
    made.confirmed = app::Confirmed::Yes;
    QVERIFY(!app::explainSlice(segmenter, picture("CT"), made, {}, {}).warnings.empty());
}

/// The slice that is looked at is prepared once; what the user confirmed is said by both.
void ExplainTest::the_windows_worker_explains_as_the_command_line_does()
{
    support::FakeSegmenter* segmenter = nullptr;
    app::SegmentWorker worker([&] {
        auto made = std::make_unique<support::FakeSegmenter>(package());
        segmenter = made.get();
        return made;
    });
    app::ExplainTask task{std::shared_ptr<const imaging::Volume>(new imaging::Volume(picture("CT"))), request("")};
    QVERIFY_EXCEPTION_THROWN(worker.explain(task, {}, {}), imaging::Error);
    task.request.confirmed = app::Confirmed::Yes;
    const auto first = worker.explain(task, {}, {});
    const auto again = worker.explain(task, {}, {});
    QCOMPARE(segmenter->preparations, 1);
    support::FakeSegmenter other(package());
    const auto shell = app::explainSlice(other, *task.volume, task.request, {}, {});
    for (const auto* one : {&first, &again}) {
        QCOMPARE(one->modelText, shell.modelText);
        QCOMPARE(one->warnings, shell.warnings);
        QCOMPARE(one->explanation.heat, shell.explanation.heat);
        QCOMPARE(one->compared->score, shell.compared->score);
    }
    QVERIFY(!shell.warnings.empty());
}

void ExplainTest::a_stop_request_ends_between_steps()
{
    support::FakeSegmenter segmenter(package());
    std::stop_source stop;
    stop.request_stop();
    QVERIFY(app::explainSlice(segmenter, picture(), request(), stop.get_token(), {}).cancelled);
    QCOMPARE(segmenter.preparations, 0);
}

void ExplainTest::the_file_shows_two_or_three_panels()
{
    support::FakeSegmenter segmenter(package());
    QTemporaryDir folder;
    const auto path = [&](const char* name) { return folder.filePath(name).toStdString(); };
    const auto volume = picture();
    const auto alone = app::explainSlice(segmenter, volume, request(), {}, {});
    app::writeExplanation(path("two.png"), volume, alone);
    const auto compared = app::explainSlice(segmenter, volume, request(std::string()), {}, {});
    app::writeExplanation(path("three.png"), volume, compared);
    const QImage two(folder.filePath("two.png")), three(folder.filePath("three.png"));
    QVERIFY(three.width() > two.width());
    QCOMPARE(two.height(), three.height());
    // The first panel is grey, the second is warm where the heat is 1 (its last pixel, inside of the outline).
    const auto last = [&](const QImage& image, int panel) { return image.pixel(12 + panel * 524 + 480, 12 + 350); };
    QCOMPARE(qRed(last(two, 0)), qBlue(last(two, 0)));
    QVERIFY(qRed(last(two, 1)) > qBlue(last(two, 1)));
    QVERIFY_EXCEPTION_THROWN(app::writeExplanation(path("two.jpg"), volume, alone), imaging::Error);
}

void ExplainTest::the_heat_of_a_class_is_beside_the_picture()
{
    const std::shared_ptr<const imaging::Volume> volume(new imaging::Volume(picture()));
    models::ClassHeat heat{"edema", 4, 3, std::vector<float>(12, 0), 1.5, 0};
    heat.heat.back() = 1;
    const models::ClassScore score{"edema", {"a chest x-ray of edema."}, 1.5, 0.8};
    QTemporaryDir folder;
    app::writeClassHeat(folder.filePath("heat.png").toStdString(), {volume, 0}, heat, score);
    const QImage image(folder.filePath("heat.png"));
    const QRgb left = image.pixel(12 + 480, 12 + 350), right = image.pixel(12 + 524 + 480, 12 + 350);
    QCOMPARE(qRed(left), qBlue(left));
    QVERIFY(qRed(right) > qBlue(right));
    QVERIFY_EXCEPTION_THROWN(
        app::writeClassHeat(folder.filePath("heat.gif").toStdString(), {volume, 0}, heat, score), imaging::Error);
}

QTEST_GUILESS_MAIN(ExplainTest)
#include "tst_explain.moc"
