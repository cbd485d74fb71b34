#include "annotations/rtstruct/rtstruct.h"
#include "annotations/seg/reader.h"
#include "annotations/sr/measurement_report.h"
#include "app/workflow/send_queue.h"
#include "imaging/pacs/storage_scp.h"
#include "tests/gui/workstation_fixture.h"
#include "ui/dialogs/send_dialog.h"
#include "ui/panels/report_tab.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QLabel>
#include <QMessageBox>
#include <QSignalSpy>
#include <QTableWidget>

using fixtures::Bench;
using fixtures::kPatience;

namespace {

void paint(Bench& bench)
{
    auto edit = bench.session().beginEdit();
    edit->paintRun(500, 300, 1);
    bench.session().commit(*edit, QStringLiteral("Brush"));
}

void openCt(Bench& bench)
{
    phantom::CtOptions options;
    options.columns = 48;
    options.rows = 40;
    options.slices = 4;
    phantom::writeCt(bench.path("ct"), options);
    OPEN_PATH(bench, "ct");
    // The first picture is there before the rest of a stack.
    QTRY_COMPARE_WITH_TIMEOUT(bench.session().volume()->grid().slices, 4, kPatience);
    paint(bench);
}

QFileDialog& saveDialog(Bench& bench)
{
    bench.workstation.save.saveAs();
    auto* dialog = bench.workstation.window.findChild<QFileDialog*>();
    if (!dialog)
        qFatal("There is no dialog to save masks.");
    return *dialog;
}

/// Leaves the dialog with this name and kind of file.
void saveAs(Bench& bench, const QString& kind, const char* name)
{
    auto& dialog = saveDialog(bench);
    const QStringList filters = dialog.nameFilters();
    const auto filter = std::find_if(
        filters.begin(), filters.end(), [&kind](const QString& text) { return text.contains(kind); });
    QVERIFY(filter != filters.end());
    dialog.selectNameFilter(*filter);
    QSignalSpy saved(&bench.workstation.save, &app::SaveController::saved);
    Q_EMIT dialog.fileSelected(bench.file(name));
    dialog.close();
    QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 1, kPatience);
}

void send(Bench& bench, const char* button)
{
    QSignalSpy finished(&bench.workstation.send, &app::SendController::finished);
    bench.click(button);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatience);
}

/// DICOM files, in folders below, too.
std::size_t filesIn(const std::filesystem::path& folder)
{
    std::size_t count = 0;
    std::error_code none;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, none))
        count += entry.path().extension() == ".dcm";
    return count;
}

/// The masks, painted by hand, did not reach an archive that is down; the study is closed.
void leaveWaiting(Bench& bench)
{
    OPEN_XRAY(bench);
    paint(bench);
    bench.workstation.send.showDialog();
    bench.part<ui::SendDialog>("sendDialog").setNode(QStringLiteral("ARCHIVE@127.0.0.1:1"));
    send(bench, "sendNow");
    bench.session().close();
    OPEN_PATH(bench, "x.dcm"); // Again: what waits is no more the open study's.
    bench.workstation.send.showDialog();
}

} // namespace

/// What the window writes beside masks, and what of it waits to be sent.
class OutputTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void masks_are_saved_with_a_report_on_them()
    {
        Bench bench;
        openCt(bench);
        bench.workstation.segmentPage.report().setReport(QStringLiteral("One area."));
        saveAs(bench, QStringLiteral("SR"), "m.dcm");
        const auto report = annotations::readMeasurementReport(bench.path("m-report.dcm"));
        QCOMPARE(report.segSopInstanceUid, annotations::readSeg(bench.path("m.dcm")).sopInstanceUid);
        QCOMPARE(report.segments.size(), std::size_t{1});
        QCOMPARE(report.segments[0].measures.voxels, std::size_t{300});
        QVERIFY(report.segments[0].measures.values && report.unit == "HU");
        QCOMPARE(report.text, std::string("One area."));
        QVERIFY(!report.observer.empty());
        QVERIFY(report.segments[0].origins.empty()); // By hand.
        QVERIFY(bench.workstation.save.savedFile() == bench.path("m.dcm"));
        QVERIFY(bench.workstation.save.savedReport() == bench.path("m-report.dcm"));
    }

    void masks_are_saved_as_contours_which_are_never_sent_as_masks()
    {
        Bench bench;
        openCt(bench);
        saveAs(bench, QStringLiteral("RTSTRUCT"), "c.dcm");
        QVERIFY(annotations::isStructureSet(bench.path("c.dcm")));
        QVERIFY(!bench.session().hasUnsavedWork());
        QVERIFY(!bench.workstation.save.savedFile());
        bench.session().close();
        OPEN_PATH(bench, "ct");
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().savedNote().has_value(), kPatience);
        QVERIFY(!bench.workstation.save.savedFile()); // Nor when the study is opened again.
    }

    void an_xray_is_not_offered_as_contours()
    {
        Bench bench;
        OPEN_XRAY(bench);
        paint(bench);
        auto& dialog = saveDialog(bench);
        QVERIFY(dialog.nameFilters().filter(QStringLiteral("RTSTRUCT")).isEmpty());
        QCOMPARE(dialog.nameFilters().filter(QStringLiteral("SR")).size(), 1);
        dialog.reject();
    }

    void a_report_goes_to_the_archive_with_the_masks()
    {
        Bench bench;
        openCt(bench);
        imaging::pacs::StorageScpOptions options;
        options.folder = bench.path("archive");
        const imaging::pacs::StorageScp archive(options);
        bench.workstation.send.showDialog();
        auto& dialog = bench.part<ui::SendDialog>("sendDialog");
        dialog.setNode(QStringLiteral("LIMN@127.0.0.1:%1").arg(archive.port()));
        bench.part<QCheckBox>("alsoReport").setChecked(true);
        send(bench, "sendNow");
        QCOMPARE(dialog.results().size(), 2);
        QVERIFY2(dialog.results()[1].ok, qPrintable(dialog.results()[1].message));
        QCOMPARE(filesIn(options.folder), std::size_t{2});
        QCOMPARE(filesIn(bench.path("data") / "outbox"), std::size_t{0});
    }

    void what_waits_is_listed_with_its_reason_and_retried()
    {
        Bench bench;
        leaveWaiting(bench);
        auto& queue = bench.part<QTableWidget>("queue");
        QVERIFY(!queue.isHidden());
        QCOMPARE(queue.rowCount(), 1);
        QCOMPARE(queue.item(0, 1)->text(), QStringLiteral("failed"));
        QVERIFY2(queue.item(0, 2)->text().contains(QStringLiteral("127.0.0.1")), qPrintable(queue.item(0, 2)->text()));
        imaging::pacs::StorageScpOptions options;
        options.folder = bench.path("archive");
        const imaging::pacs::StorageScp archive(options);
        bench.part<ui::SendDialog>("sendDialog").setNode(QStringLiteral("LIMN@127.0.0.1:%1").arg(archive.port()));
        send(bench, "retryWaiting");
        QCOMPARE(filesIn(options.folder), std::size_t{1});
        QCOMPARE(queue.rowCount(), 0);
        QVERIFY(!bench.part<QPushButton>("retryWaiting").isVisible());
    }

    void what_waits_is_removed_only_when_confirmed()
    {
        Bench bench;
        leaveWaiting(bench);
        auto& queue = bench.part<QTableWidget>("queue");
        QVERIFY(!bench.part<QPushButton>("removeWaiting").isEnabled()); // Nothing is chosen.
        queue.selectRow(0);
        bench.click("removeWaiting");
        bench.part<QMessageBox>("removeBox").button(QMessageBox::Cancel)->click();
        QTRY_VERIFY(!bench.workstation.window.findChild<QMessageBox*>(QStringLiteral("removeBox")));
        QCOMPARE(queue.rowCount(), 1);
        bench.click("removeWaiting");
        bench.part<QMessageBox>("removeBox").button(QMessageBox::Yes)->click();
        QTRY_COMPARE_WITH_TIMEOUT(queue.rowCount(), 0, kPatience);
        QVERIFY(std::filesystem::is_empty(bench.path("data") / "outbox")); // Its record is gone, too.
    }
};

QTEST_MAIN(OutputTest)
#include "tst_output.moc"
