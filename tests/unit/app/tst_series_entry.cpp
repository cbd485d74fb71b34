#include "app/controllers/study/series_entry.h"

#include <QTest>

class SeriesEntryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void masks_are_entries_of_their_own_and_pictures_are_not_data()
    {
        QTest::addColumn<QByteArray>("sopClass");
        QTest::addColumn<std::size_t>("entries");
        QTest::newRow("segmentation") << QByteArray("1.2.840.10008.5.1.4.1.1.66.4") << std::size_t{2};
        QTest::newRow("label map") << QByteArray("1.2.840.10008.5.1.4.1.1.66.7") << std::size_t{2};
        QTest::newRow("CT") << QByteArray("1.2.840.10008.5.1.4.1.1.2") << std::size_t{1};
    }

    void masks_are_entries_of_their_own_and_pictures_are_not()
    {
        QFETCH(QByteArray, sopClass);
        QFETCH(std::size_t, entries);
        imaging::SeriesInfo series;
        series.id = "1.2.3";
        series.files.resize(2);
        for (auto& file : series.files)
            file.sopClassUid = sopClass.toStdString();
        QCOMPARE(app::isSeg(series), entries == 2);
        const auto apart = app::withMasksApart({series});
        QCOMPARE(apart.size(), entries);
        QCOMPARE(apart.front().files.size(), 3 - entries);
    }
};

QTEST_GUILESS_MAIN(SeriesEntryTest)
#include "tst_series_entry.moc"
