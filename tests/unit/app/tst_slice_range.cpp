#include "app/workflow/slice_range.h"

#include "imaging/error.h"

#include <QTest>

class SliceRangeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_range_names_slices_from_one_data();
    void a_range_names_slices_from_one();
    void one_slice_is_named_by_its_number();
    void where_one_picture_is_asked_a_ct_names_its_slice();
    void slices_go_outward_from_the_one_shown();
    void nonsense_is_refused_data();
    void nonsense_is_refused();
};

void SliceRangeTest::a_range_names_slices_from_one_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QList<int>>("indices");
    QTest::newRow("all") << QByteArray("all") << QList<int>{0, 1, 2, 3};
    QTest::newRow("one") << QByteArray("3") << QList<int>{2};
    QTest::newRow("range") << QByteArray("2-4") << QList<int>{1, 2, 3};
    QTest::newRow("range of one") << QByteArray("4-4") << QList<int>{3};
}

void SliceRangeTest::a_range_names_slices_from_one()
{
    QFETCH(QByteArray, text);
    QFETCH(QList<int>, indices);
    const auto found = app::parseSliceRange(text.toStdString(), 4);
    QCOMPARE(QList<int>(found.begin(), found.end()), indices);
}

void SliceRangeTest::nonsense_is_refused_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char* text : {"", "0", "5", "3-2", "1-5", "-2", "2-", "a", "1,2", "1-2-3", "99999999999", "1.5", " 1"})
        QTest::newRow(text) << QByteArray(text);
}

void SliceRangeTest::nonsense_is_refused()
{
    QFETCH(QByteArray, text);
    QVERIFY_EXCEPTION_THROWN(app::parseSliceRange(text.toStdString(), 4), imaging::Error);
    QVERIFY_EXCEPTION_THROWN(app::parseOneSlice(text.toStdString(), 4), imaging::Error);
}

void SliceRangeTest::one_slice_is_named_by_its_number()
{
    QCOMPARE(app::parseOneSlice("3", 4), 2);
    QCOMPARE(app::parseOneSlice("all", 1), 0);
    QVERIFY_EXCEPTION_THROWN(app::parseOneSlice("2-3", 4), imaging::Error);
    QVERIFY_EXCEPTION_THROWN(app::parseOneSlice("all", 4), imaging::Error);
}

void SliceRangeTest::where_one_picture_is_asked_a_ct_names_its_slice()
{
    QCOMPARE(app::parsePictureSlice("", 1), 0);
    QCOMPARE(app::parsePictureSlice("200", 400), 199);
    for (const char* text : {"all", "0", "401", "1-400"})
        QVERIFY_EXCEPTION_THROWN(app::parsePictureSlice(text, 400), imaging::Error);
    try {
        app::parsePictureSlice("", 400);
        QFAIL("nothing was thrown");
    } catch (const imaging::Error& error) {
        QVERIFY2(QString(error.what()).contains("400 slices and a model looks at one picture"), error.what());
    }
}

void SliceRangeTest::slices_go_outward_from_the_one_shown()
{
    QCOMPARE(app::slicesOutward(0, 4, 3), (std::vector<int>{3, 2, 4, 1, 0}));
    QCOMPARE(app::slicesOutward(2, 4, 9), (std::vector<int>{4, 3, 2}));
    QCOMPARE(app::slicesOutward(5, 5, 5), std::vector<int>{5});
}

QTEST_GUILESS_MAIN(SliceRangeTest)
#include "tst_slice_range.moc"
