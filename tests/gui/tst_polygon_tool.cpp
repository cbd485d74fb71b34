#include "tests/gui/workstation_fixture.h"
#include "ui/tools/tool_table.h"
#include "ui/views/shown_picture.h"

#include <cmath>

using fixtures::Bench;
using fixtures::kPatience;

namespace {

void send(Bench& bench, QEvent::Type type, QPointF at, Qt::MouseButtons buttons)
{
    auto& view = bench.view();
    const auto button = type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton;
    QMouseEvent event(type, at, view.mapToGlobal(at), button, buttons, Qt::NoModifier);
    QApplication::sendEvent(&view, &event);
}

void pointAt(Bench& bench, QPointF picture)
{
    send(bench, QEvent::MouseMove, bench.view().toWidget(picture), Qt::NoButton);
}

void clickAt(Bench& bench, QPointF picture)
{
    const QPointF at = bench.view().toWidget(picture);
    send(bench, QEvent::MouseMove, at, Qt::NoButton);
    send(bench, QEvent::MouseButtonPress, at, Qt::LeftButton);
    send(bench, QEvent::MouseButtonRelease, at, Qt::NoButton);
}

void doubleClickAt(Bench& bench, QPointF picture)
{
    clickAt(bench, picture);
    const QPointF at = bench.view().toWidget(picture);
    send(bench, QEvent::MouseButtonDblClick, at, Qt::LeftButton);
    send(bench, QEvent::MouseButtonRelease, at, Qt::NoButton);
}

void take(Bench& bench, ui::ToolId tool)
{
    bench.workstation.actions.tool(tool)->trigger();
}

std::size_t cornersOf(Bench& bench)
{
    const auto& sketch = bench.picture().sketch();
    return sketch ? sketch->outline.corners.size() : 0;
}

std::size_t painted(Bench& bench)
{
    return bench.session().voxelsOf(bench.session().activeLabel());
}

/// Three sides of a square of 40 pixels.
void beginSquare(Bench& bench)
{
    for (const QPointF corner : {QPointF(40, 40), QPointF(80, 40), QPointF(80, 80), QPointF(40, 80)})
        clickAt(bench, corner);
}

} // namespace

#define IS_SQUARE(bench) QVERIFY2(std::abs(static_cast<double>(painted(bench)) - 1600) < 120, qPrintable(QString::number(painted(bench))))

class TestPolygonTool : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_polygon_is_closed_in_four_ways_data()
    {
        QTest::addColumn<QString>("how");
        for (const char* how : {"enter", "first corner", "double click", "keyboard's enter"})
            QTest::newRow(how) << QString::fromLatin1(how);
    }

    void a_polygon_is_closed_in_four_ways()
    {
        QFETCH(QString, how);
        Bench bench;
        OPEN_XRAY(bench);
        take(bench, ui::ToolId::Polygon);
        beginSquare(bench);
        QCOMPARE(cornersOf(bench), std::size_t{4});
        QCOMPARE(painted(bench), std::size_t{0});
        if (how == QStringLiteral("first corner"))
            clickAt(bench, {40, 40});
        else if (how == QStringLiteral("double click"))
            doubleClickAt(bench, {40, 60});
        else
            QTest::keyClick(&bench.view(), how == QStringLiteral("enter") ? Qt::Key_Return : Qt::Key_Enter);
        IS_SQUARE(bench);
        QCOMPARE(cornersOf(bench), std::size_t{0});
        QVERIFY(bench.session().undoName().startsWith(QStringLiteral("Polygon “")));
        bench.workstation.actions.undo->trigger();
        QCOMPARE(painted(bench), std::size_t{0});
        bench.workstation.actions.redo->trigger();
        IS_SQUARE(bench);
    }

    void the_band_follows_the_pointer_and_is_seen()
    {
        Bench bench;
        OPEN_XRAY(bench);
        take(bench, ui::ToolId::Polygon);
        clickAt(bench, {40, 40});
        const QImage one = bench.view().grab().toImage();
        pointAt(bench, {90, 60});
        QVERIFY(bench.picture().sketch()->outline.loose);
        QVERIFY(std::abs(bench.picture().sketch()->outline.loose->column - 89.5) < 0.6);
        QVERIFY(bench.view().grab().toImage() != one);
    }

    void backspace_and_undo_take_corners_back_and_escape_all()
    {
        Bench bench;
        OPEN_XRAY(bench);
        take(bench, ui::ToolId::Polygon);
        beginSquare(bench);
        QTest::keyClick(&bench.view(), Qt::Key_Backspace);
        QCOMPARE(cornersOf(bench), std::size_t{3});
        bench.workstation.actions.undo->trigger();
        QCOMPARE(cornersOf(bench), std::size_t{2});
        QTest::keyClick(&bench.view(), Qt::Key_Return);
        QVERIFY(bench.said(QStringLiteral("three corners")));
        QCOMPARE(cornersOf(bench), std::size_t{2});
        QTest::keyClick(&bench.view(), Qt::Key_Escape);
        QCOMPARE(cornersOf(bench), std::size_t{0});
        QVERIFY(!bench.session().canUndo());
    }

    void zooming_and_panning_leave_the_corners_where_they_are()
    {
        Bench bench;
        OPEN_XRAY(bench);
        take(bench, ui::ToolId::Polygon);
        clickAt(bench, {40, 40});
        clickAt(bench, {80, 40});
        bench.view().zoomBy(1.7);
        bench.view().panBy({15, -10});
        clickAt(bench, {80, 80});
        bench.view().fit();
        clickAt(bench, {40, 80});
        QTest::keyClick(&bench.view(), Qt::Key_Return);
        IS_SQUARE(bench);
    }

    void by_keys_alone()
    {
        Bench bench;
        OPEN_XRAY(bench);
        take(bench, ui::ToolId::Polygon);
        auto& view = bench.view();
        view.setFocus();
        QTest::keyClick(&view, Qt::Key_Return); // Where the cursor begins.
        for (const auto key : {Qt::Key_Right, Qt::Key_Down, Qt::Key_Left}) {
            QTest::keyClick(&view, key, Qt::ShiftModifier);
            QTest::keyClick(&view, Qt::Key_Space);
        }
        QCOMPARE(cornersOf(bench), std::size_t{4});
        QTest::keyClick(&view, Qt::Key_Return);
        QVERIFY(painted(bench) > 0);
        QCOMPARE(cornersOf(bench), std::size_t{0});
    }

    void another_tool_and_other_work_give_it_up_and_say_so()
    {
        Bench bench;
        OPEN_XRAY(bench);
        take(bench, ui::ToolId::Polygon);
        beginSquare(bench);
        take(bench, ui::ToolId::Polygon);
        QCOMPARE(cornersOf(bench), std::size_t{4});
        take(bench, ui::ToolId::Brush);
        QCOMPARE(cornersOf(bench), std::size_t{0});
        QVERIFY(bench.said(QStringLiteral("another tool was chosen")));
        take(bench, ui::ToolId::Polygon);
        beginSquare(bench);
        QVERIFY(!bench.said(QStringLiteral("another tool was chosen")));
        bench.session().finishStroke();
        QCOMPARE(cornersOf(bench), std::size_t{0});
        QVERIFY(bench.said(QStringLiteral("other work on the masks")));
        QCOMPARE(painted(bench), std::size_t{0});
    }

    void another_slice_gives_it_up_and_says_so()
    {
        Bench bench;
        phantom::writeCt(bench.path("ct"), {});
        OPEN_PATH(bench, "ct");
        take(bench, ui::ToolId::Polygon);
        clickAt(bench, {20, 20});
        bench.state().stepLayer(ui::ViewPlane::Coronal, 1); // Not the plane that is drawn on.
        QCOMPARE(cornersOf(bench), std::size_t{1});
        bench.state().stepLayer(ui::ViewPlane::Stored, 1);
        QCOMPARE(cornersOf(bench), std::size_t{0});
        QVERIFY(bench.said(QStringLiteral("another slice is shown")));
    }

    void an_outline_that_another_view_puts_an_end_to_does_not_vanish_unsaid()
    {
        Bench bench;
        phantom::writeCt(bench.path("ct"), {});
        OPEN_PATH(bench, "ct");
        take(bench, ui::ToolId::Polygon);
        clickAt(bench, {20, 20});
        QCOMPARE(cornersOf(bench), std::size_t{1});
        bench.workstation.edit.beginStroke({5, 1}, ui::ToolId::Polygon, ui::ViewPlane::Coronal);
        QCOMPARE(cornersOf(bench), std::size_t{1});
        QCOMPARE(bench.picture().sketch()->plane, *bench.state().plane(ui::ViewPlane::Coronal));
        QVERIFY(bench.said(QStringLiteral("another view was clicked")));
    }

    void a_locked_label_takes_no_polygon_and_the_eraser_cuts_one_out()
    {
        Bench bench;
        OPEN_XRAY(bench);
        take(bench, ui::ToolId::Polygon);
        beginSquare(bench);
        QTest::keyClick(&bench.view(), Qt::Key_Return);
        take(bench, ui::ToolId::PolygonEraser);
        for (const QPointF corner : {QPointF(40, 40), QPointF(60, 40), QPointF(60, 80), QPointF(40, 80)})
            clickAt(bench, corner);
        QTest::keyClick(&bench.view(), Qt::Key_Return);
        QVERIFY(std::abs(static_cast<double>(painted(bench)) - 800) < 80);
        auto labels = bench.session().labels();
        labels.front().locked = true;
        bench.session().setLabels(labels);
        take(bench, ui::ToolId::Polygon);
        clickAt(bench, {40, 40});
        QCOMPARE(cornersOf(bench), std::size_t{0});
        QVERIFY(bench.said(QStringLiteral("locked")));
    }
};

QTEST_MAIN(TestPolygonTool)
#include "tst_polygon_tool.moc"
