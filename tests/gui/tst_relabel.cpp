#include "tests/gui/cohort_fixture.h"

#include "imaging/error.h"
#include "models/facade/library.h"
#include "models/package/package.h"
#include "ui/dialogs/cohort_dialog.h"
#include "ui/dialogs/import_dialog.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QMessageBox>
#include <QScrollBar>
#include <QSignalSpy>

using annotations::CaseState;
using annotations::Cohort;
using fixtures::Bench;
using fixtures::kPatience;
using fixtures::ReviewBench;
using State = ui::ReviewBar::State;

namespace {

CaseState stateOf(const std::filesystem::path& folder, std::int64_t id)
{
    return Cohort(folder).study(id).state;
}

QMessageBox* question(app::Workstation& workstation)
{
    return workstation.window.findChild<QMessageBox*>(QStringLiteral("unsavedBox"));
}

/// A program in place of `limn` that says `words` and ends.
std::filesystem::path programThatSays(const QTemporaryDir& place, const QString& words)
{
    const QString path = place.filePath(QStringLiteral("limn"));
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        qFatal("The program cannot be written.");
    file.write(QStringLiteral("#!/bin/sh\necho \"$@\" > \"%1.arguments\"\necho '%2' >&2\n").arg(path, words).toUtf8());
    file.close();
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return path.toStdString();
}

} // namespace

class RelabelTest : public QObject
{
    Q_OBJECT

    QTemporaryDir* m_place = nullptr;
    std::filesystem::path data() const { return m_place->filePath(QStringLiteral("data")).toStdString(); }

private Q_SLOTS:
    void init() { m_place = new QTemporaryDir; }
    void cleanup() { delete m_place; }

    void the_page_offers_to_make_or_open_a_cohort()
    {
        ReviewBench bench(data(), {}, "anna");
        bench.workstation.relabelPage.opener().trigger();
        QVERIFY(bench.workstation.relabelPage.isShown());
        QVERIFY(bench.part<QPushButton>("newCohort").isVisible());
        QCOMPARE(bench.state(), State::NoCase);
        bench.press(Qt::Key_A); // Nothing happens.
        bench.workstation.segmentPage.opener().trigger();
        QVERIFY(bench.workstation.segmentPage.isShown());
    }

    void a_cohort_is_made_and_filled_by_its_dialogs()
    {
        const QString source = m_place->filePath(QStringLiteral("source"));
        fixtures::writeManifest(source, 5, 2);
        ReviewBench bench(data(), {}, "anna");
        auto& window = bench.workstation.window;
        bench.workstation.relabelPage.opener().trigger();
        bench.workstation.relabelPage.actions().newCohort->trigger();
        auto* dialog = window.findChild<ui::CohortDialog*>();
        QVERIFY(dialog);
        dialog->setFolder(m_place->filePath(QStringLiteral("my cohort")));
        dialog->accept();
        QTRY_COMPARE_WITH_TIMEOUT(bench.part<QLabel>("cohortName").text(), QStringLiteral("MY COHORT"), kPatience);
        bench.workstation.relabelPage.actions().importCases->trigger();
        auto* importing = window.findChild<ui::ImportDialog*>();
        QVERIFY(importing);
        importing->setSource(source);
        QSignalSpy finished(&bench.workstation.cohortJobs, &app::CohortJobController::finished);
        importing->accept();
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(bench.part<QLabel>("count-labelled").text(), QStringLiteral("2"), kPatience);
        QCOMPARE(bench.part<QLabel>("count-unlabelled").text(), QStringLiteral("3"));
        QTRY_COMPARE_WITH_TIMEOUT(bench.state(), State::WithoutMask, kPatience); // The first case is shown.
    }

    void cases_are_decided_by_keys_and_the_next_one_comes()
    {
        const auto folder = fixtures::makeCohort(m_place->path(), 5);
        ReviewBench bench(data(), folder, "anna");
        SHOWN(bench, 1);
        QCOMPARE(bench.state(), State::Shown);
        QCOMPARE(bench.workstation.session.voxelsOf(1), std::size_t{200});
        QVERIFY(!bench.workstation.session.hasUnsavedWork());

        bench.press(Qt::Key_A);
        SHOWN(bench, 2);
        QCOMPARE(stateOf(folder, 1), CaseState::Accepted);

        bench.part<QLineEdit>("caseNote").setText(QStringLiteral("misses the apex"));
        bench.press(Qt::Key_R);
        SHOWN(bench, 3);
        QCOMPARE(stateOf(folder, 2), CaseState::Rejected);
        QCOMPARE(Cohort(folder).history(2).back().note, std::string("misses the apex"));

        bench.press(Qt::Key_E);
        QCOMPARE(bench.state(), State::Editing);
        QCOMPARE(bench.workstation.viewState.tool(), ui::ToolId::Brush);
        bench.paint();
        bench.press(Qt::Key_A);
        SHOWN(bench, 4);
        QCOMPARE(stateOf(folder, 3), CaseState::Edited);
        const Cohort cohort(folder);
        const auto mask = cohort.readMask(3, cohort.study(3).maskRevision);
        QCOMPARE(std::count(mask.values.begin(), mask.values.end(), 1), 250);
        QCOMPARE(cohort.history(3).back().who, std::string("anna"));

        bench.press(Qt::Key_N);
        SHOWN(bench, 5);
        QCOMPARE(stateOf(folder, 4), CaseState::Predicted);
        QTRY_COMPARE_WITH_TIMEOUT(bench.part<QLabel>("count-predicted").text(), QStringLiteral("2"), kPatience);
    }

    void editing_changes_between_brush_and_eraser()
    {
        const auto folder = fixtures::makeCohort(m_place->path(), 1);
        ReviewBench bench(data(), folder, "anna");
        SHOWN(bench, 1);
        bench.press(Qt::Key_E);
        bench.press(Qt::Key_E);
        QCOMPARE(bench.workstation.viewState.tool(), ui::ToolId::Eraser);
        bench.press(Qt::Key_E);
        QCOMPARE(bench.workstation.viewState.tool(), ui::ToolId::Brush);
        bench.press(Qt::Key_A); // Nothing was drawn: the mask is accepted as it is.
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(folder, 1), CaseState::Accepted, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(bench.state(), State::NoCase, kPatience);
        QVERIFY(bench.part<QLabel>("aboutCase").text().contains(QStringLiteral("No case waits")));
    }

    void the_last_decision_can_be_taken_back_to()
    {
        const auto folder = fixtures::makeCohort(m_place->path(), 3);
        ReviewBench bench(data(), folder, "anna");
        SHOWN(bench, 1);
        bench.press(Qt::Key_A);
        SHOWN(bench, 2);
        bench.press(Qt::Key_P);
        SHOWN(bench, 1);
        bench.press(Qt::Key_R);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(folder, 1), CaseState::Rejected, kPatience);
        SHOWN(bench, 2);
    }

    void strokes_are_not_rejected_without_a_question()
    {
        const auto folder = fixtures::makeCohort(m_place->path(), 2);
        ReviewBench bench(data(), folder, "anna");
        SHOWN(bench, 1);
        bench.paint();
        QCOMPARE(bench.state(), State::Editing); // Said without E, too.
        bench.press(Qt::Key_R);
        QVERIFY(bench.said(QStringLiteral("throws your strokes away")));
        QCOMPARE(stateOf(folder, 1), CaseState::Predicted);
        bench.part<QPushButton>("messageAction").click();
        SHOWN(bench, 2);
        QCOMPARE(stateOf(folder, 1), CaseState::Rejected);
    }

    void a_killed_window_goes_on_at_the_same_case_with_the_same_strokes()
    {
        const auto folder = fixtures::makeCohort(m_place->path(), 4);
        {
            ReviewBench bench(data(), folder, "anna");
            SHOWN(bench, 1);
            bench.press(Qt::Key_A);
            SHOWN(bench, 2);
            bench.paint();
            // Goes without being closed, as a crash would end it.
        }
        ReviewBench bench(data(), {}, "anna");
        bench.workstation.relabelPage.opener().trigger(); // The cohort of the last time is opened.
        SHOWN(bench, 2);
        QCOMPARE(stateOf(folder, 1), CaseState::Accepted);
        QCOMPARE(bench.workstation.session.voxelsOf(1), std::size_t{250});
        QVERIFY(bench.said(QStringLiteral("brought back")));
        QCOMPARE(bench.state(), State::Editing);
    }

    void closing_asks_about_what_was_drawn()
    {
        const auto folder = fixtures::makeCohort(m_place->path(), 2);
        ReviewBench bench(data(), folder, "anna");
        SHOWN(bench, 1);
        bench.paint();
        auto& window = bench.workstation.window;
        window.close();
        QVERIFY(question(bench.workstation));
        QVERIFY(window.isVisible());
        question(bench.workstation)->button(QMessageBox::Save)->click();
        QTRY_VERIFY_WITH_TIMEOUT(!window.isVisible(), kPatience);
        QCOMPARE(stateOf(folder, 1), CaseState::Edited);
    }

    void closing_while_a_decision_is_kept_waits_for_it()
    {
        const auto folder = fixtures::makeCohort(m_place->path(), 2);
        ReviewBench bench(data(), folder, "anna");
        SHOWN(bench, 1);
        bench.press(Qt::Key_A);
        bench.workstation.window.close();
        QTRY_VERIFY_WITH_TIMEOUT(!bench.workstation.window.isVisible(), kPatience);
        QCOMPARE(stateOf(folder, 1), CaseState::Accepted);
    }

    void two_readers_get_different_cases()
    {
        const auto folder = fixtures::makeCohort(m_place->path(), 4);
        ReviewBench anna(data(), folder, "anna");
        SHOWN(anna, 1);
        ReviewBench ben(m_place->filePath(QStringLiteral("ben")).toStdString(), folder, "ben");
        SHOWN(ben, 2);
        ben.workstation.review.take(1);
        QTRY_VERIFY_WITH_TIMEOUT(ben.state() == State::NoCase, kPatience);
        QVERIFY(ben.part<QLabel>("aboutCase").text().contains(QStringLiteral("Another reader")));
        anna.press(Qt::Key_A);
        SHOWN(anna, 3);
        // The other window sees it without being asked.
        QTRY_COMPARE_WITH_TIMEOUT(ben.part<QLabel>("count-accepted").text(), QStringLiteral("1"), kPatience);
    }

    void two_decisions_about_one_case_are_both_kept_and_said()
    {
        const auto folder = fixtures::makeCohort(m_place->path(), 3);
        ReviewBench bench(data(), folder, "anna");
        SHOWN(bench, 1);
        Cohort(folder).decide(1, {annotations::Verdict::Reject, Cohort(folder).study(1).revision, "ben", "", {}});
        bench.press(Qt::Key_A);
        SHOWN(bench, 2);
        QVERIFY(bench.said(QStringLiteral("ben decided otherwise")));
        QCOMPARE(stateOf(folder, 1), CaseState::Rejected);
        const auto history = Cohort(folder).history(1);
        QVERIFY(history.back().conflicting);
        QCOMPARE(history.back().who, std::string("anna"));
    }

    void a_decision_that_cannot_be_kept_leaves_the_case()
    {
        const auto folder = fixtures::makeCohort(m_place->path(), 2);
        ReviewBench bench(data(), folder, "anna");
        SHOWN(bench, 1);
        bench.paint();
        // No mask file can be written where a file stands in the folder's place.
        std::filesystem::remove_all(folder / "masks");
        QFile blocker(QString::fromStdString((folder / "masks").string()));
        QVERIFY(blocker.open(QIODevice::WriteOnly));
        blocker.close();
        QSignalSpy failed(&bench.workstation.review, &app::ReviewController::failed);
        bench.press(Qt::Key_A);
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatience);
        QVERIFY(bench.said(QStringLiteral("decision was not kept")));
        QCOMPARE(bench.shown(), std::int64_t{1});
        QVERIFY(bench.workstation.session.hasUnsavedWork());
        blocker.remove();
        bench.press(Qt::Key_A);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(folder, 1), CaseState::Edited, kPatience);
    }

    void a_picture_that_was_moved_away_is_said_and_the_next_comes()
    {
        const auto folder = fixtures::makeCohort(m_place->path(), 2);
        std::filesystem::remove(Cohort(folder).sourceFile(Cohort(folder).study(1)));
        ReviewBench bench(data(), folder, "anna");
        QSignalSpy failed(&bench.workstation.review, &app::ReviewController::failed);
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatience);
        QCOMPARE(bench.state(), State::NoCase);
        bench.press(Qt::Key_N);
        SHOWN(bench, 2);
    }

    void a_new_prediction_of_the_shown_case_is_shown()
    {
        const auto folder = fixtures::makeCohort(m_place->path(), 2);
        ReviewBench bench(data(), folder, "anna");
        SHOWN(bench, 1);
        Cohort cohort(folder);
        annotations::Prediction better;
        better.mask = fixtures::rectangle(5, 5, 10, 10);
        better.model = {"better", "2", std::string(64, 'b'), 0};
        better.text = cohort.study(1).text;
        QVERIFY(cohort.addPrediction(1, better));
        QTRY_COMPARE_WITH_TIMEOUT(bench.workstation.session.voxelsOf(1), std::size_t{100}, kPatience);
        QVERIFY(bench.part<QListWidget>("thisMask").item(0)->text().contains(QStringLiteral("better 2")));
        bench.paint(); // What is drawn on is left alone.
        better.mask = fixtures::rectangle(5, 5, 2, 2);
        better.model = {"best", "3", std::string(64, 'c'), 0};
        QVERIFY(cohort.addPrediction(1, better));
        QTRY_VERIFY_WITH_TIMEOUT(bench.queue().study(bench.queue().rowOf(1)).revision == 3, kPatience);
        QCOMPARE(bench.workstation.session.voxelsOf(1), std::size_t{150});
        bench.press(Qt::Key_A);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(folder, 1), CaseState::Edited, kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(bench.said(QStringLiteral("predicted anew meanwhile")), kPatience);
    }

    void another_sentence_is_kept_and_in_the_history()
    {
        const auto folder = fixtures::makeCohort(m_place->path(), 1);
        ReviewBench bench(data(), folder, "anna");
        SHOWN(bench, 1);
        auto& field = bench.part<QLineEdit>("caseSentence");
        field.setText(QStringLiteral("one infected area, upper right lung"));
        QTest::keyClick(&field, Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(
            Cohort(folder).study(1).text, std::string("one infected area, upper right lung"), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(
            bench.part<QListWidget>("history").item(0)->text().contains(QStringLiteral("sentence changed by anna")),
            kPatience);
    }

    void another_sentence_gets_another_mask()
    {
        try {
            models::library();
            models::findPackage("all-MiniLM-L6-v2");
        } catch (const imaging::Error& error) {
            QSKIP(error.what());
        }
        const auto folder = fixtures::makeCohort(m_place->path(), 2);
        ReviewBench bench(data(), folder, "anna", "limn", "lvit-qata");
        SHOWN(bench, 1);
        auto& field = bench.part<QLineEdit>("caseSentence");
        field.setText(QStringLiteral("one infected area, upper right lung"));
        QTest::keyClick(&field, Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(Cohort(folder).study(1).maskRevision, 3, kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(
            bench.part<QListWidget>("thisMask").item(0)->text().contains(QStringLiteral("lvit-qata")), kPatience);
        QCOMPARE(Cohort(folder).study(2).maskRevision, 1);
        // A mask that is drawn on is not replaced.
        bench.paint();
        field.setText(QStringLiteral("one infected area, lower right lung"));
        QTest::keyClick(&field, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(bench.said(QStringLiteral("The mask stays")), kPatience);
        QCOMPARE(Cohort(folder).study(1).maskRevision, 3);
    }

    void the_queue_opens_what_is_chosen_and_lists_decided_cases()
    {
        const auto folder = fixtures::makeCohort(m_place->path(), 6, 2);
        ReviewBench bench(data(), folder, "anna");
        QTRY_VERIFY_WITH_TIMEOUT(bench.shown() > 0, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(bench.queue().rowCount(), 6, kPatience);
        auto& list = bench.part<QListView>("queue");
        bench.press(Qt::Key_Q);
        QTRY_VERIFY(list.hasFocus());
        const auto wanted = bench.queue().study(3).id;
        list.setCurrentIndex(bench.queue().index(3));
        QTest::keyClick(&list, Qt::Key_Return);
        SHOWN(bench, wanted);
        auto& filter = bench.part<QComboBox>("queueFilter");
        filter.setCurrentIndex(filter.findText(QStringLiteral("Came labelled")));
        QTRY_COMPARE_WITH_TIMEOUT(bench.queue().rowCount(), 2, kPatience);
        bench.workstation.review.take(bench.queue().study(0).id);
        SHOWN(bench, bench.queue().study(0).id);
        QCOMPARE(bench.workstation.session.voxelsOf(1), std::size_t{400});
    }

    void a_study_is_set_aside_and_taken_up_again()
    {
        const auto folder = fixtures::makeCohort(m_place->path(), 2);
        Bench bench;
        OPEN_XRAY(bench);
        const QString id = bench.session().id();
        auto edit = bench.session().beginEdit();
        edit->paintRun(1000, 500, 1);
        bench.session().commit(*edit, QStringLiteral("Brush"));
        bench.workstation.relabel.openCohort(QString::fromStdString(folder.string()));
        QVERIFY(question(bench.workstation)); // Unsaved masks are asked about.
        QVERIFY(bench.workstation.segmentPage.isShown());
        question(bench.workstation)->button(QMessageBox::Discard)->click();
        QTRY_VERIFY_WITH_TIMEOUT(bench.workstation.review.shownCase() > 0, kPatience);
        bench.workstation.segmentPage.opener().trigger();
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().isOpen() && bench.session().id() == id, kPatience);
        QVERIFY(bench.workstation.segmentPage.isShown());
        bench.workstation.relabelPage.opener().trigger();
        QTRY_VERIFY_WITH_TIMEOUT(bench.workstation.review.shownCase() > 0, kPatience);
    }

    void the_keys_of_one_page_do_nothing_on_the_other()
    {
        const auto folder = fixtures::makeCohort(m_place->path(), 2);
        ReviewBench bench(data(), folder, "anna");
        SHOWN(bench, 1);
        auto& segment = bench.workstation.segmentPage.actions();
        auto& relabel = bench.workstation.relabelPage.actions();
        QVERIFY(!segment.run->isVisible());
        QVERIFY(!segment.accept->isVisible());
        QVERIFY(relabel.reviewAccept->isVisible());
        bench.workstation.segmentPage.opener().trigger();
        QVERIFY(segment.accept->isVisible());
        QVERIFY(!relabel.reviewAccept->isVisible());
        QCOMPARE(bench.workstation.actions.tool(ui::ToolId::Eraser)->shortcut(), QKeySequence(QStringLiteral("E")));
    }

    void a_training_elsewhere_shows_its_curves()
    {
        const auto folder = fixtures::makeCohort(m_place->path(), 2);
        ReviewBench bench(data(), folder, "anna");
        SHOWN(bench, 1);
        Cohort cohort(folder);
        annotations::TrainingRun run;
        run.name = "ward7-model";
        run.who = "cluster";
        run.settings = R"({"epochs": 20})";
        run = annotations::startRun(cohort, run);
        annotations::recordCurves(
            cohort, run.id, {{1, {{"loss", 0.8}, {"valid_dice", 0.5}}}, {2, {{"loss", 0.6}, {"valid_dice", 0.61}}}});
        QTRY_VERIFY_WITH_TIMEOUT(
            bench.part<QLabel>("curveLegend").text().contains(QStringLiteral("validation Dice 0.610")), kPatience);
        QVERIFY(!bench.part<QPushButton>("trainModel").isEnabled());
        QVERIFY(bench.part<QLabel>("trainingTitle").text().contains(QStringLiteral("RUNNING")));
    }

    void a_training_that_cannot_begin_says_why()
    {
        const auto folder = fixtures::makeCohort(m_place->path(), 2);
        const auto program = programThatSays(*m_place, QStringLiteral("error: Two labelled cases are needed."));
        ReviewBench bench(data(), folder, "anna", program);
        SHOWN(bench, 1);
        bench.workstation.training.start();
        QTRY_VERIFY_WITH_TIMEOUT(bench.said(QStringLiteral("Two labelled cases are needed.")), kPatience);
        QFile arguments(QString::fromStdString(program.string()) + QStringLiteral(".arguments"));
        QVERIFY(arguments.open(QIODevice::ReadOnly));
        const QString given = QString::fromUtf8(arguments.readAll());
        for (const char* word : {"relabel train", "--cohort", "--reader anna", "--epochs 20"})
            QVERIFY2(given.contains(QLatin1String(word)), qPrintable(given));
    }

    void a_training_that_another_window_started_is_stopped()
    {
        const auto folder = fixtures::makeCohort(m_place->path(), 1);
        Cohort cohort(folder);
        const auto run = annotations::startRun(cohort, {}); // On whatever computer
        ReviewBench bench(data(), folder, "anna");
        SHOWN(bench, 1);
        QVERIFY(!annotations::stopRequested(cohort, run));
        bench.workstation.training.stop();
        QTRY_VERIFY_WITH_TIMEOUT(bench.said(QStringLiteral("asked to stop")), kPatience);
        QVERIFY(annotations::stopRequested(cohort, run));
        auto ended = run;
        ended.state = annotations::RunState::Stopped;
        annotations::updateRun(cohort, ended);
        bench.workstation.training.stop();
        QTRY_VERIFY_WITH_TIMEOUT(bench.said(QStringLiteral("No training")), kPatience);
        QVERIFY(!annotations::stopRequested(cohort, annotations::startRun(cohort, run))); // Taken up again.
    }

    void without_the_command_line_training_is_refused_with_a_sentence()
    {
        const auto folder = fixtures::makeCohort(m_place->path(), 1);
        ReviewBench bench(data(), folder, "anna", "/nowhere/limn");
        SHOWN(bench, 1);
        bench.workstation.training.start();
        QTRY_VERIFY_WITH_TIMEOUT(bench.said(QStringLiteral("cannot be started")), kPatience);
    }

    void what_is_no_cohort_is_refused_with_a_sentence()
    {
        ReviewBench bench(data(), {}, "anna");
        QSignalSpy failed(&bench.workstation.relabel, &app::RelabelController::failed);
        bench.workstation.relabel.openCohort(m_place->path());
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatience);
        QVERIFY(bench.part<QPushButton>("newCohort").isVisible());
    }

    void the_export_writes_a_data_set_and_says_so()
    {
        const auto folder = fixtures::makeCohort(m_place->path(), 2, 2);
        ReviewBench bench(data(), folder, "anna");
        QTRY_VERIFY_WITH_TIMEOUT(bench.shown() > 0, kPatience);
        QSignalSpy finished(&bench.workstation.cohortJobs, &app::CohortJobController::finished);
        bench.part<QLineEdit>("exportFolder").setText(m_place->filePath(QStringLiteral("out")));
        bench.part<QPushButton>("exportNow").click();
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatience);
        QVERIFY(finished.front().front().toString().contains(QStringLiteral("Exported 2 masks")));
        QVERIFY(QFile::exists(m_place->filePath(QStringLiteral("out/manifest.csv"))));
    }

    void every_control_has_a_name_and_can_be_reached_by_tab()
    {
        const auto folder = fixtures::makeCohort(m_place->path(), 2);
        ReviewBench bench(data(), folder, "anna");
        SHOWN(bench, 1);
        auto& window = bench.workstation.window;
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        window.view().setFocus();
        QSet<QString> reached;
        for (int i = 0; i < 60; ++i) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            const QWidget* now = QApplication::focusWidget();
            reached << now->objectName();
            QVERIFY2(!now->accessibleName().isEmpty() || !now->property("text").toString().isEmpty()
                    || qobject_cast<const QComboBox*>(now) || now->inherits("QTabBar"),
                qPrintable(now->objectName()));
        }
        for (const char* name : {"importCases", "predictCases", "epochs", "runs", "queue", "queueOrder", "queueFilter",
                 "reviewAccept", "reviewEdit", "reviewReject", "reviewNext", "caseSentence", "caseNote"}) {
            if (bench.part<QWidget>(name).isEnabled())
                QVERIFY2(reached.contains(QLatin1String(name)), name);
        }
    }
};

QTEST_MAIN(RelabelTest)
#include "tst_relabel.moc"
