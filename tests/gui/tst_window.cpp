#include "tests/gui/workstation_fixture.h"
#include "ui/panels/message_strip.h"
#include "ui/panels/series_panel.h"
#include "ui/shortcuts.h"

#include <QAbstractButton>
#include <QFile>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QKeySequenceEdit>
#include <QRegularExpression>
#include <QSet>
#include <QTabWidget>
#include <QTableWidget>
#include <QWheelEvent>

using fixtures::Bench;
using fixtures::kPatience;

namespace {

void say(Bench& bench, const QString& text, ui::MessageKind kind = ui::MessageKind::Info)
{
    bench.workstation.messages.show({text, kind, text, QStringLiteral("Do it"), {}});
}

void turnWheel(QWidget& widget)
{
    const QPointF middle(widget.width() / 2.0, widget.height() / 2.0);
    QWheelEvent event(middle, widget.mapToGlobal(middle), {}, QPoint(0, 120), Qt::NoButton, Qt::NoModifier,
        Qt::NoScrollPhase, false);
    QApplication::sendEvent(&widget, &event);
}

void activate(Bench& bench)
{
    bench.workstation.window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&bench.workstation.window));
    bench.view().setFocus();
}

QRect placeIn(const QWidget& window, const QWidget& part)
{
    return {part.mapTo(&window, QPoint()), part.size()};
}

/// Which column of the window a control stands in, from the top bar to the line at the bottom.
int regionOf(Bench& bench, const QWidget* widget)
{
    auto& window = bench.workstation.window;
    const auto inside = [&](const QWidget& part) { return &part == widget || part.isAncestorOf(widget); };
    if (inside(bench.part<QWidget>("topBar")))
        return 0;
    if (inside(bench.workstation.segmentPage.series()))
        return 1;
    if (inside(window.messageStrip()))
        return 2;
    if (inside(window.view()))
        return 3;
    return inside(bench.part<QWidget>("bottomBar")) ? 5 : 4;
}

QString nameOf(const QWidget* widget)
{
    return QStringLiteral("%1 \"%2\"").arg(QLatin1String(widget->metaObject()->className()), widget->objectName());
}

/// What Tab reaches, once round, beginning at the picture.
QList<QWidget*> tabOrder()
{
    QList<QWidget*> order;
    for (int i = 0; i < 200; ++i) {
        QWidget* focused = QApplication::focusWidget();
        if (!focused || order.contains(focused))
            return order;
        order << focused;
        QTest::keyClick(focused, Qt::Key_Tab);
    }
    return order;
}

} // namespace

class WindowTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup()
    {
        qApp->setStyleSheet({});
        qApp->setFont(QFont());
    }

    void messages_never_change_the_pictures_size()
    {
        Bench bench;
        OPEN_XRAY(bench);
        auto& strip = bench.workstation.window.messageStrip();
        auto& messages = bench.workstation.messages;
        for (const QSize size : {QSize(1400, 900), QSize(1024, 700)}) {
            bench.workstation.window.resize(size);
            messages.clear();
            const QRect before = bench.view().geometry();
            for (int i = 0; i < 6; ++i) {
                say(bench, QStringLiteral("A long sentence that says what happened and what can be done. ").repeated(3)
                        + QString::number(i));
                QCOMPARE(bench.view().geometry(), before);
                QVERIFY(before.contains(strip.geometry()));
            }
            QVERIFY(strip.height() < before.height() * 2 / 3);
            QVERIFY(strip.findChildren<QFrame*>(QString(), Qt::FindDirectChildrenOnly).last()->isVisible());
        }
    }

    void messages_fold_when_work_goes_on_and_come_back()
    {
        Bench bench;
        OPEN_XRAY(bench);
        activate(bench);
        auto& strip = bench.workstation.window.messageStrip();
        auto& messages = bench.workstation.messages;
        messages.clear();
        say(bench, QStringLiteral("one"));
        say(bench, QStringLiteral("two"), ui::MessageKind::Error);
        turnWheel(bench.view());
        QVERIFY(!strip.isFolded()); // Nobody can have read it yet.
        const auto wheelFolds = [&] {
            turnWheel(bench.view());
            return strip.isFolded();
        };
        QTRY_VERIFY(wheelFolds());
        auto& chip = bench.part<QAbstractButton>("messageChip");
        QVERIFY(chip.isVisible());
        QVERIFY(chip.text().contains(QLatin1Char('2')));
        QCOMPARE(chip.property("kind").toString(), QStringLiteral("error"));
        QCOMPARE(messages.texts().size(), 2);
        QTest::keyClick(&bench.view(), Qt::Key_F8);
        QVERIFY(!strip.isFolded() && !chip.isVisible());
        QVERIFY(strip.isAncestorOf(QApplication::focusWidget()));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
        QVERIFY(strip.isFolded());
        QCOMPARE(QApplication::focusWidget(), &bench.view());
        chip.click();
        QVERIFY(!strip.isFolded());
    }

    void messages_are_dismissed_one_by_one()
    {
        Bench bench;
        OPEN_XRAY(bench);
        auto& strip = bench.workstation.window.messageStrip();
        auto& messages = bench.workstation.messages;
        messages.clear();
        say(bench, QStringLiteral("one"));
        say(bench, QStringLiteral("two"));
        strip.findChildren<QAbstractButton*>(QStringLiteral("messageDismiss")).last()->click();
        QCOMPARE(messages.texts(), QStringList{QStringLiteral("one")});
        strip.findChildren<QAbstractButton*>(QStringLiteral("messageDismiss")).last()->click();
        QVERIFY(strip.isHidden());
    }

    void text_of_every_part_grows()
    {
        Bench bench;
        OPEN_XRAY(bench);
        auto& window = bench.workstation.window;
        window.setLook({});
        bench.workstation.actions.textLarger->trigger();
        QCOMPARE(window.look().textPercent, 110);
        window.setLook({ui::Theme::Dark, 200});
        QVERIFY(!bench.workstation.actions.textLarger->isEnabled());
        for (const QWidget* widget : window.findChildren<QWidget*>())
            QVERIFY2(widget->font().pixelSize() >= 22, qPrintable(nameOf(widget)));
        bench.workstation.actions.textNormal->trigger();
        for (const QWidget* widget : window.findChildren<QWidget*>())
            QVERIFY2(widget->font().pixelSize() <= 13, qPrintable(nameOf(widget)));
    }

    void what_is_needed_is_in_sight_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<int>("percent");
        QTest::newRow("1600x1000") << QSize(1600, 1000) << 100;
        QTest::newRow("1280x720") << QSize(1280, 720) << 100;
        QTest::newRow("1024x700") << QSize(1024, 700) << 100;
        QTest::newRow("1600x1000, 150 %") << QSize(1600, 1000) << 150;
        QTest::newRow("1600x1000, 200 %") << QSize(1600, 1000) << 200;
        QTest::newRow("1280x720, 150 %") << QSize(1280, 720) << 150;
        QTest::newRow("1024x700, 200 %") << QSize(1024, 700) << 200;
    }

    void what_is_needed_is_in_sight()
    {
        QFETCH(QSize, size);
        QFETCH(int, percent);
        ui::applyTheme(*qApp, {}); // As the program does, before there are widgets.
        Bench bench;
        auto& window = bench.workstation.window;
        window.setLook({ui::Theme::Dark, percent});
        window.resize(size);
        OPEN_XRAY(bench);
        bench.panel().setSentence(QStringLiteral("one infected area, lower left lung"));
        bench.click("run");
        QTRY_COMPARE_WITH_TIMEOUT(bench.panel().state(), ui::SegmentPanel::State::Proposal, kPatience);
        QTRY_COMPARE(window.size(), size); // Nothing makes it wider or higher.
        QTRY_VERIFY2(bench.view().width() >= 320, "The picture is a strip.");
        const auto inSight = [&](const QWidget& part) {
            return window.rect().contains(placeIn(window, part))
                && part.visibleRegion().boundingRect() == part.rect();
        };
        for (const char* name : {"sentence", "run", "threshold", "accept", "discard", "save", "send", "finish", "researchOnly"})
            QTRY_VERIFY2(inSight(bench.part<QWidget>(name)), name);
        bench.workstation.segmentPage.actions().labelsTab->trigger();
        for (const char* name : {"addLabel", "labelColour", "clearLabel", "removeLabel"})
            QTRY_VERIFY2(inSight(bench.part<QWidget>(name)), name);
    }

    void buttons_show_their_whole_words_data() { what_is_needed_is_in_sight_data(); }

    void buttons_show_their_whole_words()
    {
        QFETCH(QSize, size);
        QFETCH(int, percent);
        ui::applyTheme(*qApp, {}); // As the program does, before there are widgets.
        Bench bench;
        auto& window = bench.workstation.window;
        window.setLook({ui::Theme::Dark, percent});
        window.resize(size);
        OPEN_XRAY(bench);
        for (auto* tabs = window.findChild<QTabWidget*>(); const int tab : {0, 1, 2, 3}) {
            tabs->setCurrentIndex(tab);
            QCoreApplication::sendPostedEvents();
            for (const auto* button : tabs->currentWidget()->findChildren<QAbstractButton*>()) {
                if (!button->isVisible() || button->text().isEmpty())
                    continue;
                const int words = button->fontMetrics().horizontalAdvance(button->text());
                QVERIFY2(button->width() >= words + 8, qPrintable(button->text()));
            }
        }
    }

    void the_window_comes_back_as_it_was_left()
    {
        Bench bench;
        const auto data = bench.path("kept");
        const app::WorkstationOptions options{
            [] { return std::make_unique<support::FakeSegmenter>(fixtures::chestPackage()); }, data};
        ui::applyTheme(*qApp, {}); // As the program does, before there are widgets.
        QByteArray columns;
        {
            app::Workstation first(options);
            first.window.resize(790, 640); // Not larger than the screen that tests have.
            first.window.show();
            QVERIFY(QTest::qWaitForWindowExposed(&first.window));
            QTRY_VERIFY(first.window.wasPainted());
            first.actions.lightTheme->trigger();
            columns = first.window.columns();
            first.open.open(bench.file("not there"));
        }
        app::Workstation second(options);
        QCOMPARE(second.window.look(), (ui::Look{ui::Theme::Light, 100}));
        QVERIFY(second.actions.lightTheme->isChecked());
        QCOMPARE(second.window.size(), QSize(790, 640));
        QCOMPARE(second.window.columns(), columns);
        const app::DialogFolder folder(app::settingsFile(options), QStringLiteral("open"));
        QCOMPARE(folder.last(), QFileInfo(bench.file("not there")).absolutePath());
        second.actions.textLarger->trigger();
        QCOMPARE(app::rememberedLook(app::settingsFile(options)), (ui::Look{ui::Theme::Light, 110}));
        const app::WorkstationOptions others{options.segmenter, bench.path("another")};
        app::Workstation third(others);
        QCOMPARE(third.window.look(), ui::Look{});
    }

    void a_look_for_one_run_is_not_kept()
    {
        Bench bench;
        app::WorkstationOptions options{
            [] { return std::make_unique<support::FakeSegmenter>(fixtures::chestPackage()); }, bench.path("kept")};
        options.look = ui::Look{ui::Theme::Light, 150};
        {
            app::Workstation first(options);
            QCOMPARE(first.window.look().textPercent, 150);
        }
        QVERIFY(!app::rememberedLook(app::settingsFile(options)));
    }

    void tab_goes_from_left_to_right_and_down()
    {
        Bench bench;
        std::filesystem::create_directories(bench.path("study"));
        bench.writeXray("study/1.dcm");
        bench.writeOtherXray("study/2.dcm");
        OPEN_PATH(bench, "study");
        say(bench, QStringLiteral("one"));
        bench.workstation.window.resize(1600, 1200); // Nothing is scrolled away.
        activate(bench);
        auto order = tabOrder();
        QVERIFY(order.size() > 20);
        const auto first =
            std::find_if(order.begin(), order.end(), [&](QWidget* w) { return regionOf(bench, w) <= 1; });
        std::rotate(order.begin(), first, order.end());
        for (qsizetype i = 1; i < order.size(); ++i) {
            const int from = regionOf(bench, order[i - 1]);
            const int to = regionOf(bench, order[i]);
            const QString step = nameOf(order[i - 1]) + QStringLiteral(" -> ") + nameOf(order[i]);
            QVERIFY2(from <= to, qPrintable(step));
            if (from != to || from == 3)
                continue;
            const QRect a = placeIn(bench.workstation.window, *order[i - 1]);
            const QRect b = placeIn(bench.workstation.window, *order[i]);
            // Below, or in the same line further right; two columns of buttons may be walked one after the other.
            QVERIFY2(b.top() >= a.bottom() - 2 || b.left() >= a.right() - 2, qPrintable(step));
        }
    }

    void the_readmes_keys_are_the_programs()
    {
        QFile readme(QStringLiteral("README.md"));
        QVERIFY(readme.open(QIODevice::ReadOnly));
        const QString text = QString::fromUtf8(readme.readAll());
        Bench bench;
        QMap<QString, QString> effects;
        for (const QAction* action : bench.workstation.window.actions())
            for (const QKeySequence& key : action->shortcuts())
                effects[key.toString()] += QLatin1Char(' ') + action->text().toLower();
        static const QRegularExpression key(
            QStringLiteral("([\\w*\\s]+)\\(((?:(?:Ctrl|Shift|Alt)\\+)*(?:[A-Z]|F\\d+|Return))[,)]"));
        int found = 0;
        for (auto all = key.globalMatch(text); all.hasNext(); ++found) {
            const auto match = all.next();
            const QString keys = match.captured(2);
            QVERIFY2(effects.contains(keys), qPrintable(keys));
            const auto words =
                match.captured(1).remove(QLatin1Char('*')).toLower().simplified().split(QLatin1Char(' '));
            const bool same = std::any_of(words.begin(), words.end(),
                [&](const QString& word) { return word.size() > 3 && effects[keys].contains(word); });
            QVERIFY2(same, qPrintable(keys + QStringLiteral(" does:") + effects[keys]));
        }
        QVERIFY(found >= 7);
    }

    void f1_lists_every_key_and_gesture()
    {
        Bench bench;
        bench.workstation.actions.shortcuts->trigger();
        const auto* table = bench.part<QWidget>("shortcutsDialog").findChild<QTableWidget*>();
        QSet<QString> listed;
        for (int row = 0; row < table->rowCount(); ++row) {
            const auto* field = qobject_cast<const QKeySequenceEdit*>(table->cellWidget(row, 1));
            listed << (field ? field->keySequence().toString(QKeySequence::NativeText) : table->item(row, 1)->text());
        }
        for (const QAction* action : bench.workstation.window.actions())
            if (!action->shortcut().isEmpty())
                QVERIFY2(listed.contains(action->shortcut().toString(QKeySequence::NativeText)), qPrintable(action->text()));
        for (const auto& gesture : ui::pictureGestures())
            QVERIFY2(listed.contains(gesture.input), qPrintable(gesture.input));
    }

    void keys_named_in_tips_are_the_programs()
    {
        Bench bench;
        QSet<QString> keys;
        for (const QAction* action : bench.workstation.window.actions())
            for (const QKeySequence& key : action->shortcuts())
                keys << key.toString(QKeySequence::NativeText);
        static const QRegularExpression named(QStringLiteral("(?:Ctrl|Shift|Alt)\\+[\\w+]+"));
        for (const QWidget* widget : bench.workstation.window.findChildren<QWidget*>())
            for (auto all = named.globalMatch(widget->toolTip()); all.hasNext();) {
                const QString key = all.next().captured();
                QVERIFY2(keys.contains(key), qPrintable(nameOf(widget) + QStringLiteral(": ") + key));
            }
    }

    void what_is_being_read_is_said_where_the_picture_will_be()
    {
        Bench bench;
        phantom::CtOptions options;
        options.columns = options.rows = 32;
        options.slices = 4;
        phantom::writeCt(bench.path("ct"), options);
        QSet<QString> channels;
        connect(&bench.workstation.jobs, &app::JobRunner::jobStarted, this,
            [&](const app::JobStatus& job) { channels << job.channel; });
        const QImage empty = bench.view().grab().toImage();
        bench.workstation.open.open(bench.file("ct"));
        QVERIFY(bench.view().grab().toImage() != empty);
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().isOpen(), kPatience);
        QVERIFY(channels.contains(QStringLiteral("scan")) && channels.contains(QStringLiteral("read")));
    }

    void studies_say_how_far_they_are()
    {
        Bench bench;
        std::filesystem::create_directories(bench.path("day"));
        bench.writeXray("day/1.dcm");
        bench.writeOtherXray("day/2.dcm");
        OPEN_PATH(bench, "day");
        auto& list = bench.workstation.study.list.model();
        const QString id = bench.session().id();
        QCOMPARE(list.state(id), ui::StudyState::New);
        bench.workstation.actions.tool(ui::ToolId::Brush)->trigger();
        bench.stroke({50, 50}, {90, 60});
        QCOMPARE(list.state(id), ui::StudyState::Draft);
        bench.session().undo();
        QCOMPARE(list.state(id), ui::StudyState::New);
        bench.session().redo();
        bench.workstation.save.saveTo(bench.path("mask.dcm"));
        QTRY_COMPARE_WITH_TIMEOUT(list.state(id), ui::StudyState::Saved, kPatience);
        bench.workstation.open.open(bench.file("day")); // Known again when it is listed again.
        QTRY_VERIFY_WITH_TIMEOUT(bench.workstation.jobs.isIdle() && bench.session().isOpen(), kPatience);
        QCOMPARE(list.state(id), ui::StudyState::Saved);
    }
};

QTEST_MAIN(WindowTest)
#include "tst_window.moc"
