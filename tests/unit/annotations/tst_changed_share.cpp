#include "annotations/changed_share.h"
#include "annotations/label_origin.h"
#include "annotations/mask_edit.h"

#include <QtTest>

#include <rapidcheck.h>

using annotations::EditHistory;
using annotations::EditStep;
using annotations::LabelMap;
using annotations::LabelTable;
using annotations::MaskEdit;

namespace {

imaging::VoxelGrid grid()
{
    imaging::VoxelGrid grid;
    grid.columns = 10;
    grid.rows = 10;
    grid.slices = 1;
    return grid;
}

/// Masks, labels and what was done to them.
struct Work
{
    LabelMap map{grid()};
    LabelTable labels;
    annotations::MeasurementTable measurements;
    EditHistory history;

    Work()
    {
        labels.push_back({});
        labels.front().value = 1;
    }

    void paint(std::size_t offset, std::size_t count, std::uint16_t value)
    {
        MaskEdit edit(map);
        edit.paintRun(offset, count, value);
        if (auto delta = edit.commit("Brush"))
            history.push(std::move(*delta));
    }

    /// A proposal of label 1, added to it or in place of what it has.
    void accept(std::size_t offset, std::size_t count, bool add = false)
    {
        LabelTable after = labels;
        const std::string text = annotations::originText({"text " + std::to_string(offset), "model", {}, {}, {}, 0.5, {}, false});
        after.front().description = add ? annotations::joinedOrigins(labels.front().description, text) : text;
        after.front().algorithm = annotations::AlgorithmType::Automatic;
        MaskEdit edit(map);
        if (!add)
            for (std::size_t i = 0; i < map.voxels().size(); ++i)
                if (map.voxels()[i] == 1)
                    edit.paintRun(i, 1, 0);
        edit.paintRun(offset, count, 1);
        auto delta = edit.commit("Segment");
        history.push(EditStep("Segment", std::move(delta), annotations::LabelsChange{labels, after}));
        labels = after;
    }

    std::map<std::uint16_t, double> shares() const
    {
        return annotations::changedShares(annotations::acceptedVoxels(history, labels), map);
    }
};

} // namespace

class TestChangedShare : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothing_changed_is_nought()
    {
        Work work;
        work.accept(10, 20);
        QCOMPARE(work.shares().at(1), 0.0);
    }

    void added_and_erased_voxels_are_counted_once_each()
    {
        Work work;
        work.accept(10, 20);
        work.paint(30, 5, 1); // Five more ...
        work.paint(10, 5, 0); // ... five less: 10 of 25.
        QCOMPARE(work.shares().at(1), 10.0 / 25);
        work.paint(0, 100, 0);
        QCOMPARE(work.shares().at(1), 1.0);
    }

    void two_proposals_of_one_label_count_together()
    {
        Work work;
        work.accept(0, 10);
        work.accept(20, 10, true);
        QCOMPARE(work.shares().at(1), 0.0);
        work.paint(25, 5, 0);
        QCOMPARE(work.shares().at(1), 5.0 / 20);
    }

    void a_proposal_that_replaces_another_is_not_by_hand()
    {
        Work work;
        work.accept(0, 10);
        work.accept(50, 10);
        QCOMPARE(work.shares().at(1), 0.0);
    }

    void what_was_undone_is_not_known()
    {
        Work work;
        work.accept(0, 10);
        work.accept(20, 10, true);
        work.history.undo(work.map, work.labels, work.measurements);
        QCOMPARE(work.shares().at(1), 0.0);
        work.history.undo(work.map, work.labels, work.measurements);
        QVERIFY(work.shares().empty());
    }

    void a_mask_whose_acceptance_is_forgotten_has_none()
    {
        Work work;
        work.accept(0, 10);
        work.accept(20, 10, true);
        Work later;
        later.map = work.map;
        later.labels = work.labels;
        QVERIFY(later.shares().empty());
        later.accept(40, 5, true); // One of three is known.
        QVERIFY(later.shares().empty());
        later.paint(60, 5, 2);
        QVERIFY(!later.shares().contains(2)); // By hand.
    }

    void any_edits_give_the_share_of_the_voxels()
    {
        const bool ok = rc::check([] {
            Work work;
            const auto first = *rc::gen::inRange(0, 80);
            work.accept(std::size_t(first), 20);
            const std::vector<std::uint16_t> accepted(work.map.voxels().begin(), work.map.voxels().end());
            for (int i = *rc::gen::inRange(0, 6); i > 0; --i)
                work.paint(std::size_t(*rc::gen::inRange(0, 90)), std::size_t(*rc::gen::inRange(1, 10)),
                    std::uint16_t(*rc::gen::inRange(0, 3)));
            double differ = 0;
            double all = 0;
            for (std::size_t i = 0; i < accepted.size(); ++i) {
                const bool before = accepted[i] == 1;
                const bool now = work.map.voxels()[i] == 1;
                differ += before != now;
                all += before || now;
            }
            RC_ASSERT(std::abs(work.shares().at(1) - differ / all) < 1e-12);
        });
        QVERIFY(ok);
    }
};

QTEST_GUILESS_MAIN(TestChangedShare)
#include "tst_changed_share.moc"
