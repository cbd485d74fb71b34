#include "imaging/pacs/storage_scp.h"
#include "tests/gui/workstation_fixture.h"
#include "tests/unit/imaging/pacs/fake_archive.h"
#include "ui/dialogs/send_dialog.h"

#include <QCheckBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QSignalSpy>
#include <QTableWidget>

using fixtures::Bench;
using fixtures::kPatience;

namespace {

void openAndPaint(Bench& bench)
{
    OPEN_XRAY(bench);
    auto edit = bench.session().beginEdit();
    edit->paintRun(4000, 900, 1);
    bench.session().commit(*edit, QStringLiteral("Brush"));
}

ui::SendDialog& dialogOf(Bench& bench, int port)
{
    bench.workstation.send.showDialog();
    auto& dialog = bench.part<ui::SendDialog>("sendDialog");
    dialog.setNode(QStringLiteral("ARCHIVE@127.0.0.1:%1").arg(port));
    return dialog;
}

void send(Bench& bench)
{
    QSignalSpy finished(&bench.workstation.send, &app::SendController::finished);
    bench.click("sendNow");
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatience);
}

int waiting(Bench& bench)
{
    std::error_code none;
    int count = 0;
    for (const auto& file : std::filesystem::directory_iterator(bench.path("data") / "outbox", none))
        count += file.path().extension() == ".dcm";
    return count;
}

QString answer(Bench& bench)
{
    return bench.part<QLabel>("answer").text();
}

} // namespace

class ArchiveTroubleTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void what_the_archive_does_wrong_is_told_and_the_masks_are_kept_data()
    {
        QTest::addColumn<int>("trouble");
        QTest::addColumn<QString>("words");
        QTest::newRow("is down") << 0 << QStringLiteral("127.0.0.1");
        QTest::newRow("refuses the program") << 1 << QStringLiteral("AE title");
        QTest::newRow("refuses the object") << 2 << QStringLiteral("out of resources");
        QTest::newRow("stops in the middle") << 3 << QStringLiteral("may or may not");
    }

    void what_the_archive_does_wrong_is_told_and_the_masks_are_kept()
    {
        QFETCH(int, trouble);
        QFETCH(QString, words);
        FakeArchive::Script script;
        if (trouble == 1)
            script.reject = imaging::pacs::detail::Reject{1, 1, 3}; // Calling AE title not recognized.
        script.statusOf = [trouble](
                              int) { return trouble == 3 ? std::optional<std::uint16_t>() : std::uint16_t{0xA700}; };
        std::optional<FakeArchive> archive;
        archive.emplace(script);
        const int port = archive->port();
        if (trouble == 0)
            archive.reset();

        Bench bench;
        openAndPaint(bench);
        auto& dialog = dialogOf(bench, port);
        send(bench);
        QCOMPARE(dialog.results().size(), 1);
        QVERIFY(!dialog.results()[0].ok);
        QVERIFY2(dialog.results()[0].message.contains(words), qPrintable(dialog.results()[0].message));
        QVERIFY(bench.part<QTableWidget>("results").item(0, 2)->text().contains(words));
        QVERIFY(answer(bench).contains(QStringLiteral("kept")));
        QCOMPARE(waiting(bench), 1);
        QVERIFY(bench.session().hasUnsavedWork());
        QVERIFY(bench.part<QPushButton>("sendNow").isEnabled());
        // The program goes on.
        auto edit = bench.session().beginEdit();
        edit->paintRun(50'000, 10, 1);
        QVERIFY(bench.session().commit(*edit, QStringLiteral("Brush")));
    }

    void each_of_several_files_has_its_result()
    {
        FakeArchive::Script script;
        script.statusOf = [](int n) { return std::uint16_t(n == 0 ? 0 : 0xA700); };
        const FakeArchive archive(script);
        Bench bench;
        openAndPaint(bench);
        auto& dialog = dialogOf(bench, archive.port());
        bench.part<QCheckBox>("alsoPictures").setChecked(true);
        send(bench);
        QCOMPARE(dialog.results().size(), 2);
        QVERIFY(dialog.results()[0].ok);
        QVERIFY(!dialog.results()[1].ok);
        QVERIFY(answer(bench).contains(QStringLiteral("1 of 2")));
        QCOMPARE(waiting(bench), 0); // The masks were taken; the picture is where it was.
        QVERIFY(!bench.session().hasUnsavedWork()); // What an archive keeps needs no file.
        QVERIFY(bench.part<QLabel>("stateText").text().contains(QStringLiteral("Stored in ARCHIVE")));
        OPEN_PATH(bench, "x.dcm");
        QTRY_VERIFY_WITH_TIMEOUT(bench.said(QStringLiteral("stored in ARCHIVE")), kPatience);
        QCOMPARE(bench.session().voxelsOf(1), std::size_t{900});
        QVERIFY(std::filesystem::exists(bench.path("x.dcm")));
    }

    void an_archive_that_never_answers_holds_nothing_up_and_is_given_up_on_demand_data()
    {
        QTest::addColumn<bool>("afterConnect");
        QTest::newRow("after connecting") << true;
        QTest::newRow("after the data") << false;
    }

    void an_archive_that_never_answers_holds_nothing_up_and_is_given_up_on_demand()
    {
        QFETCH(bool, afterConnect);
        FakeArchive::Script script;
        (afterConnect ? script.isSilentAfterConnect : script.isSilentAfterData) = true;
        const FakeArchive archive(script);
        Bench bench;
        openAndPaint(bench);
        auto& dialog = dialogOf(bench, archive.port());
        QSignalSpy finished(&bench.workstation.send, &app::SendController::finished);
        bench.click("sendNow");
        QTRY_VERIFY_WITH_TIMEOUT(archive.associations() > 0 || afterConnect, kPatience);
        // Work goes on meanwhile.
        auto edit = bench.session().beginEdit();
        edit->paintRun(50'000, 10, 1);
        QVERIFY(bench.session().commit(*edit, QStringLiteral("Brush")));
        QCOMPARE(finished.count(), 0);
        QElapsedTimer clock;
        clock.start();
        bench.click("cancelSending");
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatience);
        QVERIFY(clock.elapsed() < 5000);
        QVERIFY(!dialog.results().isEmpty() && !dialog.results()[0].ok);
        QCOMPARE(waiting(bench), 1);
    }

    void trying_again_sends_the_same_object()
    {
        Bench bench;
        openAndPaint(bench);
        dialogOf(bench, 1);
        send(bench);
        send(bench);
        QCOMPARE(waiting(bench), 1);
        imaging::pacs::StorageScpOptions options;
        options.folder = bench.path("archive");
        const imaging::pacs::StorageScp archive(options);
        auto& dialog = dialogOf(bench, archive.port());
        send(bench);
        QVERIFY2(dialog.results()[0].ok, qPrintable(dialog.results()[0].message));
        QCOMPARE(waiting(bench), 0);
    }

    void masks_of_an_earlier_run_are_offered_and_sent()
    {
        Bench bench;
        openAndPaint(bench);
        dialogOf(bench, 1);
        send(bench);
        QCOMPARE(waiting(bench), 1);
        bench.session().close();

        app::Workstation next({[]() -> std::unique_ptr<models::Segmenter> {
                                   throw imaging::Error(imaging::ErrorKind::NotFound, "There is no model package.");
                               },
            bench.path("data")});
        next.send.remindOfWaiting();
        QVERIFY(next.messages.texts().join(QString()).contains(QStringLiteral("wait to be sent")));
        imaging::pacs::StorageScpOptions options;
        options.folder = bench.path("archive");
        const imaging::pacs::StorageScp archive(options);
        next.send.showDialog();
        auto* dialog = next.window.findChild<ui::SendDialog*>();
        QVERIFY(dialog && dialog->alsoWaiting());
        dialog->setNode(QStringLiteral("LIMN@127.0.0.1:%1").arg(archive.port()));
        QSignalSpy finished(&next.send, &app::SendController::finished);
        dialog->findChild<QPushButton*>(QStringLiteral("sendNow"))->click();
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatience);
        QVERIFY(finished[0][0].toBool());
        QCOMPARE(waiting(bench), 0);
        QVERIFY(next.messages.texts().isEmpty());
    }
};

QTEST_MAIN(ArchiveTroubleTest)
#include "tst_archive_trouble.moc"
