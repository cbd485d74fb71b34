// Other words for a training sentence: what the reader of reports reads of them stays.

#include "annotations/report/paraphrases.h"
#include "annotations/report/reading.h"
#include "imaging/laterality.h"

#include <QTest>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <set>

namespace {

constexpr std::array<const char*, 13> kNumbers{
    "", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"};

bool hasWord(const std::string& text, const char* word)
{
    return QString::fromStdString(text).contains(word, Qt::CaseInsensitive);
}

/// "middle lower left lung", "all right lung" or "right lung"
std::string lung(unsigned zones, bool allAsWord, const char* side)
{
    constexpr std::array<const char*, 3> kNames{"upper ", "middle ", "lower "};
    std::string words;
    for (unsigned zone = 0; zone < kNames.size(); ++zone)
        words += (zones >> zone & 1U) != 0 ? kNames[zone] : "";
    return (zones == 7 && allAsWord ? "all " : words) + side + " lung";
}

struct Wanted
{
    unsigned left = 0, right = 0; ///< Zones of each lung; 0 and `named`: the lung alone.
    bool leftNamed = false, rightNamed = false;
    int areas = 0;
    bool allAsWord = false, head = true;
    std::string finding = "pulmonary infection";

    std::string sentence() const
    {
        std::string text;
        if (head)
            text.append(leftNamed && rightNamed ? "bilateral " : "unilateral ").append(finding).append(", ");
        if (areas > 0)
            text.append(kNumbers.at(std::size_t(areas))).append(areas == 1 ? " infected area, " : " infected areas, ");
        if (leftNamed)
            text += lung(left, allAsWord, "left");
        if (leftNamed && rightNamed)
            text += " and ";
        if (rightNamed)
            text += lung(right, allAsWord, "right");
        return text + ".";
    }
};

Wanted anyWanted()
{
    Wanted wanted;
    wanted.left = *rc::gen::inRange(0U, 8U);
    wanted.right = *rc::gen::inRange(0U, 8U);
    const auto sides = *rc::gen::inRange(1, 4);
    wanted.leftNamed = (sides & 1) != 0;
    wanted.rightNamed = (sides & 2) != 0;
    wanted.areas = *rc::gen::inRange(0, 13);
    wanted.allAsWord = *rc::gen::arbitrary<bool>();
    wanted.head = *rc::gen::arbitrary<bool>();
    if (*rc::gen::inRange(0, 4) == 0) {
        wanted.finding = "pneumothorax";
        wanted.head = true; // "Infected areas" alone are none of it.
    }
    return wanted;
}

annotations::ReportFields drawnOf(const std::string& text, const std::string& finding)
{
    annotations::ReportFields nothing;
    nothing.finding = "nothing";
    auto fields = annotations::fieldsToDraw(text, finding).value_or(nothing);
    fields.areas = 0;
    fields.left.listed = fields.right.listed = false;
    return fields;
}

} // namespace

class TestParaphrases : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void finding_sides_and_zones_are_read_as_in_the_sentence()
    {
        const auto holds = rc::check([] {
            const auto wanted = anyWanted();
            const auto sentence = wanted.sentence();
            const auto said = drawnOf(sentence, wanted.finding);
            RC_ASSERT(said.left.involved == wanted.leftNamed && said.right.involved == wanted.rightNamed);
            for (const auto& text : annotations::paraphrasesOf(sentence, 12, *rc::gen::arbitrary<std::uint64_t>())) {
                RC_LOG() << sentence << " | " << text << "\n";
                RC_ASSERT(drawnOf(text, wanted.finding) == said);
            }
        });
        QVERIFY(holds);
    }

    void numbers_are_those_of_the_sentence()
    {
        for (const auto& text : annotations::paraphrasesOf(
                 "bilateral pulmonary infection, three infected areas, lower left lung and upper right lung.", 40, 5)) {
            const auto areas = annotations::fieldsToDraw(text, "pulmonary infection").value().areas;
            QVERIFY2(areas == 3 || areas == 0, text.c_str());
            QVERIFY2(hasWord(text, "3") || hasWord(text, "three"), text.c_str());
        }
    }

    void they_are_many_different_and_follow_from_the_seed()
    {
        const std::string sentence = "unilateral pulmonary infection, one infected area, lower left lung.";
        const auto texts = annotations::paraphrasesOf(sentence, 40, 1);
        QCOMPARE(texts.size(), std::size_t(40));
        QCOMPARE(std::set<std::string>(texts.begin(), texts.end()).size(), texts.size());
        QVERIFY(std::find(texts.begin(), texts.end(), sentence) == texts.end());
        QCOMPARE(annotations::paraphrasesOf(sentence, 40, 1), texts);
        QVERIFY(annotations::paraphrasesOf(sentence, 40, 2) != texts);
        const auto fewer = annotations::paraphrasesOf(sentence, 7, 1);
        QVERIFY(std::equal(fewer.begin(), fewer.end(), texts.begin()));
    }

    void other_texts_have_none_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("empty") << "";
        QTest::newRow("denied") << "No pulmonary infection.";
        QTest::newRow("a denial with a place") << "no pulmonary infection, lower left lung.";
        QTest::newRow("other words") << "Pneumonia in the left lower zone.";
        QTest::newRow("other zones") << "Left pulmonary infection, one infected area, posterior left lung.";
        QTest::newRow("no place") << "bilateral pulmonary infection, two infected areas.";
        QTest::newRow("one side twice") << "bilateral pulmonary infection, lower left lung and upper left lung.";
        QTest::newRow("a clause more") << "bilateral pulmonary infection, mild extent, two infected areas, left lung.";
        QTest::newRow("no side") << "bilateral pulmonary infection, two infected areas, all lung and all right lung.";
        QTest::newRow("two words of a zone") << "bilateral pulmonary infection, all lower left lung and right lung.";
    }
    void other_texts_have_none()
    {
        QFETCH(QString, text);
        QVERIFY(annotations::paraphrasesOf(text.toStdString(), 5, 1).empty());
    }

    void words_of_a_finding_that_has_no_synonyms_stay()
    {
        for (const auto& text :
            annotations::paraphrasesOf("unilateral pneumothorax, one infected area, upper left lung.", 20, 3))
            QVERIFY2(hasWord(text, "pneumothorax"), text.c_str());
    }
};

QTEST_GUILESS_MAIN(TestParaphrases)
#include "tst_paraphrases.moc"
