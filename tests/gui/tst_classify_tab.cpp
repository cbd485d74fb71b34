#include "app/controllers/segment/adapt_controller.h"
#include "app/controllers/segment/classify_controller.h"
#include "tests/gui/workstation_fixture.h"
#include "tests/support/fake_adapter.h"
#include "tests/support/fake_classifier.h"
#include "ui/panels/adapt_form.h"
#include "ui/panels/class_bars.h"
#include "ui/panels/classify_tab.h"
#include "ui/views/shown_picture.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>

#include <atomic>
#include <filesystem>
#include <initializer_list>
#include <thread>

using fixtures::Bench;
using fixtures::kPatience;

namespace {

/// A bench whose Classify tab has a fake model at the path "fake", with prompts at "learnt".
struct Desk
{
    support::FakeClassifier* fake = nullptr; ///< Valid once it was opened.
    imaging::Warnings warnings;
    std::string unknown; ///< To the model.
    int epochs = 3; ///< That an adaptation writes into its log,
    std::atomic<bool> held = false; ///< and whether it goes on until it is stopped.
    Bench bench{[this](app::WorkstationOptions& options) {
        options.classifier = [this](const std::filesystem::path& path, const std::filesystem::path& prompts) {
            if (path != "fake")
                throw imaging::Error(imaging::ErrorKind::NotFound, path.string() + ": there is no such folder.");
            auto made = std::make_unique<support::FakeClassifier>();
            made->warnings = warnings;
            made->unknown = unknown;
            if (!prompts.empty())
                made->learnt = {"<b>x</b>", "y"};
            fake = made.get();
            return made;
        };
        options.adapter = [this](const std::filesystem::path&) {
            auto made = std::make_unique<support::FakeAdapter>();
            made->epochs = epochs;
            made->wait = [this](std::stop_token stop) {
                while (held && !stop.stop_requested())
                    std::this_thread::yield();
            };
            return made;
        };
    }};

    void choose(const QString& path = QStringLiteral("fake")) { bench.workstation.classify.model().choose(path); }
    void write(const char* classes) { bench.part<QPlainTextEdit>("classes").setPlainText(QString::fromUtf8(classes)); }
    QString label(const char* name) { return bench.part<QLabel>(name).text(); }
    QList<QProgressBar*> bars() { return bench.workstation.window.findChildren<QProgressBar*>(QStringLiteral("classBar")); }
};

bool isEmpty(const std::filesystem::path& folder)
{
    return !std::filesystem::exists(folder) || std::filesystem::is_empty(folder);
}

/// Two classes of pictures that need not be readable.
QString labelledFolder(Desk& desk)
{
    const QString folder = QString::fromStdString(desk.bench.path("labelled").string());
    for (const char* name : {"a", "b"})
        for (int i = 0; i < 20; ++i) {
            QDir().mkpath(folder + "/" + name);
            QFile file(QString("%1/%2/%3.png").arg(folder, name).arg(i));
            if (file.open(QIODevice::WriteOnly))
                file.write("x");
        }
    return folder;
}

void classify(Desk& desk)
{
    QSignalSpy classified(&desk.bench.workstation.classify, &app::ClassifyController::classified);
    desk.bench.workstation.classify.classify();
    QTRY_COMPARE_WITH_TIMEOUT(classified.count(), 1, kPatience);
}

} // namespace

/// The Classify tab with a model whose answer is known.
class ClassifyTabTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void without_a_model_the_tab_says_what_to_do()
    {
        Desk desk;
        OPEN_XRAY(desk.bench);
        desk.bench.workstation.segmentPage.actions().classifyTab->trigger();
        QVERIFY(desk.bench.part<QLabel>("classifyModelAdvice").isVisible());
        QVERIFY(desk.label("classifyModelAdvice").contains(QStringLiteral("CLIP")));
        QVERIFY(!desk.bench.part<QPushButton>("classify").isEnabled());
    }

    void classes_are_lines_or_have_commas()
    {
        Desk desk;
        OPEN_XRAY(desk.bench);
        desk.choose();
        desk.write(" pneumonia, pleural effusion\n\nno finding,\n");
        classify(desk);
        const auto& question = desk.fake->questions.back();
        QCOMPARE(question.classes, (std::vector<std::string>{"pneumonia", "pleural effusion", "no finding"}));
        QCOMPARE(question.templates, models::kRadiographTemplates);
        QVERIFY(!question.findings);
        desk.bench.part<QCheckBox>("classFindings").setChecked(true);
        desk.bench.part<QLineEdit>("classTemplates").setText(QStringLiteral("{}"));
        classify(desk);
        QVERIFY(desk.fake->questions.back().findings);
        QCOMPARE(desk.fake->questions.back().templates, std::vector<std::string>{"{}"});
        QVERIFY(desk.label("classTitle").contains(QStringLiteral("for itself")));
    }

    void what_is_proposed_is_made_of_words_that_the_model_knows()
    {
        Desk desk;
        desk.unknown = "pneumonia";
        OPEN_XRAY(desk.bench);
        const auto& classes = desk.bench.part<QPlainTextEdit>("classes");
        QVERIFY(!classes.placeholderText().contains(QStringLiteral("pneumonia")));
        desk.choose();
        QTRY_VERIFY_WITH_TIMEOUT(classes.placeholderText().contains(QStringLiteral("upper left lung")), kPatience);
        desk.write("pneumonia,lung");
        classify(desk);
        QVERIFY(desk.bench.said(QStringLiteral("does not know the word: pneumonia")));
        desk.unknown = "x-ray";
        desk.choose(); // Opened again: with prompts in between.
        desk.bench.workstation.classify.prompts().choose(QStringLiteral("learnt"));
        desk.bench.workstation.classify.prompts().choose({});
        QTRY_COMPARE_WITH_TIMEOUT(
            desk.bench.part<QLineEdit>("classTemplates").text(), QStringLiteral("{}."), kPatience);
        desk.bench.part<QLineEdit>("classTemplates").setText(QStringLiteral("my {}"));
        desk.choose();
        desk.write("a,b");
        classify(desk);
        QCOMPARE(desk.fake->questions.back().templates, std::vector<std::string>{"my {}"});
    }

    void probabilities_are_bars_with_the_texts_that_made_them()
    {
        Desk desk;
        desk.warnings = {"A text was cut short."};
        OPEN_XRAY(desk.bench);
        desk.choose();
        desk.write("a,b");
        classify(desk);
        const auto bars = desk.bars();
        QCOMPARE(bars.size(), 2);
        QCOMPARE(bars[0]->value(), 500);
        QCOMPARE(bars[0]->accessibleName(), QStringLiteral("a: 50.0 %, read as a picture of a."));
        QVERIFY(bars[0]->parentWidget()->toolTip().contains(QStringLiteral("a picture of a.")));
        QVERIFY(desk.label("classifyTiming").contains(QStringLiteral("0.25 s")));
        QVERIFY(desk.label("classifySeenCaption").contains(QStringLiteral("the picture, 4 x 4")));
        QVERIFY(desk.bench.said(QStringLiteral("A text was cut short.")));
    }

    void the_shown_slice_is_asked_about_and_said()
    {
        Desk desk;
        phantom::CtOptions options;
        options.columns = options.rows = 32;
        options.slices = 6;
        phantom::writeCt(desk.bench.path("ct"), options);
        OPEN_PATH(desk.bench, "ct");
        desk.bench.state().setSlice(3);
        desk.choose();
        desk.write("a,b");
        classify(desk);
        QVERIFY(desk.label("classifySeenCaption").contains(QStringLiteral("slice 4 of 6")));
        desk.bench.state().setSlice(4);
        QVERIFY(desk.label("classifySeenNote").contains(QStringLiteral("slice 5 of 6")));
    }

    void learnt_prompts_bring_their_classes()
    {
        Desk desk;
        OPEN_XRAY(desk.bench);
        desk.choose();
        desk.bench.workstation.classify.prompts().choose(QStringLiteral("learnt"));
        QTRY_VERIFY_WITH_TIMEOUT(
            desk.bench.part<QPlainTextEdit>("classes").placeholderText().contains(QStringLiteral("<b>x</b>, y")), kPatience);
        QVERIFY(!desk.bench.part<QCheckBox>("classFindings").isEnabled());
        QVERIFY(!desk.bench.part<QLineEdit>("classTemplates").isEnabled());
        classify(desk);
        QCOMPARE(desk.bench.part<QLabel>("className").text(), QStringLiteral("<b>x</b>"));
        QCOMPARE(desk.bench.part<QLabel>("className").textFormat(), Qt::PlainText);
        QVERIFY(!desk.bars()[0]->parentWidget()->toolTip().contains(QStringLiteral("<b>")));
    }

    void what_cannot_be_answered_is_said()
    {
        Desk desk;
        OPEN_XRAY(desk.bench);
        desk.choose();
        desk.bench.workstation.classify.classify();
        QTRY_VERIFY_WITH_TIMEOUT(desk.bench.said(QStringLiteral("No class is named")), kPatience);
        desk.write("alone");
        desk.bench.workstation.classify.classify();
        QTRY_VERIFY_WITH_TIMEOUT(desk.bench.said(QStringLiteral("One class")), kPatience);
        desk.choose(QStringLiteral("gone"));
        QTRY_VERIFY_WITH_TIMEOUT(desk.bench.said(QStringLiteral("there is no such folder")), kPatience);
    }

    void another_study_empties_the_answer()
    {
        Desk desk;
        OPEN_XRAY(desk.bench);
        desk.choose();
        desk.write("a,b");
        classify(desk);
        desk.bench.writeOtherXray("y.dcm");
        desk.bench.workstation.open.open(desk.bench.file("y.dcm"));
        QTRY_VERIFY_WITH_TIMEOUT(desk.bars().isEmpty(), kPatience);
        QVERIFY(desk.label("classifySeenCaption").isEmpty());
    }

    void where_the_picture_speaks_for_a_class_is_shown()
    {
        Desk desk;
        OPEN_XRAY(desk.bench);
        auto& picture = desk.bench.picture();
        desk.choose();
        desk.write("a,b");
        classify(desk);
        const auto where = desk.bench.workstation.window.findChildren<QPushButton*>(QStringLiteral("classWhere"));
        QCOMPARE(where.size(), 2);
        where[1]->click();
        QTRY_VERIFY_WITH_TIMEOUT(picture.heat(), kPatience);
        QCOMPARE(picture.heat()->caption, QStringLiteral("Grad-CAM of “b”"));
        QCOMPARE(picture.heat()->values.size(), desk.bench.session().volume()->grid().sliceVoxels());
        where[0]->click();
        QVERIFY(!where[1]->isChecked());
        QTRY_VERIFY_WITH_TIMEOUT(
            picture.heat() && picture.heat()->caption == QStringLiteral("Grad-CAM of “a”"), kPatience);
        QCOMPARE(desk.fake->explained, (std::vector<std::string>{"b", "a"}));
        where[0]->click(); // Up again.
        QVERIFY(!picture.heat());
        where[0]->click();
        QTRY_VERIFY_WITH_TIMEOUT(picture.heat(), kPatience);
        picture.setHeat(std::nullopt); // By someone else.
        QVERIFY(!where[0]->isChecked());
        where[0]->click();
        QTRY_VERIFY_WITH_TIMEOUT(picture.heat(), kPatience);
        classify(desk); // Another answer.
        QVERIFY(!picture.heat());
    }

    void what_is_learnt_from_a_folder_becomes_the_prompts()
    {
        Desk desk;
        OPEN_XRAY(desk.bench);
        auto& workstation = desk.bench.workstation;
        workstation.segmentPage.actions().classifyTab->trigger();
        QVERIFY(!desk.bench.part<QPushButton>("adapt").isEnabled()); // There is no model.
        desk.choose();
        QVERIFY(desk.bench.part<QPushButton>("adapt").isEnabled());
        auto& ways = desk.bench.part<QComboBox>("adaptWays");
        ways.setCurrentIndex(ways.findData(QStringLiteral("maple")));
        auto& shots = desk.bench.part<QSpinBox>("adaptShots");
        shots.setValue(8);
        for (QWidget* field : std::initializer_list<QWidget*>{&ways, &shots}) // The tab is not pushed out of the window.
            QTRY_VERIFY(field->mapTo(&workstation.window, QPoint(field->width(), 0)).x() <= workstation.window.width());
        QSignalSpy adapted(&workstation.adapt, &app::AdaptController::adapted);
        workstation.adapt.adapt(labelledFolder(desk));
        QTRY_COMPARE_WITH_TIMEOUT(adapted.count(), 1, kPatience);
        const auto& chart = desk.bench.part<ui::CurveChart>("adaptChart");
        QCOMPARE(chart.curves().front().epochs, (std::vector<int>{1, 2, 3}));
        QVERIFY2(chart.summary().contains(QStringLiteral("validation accuracy 0.75")), qPrintable(chart.summary()));
        QVERIFY(desk.label("adaptNote").contains(QStringLiteral("2 classes from 16 pictures")));
        QVERIFY(desk.label("adaptNote").contains(QStringLiteral("100.0 % of")));
        const auto prompts = workstation.classify.prompts().path();
        QVERIFY(prompts.filename().string().starts_with("maple-"));
        QVERIFY(std::filesystem::exists(prompts / "scores.json"));
        QTRY_VERIFY_WITH_TIMEOUT(
            desk.bench.part<QPlainTextEdit>("classes").placeholderText().contains(QStringLiteral("of the prompts")), kPatience);
    }

    void learning_is_stopped_and_leaves_nothing()
    {
        Desk desk;
        desk.held = true;
        OPEN_XRAY(desk.bench);
        auto& workstation = desk.bench.workstation;
        workstation.segmentPage.actions().classifyTab->trigger();
        desk.choose();
        workstation.adapt.adapt(labelledFolder(desk));
        QVERIFY(!desk.bench.part<QPushButton>("adapt").isEnabled());
        QTest::mouseClick(&desk.bench.part<QPushButton>("adaptStop"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(desk.label("adaptNote").contains(QStringLiteral("nothing was learnt")), kPatience);
        QVERIFY(desk.bench.part<QPushButton>("adapt").isEnabled());
        QVERIFY(workstation.classify.prompts().path().empty());
        QTRY_VERIFY_WITH_TIMEOUT(isEmpty(desk.bench.path("data") / "prompts"), kPatience);
    }

    void a_folder_that_cannot_be_learnt_from_is_said()
    {
        Desk desk;
        OPEN_XRAY(desk.bench);
        desk.choose();
        desk.bench.workstation.adapt.adapt(QStringLiteral("/nowhere"));
        QTRY_VERIFY_WITH_TIMEOUT(desk.bench.said(QStringLiteral("There is no folder")), kPatience);
    }

    void it_is_reached_and_asked_by_keys()
    {
        Desk desk;
        OPEN_XRAY(desk.bench);
        desk.choose();
        auto& window = desk.bench.workstation.window;
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        desk.bench.view().setFocus();
        QTest::keyClick(&desk.bench.view(), Qt::Key_L, Qt::ControlModifier);
        auto& classes = desk.bench.part<QPlainTextEdit>("classes");
        QCOMPARE(QApplication::focusWidget(), &classes);
        QTest::keyClicks(&classes, QStringLiteral("a"));
        QTest::keyClick(&classes, Qt::Key_Return);
        QTest::keyClicks(&classes, QStringLiteral("b"));
        QSignalSpy classified(&desk.bench.workstation.classify, &app::ClassifyController::classified);
        QTest::keyClick(&classes, Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(classified.count(), 1, kPatience);
        QVERIFY(desk.bench.panel().state() == ui::SegmentPanel::State::Idle); // Nothing was segmented.
        QTest::keyClick(&desk.bench.part<QLineEdit>("classTemplates"), Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(classified.count(), 2, kPatience);
    }
};

QTEST_MAIN(ClassifyTabTest)
#include "tst_classify_tab.moc"
