#include "ui/views/view_state.h"

#include "imaging/error.h"
#include "tests/support/synthetic_volume.h"
#include "ui/actions.h"
#include "ui/messages.h"
#include "ui/tools/tool_table.h"

#include <QSet>
#include <QSignalSpy>
#include <QTest>

#include <cmath>

using ui::ToolId;
using ui::ViewPlane;
using ui::ViewState;

class ViewStateTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_picture_begins_in_its_middle()
    {
        ViewState state;
        const QSignalSpy slices(&state, &ViewState::sliceChanged);
        state.begin(*support::steppedCt(50, 50, 21));
        QCOMPARE(state.slice(), 10);
        QCOMPARE(state.slices(), 21);
        QCOMPARE(slices.count(), 1);
    }

    void slices_are_held_within_the_picture()
    {
        ViewState state;
        state.stepLayer(ui::ViewPlane::Stored, 3);
        QCOMPARE(state.slice(), 0);
        state.begin(*support::steppedCt(50, 50, 5));
        state.setSlice(99);
        QCOMPARE(state.slice(), 4);
        const QSignalSpy slices(&state, &ViewState::sliceChanged);
        state.stepLayer(ui::ViewPlane::Stored, 1);
        QCOMPARE(slices.count(), 0);
        state.setSlice(-7);
        QCOMPARE(state.slice(), 0);
    }

    void planes_meet_at_the_crosshair_and_move_across_themselves_data()
    {
        QTest::addColumn<ViewPlane>("which");
        QTest::newRow("stored") << ViewPlane::Stored;
        QTest::newRow("axial") << ViewPlane::Axial;
        QTest::newRow("coronal") << ViewPlane::Coronal;
        QTest::newRow("sagittal") << ViewPlane::Sagittal;
        QTest::newRow("oblique") << ViewPlane::Oblique;
    }

    void planes_meet_at_the_crosshair_and_move_across_themselves()
    {
        QFETCH(ViewPlane, which);
        ViewState state;
        QVERIFY(!state.plane(which));
        state.setLayer(which, 3);
        state.begin(*support::steppedCt(50, 40, 21));
        state.setObliqueNormal({1, 2, 2});
        const auto height = [&] { return state.plane(which)->toPlane(state.crosshair()).heightMm; };
        QVERIFY(std::abs(height()) < 1e-6);
        const QSignalSpy changes(&state, &ViewState::planesChanged);
        const int before = state.layer(which);
        for (int i = 1; i <= 3; ++i) {
            state.stepLayer(which, 1);
            QCOMPARE(state.layer(which), before + i);
            QVERIFY(std::abs(height()) < 1e-6);
        }
        QCOMPARE(changes.count(), 3);
        state.setLayer(which, 100000);
        QCOMPARE(state.layer(which), state.layers(which) - 1);
        state.setLayer(which, -5);
        QCOMPARE(state.layer(which), 0);
    }

    void an_oblique_plane_needs_a_direction()
    {
        ViewState state;
        QVERIFY_THROWS_EXCEPTION(imaging::Error, state.setObliqueNormal({0, 0, 0}));
    }

    void a_window_keeps_a_width_and_its_name()
    {
        ViewState state;
        state.begin(*support::steppedCt(50, 50, 5));
        state.setWindow({40, 0}, QStringLiteral("lung"));
        QVERIFY(state.window().width > 0);
        QCOMPARE(state.windowName(), QStringLiteral("lung"));
        state.changeWindow(2, 0);
        QCOMPARE(state.windowName(), QString());
    }

    void the_brush_is_held_between_half_a_pixel_and_half_the_picture()
    {
        ViewState state;
        const auto volume = support::steppedCt(50, 50, 5);
        state.begin(*volume);
        const double pixel = volume->grid().spacingMm[0];
        state.setBrushRadiusMm(0);
        QCOMPARE(state.brushRadiusMm(), pixel / 2);
        state.setBrushRadiusMm(1e6);
        QCOMPARE(state.brushRadiusMm(), 50 * pixel / 2);
    }

    void opacity_is_held_between_nothing_and_all()
    {
        ViewState state;
        state.setOverlayOpacity(3);
        QCOMPARE(state.overlayOpacity(), 1.0);
        state.setOverlayOpacity(-1);
        QCOMPARE(state.overlayOpacity(), 0.0);
    }

    void every_tool_has_a_row_a_key_and_a_button()
    {
        const ui::Actions actions;
        QSet<QString> keys;
        for (const auto& row : ui::tools()) {
            QCOMPARE(ui::toolRow(row.id).name, row.name);
            QVERIFY(!row.name.isEmpty() && !row.key.isEmpty() && !row.icon.isEmpty());
            QCOMPARE(row.draws(), !row.step.isEmpty());
            QCOMPARE(actions.tool(row.id)->text(), row.name);
            keys << row.key;
        }
        QCOMPARE(keys.size(), static_cast<qsizetype>(ui::tools().size()));
    }

    void only_the_newest_messages_are_kept()
    {
        ui::Messages messages;
        const QSignalSpy removed(&messages, &ui::Messages::removed);
        for (int i = 0; i < 6; ++i)
            messages.show({{}, ui::MessageKind::Info, QString::number(i), {}, {}});
        QCOMPARE(messages.texts(), (QStringList{QStringLiteral("2"), QStringLiteral("3"), QStringLiteral("4"),
                                       QStringLiteral("5")}));
        QCOMPARE(removed.count(), 2);
    }
};

QTEST_MAIN(ViewStateTest)
#include "tst_view_state.moc"
