#include "tests/gui/workstation_fixture.h"
#include "ui/panels/draw_over_button.h"
#include "ui/tools/tool_table.h"
#include "ui/views/shown_picture.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QMenu>
#include <QToolButton>

#include <cmath>

using annotations::DrawOver;
using fixtures::Bench;
using fixtures::kPatience;

namespace {

void send(Bench& bench, QEvent::Type type, QPointF picture, Qt::MouseButtons buttons)
{
    auto& view = bench.view();
    const QPointF at = view.toWidget(picture);
    const auto button = type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton;
    QMouseEvent event(type, at, view.mapToGlobal(at), button, buttons, Qt::NoModifier);
    QApplication::sendEvent(&view, &event);
}

void press(Bench& bench, QPointF at)
{
    send(bench, QEvent::MouseMove, at, Qt::NoButton);
    send(bench, QEvent::MouseButtonPress, at, Qt::LeftButton);
}

void dragTo(Bench& bench, QPointF at)
{
    send(bench, QEvent::MouseMove, at, Qt::LeftButton);
}

void letGo(Bench& bench, QPointF at)
{
    send(bench, QEvent::MouseButtonRelease, at, Qt::NoButton);
}

void click(Bench& bench, QPointF at)
{
    press(bench, at);
    letGo(bench, at);
}

const std::vector<QPointF> kSquare{{40, 40}, {80, 40}, {80, 80}, {40, 80}};

/// Around a square of 40 pixels.
void dragSquare(Bench& bench)
{
    press(bench, kSquare.front());
    for (const QPointF corner : kSquare)
        dragTo(bench, corner);
    letGo(bench, kSquare.back());
}

void take(Bench& bench, ui::ToolId tool)
{
    bench.workstation.actions.tool(tool)->trigger();
}

std::size_t painted(Bench& bench)
{
    return bench.session().voxelsOf(bench.session().activeLabel());
}

void choose(Bench& bench, const QString& text)
{
    auto* menu = bench.part<ui::DrawOverButton>("drawOver").menu();
    Q_EMIT menu->aboutToShow();
    for (QAction* action : menu->actions())
        if (action->text().startsWith(text))
            return action->trigger();
    qFatal("There is no such choice.");
}

/// A block of the chosen label in slices 2 to 5 of a CT.
void paintBlock(Bench& bench)
{
    auto edit = bench.session().beginEdit();
    for (int slice = 2; slice <= 5; ++slice)
        for (int row = 10; row < 50; ++row)
            edit->paintRun(edit->grid().offset({10, row, slice}), 40, bench.session().activeLabel());
    bench.session().commit(*edit, QStringLiteral("Block"));
}

} // namespace

#define IS_ABOUT(bench, count, by)                                                                                     \
    QVERIFY2(std::abs(static_cast<double>(painted(bench)) - (count)) < (by), qPrintable(QString::number(painted(bench))))

#define OPEN_CT(bench)                                                                                                 \
    phantom::CtOptions options;                                                                                        \
    options.columns = options.rows = 64;                                                                               \
    options.slices = 8;                                                                                                \
    phantom::writeCt((bench).path("ct"), options);                                                                     \
    OPEN_PATH(bench, "ct")

class TestDrawingTools : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void freehand_fills_and_erases_and_escape_takes_it_back()
    {
        Bench bench;
        OPEN_XRAY(bench);
        take(bench, ui::ToolId::Freehand);
        press(bench, kSquare.front());
        dragTo(bench, {80, 40});
        dragTo(bench, {80, 80});
        QCOMPARE(bench.picture().sketch()->outline.path.size(), std::size_t{3});
        QTest::keyClick(&bench.view(), Qt::Key_Escape);
        QVERIFY(!bench.picture().sketch());
        letGo(bench, {80, 80});
        QCOMPARE(painted(bench), std::size_t{0});
        dragSquare(bench);
        IS_ABOUT(bench, 1600, 120);
        QVERIFY(bench.session().undoName().startsWith(QStringLiteral("Freehand “")));
        take(bench, ui::ToolId::FreehandEraser);
        dragSquare(bench);
        QCOMPARE(painted(bench), std::size_t{0});
        bench.session().undo();
        IS_ABOUT(bench, 1600, 120);
        bench.session().undo();
        QCOMPARE(painted(bench), std::size_t{0});
    }

    void a_corner_of_a_polygon_is_dragged_before_it_is_closed()
    {
        Bench bench;
        OPEN_XRAY(bench);
        take(bench, ui::ToolId::Polygon);
        for (const QPointF corner : kSquare)
            click(bench, corner);
        press(bench, {80, 80});
        dragTo(bench, {90, 90});
        dragTo(bench, {120, 120});
        letGo(bench, {120, 120});
        QCOMPARE(bench.picture().sketch()->outline.corners.size(), std::size_t{4});
        QTest::keyClick(&bench.view(), Qt::Key_Return);
        IS_ABOUT(bench, 3200, 200);
    }

    void fill_takes_what_a_click_lies_in()
    {
        Bench bench;
        OPEN_XRAY(bench);
        take(bench, ui::ToolId::Freehand);
        dragSquare(bench);
        const auto first = bench.session().activeLabel();
        const auto size = painted(bench);
        bench.session().setActiveLabel(2);
        take(bench, ui::ToolId::Fill);
        click(bench, {60, 60});
        QCOMPARE(painted(bench), size);
        QCOMPARE(bench.session().voxelsOf(first), std::size_t{0});
        click(bench, {60, 60});
        QVERIFY(bench.said(QStringLiteral("nothing was changed")));
        click(bench, {20, 20});
        QCOMPARE(painted(bench), bench.session().volume()->grid().voxels());
    }

    void a_region_grows_live_while_the_mouse_is_dragged()
    {
        Bench bench;
        OPEN_XRAY(bench);
        take(bench, ui::ToolId::RegionGrow);
        const auto live = [&bench] { return bench.session().labelMap()->count(bench.session().activeLabel()); };
        press(bench, {60, 60});
        const auto first = live();
        QVERIFY(first > 0);
        dragTo(bench, {90, 60});
        const auto wide = live();
        QVERIFY(bench.picture().sketch()->outline.window->contains(bench.session().volume()->value({60, 60, 0})));
        if (const auto folder = qEnvironmentVariable("LIMN_SCREENSHOTS"); !folder.isEmpty())
            bench.workstation.window.grab().save(folder + QStringLiteral("/region.png"));
        QVERIFY(wide > first);
        QTest::keyClick(&bench.view(), Qt::Key_Escape);
        QCOMPARE(live(), std::size_t{0});
        letGo(bench, {90, 60});
        QVERIFY(!bench.session().canUndo());
        press(bench, {60, 60});
        dragTo(bench, {75, 60});
        dragTo(bench, {90, 60});
        letGo(bench, {90, 60});
        QCOMPARE(painted(bench), wide);
        bench.session().undo();
        QCOMPARE(live(), std::size_t{0});
        QVERIFY(!bench.session().canUndo()); // One step.
    }

    void a_livewire_is_closed_by_enter_and_follows_edges_before()
    {
        Bench bench;
        OPEN_XRAY(bench);
        take(bench, ui::ToolId::Livewire);
        for (const QPointF corner : kSquare)
            click(bench, corner);
        const auto& outline = bench.picture().sketch()->outline;
        QCOMPARE(outline.corners.size(), std::size_t{4});
        QVERIFY(outline.path.size() > 100);
        if (const auto folder = qEnvironmentVariable("LIMN_SCREENSHOTS"); !folder.isEmpty())
            bench.workstation.window.grab().save(folder + QStringLiteral("/livewire.png"));
        QTest::keyClick(&bench.view(), Qt::Key_Backspace);
        QCOMPARE(bench.picture().sketch()->outline.corners.size(), std::size_t{3});
        click(bench, {40, 80});
        QTest::keyClick(&bench.view(), Qt::Key_Return);
        QVERIFY(painted(bench) > 400);
        QVERIFY(bench.session().undoName().startsWith(QStringLiteral("Livewire “")));
        bench.session().undo();
        QCOMPARE(painted(bench), std::size_t{0});
    }

    void scissors_cut_through_all_slices_or_so_deep()
    {
        Bench bench;
        OPEN_CT(bench);
        paintBlock(bench);
        QCOMPARE(painted(bench), std::size_t{6400});
        take(bench, ui::ToolId::Scissors);
        bench.state().setSlice(3);
        auto& side = bench.part<QComboBox>("cutSide");
        QVERIFY(side.isVisible());
        const auto cut = [&bench] {
            const std::vector<QPointF> square{{20, 20}, {40, 20}, {40, 40}, {20, 40}};
            press(bench, square.front());
            for (const QPointF corner : square)
                dragTo(bench, corner);
            letGo(bench, square.back());
        };
        cut();
        QCOMPARE(painted(bench), std::size_t{4 * 1200});
        bench.session().undo();
        bench.part<QDoubleSpinBox>("cutDepth").setValue(1);
        cut();
        QCOMPARE(painted(bench), std::size_t{6400 - 400});
        bench.session().undo();
        bench.part<QDoubleSpinBox>("cutDepth").setValue(0);
        QTest::keyClick(&side, Qt::Key_Down);
        QVERIFY(bench.state().choices().cut.side == annotations::CutChoice::Side::Outside);
        cut();
        QCOMPARE(painted(bench), std::size_t{4 * 400});
        bench.session().undo();
        QCOMPARE(painted(bench), std::size_t{6400});
    }

    void a_brush_may_be_a_ball()
    {
        Bench bench;
        OPEN_CT(bench);
        take(bench, ui::ToolId::Brush);
        bench.state().setSlice(4);
        bench.state().setBrushRadiusMm(6);
        auto& ball = bench.part<QCheckBox>("sphere");
        QVERIFY(ball.isVisible() && !ball.isChecked());
        click(bench, {30, 30});
        QCOMPARE(bench.session().voxelsOnSlice(3), std::size_t{0});
        ball.click();
        click(bench, {30, 30});
        QVERIFY(bench.session().voxelsOnSlice(3) > 0 && bench.session().voxelsOnSlice(5) > 0);
    }

    void what_may_be_drawn_over_holds_for_every_tool()
    {
        Bench bench;
        OPEN_XRAY(bench);
        take(bench, ui::ToolId::Freehand);
        dragSquare(bench);
        const auto size = painted(bench);
        bench.session().setActiveLabel(2);
        auto& button = bench.part<ui::DrawOverButton>("drawOver");
        choose(bench, QStringLiteral("Only Empty"));
        QVERIFY(button.text().contains(QStringLiteral("only empty")));
        dragSquare(bench);
        QCOMPARE(painted(bench), std::size_t{0});
        QVERIFY(bench.said(QStringLiteral("Draw over")));
        for (const auto tool : {ui::ToolId::Fill, ui::ToolId::Brush, ui::ToolId::Eraser, ui::ToolId::RegionGrow}) {
            take(bench, tool);
            bench.state().setBrushRadiusMm(2);
            click(bench, {60, 60});
        }
        QCOMPARE(bench.session().voxelsOf(1), size);
        bench.session().undo(); // The region grew over what is empty.
        QCOMPARE(painted(bench), std::size_t{0});
        choose(bench, QStringLiteral("Only Inside “") + QString::fromStdString(bench.session().label(1)->name));
        QVERIFY(bench.state().drawRules().over == (DrawOver{DrawOver::Mode::OnlyLabel, 1}));
        take(bench, ui::ToolId::Brush);
        bench.state().setBrushRadiusMm(30);
        click(bench, {60, 60});
        QVERIFY(painted(bench) > 0);
        QCOMPARE(painted(bench) + bench.session().voxelsOf(1), size);
        bench.session().undo();
        choose(bench, QStringLiteral("Everything"));
        take(bench, ui::ToolId::Fill);
        click(bench, {60, 60});
        QCOMPARE(painted(bench), size);
    }

    void a_range_of_values_holds_for_every_tool()
    {
        Bench bench;
        OPEN_XRAY(bench);
        const auto& volume = *bench.session().volume();
        QVERIFY(!bench.part<QDoubleSpinBox>("rulesLow").isVisible());
        choose(bench, QStringLiteral("Only Values"));
        const double middle = volume.value({60, 60, 0});
        bench.part<QDoubleSpinBox>("rulesLow").setValue(middle - 4);
        bench.part<QDoubleSpinBox>("rulesHigh").setValue(middle + 4);
        QVERIFY(bench.part<QDoubleSpinBox>("rulesLow").isVisible());
        take(bench, ui::ToolId::Freehand);
        dragSquare(bench);
        const auto within = painted(bench);
        QVERIFY(within > 0);
        verifyNoneOutside(bench, {middle - 4, middle + 4});
        bench.session().undo();
        choose(bench, QStringLiteral("Only Values")); // Off again.
        QVERIFY(!bench.state().drawRules().values);
        dragSquare(bench);
        QVERIFY(painted(bench) > within);
    }

    void the_label_within_which_is_drawn_may_go()
    {
        Bench bench;
        OPEN_XRAY(bench);
        choose(bench, QStringLiteral("Only Inside “") + QString::fromStdString(bench.session().label(2)->name));
        auto labels = bench.session().labels();
        std::erase_if(labels, [](const auto& label) { return label.value == 2; });
        bench.session().setLabels(labels);
        QVERIFY(bench.state().drawRules() == annotations::DrawRules());
        QVERIFY(bench.said(QStringLiteral("is gone")));
    }

    void tools_share_buttons_and_the_bar_fits_data()
    {
        QTest::addColumn<int>("percent");
        QTest::newRow("100 %") << 100;
        QTest::newRow("125 %") << 125;
    }

    void tools_share_buttons_and_the_bar_fits()
    {
        QFETCH(int, percent);
        Bench bench;
        OPEN_XRAY(bench);
        bench.workstation.window.setLook({ui::Theme::Dark, percent});
        QCoreApplication::processEvents();
        for (const auto& row : ui::tools()) {
            take(bench, row.id);
            QCoreApplication::processEvents();
            const auto buttons = bench.part<QWidget>("topBar").findChildren<QToolButton*>();
            const auto shown = std::count_if(buttons.begin(), buttons.end(), [&](const QToolButton* button) {
                return button->defaultAction() == bench.workstation.actions.tool(row.id) && button->isVisible();
            });
            QVERIFY2(shown == 1, qPrintable(row.name));
            if (const auto folder = qEnvironmentVariable("LIMN_SCREENSHOTS"); !folder.isEmpty())
                bench.part<QWidget>("topBar").grab().save(
                    QStringLiteral("%1/bar-%2-%3.png").arg(folder, row.icon).arg(percent));
        }
        QCOMPARE(bench.workstation.window.width(), 1400);
    }

private:
    static void verifyNoneOutside(Bench& bench, annotations::ValueRange range)
    {
        const auto& volume = *bench.session().volume();
        std::size_t outside = 0;
        for (int row = 0; row < volume.grid().rows; ++row)
            for (int column = 0; column < volume.grid().columns; ++column)
                if (bench.session().labelMap()->at({column, row, 0}) != 0)
                    outside += range.contains(volume.value({column, row, 0})) ? 0 : 1;
        QCOMPARE(outside, std::size_t{0});
    }
};

QTEST_MAIN(TestDrawingTools)
#include "tst_drawing_tools.moc"
