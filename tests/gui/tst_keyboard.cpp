#include "imaging/pacs/storage_scp.h"
#include "tests/gui/workstation_fixture.h"
#include "ui/dialogs/send_dialog.h"
#include "ui/models/label_model.h"
#include "ui/panels/prompt_list.h"

#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QColorDialog>
#include <QComboBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTabBar>
#include <QTableWidget>
#include <QTimer>

#include <semaphore>

using fixtures::Bench;
using fixtures::kPatience;
using State = ui::SegmentPanel::State;

namespace {

void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
{
    QWidget* focused = QApplication::focusWidget();
    QVERIFY(focused);
    QTest::keyClick(focused, key, modifiers);
}

/// Tab until the part has the keyboard.
void tabTo(Bench& bench, const char* name, int most = 80)
{
    const auto& wanted = bench.part<QWidget>(name);
    for (int i = 0; i < most && QApplication::focusWidget() != &wanted; ++i)
        press(Qt::Key_Tab);
    QCOMPARE(QApplication::focusWidget(), &wanted);
}

/// Answers the file dialog that a key has opened; that Qt's own dialog takes a typed path is not ours to test.
void answerFileDialog(Bench& bench, const QString& path)
{
    auto* dialog = bench.workstation.window.findChild<QFileDialog*>();
    QVERIFY(dialog);
    dialog->selectFile(path);
    QMetaObject::invokeMethod(dialog, "accept");
    QTRY_VERIFY(!bench.workstation.window.findChild<QFileDialog*>());
    // No window manager gives the keyboard back here.
    bench.workstation.window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&bench.workstation.window));
    bench.view().setFocus();
}

void openXray(Bench& bench)
{
    OPEN_XRAY(bench);
    bench.workstation.window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&bench.workstation.window));
    bench.view().setFocus();
}

void openCt(Bench& bench)
{
    phantom::CtOptions options;
    options.columns = options.rows = 64;
    options.slices = 30;
    phantom::writeCt(bench.path("ct"), options);
    OPEN_PATH(bench, "ct");
    bench.workstation.window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&bench.workstation.window));
    bench.view().setFocus();
}

bool isControl(const QWidget& widget)
{
    return qobject_cast<const QAbstractButton*>(&widget) || qobject_cast<const QLineEdit*>(&widget)
        || qobject_cast<const QPlainTextEdit*>(&widget) || qobject_cast<const QAbstractSlider*>(&widget)
        || qobject_cast<const QAbstractSpinBox*>(&widget) || qobject_cast<const QComboBox*>(&widget)
        || qobject_cast<const QAbstractItemView*>(&widget) || qobject_cast<const ui::SliceView*>(&widget);
}

/// Parts that Qt makes inside of its own controls, which speak for them.
bool isInsideOfControl(const QWidget& widget)
{
    for (const QWidget* parent = widget.parentWidget(); parent; parent = parent->parentWidget())
        if (isControl(*parent) || qobject_cast<const QTabBar*>(parent) || qobject_cast<const QMenuBar*>(parent)
            || parent->objectName() == QStringLiteral("qt_scrollarea_vcontainer")
            || parent->objectName() == QStringLiteral("qt_scrollarea_hcontainer"))
            return true;
    return false;
}

QStringList controlsWithoutName(const QWidget& window)
{
    QStringList nameless;
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        if (!isControl(*widget) || isInsideOfControl(*widget))
            continue;
        auto* accessible = QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget));
        const QString name = accessible ? accessible->text(QAccessible::Name) : QString();
        const bool words = std::any_of(name.begin(), name.end(), [](QChar c) { return c.isLetterOrNumber(); });
        if (!words)
            nameless << QStringLiteral("%1 \"%2\"")
                            .arg(QLatin1String(widget->metaObject()->className()), widget->objectName());
    }
    return nameless;
}

} // namespace

class KeyboardTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void every_control_has_a_name_to_read_aloud()
    {
        Bench bench;
        openXray(bench);
        bench.panel().prompts().set({1, QStringLiteral("a"), QStringLiteral("b"), Qt::red, ui::PromptState::Accepted});
        bench.workstation.messages.show(
            {QStringLiteral("m"), ui::MessageKind::Info, QStringLiteral("text"), QStringLiteral("Do it"), {}});
        bench.workstation.send.showDialog();
        bench.workstation.actions.shortcuts->trigger();
        const QStringList nameless = controlsWithoutName(bench.workstation.window);
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QStringLiteral(", "))));
    }

    void every_action_has_a_key_or_stands_in_a_menu()
    {
        Bench bench;
        QSet<QAction*> inMenus;
        for (const QMenu* menu : bench.workstation.window.findChildren<QMenu*>())
            for (QAction* action : menu->actions())
                inMenus << action;
        for (ui::Page* page : bench.workstation.pages.all()) {
            bench.workstation.pages.show(*page);
            QMultiMap<QString, QAction*> byKey; // A page's own commands may have the other page's keys.
            for (QAction* action : bench.workstation.window.actions()) {
                QVERIFY2(inMenus.contains(action) || !action->shortcut().isEmpty(), qPrintable(action->text()));
                if (!action->isVisible())
                    continue;
                for (const QKeySequence& key : action->shortcuts()) {
                    QVERIFY2(!byKey.contains(key.toString()), qPrintable(key.toString()));
                    byKey.insert(key.toString(), action);
                }
            }
        }
    }

    void files_and_folders_are_opened()
    {
        Bench bench;
        openXray(bench);
        const QString first = bench.session().id();
        phantom::CtOptions options;
        options.columns = options.rows = 32;
        options.slices = 4;
        phantom::writeCt(bench.path("ct"), options);
        press(Qt::Key_O, Qt::ControlModifier);
        answerFileDialog(bench, bench.file("ct"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().isOpen() && bench.session().id() != first, kPatience);
        press(Qt::Key_O, Qt::ControlModifier | Qt::ShiftModifier);
        answerFileDialog(bench, bench.file("x.dcm"));
        QTRY_COMPARE_WITH_TIMEOUT(bench.session().id(), first, kPatience);
        press(Qt::Key_W, Qt::ControlModifier);
        QVERIFY(!bench.session().isOpen());
    }

    void series_are_chosen()
    {
        Bench bench;
        std::filesystem::create_directories(bench.path("study"));
        bench.writeXray("study/1.dcm");
        bench.writeOtherXray("study/2.dcm");
        OPEN_PATH(bench, "study");
        bench.workstation.window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&bench.workstation.window));
        bench.view().setFocus();
        const QString first = bench.session().id();
        press(Qt::Key_PageDown, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().isOpen() && bench.session().id() != first, kPatience);
        tabTo(bench, "seriesList");
        press(Qt::Key_Up);
        press(Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(bench.session().id(), first, kPatience);
    }

    void slices_window_zoom_and_place_are_changed()
    {
        Bench bench;
        openCt(bench);
        auto& view = bench.view();
        auto& state = bench.state();
        const int slice = state.slice();
        press(Qt::Key_Down);
        QCOMPARE(state.slice(), slice + 1);
        press(Qt::Key_B);
        press(Qt::Key_Down, Qt::AltModifier); // With the brush, arrow keys alone are the cursor's.
        QCOMPARE(state.slice(), slice + 2);
        press(Qt::Key_Up, Qt::AltModifier);
        press(Qt::Key_V);
        const auto window = state.window();
        press(Qt::Key_Right, Qt::ControlModifier);
        QVERIFY(state.window().width > window.width);
        press(Qt::Key_Left, Qt::ControlModifier);
        press(Qt::Key_Left, Qt::ControlModifier);
        QVERIFY(state.window().width < window.width);
        press(Qt::Key_Up, Qt::ControlModifier);
        QVERIFY(state.window().center > window.center);
        press(Qt::Key_Down, Qt::ControlModifier);
        QSet<double> centres;
        for (int key = Qt::Key_1; key <= Qt::Key_9; ++key) {
            press(static_cast<Qt::Key>(key));
            centres << state.window().center + 1e4 * state.window().width;
        }
        QVERIFY(centres.size() >= 4);
        const double zoom = view.zoom();
        press(Qt::Key_Plus);
        QVERIFY(view.zoom() > zoom);
        const QPointF place = view.toWidget({10, 10});
        press(Qt::Key_Left, Qt::ShiftModifier);
        QVERIFY(view.toWidget({10, 10}) != place);
        press(Qt::Key_F);
        QVERIFY(std::abs(view.zoom() - zoom) < 1e-9);
        press(Qt::Key_1, Qt::ControlModifier);
        QCOMPARE(view.zoom(), 1.0);
    }

    void values_are_read()
    {
        Bench bench;
        openCt(bench);
        press(Qt::Key_K);
        press(Qt::Key_Right);
        QVERIFY(bench.view().keyCursor());
        QVERIFY(bench.view().accessibleDescription().contains(QStringLiteral("HU")));
        press(Qt::Key_Escape);
        QVERIFY(!bench.workstation.actions.keyCursor->isChecked());
    }

    void the_sentence_is_made_of_fields_run_adjusted_and_accepted()
    {
        Bench bench;
        openXray(bench);
        tabTo(bench, "leftLower");
        press(Qt::Key_Space);
        tabTo(bench, "areas1");
        press(Qt::Key_Space);
        QVERIFY(bench.panel().sentence().contains(QStringLiteral("lower left lung")));
        press(Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(bench.panel().state(), State::Proposal, kPatience);
        press(Qt::Key_P, Qt::ControlModifier);
        const float threshold = bench.picture().preview()->threshold;
        press(Qt::Key_Period);
        QVERIFY(bench.picture().preview()->threshold > threshold);
        press(Qt::Key_Comma);
        const double opacity = bench.panel().opacity();
        press(Qt::Key_O, Qt::ShiftModifier);
        QVERIFY(bench.panel().opacity() > opacity);
        press(Qt::Key_D, Qt::ControlModifier);
        QCOMPARE(bench.panel().state(), State::Idle);
        press(Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(bench.panel().state(), State::Proposal, kPatience);
        press(Qt::Key_A);
        const auto label = bench.session().activeLabel();
        QVERIFY(bench.session().voxelsOf(label) > 0);
        press(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(bench.session().labelMap()->empty());
        press(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(bench.session().voxelsOf(label) > 0);
    }

    void an_earlier_sentence_is_used_again()
    {
        Bench bench;
        openXray(bench);
        bench.panel().prompts().set(
            {1, QStringLiteral("one infected area"), QStringLiteral("now"), Qt::red, ui::PromptState::Accepted});
        tabTo(bench, "prompts");
        press(Qt::Key_Down);
        press(Qt::Key_Return);
        QCOMPARE(bench.panel().sentence(), QStringLiteral("one infected area"));
    }

    void a_run_is_cancelled()
    {
        std::binary_semaphore go(0);
        Bench bench(app::SegmenterFactory([&go]() -> std::unique_ptr<models::Segmenter> {
            go.acquire();
            return std::make_unique<support::FakeSegmenter>(fixtures::chestPackage());
        }));
        openXray(bench);
        bench.panel().setSentence(QStringLiteral("one infected area"));
        press(Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(bench.panel().state(), State::Running);
        press(Qt::Key_Period, Qt::ControlModifier);
        QCOMPARE(bench.panel().state(), State::Idle);
        go.release();
        QTRY_VERIFY_WITH_TIMEOUT(bench.workstation.jobs.isIdle(), kPatience);
    }

    void a_doubt_is_answered()
    {
        auto package = fixtures::chestPackage();
        package.modalities = {"MG"};
        Bench bench(package);
        openXray(bench);
        bench.panel().setSentence(QStringLiteral("one infected area"));
        QSignalSpy refused(&bench.workstation.segment, &app::SegmentController::refused);
        press(Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(refused.count(), 1, kPatience);
        press(Qt::Key_F8);
        press(Qt::Key_Space);
        QTRY_COMPARE_WITH_TIMEOUT(bench.panel().state(), State::Proposal, kPatience);
    }

    void brush_and_eraser_paint()
    {
        Bench bench;
        openXray(bench);
        press(Qt::Key_B);
        const double radius = bench.state().brushRadiusMm();
        press(Qt::Key_BracketRight);
        QVERIFY(bench.state().brushRadiusMm() > radius);
        press(Qt::Key_BracketLeft);
        press(Qt::Key_Return);
        for (int i = 0; i < 5; ++i)
            press(Qt::Key_Right, Qt::ShiftModifier);
        press(Qt::Key_Return);
        const auto painted = bench.session().voxelsOf(1);
        QVERIFY(painted > 100);
        QVERIFY(bench.session().undoName().contains(QStringLiteral("Brush")));
        press(Qt::Key_E);
        QTest::keyPress(&bench.view(), Qt::Key_Space);
        press(Qt::Key_Left, Qt::ShiftModifier);
        QTest::keyRelease(&bench.view(), Qt::Key_Space);
        QVERIFY(bench.session().voxelsOf(1) < painted);
        press(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(bench.session().voxelsOf(1), painted);
        press(Qt::Key_Y, Qt::ControlModifier);
        QVERIFY(bench.session().voxelsOf(1) < painted);
    }

    void undo_with_the_brush_down_takes_that_stroke_back()
    {
        Bench bench;
        openXray(bench);
        press(Qt::Key_B);
        press(Qt::Key_Return);
        press(Qt::Key_Right, Qt::ShiftModifier);
        press(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(bench.session().labelMap()->empty());
        QVERIFY(bench.session().canRedo());
        press(Qt::Key_Return);
        press(Qt::Key_Return);
        QVERIFY(!bench.session().labelMap()->empty());
    }

    void the_stroke_ends_when_the_keyboard_goes_elsewhere()
    {
        Bench bench;
        openXray(bench);
        press(Qt::Key_B);
        press(Qt::Key_Return);
        press(Qt::Key_Right);
        press(Qt::Key_T);
        QVERIFY(bench.session().canUndo());
        QVERIFY(bench.session().voxelsOf(1) > 0);
    }

    void labels_are_added_renamed_coloured_locked_hidden_and_removed()
    {
        Bench bench;
        openXray(bench);
        press(Qt::Key_L);
        tabTo(bench, "addLabel");
        const std::size_t count = bench.session().labels().size();
        auto* menu = bench.part<QPushButton>("addLabel").menu();
        QTimer answer; // The menu has an event loop of its own.
        connect(&answer, &QTimer::timeout, menu, [&] {
            if (!menu->isVisible())
                return;
            answer.stop();
            QTest::keyClick(menu, Qt::Key_Down);
            QTest::keyClick(menu, Qt::Key_Return);
        });
        answer.start(20);
        press(Qt::Key_Space);
        QTRY_COMPARE(bench.session().labels().size(), count + 1);
        const std::uint16_t added = bench.session().activeLabel();
        QCOMPARE(added, bench.session().labels().back().value);

        auto& table = bench.part<QAbstractItemView>("labelsTable");
        bench.workstation.window.activateWindow(); // The menu had the keyboard, and no window manager gives it back.
        QVERIFY(QTest::qWaitForWindowActive(&bench.workstation.window));
        table.setFocus();
        QTRY_COMPARE(QApplication::focusWidget(), &table);
        press(Qt::Key_F2);
        auto* editor = table.findChild<QLineEdit*>();
        QVERIFY(editor);
        editor->selectAll();
        QTest::keyClicks(editor, QStringLiteral("Mine"));
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_COMPARE(bench.session().label(added)->name, std::string("Mine"));

        table.setFocus();
        press(Qt::Key_Right);
        press(Qt::Key_Right);
        press(Qt::Key_Space);
        QVERIFY(bench.session().label(added)->locked);
        press(Qt::Key_Space);
        QVERIFY(!bench.session().label(added)->locked);
        for (int i = 0; i < 3; ++i)
            press(Qt::Key_Left);
        press(Qt::Key_Space);
        QVERIFY(!bench.session().label(added)->visible);
        press(Qt::Key_Space);

        press(Qt::Key_Return);
        auto* colours = bench.workstation.window.findChild<QColorDialog*>();
        QVERIFY(colours);
        colours->setCurrentColor(QColor(1, 2, 3));
        QMetaObject::invokeMethod(colours, "accept");
        QTRY_COMPARE(bench.session().label(added)->colour, (std::array<std::uint8_t, 3>{1, 2, 3}));

        table.setFocus();
        press(Qt::Key_Delete);
        QTRY_COMPARE(bench.session().labels().size(), count);
        press(Qt::Key_P, Qt::ControlModifier);
        const auto before = bench.session().activeLabel();
        press(Qt::Key_N);
        QVERIFY(bench.session().activeLabel() != before);
    }

    void a_label_is_cleared_and_brought_back()
    {
        Bench bench;
        openCt(bench);
        press(Qt::Key_B);
        for (int slice = 0; slice < 2; ++slice) {
            press(Qt::Key_Return);
            press(Qt::Key_Right, Qt::ShiftModifier);
            press(Qt::Key_Return);
            press(Qt::Key_Down, Qt::AltModifier);
        }
        press(Qt::Key_Up, Qt::AltModifier);
        const auto painted = bench.session().voxelsOf(1);
        const auto here = bench.session().voxelsOnSlice(bench.state().slice());
        QVERIFY(here > 0 && here < painted);
        press(Qt::Key_Backspace, Qt::ControlModifier);
        QCOMPARE(bench.session().voxelsOf(1), painted - here);
        press(Qt::Key_Backspace, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(bench.session().voxelsOf(1), std::size_t{0});
        press(Qt::Key_Z, Qt::ControlModifier);
        press(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(bench.session().voxelsOf(1), painted);
    }

    void a_label_is_removed_with_its_mask_in_one_step()
    {
        Bench bench;
        openXray(bench);
        press(Qt::Key_B);
        press(Qt::Key_Return);
        press(Qt::Key_Right, Qt::ShiftModifier);
        press(Qt::Key_Return);
        const auto painted = bench.session().voxelsOf(1);
        const auto labels = bench.session().labels();
        press(Qt::Key_L);
        auto& table = bench.part<QAbstractItemView>("labelsTable");
        table.setFocus();
        press(Qt::Key_Delete);
        QCOMPARE(bench.session().labels().size(), labels.size() - 1);
        QCOMPARE(bench.session().voxelsOf(1), std::size_t{0});
        QVERIFY(bench.said(QStringLiteral("removed with its mask")));
        press(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(bench.session().labels(), labels);
        QCOMPARE(bench.session().voxelsOf(1), painted);
    }

    void a_locked_label_is_not_cleared()
    {
        Bench bench;
        openXray(bench);
        press(Qt::Key_B);
        press(Qt::Key_Return);
        press(Qt::Key_Right, Qt::ShiftModifier);
        press(Qt::Key_Return);
        const auto painted = bench.session().voxelsOf(1);
        auto labels = bench.session().labels();
        labels[0].locked = true;
        bench.session().setLabels(labels);
        press(Qt::Key_Backspace, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(bench.session().voxelsOf(1), painted);
        QVERIFY(bench.said(QStringLiteral("locked")));
        Q_EMIT bench.workstation.study.labels.removeRequested(labels[0].value);
        QCOMPARE(bench.session().voxelsOf(1), painted);
    }

    void masks_are_saved_opened_and_sent()
    {
        Bench bench;
        openXray(bench);
        press(Qt::Key_B);
        press(Qt::Key_Return);
        press(Qt::Key_Right, Qt::ShiftModifier);
        press(Qt::Key_Return);
        const auto painted = bench.session().voxelsOf(1);
        press(Qt::Key_S, Qt::ControlModifier);
        QSignalSpy saved(&bench.workstation.save, &app::SaveController::saved);
        answerFileDialog(bench, bench.file("mask")); // The kind that is chosen gives the ending.
        QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 1, kPatience);
        QVERIFY(std::filesystem::exists(bench.path("mask.dcm")));
        bench.view().setFocus();
        press(Qt::Key_Z, Qt::ControlModifier);
        press(Qt::Key_M, Qt::ControlModifier);
        answerFileDialog(bench, bench.file("mask.dcm"));
        QTRY_COMPARE_WITH_TIMEOUT(bench.session().voxelsOf(1), painted, kPatience);

        imaging::pacs::StorageScpOptions options;
        options.folder = bench.path("archive");
        const imaging::pacs::StorageScp archive(options);
        bench.view().setFocus();
        press(Qt::Key_E, Qt::ControlModifier);
        auto& dialog = bench.part<ui::SendDialog>("sendDialog");
        auto& node = bench.part<QLineEdit>("node");
        QTest::keyClicks(&node, QStringLiteral("LIMN@127.0.0.1:%1").arg(archive.port()));
        QTest::keyClick(&node, Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(dialog.results().size(), 1, kPatience);
        QVERIFY2(dialog.results()[0].ok, qPrintable(dialog.results()[0].message));
    }
};

QTEST_MAIN(KeyboardTest)
#include "tst_keyboard.moc"
