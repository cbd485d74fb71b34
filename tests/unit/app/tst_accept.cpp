#include "app/workflow/accept.h"

#include "annotations/label_map.h"

#include <QTest>

#include <algorithm>

using annotations::LabelTable;
using app::AcceptTo;
using imaging::Sides;

namespace {

const imaging::PictureSides kUsual{imaging::PatientSide::Right, imaging::PatientSide::Left};

models::PackageInfo package()
{
    models::PackageInfo package;
    package.name = "fake";
    package.finding = "Pulmonary infection";
    return package;
}

imaging::VoxelGrid grid()
{
    imaging::VoxelGrid grid;
    grid.columns = grid.rows = 10;
    grid.slices = 2;
    return grid;
}

app::VoxelsOf voxelsIn(const annotations::LabelMap& map)
{
    return [&map](std::uint16_t value) { return map.count(value); };
}

/// A plan for one class on `labels`, of which `map` holds voxels.
app::AcceptPlan planOn(AcceptTo to, const LabelTable& labels, std::uint16_t chosen, const annotations::LabelMap& map,
    const char* name = "Pulmonary infection, right lower")
{
    auto fresh = labels.front();
    fresh.name = name;
    return app::planAccept(to, labels, chosen, voxelsIn(map), fresh, {});
}

} // namespace

class AcceptTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_label_is_named_by_what_the_sentence_says_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("name");
        QTest::newRow("one zone") << QByteArray("unilateral pulmonary infection, lower right lung.")
                                  << QByteArray("Pulmonary infection, right lower");
        QTest::newRow("two lungs") << QByteArray(
            "bilateral pulmonary infection, two infected areas, upper left lung and middle lower right lung.")
                                   << QByteArray("Pulmonary infection, right middle/lower, left upper");
        QTest::newRow("a whole lung") << QByteArray("unilateral pulmonary infection, all left lung.")
                                      << QByteArray("Pulmonary infection, whole left");
        QTest::newRow("no place") << QByteArray("pulmonary infection") << QByteArray("Pulmonary infection");
    }

    void a_label_is_named_by_what_the_sentence_says()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, name);
        const auto label = app::labelForSentence(text.toStdString(), imaging::Sides::Patient, package(), kUsual);
        QCOMPARE(QByteArray::fromStdString(label.name), name);
        QCOMPARE(label.type.value, std::string("128601007")); // Infectious disease of lung.
    }

    void a_finding_has_its_own_code_or_none_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("meaning");
        const auto row = [](const char* text, const char* name, const char* meaning) {
            QTest::newRow(text) << QByteArray(text) << QByteArray(name) << QByteArray(meaning);
        };
        row("Left lower lobe consolidation.", "Consolidation, left lower", "Lung consolidation");
        row("Right upper lobe infiltrate.", "Infiltrate, right upper", "Tissue");
        row("Infiltrat im rechten Oberlappen.", "Infiltrate, right upper", "Tissue");
        row("右肺上叶实变。", "Consolidation, right upper", "Lung consolidation");
        row("Opacity at the left base.", "Opacity, left lower", "Tissue");
        row("Left lower lobe pneumonia.", "Pneumonia, left lower", "Infectious disease of lung");
        row("Pneumonie im linken Unterlappen.", "Pneumonia, left lower", "Infectious disease of lung");
        row("Right upper lobe infiltrate and left lower lobe opacity.",
            "Infiltrate and opacity, right upper, left lower", "Tissue");
    }

    void a_finding_has_its_own_code_or_none()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, meaning);
        const auto label = app::labelForSentence(text.toStdString(), imaging::Sides::Patient, package(), kUsual);
        QCOMPARE(QByteArray::fromStdString(label.name), name);
        QCOMPARE(QByteArray::fromStdString(label.type.meaning), meaning);
    }

    void the_name_has_the_patients_sides()
    {
        const std::string text = "unilateral pulmonary infection, lower right lung.";
        QCOMPARE(app::labelForSentence(text, imaging::Sides::Picture, package(), kUsual).name,
            std::string("Pulmonary infection, left lower"));
        QCOMPARE(app::labelForSentence(text, imaging::Sides::Picture, package(), {}).name,
            std::string("Pulmonary infection")); // Nobody knows which side that is.
    }

    void what_is_not_understood_has_its_own_words_and_no_finding_of_the_package()
    {
        const auto label =
            app::labelForSentence("something odd behind\nthe heart", imaging::Sides::Patient, package(), kUsual);
        QCOMPARE(label.name, std::string("something odd behind the heart"));
        QVERIFY(label.type.value != "128601007");
        const auto longer =
            app::labelForSentence(std::string(300, 'x') + "\u00e4", imaging::Sides::Patient, package(), kUsual);
        QVERIFY(longer.name.size() < 64);
    }

    void a_new_finding_becomes_a_label_of_its_own()
    {
        const auto labels = annotations::defaultLabels();
        const annotations::LabelMap map(grid());
        const auto plan = planOn(AcceptTo::NewLabel, labels, 1, map);
        QVERIFY(plan.refusal.empty() && !plan.clears);
        QCOMPARE(plan.labels.size(), labels.size() + 1);
        const auto& added = plan.labels.back();
        QCOMPARE(plan.values, std::vector<std::uint16_t>{added.value});
        QVERIFY(!annotations::findLabel(labels, added.value));
        for (const auto& label : labels)
            QVERIFY(label.colour != added.colour);
    }

    void an_empty_label_of_the_name_is_taken_and_one_in_use_is_not()
    {
        const auto labels = annotations::defaultLabels();
        annotations::LabelMap map(grid());
        QCOMPARE(planOn(AcceptTo::NewLabel, labels, 1, map, "Nodule").values, std::vector<std::uint16_t>{4});
        annotations::MaskEdit edit(map);
        edit.paintRun(0, 5, 4);
        const auto plan = planOn(AcceptTo::NewLabel, labels, 1, map, "Nodule");
        QCOMPARE(plan.labels.back().name, std::string("Nodule 2"));
        QCOMPARE(plan.values, std::vector<std::uint16_t>{plan.labels.back().value});
    }

    void a_locked_or_hidden_choice_is_refused()
    {
        const annotations::LabelMap map(grid());
        for (const bool locked : {true, false}) {
            auto labels = annotations::defaultLabels();
            (locked ? labels[1].locked : labels[1].visible) = locked;
            for (const auto to : {AcceptTo::AddToLabel, AcceptTo::ReplaceLabel})
                QVERIFY(!planOn(to, labels, 2, map).refusal.empty());
            QVERIFY(planOn(AcceptTo::NewLabel, labels, 2, map).refusal.empty());
        }
    }

    void each_class_goes_to_the_label_of_its_name_or_a_new_one()
    {
        const auto labels = annotations::defaultLabels();
        annotations::LabelMap map(grid());
        annotations::MaskEdit edit(map);
        edit.paintRun(0, 5, 2);
        const std::vector<std::string> classes{"Lung consolidation", "Something new"};
        const auto fresh = app::planAccept(AcceptTo::NewLabel, labels, 1, voxelsIn(map), labels[0], classes);
        QCOMPARE(annotations::findLabel(fresh.labels, fresh.values[0])->name, std::string("Lung consolidation 2"));
        QCOMPARE(annotations::findLabel(fresh.labels, fresh.values[0])->type, labels[1].type);
        const auto added = app::planAccept(AcceptTo::AddToLabel, labels, 1, voxelsIn(map), labels[0], classes);
        QCOMPARE(added.values[0], std::uint16_t{2});
    }

    void a_class_is_known_in_whatever_case_and_keeps_the_packages_spelling()
    {
        const annotations::LabelMap map(grid());
        const std::vector<std::string> classes{"heart", "AORTA"};
        for (const auto to : {AcceptTo::NewLabel, AcceptTo::AddToLabel}) {
            const auto plan = app::planAccept(to, {}, 1, voxelsIn(map), {}, classes);
            QCOMPARE(plan.labels.size(), std::size_t{2});
            QCOMPARE(plan.labels[0].name, std::string("heart"));
            QCOMPARE(plan.labels[0].type.meaning, std::string("Heart"));
            const auto again = app::planAccept(to, plan.labels, 1, voxelsIn(map), {}, {"Heart", "aorta"});
            QCOMPARE(again.labels, plan.labels);
            QCOMPARE(again.values, plan.values);
        }
    }

    void nothing_is_taken_from_other_labels_data()
    {
        QTest::addColumn<int>("to");
        QTest::newRow("new") << static_cast<int>(AcceptTo::NewLabel);
        QTest::newRow("add") << static_cast<int>(AcceptTo::AddToLabel);
        QTest::newRow("replace") << static_cast<int>(AcceptTo::ReplaceLabel);
    }

    void nothing_is_taken_from_other_labels()
    {
        QFETCH(int, to);
        const auto labels = annotations::defaultLabels();
        annotations::LabelMap map(grid());
        {
            annotations::MaskEdit before(map);
            before.paintRun(20, 5, 6);
            before.commit("Brush");
        }
        const auto plan = planOn(static_cast<AcceptTo>(to), labels, 1, map);
        annotations::MaskEdit edit(map);
        const std::vector<int> slices{0};
        const std::vector<app::LabelRun> runs{{15, 20, plan.values[0]}};
        const auto drawn = app::drawProposal(edit, plan, slices, runs);
        QVERIFY(edit.commit("Accept"));
        QCOMPARE(drawn.voxels, std::size_t{15});
        QCOMPARE(drawn.left.at(6), std::size_t{5});
        QCOMPARE(map.count(6), std::size_t{5});
        QCOMPARE(map.count(plan.values[0]), std::size_t{15});
        const auto sentence = app::leftSentence(drawn, plan.labels);
        QVERIFY(sentence.find("5 voxels") == 0 && sentence.find("Heart") != std::string::npos);
    }

    void accepting_holds_to_what_may_be_drawn_over()
    {
        using annotations::DrawOver;
        const auto labels = annotations::defaultLabels();
        const auto accept = [&](AcceptTo to, const DrawOver& rule, annotations::LabelMap& map) {
            {
                annotations::MaskEdit before(map);
                before.paintRun(0, 5, 1);
                before.paintRun(20, 5, 6);
                before.commit("Brush");
            }
            const auto plan = planOn(to, labels, 1, map);
            annotations::MaskEdit edit(map, rule);
            const std::vector<app::LabelRun> runs{{15, 20, plan.values[0]}};
            const auto drawn = app::drawProposal(edit, plan, std::vector<int>{0}, runs);
            edit.commit("Accept");
            return drawn;
        };
        annotations::LabelMap within(grid());
        const auto inHeart = accept(AcceptTo::NewLabel, {DrawOver::Mode::OnlyLabel, 6}, within);
        QCOMPARE(inHeart.voxels, std::size_t{5}); // What the label holds is given up to be drawn over.
        QCOMPARE(inHeart.held, std::size_t{15});
        QVERIFY(inHeart.left.empty());
        QCOMPARE(within.count(6), std::size_t{0});
        QVERIFY(app::leftSentence(inHeart, labels).starts_with("15 voxels of the proposal were left out"));
        annotations::LabelMap empty(grid());
        const auto onEmpty = accept(AcceptTo::ReplaceLabel, {DrawOver::Mode::BackgroundOnly, 0}, empty);
        QCOMPARE(onEmpty.voxels, std::size_t{15});
        QCOMPARE(onEmpty.left.at(6), std::size_t{5});
        QCOMPARE(empty.count(1), std::size_t{20}); // What it had is not empty: it stays.
        annotations::LabelMap nowhere(grid());
        QCOMPARE(accept(AcceptTo::ReplaceLabel, {DrawOver::Mode::OnlyLabel, 9}, nowhere).voxels, std::size_t{0});
        QCOMPARE(nowhere.count(1), std::size_t{5});
    }

    void only_replacing_clears_and_only_on_the_slices_of_the_proposal()
    {
        const auto labels = annotations::defaultLabels();
        for (const auto to : {AcceptTo::AddToLabel, AcceptTo::ReplaceLabel}) {
            annotations::LabelMap map(grid());
            {
                annotations::MaskEdit before(map);
                before.paintRun(0, 5, 1);
                before.paintRun(100, 5, 1);
                before.commit("Brush");
            }
            const auto plan = planOn(to, labels, 1, map);
            annotations::MaskEdit edit(map);
            const std::vector<int> slices{0};
            const std::vector<app::LabelRun> runs{{50, 3, 1}};
            app::drawProposal(edit, plan, slices, runs);
            edit.commit("Accept");
            QCOMPARE(map.count(1), std::size_t{to == AcceptTo::AddToLabel ? 13U : 8U});
            QCOMPARE(map.at({0, 0, 1}), std::uint16_t{1});
        }
    }

    void what_cannot_be_drawn_erases_nothing_data()
    {
        QTest::addColumn<bool>("empty");
        QTest::newRow("an empty proposal") << true;
        QTest::newRow("one that lies within another label") << false;
    }

    void what_cannot_be_drawn_erases_nothing()
    {
        QFETCH(bool, empty);
        const auto labels = annotations::defaultLabels();
        annotations::LabelMap map(grid());
        {
            annotations::MaskEdit before(map);
            before.paintRun(0, 5, 1);
            before.paintRun(50, 5, 6);
            before.commit("Brush");
        }
        const auto plan = planOn(AcceptTo::ReplaceLabel, labels, 1, map);
        annotations::MaskEdit edit(map);
        const std::vector<int> slices{0};
        const auto runs = empty ? std::vector<app::LabelRun>() : std::vector<app::LabelRun>{{51, 3, 1}};
        QCOMPARE(app::drawProposal(edit, plan, slices, runs).voxels, std::size_t{0});
        QVERIFY(!edit.commit("Accept"));
        QCOMPARE(map.count(1), std::size_t{5});
    }

    void a_label_that_keeps_what_was_drawn_by_hand_says_so()
    {
        auto labels = annotations::defaultLabels();
        labels[0].description = "Prompt: first";
        labels[0].laterality = {"7771000", "SCT", "Left"};
        annotations::LabelMap map(grid());
        annotations::MaskEdit edit(map);
        edit.paintRun(0, 5, 1);
        const app::AcceptedMask mask{"second", {"to the model", "fake", "1", "abc", 0.5, {}},
            {"24028007", "SCT", "Right"}, true};
        const auto added =
            app::markedLabels(planOn(AcceptTo::AddToLabel, labels, 1, map), mask, voxelsIn(map)).front();
        QCOMPARE(added.algorithm, annotations::AlgorithmType::SemiAutomatic);
        QVERIFY(added.description.find("first") != std::string::npos);
        QVERIFY(added.description.find("second") != std::string::npos);
        QVERIFY(added.laterality.value.empty()); // Neither side is the whole truth.
        const auto replaced =
            app::markedLabels(planOn(AcceptTo::ReplaceLabel, labels, 1, map), mask, voxelsIn(map)).front();
        QCOMPARE(replaced.algorithm, annotations::AlgorithmType::Automatic);
        QVERIFY(replaced.description.find("first") == std::string::npos);
        QCOMPARE(replaced.laterality.value, std::string("24028007"));
    }
};

QTEST_GUILESS_MAIN(AcceptTest)
#include "tst_accept.moc"
