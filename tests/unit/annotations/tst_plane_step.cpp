#include "annotations/seg/plane_step.h"

#include <QtTest>

using annotations::VolumeKind;

class TestPlaneStep : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void planes_stay_where_they_are_data()
    {
        QTest::addColumn<QList<double>>("levels");
        QTest::addColumn<double>("spacing");
        QTest::addColumn<double>("thickness");
        QTest::addColumn<double>("step");
        QTest::addColumn<int>("volumes");
        const int known = int(VolumeKind::Known);
        const int estimate = int(VolumeKind::Estimate);
        const int unknown = int(VolumeKind::Unknown);
        const QList<double> sparse{30, 34, 40};
        QTest::newRow("spacing stored") << sparse << 2.0 << 5.0 << 2.0 << known;
        QTest::newRow("thickness fits") << sparse << 0.0 << 2.0 << 2.0 << known;
        QTest::newRow("common step") << sparse << 0.0 << 0.0 << 2.0 << estimate;
        QTest::newRow("spacing that fits not") << sparse << 3.0 << 0.0 << 2.0 << estimate;
        QTest::newRow("thickness that fits not") << sparse << 0.0 << 5.0 << 2.0 << estimate;
        QTest::newRow("equal distances") << QList<double>{-5, -2.5, 0, 2.5} << 0.0 << 0.0 << 2.5 << known;
        QTest::newRow("thicker than their distance") << QList<double>{0, 2.5, 5} << 0.0 << 5.0 << 2.5 << known;
        QTest::newRow("gaps between") << QList<double>{0, 10, 20, 30} << 0.0 << 1.0 << 10.0 << estimate;
        QTest::newRow("two planes") << QList<double>{0, 4} << 0.0 << 0.0 << 4.0 << estimate;
        QTest::newRow("two planes, thin") << QList<double>{0, 4} << 0.0 << 2.0 << 2.0 << known;
        QTest::newRow("rounded to 0.1 mm") << QList<double>{30, 30.6, 31.2, 31.9, 32.5, 33.1, 33.8, 34.4, 35} << 0.625
                                           << 0.625 << 0.625 << known;
        QTest::newRow("one plane") << QList<double>{7} << 0.0 << 5.0 << 5.0 << known;
        QTest::newRow("one plane, distance known") << QList<double>{7} << 2.5 << 5.0 << 2.5 << known;
        QTest::newRow("one plane, nothing known") << QList<double>{7} << 0.0 << 0.0 << 1.0 << unknown;
        QTest::newRow("no common step") << QList<double>{0, 3.14, 7.7, 9.9, 13.37, 18.2} << 0.0 << 0.0 << 0.0
                                        << estimate;
        QTest::newRow("negative distance") << QList<double>{0, 2, 4} << -2.0 << 0.0 << 2.0 << known;
    }

    void planes_stay_where_they_are()
    {
        QFETCH(QList<double>, levels);
        QFETCH(double, spacing);
        QFETCH(double, thickness);
        QFETCH(double, step);
        QFETCH(int, volumes);
        const auto found = annotations::planeStep({levels.begin(), levels.end()}, {spacing, thickness});
        QVERIFY(std::abs(found.mm - step) < 1e-9);
        QCOMPARE(int(found.volumes), volumes);
    }
};

QTEST_APPLESS_MAIN(TestPlaneStep)
#include "tst_plane_step.moc"
