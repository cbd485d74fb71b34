#include "annotations/seg/reader.h"
#include "imaging/pacs/storage_scp.h"
#include "models/facade/library.h"
#include "tests/gui/workstation_fixture.h"
#include "ui/dialogs/send_dialog.h"
#include "ui/models/series_model.h"

#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QSlider>
#include <QTableWidget>

using fixtures::Bench;
using fixtures::kPatience;

namespace {

std::size_t filesIn(const std::filesystem::path& folder)
{
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && entry.path().extension() == ".dcm")
            ++count;
    return count;
}

std::size_t above(const std::vector<float>& probabilities, float threshold)
{
    return static_cast<std::size_t>(
        std::count_if(probabilities.begin(), probabilities.end(), [=](float p) { return p >= threshold; }));
}

} // namespace

class MainJobTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void from_a_folder_to_a_mask_in_the_archive()
    {
        Bench bench;
        bench.writeXray("xray.dcm");
        OPEN_PATH(bench, "xray.dcm");
        QCOMPARE(bench.workstation.study.list.model().rowCount(), 1);

        writeSentence(bench);
        segment(bench);
        moveThreshold(bench);
        accept(bench);
        paintAndUndo(bench);
        save(bench);
        send(bench);
    }

    void a_denied_sentence_shows_that_nothing_goes_to_the_model()
    {
        auto package = fixtures::chestPackage();
        package.textWording = models::TextWording::LvitReport;
        Bench bench(package);
        bench.writeXray("xray.dcm");
        OPEN_PATH(bench, "xray.dcm");
        const auto shown = [&] { return bench.part<QLabel>("modelText").text(); };
        bench.panel().setSentence(QStringLiteral("Consolidation in the left lower lobe."));
        QTRY_VERIFY_WITH_TIMEOUT(shown().contains(QStringLiteral("lower right lung")), kPatience);
        for (const char* text : {"No consolidation in the left lower lobe.", "Query left lower lobe pneumonia."}) {
            bench.panel().setSentence(QString::fromUtf8(text));
            QTRY_VERIFY_WITH_TIMEOUT(shown().startsWith(QStringLiteral("Nothing is sent to the model")), kPatience);
            QVERIFY(!shown().contains(QStringLiteral("lung")));
        }
    }

    void a_ct_is_scrolled_and_segmented_on_the_shown_slice()
    {
        auto package = fixtures::chestPackage();
        package.modalities = {"CT"};
        Bench bench(package);
        phantom::CtOptions options;
        options.columns = options.rows = 48;
        options.slices = 12;
        phantom::writeCt(bench.path("ct"), options);
        OPEN_PATH(bench, "ct");
        QTest::keyClick(&bench.view(), Qt::Key_End);
        QTest::keyClick(&bench.view(), Qt::Key_Up);
        QCOMPARE(bench.state().slice(), 10);
        bench.panel().setSentence(QStringLiteral("pulmonary infection"));
        bench.click("run");
        QTRY_COMPARE_WITH_TIMEOUT(bench.panel().state(), ui::SegmentPanel::State::Proposal, kPatience);
        QCOMPARE(sliceOf(bench, bench.picture().preview()->plane), std::optional(10));
        bench.state().setSlice(3);
        bench.click("accept");
        QVERIFY(bench.session().voxelsOf(1) > 0);
        const auto other = bench.session().labelMap()->slice(3);
        QVERIFY(std::all_of(other.begin(), other.end(), [](std::uint16_t v) { return v == 0; }));
    }

    void the_same_slice_is_prepared_once()
    {
        Bench bench;
        bench.writeXray("xray.dcm");
        OPEN_PATH(bench, "xray.dcm");
        for (const char* text : {"one infected area", "two infected areas"}) {
            bench.panel().setSentence(QLatin1String(text));
            bench.click("run");
            QTRY_COMPARE_WITH_TIMEOUT(bench.panel().state(), ui::SegmentPanel::State::Proposal, kPatience);
        }
        QCOMPARE(bench.fake->preparations, 1);
        QCOMPARE(bench.fake->texts.size(), std::size_t{2});
    }

    void the_default_package_segments_a_phantom()
    {
        try {
            models::findPackage("");
            models::library();
        } catch (const imaging::Error& error) {
            QSKIP(error.what());
        }
        Bench bench([]() -> std::unique_ptr<models::Segmenter> {
            return models::library().openSegmenter(models::findPackage(""), "cpu");
        });
        phantom::XrayOptions options;
        options.digital = true;
        options.imagerPixelSpacingMm = 0.7;
        bench.writeXray("xray.dcm", options);
        OPEN_PATH(bench, "xray.dcm");
        bench.panel().setSentence(
            QStringLiteral("unilateral pulmonary infection, one infected area, middle lower right lung."));
        bench.workstation.segment.run(app::Confirmed::Yes);
        QTRY_COMPARE_WITH_TIMEOUT(bench.panel().state(), ui::SegmentPanel::State::Proposal, 120000);
        const auto& probabilities = bench.picture().preview()->probabilities;
        QCOMPARE(probabilities.size(), bench.session().volume()->grid().sliceVoxels());
        QVERIFY(std::all_of(probabilities.begin(), probabilities.end(), [](float p) { return p >= 0 && p <= 1; }));
    }

    void keys_do_the_whole_job()
    {
        Bench bench;
        bench.writeXray("xray.dcm");
        OPEN_PATH(bench, "xray.dcm");
        auto& window = bench.workstation.window;
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTest::keyClick(&window, Qt::Key_T);
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("one infected area, left lung"));
        QCOMPARE(bench.panel().sentence(), QStringLiteral("one infected area, left lung"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(bench.panel().state(), ui::SegmentPanel::State::Proposal, kPatience);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_P, Qt::ControlModifier);
        QVERIFY(bench.view().hasFocus());
        QTest::keyClick(&bench.view(), Qt::Key_Period);
        QVERIFY(std::abs(bench.picture().preview()->threshold - 0.51F) < 1e-4F);
        const auto labels = bench.session().labels().size();
        QTest::keyClick(&bench.view(), Qt::Key_A);
        const std::uint16_t label = bench.session().activeLabel();
        QVERIFY(bench.session().voxelsOf(label) > 0);
        QCOMPARE(bench.session().labels().size(), labels + 1);
        QTest::keyClick(&bench.view(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(bench.session().labelMap()->empty());
        QCOMPARE(bench.session().labels().size(), labels); // The mask and its label are one step.
        QTest::keyClick(&bench.view(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(bench.session().voxelsOf(label) > 0);
        const auto window2 = bench.state().window();
        QTest::keyClick(&bench.view(), Qt::Key_3);
        QVERIFY(bench.state().window() != window2);
        QTest::keyClick(&bench.view(), Qt::Key_B);
        QCOMPARE(bench.state().tool(), ui::ToolId::Brush);
        QTest::keyClick(&bench.view(), Qt::Key_N);
        QVERIFY(bench.session().activeLabel() != 1);
    }

private:
    void writeSentence(Bench& bench)
    {
        bench.click("leftLower");
        bench.click("areas1");
        QVERIFY(bench.panel().sentence().contains(QStringLiteral("lower left lung")));
        // The patient's left is at the picture's right edge, and the model speaks of the picture's sides.
        QTRY_VERIFY_WITH_TIMEOUT(
            bench.part<QLabel>("modelText").text().contains(QStringLiteral("lower right lung")), kPatience);
    }

    void segment(Bench& bench)
    {
        bench.click("run");
        QTRY_COMPARE_WITH_TIMEOUT(bench.panel().state(), ui::SegmentPanel::State::Proposal, kPatience);
        QVERIFY(bench.fake->texts.back().find("right lung") != std::string::npos);
        QVERIFY(bench.picture().preview().has_value());
        QVERIFY(bench.session().labelMap()->empty());
    }

    void moveThreshold(Bench& bench)
    {
        bench.part<QSlider>("threshold").setValue(80);
        QVERIFY(std::abs(bench.picture().preview()->threshold - 0.8F) < 1e-5F);
        QVERIFY(bench.session().labelMap()->empty());
        QVERIFY(!bench.session().canUndo());
    }

    void accept(Bench& bench)
    {
        const std::size_t expected = above(bench.picture().preview()->probabilities, 0.8F);
        QVERIFY(expected > 0);
        bench.click("accept");
        m_label = bench.session().activeLabel();
        QCOMPARE(bench.session().voxelsOf(m_label), expected);
        QCOMPARE(bench.session().label(m_label)->name, std::string("Pulmonary infection, left lower"));
        QVERIFY(!bench.picture().preview().has_value());
        QVERIFY(bench.workstation.actions.undo->text().contains(QStringLiteral("Segment")));
        QCOMPARE(bench.session().label(m_label)->algorithm, annotations::AlgorithmType::Automatic);
        QVERIFY(bench.session().label(m_label)->algorithmName.find("fake") != std::string::npos);
    }

    void paintAndUndo(Bench& bench)
    {
        auto& actions = bench.workstation.actions;
        const std::size_t before = bench.session().voxelsOf(m_label);
        actions.tool(ui::ToolId::Eraser)->trigger();
        bench.state().setBrushRadiusMm(30);
        bench.stroke({100, 256}, {400, 256});
        const std::size_t erased = bench.session().voxelsOf(m_label);
        QVERIFY(erased < before);
        actions.tool(ui::ToolId::Brush)->trigger();
        bench.stroke({100, 100}, {150, 140});
        const std::size_t painted = bench.session().voxelsOf(m_label);
        QVERIFY(painted > erased);
        QCOMPARE(bench.session().label(m_label)->algorithm, annotations::AlgorithmType::SemiAutomatic);
        QVERIFY(actions.undo->text().contains(QStringLiteral("Brush")));
        actions.undo->trigger();
        actions.undo->trigger();
        QCOMPARE(bench.session().voxelsOf(m_label), before);
        actions.redo->trigger();
        actions.redo->trigger();
        QCOMPARE(bench.session().voxelsOf(m_label), painted);
        actions.tool(ui::ToolId::Select)->trigger();
    }

    void save(Bench& bench)
    {
        QSignalSpy saved(&bench.workstation.save, &app::SaveController::saved);
        bench.workstation.save.saveTo(bench.path("mask.dcm"));
        QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 1, kPatience);
        QVERIFY(!bench.session().hasUnsavedWork());
        imaging::Warnings warnings;
        const auto read =
            annotations::toLabelMap(annotations::readSeg(bench.path("mask.dcm")), *bench.session().volume(), warnings);
        const auto expected = bench.session().labelMap()->voxels();
        // The file has this one segment, whatever number its label has in the table.
        QVERIFY(std::equal(read.voxels().begin(), read.voxels().end(), expected.begin(), expected.end(),
            [](std::uint16_t a, std::uint16_t b) { return (a != 0) == (b != 0); }));
    }

    void send(Bench& bench)
    {
        imaging::pacs::StorageScpOptions options;
        options.folder = bench.path("archive");
        const imaging::pacs::StorageScp archive(options);
        bench.click("send");
        auto& dialog = bench.part<ui::SendDialog>("sendDialog");
        dialog.setNode(QStringLiteral("LIMN@127.0.0.1:%1").arg(archive.port()));
        bench.click("test");
        QTRY_VERIFY_WITH_TIMEOUT(bench.part<QLabel>("answer").text().contains(QStringLiteral("answered")), kPatience);
        bench.click("sendNow");
        QTRY_COMPARE_WITH_TIMEOUT(dialog.results().size(), 1, kPatience);
        QVERIFY2(dialog.results()[0].ok, qPrintable(dialog.results()[0].message));
        QVERIFY(bench.part<QTableWidget>("results").item(0, 1)->text().contains(QStringLiteral("stored")));
        QCOMPARE(filesIn(options.folder), std::size_t{1});
    }

    std::uint16_t m_label = 0; ///< Of the accepted mask.
};

QTEST_MAIN(MainJobTest)
#include "tst_main_job.moc"
