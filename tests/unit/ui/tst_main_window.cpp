#include "annotations/label_map.h"
#include "annotations/mask_edit.h"
#include "ui/actions.h"
#include "ui/main_window.h"
#include "ui/messages.h"
#include "ui/pages/pages.h"
#include "ui/panels/message_strip.h"
#include "ui/views/shown_picture.h"
#include "ui/views/slice_view.h"
#include "ui/views/view_state.h"

#include <QApplication>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QSignalSpy>
#include <QSplitter>
#include <QTest>
#include <QVBoxLayout>

#include <algorithm>
#include <memory>

namespace {

/// A page with whatever it is given, as the frame knows it.
class MadeUpPage : public ui::Page
{
public:
    MadeUpPage(
        const QString& name, const QString& key, const ui::PageParts& parts, const QList<QAction*>& commands = {})
        : Page(name, key)
    {
        m_parts = parts;
        m_allActions = m_ownActions = commands;
    }
};

std::shared_ptr<const imaging::Volume> volume()
{
    imaging::VoxelGrid grid;
    grid.columns = grid.rows = 40;
    grid.slices = 10;
    return std::make_shared<imaging::Volume>(
        grid, imaging::VoxelType::UInt8, 1, std::vector<std::byte>(40 * 40 * 10), imaging::VolumeInfo());
}

/// A window of pages that no program has: one with panels at both sides, one with a table in place of the picture and
/// nothing else, one with four views of its own and a panel at the right.
class Frame
{
public:
    Frame()
    {
        window.resize(1300, 800);
        window.show();
        picture.setVolume(volume());
    }

    ui::PageParts gridParts()
    {
        auto* grid = new QWidget;
        auto* column = new QVBoxLayout(grid);
        for (const auto plane :
            {ui::ViewPlane::Axial, ui::ViewPlane::Coronal, ui::ViewPlane::Sagittal, ui::ViewPlane::Oblique})
            column->addWidget(new ui::SliceView(picture, state, plane));
        return {.right = new QLabel(QStringLiteral("right")),
            .middle = grid,
            .invitation = QStringLiteral("Four views")};
    }

    template <typename T> QList<T*> all() const { return window.findChildren<T*>(); }
    QList<int> columns() const { return window.findChild<QSplitter*>()->sizes(); }

    QAction shared{QStringLiteral("Shared")};
    QAction own{QStringLiteral("Own")};
    ui::Actions actions;
    ui::ViewState state;
    ui::ShownPicture picture{state};
    ui::Messages messages;
    QLabel* note = new QLabel(QStringLiteral("above"));
    MadeUpPage panels{QStringLiteral("Panels"), QStringLiteral("F2"),
        {.left = new QLabel(QStringLiteral("left")),
            .right = new QLabel(QStringLiteral("right")),
            .above = note,
            .below = new QLabel(QStringLiteral("below")),
            .leastLeft = 200},
        {&shared, &own}};
    MadeUpPage table{QStringLiteral("Table"), QStringLiteral("Ctrl+F5"), {.middle = new QLabel(QStringLiteral("table"))}};
    MadeUpPage views{QStringLiteral("Views"), QStringLiteral("Ctrl+F6"), gridParts(), {&shared}};
    ui::Pages pages{{&panels, &table, &views}};
    ui::MainWindow window{{actions, pages,
        {{QStringLiteral("Both"), {&shared, nullptr, &own}}, {QStringLiteral("Of the table"), {&own}, &table}},
        messages, picture, state}};
};

} // namespace

class MainWindowTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_page_may_lack_any_part()
    {
        Frame frame;
        QVERIFY(frame.panels.parts().left->isVisible());
        QVERIFY(frame.panels.parts().below->isVisible());
        frame.pages.show(frame.table);
        QVERIFY(frame.table.parts().middle->isVisible());
        QVERIFY(!frame.window.view().isVisible());
        for (const QWidget* part : {frame.panels.parts().left, frame.panels.parts().right, frame.panels.parts().above,
                 frame.panels.parts().below})
            QVERIFY(!part->isVisible());
        QTRY_COMPARE(frame.columns().at(1), frame.window.width());
        frame.pages.show(frame.views);
        QVERIFY(!frame.panels.parts().left->isVisible() && frame.views.parts().right->isVisible());
        frame.pages.show(frame.panels);
        QVERIFY(frame.window.view().isVisible() && frame.panels.parts().left->isVisible());
    }

    void a_window_may_have_pages_without_panels_alone()
    {
        ui::Actions actions;
        ui::ViewState state;
        ui::ShownPicture picture(state);
        ui::Messages messages;
        MadeUpPage bare(QStringLiteral("Bare"), {}, {});
        ui::Pages pages({&bare});
        ui::MainWindow window({actions, pages, {}, messages, picture, state});
        window.resize(400, 300); // Less than the panels of other pages need.
        window.show();
        QVERIFY(window.view().isVisible());
    }

    void columns_are_as_wide_as_before_when_their_page_comes_back()
    {
        Frame frame;
        frame.window.findChild<QSplitter*>()->setSizes({310, 570, 420});
        const auto before = frame.columns();
        frame.pages.show(frame.table);
        frame.pages.show(frame.panels);
        QTRY_COMPARE(frame.columns(), before);
    }

    void what_lies_above_shows_itself_on_its_page_alone()
    {
        Frame frame;
        frame.note->hide();
        frame.pages.show(frame.table);
        frame.note->show();
        QVERIFY(!frame.note->isVisible());
        frame.pages.show(frame.panels);
        QVERIFY(frame.note->isVisible());
    }

    void commands_that_pages_share_are_there_on_both()
    {
        Frame frame;
        QCOMPARE(frame.window.actions().count(&frame.shared), 1);
        frame.pages.show(frame.views);
        QVERIFY(frame.shared.isVisible() && !frame.own.isVisible());
        frame.pages.show(frame.table);
        QVERIFY(!frame.shared.isVisible() && !frame.own.isVisible());
        frame.pages.show(frame.panels);
        QVERIFY(frame.shared.isVisible() && frame.own.isVisible());
    }

    void a_menu_of_one_page_is_there_on_it_alone()
    {
        Frame frame;
        const auto titles = [&frame] {
            QStringList shown;
            for (const QAction* menu : frame.window.findChild<QMenuBar*>()->actions())
                if (menu->isVisible())
                    shown << menu->text();
            return shown;
        };
        QCOMPARE(titles(), QStringList{QStringLiteral("Both")});
        frame.pages.show(frame.table);
        QCOMPARE(titles(), (QStringList{QStringLiteral("Both"), QStringLiteral("Of the table")}));
    }

    void a_page_is_asked_for_by_its_button()
    {
        Frame frame;
        QSignalSpy wanted(&frame.pages, &ui::Pages::wanted);
        frame.views.opener().trigger();
        QCOMPARE(wanted.count(), 1);
        QVERIFY(frame.panels.isShown() && frame.panels.opener().isChecked()); // Whoever listens decides.
        frame.pages.show(frame.views);
        QVERIFY(frame.views.opener().isChecked() && !frame.panels.opener().isChecked());
    }

    void fit_zoom_and_the_next_slice_are_meant_for_the_view_in_hand()
    {
        Frame frame;
        QCOMPARE(frame.window.views().size(), 5);
        frame.pages.show(frame.views);
        frame.window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&frame.window));
        const auto views = frame.views.parts().middle->findChildren<ui::SliceView*>();
        views[2]->setFocus();
        std::vector<double> before;
        for (const auto* view : frame.window.views())
            before.push_back(view->zoom());
        frame.actions.zoomIn->trigger();
        for (qsizetype i = 0; i < frame.window.views().size(); ++i) {
            const auto* view = frame.window.views()[i];
            QCOMPARE(view->zoom() > before[static_cast<std::size_t>(i)], view == views[2]);
        }
        const int coronal = frame.state.layer(ui::ViewPlane::Coronal);
        views[1]->setFocus();
        frame.actions.nextSlice->trigger();
        QCOMPARE(frame.state.layer(ui::ViewPlane::Coronal), coronal + 1);
        frame.pages.show(frame.panels);
        const int slice = frame.state.slice();
        frame.actions.nextSlice->trigger();
        QCOMPARE(frame.state.slice(), slice + 1);
        const double own = frame.window.view().zoom();
        frame.actions.zoomIn->trigger();
        QVERIFY(frame.window.view().zoom() > own);
    }

    void commands_for_a_view_do_nothing_where_there_is_none()
    {
        Frame frame;
        frame.pages.show(frame.table);
        const double before = frame.window.view().zoom();
        for (QAction* action : {frame.actions.zoomIn, frame.actions.actualSize, frame.actions.focusPicture})
            action->trigger();
        QCOMPARE(frame.window.view().zoom(), before);
    }

    void a_page_without_a_view_takes_commands_about_the_picture_away()
    {
        Frame frame;
        frame.actions.setHistory(true, true);
        const QList<QAction*> commands = frame.actions.tools
            + QList<QAction*>{frame.actions.undo, frame.actions.redo, frame.actions.clearLabel, frame.actions.clearSlice,
                frame.actions.brushLarger, frame.actions.invert, frame.actions.nextSlice};
        const auto enabled = [&commands] {
            return std::count_if(commands.begin(), commands.end(), [](const QAction* a) { return a->isEnabled(); });
        };
        QCOMPARE(enabled(), commands.size());
        frame.pages.show(frame.table);
        QCOMPARE(enabled(), qsizetype{0});
        frame.actions.setHistory(true, false); // Work that ends meanwhile changes nothing.
        QCOMPARE(enabled(), qsizetype{0});
        QVERIFY(frame.actions.quit->isEnabled() && frame.actions.textLarger->isEnabled());
        frame.pages.show(frame.views);
        QVERIFY(frame.actions.undo->isEnabled() && !frame.actions.redo->isEnabled());
        QCOMPARE(enabled(), commands.size() - 1);
    }

    void the_plane_in_hand_is_that_of_the_view_in_hand()
    {
        Frame frame;
        QCOMPARE(frame.state.planeInHand(), ui::ViewPlane::Stored);
        frame.pages.show(frame.views);
        frame.window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&frame.window));
        for (auto* view : frame.views.parts().middle->findChildren<ui::SliceView*>()) {
            view->setFocus();
            QCOMPARE(frame.state.planeInHand(), view->which());
        }
        frame.pages.show(frame.table);
        frame.pages.show(frame.panels);
        QCOMPARE(frame.state.planeInHand(), ui::ViewPlane::Stored);
    }

    void views_of_hidden_pages_rest_and_catch_up()
    {
        Frame frame;
        annotations::LabelMap map(frame.picture.volume()->grid());
        frame.picture.setLabelMap(&map);
        frame.picture.setLabels(annotations::defaultLabels());
        const auto views = frame.views.parts().middle->findChildren<ui::SliceView*>();
        for (const auto* view : views)
            QVERIFY(!view->hasPicture()); // Their page has not been shown yet.
        frame.pages.show(frame.views);
        QList<QImage> before;
        for (auto* view : views)
            before << view->grab().toImage();
        frame.pages.show(frame.panels);
        const auto plane = views[0]->plane();
        frame.state.stepLayer(ui::ViewPlane::Axial, 2);
        QCOMPARE(views[0]->plane(), plane);
        annotations::MaskEdit edit(map);
        edit.paintRun(0, map.grid().voxels(), 1);
        edit.commit("All");
        frame.picture.refreshMasks(annotations::MaskRegion{0, 39, 0, 39, 0, 9});
        frame.pages.show(frame.views);
        for (qsizetype i = 0; i < views.size(); ++i) {
            QCOMPARE(views[i]->plane(), *frame.state.plane(views[i]->which()));
            QVERIFY(views[i]->grab().toImage() != before[i]);
        }
    }

    void every_view_of_a_page_says_its_invitation()
    {
        Frame frame;
        frame.picture.setVolume(nullptr);
        frame.pages.show(frame.views);
        QCOMPARE(frame.picture.invitation(), QStringLiteral("Four views"));
        frame.pages.show(frame.panels);
        QVERIFY(frame.picture.invitation().isEmpty());
    }

    void messages_fold_when_a_view_of_a_grid_is_pressed()
    {
        Frame frame;
        frame.pages.show(frame.views);
        frame.messages.show({QStringLiteral("m"), ui::MessageKind::Info, QStringLiteral("A sentence."), {}, {}});
        auto* view = frame.views.parts().middle->findChildren<ui::SliceView*>().last();
        const auto pressFolds = [&] {
            QTest::mouseClick(view, Qt::LeftButton);
            return frame.window.messageStrip().isFolded();
        };
        QVERIFY(!pressFolds()); // Nobody can have read it yet.
        QTRY_VERIFY(pressFolds());
    }

    void messages_lie_over_what_is_in_the_middle()
    {
        Frame frame;
        frame.messages.show({QStringLiteral("m"), ui::MessageKind::Info, QStringLiteral("A sentence."), {}, {}});
        for (ui::Page* page : frame.pages.all()) {
            frame.pages.show(*page);
            const QWidget* middle = page->parts().middle ? page->parts().middle : &frame.window.view();
            const QWidget& strip = frame.window.messageStrip();
            QTRY_VERIFY(strip.isVisible());
            QTRY_VERIFY(QRect(middle->mapToGlobal(QPoint()), middle->size())
                    .contains(QRect(strip.mapToGlobal(QPoint()), strip.size())));
        }
    }
};

QTEST_MAIN(MainWindowTest)
#include "tst_main_window.moc"
