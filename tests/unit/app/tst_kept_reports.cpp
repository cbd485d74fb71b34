#include "app/workflow/kept_reports.h"
#include "imaging/error.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

namespace {

app::KeptReport reportOf(const char* study, const char* date, const char* text)
{
    return {std::string("series of ") + study, study, "7", "Doe^Jane", "19500101", date, "Chest", text};
}

} // namespace

/// Reports that the user wrote, on the disk.
class KeptReportsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        m_folder = std::filesystem::path(m_home->path().toStdString()) / "reports";
    }

    void a_report_comes_back_and_an_empty_one_goes()
    {
        const auto report = reportOf("1.2", "20260102", "No finding.\n\"Nothing\" at all. \xC3\xA4");
        QVERIFY(!app::keptReport(m_folder, report.id));
        app::keepReport(m_folder, report);
        QCOMPARE(app::keptReport(m_folder, report.id)->text, report.text);
        QVERIFY(!app::keptReport(m_folder, "another"));
        auto changed = report;
        changed.text = "Another.";
        app::keepReport(m_folder, changed);
        QCOMPARE(app::keptReport(m_folder, report.id)->text, changed.text);
        QCOMPARE(QDir(QString::fromStdString(m_folder.string())).entryList(QDir::Files).size(), 1);
        changed.text.clear();
        app::keepReport(m_folder, changed);
        QVERIFY(!app::keptReport(m_folder, report.id));
    }

    void the_newest_earlier_report_of_the_patient_is_the_prior()
    {
        const auto present = reportOf("1.9", "20260301", "Now.");
        QVERIFY(!app::priorReport(m_folder, present)); // There is no folder.
        app::keepReport(m_folder, present);
        QVERIFY(!app::priorReport(m_folder, present)); // It is no prior of itself.
        app::keepReport(m_folder, reportOf("1.1", "20250101", "Long ago."));
        app::keepReport(m_folder, reportOf("1.2", "20260102", "Before."));
        app::keepReport(m_folder, reportOf("1.3", "20260402", "Later."));
        QCOMPARE(app::priorReport(m_folder, present)->text, std::string("Before."));
    }

    void another_patients_report_is_none_data()
    {
        QTest::addColumn<QString>("what");
        for (const char* what : {"id", "name", "birth date", "no id", "no name", "no date"})
            QTest::newRow(what) << what;
    }

    void another_patients_report_is_none()
    {
        QFETCH(QString, what);
        auto present = reportOf("1.9", "20260301", "Now.");
        auto other = reportOf("1.2", "20260102", "Before.");
        app::keepReport(m_folder, other);
        QVERIFY(app::priorReport(m_folder, present));
        (what == "id"                  ? other.patientId
                : what == "name"       ? other.patientName
                : what == "birth date" ? other.patientBirthDate
                                       : other.title) = "another";
        if (what == "no id")
            other.patientId = present.patientId = "";
        if (what == "no name")
            other.patientName = present.patientName = "";
        if (what == "no date")
            other.studyDate = "";
        app::keepReport(m_folder, other);
        QVERIFY(!app::priorReport(m_folder, present));
    }

    void files_that_are_no_reports_are_passed_over()
    {
        const auto present = reportOf("1.9", "20260301", "Now.");
        app::keepReport(m_folder, reportOf("1.2", "20260102", "Before."));
        for (const char* content : {"", "[1, 2]", "{\"text\": 5, \"patient_id\": [\"7\"]}", "{\"text\": \"cut"}) {
            QFile file(QString::fromStdString((m_folder / "stranger.json").string()));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(content);
            file.close();
            QCOMPARE(app::priorReport(m_folder, present)->text, std::string("Before."));
        }
        QFile file(QString::fromStdString((m_folder / "stranger.json").string()));
        QVERIFY(file.resize(3 << 20)); // Of zeros.
        QVERIFY(app::priorReport(m_folder, present));
    }

    void a_folder_that_cannot_be_written_is_said()
    {
        QFile file(QString::fromStdString(m_folder.string()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY_EXCEPTION_THROWN(app::keepReport(m_folder, reportOf("1.2", "20260102", "x")), imaging::Error);
    }

private:
    std::unique_ptr<QTemporaryDir> m_home;
    std::filesystem::path m_folder;
};

QTEST_GUILESS_MAIN(KeptReportsTest)
#include "tst_kept_reports.moc"
