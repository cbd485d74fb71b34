#include "app/workflow/evaluation/paraphrase.h"

#include "annotations/report/paraphrases.h"
#include "annotations/report/reading.h"
#include "imaging/error.h"

#include <QTest>
#include <rapidcheck.h>

#include <algorithm>
#include <set>
#include <stdexcept>

/// Reports in other words.
class ParaphraseTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_way_says_side_zones_and_number_data();
    void a_way_says_side_zones_and_number();
    void every_way_fills_all_of_its_parts_for_any_report();
    void every_way_is_read_back_as_the_same_report_data();
    void every_way_is_read_back_as_the_same_report();
    void no_two_ways_say_the_same();
    void what_is_no_report_has_no_paraphrase();
    void no_way_of_the_evaluation_is_shown_in_a_training();
    void a_wrong_list_is_refused_data();
    void a_wrong_list_is_refused();
};

namespace {

const app::ParaphraseWay& wayNamed(const std::vector<app::ParaphraseWay>& ways, const std::string& name)
{
    const auto found = std::find_if(ways.begin(), ways.end(), [&](const auto& way) { return way.name == name; });
    if (found == ways.end())
        throw std::runtime_error("no way " + name);
    return *found;
}

rc::Gen<annotations::LungZones> zones()
{
    return rc::gen::map(rc::gen::inRange(0, 9), [](int bits) {
        annotations::LungZones lung;
        lung.involved = bits > 0;
        lung.upper = bits > 1 && ((bits - 1) & 1) != 0;
        lung.middle = bits > 1 && ((bits - 1) & 2) != 0;
        lung.lower = bits > 1 && ((bits - 1) & 4) != 0;
        return lung;
    });
}

/// A report of the finding of LViT's texts, with at least one lung.
annotations::ReportFields anyReport()
{
    annotations::ReportFields fields;
    fields.left = *zones();
    fields.right = *zones();
    fields.areas = *rc::gen::inRange(0, 7);
    if (!fields.left.involved && !fields.right.involved)
        fields.right.involved = true;
    return fields;
}

} // namespace

void ParaphraseTest::a_way_says_side_zones_and_number_data()
{
    QTest::addColumn<QString>("way");
    QTest::addColumn<QString>("text");
    QTest::newRow("zones")
        << "zones of the lung"
        << "Pulmonary infection with two infected areas, in the whole left lung and in the middle and "
           "lower zones of the right lung.";
    QTest::newRow("opacities") << "opacities, side first"
                               << "Two airspace opacities in the entire left lung and the right mid and lower zones.";
    QTest::newRow("sentences") << "two sentences"
                               << "Patchy ground-glass change involves all of the left lung as well as the middle and "
                                  "lower thirds of the right lung. Two separate areas are seen.";
    QTest::newRow("telegram") << "telegram"
                              << "Opacities x2: lt lung diffusely, rt MZ/LZ";
    QTest::newRow("no number") << "without a number"
                               << "Infiltrates in the whole left lung and the right middle and lower zones.";
}

void ParaphraseTest::a_way_says_side_zones_and_number()
{
    QFETCH(QString, way);
    QFETCH(QString, text);
    const auto ways = app::ownParaphrases();
    const auto words =
        app::paraphrase("bilateral pulmonary infection, two infected areas, all left lung and middle lower right lung.",
            wayNamed(ways, way.toStdString()));
    QVERIFY(words);
    QCOMPARE(QString::fromStdString(*words), text);
}

void ParaphraseTest::every_way_fills_all_of_its_parts_for_any_report()
{
    const auto ways = app::ownParaphrases();
    QVERIFY(ways.size() >= 6);
    QVERIFY(rc::check([&] {
        const auto report = annotations::sentence(anyReport());
        for (const auto& way : ways) {
            const auto words = app::paraphrase(report, way);
            RC_ASSERT(words.has_value());
            RC_ASSERT(words->find('{') == std::string::npos);
            RC_ASSERT(words->find("  ") == std::string::npos);
            RC_ASSERT(*words != report);
        }
    }));
}

/// The evaluation tells how a model reads words that it never saw.
void ParaphraseTest::no_way_of_the_evaluation_is_shown_in_a_training()
{
    const auto ways = app::ownParaphrases();
    const auto plain = [](const std::string& text) {
        auto lower = QString::fromStdString(text).toLower().toStdString();
        std::erase_if(lower, [](char c) { return c == '.' || c == ',' || c == ';' || c == ' '; });
        return lower;
    };
    QVERIFY(rc::check([&] {
        const auto report = annotations::sentence(anyReport());
        std::set<std::string> held;
        for (const auto& way : ways)
            held.insert(plain(*app::paraphrase(report, way)));
        for (const auto& shown : annotations::paraphrasesOf(report, 40, *rc::gen::arbitrary<std::uint64_t>())) {
            RC_LOG() << shown << "\n";
            RC_ASSERT(!held.contains(plain(shown)));
        }
    }));
}

void ParaphraseTest::every_way_is_read_back_as_the_same_report_data()
{
    QTest::addColumn<QString>("name");
    for (const auto& way : app::ownParaphrases())
        QTest::newRow(way.name.c_str()) << QString::fromStdString(way.name);
}

void ParaphraseTest::every_way_is_read_back_as_the_same_report()
{
    QFETCH(QString, name);
    const auto ways = app::ownParaphrases();
    const auto& way = wayNamed(ways, name.toStdString());
    QVERIFY(rc::check([&] {
        const auto fields = annotations::normalized(anyReport());
        const auto words = app::paraphrase(annotations::sentence(fields), way);
        const auto drawn = annotations::fieldsToDraw(*words, fields.finding);
        RC_LOG() << *words << " -> " << (drawn ? annotations::sentence(*drawn) : "not drawn") << "\n";
        RC_ASSERT(drawn.has_value());
        const auto& read = *drawn;
        RC_ASSERT(read.areas == (way.someAreas.empty() ? 0 : fields.areas));
        RC_ASSERT(read.freeText.empty());
        const auto same = [](annotations::LungZones one, annotations::LungZones other) {
            one.listed = other.listed = false; // "all" or all three by name: the same zones.
            return one == other;
        };
        RC_ASSERT(same(read.left, fields.left));
        RC_ASSERT(same(read.right, fields.right));
    }));
}

void ParaphraseTest::no_two_ways_say_the_same()
{
    std::set<std::string> texts;
    const auto ways = app::ownParaphrases();
    for (const auto& way : ways)
        texts.insert(*app::paraphrase("unilateral pulmonary infection, one infected area, lower left lung.", way));
    QCOMPARE(texts.size(), ways.size());
}

void ParaphraseTest::what_is_no_report_has_no_paraphrase()
{
    const auto way = app::ownParaphrases().front();
    for (const char* text : {"", "no infection", "the heart is enlarged", "pulmonary infection"})
        QVERIFY2(!app::paraphrase(text, way), text);
}

void ParaphraseTest::a_wrong_list_is_refused_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("no JSON") << QByteArray("ways");
    QTest::newRow("no ways") << QByteArray("{}");
    QTest::newRow("a part is missing") << QByteArray(R"({"ways": [{"name": "x", "zones": ["a", "b", "c"]}]})");
    QTest::newRow("two zones") << QByteArray(R"({"ways": [{"name": "x", "zones": ["a", "b"]}]})");
    QTest::newRow("a number") << QByteArray(R"({"ways": [{"name": 3}]})");
}

void ParaphraseTest::a_wrong_list_is_refused()
{
    QFETCH(QByteArray, json);
    try {
        app::parseParaphrases(json.toStdString(), "list.json");
        QFAIL("no error");
    } catch (const imaging::Error& error) {
        QCOMPARE(error.kind(), imaging::ErrorKind::InvalidInput);
        QVERIFY(std::string(error.what()).find("list.json") != std::string::npos);
    }
}

QTEST_APPLESS_MAIN(ParaphraseTest)
#include "tst_paraphrase.moc"
