#include "ui/cohort_text.h"
#include "ui/dialogs/cohort_dialog.h"
#include "ui/dialogs/import_dialog.h"
#include "ui/models/queue_model.h"
#include "ui/panels/cohort_panel.h"
#include "ui/panels/export_panel.h"
#include "ui/panels/queue_panel.h"
#include "ui/panels/review_bar.h"
#include "ui/panels/review_panel.h"

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QComboBox>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include <cmath>

using annotations::CaseState;
using annotations::QueueOrder;
using annotations::Study;
using State = ui::ReviewBar::State;

namespace {

Study study(std::int64_t id, double uncertainty = 0.4)
{
    Study made;
    made.id = id;
    made.name = "S" + std::to_string(id);
    made.text = "one infected area, lower left lung";
    made.state = CaseState::Predicted;
    made.uncertainty = uncertainty;
    made.scores.entropy = uncertainty / 2;
    return made;
}

std::vector<Study> studies(int first, int count)
{
    std::vector<Study> made;
    for (int id = first; id < first + count; ++id)
        made.push_back(study(id, 1.0 / id));
    return made;
}

template <typename T> T& part(QWidget& parent, const char* name)
{
    T* found = parent.findChild<T*>(QLatin1String(name));
    if (!found)
        qFatal("There is no part %s.", name);
    return *found;
}

annotations::TrainingRun run(annotations::RunState state, annotations::CohortTime updated)
{
    annotations::TrainingRun made;
    made.id = 3;
    made.name = "cohort-model";
    made.state = state;
    made.updated = updated;
    made.epochs = 7;
    made.bestDice = 0.81;
    made.stage = "epoch 8/20, loss 0.31";
    return made;
}

annotations::CohortTime at(std::int64_t seconds)
{
    return annotations::CohortTime(std::chrono::seconds(seconds));
}

} // namespace

class RelabelPartsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void the_queue_keeps_the_rules_of_models()
    {
        ui::QueueModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRows(studies(1, 3), 5, QueueOrder::Uncertainty);
        model.append(studies(4, 2));
        model.setThumbnail(2, QImage(8, 8, QImage::Format_RGB32));
        model.setThumbnail(99, QImage());
        model.setRows(studies(2, 3), 3, QueueOrder::Entropy);
        model.clear();
        QCOMPARE(model.rowCount(), 0);
    }

    void what_is_to_be_known_of_a_case_stands_before_its_sentence()
    {
        ui::QueueModel model;
        auto rows = studies(1, 2);
        rows[0].text = "No consolidation.";
        rows[0].warnings = {"The sentence denies it.", "A <b> warning."};
        model.setRows(rows, 2, QueueOrder::Uncertainty);
        const auto index = model.index(0);
        QVERIFY(index.data(ui::QueueModel::WarningRole).toBool());
        QVERIFY(!model.index(1).data(ui::QueueModel::WarningRole).toBool());
        const QString detail = index.data(ui::QueueModel::DetailRole).toString();
        QVERIFY(detail.startsWith(QStringLiteral("! The sentence denies it.")));
        QVERIFY(detail.endsWith(QStringLiteral("No consolidation.")));
        QVERIFY(index.data(Qt::ToolTipRole).toString().contains(QStringLiteral("A &lt;b&gt; warning.")));
        QVERIFY(index.data(Qt::AccessibleTextRole).toString().contains(QStringLiteral("denies it")));
        annotations::HistoryEntry entry;
        entry.action = annotations::Action::NotDrawn;
        entry.model.name = "lvit-x";
        entry.text = "No consolidation.";
        entry.warnings = rows[0].warnings;
        const QString history = ui::historyText(entry);
        QVERIFY(history.contains(QStringLiteral("not drawn by lvit-x")));
        QVERIFY(history.contains(QStringLiteral("denies it")));
    }

    void the_queue_asks_for_more_once_until_they_came()
    {
        ui::QueueModel model;
        QSignalSpy wanted(&model, &ui::QueueModel::moreWanted);
        model.setRows(studies(1, 3), 5, QueueOrder::Uncertainty);
        QVERIFY(model.canFetchMore({}));
        model.fetchMore({});
        QVERIFY(!model.canFetchMore({}));
        QCOMPARE(wanted.count(), 1);
        model.append(studies(4, 2));
        QCOMPARE(model.rowCount(), 5);
        QVERIFY(!model.canFetchMore({})); // These are all.
    }

    void a_queue_that_others_emptied_stops_asking()
    {
        ui::QueueModel model;
        model.setRows(studies(1, 3), 5, QueueOrder::Uncertainty);
        model.fetchMore({});
        model.append({});
        QVERIFY(!model.canFetchMore({}));
        QCOMPARE(model.total(), 3);
    }

    void the_same_cases_are_refreshed_in_place()
    {
        ui::QueueModel model;
        model.setRows(studies(1, 3), 3, QueueOrder::Uncertainty);
        QSignalSpy reset(&model, &ui::QueueModel::modelReset);
        auto rows = studies(1, 3);
        rows[1].claimedBy = "ben@ward7";
        model.setRows(rows, 3, QueueOrder::Uncertainty);
        QCOMPARE(reset.count(), 0);
        QVERIFY(model.index(1).data(ui::QueueModel::StateRole).toString().contains(QStringLiteral("ben@ward7")));
        rows.erase(rows.begin());
        model.setRows(rows, 2, QueueOrder::Uncertainty);
        QCOMPARE(reset.count(), 1);
        QCOMPARE(model.rowOf(3), 1);
    }

    void a_case_is_described_in_words()
    {
        ui::QueueModel model;
        auto rows = std::vector<Study>{study(7, 0.42)};
        model.setRows(rows, 1, QueueOrder::Entropy);
        const QModelIndex index = model.index(0);
        QCOMPARE(index.data(Qt::DisplayRole).toString(), QStringLiteral("S7"));
        QCOMPARE(index.data(ui::QueueModel::ValueRole).toString(), QStringLiteral("0.21"));
        QVERIFY(index.data(Qt::AccessibleTextRole).toString().contains(QStringLiteral("To review")));
        QVERIFY(index.data(Qt::AccessibleTextRole).toString().contains(QStringLiteral("uncertainty 0.42")));
    }

    void a_row_of_the_list_asks_for_its_case()
    {
        ui::QueuePanel panel;
        panel.resize(340, 400);
        panel.model().setRows(studies(1, 3), 3, QueueOrder::Uncertainty);
        panel.show();
        QSignalSpy requested(&panel, &ui::QueuePanel::caseRequested);
        auto& list = part<QListView>(panel, "queue");
        panel.focusList();
        QTest::keyClick(&list, Qt::Key_Down);
        QTest::keyClick(&list, Qt::Key_Return);
        QCOMPARE(requested.count(), 1);
        QCOMPARE(requested.front().front().toLongLong(), 2);
    }

    void thumbnails_are_asked_for_what_is_in_sight_only()
    {
        ui::QueuePanel panel;
        panel.resize(340, 400);
        QSignalSpy wanted(&panel, &ui::QueuePanel::thumbnailsWanted);
        panel.show();
        panel.model().setRows(studies(1, 1000), 1000, QueueOrder::Uncertainty);
        QTRY_VERIFY(!wanted.isEmpty());
        const auto ids = wanted.back().front().value<QList<qint64>>();
        QVERIFY(ids.size() >= 3);
        QVERIFY(ids.size() < 20);
        QVERIFY(ids.contains(1));
    }

    void order_and_filter_are_chosen()
    {
        ui::QueuePanel panel;
        QSignalSpy changed(&panel, &ui::QueuePanel::queueChanged);
        panel.setOrder(QueueOrder::Random);
        QCOMPARE(changed.count(), 0); // Not by the user.
        QCOMPARE(panel.order(), QueueOrder::Random);
        QVERIFY(!panel.filter().state);
        auto& filter = part<QComboBox>(panel, "queueFilter");
        filter.setCurrentIndex(filter.findText(ui::stateText(CaseState::Accepted)));
        QCOMPARE(changed.count(), 1);
        QCOMPARE(panel.filter().state, std::optional(CaseState::Accepted));
    }

    void verdicts_follow_the_state_data()
    {
        QTest::addColumn<State>("state");
        QTest::addColumn<bool>("accept");
        QTest::addColumn<bool>("edit");
        QTest::addColumn<bool>("next");
        QTest::newRow("no case") << State::NoCase << false << false << false;
        QTest::newRow("busy") << State::Busy << false << false << false;
        QTest::newRow("shown") << State::Shown << true << true << true;
        QTest::newRow("without a mask") << State::WithoutMask << false << true << true;
        QTest::newRow("editing") << State::Editing << true << true << true;
    }

    void verdicts_follow_the_state()
    {
        QFETCH(State, state);
        ui::ReviewBar bar;
        bar.setCase(QStringLiteral("a sentence"), QStringLiteral("about it"));
        bar.setState(state);
        QTEST(part<QPushButton>(bar, "reviewAccept").isEnabled(), "accept");
        QTEST(part<QPushButton>(bar, "reviewEdit").isEnabled(), "edit");
        QTEST(part<QPushButton>(bar, "reviewNext").isEnabled(), "next");
        QVERIFY(!part<QLabel>(bar, "aboutCase").text().isEmpty()); // Every state is said in words.
    }

    void a_note_is_taken_once()
    {
        ui::ReviewBar bar;
        bar.setState(State::Shown);
        part<QLineEdit>(bar, "caseNote").setText(QStringLiteral("  misses the apex "));
        QCOMPARE(bar.takeNote(), QStringLiteral("misses the apex"));
        QVERIFY(bar.takeNote().isEmpty());
    }

    void another_sentence_is_told_only_when_it_is_another()
    {
        ui::ReviewBar bar;
        bar.setState(State::Shown);
        bar.setCase(QStringLiteral("left lung"), {});
        QSignalSpy changed(&bar, &ui::ReviewBar::sentenceChanged);
        auto& field = part<QLineEdit>(bar, "caseSentence");
        QTest::keyClick(&field, Qt::Key_Return);
        QCOMPARE(changed.count(), 0);
        field.setText(QStringLiteral("right lung"));
        QTest::keyClick(&field, Qt::Key_Return);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(changed.front().front().toString(), QStringLiteral("right lung"));
    }

    void the_cohort_panel_says_every_state()
    {
        ui::CohortPanel panel;
        panel.show();
        QVERIFY(part<QPushButton>(panel, "newCohort").isVisible());
        panel.setCohort(QStringLiteral("Ward 7"), QStringLiteral("/data/ward7"));
        QVERIFY(!part<QPushButton>(panel, "newCohort").isVisible());
        QVERIFY(part<QPushButton>(panel, "importCases").isEnabled());
        QVERIFY(!part<QPushButton>(panel, "predictCases").isEnabled()); // There is nothing to predict.
        annotations::CohortCounts counts;
        counts.studies = 40;
        counts.texts = 39;
        counts.byState[static_cast<std::size_t>(CaseState::Labelled)] = 10;
        counts.byState[static_cast<std::size_t>(CaseState::Predicted)] = 30;
        panel.setCounts(counts);
        QVERIFY(part<QPushButton>(panel, "predictCases").isEnabled());
        QVERIFY(part<QLabel>(panel, "cohortSummary").text().contains(QStringLiteral("25 %")));
        QCOMPARE(part<QLabel>(panel, "count-predicted").text(), QStringLiteral("30"));
        panel.setBusy(true);
        QVERIFY(!part<QPushButton>(panel, "importCases").isEnabled());
    }

    void a_training_that_was_killed_can_be_gone_on_with()
    {
        ui::CohortPanel panel;
        panel.setCohort(QStringLiteral("c"), QStringLiteral("/c"));
        annotations::CohortCounts counts;
        counts.studies = 4;
        panel.setCounts(counts);
        panel.setRuns({run(annotations::RunState::Running, at(1000))}, at(1010));
        QVERIFY(!part<QPushButton>(panel, "trainModel").isEnabled());
        QVERIFY(part<QPushButton>(panel, "stopTraining").isEnabled());
        panel.setRuns({run(annotations::RunState::Running, at(1000))}, at(9000));
        QVERIFY(part<QPushButton>(panel, "trainModel").isEnabled());
        QVERIFY(!part<QPushButton>(panel, "stopTraining").isEnabled());
        QVERIFY(part<QListWidget>(panel, "runs").item(0)->text().contains(QStringLiteral("interrupted")));
    }

    void a_failed_training_says_why()
    {
        auto failed = run(annotations::RunState::Failed, at(0));
        failed.stage = "the disk is full";
        QCOMPARE(ui::runText(failed, false), QStringLiteral("failed: the disk is full"));
    }

    void the_chart_says_the_newest_values_in_words()
    {
        ui::CurveChart chart;
        QCOMPARE(chart.summary(), QStringLiteral("No epoch has been finished yet."));
        chart.setCurves({{QStringLiteral("validation Dice"), ui::Curve::Style::Validation, {1, 2}, {0.6, 0.755}},
                            {QStringLiteral("loss"), ui::Curve::Style::Loss, {1, 2}, {0.8, 0.5}}},
            20);
        QCOMPARE(chart.summary(), QStringLiteral("epoch 2: validation Dice 0.755, loss 0.500"));
        QCOMPARE(chart.accessibleDescription(), chart.summary());
    }

    void curves_are_drawn_where_their_values_lie()
    {
        ui::CurveChart chart;
        chart.resize(300, 160);
        const QImage empty = chart.grab().toImage();
        chart.setCurves(
            {{QStringLiteral("validation Dice"), ui::Curve::Style::Validation, {1, 2, 3}, {0.5, 0.5, 0.5}}}, 3);
        const QImage low = chart.grab().toImage();
        QVERIFY(low != empty);
        chart.setCurves(
            {{QStringLiteral("validation Dice"), ui::Curve::Style::Validation, {1, 2, 3}, {0.5, 0.6, 0.8}}}, 3);
        QVERIFY(chart.grab().toImage() != low);
        chart.setCurves({{QStringLiteral("loss"), ui::Curve::Style::Loss, {1}, {std::nan("")}}});
        chart.grab(); // Draws what it can.
    }

    void an_export_needs_a_folder_and_a_format()
    {
        ui::ExportPanel panel;
        auto& button = part<QPushButton>(panel, "exportNow");
        QVERIFY(!button.isEnabled());
        panel.setFolder(QStringLiteral("/data/out"));
        QVERIFY(button.isEnabled());
        part<QCheckBox>(panel, "exportPng").setChecked(false);
        QVERIFY(!button.isEnabled());
        part<QCheckBox>(panel, "exportSeg").setChecked(true);
        QVERIFY(button.isEnabled());
        QVERIFY(panel.choice().seg && !panel.choice().png);
        panel.setBusy(true);
        QVERIFY(!button.isEnabled());
    }

    void history_says_who_and_from_what()
    {
        annotations::HistoryEntry entry;
        entry.action = annotations::Action::Predicted;
        entry.model = {"lvit-qata", "1", "", 2};
        entry.text = "left lung";
        entry.threshold = 0.5;
        const QString predicted = ui::historyText(entry);
        for (const char* word : {"lvit-qata 1 (run 2)", "threshold 0.50", "left lung"})
            QVERIFY2(predicted.contains(QLatin1String(word)), qPrintable(predicted));
        entry = {};
        entry.action = annotations::Action::Rejected;
        entry.who = "anna@ward7";
        entry.note = "misses the apex";
        entry.conflicting = true;
        const QString rejected = ui::historyText(entry);
        for (const char* word : {"rejected by anna@ward7", "misses the apex", "too late"})
            QVERIFY2(rejected.contains(QLatin1String(word)), qPrintable(rejected));
    }

    void the_history_is_shown_short_and_whole()
    {
        ui::ReviewPanel panel;
        panel.setHistory({QStringLiteral("4"), QStringLiteral("3"), QStringLiteral("2"), QStringLiteral("1")});
        QCOMPARE(part<QListWidget>(panel, "history").count(), 4);
        QCOMPARE(part<QListWidget>(panel, "thisMask").item(0)->text(), QStringLiteral("4"));
    }

    void a_new_cohort_takes_its_folders_name()
    {
        auto* dialog = new ui::CohortDialog;
        QVERIFY(!part<QPushButton>(*dialog, "makeCohort").isEnabled());
        dialog->setFolder(QStringLiteral("/data/ward 7"));
        QVERIFY(part<QPushButton>(*dialog, "makeCohort").isEnabled());
        QCOMPARE(dialog->settings().name, std::string("ward 7"));
        QVERIFY(dialog->settings().textSides == imaging::Sides::Patient);
        part<QComboBox>(*dialog, "cohortSides").setCurrentIndex(1);
        QVERIFY(dialog->settings().textSides == imaging::Sides::Picture);
        QCOMPARE(dialog->place(), annotations::CohortPlace::OneComputer);
        delete dialog;
    }

    void an_import_needs_a_source()
    {
        auto* dialog = new ui::ImportDialog;
        QVERIFY(!part<QPushButton>(*dialog, "importNow").isEnabled());
        dialog->setSource(QStringLiteral("/data/qata"));
        QVERIFY(part<QPushButton>(*dialog, "importNow").isEnabled());
        QCOMPARE(dialog->textColumn(), QStringLiteral("text"));
        delete dialog;
    }
};

QTEST_MAIN(RelabelPartsTest)
#include "tst_relabel_parts.moc"
