#include "app/workflow/proposal.h"

#include "app/workflow/segment.h"

#include <QTest>

#include <limits>
#include <random>

namespace {

imaging::VoxelGrid grid()
{
    imaging::VoxelGrid made;
    made.columns = 10;
    made.rows = 10;
    made.slices = 3;
    return made;
}

} // namespace

class ProposalTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// The threshold's slider has hundredths: at each of them the mask must be the one of the floats.
    void hundredths_give_the_same_mask_at_every_threshold()
    {
        std::mt19937 random(7);
        std::uniform_real_distribution<float> anything(0, 1);
        std::vector<float> probabilities{0, 1, std::nextafter(1.0F, 0.0F)};
        for (int i = 0; i < 5000; ++i)
            probabilities.push_back(anything(random));
        for (int k = 0; k <= 100; ++k) {
            const float edge = static_cast<float>(k) / 100.0F;
            probabilities.insert(
                probabilities.end(), {edge, std::nextafter(edge, 0.0F), std::min(1.0F, std::nextafter(edge, 2.0F))});
        }
        const auto back = app::fromHundredths(app::inHundredths(probabilities));
        for (int k = 0; k <= 100; ++k) {
            const float threshold = static_cast<float>(k) / 100.0F;
            QCOMPARE(app::thresholded(back, threshold), app::thresholded(probabilities, threshold));
        }
    }

    void what_is_no_probability_is_held_in_range()
    {
        const std::vector<float> odd{
            -1, 2, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()};
        QCOMPARE(app::inHundredths(odd), (std::vector<std::uint8_t>{0, 100, 0, 100}));
    }

    void runs_are_the_thresholded_voxels()
    {
        std::vector<std::uint8_t> hundredths(100, 10);
        for (const std::size_t i : {0U, 1U, 50U, 99U})
            hundredths[i] = 71;
        app::ProposedSlices slices;
        slices[2].hundredths = app::PackedPlane(hundredths);
        const std::vector<std::uint16_t> label{4};
        QCOMPARE(app::runsAbove(slices, grid(), 0.71F, label),
            (std::vector<app::LabelRun>{{200, 2, 4}, {250, 1, 4}, {299, 1, 4}}));
        QVERIFY(app::runsAbove(slices, grid(), 0.72F, label).empty());
        QCOMPARE(app::runsAbove(slices, grid(), 0.0F, label), (std::vector<app::LabelRun>{{200, 100, 4}}));
    }

    void runs_of_several_classes_end_where_another_class_begins()
    {
        std::vector<std::uint8_t> hundredths(100, 0);
        std::vector<std::uint8_t> classes(100, 1);
        for (const std::size_t i : {10U, 11U, 12U, 13U, 15U})
            hundredths[i] = 60;
        for (const std::size_t i : {12U, 13U, 14U, 15U})
            classes[i] = 3;
        app::ProposedSlices slices;
        slices[0] = {app::PackedPlane(hundredths), app::PackedPlane(classes)};
        const std::vector<std::uint16_t> labels{7, 8, 2};
        QCOMPARE(app::runsAbove(slices, grid(), 0.5F, labels),
            (std::vector<app::LabelRun>{{10, 2, 7}, {12, 2, 2}, {15, 1, 2}}));
    }

    void a_label_is_erased_on_one_slice()
    {
        annotations::LabelMap map(grid());
        annotations::MaskEdit edit(map);
        edit.paintRun(95, 10, 1); // The end of the first slice and the start of the second.
        edit.paintRun(120, 5, 2);
        app::eraseLabels(edit, 1, std::vector<std::uint16_t>{1});
        QVERIFY(edit.commit("x"));
        QCOMPARE(map.count(1), std::size_t{5});
        QCOMPARE(map.count(2), std::size_t{5});
    }

    void an_empty_mask_is_remarked()
    {
        const std::vector<std::uint8_t> none(100);
        QCOMPARE(app::remarksOn(none, "one infected area", grid(), {}, imaging::Sides::Patient).size(), std::size_t{1});
    }

    void a_side_without_a_mask_is_remarked()
    {
        std::vector<std::uint8_t> mask(100);
        for (std::size_t row = 2; row < 6; ++row)
            std::fill_n(mask.begin() + static_cast<std::ptrdiff_t>(10 * row), 3, std::uint8_t{1});
        const imaging::PictureSides sides{imaging::PatientSide::Right, imaging::PatientSide::Left};
        const std::string text = "unilateral pulmonary infection, one infected area, lower left lung.";
        QVERIFY(!app::remarksOn(mask, text, grid(), sides, imaging::Sides::Patient).empty());
        QVERIFY(app::remarksOn(mask, text, grid(), sides, imaging::Sides::Picture).empty());
        // The picture lies with the head at the right: its lower half is the patient's left one.
        const auto lying = imaging::sidesFromTags({}, "H\\L");
        std::vector<std::uint8_t> low(100);
        std::fill_n(low.begin() + 72, 5, std::uint8_t{1});
        QVERIFY(app::remarksOn(low, text, grid(), lying, imaging::Sides::Patient).empty());
        QVERIFY(!app::remarksOn(mask, text, grid(), lying, imaging::Sides::Patient).empty());
    }
};

QTEST_GUILESS_MAIN(ProposalTest)
#include "tst_proposal.moc"
