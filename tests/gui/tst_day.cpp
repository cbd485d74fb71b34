#include "imaging/dicom/scan.h"
#include "imaging/pacs/storage_scp.h"
#include "tests/gui/workstation_fixture.h"
#include "ui/dialogs/send_dialog.h"

#include <QAbstractButton>
#include <QFileDialog>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSettings>
#include <QSignalSpy>

#include <set>

using fixtures::Bench;
using fixtures::kPatience;
using State = ui::SegmentPanel::State;

namespace {

constexpr unsigned kStudies = 10;
constexpr int kMostActions = 7; ///< A study, beside its sentence.

/// A reader at the keyboard: every key and every answered dialog counts.
class Reader
{
public:
    explicit Reader(Bench& bench)
        : m_bench(bench)
    {
    }

    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        ++actions;
        // A window manager gives the window its focus back after a dialog; on the offscreen platform there is none.
        if (!QApplication::focusWidget()) {
            QApplication::setActiveWindow(&m_bench.workstation.window);
            m_bench.view().setFocus();
        }
        auto* target = QApplication::focusWidget();
        QTest::keyClick(target ? target : &m_bench.workstation.window, key, modifiers);
    }

    void write(const QString& sentence)
    {
        auto& field = m_bench.part<QPlainTextEdit>("sentence");
        if (!field.hasFocus())
            press(Qt::Key_T);
        QTest::keyClicks(&field, sentence);
    }

    void segment()
    {
        press(Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(m_bench.panel().state(), State::Proposal, kPatience);
    }

    /// Answers the file dialog that asks where masks go.
    void chooseFolder()
    {
        ++actions;
        QTRY_VERIFY_WITH_TIMEOUT(m_bench.workstation.window.findChild<QFileDialog*>(), kPatience);
        auto* dialog = m_bench.workstation.window.findChild<QFileDialog*>();
        dialog->selectFile(m_bench.folder.filePath(QStringLiteral("first")));
        QMetaObject::invokeMethod(dialog, "accept");
        QTRY_VERIFY(!m_bench.workstation.window.findChild<QFileDialog*>());
    }

    /// Answers the dialog that asks for the archive.
    void chooseArchive(int port)
    {
        ++actions;
        QTRY_VERIFY_WITH_TIMEOUT(m_bench.workstation.window.findChild<ui::SendDialog*>(), kPatience);
        auto& node = m_bench.part<QLineEdit>("node");
        QTest::keyClicks(&node, QStringLiteral("LIMN@127.0.0.1:%1").arg(port));
        QTest::keyClick(&node, Qt::Key_Return);
    }

    int actions = 0;

private:
    Bench& m_bench;
};

void writeDay(Bench& bench)
{
    std::filesystem::create_directories(bench.path("day"));
    for (unsigned seed = 1; seed <= kStudies; ++seed) {
        phantom::XrayOptions options;
        options.columns = options.rows = 128;
        options.seed = seed;
        phantom::writeXray(bench.path("day") / (std::to_string(seed) + ".dcm"), options);
    }
}

void activate(Bench& bench)
{
    bench.workstation.window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&bench.workstation.window));
    bench.view().setFocus();
}

} // namespace

class DayTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_day_of_ten_studies()
    {
        Bench bench;
        writeDay(bench);
        imaging::pacs::StorageScpOptions options;
        options.folder = bench.path("archive");
        const imaging::pacs::StorageScp archive(options);
        OPEN_PATH(bench, "day");
        activate(bench);
        QSignalSpy done(&bench.workstation.finish, &app::FinishController::done);
        std::set<QString> seen;
        Reader reader(bench);
        for (unsigned study = 1; study <= kStudies; ++study) {
            const int before = reader.actions;
            QVERIFY(seen.insert(bench.session().id()).second);
            reader.write(QStringLiteral("one infected area, lower left lung"));
            reader.segment();
            reader.press(Qt::Key_F9);
            if (study == 1) {
                reader.chooseFolder();
                reader.chooseArchive(archive.port());
            }
            QTRY_COMPARE_WITH_TIMEOUT(done.count(), static_cast<int>(study), kPatience);
            QVERIFY(reader.actions - before <= kMostActions);
            if (study < kStudies)
                QTRY_VERIFY_WITH_TIMEOUT(
                    bench.session().isOpen() && !seen.contains(bench.session().id()), kPatience);
        }
        QVERIFY(!done.last()[0].toBool());
        QVERIFY(bench.said(QStringLiteral("last study")));
        qInfo("%d actions for %u studies", reader.actions, kStudies);
        const auto stored = imaging::scanPath(options.folder, {}, {});
        QCOMPARE(stored.series.size(), std::size_t{kStudies});
        auto& list = bench.workstation.study.list.model();
        for (int row = 0; row < list.rowCount(); ++row)
            QCOMPARE(list.state(QString::fromStdString(list.series(row).id)), ui::StudyState::Sent);
    }

    void a_study_without_a_finding_is_passed_by()
    {
        Bench bench;
        writeDay(bench);
        OPEN_PATH(bench, "day");
        activate(bench);
        const QString first = bench.session().id();
        Reader(bench).press(Qt::Key_F9);
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().isOpen() && bench.session().id() != first, kPatience);
        QVERIFY(!bench.workstation.window.findChild<QFileDialog*>());
    }

    void a_dialog_that_is_given_up_ends_it_and_the_key_goes_on()
    {
        Bench bench;
        writeDay(bench);
        OPEN_PATH(bench, "day");
        activate(bench);
        const QString first = bench.session().id();
        bench.workstation.actions.tool(ui::ToolId::Brush)->trigger();
        bench.stroke({50, 50}, {90, 60});
        const auto painted = bench.session().voxelsOf(bench.session().activeLabel());
        QSignalSpy stopped(&bench.workstation.finish, &app::FinishController::stopped);
        Reader reader(bench);
        for (int times = 1; times <= 2; ++times) {
            reader.press(Qt::Key_F9);
            QTRY_VERIFY_WITH_TIMEOUT(bench.workstation.window.findChild<QFileDialog*>(), kPatience);
            QMetaObject::invokeMethod(bench.workstation.window.findChild<QFileDialog*>(), "reject");
            QTRY_COMPARE(stopped.count(), times);
            QTRY_VERIFY(!bench.workstation.window.findChild<QFileDialog*>());
            activate(bench);
        }
        QCOMPARE(bench.session().id(), first);
        QCOMPARE(bench.session().voxelsOf(bench.session().activeLabel()), painted);
        QVERIFY(bench.session().hasUnsavedWork());
    }

    void an_archive_that_is_down_stops_it_and_nothing_is_lost()
    {
        Bench bench;
        writeDay(bench);
        QSettings(bench.file("data/settings.ini"), QSettings::IniFormat)
            .setValue(QStringLiteral("archive"), QStringLiteral("LIMN@127.0.0.1:1"));
        OPEN_PATH(bench, "day");
        activate(bench);
        const QString first = bench.session().id();
        bench.workstation.actions.tool(ui::ToolId::Brush)->trigger();
        bench.stroke({50, 50}, {90, 60});
        const auto label = bench.session().activeLabel();
        const auto painted = bench.session().voxelsOf(label);
        QSignalSpy stopped(&bench.workstation.finish, &app::FinishController::stopped);
        Reader reader(bench);
        reader.press(Qt::Key_F9);
        reader.chooseFolder();
        QTRY_COMPARE_WITH_TIMEOUT(stopped.count(), 1, kPatience);
        QVERIFY(bench.said(QStringLiteral("not sent")));
        QCOMPARE(bench.session().id(), first);
        QCOMPARE(bench.session().voxelsOf(label), painted);
        auto& list = bench.workstation.study.list.model();
        QCOMPARE(list.state(first), ui::StudyState::Saved);
    }
};

QTEST_MAIN(DayTest)
#include "tst_day.moc"
