#include "annotations/edit_history.h"
#include "annotations/label_map.h"
#include "annotations/mask_edit.h"
#include "imaging/error.h"
#include "tests/unit/annotations/any_picture.h"

#include <QtTest>
#include <rapidcheck.h>

#include <algorithm>
#include <fstream>
#include <vector>

#include <unistd.h>

using annotations::DrawOver;
using annotations::EditHistory;
using annotations::LabelMap;
using annotations::LabelTable;
using annotations::MaskDelta;
using annotations::MaskEdit;

namespace {

imaging::VoxelGrid grid(int columns, int rows, int slices)
{
    imaging::VoxelGrid g;
    g.columns = columns;
    g.rows = rows;
    g.slices = slices;
    return g;
}

annotations::MeasurementTable measurements; // None in most of these tests.

std::vector<std::uint16_t> copyOf(const LabelMap& map)
{
    return {map.voxels().begin(), map.voxels().end()};
}

/// A few random runs and single voxels.
void scribble(MaskEdit& edit)
{
    const auto voxels = static_cast<int>(edit.map().voxels().size());
    const int strokes = *rc::gen::inRange(0, 6);
    for (int i = 0; i < strokes; ++i) {
        const int offset = *rc::gen::inRange(0, voxels);
        const int count = *rc::gen::inRange(0, voxels - offset + 1);
        edit.paintRun(
            static_cast<std::size_t>(offset), static_cast<std::size_t>(count), *rc::gen::inRange<std::uint16_t>(0, 4));
    }
}

} // namespace

class TestMaskEdit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void undo_all_gives_the_start_and_redo_all_the_end()
    {
        QVERIFY(rc::check([] {
            LabelMap map(grid(7, 5, 3));
            LabelTable labels;
            EditHistory history;
            std::vector<std::vector<std::uint16_t>> states{copyOf(map)};
            for (int i = *rc::gen::inRange(0, 8); i > 0; --i) {
                MaskEdit edit(map, {static_cast<DrawOver::Mode>(*rc::gen::inRange(0, 3)), 2});
                scribble(edit);
                if (auto delta = edit.commit("step")) {
                    history.push(std::move(*delta));
                    states.push_back(copyOf(map));
                }
            }
            for (auto state = states.rbegin() + 1; state != states.rend(); ++state) {
                RC_ASSERT(history.undo(map, labels, measurements) != nullptr);
                RC_ASSERT(copyOf(map) == *state);
            }
            RC_ASSERT(history.undo(map, labels, measurements) == nullptr);
            for (auto state = states.begin() + 1; state != states.end(); ++state) {
                RC_ASSERT(history.redo(map, labels, measurements) != nullptr);
                RC_ASSERT(copyOf(map) == *state);
            }
            RC_ASSERT(history.redo(map, labels, measurements) == nullptr);
        }));
    }

    void runs_are_sorted_and_only_name_what_changed()
    {
        QVERIFY(rc::check([] {
            LabelMap map(grid(9, 4, 2));
            const auto before = copyOf(map);
            MaskEdit edit(map);
            scribble(edit);
            const auto delta = edit.commit("step");
            std::size_t changed = 0;
            for (std::size_t i = 0; i < before.size(); ++i)
                changed += before[i] != map.voxels()[i];
            RC_ASSERT(delta.has_value() == (changed > 0));
            if (!delta)
                return;
            RC_ASSERT(delta->voxels() == changed);
            for (const annotations::MaskRun& run : delta->runs()) {
                for (std::size_t i = run.offset; i < run.offset + run.count; ++i) {
                    RC_ASSERT(before[i] == run.before);
                    RC_ASSERT(map.voxels()[i] == run.after);
                }
            }
        }));
    }

    void an_edit_that_is_not_committed_leaves_no_trace()
    {
        QVERIFY(rc::check([] {
            LabelMap map(grid(6, 6, 2));
            {
                MaskEdit first(map);
                scribble(first);
                first.commit("kept");
            }
            const auto before = copyOf(map);
            {
                MaskEdit edit(map);
                scribble(edit);
                scribble(edit);
            }
            RC_ASSERT(copyOf(map) == before);
        }));
    }

    void the_byte_budget_is_kept_and_recent_steps_survive()
    {
        QVERIFY(rc::check([] {
            LabelMap map(grid(16, 16, 2));
            const std::size_t budget = *rc::gen::inRange<std::size_t>(200, 3000);
            LabelTable labels;
            EditHistory history(budget);
            std::vector<std::vector<std::uint16_t>> states{copyOf(map)}; // Before the first step that is left, and on.
            for (int i = 0; i < 20; ++i) {
                MaskEdit edit(map);
                scribble(edit);
                if (auto delta = edit.commit("step")) {
                    history.push(std::move(*delta));
                    states.push_back(copyOf(map));
                    states.erase(states.begin(), states.end() - static_cast<std::ptrdiff_t>(history.steps()) - 1);
                }
                RC_ASSERT(history.bytes() <= budget || history.steps() == 1);
            }
            const auto end = copyOf(map);
            while (history.undo(map, labels, measurements)) { }
            RC_ASSERT(copyOf(map) == states.front());
            while (history.redo(map, labels, measurements)) { }
            RC_ASSERT(copyOf(map) == end);
        }));
    }

    void any_walk_of_edits_undo_and_redo_stays_on_known_states()
    {
        QVERIFY(rc::check([] {
            LabelMap map(grid(9, 7, 2));
            LabelTable labels;
            EditHistory history;
            std::vector<std::vector<std::uint16_t>> states{copyOf(map)};
            std::size_t at = 0;
            for (int i = *rc::gen::inRange(0, 40); i > 0; --i) {
                const int move = *rc::gen::inRange(0, 3);
                if (move == 0) {
                    MaskEdit edit(map);
                    scribble(edit);
                    if (auto delta = edit.commit("step")) {
                        history.push(std::move(*delta));
                        states.resize(++at); // What could be redone is cut off.
                        states.push_back(copyOf(map));
                    }
                } else if (move == 1) {
                    RC_ASSERT((history.undo(map, labels, measurements) != nullptr) == (at > 0));
                    at -= at > 0 ? 1 : 0;
                } else {
                    RC_ASSERT((history.redo(map, labels, measurements) != nullptr) == (at + 1 < states.size()));
                    at += at + 1 < states.size() ? 1 : 0;
                }
                RC_ASSERT(copyOf(map) == states[at]);
                RC_ASSERT(history.canUndo() == (at > 0));
                RC_ASSERT(history.canRedo() == (at + 1 < states.size()));
            }
        }));
    }

    void painting_and_taking_back_in_one_edit_gives_nothing()
    {
        LabelMap map(grid(8, 8, 1));
        MaskEdit edit(map);
        edit.paintRun(3, 20, 1);
        edit.paintRun(3, 20, 0);
        QVERIFY(!edit.commit("nothing"));
    }

    void locked_labels_never_change()
    {
        LabelMap map(grid(4, 1, 1), {0, 1, 2, 3});
        const std::vector<std::uint16_t> locked{2};
        MaskEdit edit(map, {}, locked);
        edit.paintRun(0, 4, 3);
        QCOMPARE(copyOf(map), (std::vector<std::uint16_t>{3, 3, 2, 3}));
    }

    void draw_over_rules_hold_data()
    {
        QTest::addColumn<int>("mode");
        QTest::addColumn<QList<int>>("expected");
        QTest::newRow("all") << int(DrawOver::Mode::All) << QList<int>{9, 9, 9};
        QTest::newRow("background") << int(DrawOver::Mode::BackgroundOnly) << QList<int>{9, 1, 2};
        QTest::newRow("label 2") << int(DrawOver::Mode::OnlyLabel) << QList<int>{0, 1, 9};
    }

    void draw_over_rules_hold()
    {
        QFETCH(int, mode);
        QFETCH(QList<int>, expected);
        LabelMap map(grid(3, 1, 1), {0, 1, 2});
        MaskEdit edit(map, {static_cast<DrawOver::Mode>(mode), 2});
        edit.paintRun(0, 3, 9);
        QCOMPARE(QList<int>(map.voxels().begin(), map.voxels().end()), expected);
    }

    /// Whatever is painted, by runs or by voxels, over whatever there was.
    void rules_locks_and_the_range_of_values_hold_together()
    {
        QVERIFY(rc::check([] {
            const auto g = grid(6, 5, 3);
            std::vector<float> values;
            for (const int number : support::anyNumbers(g.voxels(), 10))
                values.push_back(static_cast<float>(number));
            const auto picture = support::volumeOf(g, values);
            const DrawOver rule{static_cast<DrawOver::Mode>(*rc::gen::inRange(0, 3)), 2};
            const annotations::ValueGate gate{&picture, {3, 6}};
            LabelMap map = support::anyMap(g, 5);
            const auto before = copyOf(map);
            {
                MaskEdit edit(map, rule, std::vector<std::uint16_t>{4}, gate);
                const auto first = *rc::gen::inRange<std::size_t>(0, g.voxels());
                const auto count = *rc::gen::inRange<std::size_t>(0, g.voxels() - first + 1);
                const std::size_t held = edit.paintRun(first, count, 9);
                edit.paint({1, 2, 1}, 9);
                std::size_t found = 0;
                for (std::size_t i = 0; i < before.size(); ++i) {
                    const bool painted = (i >= first && i < first + count) || i == g.offset({1, 2, 1});
                    const bool ruled = rule.mode == DrawOver::Mode::All
                        || before[i] == (rule.mode == DrawOver::Mode::BackgroundOnly ? 0 : 2);
                    const bool may = ruled && before[i] != 4 && values[i] >= 3 && values[i] <= 6;
                    RC_ASSERT(map.voxels()[i] == (painted && may ? 9 : before[i]));
                    found += i >= first && i < first + count && map.voxels()[i] == 9;
                }
                RC_ASSERT(held == found);
            }
            RC_ASSERT(copyOf(map) == before);
        }));
    }

    void a_range_of_values_needs_the_picture_of_the_masks()
    {
        LabelMap map(grid(4, 1, 1));
        const auto colours = support::volumeOf(grid(4, 1, 1), std::vector<float>(12), 3);
        const auto other = support::volumeOf(grid(5, 1, 1), std::vector<float>(5));
        for (const auto* picture : {static_cast<const imaging::Volume*>(nullptr), &colours, &other})
            QVERIFY_EXCEPTION_THROWN(
                MaskEdit(map, {}, {}, annotations::ValueGate{picture, {0, 1}}), imaging::Error);
    }

    void a_step_names_its_box()
    {
        LabelMap map(grid(10, 8, 4));
        MaskEdit edit(map);
        edit.paint({2, 3, 1}, 1);
        edit.paint({5, 6, 2}, 1);
        edit.paint({50, 6, 2}, 1); // Outside.
        const auto live = edit.takeRegion();
        const auto delta = edit.commit("two voxels");
        QVERIFY(live && delta);
        QCOMPARE(delta->voxels(), std::size_t{2});
        QVERIFY((delta->region() == annotations::MaskRegion{2, 5, 3, 6, 1, 2}));
        QVERIFY(*live == delta->region());
        QVERIFY(!edit.takeRegion());
    }

    void a_push_forgets_redo_and_moves_the_clean_mark()
    {
        LabelMap map(grid(4, 4, 1));
        LabelTable labels;
        EditHistory history;
        const auto paint = [&](std::size_t offset, const char* name) {
            MaskEdit edit(map);
            edit.paintRun(offset, 1, 1);
            history.push(*edit.commit(name));
        };
        QVERIFY(history.isClean());
        paint(0, "Brush");
        paint(1, "Eraser");
        QVERIFY(!history.isClean());
        history.setClean();
        QCOMPARE(history.undoName(), std::string("Eraser"));
        history.undo(map, labels, measurements);
        QCOMPARE(history.redoName(), std::string("Eraser"));
        QVERIFY(!history.isClean());
        paint(2, "Model");
        QVERIFY(!history.canRedo());
        history.undo(map, labels, measurements);
        QVERIFY(!history.isClean()); // What was saved can no longer be reached.
    }

    void a_step_may_change_labels_alone_or_with_the_masks()
    {
        LabelMap map(grid(4, 4, 1));
        LabelTable labels = annotations::defaultLabels();
        const LabelTable first = labels;
        EditHistory history;
        labels[0].name = "Nodule";
        history.push({"Rename", std::nullopt, annotations::LabelsChange{first, labels}});
        const LabelTable second = labels;
        labels.pop_back();
        MaskEdit edit(map);
        edit.paintRun(0, 3, 1);
        history.push({"Both", edit.commit("Both"), annotations::LabelsChange{second, labels}});
        const LabelTable third = labels;
        QCOMPARE(history.undoName(), std::string("Both"));
        history.undo(map, labels, measurements);
        QVERIFY(map.empty() && labels == second);
        history.undo(map, labels, measurements);
        QVERIFY(labels == first && history.isClean());
        history.redo(map, labels, measurements);
        history.redo(map, labels, measurements);
        QVERIFY(labels == third && map.count(1) == 3);
    }

    void measurements_are_undone_in_turn_with_strokes()
    {
        LabelMap map(grid(4, 4, 1));
        LabelTable labels;
        annotations::MeasurementTable table;
        EditHistory history;
        annotations::EditStep step("Ruler", std::nullopt, std::nullopt);
        const annotations::Measurement ruler{1, annotations::MeasureKind::Length, {}, {{0, 0, 0}, {3, 4, 0}}, {}};
        step.measurements = annotations::MeasurementsChange{table, {ruler}};
        table = {ruler};
        history.push(std::move(step));
        MaskEdit edit(map);
        edit.paintRun(0, 3, 1);
        history.push(*edit.commit("Brush"));
        history.undo(map, labels, table);
        QCOMPARE(table.size(), std::size_t{1});
        history.undo(map, labels, table);
        QVERIFY(table.empty() && map.empty());
        history.redo(map, labels, table);
        QVERIFY(table == annotations::MeasurementTable{ruler});
    }

    void undo_leaves_what_is_hidden_hidden()
    {
        LabelMap map(grid(4, 4, 1));
        LabelTable labels = annotations::defaultLabels();
        const LabelTable before = labels;
        labels[0].name = "Nodule";
        EditHistory history;
        history.push({"Rename", std::nullopt, annotations::LabelsChange{before, labels}});
        labels[1].visible = false;
        history.undo(map, labels, measurements);
        QCOMPARE(labels[0].name, before[0].name);
        QVERIFY(!labels[1].visible);
    }

    void a_result_of_a_whole_volume_is_one_step()
    {
        LabelMap map(grid(5, 5, 2));
        std::vector<std::uint16_t> values(50);
        for (std::size_t i = 0; i < values.size(); i += 3)
            values[i] = 1;
        MaskEdit edit(map);
        edit.paintValues(0, values);
        const auto delta = edit.commit("Segment");
        QVERIFY(delta);
        QCOMPARE(copyOf(map), values);
        delta->revert(map);
        QVERIFY(map.empty());
    }

    void a_step_so_large_that_two_threads_write_it_is_exact()
    {
        LabelMap map(grid(2000, 1500, 1));
        MaskEdit edit(map);
        for (std::size_t offset = 7; offset + 90 < map.voxels().size(); offset += 100)
            edit.paintRun(offset, 85 + offset % 7, static_cast<std::uint16_t>(1 + offset % 3));
        const auto after = copyOf(map);
        const auto delta = edit.commit("Segment");
        QVERIFY(delta->voxels() > (1u << 21));
        delta->revert(map);
        QVERIFY(map.empty());
        delta->apply(map);
        QCOMPARE(copyOf(map), after);
    }

    void leaving_the_grid_is_refused()
    {
        LabelMap map(grid(4, 4, 1));
        MaskEdit edit(map);
        QVERIFY_EXCEPTION_THROWN(edit.paintRun(15, 2, 1), imaging::Error);
        QVERIFY_EXCEPTION_THROWN(edit.paintRun(static_cast<std::size_t>(-1), 2, 1), imaging::Error);
        QVERIFY_EXCEPTION_THROWN(LabelMap(grid(4, 4, 1), std::vector<std::uint16_t>(3)), imaging::Error);
    }

    void an_empty_map_takes_no_memory_until_it_is_painted()
    {
        const auto residentKb = [] {
            std::ifstream file("/proc/self/statm");
            long pages = 0;
            file >> pages >> pages;
            return pages * (sysconf(_SC_PAGESIZE) / 1024);
        };
        const long before = residentKb();
        LabelMap map(grid(512, 512, 275));
        // Sanitizers keep notes about the memory, in memory.
        QVERIFY2(residentKb() - before < 60000, "an empty map of 144 MB takes memory");
        QVERIFY(map.empty());
        MaskEdit edit(map);
        edit.paintRun(0, map.grid().voxels(), 1);
        QVERIFY(residentKb() - before > 120000);
    }

    void labels_are_found_by_value()
    {
        annotations::LabelTable table = annotations::defaultLabels();
        QCOMPARE(table.front().value, std::uint16_t{1});
        QVERIFY(annotations::findLabel(table, 1));
        QVERIFY(!annotations::findLabel(table, 999));
        QCOMPARE(annotations::freeValue(table), static_cast<std::uint16_t>(table.size() + 1));
        annotations::findLabel(table, 3)->locked = true;
        QCOMPARE(annotations::lockedValues(table), std::vector<std::uint16_t>{3});
    }
};

QTEST_APPLESS_MAIN(TestMaskEdit)
#include "tst_mask_edit.moc"
