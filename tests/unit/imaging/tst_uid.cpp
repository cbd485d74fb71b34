#include "imaging/dicom/uid.h"

#include "imaging/error.h"

#include <QtTest>

class TestUid : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void only_digits_and_dots_are_uids_data()
    {
        QTest::addColumn<QString>("uid");
        QTest::addColumn<bool>("valid");
        QTest::newRow("ordinary") << "1.2.840.10008.1.2" << true;
        QTest::newRow("leading zero") << "1.02.3" << true;
        QTest::newRow("64 characters") << QString(64, '1') << true;
        QTest::newRow("65 characters") << QString(65, '1') << false;
        QTest::newRow("empty") << "" << false;
        QTest::newRow("way up") << "../../etc/passwd" << false;
        QTest::newRow("dots") << ".." << false;
        QTest::newRow("empty component") << "1..2" << false;
        QTest::newRow("dot first") << ".1" << false;
        QTest::newRow("dot last") << "1." << false;
        QTest::newRow("slash") << "1.2/3" << false;
        QTest::newRow("zero byte") << QString("1.2") + QChar(0) << false;
        QTest::newRow("letter") << "1.2a" << false;
    }

    void only_digits_and_dots_are_uids()
    {
        QFETCH(QString, uid);
        QFETCH(bool, valid);
        QCOMPARE(imaging::isValidUid(uid.toStdString()), valid);
        if (valid)
            QCOMPARE(imaging::fileNameOfUid(uid.toStdString()), uid.toStdString() + ".dcm");
        else
            QVERIFY_EXCEPTION_THROWN(imaging::fileNameOfUid(uid.toStdString()), imaging::Error);
    }
};

QTEST_APPLESS_MAIN(TestUid)
#include "tst_uid.moc"
