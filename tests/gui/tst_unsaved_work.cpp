#include "tests/gui/workstation_fixture.h"

#include "ui/models/label_model.h"

#include <QFileDialog>
#include <QMessageBox>
#include <QSignalSpy>
#include <QTableView>

using fixtures::Bench;
using fixtures::kPatience;

namespace {

void paintSomething(Bench& bench)
{
    bench.workstation.actions.tool(ui::ToolId::Brush)->trigger();
    bench.stroke({50, 50}, {90, 60});
    QVERIFY(bench.session().hasUnsavedWork());
}

QMessageBox* question(Bench& bench)
{
    return bench.workstation.window.findChild<QMessageBox*>(QStringLiteral("unsavedBox"));
}

} // namespace

class UnsavedWorkTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void closing_without_work_asks_nothing()
    {
        Bench bench;
        OPEN_XRAY(bench);
        bench.workstation.window.close();
        QVERIFY(!question(bench));
        QVERIFY(!bench.workstation.window.isVisible());
    }

    void closing_asks_and_staying_keeps_everything()
    {
        Bench bench;
        OPEN_XRAY(bench);
        paintSomething(bench);
        bench.workstation.window.close();
        QVERIFY(question(bench));
        QVERIFY(bench.workstation.window.isVisible());
        question(bench)->button(QMessageBox::Cancel)->click();
        QVERIFY(bench.workstation.window.isVisible());
        QVERIFY(bench.session().voxelsOf(1) > 0);
    }

    void discarding_closes_and_forgets()
    {
        Bench bench;
        OPEN_XRAY(bench);
        paintSomething(bench);
        bench.workstation.window.close();
        question(bench)->button(QMessageBox::Discard)->click();
        QTRY_VERIFY(!bench.workstation.window.isVisible());
        QVERIFY(!bench.session().isOpen());
    }

    void saving_closes_when_the_file_is_written()
    {
        Bench bench;
        OPEN_XRAY(bench);
        paintSomething(bench);
        bench.workstation.window.close();
        question(bench)->button(QMessageBox::Save)->click();
        auto* dialog = bench.workstation.window.findChild<QFileDialog*>();
        QVERIFY(dialog);
        dialog->selectFile(bench.file("mask.dcm"));
        QMetaObject::invokeMethod(dialog, "accept");
        QTRY_VERIFY_WITH_TIMEOUT(!bench.workstation.window.isVisible(), kPatience);
        QVERIFY(std::filesystem::exists(bench.path("mask.dcm")));
    }

    void opening_another_study_asks_first()
    {
        Bench bench;
        bench.writeXray("x.dcm");
        bench.writeOtherXray("y.dcm");
        OPEN_PATH(bench, "x.dcm");
        paintSomething(bench);
        const QString id = bench.session().id();
        bench.workstation.open.open(bench.file("y.dcm"));
        QTRY_VERIFY_WITH_TIMEOUT(question(bench), kPatience); // A mask would be laid on the picture without a question.
        QCOMPARE(bench.session().id(), id);
        question(bench)->button(QMessageBox::Discard)->click();
        QTRY_VERIFY_WITH_TIMEOUT(bench.session().isOpen() && bench.session().id() != id, kPatience);
    }

    void renaming_a_label_is_work_that_ctrl_z_takes_back()
    {
        Bench bench;
        OPEN_XRAY(bench);
        auto& table = bench.part<QTableView>("labelsTable");
        const auto name = table.model()->index(0, ui::LabelModel::Name);
        const QString before = name.data().toString();
        QVERIFY(table.model()->setData(name, QStringLiteral("Nodule"), Qt::EditRole));
        QVERIFY(bench.session().hasUnsavedWork());
        auto& actions = bench.workstation.actions;
        QCOMPARE(actions.undo->text(), QStringLiteral("Undo Rename “%1”").arg(before));
        bench.workstation.window.close();
        QVERIFY(question(bench));
        question(bench)->button(QMessageBox::Cancel)->click();
        actions.undo->trigger();
        QCOMPARE(name.data().toString(), before);
        QVERIFY(!bench.session().hasUnsavedWork());
    }

    void a_renamed_label_loses_the_code_of_another_finding_data()
    {
        QTest::addColumn<int>("label");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("meaning");
        QTest::newRow("unknown") << 1 << QStringLiteral("Tumour") << QStringLiteral("Tissue");
        QTest::newRow("known") << 1 << QStringLiteral("nodule") << QStringLiteral("Nodule");
        QTest::newRow("the same finding") << 1 << QStringLiteral("Left consolidation") << QStringLiteral("Lung consolidation");
        QTest::newRow("a number") << 3 << QStringLiteral("Nodule 2") << QStringLiteral("Nodule");
    }

    void a_renamed_label_loses_the_code_of_another_finding()
    {
        QFETCH(int, label);
        QFETCH(QString, name);
        QFETCH(QString, meaning);
        Bench bench;
        OPEN_XRAY(bench);
        const auto before = bench.session().labels();
        const auto value = before.at(static_cast<std::size_t>(label)).value;
        auto& table = bench.part<QTableView>("labelsTable");
        QVERIFY(table.model()->setData(table.model()->index(label, ui::LabelModel::Name), name, Qt::EditRole));
        const auto& after = *bench.session().label(value);
        QCOMPARE(QString::fromStdString(after.name), name);
        QCOMPARE(QString::fromStdString(after.type.meaning), meaning);
        QCOMPARE(bench.said(QStringLiteral("has the code")), after.type != before.at(static_cast<std::size_t>(label)).type);
        bench.workstation.actions.undo->trigger();
        QCOMPARE(bench.session().labels(), before);
    }

    void labels_that_changed_after_saving_are_not_sent_as_they_were()
    {
        Bench bench;
        OPEN_XRAY(bench);
        paintSomething(bench);
        QSignalSpy saved(&bench.workstation.save, &app::SaveController::saved);
        bench.workstation.save.saveTo(bench.path("mask.dcm"));
        QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 1, kPatience);
        QVERIFY(bench.workstation.save.savedFile());
        auto labels = bench.session().labels();
        labels[0].name = "Nodule";
        bench.session().setLabels(labels);
        QVERIFY(!bench.workstation.save.savedFile());
        QVERIFY(bench.session().hasUnsavedWork());
    }

    void a_stroke_on_the_models_mask_is_one_step()
    {
        Bench bench;
        OPEN_XRAY(bench);
        auto labels = bench.session().labels();
        labels[0].algorithm = annotations::AlgorithmType::Automatic;
        bench.session().setLabels(labels, QStringLiteral("Model"));
        paintSomething(bench);
        QVERIFY(bench.session().labels()[0].algorithm == annotations::AlgorithmType::SemiAutomatic);
        bench.workstation.actions.undo->trigger();
        QVERIFY(bench.session().labels() == labels);
        QVERIFY(bench.session().labelMap()->empty());
    }

    void strokes_come_back_after_a_crash()
    {
        QTemporaryDir data;
        QTemporaryDir pictures;
        const QString file = pictures.filePath(QStringLiteral("x.dcm"));
        phantom::writeXray(file.toStdString(), {});
        const app::SegmenterFactory noModel = []() -> std::unique_ptr<models::Segmenter> {
            throw imaging::Error(imaging::ErrorKind::NotFound, "There is no model package.");
        };
        std::size_t painted = 0;
        {
            app::Workstation first({noModel, data.path().toStdString()});
            first.open.open(file);
            QTRY_VERIFY_WITH_TIMEOUT(first.session.isOpen(), kPatience);
            auto edit = first.session.beginEdit();
            edit->paintRun(1000, 500, 1);
            QVERIFY(first.session.commit(*edit, QStringLiteral("Brush")));
            painted = first.session.voxelsOf(1);
        }
        app::Workstation second({noModel, data.path().toStdString()});
        second.open.open(file);
        QTRY_VERIFY_WITH_TIMEOUT(second.session.isOpen(), kPatience);
        QCOMPARE(second.session.voxelsOf(1), painted);
        QVERIFY(second.messages.texts().join(QString()).contains(QStringLiteral("brought back")));
        QVERIFY(second.session.hasUnsavedWork());
    }
};

QTEST_MAIN(UnsavedWorkTest)
#include "tst_unsaved_work.moc"
