#include "imaging/files/image_file.h"
#include "tests/gui/workstation_fixture.h"
#include "ui/dialogs/send_dialog.h"

#include <QComboBox>
#include <QFileDialog>
#include <QLabel>
#include <QSignalSpy>

#include <sys/resource.h>

#include <csignal>

using fixtures::Bench;
using fixtures::kPatience;
using State = ui::SegmentPanel::State;

namespace {

phantom::XrayOptions withoutSides()
{
    phantom::XrayOptions options;
    options.patientOrientation.clear();
    return options;
}

/// As long as this lives, no file of this process can grow over `bytes`: what a full disk does to a writer.
class FileSizeLimit
{
public:
    explicit FileSizeLimit(rlim_t bytes)
    {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit limit{bytes, m_before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &m_before); }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    rlimit m_before{};
};

/// Whatever went wrong: the picture is still there and can be painted on.
void verifyWorkGoesOn(Bench& bench)
{
    QVERIFY(bench.session().isOpen());
    const auto before = bench.session().voxelsOf(1);
    bench.workstation.actions.tool(ui::ToolId::Brush)->trigger();
    const double row = before > 0 ? 50 : 20; // Not where an earlier stroke was.
    bench.stroke({20, row}, {40, row});
    QVERIFY(bench.session().voxelsOf(1) > before);
}

} // namespace

class BadInputTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void an_empty_sentence_is_refused_with_a_sentence()
    {
        Bench bench;
        OPEN_XRAY(bench);
        bench.panel().setSentence(QStringLiteral(" \n "));
        bench.click("run");
        QVERIFY(bench.said(QStringLiteral("sentence is empty")));
        QCOMPARE(bench.panel().state(), State::Idle);
        verifyWorkGoesOn(bench);
    }

    void unusual_sentences_are_run_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("2,000 words") << QStringLiteral("infection ").repeated(2000);
        QTest::newRow("Chinese") << QString::fromUtf8("肺部感染");
        QTest::newRow("markup") << QStringLiteral("<script>alert('left')</script>");
    }

    void unusual_sentences_are_run()
    {
        QFETCH(QString, text);
        Bench bench;
        OPEN_XRAY(bench);
        bench.panel().setSentence(text);
        bench.click("run");
        QTRY_COMPARE_WITH_TIMEOUT(bench.panel().state(), State::Proposal, kPatience);
        verifyWorkGoesOn(bench);
    }

    void a_side_on_a_picture_without_side_tags_must_be_confirmed()
    {
        Bench bench;
        OPEN_XRAY(bench, withoutSides());
        bench.panel().setSentence(QStringLiteral("one infected area, left lung"));
        bench.click("run");
        QTRY_VERIFY_WITH_TIMEOUT(bench.said(QStringLiteral("where the patient's left and right are")), kPatience);
        QCOMPARE(bench.panel().state(), State::Idle);
        QVERIFY(bench.fake->texts.empty());
        bench.click("messageAction");
        QTRY_COMPARE_WITH_TIMEOUT(bench.panel().state(), State::Proposal, kPatience);
        QVERIFY(bench.fake->texts.back().find("right lung") != std::string::npos);
    }

    void a_sentence_for_the_pictures_sides_needs_no_tags()
    {
        Bench bench;
        OPEN_XRAY(bench, withoutSides());
        bench.part<QComboBox>("sides").setCurrentIndex(1);
        bench.panel().setSentence(QStringLiteral("one infected area, left lung"));
        bench.click("run");
        QTRY_COMPARE_WITH_TIMEOUT(bench.panel().state(), State::Proposal, kPatience);
        QVERIFY(bench.fake->texts.back().find("left lung") != std::string::npos);
    }

    void a_mirrored_picture_keeps_the_patients_side()
    {
        Bench bench;
        phantom::XrayOptions options;
        options.patientOrientation = "R\\F"; // The patient's left is at the left edge.
        OPEN_XRAY(bench, options);
        bench.panel().setSentence(QStringLiteral("one infected area, left lung"));
        bench.click("run");
        QTRY_COMPARE_WITH_TIMEOUT(bench.panel().state(), State::Proposal, kPatience);
        QVERIFY(bench.fake->texts.back().find("left lung") != std::string::npos);
    }

    void without_a_model_everything_else_works()
    {
        Bench bench([]() -> std::unique_ptr<models::Segmenter> {
            throw imaging::Error(imaging::ErrorKind::NotFound, "There is no model package.");
        });
        OPEN_XRAY(bench);
        QTRY_VERIFY_WITH_TIMEOUT(bench.said(QStringLiteral("There is no model package.")), kPatience);
        bench.panel().setSentence(QStringLiteral("one infected area"));
        QSignalSpy refused(&bench.workstation.segment, &app::SegmentController::refused);
        bench.click("run");
        QTRY_COMPARE_WITH_TIMEOUT(refused.count(), 1, kPatience);
        QCOMPARE(bench.panel().state(), State::Idle);
        verifyWorkGoesOn(bench);
    }

    void a_model_for_other_pictures_must_be_confirmed()
    {
        auto package = fixtures::chestPackage();
        package.modalities = {"MG"};
        Bench bench(package);
        OPEN_XRAY(bench);
        bench.panel().setSentence(QStringLiteral("one infected area"));
        QSignalSpy refused(&bench.workstation.segment, &app::SegmentController::refused);
        bench.click("run");
        QTRY_COMPARE_WITH_TIMEOUT(refused.count(), 1, kPatience);
        QVERIFY(!bench.session().canUndo());
        bench.click("messageAction");
        QTRY_COMPARE_WITH_TIMEOUT(bench.panel().state(), State::Proposal, kPatience);
    }

    void a_package_that_does_not_fit_its_weights_is_told_in_full()
    {
        Bench bench([]() -> std::unique_ptr<models::Segmenter> {
            std::string report = "The package \"broken\" does not fit its weights.";
            for (int i = 0; i < 400; ++i)
                report += "\n  missing: downVit.encoder.layer." + std::to_string(i) + ".weight";
            throw imaging::Error(imaging::ErrorKind::Model, report);
        });
        OPEN_XRAY(bench);
        bench.panel().setSentence(QStringLiteral("one infected area"));
        QSignalSpy refused(&bench.workstation.segment, &app::SegmentController::refused);
        bench.click("run");
        QTRY_COMPARE_WITH_TIMEOUT(refused.count(), 1, kPatience);
        QVERIFY(bench.said(QStringLiteral("does not fit its weights")));
        QTRY_VERIFY(bench.view().height() > 300); // A long report does not push the picture out of the window.
        verifyWorkGoesOn(bench);
    }

    void what_the_picture_does_not_tell_is_said_and_the_run_goes_on()
    {
        auto package = fixtures::chestPackage();
        package.views = {"AP", "PA", "LL"};
        Bench bench(package);
        imaging::writeGreyPng(bench.path("x.png"), 40, 40, std::vector<std::uint8_t>(1600, 90));
        OPEN_PATH(bench, "x.png");
        bench.panel().setSentence(QStringLiteral("one infected area"));
        bench.click("run");
        QTRY_COMPARE_WITH_TIMEOUT(bench.panel().state(), State::Proposal, kPatience);
        QVERIFY(bench.said(QStringLiteral("does not tell its modality")));
        QVERIFY(bench.said(QStringLiteral("does not tell its view")));
    }

    void a_picture_that_is_no_dicom_is_saved_as_what_it_can_be()
    {
        Bench bench;
        imaging::writeGreyPng(bench.path("x.png"), 64, 64, std::vector<std::uint8_t>(4096, 90));
        OPEN_PATH(bench, "x.png");
        QVERIFY(!bench.workstation.study.actions.send->isEnabled());
        verifyWorkGoesOn(bench);
        bench.workstation.save.saveAs();
        auto* dialog = bench.workstation.window.findChild<QFileDialog*>();
        QVERIFY(dialog);
        QCOMPARE(dialog->nameFilters().size(), 3);
        QVERIFY(!dialog->nameFilters().join(QString()).contains(QStringLiteral("SEG")));
        QVERIFY(dialog->labelText(QFileDialog::FileType).contains(QStringLiteral("no DICOM")));
        for (const char* name : {"m.nii.gz", "m.nrrd", "m.png"}) {
            QSignalSpy saved(&bench.workstation.save, &app::SaveController::saved);
            bench.workstation.save.saveTo(bench.path(name));
            QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 1, kPatience);
            QVERIFY(std::filesystem::exists(bench.path(name)));
        }
    }

    void a_stack_is_not_offered_as_png()
    {
        Bench bench;
        phantom::CtOptions options;
        options.columns = options.rows = 32;
        options.slices = 3;
        phantom::writeCt(bench.path("ct"), options);
        OPEN_PATH(bench, "ct");
        bench.workstation.save.saveAs();
        auto* dialog = bench.workstation.window.findChild<QFileDialog*>();
        QVERIFY(dialog);
        QVERIFY(dialog->nameFilters().front().contains(QStringLiteral("SEG")));
        QVERIFY(!dialog->nameFilters().join(QString()).contains(QStringLiteral("PNG")));
    }

    void a_full_disk_loses_nothing_data()
    {
        QTest::addColumn<QByteArray>("name");
        for (const char* name : {"mask.dcm", "mask.nrrd", "mask.nii"})
            QTest::newRow(name) << QByteArray(name);
    }

    void a_full_disk_loses_nothing()
    {
        QFETCH(QByteArray, name);
        Bench bench;
        OPEN_XRAY(bench);
        verifyWorkGoesOn(bench);
        const auto painted = bench.session().voxelsOf(1);
        QSignalSpy failed(&bench.workstation.save, &app::SaveController::failed);
        {
            const FileSizeLimit full(64);
            bench.workstation.save.saveTo(bench.path(name.constData()));
            QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatience);
        }
        QVERIFY(bench.said(QStringLiteral("not saved")));
        QVERIFY(!std::filesystem::exists(bench.path(name.constData())));
        QVERIFY(bench.session().hasUnsavedWork());
        QCOMPARE(bench.session().voxelsOf(1), painted);
        verifyWorkGoesOn(bench);
        QSignalSpy saved(&bench.workstation.save, &app::SaveController::saved);
        bench.workstation.save.saveTo(bench.path(name.constData()));
        QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 1, kPatience);
    }

    void a_full_disk_under_the_journal_is_told_and_painting_goes_on()
    {
        Bench bench;
        OPEN_XRAY(bench);
        verifyWorkGoesOn(bench);
        const auto painted = bench.session().voxelsOf(1);
        {
            const FileSizeLimit full(16);
            bench.stroke({20, 100}, {200, 100});
            QTRY_VERIFY_WITH_TIMEOUT(bench.said(QStringLiteral("not kept on disk")), kPatience);
        }
        QVERIFY(bench.session().voxelsOf(1) > painted);
        QTRY_VERIFY_WITH_TIMEOUT(bench.said(QStringLiteral("written again")), kPatience); // There is room again.
    }

    void a_ct_of_one_slice_is_shown_and_painted_on()
    {
        Bench bench;
        phantom::CtOptions options;
        options.columns = options.rows = 64;
        options.slices = 1;
        phantom::writeCt(bench.path("ct"), options);
        OPEN_PATH(bench, "ct");
        QCOMPARE(bench.session().volume()->grid().slices, 1);
        verifyWorkGoesOn(bench);
    }

    void sizes_at_the_edge_are_shown_data()
    {
        QTest::addColumn<int>("size");
        QTest::newRow("10x10") << 10;
        QTest::newRow("37x37") << 37;
        QTest::newRow("8000x8000") << 8000;
    }

    void sizes_at_the_edge_are_shown()
    {
        QFETCH(int, size);
        Bench bench;
        phantom::XrayOptions options;
        options.columns = options.rows = size;
        OPEN_XRAY(bench, options);
        bench.workstation.actions.tool(ui::ToolId::Brush)->trigger();
        bench.state().setBrushRadiusMm(1.5);
        bench.stroke({3, 3}, {7, 7});
        QVERIFY(bench.session().voxelsOf(1) > 0);
    }

    void paths_that_cannot_be_opened_are_told_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("not there") << QByteArray();
        QTest::newRow("text") << QByteArray("hello");
        QTest::newRow("half a header") << QByteArray(128, '\0') + "DICM" + QByteArray(5, '\x02');
    }

    void paths_that_cannot_be_opened_are_told()
    {
        QFETCH(QByteArray, content);
        Bench bench;
        if (!content.isEmpty()) {
            QFile file(bench.file("bad.dcm"));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(content);
        }
        QSignalSpy failed(&bench.workstation.open, &app::OpenController::failed);
        bench.workstation.open.open(bench.file("bad.dcm"));
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatience);
        QVERIFY(failed[0][0].toString().contains(QStringLiteral("bad.dcm")));
        OPEN_XRAY(bench);
    }

    void an_archive_that_is_down_is_told_for_every_file()
    {
        Bench bench;
        OPEN_XRAY(bench);
        verifyWorkGoesOn(bench);
        bench.click("send");
        auto& dialog = bench.part<ui::SendDialog>("sendDialog");
        dialog.setNode(QStringLiteral("GONE@127.0.0.1:1"));
        bench.click("sendNow");
        QTRY_COMPARE_WITH_TIMEOUT(dialog.results().size(), 1, kPatience);
        QVERIFY(!dialog.results()[0].ok);
        QVERIFY(!dialog.results()[0].message.isEmpty());
        verifyWorkGoesOn(bench);
        // What was to be sent waits in the outbox.
        QVERIFY(!std::filesystem::is_empty(bench.path("data") / "outbox"));
    }

    void an_address_that_is_none_is_told_data()
    {
        QTest::addColumn<QString>("node");
        for (const char* node : {"", "nonsense", "AE@host", "AE@host:99999999", "@:0"})
            QTest::newRow(node) << QString::fromLatin1(node);
    }

    void an_address_that_is_none_is_told()
    {
        QFETCH(QString, node);
        Bench bench;
        OPEN_XRAY(bench);
        bench.click("send");
        bench.part<ui::SendDialog>("sendDialog").setNode(node);
        QSignalSpy finished(&bench.workstation.send, &app::SendController::finished);
        bench.click("sendNow");
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatience);
        QVERIFY(bench.part<QLabel>("answer").text().size() > 20);
        QVERIFY(bench.part<QPushButton>("sendNow").isEnabled());
    }

    void a_folder_that_cannot_be_written_loses_nothing()
    {
        Bench bench;
        OPEN_XRAY(bench);
        verifyWorkGoesOn(bench);
        QSignalSpy failed(&bench.workstation.save, &app::SaveController::failed);
        bench.workstation.save.saveTo(bench.path("not") / "there" / "mask.dcm");
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatience);
        QVERIFY(bench.said(QStringLiteral("not saved")));
        QVERIFY(bench.session().hasUnsavedWork());
        verifyWorkGoesOn(bench);
    }

    void empty_masks_are_not_saved_as_seg()
    {
        Bench bench;
        OPEN_XRAY(bench);
        QSignalSpy failed(&bench.workstation.save, &app::SaveController::failed);
        bench.workstation.save.saveTo(bench.path("mask.dcm"));
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatience);
        QVERIFY(!std::filesystem::exists(bench.path("mask.dcm")));
    }
};

QTEST_MAIN(BadInputTest)
#include "tst_bad_input.moc"
