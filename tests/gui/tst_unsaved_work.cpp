#include "tests/gui/workstation_fixture.h"

#include <QFileDialog>
#include <QMessageBox>
#include <QSignalSpy>

using fixtures::Bench;
using fixtures::kPatience;

namespace {

void paintSomething(Bench& bench)
{
    bench.workstation.window.actions().brush->trigger();
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
        QVERIFY(second.window.messages().texts().join(QString()).contains(QStringLiteral("brought back")));
        QVERIFY(second.session.hasUnsavedWork());
    }
};

QTEST_MAIN(UnsavedWorkTest)
#include "tst_unsaved_work.moc"
