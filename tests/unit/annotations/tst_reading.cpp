#include "annotations/report/reading.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>
#include <rapidcheck.h>

#include <algorithm>

using annotations::Assertion;
using annotations::LungZones;
using annotations::ReadingVerdict;

namespace {

constexpr const char* kFinding = "Pulmonary infection";

annotations::ReadingChoice choiceFor(const std::string& text, const char* finding = kFinding)
{
    return annotations::chooseFor(annotations::readReport(text, finding), finding);
}

QString zonesOf(const LungZones& lung)
{
    const QString zones = QString(lung.upper ? "U" : "") + (lung.middle ? "M" : "") + (lung.lower ? "L" : "");
    return lung.involved && zones.isEmpty() ? QStringLiteral("?") : zones;
}

QString wordFor(ReadingVerdict verdict)
{
    return verdict == ReadingVerdict::Draw ? "draw" : verdict == ReadingVerdict::Nothing ? "nothing" : "ask";
}

bool anyContains(const imaging::Warnings& warnings, const char* words)
{
    return std::any_of(warnings.begin(), warnings.end(),
        [&](const std::string& warning) { return warning.find(words) != std::string::npos; });
}

/// A place in words and its zones in the patient's left and right lung.
struct SaidPlace
{
    const char* words;
    const char* left;
    const char* right;
};

/// What a clause says of a place ("%1"): whether there is something to draw there.
struct SaidClause
{
    const char* words;
    bool drawn;
};

/// Two clauses, joined in every way, with every two places: which texts are drawn elsewhere than they say, and how many
/// are asked. The places must not meet.
struct PairsRead
{
    QStringList wrong;
    int asked = 0;
    int all = 0;
};

PairsRead readPairs(const std::vector<SaidPlace>& places, const std::vector<SaidClause>& clauses,
    const std::vector<const char*>& joints)
{
    PairsRead read;
    const auto readOne = [&](const SaidPlace& place, const SaidClause& clause, const SaidPlace& otherPlace,
                             const SaidClause& other, const char* joint) {
        const auto text = QString(clause.words).arg(place.words) + joint + QString(other.words).arg(otherPlace.words);
        const auto choice = choiceFor(text.toStdString());
        ++read.all;
        if (choice.verdict == ReadingVerdict::Ask) {
            ++read.asked;
            return;
        }
        const auto said = [&](const char* SaidPlace::*lung) {
            const auto zones = QString(clause.drawn ? place.*lung : "") + (other.drawn ? otherPlace.*lung : "");
            return QString(zones.contains('U') ? "U" : "") + (zones.contains('M') ? "M" : "")
                + (zones.contains('L') ? "L" : "");
        };
        const bool drawn = choice.verdict == ReadingVerdict::Draw;
        const bool right = drawn ? zonesOf(choice.fields.left) == said(&SaidPlace::left)
                && zonesOf(choice.fields.right) == said(&SaidPlace::right)
                                 : !clause.drawn && !other.drawn;
        if (!right)
            read.wrong << text;
    };
    for (std::size_t i = 0; i < places.size(); ++i)
        for (std::size_t j = 0; j < places.size(); ++j)
            for (const auto& clause : clauses)
                for (const auto& other : clauses)
                    for (const auto* joint : joints)
                        if (i != j)
                            readOne(places[i], clause, places[j], other, joint);
    return read;
}

} // namespace

/// What reports say, finding by finding, and what of it a package draws.
class ReadingTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sentences_of_reports_are_drawn_refused_or_asked_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("verdict");
        QTest::addColumn<QString>("left");
        QTest::addColumn<QString>("right");
        QFile file(QStringLiteral("tests/data/report_readings.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto sentences = QJsonDocument::fromJson(file.readAll()).object()["sentences"].toArray();
        QVERIFY(sentences.size() >= 150);
        for (const auto& value : sentences) {
            const auto one = value.toObject();
            QTest::newRow(qPrintable(one["kind"].toString() + ": " + one["text"].toString()))
                << one["text"].toString() << one["verdict"].toString() << one["left"].toString()
                << one["right"].toString();
        }
    }

    void sentences_of_reports_are_drawn_refused_or_asked()
    {
        QFETCH(QString, text);
        QFETCH(QString, verdict);
        QFETCH(QString, left);
        QFETCH(QString, right);
        const auto choice = choiceFor(text.toStdString());
        QCOMPARE(wordFor(choice.verdict), verdict);
        QCOMPARE(choice.why.empty(), choice.verdict == ReadingVerdict::Draw);
        if (choice.verdict != ReadingVerdict::Draw)
            return;
        QCOMPARE(zonesOf(choice.fields.left), left);
        QCOMPARE(zonesOf(choice.fields.right), right);
        QCOMPARE(choice.fields.finding, std::string("pulmonary infection"));
    }

    void each_finding_has_its_own_assertion_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("assertion");
        const auto row = [](const char* text, Assertion assertion) {
            QTest::newRow(text) << text << static_cast<int>(assertion);
        };
        row("Left basal consolidation.", Assertion::Present);
        row("Cannot exclude left basal consolidation.", Assertion::Possible);
        row("No left basal consolidation.", Assertion::Denied);
        row("History of left basal consolidation.", Assertion::Historical);
        row("Left basal consolidation has resolved.", Assertion::Resolved);
        row("The father had left basal consolidation.", Assertion::OtherPerson);
        row("Query left basal consolidation.", Assertion::Questioned);
    }

    void each_finding_has_its_own_assertion()
    {
        QFETCH(QString, text);
        QFETCH(int, assertion);
        const auto reading = annotations::readReport(text.toStdString());
        QCOMPARE(reading.findings.size(), std::size_t{1});
        QCOMPARE(static_cast<int>(reading.findings[0].assertion), assertion);
        QCOMPARE(zonesOf(reading.findings[0].left), QString("L"));
        QVERIFY(!annotations::assertionWord(reading.findings[0].assertion).empty());
    }

    void a_finding_says_where_it_stands_in_the_text()
    {
        const std::string text = "Heart normal. Right pleural effusion, left lower lobe consolidation.";
        const auto reading = annotations::readReport(text);
        QCOMPARE(reading.findings.size(), std::size_t{2});
        const auto& second = reading.findings[1];
        QCOMPARE(text.substr(second.begin, second.end - second.begin), std::string("left lower lobe consolidation"));
    }

    void what_is_left_out_is_named()
    {
        const auto choice = choiceFor("Right pleural effusion. Left upper lobe consolidation. No pneumothorax.");
        QVERIFY(anyContains(choice.warnings, "effusion in the right lung"));
        QVERIFY(anyContains(choice.warnings, "pneumothorax (denied)"));
        QVERIFY(anyContains(choiceFor("Possible left basal pneumonia.").warnings, "only possible"));
        QVERIFY(anyContains(choiceFor("Pneumonia.").warnings, "does not say where"));
    }

    void two_findings_that_fit_are_united()
    {
        const auto choice =
            choiceFor("Consolidation in the left lower lobe. Ground-glass opacity in the right upper lobe.");
        QCOMPARE(choice.used.size(), std::size_t{2});
        QCOMPARE(zonesOf(choice.fields.left), QString("L"));
        QCOMPARE(zonesOf(choice.fields.right), QString("U"));
    }

    void another_packages_finding_is_chosen_for_it()
    {
        const std::string text = "Right pleural effusion. Left upper lobe consolidation.";
        const auto effusion = choiceFor(text, "Pleural effusion");
        QCOMPARE(zonesOf(effusion.fields.right), QString("?"));
        QCOMPARE(zonesOf(effusion.fields.left), QString());
        QCOMPARE(static_cast<int>(choiceFor(text, "Pneumothorax").verdict), static_cast<int>(ReadingVerdict::Nothing));
        QCOMPARE(static_cast<int>(choiceFor("left polyp", "Polyp").verdict), static_cast<int>(ReadingVerdict::Draw));
        QCOMPARE(static_cast<int>(choiceFor("no polyp", "Polyp").verdict), static_cast<int>(ReadingVerdict::Nothing));
    }

    void the_forms_own_sentence_is_read_as_its_fields()
    {
        annotations::ReportFields fields;
        fields.finding = "pulmonary infection";
        fields.left = {true, true, false, true, false};
        fields.areas = 3;
        for (const auto& text : {annotations::sentence(fields), annotations::plainSentence(fields)}) {
            const auto choice = choiceFor(text);
            QVERIFY(choice.verdict == ReadingVerdict::Draw);
            QVERIFY(choice.fields == fields);
            QVERIFY(choice.warnings.empty());
        }
    }

    void numbers_of_areas_are_read()
    {
        QCOMPARE(choiceFor("Three patches of consolidation at the right base.").fields.areas, 3);
        QCOMPARE(choiceFor("Consolidation in the left base. Two separate areas are seen.").fields.areas, 2);
        QCOMPARE(choiceFor("2 cm opacity in the left base.").fields.areas, 0);
        QCOMPARE(choiceFor("COVID-19 pneumonia in the left base.").fields.areas, 0);
    }

    /// Nothing is drawn at the place of another clause, and what is denied is not drawn; what stays open is asked.
    void two_clauses_keep_their_places_apart_data()
    {
        QTest::addColumn<int>("language");
        QTest::newRow("English") << 0;
        QTest::newRow("German") << 1;
        QTest::newRow("Chinese") << 2;
    }

    void two_clauses_keep_their_places_apart()
    {
        QFETCH(int, language);
        const std::vector<SaidPlace> english{
            {"left lower lobe", "L", ""}, {"right upper zone", "", "U"}, {"RLL", "", "L"}, {"lingula", "M", ""}};
        const std::vector<SaidPlace> german{{"linken Unterlappen", "L", ""}, {"rechten Oberlappen", "", "U"},
            {"rechten Unterfeld", "", "L"}, {"linken Mittelfeld", "M", ""}};
        const std::vector<SaidPlace> chinese{
            {"左肺下叶", "L", ""}, {"右肺上叶", "", "U"}, {"右下肺", "", "L"}, {"左肺舌段", "M", ""}};
        const std::vector<SaidClause> englishClauses{{"consolidation in the %1", true}, {"%1 patchy opacity", true},
            {"the %1 shows an infiltrate", true}, {"airspace disease is seen in the %1", true},
            {"no infiltrate in the %1", false}, {"the %1 is clear", false}, {"the %1 shows no opacity", false},
            {"consolidation in the %1 has resolved", false}, {"opacity is not seen in the %1", false},
            {"atelectasis in the %1", false}, {"%1 effusion", false}, {"the %1 shows a nodule", false}};
        const std::vector<SaidClause> germanClauses{{"Infiltrat im %1", true}, {"im %1 Verschattung", true},
            {"im %1 zeigt sich eine Verdichtung", true}, {"kein Infiltrat im %1", false},
            {"im %1 keine Verschattung", false}, {"Verdichtung im %1 nicht mehr nachweisbar", false},
            {"Atelektase im %1", false}, {"im %1 zeigt sich ein Rundherd", false}};
        const std::vector<SaidClause> chineseClauses{{"%1见斑片影", true}, {"%1实变", true}, {"%1考虑感染", true},
            {"%1未见实变", false}, {"%1清晰", false}, {"%1渗出已吸收", false}, {"%1不张", false},
            {"%1未见异常", false}};
        const auto read = language == 0
            ? readPairs(english, englishClauses, {". ", ", ", "; ", ", but ", " and ", ", while ", " with "})
            : language == 1 ? readPairs(german, germanClauses, {". ", ", ", "; ", ", aber ", " und "})
                            : readPairs(chinese, chineseClauses, {"。", "，", "；", "，但"});
        QVERIFY2(read.wrong.isEmpty(), qPrintable(QStringList(read.wrong.mid(0, 5)).join('\n')));
        QVERIFY2(read.asked * 10 < read.all, qPrintable(QString::number(read.asked)));
    }

    void any_text_is_read_without_a_fault()
    {
        const std::vector<std::string> words{"left", "right", "lower", "lobe", "no", "consolidation", "effusion", ",",
            ".", "and", "or", "is", "clear", "lingula", "R>L", "without", "bilateral", "?", "(", "of", "the",
            "\xe5\xb7", "左肺", "Infiltrat", "\n", "two", "sparing", "not", "in", "but", ":", "/", "history of",
            "resolved"};
        QVERIFY(rc::check([&] {
            const auto picked = *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(words));
            std::string text;
            for (const auto& word : picked)
                text += word + ' ';
            const auto reading = annotations::readReport(text);
            for (const auto& finding : reading.findings)
                RC_ASSERT(finding.begin <= finding.end && finding.end <= text.size());
            const auto choice = annotations::chooseFor(reading, kFinding);
            RC_ASSERT((choice.verdict == ReadingVerdict::Draw) == choice.why.empty());
        }));
    }

    /// Twice the text takes about twice the time.
    void long_texts_are_read_in_time()
    {
        std::string text;
        for (int i = 0; i < 2000; ++i)
            text += "No effusion, consolidation in the left lower lobe and the right upper lobe. ";
        QElapsedTimer clock;
        clock.start();
        QVERIFY(!annotations::readReport(text).findings.empty());
        QVERIFY(!annotations::readReport(std::string(200000, 'x')).unread.empty());
        annotations::readReport(text.substr(0, 60) + std::string(100000, ','));
        QVERIFY2(clock.elapsed() < 20000, qPrintable(QString::number(clock.elapsed())));
    }
};

QTEST_APPLESS_MAIN(ReadingTest)
#include "tst_reading.moc"
