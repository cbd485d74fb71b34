#include "tests/gui/workstation_fixture.h"
#include "ui/panels/accept_row.h"
#include "ui/panels/prompt_list.h"
#include "ui/panels/sentence_form.h"

#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QMessageBox>
#include <QSignalSpy>
#include <QSlider>
#include <QToolButton>

#include <algorithm>
#include <semaphore>

using fixtures::Bench;
using fixtures::kPatience;
using State = ui::SegmentPanel::State;

namespace {

/// A model that answers each time it is let.
class GatedSegmenter : public support::FakeSegmenter
{
public:
    explicit GatedSegmenter(std::counting_semaphore<>& gate)
        : FakeSegmenter(fixtures::chestPackage())
        , m_gate(gate)
    {
    }

    models::Segmentation segment(const models::PreparedSlice& prepared, std::string_view text) override
    {
        m_gate.acquire();
        return FakeSegmenter::segment(prepared, text);
    }

private:
    std::counting_semaphore<>& m_gate;
};

/// A model that finds nothing.
class EmptySegmenter : public support::FakeSegmenter
{
public:
    using FakeSegmenter::FakeSegmenter;

    models::Segmentation segment(const models::PreparedSlice& prepared, std::string_view text) override
    {
        auto answer = FakeSegmenter::segment(prepared, text);
        std::fill(answer.probabilities.begin(), answer.probabilities.end(), 0.0F);
        return answer;
    }
};

const QString kRight = QStringLiteral("unilateral pulmonary infection, one infected area, lower right lung.");
const QString kLeft = QStringLiteral("unilateral pulmonary infection, one infected area, lower left lung.");

void propose(Bench& bench, const QString& text)
{
    bench.panel().setSentence(text);
    bench.click("run");
    QTRY_COMPARE_WITH_TIMEOUT(bench.panel().state(), State::Proposal, kPatience);
}

/// Voxels in a stripe over the picture's middle, drawn by hand.
void paintStripe(Bench& bench, std::uint16_t label)
{
    const auto edit = bench.session().beginEdit();
    const auto& grid = bench.session().volume()->grid();
    for (int row = grid.rows * 2 / 5; row < grid.rows * 3 / 5; ++row)
        edit->paintRun(grid.offset({0, row, 0}), static_cast<std::size_t>(grid.columns), label);
    bench.session().commit(*edit, QStringLiteral("Brush"));
}

std::vector<std::uint16_t> masks(Bench& bench)
{
    const auto voxels = bench.session().labelMap()->voxels();
    return {voxels.begin(), voxels.end()};
}

} // namespace

class AcceptingTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void what_was_not_accepted_comes_back_with_its_picture()
    {
        Bench bench;
        bench.writeOtherXray("y.dcm");
        OPEN_XRAY(bench);
        const QString id = bench.session().id();
        propose(bench, kLeft);
        propose(bench, kRight);
        bench.workstation.open.open(bench.file("y.dcm"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().isOpen() && bench.session().id() != id, kPatience);
        QCOMPARE(bench.panel().state(), State::Idle);
        QVERIFY(!bench.picture().preview());
        bench.workstation.window.close();
        auto* box = bench.workstation.window.findChild<QMessageBox*>(QStringLiteral("proposalsBox"));
        QVERIFY(box);
        QVERIFY2(box->text().startsWith(QStringLiteral("2 proposals")), qPrintable(box->text()));
        box->button(QMessageBox::Cancel)->click();
        QVERIFY(bench.workstation.window.isVisible());

        bench.workstation.open.open(bench.file("x.dcm"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().isOpen() && bench.session().id() == id, kPatience);
        QCOMPARE(bench.panel().state(), State::Proposal);
        QVERIFY(bench.picture().preview());
        QVERIFY(bench.said(QStringLiteral("2 proposals that were not accepted are here again")));
        bench.click("accept");
        QVERIFY(!bench.session().labelMap()->empty());
        bench.click("discard");
        bench.workstation.window.close();
        QVERIFY(!bench.workstation.window.findChild<QMessageBox*>(QStringLiteral("proposalsBox")));
    }

    void a_new_finding_becomes_a_new_label_in_one_step()
    {
        Bench bench;
        OPEN_XRAY(bench);
        paintStripe(bench, 1);
        const auto before = masks(bench);
        const auto labels = bench.session().labels();
        const auto drawn = bench.session().voxelsOf(1);
        propose(bench, kRight);
        bench.click("accept");
        QCOMPARE(bench.session().voxelsOf(1), drawn); // What was drawn by hand is as it was.
        const auto* added = bench.session().label(bench.session().activeLabel());
        QCOMPARE(added->name, std::string("Pulmonary infection, right lower"));
        QVERIFY(bench.session().voxelsOf(added->value) > 0);
        QVERIFY(bench.said(QStringLiteral("stay with “Pulmonary infection”")));
        bench.session().undo();
        QCOMPARE(masks(bench), before);
        QCOMPARE(bench.session().labels(), labels);
    }

    void adding_and_replacing_are_the_users_choice_and_remembered()
    {
        QTemporaryDir folder;
        const app::WorkstationOptions options{
            [] { return std::make_unique<support::FakeSegmenter>(fixtures::chestPackage()); },
            folder.path().toStdString()};
        {
            app::Workstation first(options);
            QCOMPARE(first.segmentPage.panel().acceptRow().into(), ui::AcceptInto::NewLabel);
            first.window.findChild<QToolButton*>(QStringLiteral("acceptInto"))->menu()->actions()[2]->trigger();
        }
        app::Workstation second(options);
        QCOMPARE(second.segmentPage.panel().acceptRow().into(), ui::AcceptInto::Replace);
    }

    void adding_keeps_and_replacing_clears_what_the_chosen_label_has()
    {
        Bench bench;
        OPEN_XRAY(bench);
        auto& row = bench.panel().acceptRow();
        for (const auto into : {ui::AcceptInto::Add, ui::AcceptInto::Replace}) {
            const auto edit = bench.session().beginEdit();
            edit->paintRun(0, 40, 1); // Dark: the model does not ask for it.
            bench.session().commit(*edit, QStringLiteral("Brush"));
            row.setInto(into);
            const auto labels = bench.session().labels().size();
            propose(bench, kRight);
            bench.click("accept");
            QCOMPARE(bench.session().labels().size(), labels);
            QVERIFY(bench.session().voxelsOf(1) > 40);
            QCOMPARE(bench.session().labelMap()->at({3, 0, 0}), static_cast<std::uint16_t>(into == ui::AcceptInto::Add));
            bench.session().undo();
            bench.session().undo();
        }
    }

    void a_proposal_is_held_to_what_may_be_drawn_over()
    {
        Bench bench;
        OPEN_XRAY(bench);
        paintStripe(bench, 2);
        const auto stripe = bench.session().voxelsOf(2);
        bench.panel().acceptRow().setInto(ui::AcceptInto::Add);
        bench.state().setDrawRules({{annotations::DrawOver::Mode::OnlyLabel, 2}, std::nullopt});
        propose(bench, kRight);
        bench.click("accept");
        QVERIFY(bench.session().voxelsOf(1) > 0);
        QCOMPARE(bench.session().voxelsOf(1) + bench.session().voxelsOf(2), stripe); // Nothing outside the stripe.
        QVERIFY(bench.said(QStringLiteral("left out")));
        bench.session().undo();
        QCOMPARE(bench.session().voxelsOf(2), stripe);
    }

    void an_empty_proposal_erases_nothing_and_says_so()
    {
        Bench bench(
            app::SegmenterFactory([] { return std::make_unique<EmptySegmenter>(fixtures::chestPackage()); }));
        OPEN_XRAY(bench);
        paintStripe(bench, 1);
        bench.panel().acceptRow().setInto(ui::AcceptInto::Replace);
        const auto before = masks(bench);
        propose(bench, kRight);
        QSignalSpy refused(&bench.workstation.segment, &app::SegmentController::refused);
        bench.click("accept");
        QCOMPARE(refused.count(), 1);
        QVERIFY(bench.said(QStringLiteral("is empty at threshold")));
        QCOMPARE(masks(bench), before);
        QCOMPARE(bench.panel().state(), State::Proposal);
        QCOMPARE(bench.panel().state(), State::Proposal);
    }

    void accepting_before_the_answer_waits_for_it()
    {
        std::counting_semaphore<> gate(0);
        Bench bench(app::SegmenterFactory([&gate] { return std::make_unique<GatedSegmenter>(gate); }));
        OPEN_XRAY(bench);
        bench.panel().setSentence(kRight);
        bench.click("run");
        const QString usual = bench.part<QPushButton>("accept").text();
        bench.click("accept");
        QVERIFY(bench.part<QPushButton>("accept").text() != usual);
        QVERIFY(bench.session().labelMap()->empty());
        QSignalSpy accepted(&bench.workstation.segment, &app::SegmentController::accepted);
        gate.release();
        QTRY_COMPARE_WITH_TIMEOUT(accepted.count(), 1, kPatience);
        QVERIFY(!bench.session().labelMap()->empty());
        QCOMPARE(bench.panel().state(), State::Idle);
    }

    void an_early_acceptance_is_taken_back_data()
    {
        QTest::addColumn<QByteArray>("how");
        for (const char* how : {"button", "escape", "cancel"})
            QTest::newRow(how) << QByteArray(how);
    }

    void an_early_acceptance_is_taken_back()
    {
        QFETCH(QByteArray, how);
        std::counting_semaphore<> gate(0);
        Bench bench(app::SegmenterFactory([&gate] { return std::make_unique<GatedSegmenter>(gate); }));
        OPEN_XRAY(bench);
        bench.workstation.window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&bench.workstation.window));
        bench.view().setFocus();
        bench.panel().setSentence(kRight);
        bench.click("run");
        bench.click("accept");
        if (how == "button")
            bench.click("accept");
        else if (how == "escape")
            QTest::keyClick(&bench.view(), Qt::Key_Escape);
        else
            bench.click("cancel");
        QVERIFY(!bench.part<QPushButton>("accept").text().contains(QStringLiteral("when it is there")));
        gate.release();
        QTRY_VERIFY_WITH_TIMEOUT(bench.workstation.jobs.isIdle(), kPatience);
        QVERIFY(bench.session().labelMap()->empty());
        QCOMPARE(bench.panel().state(), how == "cancel" ? State::Idle : State::Proposal);
    }

    void the_next_sentence_keeps_the_proposal()
    {
        Bench bench;
        OPEN_XRAY(bench);
        auto& prompts = bench.part<QListWidget>("prompts");
        propose(bench, kRight);
        bench.part<QSlider>("threshold").setValue(62);
        propose(bench, kLeft);
        QCOMPARE(prompts.count(), 2);
        QVERIFY(prompts.item(1)->text().contains(QStringLiteral("waits")));
        bench.part<QSlider>("threshold").setValue(40);
        Q_EMIT prompts.itemClicked(prompts.item(1)); // The earlier one, as it was left.
        QVERIFY(std::abs(bench.picture().preview()->threshold - 0.62F) < 1e-4F);
        QVERIFY(prompts.item(0)->text().contains(QStringLiteral("waits")));
        bench.click("accept");
        QCOMPARE(bench.session().label(bench.session().activeLabel())->name,
            std::string("Pulmonary infection, right lower"));
        QVERIFY(prompts.item(1)->text().contains(QStringLiteral("accepted as “Pulmonary infection, right lower”")));
        // The other one comes back, to be accepted or discarded.
        QCOMPARE(bench.panel().state(), State::Proposal);
        QVERIFY(std::abs(bench.picture().preview()->threshold - 0.40F) < 1e-4F);
        bench.click("discard");
        QVERIFY(prompts.item(0)->text().contains(QStringLiteral("discarded")));
        QCOMPARE(bench.panel().state(), State::Idle);
        QVERIFY(!bench.picture().preview());
    }

    void a_run_that_gives_nothing_brings_the_waiting_proposal_back()
    {
        std::counting_semaphore<> gate(1);
        Bench bench(app::SegmenterFactory([&gate] { return std::make_unique<GatedSegmenter>(gate); }));
        OPEN_XRAY(bench);
        propose(bench, kRight);
        bench.panel().setSentence(kLeft);
        bench.click("run");
        QVERIFY(!bench.picture().preview());
        bench.click("cancel");
        QCOMPARE(bench.panel().state(), State::Proposal);
        QVERIFY(bench.picture().preview());
        gate.release();
        QTRY_VERIFY_WITH_TIMEOUT(bench.workstation.jobs.isIdle(), kPatience);
    }

    void the_same_sentence_again_is_one_proposal()
    {
        Bench bench;
        OPEN_XRAY(bench);
        propose(bench, kRight);
        propose(bench, kRight);
        QCOMPARE(bench.part<QListWidget>("prompts").count(), 1);
        bench.click("discard");
        QCOMPARE(bench.panel().state(), State::Idle);
    }

    void a_new_study_has_no_sentence_no_proposal_and_the_packages_threshold()
    {
        auto package = fixtures::chestPackage();
        package.threshold = 0.37F;
        Bench bench(package);
        bench.writeOtherXray("y.dcm");
        OPEN_XRAY(bench);
        QTRY_VERIFY_WITH_TIMEOUT(bench.workstation.jobs.isIdle(), kPatience);
        QCOMPARE(bench.part<QSlider>("threshold").value(), 37);
        propose(bench, kRight);
        bench.part<QSlider>("threshold").setValue(80);
        bench.workstation.open.open(bench.file("y.dcm"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.panel().sentence().isEmpty(), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().isOpen(), kPatience);
        QCOMPARE(bench.part<QSlider>("threshold").value(), 37);
        QVERIFY(!bench.panel().form().fields().right.any());
        QCOMPARE(bench.part<QListWidget>("prompts").count(), 0);
        QVERIFY(bench.panel().state() != State::Proposal);
    }
};

QTEST_MAIN(AcceptingTest)
#include "tst_accepting.moc"
