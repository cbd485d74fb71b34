#include "tests/support/edit_script.h"

#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using app::Session;

/// Two programs, not two windows of one: a lock of one's own process is no lock against another's.
class TestTwoPrograms : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void the_second_reads_only_says_who_has_the_study_and_takes_over_after_a_kill()
    {
        QTemporaryDir folder;
        QProcess first;
        first.start(QStringLiteral(KILLED_SESSION),
            {folder.path(), QStringLiteral("3"), QStringLiteral("1000000"), QStringLiteral("30")});
        QByteArray said;
        QTRY_VERIFY_WITH_TIMEOUT((said += first.readAllStandardOutput()).contains("s 30"), 20000);
        Session second(folder.path().toStdString());
        QSignalSpy refused(&second, &Session::editRefused);
        QSignalSpy freed(&second, &Session::journalFreed);
        second.open(support::scriptedCt(), QStringLiteral("script"));
        QVERIFY(second.holder());
        QCOMPARE(qint64(second.holder()->process), first.processId());
        const QString who = second.readOnlyReason();
        QVERIFY2(who.contains(QString::number(first.processId())), qPrintable(who));
        QVERIFY(who.contains(QString::fromStdString(second.holder()->host)));
        const auto shown = support::digestOf(second);
        auto edit = second.beginEdit();
        edit->paintRun(0, 40, 1);
        QVERIFY(!second.commit(*edit, QStringLiteral("Brush")));
        auto labels = second.labels();
        labels[0].locked = !labels[0].locked;
        second.setLabels(labels);
        second.undo();
        QVERIFY(refused.count() >= 3);
        QCOMPARE(support::digestOf(second), shown);
        QVERIFY(!second.hasUnsavedWork());
        first.kill();
        first.waitForFinished();
        QTRY_COMPARE_WITH_TIMEOUT(freed.count(), 1, 5000);
        second.close();
        second.open(support::scriptedCt(), QStringLiteral("script"));
        QVERIFY(!second.holder());
        QCOMPARE(support::digestOf(second), shown); // All was synced, so it is what was seen.
        edit = second.beginEdit();
        edit->paintRun(0, 40, second.labels().back().value);
        second.commit(*edit, QStringLiteral("Brush"));
        QVERIFY(second.readOnlyReason().isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestTwoPrograms)
#include "tst_two_programs.moc"
