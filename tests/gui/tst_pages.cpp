#include "tests/gui/workstation_fixture.h"

#include <QMessageBox>
#include <QStringList>

using fixtures::Bench;
using fixtures::kPatience;

namespace {

class MadeUpPage : public ui::Page
{
public:
    explicit MadeUpPage(const QString& name)
        : Page(name, {})
    {
    }
};

/// Two pages that hold the study, one that holds a cohort and one that holds nothing, on a workstation with unsaved work.
class Desk
{
public:
    Desk()
    {
        for (auto* page : pages.all()) {
            const QString name = page->opener().text();
            const auto holds = page == &archive ? app::PageHolds::Nothing
                : page == &cohort           ? app::PageHolds::Cohort
                                            : app::PageHolds::Study;
            controller.add(*page,
                {holds, QStringLiteral("before it"), [this, name] { steps << QStringLiteral("enter ") + name; },
                    [this, name] { steps << QStringLiteral("leave ") + name; }, {}});
        }
    }

    QMessageBox* question() { return bench.workstation.window.findChild<QMessageBox*>(QStringLiteral("unsavedBox")); }

    Bench bench;
    MadeUpPage segment{QStringLiteral("segment")};
    MadeUpPage read{QStringLiteral("read")};
    MadeUpPage cohort{QStringLiteral("cohort")};
    MadeUpPage archive{QStringLiteral("archive")};
    ui::Pages pages{{&segment, &read, &cohort, &archive}};
    app::PageController controller{pages, bench.workstation.save};
    QStringList steps;
};

} // namespace

class TestPages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pages_that_hold_the_same_study_neither_ask_nor_close_it()
    {
        Desk desk;
        OPEN_XRAY(desk.bench);
        desk.bench.workstation.actions.tool(ui::ToolId::Brush)->trigger();
        desk.bench.stroke({50, 50}, {90, 60});
        QVERIFY(desk.bench.session().hasUnsavedWork());
        desk.read.opener().trigger();
        QVERIFY(desk.read.isShown() && !desk.question());
        QVERIFY(desk.steps.isEmpty());
        bool entered = false;
        desk.controller.show(desk.segment, [&] { entered = true; });
        QVERIFY(desk.segment.isShown() && entered);
        QVERIFY(desk.steps.isEmpty());
    }

    void a_study_that_was_opened_on_another_page_is_prepared_on_the_page_that_segments()
    {
        Bench bench;
        auto& segment = bench.workstation.segmentPage;
        MadeUpPage read(QStringLiteral("read"));
        ui::Pages pages({&read, &segment});
        app::PageController controller(pages, bench.workstation.save);
        for (ui::Page* page : pages.all())
            controller.add(*page, {app::PageHolds::Study, {}, [] {}, [] {}, {}});
        OPEN_XRAY(bench);
        QVERIFY(!bench.workstation.jobs.isBusy(QStringLiteral("warm-up")));
        controller.show(segment);
        QTRY_VERIFY_WITH_TIMEOUT(bench.part<QPushButton>("explain").isEnabled(), kPatience);
        QVERIFY(bench.fake); // The model was opened.
        controller.show(read);
        controller.show(segment);
        QVERIFY(!bench.workstation.jobs.isBusy(QStringLiteral("warm-up"))); // Once a picture.
    }

    void pages_that_hold_something_else_ask_and_take_turns()
    {
        Desk desk;
        OPEN_XRAY(desk.bench);
        desk.bench.workstation.actions.tool(ui::ToolId::Brush)->trigger();
        desk.bench.stroke({50, 50}, {90, 60});
        desk.controller.show(desk.cohort);
        QVERIFY(desk.segment.isShown() && desk.question());
        desk.question()->button(QMessageBox::Discard)->click();
        QTRY_VERIFY_WITH_TIMEOUT(desk.cohort.isShown(), kPatience);
        QCOMPARE(desk.steps, (QStringList{QStringLiteral("leave segment"), QStringLiteral("enter cohort")}));
    }

    void a_page_that_holds_nothing_takes_nothing_away()
    {
        Desk desk;
        OPEN_XRAY(desk.bench);
        desk.bench.workstation.actions.tool(ui::ToolId::Brush)->trigger();
        desk.bench.stroke({50, 50}, {90, 60});
        desk.controller.show(desk.archive);
        QVERIFY(desk.archive.isShown() && !desk.question());
        desk.controller.drop(QStringLiteral("a file")); // It takes none.
        desk.controller.show(desk.read);
        QVERIFY(desk.read.isShown() && desk.bench.session().hasUnsavedWork());
        desk.controller.show(desk.archive);
        QVERIFY(desk.steps.isEmpty());
        desk.controller.show(desk.cohort); // Of the study that is open behind the archive.
        QVERIFY(desk.archive.isShown() && desk.question());
        desk.question()->button(QMessageBox::Discard)->click();
        QTRY_VERIFY_WITH_TIMEOUT(desk.cohort.isShown(), kPatience);
        const QStringList turns{QStringLiteral("leave read"), QStringLiteral("enter cohort")};
        QCOMPARE(desk.steps, turns);
        desk.controller.show(desk.archive);
        desk.controller.show(desk.cohort);
        QCOMPARE(desk.steps, turns);
    }

    void a_view_that_a_page_makes_later_draws_like_the_first_ones()
    {
        Bench bench;
        phantom::writeCt(bench.path("ct"), {});
        OPEN_PATH(bench, "ct");
        auto& work = bench.workstation;
        work.actions.tool(ui::ToolId::Brush)->trigger();
        ui::SliceView later(work.picture, work.viewState, ui::ViewPlane::Coronal);
        later.resize(400, 400);
        later.show();
        QTRY_VERIFY_WITH_TIMEOUT(later.hasPicture(), kPatience);
        const QPointF from(10, 5);
        bench.stroke(later, from, from + QPointF(5, 0));
        QVERIFY(bench.session().undoName().isEmpty());
        Q_EMIT work.segmentPage.viewMade(&later);
        bench.stroke(later, from, from + QPointF(5, 0));
        QTRY_VERIFY_WITH_TIMEOUT(!bench.session().undoName().isEmpty(), kPatience);
        work.actions.keyCursor->setChecked(true);
        QVERIFY(later.hasKeyCursor());
    }

    void a_label_is_cleared_on_the_plane_of_the_view_in_hand_alone()
    {
        Bench bench;
        phantom::writeCt(bench.path("ct"), {});
        OPEN_PATH(bench, "ct");
        auto& session = bench.session();
        const std::uint16_t label = session.activeLabel();
        const auto edit = session.beginEdit();
        edit->paintRun(0, edit->grid().voxels(), label);
        QVERIFY(session.commit(*edit, QStringLiteral("All")));
        const auto& grid = session.volume()->grid();
        const auto clear = [&](ui::ViewPlane which) {
            bench.state().setPlaneInHand(which);
            const std::size_t before = session.voxelsOf(label);
            bench.workstation.actions.clearSlice->trigger();
            return before - session.voxelsOf(label);
        };
        const auto sizes = [&grid](ui::ViewPlane which, const ui::ViewState& state) {
            return grid.voxels() / static_cast<std::size_t>(state.layers(which));
        };
        for (const auto which : {ui::ViewPlane::Stored, ui::ViewPlane::Coronal, ui::ViewPlane::Sagittal}) {
            QCOMPARE(clear(which), sizes(which, bench.state()));
            QVERIFY(session.undoName().startsWith(QStringLiteral("Clear ")));
            session.undo();
        }
        QVERIFY(session.undoName() == QStringLiteral("All"));
        clear(ui::ViewPlane::Sagittal);
        QVERIFY(session.undoName().endsWith(
            QStringLiteral("sagittal plane %1").arg(bench.state().layer(ui::ViewPlane::Sagittal) + 1)));
    }
};

QTEST_MAIN(TestPages)
#include "tst_pages.moc"
