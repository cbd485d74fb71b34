#include "app/controllers/study/mask_file_name.h"
#include "app/controllers/study/view_note.h"
#include "tests/gui/workstation_fixture.h"
#include "ui/models/series_model.h"

#include <QElapsedTimer>
#include <QFileDialog>
#include <QLabel>
#include <QListWidget>
#include <QMessageBox>
#include <QSignalSpy>

#include <algorithm>
#include <cmath>
#include <fstream>

using fixtures::Bench;
using fixtures::kPatience;

namespace {

std::unique_ptr<models::Segmenter> noModel()
{
    throw imaging::Error(imaging::ErrorKind::NotFound, "There is no model package.");
}

/// A window on the bench's data folder, as if the program had been started a second time.
class SecondWindow
{
public:
    explicit SecondWindow(const Bench& bench)
        : workstation({noModel, bench.path("data")})
    {
        workstation.window.resize(1400, 900);
        workstation.window.show();
    }

    void open(const QString& path)
    {
        workstation.open.open(path);
        QTRY_VERIFY_WITH_TIMEOUT(workstation.session.isOpen(), kPatience);
    }

    QString said() { return workstation.messages.texts().join(QLatin1Char('\n')); }
    QString line() { return workstation.window.findChild<QLabel*>(QStringLiteral("stateText"))->text(); }

    app::Workstation workstation;
};

void paint(app::Session& session, std::size_t offset)
{
    auto edit = session.beginEdit();
    edit->paintRun(offset, 500, 1);
    session.commit(*edit, QStringLiteral("Brush"));
}

QString line(Bench& bench)
{
    return bench.part<QLabel>("stateText").text();
}

std::filesystem::path journals(const Bench& bench)
{
    return bench.path("data") / "journals";
}

/// As if the program had been ended by force: what is on disk stays, nobody is asked.
void leaveUnsaved(const Bench& bench, const char* name, std::size_t offset = 1000)
{
    SecondWindow window(bench);
    window.open(bench.file(name));
    paint(window.workstation.session, offset);
}

} // namespace

class KeptWorkTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void the_line_says_when_every_stroke_is_on_disk()
    {
        Bench bench;
        QCOMPARE(line(bench), QString());
        OPEN_XRAY(bench);
        QTRY_VERIFY(line(bench).contains(QStringLiteral("every stroke is on disk")));
        paint(bench.session(), 1000);
        QVERIFY(line(bench).contains(QStringLiteral("Not saved")));
        QVERIFY(line(bench).contains(QStringLiteral("writing")));
        QTRY_VERIFY(line(bench).contains(QStringLiteral("every stroke is on disk")));
        bench.session().close();
        QCOMPARE(line(bench), QString());
    }

    void the_line_says_when_the_journal_is_lost_and_when_it_is_back()
    {
        Bench bench;
        OPEN_XRAY(bench);
        paint(bench.session(), 1000);
        QTRY_VERIFY(line(bench).contains(QStringLiteral("every stroke is on disk")));
        std::filesystem::remove_all(journals(bench));
        std::ofstream(journals(bench)) << "in the way";
        QTRY_VERIFY_WITH_TIMEOUT(line(bench).contains(QStringLiteral("Journal off")), kPatience);
        QVERIFY(bench.said(QStringLiteral("not kept on disk")));
        paint(bench.session(), 5000); // A stroke does not make it say otherwise.
        QVERIFY(line(bench).contains(QStringLiteral("Journal off")));
        std::filesystem::remove(journals(bench));
        QTRY_VERIFY_WITH_TIMEOUT(line(bench).contains(QStringLiteral("every stroke is on disk")), kPatience);
        QVERIFY(bench.said(QStringLiteral("written again")));
        QVERIFY(!bench.said(QStringLiteral("not kept on disk")));
    }

    void a_second_window_reads_only_and_takes_over_when_the_first_ends()
    {
        auto first = std::make_unique<Bench>();
        Bench& bench = *first;
        OPEN_XRAY(bench);
        paint(bench.session(), 1000);
        QTRY_VERIFY(line(bench).contains(QStringLiteral("on disk")));
        SecondWindow second(bench);
        second.open(bench.file("x.dcm"));
        QVERIFY(second.said().contains(QStringLiteral("open in another window")));
        QVERIFY(second.said().contains(QString::number(QCoreApplication::applicationPid())));
        QVERIFY(second.line().contains(QStringLiteral("Read only")));
        paint(second.workstation.session, 9000);
        QCOMPARE(second.workstation.session.voxelsOf(1), std::size_t{500});
        QVERIFY(!second.workstation.session.hasUnsavedWork());
        paint(bench.session(), 20000);
        QTRY_VERIFY(line(bench).contains(QStringLiteral("on disk")));
        QSignalSpy saved(&bench.workstation.save, &app::SaveController::saved);
        bench.workstation.save.saveTo(bench.path("mask.dcm"));
        QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 1, kPatience);
        bench.session().close();
        QTRY_VERIFY_WITH_TIMEOUT(second.said().contains(QStringLiteral("let go")), kPatience);
        for (auto* button : second.workstation.window.findChildren<QPushButton*>(QStringLiteral("messageAction")))
            if (button->text().contains(QStringLiteral("Work on it")))
                button->click();
        QTRY_VERIFY_WITH_TIMEOUT(second.workstation.session.isOpen()
                && second.workstation.session.voxelsOf(1) == std::size_t{1000},
            kPatience);
        paint(second.workstation.session, 9000);
        QCOMPARE(second.workstation.session.voxelsOf(1), std::size_t{1500});
    }

    void a_brush_and_a_mask_are_refused_in_the_second_window()
    {
        Bench bench;
        OPEN_XRAY(bench);
        SecondWindow second(bench);
        second.open(bench.file("x.dcm"));
        auto& view = second.workstation.window.view();
        second.workstation.actions.tool(ui::ToolId::Brush)->trigger();
        Q_EMIT view.strokeBegan({50, 50}, ui::ToolId::Brush, view.which());
        Q_EMIT view.strokeMoved({90, 60});
        Q_EMIT view.strokeEnded();
        QVERIFY(second.workstation.session.labelMap()->empty());
        second.workstation.masks.load(bench.file("mask.dcm"));
        QVERIFY(second.said().contains(QStringLiteral("another window")));
        QVERIFY(second.workstation.jobs.isIdle());
    }

    void the_last_mask_is_there_when_the_study_is_opened_again()
    {
        Bench bench;
        bench.writeOtherXray("y.dcm");
        OPEN_XRAY(bench);
        paint(bench.session(), 1000);
        QSignalSpy saved(&bench.workstation.save, &app::SaveController::saved);
        bench.workstation.save.saveTo(bench.path("mask.dcm"));
        QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 1, kPatience);
        const QString id = bench.session().id();
        bench.workstation.open.open(bench.file("y.dcm"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().isOpen() && bench.session().id() != id, kPatience);
        QVERIFY(bench.session().labelMap()->empty());
        bench.workstation.open.open(bench.file("x.dcm"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().isOpen() && bench.session().id() == id, kPatience);
        QCOMPARE(bench.session().voxelsOf(1), std::size_t{500});
        QVERIFY(!bench.session().hasUnsavedWork());
        QVERIFY(bench.said(QStringLiteral("are here again")));
        QVERIFY(line(bench).contains(QStringLiteral("mask.dcm")));
        QVERIFY(bench.workstation.save.savedFile()); // Sent as the file that it is.
        // The program is started again, and the file is gone.
        bench.session().close();
        bench.session().journalPlace().settled.wait();
        std::filesystem::remove(bench.path("mask.dcm"));
        SecondWindow later(bench);
        later.open(bench.file("x.dcm"));
        QCOMPARE(later.workstation.session.voxelsOf(1), std::size_t{500});
        QVERIFY(!later.workstation.save.savedFile());
    }

    void a_study_is_opened_as_it_was_looked_at()
    {
        Bench bench;
        phantom::writeCt(bench.path("ct"), {});
        bench.writeXray("x.dcm");
        OPEN_PATH(bench, "ct");
        auto& state = bench.state();
        state.setLayout(ui::ViewLayout::Planes);
        state.setSlice(7);
        const auto crosshair = state.crosshair();
        state.setObliqueNormal({0.6, 0, 0.8});
        state.setWindow({50, 350}, QStringLiteral("Mediastinum"));
        state.setTool(ui::ToolId::Eraser);
        state.setBrushRadiusMm(11);
        bench.session().setActiveLabel(bench.session().labels()[1].value);
        const QString ct = bench.session().id();
        bench.workstation.open.open(bench.file("x.dcm"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().isOpen() && bench.session().id() != ct, kPatience);
        state.setTool(ui::ToolId::Select);
        bench.session().close();
        bench.session().journalPlace().settled.wait();
        SecondWindow later(bench); // The program is started again.
        later.open(bench.file("ct"));
        const auto& seen = later.workstation.viewState;
        QCOMPARE(seen.slice(), 7);
        QVERIFY(seen.crosshair() == crosshair);
        QVERIFY(imaging::length(seen.obliqueNormal() - imaging::PatientPoint{0.6, 0, 0.8}) < 1e-9);
        QVERIFY((seen.window() == imaging::WindowLevel{50, 350}));
        QCOMPARE(seen.windowName(), QStringLiteral("Mediastinum"));
        QVERIFY(seen.layout() == ui::ViewLayout::Planes);
        QVERIFY(seen.tool() == ui::ToolId::Eraser);
        QCOMPARE(seen.brushRadiusMm(), 11.0);
        QCOMPARE(later.workstation.session.activeLabel(), later.workstation.session.labels()[1].value);
    }

    void how_a_study_is_looked_at_is_on_disk_before_a_crash_and_names_nobody()
    {
        Bench bench;
        OPEN_XRAY(bench);
        const auto noteIn = [&]() -> std::filesystem::path {
            for (const auto& entry : std::filesystem::directory_iterator(journals(bench)))
                if (entry.path().extension() == ".view")
                    return entry.path();
            return {};
        };
        bench.state().setWindow({1234, 567});
        QElapsedTimer clock;
        clock.start();
        QTRY_VERIFY_WITH_TIMEOUT(!noteIn().empty(), 3 * app::ViewKeeper::kWriteEvery);
        QVERIFY(clock.elapsed() > app::ViewKeeper::kWriteEvery / 2); // Not at every change.
        std::ifstream file(noteIn());
        const std::string text((std::istreambuf_iterator<char>(file)), {});
        QVERIFY(text.find("1234") != std::string::npos);
        const auto& study = bench.session().volume()->info().study;
        for (const std::string& secret : {study.patientName, study.patientId, study.seriesInstanceUid}) {
            QVERIFY(!secret.empty());
            QVERIFY(text.find(secret) == std::string::npos);
            QVERIFY(noteIn().string().find(secret) == std::string::npos);
        }
    }

    void a_damaged_note_of_how_it_was_looked_at_changes_nothing_data()
    {
        QTest::addColumn<QByteArray>("note");
        QTest::newRow("no JSON") << QByteArray("\x00\xff{");
        QTest::newRow("another version") << QByteArray(R"({"version":2,"center":1,"width":2})");
        QTest::newRow("wrong values")
            << QByteArray(R"({"version":1,"center":"a","width":-3,"crosshair":[1],"oblique":[0,0,0],"layout":7,"label":-1})");
        QTest::newRow("places nowhere") << QByteArray(R"({"version":1,"brushMm":1e300,"label":60000,"tool":"none"})");
        QTest::newRow("very long") << QByteArray(1 << 20, ' ');
    }

    void a_damaged_note_of_how_it_was_looked_at_changes_nothing()
    {
        QFETCH(QByteArray, note);
        Bench bench;
        OPEN_XRAY(bench);
        const auto window = bench.state().window();
        const auto label = bench.session().activeLabel();
        const auto tool = bench.state().tool();
        app::applyViewNote(note.toStdString(), bench.state());
        QVERIFY(bench.state().window() == window);
        QVERIFY(bench.state().tool() == tool);
        QCOMPARE(bench.session().activeLabel(), label);
        QVERIFY(std::isfinite(bench.state().brushRadiusMm()) && bench.state().brushRadiusMm() < 10000);
    }

    void the_folder_of_the_pictures_may_go_while_they_are_open_data()
    {
        QTest::addColumn<QString>("mask");
        QTest::newRow("SEG") << QStringLiteral("mask.dcm");
        QTest::newRow("NIfTI") << QStringLiteral("mask.nii.gz");
        QTest::newRow("NRRD") << QStringLiteral("mask.nrrd");
    }

    /// A disk that is unplugged: what was read is in memory, the headers that a SEG repeats too.
    void the_folder_of_the_pictures_may_go_while_they_are_open()
    {
        QFETCH(QString, mask);
        Bench bench;
        phantom::writeCt(bench.path("ct"), {});
        OPEN_PATH(bench, "ct");
        std::filesystem::rename(bench.path("ct"), bench.path("elsewhere"));
        paint(bench.session(), 30000);
        paint(bench.session(), 90000);
        const auto span = bench.session().labelMap()->voxels();
        const std::vector<std::uint16_t> drawn(span.begin(), span.end());
        const auto file = std::filesystem::path(bench.folder.filePath(mask).toStdString());
        QSignalSpy saved(&bench.workstation.save, &app::SaveController::saved);
        bench.workstation.save.saveTo(file);
        QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 1, kPatience);
        QVERIFY(!bench.session().hasUnsavedWork());
        bench.session().close();
        Bench other; // Knows nothing of the first one's work.
        other.workstation.open.open(bench.file("elsewhere"), QString::fromStdString(file.string()));
        QTRY_VERIFY_WITH_TIMEOUT(other.session().isOpen() && !other.session().labelMap()->empty(), kPatience);
        // A file without names of labels gets a label of its own.
        QVERIFY(std::ranges::equal(other.session().labelMap()->voxels(), drawn,
            [](auto found, auto wanted) { return (found != 0) == (wanted != 0); }));
    }

    void unfinished_work_is_listed_at_the_start_and_opened_by_one_key()
    {
        Bench bench; // Only for its folder; nothing is open in it.
        bench.writeXray("x.dcm");
        bench.writeOtherXray("y.dcm");
        leaveUnsaved(bench, "x.dcm");
        leaveUnsaved(bench, "y.dcm");
        SecondWindow window(bench);
        auto* list = window.workstation.window.findChild<QListWidget*>(QStringLiteral("unfinishedList"));
        QTRY_COMPARE_WITH_TIMEOUT(list->count(), 2, kPatience);
        QVERIFY(list->isVisible());
        QVERIFY(list->item(0)->text().contains(QStringLiteral("1 steps")));
        QTest::keyClick(list, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(window.workstation.session.isOpen(), kPatience);
        QCOMPARE(window.workstation.session.voxelsOf(1), std::size_t{500});
        QVERIFY(window.workstation.session.hasUnsavedWork());
        QVERIFY(!list->isVisible());
    }

    void unfinished_work_can_be_thrown_away()
    {
        Bench bench;
        bench.writeXray("x.dcm");
        leaveUnsaved(bench, "x.dcm");
        SecondWindow window(bench);
        auto* list = window.workstation.window.findChild<QListWidget*>(QStringLiteral("unfinishedList"));
        QTRY_COMPARE_WITH_TIMEOUT(list->count(), 1, kPatience);
        QTest::keyClick(list, Qt::Key_Delete);
        auto* box = window.workstation.window.findChild<QMessageBox*>(QStringLiteral("forgetBox"));
        QVERIFY(box);
        box->button(QMessageBox::Discard)->click();
        QTRY_COMPARE_WITH_TIMEOUT(list->count(), 0, kPatience);
        window.open(bench.file("x.dcm"));
        QVERIFY(window.workstation.session.labelMap()->empty());
    }

    void what_cannot_be_opened_leaves_the_open_study_as_it_is_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("not there") << QByteArray();
        QTest::newRow("text") << QByteArray("hello");
        QTest::newRow("pixels cut off") << QByteArray("cut");
    }

    void what_cannot_be_opened_leaves_the_open_study_as_it_is()
    {
        QFETCH(QByteArray, content);
        Bench bench;
        OPEN_XRAY(bench);
        paint(bench.session(), 1000);
        const QString id = bench.session().id();
        const auto volume = bench.picture().volume();
        if (content == "cut") {
            bench.writeOtherXray("bad.dcm");
            std::filesystem::resize_file(
                bench.path("bad.dcm"), std::filesystem::file_size(bench.path("bad.dcm")) / 2);
        } else if (!content.isEmpty()) {
            std::ofstream(bench.path("bad.dcm")) << content.toStdString();
        }
        QSignalSpy failed(&bench.workstation.open, &app::OpenController::failed);
        bench.workstation.open.open(bench.file("bad.dcm"));
        const auto question = [&] {
            return bench.workstation.window.findChild<QMessageBox*>(QStringLiteral("unsavedBox"));
        };
        QTRY_VERIFY_WITH_TIMEOUT(failed.count() > 0 || question(), kPatience);
        if (question())
            question()->button(QMessageBox::Discard)->click();
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatience);
        QCOMPARE(bench.session().id(), id);
        QCOMPARE(bench.picture().volume(), volume);
        QCOMPARE(bench.session().voxelsOf(1), std::size_t{500});
        QVERIFY(bench.session().hasUnsavedWork());
        QCOMPARE(bench.workstation.study.list.model().rowCount(), 1);
        QVERIFY(bench.said(QStringLiteral("still open")));
        paint(bench.session(), 9000); // And it can be worked on.
        QCOMPARE(bench.session().voxelsOf(1), std::size_t{1000});
    }

    void files_have_a_telling_name_without_the_patients()
    {
        imaging::StudyContext study;
        study.studyDate = "20260103";
        study.modality = "CT";
        study.seriesDescription = "Thorax / DOE 1.5 mm";
        study.patientName = "Doe^Jane";
        study.patientId = "4711";
        const QDateTime now(QDate(2026, 11, 28), QTime(19, 5, 12));
        QCOMPARE(app::maskFileStem(study, now), QStringLiteral("2026-01-03_CT_Thorax-1-5-mm_mask-20261128-190512"));
        QCOMPARE(app::maskFileStem({}, now), QStringLiteral("mask-20261128-190512"));
    }

    void the_folder_is_remembered_and_nothing_is_written_over()
    {
        Bench bench;
        OPEN_XRAY(bench);
        paint(bench.session(), 1000);
        QDir(bench.folder.path()).mkdir(QStringLiteral("masks"));
        QSignalSpy saved(&bench.workstation.save, &app::SaveController::saved);
        bench.workstation.save.saveAs();
        auto* dialog = bench.workstation.window.findChild<QFileDialog*>();
        dialog->selectFile(bench.folder.filePath(QStringLiteral("masks/first.dcm")));
        QMetaObject::invokeMethod(dialog, "accept");
        QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 1, kPatience);
        const QString next = bench.workstation.save.suggestedPath();
        QVERIFY2(next.startsWith(bench.folder.filePath(QStringLiteral("masks/"))), qPrintable(next));
        QVERIFY(!QFileInfo::exists(next));
        SecondWindow later(bench);
        later.open(bench.file("x.dcm"));
        QVERIFY(later.workstation.save.suggestedPath().startsWith(bench.folder.filePath(QStringLiteral("masks/"))));
    }
};

QTEST_MAIN(KeptWorkTest)
#include "tst_kept_work.moc"
