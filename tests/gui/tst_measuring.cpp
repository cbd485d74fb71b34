#include "tests/gui/workstation_fixture.h"
#include "tests/support/synthetic_volume.h"
#include "ui/tools/tool_table.h"
#include "ui/views/measure_marks.h"
#include "ui/views/view_grid.h"

#include <QMenu>

using annotations::MeasureKind;
using fixtures::Bench;
using ui::ToolId;

namespace {

void mouse(ui::SliceView& view, QEvent::Type type, QPointF picture)
{
    const QPointF at = view.toWidget(picture);
    const bool moves = type == QEvent::MouseMove;
    QMouseEvent event(type, at, view.mapToGlobal(at), moves ? Qt::NoButton : Qt::LeftButton,
        type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&view, &event);
}

void click(ui::SliceView& view, QPointF picture)
{
    mouse(view, QEvent::MouseButtonPress, picture);
    mouse(view, QEvent::MouseButtonRelease, picture);
}

void hover(ui::SliceView& view, QPointF picture)
{
    const QPointF at = view.toWidget(picture);
    QMouseEvent event(QEvent::MouseMove, at, view.mapToGlobal(at), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
    QApplication::sendEvent(&view, &event);
}

} // namespace

class MeasuringTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void each_kind_is_drawn_by_clicks_data()
    {
        QTest::addColumn<ToolId>("tool");
        QTest::addColumn<int>("clicks");
        QTest::addColumn<MeasureKind>("kind");
        QTest::newRow("ruler") << ToolId::Ruler << 2 << MeasureKind::Length;
        QTest::newRow("angle") << ToolId::Angle << 3 << MeasureKind::Angle;
        QTest::newRow("cobb") << ToolId::CobbAngle << 4 << MeasureKind::Cobb;
        QTest::newRow("ellipse") << ToolId::Ellipse << 2 << MeasureKind::Ellipse;
        QTest::newRow("ratio") << ToolId::CardiothoracicRatio << 4 << MeasureKind::CardiothoracicRatio;
    }

    void each_kind_is_drawn_by_clicks()
    {
        QFETCH(ToolId, tool);
        QFETCH(int, clicks);
        QFETCH(MeasureKind, kind);
        Bench bench;
        OPEN_XRAY(bench);
        bench.workstation.actions.tool(tool)->trigger();
        const QImage before = bench.view().grab().toImage();
        const QList<QPointF> places{{60, 60}, {160, 80}, {90, 190}, {220, 240}};
        for (int i = 0; i < clicks; ++i) {
            QVERIFY(bench.session().measurements().empty());
            click(bench.view(), places[i]);
            if (i + 1 < clicks)
                hover(bench.view(), places[i + 1]);
        }
        QCOMPARE(bench.session().measurements().size(), std::size_t{1});
        const auto& measured = bench.session().measurements()[0];
        QCOMPARE(measured.kind, kind);
        QCOMPARE(measured.points.size(), pointsOf(kind));
        QVERIFY(!bench.picture().measurements()[0].text.isEmpty());
        QVERIFY(bench.view().grab().toImage() != before);
        bench.workstation.actions.undo->trigger();
        QVERIFY(bench.session().measurements().empty());
        bench.workstation.actions.redo->trigger();
        QCOMPARE(bench.session().measurements().size(), std::size_t{1});
    }

    void a_ruler_is_drawn_in_one_drag_and_moved_by_its_handle()
    {
        Bench bench;
        OPEN_XRAY(bench);
        bench.workstation.actions.tool(ToolId::Ruler)->trigger();
        bench.stroke({50.5, 60.5}, {150.5, 60.5});
        QCOMPARE(bench.session().measurements().size(), std::size_t{1});
        const double spacing = bench.session().volume()->grid().spacingMm[0];
        const auto length = [&] { return lengthOf(bench.session().measurements()[0]); };
        QVERIFY(std::abs(length() - 100 * spacing) < spacing);
        bench.workstation.actions.tool(ToolId::Select)->trigger();
        bench.stroke({150.5, 60.5}, {250.5, 60.5});
        QVERIFY(std::abs(length() - 200 * spacing) < spacing);
        QVERIFY(bench.session().undoName().contains(QStringLiteral("Move")));
        bench.workstation.actions.undo->trigger();
        QVERIFY(std::abs(length() - 100 * spacing) < spacing);
    }

    void the_half_axes_of_an_ellipse_stay_at_right_angles()
    {
        Bench bench;
        OPEN_XRAY(bench);
        bench.workstation.actions.tool(ToolId::Ellipse)->trigger();
        bench.stroke({60, 60}, {160, 120});
        bench.stroke({159.5, 90}, {130, 150}); // Its first half axis' end.
        const auto& p = bench.session().measurements()[0].points;
        QVERIFY(std::abs(dot(p[1] - p[0], p[2] - p[0])) < 1e-6);
        QVERIFY(std::abs(p[1].y - p[0].y) > 1); // It was turned.
        QCOMPARE(bench.session().measurements().size(), std::size_t{1});
        const auto before = p;
        const auto centre = bench.view().plane().toPlane(p[0]);
        bench.stroke({centre.column + 0.5, centre.row + 0.5}, {centre.column + 20.5, centre.row + 0.5});
        const auto& moved = bench.session().measurements()[0].points;
        for (std::size_t i = 0; i < 3; ++i)
            QVERIFY(length(moved[i] - before[i] - (moved[0] - before[0])) < 1e-6);
    }

    void escape_gives_up_and_delete_removes()
    {
        Bench bench;
        OPEN_XRAY(bench);
        bench.workstation.actions.tool(ToolId::Angle)->trigger();
        bench.view().setFocus();
        click(bench.view(), {60, 60});
        click(bench.view(), {160, 80});
        QVERIFY(!bench.picture().measurements().empty());
        QTest::keyClick(&bench.view(), Qt::Key_Escape);
        QVERIFY(bench.picture().measurements().empty());
        QVERIFY(!bench.session().canUndo());
        bench.workstation.actions.tool(ToolId::Ruler)->trigger();
        bench.stroke({50, 60}, {150, 60});
        bench.stroke({50, 90}, {150, 90});
        QTest::keyClick(&bench.view(), Qt::Key_Delete);
        QCOMPARE(bench.session().measurements().size(), std::size_t{1});
        bench.workstation.actions.removeMeasurements->trigger();
        QVERIFY(bench.session().measurements().empty());
        bench.workstation.actions.undo->trigger();
        QCOMPARE(bench.session().measurements().size(), std::size_t{1});
    }

    void the_button_of_the_tool_in_hand_is_the_one_that_is_down()
    {
        Bench bench;
        OPEN_XRAY(bench);
        for (const auto& row : ui::tools()) {
            bench.state().setTool(row.id); // As a study does that is brought back.
            for (const auto& other : ui::tools())
                QCOMPARE(bench.workstation.actions.tool(other.id)->isChecked(), other.id == row.id);
        }
    }

    void another_tool_draws_over_a_handle()
    {
        Bench bench;
        OPEN_XRAY(bench);
        bench.workstation.actions.tool(ToolId::Ruler)->trigger();
        bench.stroke({50.5, 60.5}, {150.5, 60.5});
        bench.workstation.actions.tool(ToolId::Brush)->trigger();
        bench.stroke({150.5, 60.5}, {160, 60.5});
        QVERIFY(!bench.session().labelMap()->empty());
        QVERIFY(lengthOf(bench.session().measurements()[0]) > 0);
        QVERIFY(bench.session().undoName().contains(QStringLiteral("Brush")));
    }

    void measurements_come_back_after_a_crash()
    {
        QTemporaryDir folder;
        const auto volume = support::rampXray(60, 50, "L\\F");
        annotations::MeasurementTable table{{1, MeasureKind::Length, imaging::planeOf(volume->grid(), imaging::GridAxis::Slice, 0),
            {{1, 2, 0}, {9, 8, 0}}, {}}};
        {
            app::Session session(folder.path().toStdString());
            session.open(volume, QStringLiteral("1.2.3"));
            session.setMeasurements(table, QStringLiteral("Ruler"));
        } // Not closed: as if the program had ended.
        app::Session session(folder.path().toStdString());
        const auto restored = session.open(volume, QStringLiteral("1.2.3"));
        QCOMPARE(restored.steps, std::size_t{1});
        QVERIFY(session.measurements() == table);
        session.undo();
        QVERIFY(session.measurements().empty());
    }

    void a_stack_shows_them_on_their_layer_in_every_view()
    {
        Bench bench;
        phantom::writeCt(bench.path("ct"), {});
        OPEN_PATH(bench, "ct");
        bench.state().setLayout(ui::ViewLayout::Planes);
        auto& coronal = *bench.workstation.window.grid().view(ui::ViewPlane::Coronal);
        QTRY_VERIFY(coronal.isVisible() && coronal.hasPicture());
        bench.workstation.actions.tool(ToolId::Ruler)->trigger();
        const QSize size = coronal.pictureSize();
        bench.stroke(coronal, {size.width() * 0.3, size.height() * 0.5}, {size.width() * 0.6, size.height() * 0.5});
        QCOMPARE(bench.session().measurements().size(), std::size_t{1});
        const auto handle = [&] {
            const auto at = coronal.plane().toPlane(bench.session().measurements()[0].points[0]);
            return ui::measureHandleAt(coronal, coronal.toWidget({at.column + 0.5, at.row + 0.5}));
        };
        QVERIFY(handle());
        bench.state().stepLayer(ui::ViewPlane::Coronal, 3);
        QVERIFY(!handle());
        bench.state().stepLayer(ui::ViewPlane::Coronal, -3);
        QVERIFY(handle());
    }
};

QTEST_MAIN(MeasuringTest)

#include "tst_measuring.moc"
