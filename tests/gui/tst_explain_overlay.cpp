#include "tests/gui/workstation_fixture.h"
#include "ui/panels/explain_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QSlider>

using fixtures::Bench;
using fixtures::kPatience;
using State = ui::SegmentPanel::State;

namespace {

void explain(Bench& bench)
{
    QSignalSpy explained(&bench.workstation.explain, &app::ExplainController::explained);
    bench.workstation.explain.explain();
    QTRY_COMPARE_WITH_TIMEOUT(explained.count(), 1, kPatience);
}

} // namespace

/// Grad-CAM in the Segment tab with a model whose heat is the picture's brightness.
class ExplainTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void the_layers_come_with_the_model()
    {
        Bench bench;
        QVERIFY(!bench.part<QPushButton>("explain").isEnabled());
        OPEN_XRAY(bench);
        QTRY_VERIFY_WITH_TIMEOUT(bench.part<QPushButton>("explain").isEnabled(), kPatience);
        QCOMPARE(bench.part<QComboBox>("explainLayer").count(), 1);
    }

    void the_proposal_is_explained_with_and_without_the_sentence()
    {
        Bench bench;
        OPEN_XRAY(bench);
        bench.panel().setSentence(QStringLiteral("one infected area, left lung"));
        bench.click("run");
        QTRY_COMPARE_WITH_TIMEOUT(bench.panel().state(), State::Proposal, kPatience);
        explain(bench);
        QVERIFY(bench.picture().heat());
        QVERIFY(bench.picture().heat()->caption.contains(QStringLiteral("with the sentence")));
        QVERIFY(bench.part<QLabel>("explainResult").text().contains(QStringLiteral("1.00 with the sentence")));
        QVERIFY(bench.part<QLabel>("explainResult").text().contains(QStringLiteral("-1.00 without")));
        // With the words as the model sees them, then without any.
        const auto& texts = bench.fake->texts;
        QVERIFY(texts.size() >= 3);
        QVERIFY(texts[texts.size() - 2].find("right lung") != std::string::npos);
        QVERIFY(texts.back().empty());
        bench.part<QComboBox>("explainWhich").setCurrentIndex(1);
        QVERIFY(bench.picture().heat()->caption.contains(QStringLiteral("without a sentence")));
    }

    void an_accepted_mask_is_explained()
    {
        Bench bench;
        OPEN_XRAY(bench);
        auto edit = bench.session().beginEdit();
        edit->paintRun(1000, 500, bench.session().activeLabel());
        bench.session().commit(*edit, QStringLiteral("Brush"));
        explain(bench); // Without a sentence there is only the heat without one.
        QVERIFY(bench.picture().heat());
        QVERIFY(bench.picture().heat()->caption.contains(QStringLiteral("without a sentence")));
    }

    void the_heat_is_drawn_hidden_and_shown()
    {
        Bench bench;
        OPEN_XRAY(bench);
        const QImage before = bench.view().grab().toImage();
        explain(bench);
        const QImage heated = bench.view().grab().toImage();
        QVERIFY(heated != before);
        bench.workstation.segmentPage.actions().showHeat->trigger();
        QVERIFY(!bench.picture().heat());
        QVERIFY(!bench.part<QCheckBox>("showHeat").isChecked());
        bench.workstation.segmentPage.actions().showHeat->trigger();
        QVERIFY(bench.picture().heat());
        bench.part<QSlider>("heatOpacity").setValue(10);
        QCOMPARE(bench.picture().heat()->opacity, 0.1);
    }

    void the_newest_request_wins()
    {
        Bench bench;
        OPEN_XRAY(bench);
        QSignalSpy explained(&bench.workstation.explain, &app::ExplainController::explained);
        for (int i = 0; i < 4; ++i)
            bench.workstation.explain.explain();
        QTRY_VERIFY_WITH_TIMEOUT(bench.workstation.jobs.isIdle(), kPatience);
        QCOMPARE(explained.count(), 1);
    }

    void another_picture_has_no_heat()
    {
        Bench bench;
        OPEN_XRAY(bench);
        explain(bench);
        bench.writeOtherXray("y.dcm");
        bench.workstation.open.open(bench.file("y.dcm"));
        QTRY_VERIFY_WITH_TIMEOUT(!bench.picture().heat(), kPatience);
        QVERIFY(bench.part<QLabel>("explainResult").text().isEmpty());
    }

    void the_heat_stays_with_its_slice()
    {
        Bench bench([] {
            auto package = fixtures::chestPackage();
            package.modalities = {};
            return package;
        }());
        phantom::CtOptions options;
        options.columns = options.rows = 48;
        options.slices = 6;
        phantom::writeCt(bench.path("ct"), options);
        OPEN_PATH(bench, "ct");
        const QImage before = bench.view().grab().toImage();
        explain(bench);
        const int slice = bench.state().slice();
        QCOMPARE(sliceOf(bench, bench.picture().heat()->plane), std::optional(slice));
        const QImage heated = bench.view().grab().toImage();
        QVERIFY(heated != before);
        bench.state().setSlice(slice + 1);
        bench.state().setSlice(slice);
        QCOMPARE(bench.view().grab().toImage(), heated);
    }

    void what_is_taken_for_granted_is_said()
    {
        Bench bench;
        phantom::CtOptions options;
        options.columns = options.rows = 48;
        options.slices = 2;
        phantom::writeCt(bench.path("ct"), options);
        OPEN_PATH(bench, "ct");
        explain(bench);
        QVERIFY(bench.picture().heat());
        QVERIFY(bench.said(QStringLiteral("is not meant for this picture")));
    }

    void without_a_model_the_reason_is_said()
    {
        Bench bench([]() -> std::unique_ptr<models::Segmenter> {
            throw imaging::Error(imaging::ErrorKind::NotFound, "There is no model package.");
        });
        OPEN_XRAY(bench);
        QSignalSpy failed(&bench.workstation.explain, &app::ExplainController::failed);
        bench.workstation.explain.explain();
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatience);
        QVERIFY(bench.said(QStringLiteral("There is no model package.")));
    }
};

QTEST_MAIN(ExplainTest)
#include "tst_explain_overlay.moc"
