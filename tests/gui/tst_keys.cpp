#include "tests/gui/workstation_fixture.h"
#include "ui/dialogs/key_edit.h"
#include "ui/dialogs/shortcuts_dialog.h"
#include "ui/key_table.h"

#include <QLabel>
#include <QLineEdit>
#include <QSet>
#include <QSettings>
#include <QTableWidget>
#include <QToolButton>

using fixtures::Bench;
using fixtures::kPatience;

namespace {

/// "A and B have KEY", of what can be called now.
QStringList doubles(const ui::MainWindow& window)
{
    QMap<QString, QString> holders;
    QStringList found;
    for (const QAction* action : window.actions())
        if (action->isVisible() && action->isEnabled())
            for (const QKeySequence& key : action->shortcuts()) {
                if (holders.contains(key.toString()))
                    found << QStringLiteral("%1 and %2 have %3").arg(holders[key.toString()], action->text(), key.toString());
                holders[key.toString()] = action->text();
            }
    return found;
}

QStringList doublesOnAllPages(Bench& bench)
{
    QStringList found;
    for (ui::Page* page : bench.workstation.pages.all()) {
        bench.workstation.pages.show(*page);
        found << doubles(bench.workstation.window);
    }
    bench.workstation.pages.show(bench.workstation.segmentPage);
    return found;
}

class OpenTable
{
public:
    explicit OpenTable(Bench& bench)
    {
        bench.workstation.actions.shortcuts->trigger();
        dialog = bench.workstation.window.findChild<ui::ShortcutsDialog*>();
        if (!dialog)
            qFatal("No table of keys.");
        table = dialog->findChild<QTableWidget*>();
    }

    int rowOf(const QAction& action) const
    {
        for (int row = 0; row < table->rowCount(); ++row)
            if (table->item(row, 0)->data(Qt::UserRole).value<QAction*>() == &action)
                return row;
        qFatal("No row for %s.", qPrintable(action.text()));
    }
    void press(const QAction& action, Qt::Key key, Qt::KeyboardModifiers modifiers = {}) const
    {
        QTest::keyClick(table->cellWidget(rowOf(action), 1), key, modifiers);
    }
    QString said() const { return dialog->findChild<QLabel*>(QStringLiteral("shortcutSaid"))->text(); }

    ui::ShortcutsDialog* dialog;
    QTableWidget* table;
};

} // namespace

class KeysTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void no_two_commands_that_can_be_called_together_have_one_key()
    {
        Bench bench;
        QCOMPARE(doublesOnAllPages(bench), QStringList());
        phantom::CtOptions options;
        options.columns = options.rows = 32;
        options.slices = 6;
        phantom::writeCt(bench.path("ct"), options);
        OPEN_PATH(bench, "ct");
        QCOMPARE(doublesOnAllPages(bench), QStringList());
        QVERIFY(bench.workstation.actions.planesLayout->isEnabled());
    }

    void every_command_has_a_name_of_its_own_in_the_settings()
    {
        Bench bench;
        auto& keys = bench.workstation.window.keys();
        const auto commands = keys.commands();
        for (const QAction* command : commands)
            QVERIFY(keys.setKey(*command, {}));
        QCOMPARE(keys.chosen().size(), commands.size()
            - std::count_if(commands.begin(), commands.end(), [&](const QAction* a) { return keys.isStandard(*a); }));
        keys.resetAll();
        QVERIFY(keys.chosen().isEmpty());
    }

    void a_tool_makes_way_for_a_command_of_the_page()
    {
        Bench bench;
        const auto* eraser = bench.workstation.actions.tool(ui::ToolId::Eraser);
        QCOMPARE(eraser->shortcut(), QKeySequence(QStringLiteral("E")));
        bench.workstation.pages.show(bench.workstation.relabelPage);
        QCOMPARE(eraser->shortcut(), QKeySequence(QStringLiteral("Shift+E")));
        QVERIFY(eraser->toolTip().endsWith(QStringLiteral("(Shift+E)")));
        QCOMPARE(bench.workstation.actions.tool(ui::ToolId::Brush)->shortcut(), QKeySequence(QStringLiteral("B")));
        bench.workstation.pages.show(bench.workstation.segmentPage);
        QVERIFY(eraser->toolTip().endsWith(QStringLiteral("(E)")));
    }

    void a_key_is_changed_and_kept()
    {
        QTemporaryDir data;
        const auto in = [&](app::WorkstationOptions& options) { options.dataFolder = data.path().toStdString(); };
        {
            Bench bench(in);
            const OpenTable open(bench);
            open.press(*bench.workstation.actions.fit, Qt::Key_H, Qt::ControlModifier);
            QVERIFY(open.said().contains(QStringLiteral("Ctrl+H")));
            QCOMPARE(bench.workstation.actions.fit->shortcuts(), QList{QKeySequence(QStringLiteral("Ctrl+H"))});
            QVERIFY(bench.workstation.actions.fit->toolTip().endsWith(QStringLiteral("(Ctrl+H)")));
            open.press(*bench.workstation.actions.invert, Qt::Key_Backspace);
            QVERIFY(bench.workstation.actions.invert->shortcuts().isEmpty());
        }
        Bench later(in);
        QCOMPARE(later.workstation.actions.fit->shortcut(), QKeySequence(QStringLiteral("Ctrl+H")));
        QVERIFY(later.workstation.actions.invert->shortcuts().isEmpty());
        const OpenTable open(later);
        qobject_cast<QToolButton*>(open.table->cellWidget(open.rowOf(*later.workstation.actions.fit), 2))->click();
        QCOMPARE(later.workstation.actions.fit->shortcut(), QKeySequence(QStringLiteral("F")));
        later.click("resetAllKeys");
        QCOMPARE(later.workstation.actions.invert->shortcut(), QKeySequence(QStringLiteral("I")));
        QVERIFY(QSettings(app::settingsFile({{}, data.path().toStdString()}), QSettings::IniFormat)
                    .allKeys().filter(QStringLiteral("keys/")).isEmpty());
    }

    void a_key_that_is_taken_is_refused_by_the_name_of_its_holder_data()
    {
        QTest::addColumn<int>("key");
        QTest::addColumn<int>("modifiers");
        QTest::addColumn<QString>("holder");
        const auto none = static_cast<int>(Qt::NoModifier);
        QTest::newRow("everywhere") << int(Qt::Key_Z) << int(Qt::ControlModifier) << QStringLiteral("Undo");
        QTest::newRow("a page's") << int(Qt::Key_Q) << none << QStringLiteral("Go to the Queue");
        QTest::newRow("a tool's") << int(Qt::Key_B) << none << QStringLiteral("Brush");
        QTest::newRow("a tool's on a page") << int(Qt::Key_E) << int(Qt::ShiftModifier) << QStringLiteral("Eraser");
        QTest::newRow("a second one") << int(Qt::Key_Y) << int(Qt::ControlModifier) << QStringLiteral("Redo");
        QTest::newRow("the picture's") << int(Qt::Key_Up) << none << QStringLiteral("the picture, lists and fields");
        QTest::newRow("a menu's") << int(Qt::Key_S) << int(Qt::AltModifier) << QStringLiteral("the menus");
    }

    void a_key_that_is_taken_is_refused_by_the_name_of_its_holder()
    {
        QFETCH(const int, key);
        QFETCH(const int, modifiers);
        QFETCH(const QString, holder);
        Bench bench;
        const OpenTable open(bench);
        const QAction& fit = *bench.workstation.actions.fit;
        open.press(fit, static_cast<Qt::Key>(key), Qt::KeyboardModifiers(modifiers));
        QVERIFY2(open.said().contains(QStringLiteral("“%1”").arg(holder)), qPrintable(open.said()));
        QCOMPARE(fit.shortcut(), QKeySequence(QStringLiteral("F")));
        const auto* field = qobject_cast<ui::KeyEdit*>(open.table->cellWidget(open.rowOf(fit), 1));
        QCOMPARE(field->keySequence(), QKeySequence(QStringLiteral("F")));
    }

    void commands_of_different_pages_may_have_one_key()
    {
        Bench bench;
        auto& keys = bench.workstation.window.keys();
        QVERIFY(keys.setKey(*bench.workstation.segmentPage.actions().explain, QKeySequence(QStringLiteral("Q"))));
        QCOMPARE(doublesOnAllPages(bench), QStringList());
        QVERIFY(keys.setKey(*bench.workstation.actions.invert, QKeySequence(QStringLiteral("G"))));
        QVERIFY(!keys.reset(*bench.workstation.segmentPage.actions().explain)); // G is another's now.
        QVERIFY(!keys.setKey(*bench.workstation.segmentPage.actions().explain, QKeySequence(QStringLiteral("G"))));
    }

    void kept_keys_that_no_longer_fit_are_left_out()
    {
        Bench bench;
        auto& keys = bench.workstation.window.keys();
        keys.setChosen({{QStringLiteral("Actions.I"), QStringLiteral("F")}, {QStringLiteral("Actions.M"), QStringLiteral("Esc")},
            {QStringLiteral("Nobody.M"), QStringLiteral("F")}, {QStringLiteral("Actions.C"), QStringLiteral("Ctrl+H")}});
        QCOMPARE(keys.chosen().keys(), QStringList{QStringLiteral("Actions.C")});
        QCOMPARE(doublesOnAllPages(bench), QStringList());
    }

    void the_table_is_searched()
    {
        Bench bench;
        const OpenTable open(bench);
        open.dialog->findChild<QLineEdit*>(QStringLiteral("shortcutSearch"))->setText(QStringLiteral("zoom in"));
        QVERIFY(!open.table->isRowHidden(open.rowOf(*bench.workstation.actions.zoomIn)));
        QVERIFY(open.table->isRowHidden(open.rowOf(*bench.workstation.actions.undo)));
    }
};

QTEST_MAIN(KeysTest)
#include "tst_keys.moc"
