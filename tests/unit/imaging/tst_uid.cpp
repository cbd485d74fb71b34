#include "imaging/dicom/uid.h"

#include "imaging/dicom/sop_classes.h"
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

    void kinds_of_objects_are_known_by_their_class_data()
    {
        QTest::addColumn<QString>("uid");
        QTest::addColumn<bool>("isXray");
        QTest::addColumn<bool>("isMask");
        QTest::newRow("CR") << "1.2.840.10008.5.1.4.1.1.1" << true << false;
        QTest::newRow("DX for presentation") << "1.2.840.10008.5.1.4.1.1.1.1" << true << false;
        QTest::newRow("mammography for processing") << "1.2.840.10008.5.1.4.1.1.1.2.1" << true << false;
        QTest::newRow("angiography") << "1.2.840.10008.5.1.4.1.1.12.1" << true << false;
        QTest::newRow("CT") << "1.2.840.10008.5.1.4.1.1.2" << false << false;
        QTest::newRow("breast tomosynthesis") << "1.2.840.10008.5.1.4.1.1.13.1.3" << false << false;
        QTest::newRow("segmentation") << "1.2.840.10008.5.1.4.1.1.66.4" << false << true;
        QTest::newRow("label map") << "1.2.840.10008.5.1.4.1.1.66.7" << false << true;
        QTest::newRow("surface") << "1.2.840.10008.5.1.4.1.1.66.5" << false << false;
    }

    void kinds_of_objects_are_known_by_their_class()
    {
        QFETCH(QString, uid);
        QTEST(imaging::isRadiography(uid.toStdString()), "isXray");
        QTEST(imaging::isSegmentation(uid.toStdString()), "isMask");
    }
};

QTEST_APPLESS_MAIN(TestUid)
#include "tst_uid.moc"
