#include "app/controllers/segment/report_controller.h"
#include "tests/gui/workstation_fixture.h"
#include "tests/support/fake_reporter.h"
#include "ui/panels/draft_form.h"
#include "ui/panels/draft_sentences.h"
#include "ui/panels/match_list.h"
#include "ui/panels/model_row.h"
#include "ui/panels/prior_report.h"
#include "ui/panels/report_tab.h"
#include "ui/panels/seen_picture.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDeadlineTimer>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QSignalSpy>
#include <QSpinBox>

#include <atomic>
#include <memory>
#include <thread>

using fixtures::Bench;
using fixtures::kPatience;

namespace {

/// A bench whose Report tab has a fake model at the path "fake".
struct Desk
{
    std::function<void(support::FakeReporter&)> prepare;
    support::FakeReporter* fake = nullptr; ///< Valid once it was opened.
    std::atomic<bool> held = false; ///< Reading the model takes until it is not.
    Bench bench{[this](app::WorkstationOptions& options) {
        options.reporter = [this](const std::filesystem::path& path) {
            if (path != "fake")
                throw imaging::Error(imaging::ErrorKind::NotFound, path.string() + ": there is no such folder.");
            for (QDeadlineTimer most(kPatience); held && !most.hasExpired();)
                std::this_thread::yield();
            auto made = std::make_unique<support::FakeReporter>();
            if (prepare)
                prepare(*made);
            fake = made.get();
            return made;
        };
    }};

    void choose(const QString& path = QStringLiteral("fake")) { bench.workstation.report.model().choose(path); }
    QList<QPushButton*> buttons(const char* name)
    {
        QList<QPushButton*> found; // Those of an earlier draft are about to go.
        for (auto* button : bench.workstation.window.findChildren<QPushButton*>(QLatin1String(name)))
            if (button->isVisibleTo(&bench.workstation.segmentPage.report()))
                found << button;
        return found;
    }
    QString report() { return bench.part<QPlainTextEdit>("reportText").toPlainText(); }
    QString label(const char* name) { return bench.part<QLabel>(name).text(); }
    int warnings() { return static_cast<int>(bench.workstation.window.findChildren<QLabel*>(QStringLiteral("matchLow")).size()); }
};

void draft(Desk& desk)
{
    QSignalSpy drafted(&desk.bench.workstation.report, &app::ReportController::drafted);
    desk.bench.workstation.report.draft();
    QTRY_COMPARE_WITH_TIMEOUT(drafted.count(), 1, kPatience);
}

void compare(Desk& desk)
{
    QSignalSpy compared(&desk.bench.workstation.report, &app::ReportController::compared);
    desk.bench.workstation.report.compare();
    QTRY_COMPARE_WITH_TIMEOUT(compared.count(), 1, kPatience);
}

void writeCt(Bench& bench)
{
    phantom::CtOptions options;
    options.columns = options.rows = 32;
    options.slices = 6;
    phantom::writeCt(bench.path("ct"), options);
}

} // namespace

/// The Report tab with a model whose words are known.
class ReportTabTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void without_a_model_the_tab_says_what_to_do()
    {
        Desk desk;
        OPEN_XRAY(desk.bench);
        desk.bench.workstation.segmentPage.actions().reportTab->trigger();
        QVERIFY(desk.bench.part<QLabel>("reportModelAdvice").isVisible());
        QVERIFY(desk.label("reportModelAdvice").contains(QStringLiteral("BLIP")));
        QVERIFY(!desk.bench.part<QPushButton>("draft").isEnabled());
        QVERIFY(!desk.bench.part<QPushButton>("compareReport").isEnabled());
        QVERIFY(desk.bench.part<QPlainTextEdit>("reportText").isEnabled()); // Writing needs none.
    }

    void the_model_is_chosen_in_a_dialog_and_remembered()
    {
        Desk desk;
        QDir().mkpath(desk.bench.file("blip"));
        QFile card(desk.bench.file("blip/README.md"));
        QVERIFY(card.open(QIODevice::WriteOnly));
        card.write("---\ndomain: <b>radiographs</b>\n---\n");
        card.close();
        desk.bench.part<QPushButton>("reportModelChoose").menu()->actions().first()->trigger();
        auto* dialog = desk.bench.workstation.window.findChild<QFileDialog*>();
        QVERIFY(dialog);
        dialog->selectFile(desk.bench.file("blip"));
        QMetaObject::invokeMethod(dialog, "accept");
        QTRY_COMPARE(desk.label("reportModelName"), QStringLiteral("Model: blip"));
        QVERIFY(desk.label("reportModelNote").contains(QStringLiteral("<b>radiographs</b>")));
        QCOMPARE(desk.bench.part<QLabel>("reportModelNote").textFormat(), Qt::PlainText);
        QVERIFY(desk.bench.part<QLabel>("reportModelAdvice").isHidden());
        ui::ModelRow row(QStringLiteral("Model"), QStringLiteral("other"));
        const app::ModelChoice again(
            row, desk.bench.file("data/settings.ini"), QStringLiteral("reporter"), QStringLiteral("choose"));
        QCOMPARE(again.path().filename(), std::filesystem::path("blip"));
    }

    void an_installed_model_is_taken_until_someone_chooses()
    {
        const QTemporaryDir folder;
        const auto nameIn = [](const app::WorkstationOptions& options, const char* label) {
            const app::Workstation workstation(options);
            return workstation.window.findChild<QLabel*>(QLatin1String(label))->text();
        };
        auto options = Bench::optionsIn(folder, [](app::WorkstationOptions& made) {
            made.reporterModel = "/models/blip-small";
            made.classifierModel = "/models/clip-small";
        });
        QCOMPARE(nameIn(options, "reportModelName"), QStringLiteral("Model: blip-small"));
        QCOMPARE(nameIn(options, "classifyModelName"), QStringLiteral("Model: clip-small"));
        app::Workstation(options).report.model().choose({}); // None, on purpose.
        QCOMPARE(nameIn(options, "reportModelName"), QStringLiteral("Model: none"));
        QCOMPARE(nameIn(options, "classifyModelName"), QStringLiteral("Model: clip-small"));
    }

    void the_draft_comes_word_by_word_and_is_marked()
    {
        Desk desk;
        desk.prepare = [](support::FakeReporter& fake) { fake.waits = true; };
        OPEN_XRAY(desk.bench);
        desk.choose();
        desk.bench.workstation.report.draft();
        QTRY_COMPARE_WITH_TIMEOUT(desk.label("draftText"), QStringLiteral("The"), kPatience);
        QCOMPARE(desk.label("draftMark"), QStringLiteral("Machine-written draft, not read yet"));
        desk.fake->goOn.release();
        QTRY_COMPARE_WITH_TIMEOUT(desk.label("draftText"), QStringLiteral("The heart"), kPatience);
        desk.bench.click("stopDraft");
        QCOMPARE(desk.buttons("acceptSentence").size(), 1); // What is there stays.
        QVERIFY(desk.label("draftTiming").contains(QStringLiteral("cut short")));
        QTRY_VERIFY_WITH_TIMEOUT(desk.bench.workstation.jobs.isIdle(), kPatience);
        QVERIFY(desk.bench.part<QPushButton>("draft").isEnabled());
        QVERIFY(desk.report().isEmpty());
    }

    void the_model_its_picture_and_its_time_are_shown()
    {
        Desk desk;
        writeCt(desk.bench);
        OPEN_PATH(desk.bench, "ct");
        desk.bench.state().setSlice(2);
        desk.choose();
        draft(desk);
        QVERIFY(desk.label("seenCaption").contains(QStringLiteral("slice 3 of 6, 4 x 4")));
        QVERIFY(desk.label("draftTiming").contains(QStringLiteral("First token after 0.50 s, 5.0 tokens per second")));
        QVERIFY(!desk.bench.part<QLabel>("seenPicture").pixmap(Qt::ReturnByValue).isNull());
        draft(desk);
        QCOMPARE(desk.fake->looks, 1);
        desk.bench.state().setSlice(4);
        QVERIFY(desk.label("seenNote").contains(QStringLiteral("slice 5 of 6")));
        draft(desk);
        QCOMPARE(desk.fake->looks, 2);
    }

    void sentences_are_accepted_one_by_one()
    {
        Desk desk;
        OPEN_XRAY(desk.bench);
        desk.choose();
        draft(desk);
        auto accept = desk.buttons("acceptSentence");
        QCOMPARE(accept.size(), 2);
        QVERIFY(desk.report().isEmpty());
        accept[1]->click();
        QCOMPARE(desk.report(), QStringLiteral("A shadow in the left lung."));
        QVERIFY(!accept[1]->isEnabled());
        QVERIFY(desk.label("draftMark").contains(QStringLiteral("not read")));
        accept[0]->click();
        QCOMPARE(desk.report(), QStringLiteral("A shadow in the left lung. The heart is enlarged."));
        QVERIFY(desk.label("draftMark").contains(QStringLiteral("all accepted")));
    }

    void a_sentence_is_used_for_a_mask_but_not_run()
    {
        Desk desk;
        OPEN_XRAY(desk.bench);
        desk.choose();
        draft(desk);
        desk.bench.panel().setSentence(QStringLiteral("mine"));
        desk.buttons("useSentence")[1]->click();
        QCOMPARE(desk.bench.panel().sentence(), QStringLiteral("A shadow in the left lung."));
        QVERIFY(desk.bench.panel().isVisible());
        QVERIFY(desk.bench.said(QStringLiteral("a machine's draft")));
        QVERIFY(desk.bench.panel().state() == ui::SegmentPanel::State::Idle);
        desk.bench.part<QAbstractButton>("messageAction").click();
        QCOMPARE(desk.bench.panel().sentence(), QStringLiteral("mine"));
    }

    void sides_are_the_patients_and_asked_about_where_the_picture_has_none()
    {
        Desk desk;
        desk.prepare = [](support::FakeReporter& fake) { fake.sides = imaging::Sides::Picture; };
        phantom::XrayOptions silent;
        silent.patientOrientation.clear();
        OPEN_XRAY(desk.bench, silent);
        desk.choose();
        desk.bench.workstation.report.draft();
        QTRY_VERIFY_WITH_TIMEOUT(desk.bench.said(QStringLiteral("does not say where")), kPatience);
        QVERIFY(desk.fake->requests.empty());
        QSignalSpy drafted(&desk.bench.workstation.report, &app::ReportController::drafted);
        desk.bench.part<QAbstractButton>("messageAction").click();
        QTRY_COMPARE_WITH_TIMEOUT(drafted.count(), 1, kPatience);
        QVERIFY(desk.bench.said(QStringLiteral("were exchanged")));
        desk.bench.part<QComboBox>("sides").setCurrentIndex(1);
        desk.buttons("useSentence")[1]->click();
        QCOMPARE(desk.bench.panel().sentence(), QStringLiteral("A shadow in the right lung."));
        QVERIFY(desk.bench.panel().textSides() == imaging::Sides::Patient);
        QVERIFY(desk.bench.said(QStringLiteral("Left and right in it are the patient's")));
    }

    void a_word_without_an_end_does_not_widen_the_tab()
    {
        Desk desk;
        const std::string word(400, 'h');
        desk.prepare = [&](support::FakeReporter& fake) { fake.text = word + ". Clear."; };
        OPEN_XRAY(desk.bench);
        desk.bench.workstation.segmentPage.actions().reportTab->trigger();
        desk.choose();
        draft(desk);
        const auto& scroll = *desk.bench.workstation.segmentPage.report().findChild<QScrollArea*>();
        QTRY_VERIFY_WITH_TIMEOUT(
            scroll.widget()->minimumSizeHint().width() <= scroll.viewport()->width(), kPatience);
        desk.buttons("acceptSentence")[0]->click();
        QCOMPARE(desk.report(), QString::fromStdString(word + "."));
    }

    void another_seed_draws_by_chance()
    {
        Desk desk;
        OPEN_XRAY(desk.bench);
        desk.choose();
        QVERIFY(!desk.bench.part<QPushButton>("draftAgain").isEnabled());
        desk.bench.part<QSpinBox>("draftBeams").setValue(3);
        desk.bench.part<QLineEdit>("draftPrompt").setText(QStringLiteral("a radiograph of"));
        draft(desk);
        QCOMPARE(desk.fake->requests.back().beams, 3);
        QCOMPARE(desk.fake->requests.back().prompt, std::string("a radiograph of"));
        QVERIFY(desk.label("draftTiming").contains(QStringLiteral("3 beams")));
        for (const std::uint64_t seed : {0, 1}) {
            QSignalSpy drafted(&desk.bench.workstation.report, &app::ReportController::drafted);
            desk.bench.click("draftAgain");
            QTRY_COMPARE_WITH_TIMEOUT(drafted.count(), 1, kPatience);
            QVERIFY(desk.fake->requests.back().sample);
            QCOMPARE(desk.fake->requests.back().beams, 1);
            QCOMPARE(desk.fake->requests.back().seed, seed);
        }
    }

    void the_beams_of_a_draft_are_shown_in_turn()
    {
        Desk desk;
        desk.prepare = [](support::FakeReporter& fake) { fake.otherBeams = {"Second. Beam.", "Third."}; };
        OPEN_XRAY(desk.bench);
        desk.choose();
        auto& next = desk.bench.part<QPushButton>("nextBeam");
        draft(desk);
        QVERIFY(!next.isEnabled()); // There was one.
        desk.bench.part<QSpinBox>("draftBeams").setValue(3);
        draft(desk);
        QCOMPARE(desk.fake->requests.back().texts, 3);
        const auto first = [&] { return desk.buttons("useSentence").front()->accessibleName(); };
        QVERIFY(first().contains(QStringLiteral("The heart is enlarged.")));
        for (const auto& [text, number] : {std::pair{"Second.", "2 of 3"}, {"Third.", "3 of 3"}, {"The heart", "1 of 3"}}) {
            next.click();
            QTRY_VERIFY_WITH_TIMEOUT(first().contains(QLatin1String(text)), kPatience);
            QVERIFY(next.text().contains(QLatin1String(number)));
            QCOMPARE(desk.label("draftMark"), QStringLiteral("Machine-written draft, not read yet"));
        }
        QCOMPARE(desk.fake->requests.size(), std::size_t(2)); // Nothing is written for it.
        desk.bench.writeOtherXray("y.dcm");
        const QString id = desk.bench.session().id();
        desk.bench.workstation.open.open(desk.bench.file("y.dcm"));
        QTRY_VERIFY_WITH_TIMEOUT(desk.bench.session().isOpen() && desk.bench.session().id() != id, kPatience);
        QVERIFY(!next.isEnabled());
    }

    void what_a_draft_drew_says_that_nobody_had_accepted_it_data()
    {
        QTest::addColumn<QString>("who");
        for (const char* who : {"nobody", "accepted before", "accepted after", "changed", "typed"})
            QTest::newRow(who) << who;
    }

    void what_a_draft_drew_says_that_nobody_had_accepted_it()
    {
        QFETCH(QString, who);
        Desk desk;
        desk.prepare = [](support::FakeReporter& fake) {
            fake.text = "A pneumonia. One infected area, lower left lung.";
        };
        OPEN_XRAY(desk.bench);
        desk.choose();
        draft(desk);
        const auto accept = desk.buttons("acceptSentence"), use = desk.buttons("useSentence");
        const auto& mark = desk.bench.part<QLabel>("sentenceDraftMark");
        auto& panel = desk.bench.panel();
        if (who == "accepted before")
            accept[1]->click();
        if (who == "typed")
            panel.setSentence(QStringLiteral("One infected area, lower left lung."));
        else
            use[1]->click();
        QCOMPARE(mark.isVisibleTo(&panel), who != "accepted before" && who != "typed");
        if (who == "changed")
            panel.setSentence(QStringLiteral("Two infected areas, lower left lung."));
        auto& segment = desk.bench.workstation.segment;
        QSignalSpy proposed(&segment, &app::SegmentController::proposed);
        QSignalSpy accepted(&segment, &app::SegmentController::accepted);
        segment.run(app::Confirmed::Yes);
        QTRY_COMPARE_WITH_TIMEOUT(proposed.count(), 1, kPatience);
        if (who == "accepted after")
            accept[1]->click();
        QCOMPARE(mark.isVisibleTo(&panel), who == "nobody");
        segment.accept();
        QTRY_COMPARE_WITH_TIMEOUT(accepted.count(), 1, kPatience);
        auto& session = desk.bench.session();
        const auto description = QString::fromStdString(session.label(session.activeLabel())->description);
        QVERIFY2(description.contains(QStringLiteral("Prompt: ")), qPrintable(description));
        QCOMPARE(description.contains(QStringLiteral("Machine-written draft, not accepted")), who == "nobody");
    }

    void the_report_outlives_the_program_and_is_the_next_studys_prior()
    {
        Desk desk;
        OPEN_XRAY(desk.bench);
        auto& session = desk.bench.session();
        const auto folder = desk.bench.path("data") / "reports";
        const auto id = session.id().toStdString();
        desk.bench.part<QPlainTextEdit>("reportText").setPlainText(QStringLiteral("Mine."));
        QTRY_VERIFY_WITH_TIMEOUT(
            app::keptReport(folder, id) && app::keptReport(folder, id)->text == "Mine.", kPatience);
        QVERIFY(!desk.bench.part<QLabel>("priorText").isVisibleTo(&desk.bench.workstation.segmentPage.report()));
        auto prior = *app::keptReport(folder, id);
        prior.id = prior.studyUid = "1.2.3";
        prior.studyDate = "19990131";
        prior.text = "<b>Small</b> effusion.";
        app::keepReport(folder, prior);

        const app::WorkstationOptions options{
            [] { return std::make_unique<support::FakeSegmenter>(fixtures::chestPackage()); }, desk.bench.path("data")};
        session.close();
        app::Workstation next(options);
        next.open.open(desk.bench.file("x.dcm"));
        QTRY_VERIFY_WITH_TIMEOUT(next.session.isOpen(), kPatience);
        QCOMPARE(next.segmentPage.report().report(), QStringLiteral("Mine."));
        const auto* text = next.window.findChild<QLabel*>(QStringLiteral("priorText"));
        QTRY_COMPARE_WITH_TIMEOUT(text->text(), QStringLiteral("<b>Small</b> effusion."), kPatience);
        QCOMPARE(text->textFormat(), Qt::PlainText);
        QVERIFY(text->isVisibleTo(&next.segmentPage.report()));
        QVERIFY(next.window.findChild<QLabel*>(QStringLiteral("priorTitle"))->text().contains(QStringLiteral("1999")));
        next.session.close();
        QVERIFY(text->text().isEmpty());
    }

    void closing_the_program_at_once_loses_no_word()
    {
        const QTemporaryDir folder;
        const auto options = Bench::optionsIn(folder, [](app::WorkstationOptions&) {});
        phantom::writeXray(folder.filePath("x.dcm").toStdString(), {});
        auto workstation = std::make_unique<app::Workstation>(options);
        workstation->open.open(folder.filePath("x.dcm"));
        QTRY_VERIFY_WITH_TIMEOUT(workstation->session.isOpen(), kPatience);
        const auto id = workstation->session.id().toStdString();
        workstation->jobs.start<bool>({app::Lane::Store, {}, {}},
            [](std::stop_token stop, const imaging::Progress&) {
                while (!stop.stop_requested()) // The thread that writes reports has no time for them.
                    std::this_thread::yield();
                return true;
            },
            [](bool) {});
        workstation->window.findChild<QPlainTextEdit*>(QStringLiteral("reportText"))->setPlainText("Mine.");
        QVERIFY(!app::keptReport(options.dataFolder / "reports", id));
        workstation.reset();
        const auto kept = app::keptReport(options.dataFolder / "reports", id);
        QVERIFY(kept);
        QCOMPARE(kept->text, std::string("Mine."));
    }

    void what_does_not_fit_is_said_in_words()
    {
        Desk desk;
        OPEN_XRAY(desk.bench);
        desk.choose();
        auto& text = desk.bench.part<QPlainTextEdit>("reportText");
        text.setPlainText(QStringLiteral("Clear lungs. A node on the left."));
        compare(desk);
        QCOMPARE(desk.warnings(), 2); // The whole and one sentence.
        QVERIFY(desk.label("matchLow").contains(QStringLiteral("does not fit")));
        QVERIFY(desk.label("matchLine").contains(QStringLiteral("Clear lungs.")));
        QVERIFY(desk.label("matchTitle").contains(QStringLiteral("the picture")));
        text.insertPlainText(QStringLiteral("x"));
        QCOMPARE(desk.warnings(), 0); // Of another text.
    }

    void what_scores_are_worth_is_said_where_the_package_knows_it()
    {
        Desk desk;
        desk.prepare = [](support::FakeReporter& fake) { fake.calibrated = true; };
        OPEN_XRAY(desk.bench);
        desk.choose();
        desk.bench.part<QPlainTextEdit>("reportText").setPlainText(QStringLiteral("Clear lungs. A node on the left."));
        compare(desk);
        QVERIFY(desk.label("matchTitle").contains(QStringLiteral("that score as this one")));
        QVERIFY(desk.label("matchLow").contains(QStringLiteral("25 %")));
        QVERIFY(desk.label("matchLine").contains(QStringLiteral("75 %")));
    }

    void the_sentence_of_a_mask_is_compared_with_the_picture_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<bool>("calibrated");
        QTest::addColumn<bool>("left");
        QTest::addColumn<QString>("said");
        QTest::addColumn<QString>("warned");
        const QString none;
        QTest::newRow("no model is chosen") << none << false << true << none << none;
        QTest::newRow("it does not compare") << "writes only" << false << true << none << none;
        QTest::newRow("it does not open") << "gone" << false << true << "could not compare" << none;
        QTest::newRow("the score alone") << "fake" << false << true << "%, not calibrated" << none;
        QTest::newRow("it fits") << "fake" << true << false << "75 % fit" << none;
        QTest::newRow("it does not") << "fake" << true << true << none
                                     << "does not seem to fit the picture (of sentences with its score 25 % fit";
    }

    void the_sentence_of_a_mask_is_compared_with_the_picture()
    {
        QFETCH(QString, model);
        QFETCH(bool, calibrated);
        QFETCH(bool, left);
        QFETCH(QString, said);
        QFETCH(QString, warned);
        Desk desk;
        desk.prepare = [&](support::FakeReporter& fake) {
            fake.calibrated = calibrated;
            fake.compares = model != QStringLiteral("writes only");
        };
        OPEN_XRAY(desk.bench);
        if (!model.isEmpty())
            desk.choose(model == QStringLiteral("gone") ? model : QStringLiteral("fake"));
        auto& panel = desk.bench.panel();
        panel.setSentence(left ? QStringLiteral("one infected area, lower left lung")
                               : QStringLiteral("one infected area, lower right lung"));
        auto& segment = desk.bench.workstation.segment;
        QSignalSpy proposed(&segment, &app::SegmentController::proposed);
        QSignalSpy accepted(&segment, &app::SegmentController::accepted);
        QSignalSpy compared(&desk.bench.workstation.sentenceMatch, &app::SentenceMatchController::said);
        segment.run(app::Confirmed::Yes);
        QTRY_COMPARE_WITH_TIMEOUT(proposed.count(), 1, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(compared.count(), 1, kPatience);
        const auto& match = desk.bench.part<QLabel>("sentenceMatch");
        const auto& mismatch = desk.bench.part<QLabel>("sentenceMismatch");
        QCOMPARE(match.isVisibleTo(&panel), !said.isEmpty());
        QVERIFY2(match.text().contains(said), qPrintable(match.text()));
        QCOMPARE(mismatch.isVisibleTo(&panel), !warned.isEmpty());
        QVERIFY2(mismatch.text().contains(warned), qPrintable(mismatch.text()));
        QVERIFY(panel.state() == ui::SegmentPanel::State::Proposal);
        segment.accept(); // It is a hint and blocks nothing.
        QTRY_COMPARE_WITH_TIMEOUT(accepted.count(), 1, kPatience);
        panel.setSentence(QStringLiteral("another"));
        QVERIFY(match.text().isEmpty() && mismatch.text().isEmpty());
    }

    void a_segmentation_does_not_wait_for_the_model_that_compares()
    {
        Desk desk;
        desk.held = true;
        OPEN_XRAY(desk.bench);
        desk.choose();
        auto& segment = desk.bench.workstation.segment;
        QSignalSpy proposed(&segment, &app::SegmentController::proposed);
        QSignalSpy compared(&desk.bench.workstation.sentenceMatch, &app::SentenceMatchController::said);
        for (const char* sentence : {"one infected area, lower left lung", "one infected area, upper left lung"}) {
            desk.bench.panel().setSentence(QString::fromLatin1(sentence));
            segment.run(app::Confirmed::Yes);
            QTRY_COMPARE_WITH_TIMEOUT(proposed.count(), 1, kPatience / 2);
            proposed.clear();
        }
        QCOMPARE(compared.count(), 0);
        desk.held = false;
        QTRY_COMPARE_WITH_TIMEOUT(compared.count(), 1, kPatience);
        QCOMPARE(desk.fake->matched, std::vector<std::string>{"one infected area, upper left lung"});
    }

    void an_empty_report_is_not_compared()
    {
        Desk desk;
        OPEN_XRAY(desk.bench);
        desk.choose();
        desk.bench.workstation.report.compare();
        QTRY_VERIFY_WITH_TIMEOUT(desk.bench.said(QStringLiteral("There is no text to compare")), kPatience);
    }

    void the_report_stays_with_its_study()
    {
        Desk desk;
        OPEN_XRAY(desk.bench);
        desk.choose();
        draft(desk);
        desk.bench.part<QPlainTextEdit>("reportText").setPlainText(QStringLiteral("Mine."));
        const QString first = desk.bench.session().id();
        desk.bench.writeOtherXray("y.dcm");
        desk.bench.workstation.open.open(desk.bench.file("y.dcm"));
        QTRY_VERIFY_WITH_TIMEOUT(desk.bench.session().id() != first && desk.bench.session().isOpen(), kPatience);
        QVERIFY(desk.report().isEmpty());
        QVERIFY(desk.buttons("acceptSentence").isEmpty());
        QVERIFY(desk.bench.part<QLabel>("seenCaption").text().isEmpty());
        desk.bench.workstation.open.open(desk.bench.file("x.dcm"));
        QTRY_COMPARE_WITH_TIMEOUT(desk.report(), QStringLiteral("Mine."), kPatience);
    }

    void a_question_is_asked_for_where_the_model_answers()
    {
        Desk desk;
        desk.prepare = [](support::FakeReporter& fake) {
            fake.writes = false;
            fake.answers = true;
            fake.compares = false;
        };
        OPEN_XRAY(desk.bench);
        desk.choose();
        QTRY_VERIFY_WITH_TIMEOUT(!desk.bench.part<QPushButton>("compareReport").isEnabled(), kPatience);
        QCOMPARE(desk.bench.part<QLineEdit>("draftPrompt").accessibleName(), QStringLiteral("Question to the picture"));
        desk.bench.workstation.report.draft();
        QTRY_VERIFY_WITH_TIMEOUT(desk.bench.said(QStringLiteral("This model answers questions")), kPatience);
    }

    void a_model_that_writes_and_answers_takes_both()
    {
        Desk desk;
        desk.prepare = [](support::FakeReporter& fake) { fake.answers = true; };
        OPEN_XRAY(desk.bench);
        desk.choose();
        draft(desk); // Without any words.
        QCOMPARE(desk.bench.part<QLineEdit>("draftPrompt").accessibleName(),
            QStringLiteral("Question, or how the text begins"));
        desk.bench.part<QLineEdit>("draftPrompt").setText(QStringLiteral("is there an effusion?"));
        draft(desk);
        QCOMPARE(desk.fake->requests.back().prompt, std::string("is there an effusion?"));
    }

    void a_sentence_is_accepted_with_the_beginning_that_was_typed_data()
    {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<bool>("answers");
        QTest::addColumn<QString>("accepted");
        QTest::newRow("a beginning") << "a view of" << false << "a view of the heart is large.";
        QTest::newRow("nothing") << "" << false << "the heart is large.";
        QTest::newRow("a beginning for a model that answers, too") << "a view of" << true << "a view of the heart is large.";
        QTest::newRow("a question") << "is it large?" << true << "the heart is large.";
    }

    void a_sentence_is_accepted_with_the_beginning_that_was_typed()
    {
        QFETCH(QString, prompt);
        QFETCH(bool, answers);
        QFETCH(QString, accepted);
        Desk desk;
        desk.prepare = [answers](support::FakeReporter& fake) {
            fake.answers = answers;
            fake.text = "the heart is large. The rest.";
        };
        OPEN_XRAY(desk.bench);
        desk.choose();
        desk.bench.part<QLineEdit>("draftPrompt").setText(prompt);
        draft(desk);
        desk.buttons("acceptSentence")[0]->click();
        QCOMPARE(desk.report(), accepted);
    }

    void a_model_that_does_not_open_is_said()
    {
        Desk desk;
        OPEN_XRAY(desk.bench);
        desk.choose(QStringLiteral("<i>gone</i>"));
        QTRY_VERIFY_WITH_TIMEOUT(desk.bench.said(QStringLiteral("there is no such folder")), kPatience);
        desk.choose();
        QVERIFY(!desk.bench.said(QStringLiteral("there is no such folder")));
        draft(desk);
    }

    void everything_is_reached_and_done_by_keys()
    {
        Desk desk;
        OPEN_XRAY(desk.bench);
        desk.choose();
        auto& window = desk.bench.workstation.window;
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        desk.bench.view().setFocus();
        QTest::keyClick(&desk.bench.view(), Qt::Key_R, Qt::ControlModifier);
        QCOMPARE(QApplication::focusWidget(), &desk.bench.part<QWidget>("draftPrompt"));
        QSignalSpy drafted(&desk.bench.workstation.report, &app::ReportController::drafted);
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("a view of"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(drafted.count(), 1, kPatience);
        QCOMPARE(desk.fake->requests.back().prompt, std::string("a view of"));
        QStringList reached;
        for (int i = 0; i < 30 && !reached.contains(QStringLiteral("compareReport")); ++i) {
            QVERIFY2(QApplication::focusWidget(), qPrintable(reached.join(QLatin1Char(' '))));
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            QTRY_VERIFY(QApplication::focusWidget());
            reached << QApplication::focusWidget()->objectName();
        }
        const QStringList wanted{QStringLiteral("draftBeams"), QStringLiteral("draft"), QStringLiteral("acceptSentence"),
            QStringLiteral("useSentence"), QStringLiteral("reportText"), QStringLiteral("compareReport")};
        qsizetype last = -1;
        for (const QString& name : wanted) {
            const auto at = reached.indexOf(name);
            QVERIFY2(at > last, qPrintable(name + QStringLiteral(" in ") + reached.join(QLatin1Char(' '))));
            last = at;
        }
    }
};

QTEST_MAIN(ReportTabTest)
#include "tst_report_tab.moc"
