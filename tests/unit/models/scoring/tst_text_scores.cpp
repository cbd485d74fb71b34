#include "models/scoring/changed_text.h"
#include "models/scoring/place_scores.h"
#include "models/scoring/text_scores.h"
#include "tests/support/error_sentence.h"

#include <QTest>

#include <cmath>

using models::scoring::PlaceScores;
using models::scoring::textScores;

/// BLEU-4, ROUGE-L and CIDEr-D by hand, and what texts say of places.
class TextScoresTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equal_texts_score_all()
    {
        const std::vector<std::string> texts{
            "One infected area, lower left lung.", "Two areas in the upper right lung."};
        const auto scores = textScores(texts, {{texts[0]}, {"something else of five words", texts[1]}});
        QVERIFY(std::abs(scores.bleu4 - 1) < 1e-12);
        QVERIFY(std::abs(scores.rougeL - 1) < 1e-12);
        const auto alone = textScores(texts, {{texts[0]}, {texts[1]}});
        QVERIFY2(std::abs(alone.cider - 10) < 1e-9, qPrintable(QString::number(alone.cider)));
    }

    void bleu_is_that_of_the_formula()
    {
        // 1-grams 5 of 6, 2-grams 3 of 5, 3-grams 1 of 4, 4-grams 0: of one text BLEU-4 is 0; with another they add up.
        const std::vector<std::string> texts{"the cat sat on the mat", "a b c d e"};
        const std::vector<std::vector<std::string>> references{{"the cat is on the mat"}, {"a b c d e f"}};
        const double precisions = (10.0 / 11) * (7.0 / 9) * (4.0 / 7) * (2.0 / 5);
        const double expected = std::pow(precisions, 0.25) * std::exp(1 - 12.0 / 11);
        QVERIFY2(std::abs(textScores(texts, references).bleu4 - expected) < 1e-12,
            qPrintable(QString::number(textScores(texts, references).bleu4)));
        QCOMPARE(textScores({texts[0]}, {references[0]}).bleu4, 0.0);
    }

    void rouge_is_that_of_the_longest_common_subsequence()
    {
        // "the cat on the mat": 5 of 6 words both ways.
        const auto scores = textScores({"The cat sat on the mat."}, {{"the cat is on the mat"}});
        QVERIFY(std::abs(scores.rougeL - 5.0 / 6) < 1e-12);
    }

    void words_that_few_have_weigh_more()
    {
        const std::vector<std::vector<std::string>> references{{"x left"}, {"x right"}, {"x upper"}};
        const auto rare = textScores({"left", "right", "upper"}, references);
        const auto common = textScores({"x", "x", "x"}, references);
        QVERIFY(rare.cider > 1 && common.cider < 1e-9);
    }

    void what_cannot_be_compared_is_refused()
    {
        using imaging::ErrorKind;
        QVERIFY(support::sentence(ErrorKind::InvalidInput, [] { textScores({"a"}, {}); }).contains("0 pictures"));
        QVERIFY(support::sentence(ErrorKind::InvalidInput, [] { textScores({"a"}, {{}}); }).contains("no reference"));
    }

    void texts_are_changed_in_one_thing_alone()
    {
        using models::scoring::changedText;
        using models::scoring::TextChange;
        const std::string one = "unilateral pulmonary infection, one infected area, upper left lung.";
        const std::string zone = "unilateral pulmonary infection, one infected area, lower left lung.";
        const std::string number = "unilateral pulmonary infection, two infected areas, upper left lung.";
        const std::string both =
            "bilateral pulmonary infection, two infected areas, upper left lung and lower right lung.";
        const std::set<std::string> known{one, zone, number, both};
        QCOMPARE(*changedText(one, TextChange::Side, known),
            std::string("unilateral pulmonary infection, one infected area, upper right lung."));
        QCOMPARE(*changedText(one, TextChange::Zone, known), zone);
        QCOMPARE(*changedText(one, TextChange::Number, known), number);
        QVERIFY(*changedText(one, TextChange::Any, known) != one);
        QVERIFY(!changedText(both, TextChange::Side, known)); // It names both already.
        QVERIFY(!changedText(both, TextChange::Zone, known));
        QVERIFY(!changedText(zone, TextChange::Number, known));
    }

    void places_are_counted_zone_by_zone()
    {
        PlaceScores scores;
        const std::string right = "unilateral pulmonary infection, one infected area, upper middle left lung.";
        scores.add(right, right);
        scores.add(right, "unilateral pulmonary infection, two infected areas, middle lower left lung.");
        scores.add(right, "unilateral pulmonary infection, one infected area, upper middle right lung.");
        scores.add("a chest", "left lung"); // Says nothing of a place.
        QCOMPARE(scores.texts, std::size_t(3));
        QCOMPARE(scores.sideAccuracy(), 2.0 / 3);
        QCOMPARE(scores.areaAccuracy(), 2.0 / 3);
        QCOMPARE(scores.textAccuracy(), 1.0 / 3);
        QCOMPARE(scores.zoneF1(), 2.0 * 3 / (6 + 6));
        QCOMPARE(PlaceScores().zoneF1(), 0.0);
    }
};

QTEST_APPLESS_MAIN(TextScoresTest)
#include "tst_text_scores.moc"
