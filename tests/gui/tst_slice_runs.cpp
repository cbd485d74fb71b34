#include "app/workflow/segment.h"
#include "tests/gui/workstation_fixture.h"
#include "ui/panels/accept_row.h"

#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>

#include <atomic>
#include <semaphore>
#include <set>

using fixtures::Bench;
using fixtures::kPatience;
using State = ui::SegmentPanel::State;

namespace {

models::PackageInfo ctPackage()
{
    auto package = fixtures::chestPackage();
    package.modalities = {"CT"};
    return package;
}

constexpr int kSlices = 12;

void openCt(Bench& bench)
{
    phantom::CtOptions options;
    options.columns = options.rows = 48;
    options.slices = kSlices;
    phantom::writeCt(bench.path("ct"), options);
    OPEN_PATH(bench, "ct");
    bench.panel().setSentence(QStringLiteral("pulmonary infection"));
}

bool hasMask(Bench& bench, int slice)
{
    return bench.session().voxelsOnSlice(slice) > 0;
}

/// A model that answers one slice each time it is let.
class GatedSegmenter : public support::FakeSegmenter
{
public:
    GatedSegmenter(std::counting_semaphore<>& gate, std::atomic<int>& begun, std::atomic<int>& answered)
        : FakeSegmenter(ctPackage())
        , m_gate(gate)
        , m_begun(begun)
        , m_answered(answered)
    {
    }

    models::Segmentation segment(const models::PreparedSlice& prepared, std::string_view text) override
    {
        ++m_begun;
        m_gate.acquire();
        ++m_answered;
        return FakeSegmenter::segment(prepared, text);
    }

private:
    std::counting_semaphore<>& m_gate;
    std::atomic<int>& m_begun;
    std::atomic<int>& m_answered;
};

} // namespace

class SliceRunsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void all_slices_become_one_proposal_and_one_step()
    {
        Bench bench(ctPackage());
        openCt(bench);
        bench.part<QComboBox>("whichSlices").setCurrentIndex(2);
        bench.click("run");
        QTRY_COMPARE_WITH_TIMEOUT(bench.panel().state(), State::Proposal, kPatience);
        QCOMPARE(bench.fake->texts.size(), std::size_t{kSlices});
        QVERIFY(bench.session().labelMap()->empty());
        // Every slice shows its own, at the live threshold.
        for (const int slice : {0, 5, kSlices - 1}) {
            bench.state().setSlice(slice);
            QVERIFY(bench.picture().preview().has_value());
            QCOMPARE(sliceOf(bench, bench.picture().preview()->plane), std::optional(slice));
        }
        bench.part<QSlider>("threshold").setValue(30);
        QVERIFY(std::abs(bench.picture().preview()->threshold - 0.3F) < 1e-5F);

        QSignalSpy accepted(&bench.workstation.segment, &app::SegmentController::accepted);
        bench.click("accept");
        QTRY_COMPARE_WITH_TIMEOUT(accepted.count(), 1, kPatience);
        for (int slice = 0; slice < kSlices; ++slice)
            QVERIFY(hasMask(bench, slice));
        QVERIFY(bench.session().undoName().contains(QStringLiteral("12 slices")));
        QCOMPARE(bench.session().label(1)->algorithm, annotations::AlgorithmType::Automatic);
        bench.session().undo();
        QVERIFY(bench.session().labelMap()->empty());
        QVERIFY(!bench.session().canUndo());
    }

    void accepting_gives_what_the_threshold_says_on_every_slice()
    {
        Bench bench(ctPackage());
        openCt(bench);
        bench.workstation.segmentPage.actions().runAll->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(bench.panel().state(), State::Proposal, kPatience);
        bench.part<QSlider>("threshold").setValue(62);
        QSignalSpy accepted(&bench.workstation.segment, &app::SegmentController::accepted);
        bench.click("accept");
        QTRY_COMPARE_WITH_TIMEOUT(accepted.count(), 1, kPatience);
        for (int slice = 0; slice < kSlices; ++slice) {
            const auto brightness = imaging::brightness(imaging::sliceOf(*bench.session().volume(), slice));
            const auto expected = app::thresholded(brightness, 62 / 100.0F);
            const auto drawn = bench.session().labelMap()->slice(slice);
            QVERIFY(std::equal(drawn.begin(), drawn.end(), expected.begin(), expected.end()));
        }
    }

    void each_class_becomes_the_mask_of_its_label_data()
    {
        QTest::addColumn<bool>("all");
        QTest::newRow("one slice") << false;
        QTest::newRow("all slices") << true;
    }

    void each_class_becomes_the_mask_of_its_label()
    {
        QFETCH(bool, all);
        auto package = ctPackage();
        package.classes = {"Lung consolidation", "Something new"};
        Bench bench(package);
        openCt(bench);
        const auto labels = bench.session().labels();
        const auto consolidation = std::find_if(
            labels.begin(), labels.end(), [](const auto& label) { return label.name == "Lung consolidation"; });
        QVERIFY(consolidation != labels.end());
        if (all)
            bench.workstation.segmentPage.actions().runAll->trigger();
        else
            bench.click("run");
        QTRY_COMPARE_WITH_TIMEOUT(bench.panel().state(), State::Proposal, kPatience);
        const auto& preview = *bench.picture().preview();
        QCOMPARE(preview.colours.size(), std::size_t{3});
        for (const auto& label : labels) // The new class is told from all that are there.
            QVERIFY(preview.colours[2] != qRgb(label.colour[0], label.colour[1], label.colour[2]));
        QCOMPARE(preview.classes.size(), preview.probabilities.size());
        QCOMPARE(bench.session().labels().size(), labels.size()); // Only accepting adds one.

        QSignalSpy accepted(&bench.workstation.segment, &app::SegmentController::accepted);
        bench.click("accept");
        QTRY_COMPARE_WITH_TIMEOUT(accepted.count(), 1, kPatience);
        QCOMPARE(bench.session().labels().size(), labels.size() + 1);
        const auto& added = bench.session().labels().back();
        QCOMPARE(added.name, std::string("Something new"));
        QCOMPARE(added.algorithm, annotations::AlgorithmType::Automatic);
        const auto drawn = bench.session().labelMap()->slice(bench.state().slice());
        std::set<std::uint16_t> even;
        std::set<std::uint16_t> odd;
        for (std::size_t i = 0; i < drawn.size(); ++i)
            (i % 2 == 0 ? even : odd).insert(drawn[i]);
        QCOMPARE(even, (std::set<std::uint16_t>{0, consolidation->value}));
        QCOMPARE(odd, (std::set<std::uint16_t>{0, added.value}));
        bench.session().undo();
        QVERIFY(bench.session().labelMap()->empty());
    }

    void a_class_whose_label_is_locked_is_not_accepted()
    {
        auto package = ctPackage();
        package.classes = {"Lung consolidation"};
        Bench bench(package);
        openCt(bench);
        bench.click("run");
        QTRY_COMPARE_WITH_TIMEOUT(bench.panel().state(), State::Proposal, kPatience);
        auto labels = bench.session().labels();
        for (auto& label : labels)
            label.locked = label.name == "Lung consolidation";
        bench.session().setLabels(labels);
        bench.panel().acceptRow().setInto(ui::AcceptInto::Add);
        bench.click("accept");
        QVERIFY(bench.said(QStringLiteral("Lung consolidation")));
        QCOMPARE(bench.panel().state(), State::Proposal);
        QVERIFY(bench.session().labelMap()->empty());
    }

    void a_range_leaves_the_other_slices_alone()
    {
        Bench bench(ctPackage());
        openCt(bench);
        bench.part<QComboBox>("whichSlices").setCurrentIndex(1);
        bench.part<QSpinBox>("firstSlice").setValue(3);
        bench.part<QSpinBox>("lastSlice").setValue(5);
        bench.click("run");
        QTRY_COMPARE_WITH_TIMEOUT(bench.panel().state(), State::Proposal, kPatience);
        QSignalSpy accepted(&bench.workstation.segment, &app::SegmentController::accepted);
        bench.click("accept");
        QTRY_COMPARE_WITH_TIMEOUT(accepted.count(), 1, kPatience);
        for (int slice = 0; slice < kSlices; ++slice)
            QCOMPARE(hasMask(bench, slice), slice >= 2 && slice <= 4);
    }

    void the_slice_that_is_looked_at_comes_first_and_cancelling_keeps_what_is_there()
    {
        std::counting_semaphore<> gate(0);
        std::atomic<int> begun = 0;
        std::atomic<int> answered = 0;
        Bench bench(app::SegmenterFactory([&] { return std::make_unique<GatedSegmenter>(gate, begun, answered); }));
        openCt(bench);
        bench.state().setSlice(8);
        bench.workstation.segmentPage.actions().runAll->trigger();
        QCOMPARE(bench.panel().state(), State::Running);
        gate.release();
        QTRY_VERIFY_WITH_TIMEOUT(bench.picture().preview().has_value(), kPatience);
        QCOMPARE(sliceOf(bench, bench.picture().preview()->plane), std::optional(8));
        QCOMPARE(bench.panel().state(), State::Running);
        gate.release(2);
        QTRY_VERIFY_WITH_TIMEOUT(bench.part<QLabel>("timing").text().contains(QStringLiteral("3 of 12")), kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(begun.load(), 4, kPatience);

        bench.click("cancel");
        QCOMPARE(bench.panel().state(), State::Proposal); // At once, though a slice is under way.
        gate.release();
        QTRY_VERIFY_WITH_TIMEOUT(bench.workstation.jobs.isIdle(), kPatience);
        QCOMPARE(answered.load(), 4); // The one under way ended, no other began.
        QSignalSpy accepted(&bench.workstation.segment, &app::SegmentController::accepted);
        bench.click("accept");
        QTRY_COMPARE_WITH_TIMEOUT(accepted.count(), 1, kPatience);
        for (int slice = 0; slice < kSlices; ++slice)
            QCOMPARE(hasMask(bench, slice), slice >= 7 && slice <= 9);
        QVERIFY(!bench.session().provenance().prompt.empty());
    }

    void replacing_clears_the_chosen_label_on_the_slices_of_the_run_only()
    {
        Bench bench(ctPackage());
        openCt(bench);
        auto edit = bench.session().beginEdit();
        const auto& grid = bench.session().volume()->grid();
        edit->paintRun(grid.offset({0, 0, 0}), 40, 1); // Air: the model will not ask for it.
        edit->paintRun(grid.offset({0, 1, 0}), 40, 2);
        bench.session().commit(*edit, QStringLiteral("Brush"));
        edit = bench.session().beginEdit();
        edit->paintRun(grid.offset({0, 0, 5}), 40, 1);
        bench.session().commit(*edit, QStringLiteral("Brush"));
        bench.panel().acceptRow().setInto(ui::AcceptInto::Replace);
        bench.part<QComboBox>("whichSlices").setCurrentIndex(1);
        bench.part<QSpinBox>("firstSlice").setValue(1);
        bench.part<QSpinBox>("lastSlice").setValue(3);
        bench.click("run");
        QTRY_COMPARE_WITH_TIMEOUT(bench.panel().state(), State::Proposal, kPatience);
        QSignalSpy accepted(&bench.workstation.segment, &app::SegmentController::accepted);
        bench.click("accept");
        QTRY_COMPARE_WITH_TIMEOUT(accepted.count(), 1, kPatience);
        QCOMPARE(bench.session().labelMap()->at({0, 0, 0}), std::uint16_t{0});
        QCOMPARE(bench.session().labelMap()->at({0, 1, 0}), std::uint16_t{2});
        QCOMPARE(bench.session().labelMap()->at({0, 0, 5}), std::uint16_t{1});
    }
};

QTEST_MAIN(SliceRunsTest)
#include "tst_slice_runs.moc"
