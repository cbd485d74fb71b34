#include "app/session/job_runner.h"
#include "tests/gui/workstation_fixture.h"
#include "ui/filter_actions.h"
#include "ui/models/filter_table.h"
#include "ui/panels/filter_form.h"
#include "ui/views/shown_picture.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QSpinBox>

#include <algorithm>
#include <latch>
#include <vector>

using annotations::FilterKind;
using fixtures::Bench;
using fixtures::kPatience;

namespace {

/// A CT of 64 x 64 x 12, 3 x 3 x 5 mm, with the Labels tab shown.
void openCt(Bench& bench, int slices = 12)
{
    phantom::CtOptions options;
    options.columns = options.rows = 64;
    options.slices = slices;
    phantom::writeCt(bench.path("ct"), options);
    OPEN_PATH(bench, "ct");
    bench.workstation.segmentPage.actions().labelsTab->trigger();
}

/// Draws a box as a step of its own.
void draw(Bench& bench, int firstColumn, int lastColumn, int firstSlice, int lastSlice, std::uint16_t value = 1)
{
    const auto edit = bench.session().beginEdit();
    for (int slice = firstSlice; slice <= lastSlice; ++slice)
        for (int row = 20; row <= 29; ++row)
            for (int column = firstColumn; column <= lastColumn; ++column)
                edit->paint({column, row, slice}, value);
    QVERIFY(bench.session().commit(*edit, QStringLiteral("Draw")));
}

QAction* actionOf(Bench& bench, FilterKind kind)
{
    const auto rows = ui::filters();
    const auto at = std::ranges::find(rows, kind, &ui::FilterRow::kind) - rows.begin();
    return bench.workstation.study.filterActions.kinds[at];
}

/// By its command, and the form's button; gives the masks before.
std::vector<std::uint16_t> apply(Bench& bench, FilterKind kind)
{
    const auto voxels = bench.session().labelMap()->voxels();
    std::vector<std::uint16_t> before(voxels.begin(), voxels.end());
    actionOf(bench, kind)->trigger();
    bench.click("applyFilter");
    return before;
}

bool isIdle(Bench& bench)
{
    return !bench.workstation.study.filters.isRunning();
}

bool holds(Bench& bench, const std::vector<std::uint16_t>& voxels)
{
    return std::ranges::equal(bench.session().labelMap()->voxels(), voxels);
}

/// Keeps both threads that filters may run on busy until it goes.
class BusyThreads
{
public:
    explicit BusyThreads(app::JobRunner& jobs)
    {
        for (int i = 0; i < 2; ++i)
            jobs.start<int>({}, [go = m_go](std::stop_token, const imaging::Progress&) {
                go->wait();
                return 0;
            }, [](int) {});
    }
    ~BusyThreads() { end(); }
    void end()
    {
        if (!m_ended)
            m_go->count_down();
        m_ended = true;
    }

private:
    std::shared_ptr<std::latch> m_go = std::make_shared<std::latch>(1);
    bool m_ended = false;
};

} // namespace

class TestFilters : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_mask_grows_in_mm_as_one_named_step()
    {
        Bench bench;
        openCt(bench);
        draw(bench, 20, 29, 4, 6);
        bench.part<QDoubleSpinBox>("filterMm").setValue(5);
        QCOMPARE(bench.part<QDoubleSpinBox>("filterMm").suffix(), QStringLiteral(" mm"));
        const auto before = apply(bench, FilterKind::Grow);
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().voxelsOf(1) > 300, kPatience);
        const auto& map = *bench.session().labelMap();
        QCOMPARE(map.at({19, 25, 5}), std::uint16_t{1}); // 3 mm away.
        QCOMPARE(map.at({18, 25, 5}), std::uint16_t{0}); // 6 mm
        QCOMPARE(map.at({25, 25, 7}), std::uint16_t{1}); // 5 mm
        QCOMPARE(map.at({19, 25, 7}), std::uint16_t{0});
        QVERIFY(bench.session().undoName().startsWith(QStringLiteral("Grow “")));
        QVERIFY(bench.said(QStringLiteral("voxels (")) && bench.said(QStringLiteral(" ml) more")));
        QVERIFY(bench.part<QLabel>("filterNote").text().contains(QStringLiteral("more")));
        bench.session().undo();
        QVERIFY(holds(bench, before));
        QCOMPARE(bench.session().undoName(), QStringLiteral("Draw"));
    }

    void every_filter_is_one_step_that_undo_takes_back()
    {
        Bench bench;
        openCt(bench);
        draw(bench, 20, 29, 3, 3);
        draw(bench, 20, 29, 8, 8);
        draw(bench, 40, 41, 5, 5); // An island.
        draw(bench, 32, 34, 3, 5, 2);
        const auto edit = bench.session().beginEdit();
        for (const int column : {24, 25}) // A hole.
            edit->paint({column, 25, 8}, 0);
        edit->paint({31, 25, 3}, 1); // A thin part.
        QVERIFY(bench.session().commit(*edit, QStringLiteral("Hole")));
        bench.state().setCrosshair(bench.session().volume()->grid().toPatient(22, 22, 3));
        bench.part<QDoubleSpinBox>("filterMm").setValue(6);
        bench.part<QDoubleSpinBox>("filterSize").setValue(1000); // Larger than the island.
        bench.part<QComboBox>("filterSide").setCurrentIndex(1); // Outside: it is but one slice thick.
        bench.part<QDoubleSpinBox>("filterLow").setValue(-2000);
        auto& other = bench.part<QComboBox>("filterOther");
        other.setCurrentIndex(other.findData(2));
        const auto labels = bench.session().labels();
        for (const auto& row : ui::filters()) {
            bench.part<QCheckBox>("filterEachSlice").setChecked(row.kind == FilterKind::FillHoles);
            bench.part<QDoubleSpinBox>("filterHigh").setValue(row.kind == FilterKind::LimitToValues ? 0 : 3000);
            const auto before = apply(bench, row.kind);
            QTRY_VERIFY2_WITH_TIMEOUT(
                bench.session().undoName() != QStringLiteral("Hole"), qPrintable(row.name), kPatience);
            QVERIFY2(!holds(bench, before), qPrintable(row.name));
            QVERIFY(isIdle(bench));
            bench.session().undo();
            QVERIFY2(holds(bench, before), qPrintable(row.name));
            QCOMPARE(bench.session().labels(), labels);
            QCOMPARE(bench.session().undoName(), QStringLiteral("Hole"));
        }
    }

    void enter_applies_and_only_where_it_is_wanted()
    {
        Bench bench;
        openCt(bench);
        draw(bench, 20, 29, 2, 9);
        bench.state().setSlice(5);
        actionOf(bench, FilterKind::Grow)->trigger();
        auto& where = bench.part<QComboBox>("filterSlices");
        where.setCurrentIndex(0);
        auto& mm = bench.part<QDoubleSpinBox>("filterMm");
        mm.setValue(6);
        QTest::keyClick(&mm, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().voxelsOf(1) > 800, kPatience);
        const auto& map = *bench.session().labelMap();
        QCOMPARE(map.at({18, 25, 5}), std::uint16_t{1});
        QCOMPARE(map.at({18, 25, 4}), std::uint16_t{0});
        bench.session().undo();
        where.setCurrentIndex(1);
        bench.part<QSpinBox>("filterFirstSlice").setValue(3);
        bench.part<QSpinBox>("filterLastSlice").setValue(4);
        bench.click("applyFilter");
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().voxelsOf(1) > 800, kPatience);
        for (int slice = 0; slice < 12; ++slice)
            QCOMPARE(map.at({18, 25, slice}), static_cast<std::uint16_t>(slice == 2 || slice == 3 ? 1 : 0));
    }

    void a_locked_label_and_an_empty_one_are_said()
    {
        Bench bench;
        openCt(bench);
        apply(bench, FilterKind::Grow);
        QTRY_VERIFY_WITH_TIMEOUT(bench.said(QStringLiteral("no mask here")), kPatience);
        draw(bench, 20, 29, 4, 6);
        auto labels = bench.session().labels();
        labels[0].locked = true;
        bench.session().setLabels(labels);
        const QString last = bench.session().undoName();
        const auto before = apply(bench, FilterKind::Grow);
        QVERIFY(bench.said(QStringLiteral("locked or hidden")));
        QTRY_VERIFY_WITH_TIMEOUT(bench.workstation.jobs.isIdle(), kPatience);
        QVERIFY(holds(bench, before));
        QCOMPARE(bench.session().undoName(), last);
    }

    void locked_neighbours_keep_their_voxels_and_others_unless_they_may_be_drawn_over()
    {
        Bench bench;
        openCt(bench);
        draw(bench, 20, 29, 4, 6);
        draw(bench, 30, 31, 4, 6, 2);
        bench.part<QDoubleSpinBox>("filterMm").setValue(6);
        apply(bench, FilterKind::Grow);
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().voxelsOf(1) > 300, kPatience);
        QCOMPARE(bench.session().voxelsOf(2), std::size_t{60});
        QVERIFY(bench.said(QStringLiteral("voxels stay as they are")));
        bench.session().undo();
        auto& over = bench.part<QCheckBox>("filterOver");
        QVERIFY(over.isVisible());
        over.setChecked(true);
        apply(bench, FilterKind::Grow);
        QTRY_COMPARE_WITH_TIMEOUT(bench.session().voxelsOf(2), std::size_t{0}, kPatience);
        bench.session().undo();
        auto labels = bench.session().labels();
        annotations::findLabel(labels, 2)->locked = true;
        bench.session().setLabels(labels);
        apply(bench, FilterKind::Grow);
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().voxelsOf(1) > 300, kPatience);
        QCOMPARE(bench.session().voxelsOf(2), std::size_t{60});
    }

    void the_rules_for_drawing_hold_and_are_said()
    {
        Bench bench;
        openCt(bench);
        draw(bench, 20, 29, 4, 6);
        annotations::DrawRules rules;
        rules.over.mode = annotations::DrawOver::Mode::BackgroundOnly;
        bench.session().setDrawRules(rules);
        bench.part<QDoubleSpinBox>("filterMm").setValue(6);
        const auto before = apply(bench, FilterKind::Shrink);
        QTRY_VERIFY_WITH_TIMEOUT(bench.said(QStringLiteral("nothing was changed")), kPatience);
        QVERIFY(holds(bench, before));
        QCOMPARE(bench.session().undoName(), QStringLiteral("Draw"));
        apply(bench, FilterKind::Grow);
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().voxelsOf(1) > 300, kPatience);
    }

    void a_result_is_not_laid_over_newer_strokes()
    {
        Bench bench;
        openCt(bench);
        draw(bench, 20, 29, 4, 6);
        BusyThreads threads(bench.workstation.jobs);
        bench.part<QDoubleSpinBox>("filterMm").setValue(6);
        apply(bench, FilterKind::Grow);
        QVERIFY(!isIdle(bench));
        QVERIFY(!bench.part<QPushButton>("applyFilter").isEnabled());
        draw(bench, 40, 45, 8, 8);
        threads.end();
        QTRY_VERIFY_WITH_TIMEOUT(bench.said(QStringLiteral("the masks were changed while it ran")), kPatience);
        QCOMPARE(bench.session().voxelsOf(1), std::size_t{360});
        QCOMPARE(bench.session().undoName(), QStringLiteral("Draw"));
        QVERIFY(isIdle(bench));
        bench.click("applyFilter"); // On the masks as they are now.
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().voxelsOf(1) > 500, kPatience);
    }

    void esc_stops_one_that_runs()
    {
        Bench bench;
        openCt(bench);
        draw(bench, 20, 29, 4, 6);
        bench.workstation.window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&bench.workstation.window));
        BusyThreads threads(bench.workstation.jobs);
        const auto before = apply(bench, FilterKind::Grow);
        QVERIFY(bench.part<QPushButton>("stopFilter").isVisible());
        QTest::keyClick(&bench.part<QComboBox>("filterKind"), Qt::Key_Escape);
        QVERIFY(isIdle(bench));
        threads.end();
        QTRY_VERIFY_WITH_TIMEOUT(bench.workstation.jobs.isIdle(), kPatience);
        QVERIFY(holds(bench, before));
        QVERIFY(!bench.part<QPushButton>("stopFilter").isVisible());
    }

    void closing_the_study_ends_what_runs()
    {
        Bench bench;
        openCt(bench);
        draw(bench, 20, 29, 4, 6);
        BusyThreads threads(bench.workstation.jobs);
        apply(bench, FilterKind::Grow);
        bench.session().close();
        threads.end();
        QTRY_VERIFY_WITH_TIMEOUT(bench.workstation.jobs.isIdle(), kPatience);
        QVERIFY(isIdle(bench));
        QVERIFY(!bench.part<QPushButton>("applyFilter").isEnabled());
    }

    void slices_between_drawn_ones_are_filled_in()
    {
        Bench bench;
        openCt(bench);
        draw(bench, 20, 29, 2, 2);
        draw(bench, 24, 33, 6, 6);
        apply(bench, FilterKind::Interpolate);
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().voxelsOf(1) == 500, kPatience);
        const auto& map = *bench.session().labelMap();
        QCOMPARE(map.at({21, 25, 4}), std::uint16_t{0});
        QCOMPARE(map.at({22, 25, 4}), std::uint16_t{1});
        QCOMPARE(map.at({31, 25, 4}), std::uint16_t{1});
        QCOMPARE(map.at({32, 25, 4}), std::uint16_t{0});
    }

    void split_islands_get_labels_of_their_own_in_the_same_step()
    {
        Bench bench;
        openCt(bench);
        draw(bench, 20, 29, 4, 6);
        draw(bench, 40, 42, 4, 4);
        const std::size_t labels = bench.session().labels().size();
        apply(bench, FilterKind::SplitIslands);
        QTRY_COMPARE_WITH_TIMEOUT(bench.session().labels().size(), labels + 1, kPatience);
        const auto& part = bench.session().labels().back();
        QCOMPARE(bench.session().voxelsOf(part.value), std::size_t{30});
        QCOMPARE(QString::fromStdString(part.name), QString::fromStdString(bench.session().labels().front().name) + " 2");
        QVERIFY(part.colour != bench.session().labels().front().colour);
        bench.session().undo();
        QCOMPARE(bench.session().labels().size(), labels);
        QCOMPARE(bench.session().voxelsOf(1), std::size_t{330});
    }

    void a_slices_mask_is_copied_and_pasted_also_into_another_label()
    {
        Bench bench;
        openCt(bench);
        auto& actions = bench.workstation.study.filterActions;
        draw(bench, 20, 29, 4, 4);
        bench.state().setSlice(4);
        actions.pasteSlice->trigger();
        QVERIFY(bench.said(QStringLiteral("No mask was copied yet")));
        actions.copySlice->trigger();
        bench.state().setSlice(9);
        actions.copySlice->trigger(); // An empty slice is said, and takes no copy's place.
        QVERIFY(bench.said(QStringLiteral("has no mask on this slice")));
        actions.pasteSlice->trigger();
        QVERIFY(std::ranges::equal(bench.session().labelMap()->slice(9), bench.session().labelMap()->slice(4)));
        QVERIFY(bench.session().undoName().startsWith(QStringLiteral("Paste “")));
        bench.session().undo();
        bench.session().setActiveLabel(2);
        actions.pasteSlice->trigger();
        QCOMPARE(bench.session().voxelsOf(2), std::size_t{100});
        QCOMPARE(bench.session().voxelsOf(1), std::size_t{100});
        bench.state().setSlice(4);
        actions.pasteSlice->trigger(); // The first label keeps its voxels.
        QCOMPARE(bench.session().voxelsOf(1), std::size_t{100});
    }

    void the_mask_is_taken_from_slice_to_slice()
    {
        Bench bench;
        openCt(bench);
        auto& actions = bench.workstation.study.filterActions;
        draw(bench, 20, 29, 10, 10);
        bench.state().setSlice(10);
        actions.toNextSlice->trigger();
        QCOMPARE(bench.state().slice(), 11);
        QCOMPARE(bench.session().voxelsOf(1), std::size_t{200});
        actions.toNextSlice->trigger();
        QVERIFY(bench.said(QStringLiteral("the last slice")));
        QCOMPARE(bench.session().voxelsOf(1), std::size_t{200});
        bench.state().setSlice(10);
        actions.toPreviousSlice->trigger();
        QCOMPARE(bench.state().slice(), 9);
        QCOMPARE(bench.session().voxelsOf(1), std::size_t{300});
    }

    void fields_are_those_of_the_filter_and_of_the_picture()
    {
        Bench bench;
        OPEN_XRAY(bench);
        bench.workstation.segmentPage.actions().labelsTab->trigger();
        actionOf(bench, FilterKind::RemoveSmall)->trigger();
        QCOMPARE(bench.part<QDoubleSpinBox>("filterSize").suffix(), QStringLiteral(" mm²"));
        QVERIFY(bench.part<QDoubleSpinBox>("filterSize").isVisible());
        QVERIFY(!bench.part<QDoubleSpinBox>("filterMm").isVisible());
        QVERIFY(!bench.part<QComboBox>("filterSlices").isVisible());
        QVERIFY(!bench.part<QCheckBox>("filterEachSlice").isVisible());
        actionOf(bench, FilterKind::Threshold)->trigger();
        QVERIFY(bench.part<QDoubleSpinBox>("filterLow").isVisible());
        QVERIFY(!bench.part<QDoubleSpinBox>("filterSize").isVisible());
        bench.part<QDoubleSpinBox>("filterLow").setValue(100);
        bench.part<QDoubleSpinBox>("filterHigh").setValue(2000);
        bench.click("applyFilter");
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().voxelsOf(1) > 0, kPatience);
        QVERIFY(bench.said(QStringLiteral("cm²")));
        const auto& volume = *bench.session().volume();
        for (int column = 0; column < volume.grid().columns; ++column) {
            const double value = volume.value({column, 200, 0});
            QCOMPARE(bench.session().labelMap()->at({column, 200, 0}), static_cast<std::uint16_t>(value >= 100 && value <= 2000));
        }
    }

    void without_another_label_nothing_is_done_with_one()
    {
        Bench bench;
        openCt(bench);
        bench.session().setLabels({bench.session().labels().front()});
        actionOf(bench, FilterKind::Merge)->trigger();
        QVERIFY(!bench.part<QPushButton>("applyFilter").isEnabled());
        actionOf(bench, FilterKind::Grow)->trigger();
        QVERIFY(bench.part<QPushButton>("applyFilter").isEnabled());
    }
};

QTEST_MAIN(TestFilters)
#include "tst_filters.moc"
