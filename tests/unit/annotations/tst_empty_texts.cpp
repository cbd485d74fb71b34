// What a training shows with an empty mask must not say, to the reader of reports, that there is something.

#include "annotations/report/empty_texts.h"
#include "annotations/report/reading.h"
#include "annotations/report/text_variants.h"
#include "imaging/laterality.h"

#include <QTest>

#include <algorithm>
#include <set>

class TestEmptyTexts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothing_is_to_be_drawn_data();
    void nothing_is_to_be_drawn();
    void no_sentence_is_about_the_finding_but_to_deny_it();
    void without_a_finding_nothing_is_denied();
    void one_side_is_named_or_not_data();
    void one_side_is_named_or_not();
};

void TestEmptyTexts::nothing_is_to_be_drawn_data()
{
    QTest::addColumn<QString>("finding");
    for (const char* finding : {"Pulmonary infection", "pneumothorax", "Cardiomegaly", "pleural effusion"})
        QTest::newRow(finding) << finding;
}

void TestEmptyTexts::nothing_is_to_be_drawn()
{
    QFETCH(QString, finding);
    const auto name = finding.toStdString();
    const auto texts = annotations::emptyTexts(name);
    QVERIFY(texts.size() > 20);
    QCOMPARE(std::set<std::string>(texts.begin(), texts.end()).size(), texts.size());
    for (const auto& text : texts)
        for (const auto& shown : {text, imaging::swapSideWords(text)}) {
            const auto choice = annotations::chooseFor(annotations::readReport(shown, name), name);
            QVERIFY2(choice.verdict != annotations::ReadingVerdict::Draw, shown.c_str());
        }
}

void TestEmptyTexts::no_sentence_is_about_the_finding_but_to_deny_it()
{
    const auto texts = annotations::emptyTexts("Cardiomegaly");
    QVERIFY(std::find(texts.begin(), texts.end(), "Cardiomegaly.") == texts.end());
    QVERIFY(std::find(texts.begin(), texts.end(), "No cardiomegaly.") != texts.end());
    const auto others = annotations::emptyTexts("Pulmonary infection");
    QVERIFY(std::find(others.begin(), others.end(), "Cardiomegaly.") != others.end());
    QVERIFY(std::find(others.begin(), others.end(), "Pulmonary infection is absent.") != others.end());
}

void TestEmptyTexts::without_a_finding_nothing_is_denied()
{
    for (const auto& text : annotations::emptyTexts(""))
        QVERIFY2(!text.starts_with("No "), text.c_str());
}

void TestEmptyTexts::one_side_is_named_or_not_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("one");
    QTest::newRow("left") << "Infected areas of the left lung." << true;
    QTest::newRow("right, by capital") << "Right lung." << true;
    QTest::newRow("both by name") << "left lung and right lung" << false;
    QTest::newRow("bilateral") << "Bilateral infection, right more." << false;
    QTest::newRow("both") << "both lungs, the left more" << false;
    QTest::newRow("none") << "lower zone" << false;
    QTest::newRow("cleft") << "a cleft" << false;
}

void TestEmptyTexts::one_side_is_named_or_not()
{
    QFETCH(QString, text);
    QTEST(annotations::namesOneSide(text.toStdString()), "one");
}

QTEST_GUILESS_MAIN(TestEmptyTexts)
#include "tst_empty_texts.moc"
