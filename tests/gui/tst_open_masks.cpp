#include "app/workflow/mask_files.h"
#include "tests/gui/workstation_fixture.h"
#include "ui/models/series_model.h"

#include <QFileDialog>
#include <QMessageBox>
#include <QSignalSpy>

using fixtures::Bench;
using fixtures::kPatience;

namespace {

/// A SEG with one stroke on the series that is open, written by the workstation itself.
void writeSegOfOpenSeries(Bench& bench, const char* name)
{
    auto labels = bench.session().labels();
    labels[0].name = "Hand drawn";
    labels[0].colour = {20, 180, 90};
    bench.session().setLabels(labels);
    auto edit = bench.session().beginEdit();
    edit->paintRun(4000, 900, 1);
    bench.session().commit(*edit, QStringLiteral("Brush"));
    QSignalSpy saved(&bench.workstation.save, &app::SaveController::saved);
    bench.workstation.save.saveTo(bench.path(name));
    QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 1, kPatience);
}

/// As on another computer: without the journal that would bring the saved masks back.
void reopen(Bench& bench, const char* name)
{
    bench.session().close();
    bench.session().journalPlace().settled.wait();
    std::filesystem::remove_all(bench.path("data") / "journals");
    OPEN_PATH(bench, name);
    QVERIFY(bench.session().labelMap()->empty());
}

void load(Bench& bench, const char* name)
{
    QSignalSpy loaded(&bench.workstation.masks, &app::MaskController::loaded);
    bench.workstation.masks.load(bench.file(name));
    QTRY_COMPARE_WITH_TIMEOUT(loaded.count(), 1, kPatience);
}

ui::SeriesModel& listOf(Bench& bench)
{
    return bench.workstation.study.list.model();
}

int rowOfMask(Bench& bench)
{
    for (int row = 0; row < listOf(bench).rowCount(); ++row)
        if (listOf(bench).mask(row))
            return row;
    return -1;
}

} // namespace

class OpenMasksTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_seg_comes_back_as_one_step_with_its_labels()
    {
        Bench bench;
        OPEN_XRAY(bench);
        writeSegOfOpenSeries(bench, "mask.dcm");
        reopen(bench, "x.dcm");
        load(bench, "mask.dcm");
        const auto value = bench.session().activeLabel();
        const auto* label = bench.session().label(value); // Until the labels change.
        QCOMPARE(label->name, std::string("Hand drawn"));
        QVERIFY(std::abs(label->colour[1] - 180) <= 2);
        QCOMPARE(bench.session().voxelsOf(value), std::size_t{900});
        QVERIFY(bench.session().undoName().contains(QStringLiteral("mask.dcm")));
        // It is on disk already, and is sent as the file that it is.
        QVERIFY(!bench.session().hasUnsavedWork());
        QCOMPARE(bench.workstation.save.savedFile(), std::optional(bench.path("mask.dcm")));
        QCOMPARE(listOf(bench).state(bench.session().id()), ui::StudyState::Saved);
        bench.session().undo();
        QVERIFY(bench.session().labelMap()->empty());
        bench.session().redo();
        QCOMPARE(bench.session().voxelsOf(value), std::size_t{900});
    }

    void a_saved_mask_that_came_back_is_opened_again_where_its_file_has_changed()
    {
        Bench bench;
        OPEN_XRAY(bench);
        writeSegOfOpenSeries(bench, "mask.dcm");
        bench.session().setActiveLabel(1);
        auto edit = bench.session().beginEdit();
        edit->paintRun(9000, 50, 1);
        bench.session().commit(*edit, QStringLiteral("Brush"));
        QSignalSpy written(&bench.workstation.save, &app::SaveController::saved);
        bench.workstation.save.saveTo(bench.path("larger.dcm"));
        QTRY_COMPARE_WITH_TIMEOUT(written.count(), 1, kPatience);
        bench.session().undo();
        bench.workstation.save.saveTo(bench.path("mask.dcm"));
        QTRY_COMPARE_WITH_TIMEOUT(written.count(), 2, kPatience);
        bench.session().close();
        bench.session().journalPlace().settled.wait();

        QSignalSpy stays(&bench.workstation.open, &app::OpenController::maskStays);
        bench.workstation.open.open(bench.file("x.dcm"), bench.file("mask.dcm"));
        QTRY_COMPARE_WITH_TIMEOUT(stays.count(), 1, kPatience); // It came back with the study.
        QCOMPARE(bench.session().voxelsOf(1), std::size_t{900});
        bench.session().close();
        bench.session().journalPlace().settled.wait();

        std::filesystem::rename(bench.path("larger.dcm"), bench.path("mask.dcm"));
        QSignalSpy loaded(&bench.workstation.masks, &app::MaskController::loaded);
        bench.workstation.open.open(bench.file("x.dcm"), bench.file("mask.dcm"));
        QTRY_COMPARE_WITH_TIMEOUT(loaded.count(), 1, kPatience);
        QCOMPARE(bench.session().voxelsOf(1), std::size_t{950});
        QCOMPARE(stays.count(), 1);
    }

    void a_mask_takes_the_place_of_what_was_drawn_until_undone()
    {
        Bench bench;
        OPEN_XRAY(bench);
        writeSegOfOpenSeries(bench, "mask.dcm");
        auto edit = bench.session().beginEdit();
        edit->paintRun(100'000, 500, 2);
        bench.session().commit(*edit, QStringLiteral("Brush"));
        load(bench, "mask.dcm");
        QCOMPARE(bench.session().voxelsOf(2), std::size_t{0});
        QVERIFY(bench.session().hasUnsavedWork()); // The stroke could be wanted back.
        bench.session().undo();
        QCOMPARE(bench.session().voxelsOf(2), std::size_t{500});
    }

    void a_mask_of_another_patient_is_laid_only_when_confirmed()
    {
        Bench bench;
        OPEN_XRAY(bench);
        writeSegOfOpenSeries(bench, "mask.dcm");
        reopen(bench, "x.dcm");
        const auto& picture = *bench.session().volume();
        auto info = picture.info();
        info.study.patientId = "SOMEONE";
        const imaging::Volume other(picture.grid(), picture.type(), picture.components(),
            std::vector<std::byte>(picture.bytes().begin(), picture.bytes().end()), info);
        std::vector<std::uint16_t> voxels(picture.grid().voxels());
        voxels[5] = 1;
        imaging::Warnings warnings;
        app::writeMasks(bench.path("other.dcm"), other, {picture.grid(), std::span<const std::uint16_t>(voxels)},
            {bench.session().labels()[0]}, {}, warnings);
        ui::Message asked;
        connect(&bench.workstation.messages, &ui::Messages::added, this,
            [&](quint64, const ui::Message& message) { asked = message; });
        QSignalSpy failed(&bench.workstation.masks, &app::MaskController::failed);
        bench.workstation.masks.load(bench.file("other.dcm"));
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatience);
        QVERIFY(bench.session().labelMap()->empty());
        QVERIFY2(asked.text.contains(QStringLiteral("another patient")), qPrintable(asked.text));
        QVERIFY(!asked.actionText.isEmpty());
        QSignalSpy loaded(&bench.workstation.masks, &app::MaskController::loaded);
        asked.action();
        QTRY_COMPARE_WITH_TIMEOUT(loaded.count(), 1, kPatience);
        QVERIFY(!bench.session().labelMap()->empty());
        QVERIFY(bench.session().hasUnsavedWork()); // The file is another patient's: this one's is still to be saved.
    }

    void a_mask_of_another_series_is_refused_and_nothing_changes()
    {
        Bench bench;
        bench.writeXray("x.dcm");
        bench.writeOtherXray("y.dcm");
        OPEN_PATH(bench, "x.dcm");
        writeSegOfOpenSeries(bench, "mask.dcm");
        reopen(bench, "y.dcm");
        QSignalSpy failed(&bench.workstation.masks, &app::MaskController::failed);
        bench.workstation.masks.load(bench.file("mask.dcm"));
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatience);
        QVERIFY(bench.said(QStringLiteral("another series")));
        QVERIFY(bench.session().labelMap()->empty());
        QVERIFY(!bench.session().canUndo());
    }

    void a_nifti_of_the_same_grid_is_opened()
    {
        Bench bench;
        OPEN_XRAY(bench);
        writeSegOfOpenSeries(bench, "mask.nii.gz");
        reopen(bench, "x.dcm");
        load(bench, "mask.nii.gz");
        // Names and codes are not in that file: its 1 is not taken for the finding that is called 1 here.
        const auto& labels = bench.session().labels();
        const auto opened = std::find_if(
            labels.begin(), labels.end(), [](const auto& label) { return label.name == "Segment 1"; });
        QVERIFY(opened != labels.end());
        QCOMPARE(bench.session().voxelsOf(opened->value), std::size_t{900});
        QVERIFY(bench.said(QStringLiteral("does not say what its values mean")));
        QVERIFY(bench.session().hasUnsavedWork());
    }

    void a_dropped_seg_is_laid_on_the_open_series()
    {
        Bench bench;
        OPEN_XRAY(bench);
        writeSegOfOpenSeries(bench, "mask.dcm");
        reopen(bench, "x.dcm");
        const QString id = bench.session().id();
        Q_EMIT bench.workstation.window.pathDropped(bench.file("mask.dcm"));
        QTRY_VERIFY_WITH_TIMEOUT(!bench.session().labelMap()->empty(), kPatience);
        QCOMPARE(bench.session().id(), id);
    }

    void a_dropped_picture_takes_the_place_of_the_open_one()
    {
        Bench bench;
        bench.writeXray("x.dcm");
        bench.writeOtherXray("y.dcm");
        OPEN_PATH(bench, "x.dcm");
        const QString id = bench.session().id();
        Q_EMIT bench.workstation.window.pathDropped(bench.file("y.dcm"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().isOpen() && bench.session().id() != id, kPatience);
    }

    void the_menu_asks_for_a_file()
    {
        Bench bench;
        bench.writeXray("x.dcm");
        auto& action = *bench.workstation.study.actions.openMask;
        QVERIFY(!action.isEnabled());
        OPEN_PATH(bench, "x.dcm");
        writeSegOfOpenSeries(bench, "mask.dcm");
        reopen(bench, "x.dcm");
        QVERIFY(action.isEnabled());
        action.trigger();
        auto* dialog = bench.workstation.window.findChild<QFileDialog*>();
        QVERIFY(dialog);
        dialog->selectFile(bench.file("mask.dcm"));
        QMetaObject::invokeMethod(dialog, "accept");
        QTRY_VERIFY_WITH_TIMEOUT(!bench.session().labelMap()->empty(), kPatience);
    }

    void a_folder_lists_its_masks_and_opens_them_on_their_pictures()
    {
        Bench bench;
        std::filesystem::create_directories(bench.path("study"));
        bench.writeXray("study/x.dcm");
        bench.writeOtherXray("study/y.dcm");
        bench.workstation.open.open(bench.file("study/y.dcm"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().isOpen(), kPatience);
        const QString source = bench.session().id();
        writeSegOfOpenSeries(bench, "study/mask.dcm");

        bench.session().close();
        OPEN_PATH(bench, "study");
        QCOMPARE(listOf(bench).rowCount(), 3);
        QTRY_VERIFY_WITH_TIMEOUT(rowOfMask(bench) >= 0, kPatience);
        const QModelIndex mask = listOf(bench).index(rowOfMask(bench));
        QVERIFY(mask.data(ui::SeriesModel::DetailRole).toString().contains(QStringLiteral("SEG")));
        QVERIFY(mask.data(ui::SeriesModel::DetailRole).toString().contains(QStringLiteral("Hand drawn")));
        QVERIFY(mask.data(ui::SeriesModel::StatusRole).toString().startsWith(QStringLiteral("on ")));
        Q_EMIT bench.workstation.study.list.seriesRequested(
            QString::fromStdString(listOf(bench).series(mask.row()).id));
        QTRY_VERIFY_WITH_TIMEOUT(
            bench.session().isOpen() && bench.session().id() == source && !bench.session().labelMap()->empty(),
            kPatience);
    }

    void a_study_opens_with_its_mask()
    {
        Bench bench;
        std::filesystem::create_directories(bench.path("study"));
        bench.writeXray("study/x.dcm");
        bench.writeOtherXray("study/y.dcm");
        bench.workstation.open.open(bench.file("study/y.dcm"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().isOpen(), kPatience);
        const QString source = bench.session().id();
        writeSegOfOpenSeries(bench, "mask.dcm");
        bench.session().close();
        bench.workstation.open.open(bench.file("study"), bench.file("mask.dcm"));
        QTRY_VERIFY_WITH_TIMEOUT(
            bench.session().isOpen() && bench.session().id() == source && !bench.session().labelMap()->empty(),
            kPatience);
    }

    void a_mask_without_its_pictures_is_told()
    {
        Bench bench;
        OPEN_XRAY(bench);
        writeSegOfOpenSeries(bench, "mask.dcm");
        bench.session().close();
        QSignalSpy failed(&bench.workstation.open, &app::OpenController::failed);
        bench.workstation.open.open(bench.file("mask.dcm"));
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatience);
        QVERIFY(bench.said(QStringLiteral("masks without the pictures")));
    }

    void a_stack_shows_a_slice_that_has_the_mask()
    {
        Bench bench;
        phantom::CtOptions options;
        options.columns = options.rows = 48;
        options.slices = 12;
        phantom::writeCt(bench.path("ct"), options);
        OPEN_PATH(bench, "ct");
        auto edit = bench.session().beginEdit();
        edit->paintRun(bench.session().volume()->grid().offset({3, 3, 2}), 20, 1);
        bench.session().commit(*edit, QStringLiteral("Brush"));
        QSignalSpy saved(&bench.workstation.save, &app::SaveController::saved);
        bench.workstation.save.saveTo(bench.path("mask.dcm"));
        QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 1, kPatience);
        reopen(bench, "ct");
        QVERIFY(bench.state().slice() != 2);
        load(bench, "mask.dcm");
        QCOMPARE(bench.state().slice(), 2);
    }

    void locked_labels_are_left_as_they_are()
    {
        Bench bench;
        OPEN_XRAY(bench);
        writeSegOfOpenSeries(bench, "mask.dcm");
        auto edit = bench.session().beginEdit();
        edit->paintRun(4000, 100, 2);
        bench.session().commit(*edit, QStringLiteral("Brush"));
        auto labels = bench.session().labels();
        labels[1].locked = true;
        bench.session().setLabels(labels);
        load(bench, "mask.dcm");
        QCOMPARE(bench.session().voxelsOf(2), std::size_t{100});
        QVERIFY(bench.said(QStringLiteral("Locked")));
    }

    void numbers_of_a_file_are_kept_where_they_are_free()
    {
        annotations::Label first;
        first.value = 40;
        first.name = "Spleen";
        annotations::Label second = first;
        second.value = 1; // The number of a label that is there.
        second.name = "Liver";
        std::map<std::uint16_t, std::uint16_t> values;
        const auto labels = app::mergedLabels(annotations::defaultLabels(), {first, second}, values);
        QCOMPARE(values.at(40), std::uint16_t{40});
        QCOMPARE(annotations::findLabel(labels, 40)->name, std::string("Spleen"));
        QVERIFY(values.at(1) > 1);
        QCOMPARE(annotations::findLabel(labels, values.at(1))->name, std::string("Liver"));
    }
};

QTEST_MAIN(OpenMasksTest)
#include "tst_open_masks.moc"
