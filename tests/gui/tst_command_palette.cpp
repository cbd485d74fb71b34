#include "tests/gui/workstation_fixture.h"
#include "ui/dialogs/command_palette.h"
#include "ui/word_match.h"

#include <QLineEdit>
#include <QListWidget>
#include <QPointer>

using fixtures::Bench;
using fixtures::kPatience;

namespace {

/// Opened by its key.
class Palette
{
public:
    explicit Palette(Bench& bench)
    {
        bench.workstation.window.activateWindow();
        if (!QTest::qWaitForWindowActive(&bench.workstation.window))
            qFatal("The window does not get the keyboard.");
        QTest::keyClick(&bench.workstation.window, Qt::Key_K, Qt::ControlModifier);
        dialog = bench.workstation.window.findChild<ui::CommandPalette*>();
        if (!dialog)
            qFatal("There is no palette.");
    }

    void type(const char* words) const { QTest::keyClicks(line(), QLatin1String(words)); }
    void press(Qt::Key key) const { QTest::keyClick(line(), key); }
    QLineEdit* line() const { return dialog->findChild<QLineEdit*>(); }
    QListWidget* list() const { return dialog->findChild<QListWidget*>(); }
    QString chosen() const { return list()->currentItem() ? list()->currentItem()->text() : QString(); }
    bool lists(const QString& words) const { return !list()->findItems(words, Qt::MatchContains).isEmpty(); }

    QPointer<ui::CommandPalette> dialog;
};

} // namespace

class CommandPaletteTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void words_fit_beginnings_before_middles_before_letters()
    {
        const QString text = QStringLiteral("Clear the Label on This Slice");
        QVERIFY(ui::wordMatch(QStringLiteral("slice"), text) > ui::wordMatch(QStringLiteral("lice"), text));
        QVERIFY(ui::wordMatch(QStringLiteral("lice"), text) > ui::wordMatch(QStringLiteral("clsl"), text));
        QVERIFY(ui::wordMatch(QStringLiteral("clsl"), text) > 0);
        QVERIFY(ui::wordMatch(QStringLiteral("SLICE cle"), text) > 0);
        QCOMPARE(ui::wordMatch(QStringLiteral("slice xyz"), text), 0);
        QVERIFY(ui::wordMatch({}, text) > 0);
    }

    void a_command_is_found_by_its_words_and_done()
    {
        Bench bench;
        OPEN_XRAY(bench);
        const Palette palette(bench);
        palette.type("grey inv");
        QVERIFY(palette.chosen().startsWith(QStringLiteral("Invert Grey Values")));
        QVERIFY(palette.chosen().contains(QStringLiteral("View")) && palette.chosen().endsWith(QLatin1Char('I')));
        palette.press(Qt::Key_Return);
        QVERIFY(bench.state().isInverted());
        QTRY_VERIFY(!palette.dialog);
    }

    void another_one_is_chosen_with_the_arrows_and_escape_does_nothing()
    {
        Bench bench;
        const Palette palette(bench);
        palette.type("text");
        const QString first = palette.chosen();
        palette.press(Qt::Key_Down);
        QVERIFY(palette.chosen() != first);
        palette.press(Qt::Key_Up);
        QCOMPARE(palette.chosen(), first);
        const auto look = bench.workstation.window.look();
        palette.press(Qt::Key_Escape);
        QTRY_VERIFY(!palette.dialog);
        QVERIFY(bench.workstation.window.look() == look);
    }

    void only_what_can_be_called_now_is_listed()
    {
        Bench bench;
        const Palette palette(bench);
        QVERIFY(!palette.lists(QStringLiteral("Undo")));
        QVERIFY(!palette.lists(QStringLiteral("Accept the Case"))); // Of the other page.
        QVERIFY(palette.lists(QStringLiteral("Open Folder")));
        palette.type("no such command");
        QCOMPARE(palette.list()->count(), 0);
        palette.press(Qt::Key_Return);
        QVERIFY(palette.dialog);
    }

    void studies_are_opened_and_labels_chosen()
    {
        Bench bench;
        std::filesystem::create_directories(bench.path("study"));
        bench.writeXray("study/1.dcm");
        bench.writeOtherXray("study/2.dcm");
        OPEN_PATH(bench, "study");
        const QString first = bench.session().id();
        {
            const Palette palette(bench);
            palette.type("open study");
            while (palette.list()->currentRow() + 1 < palette.list()->count()
                && !palette.chosen().endsWith(QStringLiteral("study")))
                palette.press(Qt::Key_Down);
            palette.press(Qt::Key_Down);
            palette.press(Qt::Key_Return);
        }
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().isOpen() && bench.session().id() != first, kPatience);
        const auto labels = bench.session().labels();
        QVERIFY(labels.size() > 1);
        const Palette palette(bench);
        palette.type(("draw " + labels.back().name).c_str());
        palette.press(Qt::Key_Return);
        QCOMPARE(bench.session().activeLabel(), labels.back().value);
    }
};

QTEST_MAIN(CommandPaletteTest)
#include "tst_command_palette.moc"
