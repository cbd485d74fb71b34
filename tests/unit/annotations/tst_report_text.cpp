#include "annotations/label.h"
#include "annotations/report/reading.h"
#include "annotations/report/report_text.h"
#include "imaging/laterality.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>
#include <rapidcheck.h>

#include <set>

using annotations::Extent;
using annotations::LungZones;
using annotations::ReportFields;

namespace {

rc::Gen<LungZones> zones()
{
    return rc::gen::build<LungZones>(rc::gen::set(&LungZones::involved), rc::gen::set(&LungZones::upper),
        rc::gen::set(&LungZones::middle), rc::gen::set(&LungZones::lower), rc::gen::set(&LungZones::listed));
}

rc::Gen<ReportFields> anyFields()
{
    auto findings = annotations::knownFindings();
    for (const char* own : {"infection with abscess", "Upper lobe collapse, old", "nodule in the right lung", "肺炎",
             "", "no infection", "Infection not seen", "bilateral fibrosis", "two infected areas", "of the", "a.b",
             "pain. none", "lower lobe fibrosis", "bilateral basal haze", "left pleural effusion", "Three nodules",
             "x2", "there is haze", "RLL collapse", "opacity (old)", "findings: oedema", "haze in the lower zones",
             "opacity with no effusion", "left", "lung", "and", "upper zones on the left", "mass, but small"})
        findings.emplace_back(own);
    return rc::gen::build<ReportFields>(rc::gen::set(&ReportFields::finding, rc::gen::elementOf(findings)),
        rc::gen::set(&ReportFields::left, zones()), rc::gen::set(&ReportFields::right, zones()),
        rc::gen::set(&ReportFields::areas, rc::gen::inRange(-1, 120)),
        rc::gen::set(
            &ReportFields::extent, rc::gen::element(Extent::NotStated, Extent::Mild, Extent::Moderate, Extent::Severe)),
        rc::gen::set(&ReportFields::freeText,
            rc::gen::element<std::string>("", " trimmed ", "No effusion.",
                "Compare with the left lung, 2.5 cm. Then stop.", "Right lung clear.", "Zweite Zeile\nund dritte.",
                "心脏大小正常。")));
}

/// The fields of a text in one of the two wordings; any other text is free text.
ReportFields readBack(const std::string& text)
{
    ReportFields free;
    free.finding.clear();
    free.freeText = text;
    return annotations::fieldsOfOwnWording(text).value_or(free);
}

/// What is read of a text's infections, or else of what else is there and has a place.
annotations::ReadingChoice choiceOf(const std::string& text)
{
    const auto reading = annotations::readReport(text);
    std::string first;
    for (const auto& one : reading.findings)
        if (first.empty() && one.hasPlace()
            && (one.assertion == annotations::Assertion::Present || one.assertion == annotations::Assertion::Possible))
            first = one.finding;
    for (const std::string finding : {"pulmonary infection", "atelectasis"})
        if (auto choice = annotations::chooseFor(reading, finding); choice.verdict == annotations::ReadingVerdict::Draw
            && (choice.fields.left.involved || choice.fields.right.involved))
            return choice;
    return annotations::chooseFor(reading, first);
}

bool draws(const annotations::ReadingChoice& choice)
{
    return choice.verdict == annotations::ReadingVerdict::Draw;
}

} // namespace

Q_DECLARE_METATYPE(annotations::ReportFields)

class TestReportText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sentences_follow_the_training_texts_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<ReportFields>("fields");
        ReportFields f;
        f.left = {true, true, true, true, false};
        f.right = {true, false, true, true, false};
        f.areas = 2;
        QTest::newRow("bilateral")
            << "bilateral pulmonary infection, two infected areas, all left lung and middle lower right lung." << f;
        f.left.listed = true;
        f.areas = 5;
        QTest::newRow("listed") << "bilateral pulmonary infection, five infected areas, upper middle lower left lung "
                                   "and middle lower right lung."
                                << f;
        ReportFields g;
        g.right = {true, false, false, true, false};
        g.areas = 1;
        QTest::newRow("unilateral") << "unilateral pulmonary infection, one infected area, lower right lung." << g;
        g.freeText = "Known from last week.";
        g.extent = Extent::Moderate;
        QTest::newRow("free text") << "unilateral pulmonary infection, one infected area, lower right lung, moderate "
                                      "extent. Known from last week."
                                   << g;
        ReportFields h;
        h.finding = "pleural effusion";
        h.left.involved = true;
        QTest::newRow("no zone") << "unilateral pleural effusion, left lung." << h;
        h.right.involved = true;
        h.areas = 23;
        QTest::newRow("both sides") << "bilateral pleural effusion, 23 affected areas." << h;
    }

    void sentences_follow_the_training_texts()
    {
        QFETCH(QString, text);
        QFETCH(ReportFields, fields);
        QCOMPARE(QString::fromStdString(annotations::sentence(fields)), text);
        QVERIFY(annotations::fieldsOfOwnWording(text.toStdString()) == fields);
    }

    void the_words_of_reports_are_understood_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char* text, const char* sentence) { QTest::newRow(text) << text << sentence; };
        row("Consolidation in the left lower lobe.", "unilateral consolidation, lower left lung.");
        row("left lower lobe consolidation", "unilateral consolidation, lower left lung.");
        row("Pneumonia involving the right mid and lower zones", "unilateral pneumonia, middle lower right lung.");
        row("infection at both bases", "bilateral infection, lower left lung and lower right lung.");
        row("Infection of the right lung base", "unilateral infection, lower right lung.");
        row("nodule at the apex of the left lung", "unilateral nodule, upper left lung.");
        row("infection in the right upper lobe and the left lower lobe",
            "bilateral infection, lower left lung and upper right lung.");
        row("Atelectasis, left basal zone", "unilateral atelectasis, lower left lung.");
        // The zone's name and the side in any order
        row("haze in the upper third of the right lung", "unilateral haze, upper right lung.");
        row("haze in the lower zone on the left", "unilateral haze, lower left lung.");
        row("haze in the mid to lower right lung", "unilateral haze, middle lower right lung.");
        row("haze in the lingula of the left lung", "unilateral haze, middle left lung.");
        row("haze at the left apex and base", "unilateral haze, upper lower left lung.");
        row("haze in the left upper zone and lower zone", "unilateral haze, upper lower left lung.");
        row("haze in the left upper zone and lower right lung",
            "bilateral haze, upper left lung and lower right lung.");
        row("haze in the left upper zone and in the lower zone of the right lung",
            "bilateral haze, upper left lung and lower right lung.");
        row("haze in the left lower and right upper lobes", "bilateral haze, lower left lung and upper right lung.");
        row("haze in the left and right lower zones", "bilateral haze, lower left lung and lower right lung.");
        row("haze in the lower zones bilaterally", "bilateral haze, lower left lung and lower right lung.");
        row("haze in the left upper lobe and left lower lobe", "unilateral haze, upper lower left lung.");
        row("haze, left lung, lower zone", "unilateral haze, lower left lung.");
        row("bilateral lower lobe opacities", "bilateral opacities, lower left lung and lower right lung.");
        row("left basal pneumonia", "unilateral pneumonia, lower left lung.");
        row("Left pleural effusion", "unilateral pleural effusion, left lung.");
        row("opacity on the right", "unilateral opacity, right lung.");
        row("left base: two right base opacities",
            "bilateral opacities, two affected areas, lower left lung and lower right lung.");
        row("Left-sided pneumonia", "unilateral pneumonia, left lung.");
        // The whole lung
        row("opacities throughout the left lung", "unilateral opacities, all left lung.");
        row("opacities in all lobes of the right lung", "unilateral opacities, all right lung.");
        row("opacities, left lung diffusely", "unilateral opacities, all left lung.");
        row("opacities in all of the left lung", "unilateral opacities, all left lung.");
        // Zones within the finding, a side after it
        row("Lower lobe predominant opacities bilaterally",
            "bilateral predominant opacities, lower left lung and lower right lung.");
        row("Upper zone fibrosis on both sides", "bilateral fibrosis, upper left lung and upper right lung.");
        row("Diffuse bilateral airspace opacification affecting all zones",
            "bilateral diffuse airspace opacification, all left lung and all right lung.");
        row("Unchanged left lower lobe opacity", "unilateral unchanged opacity, lower left lung.");
        row("Large right hydropneumothorax", "unilateral large hydropneumothorax, right lung.");
        row("Lingular pneumonia", "unilateral pneumonia, middle left lung.");
        row("opacity in the middle lobe", "unilateral opacity, middle right lung.");
        row("pneumonia in the superior segment of the right lower lobe",
            "unilateral pneumonia in the superior segment, lower right lung.");
        row("opacities at the lung bases", "bilateral opacities, lower left lung and lower right lung.");
        row("Compared with yesterday, consolidation in the LLL",
            "unilateral consolidation, lower left lung. Compared with yesterday.");
        row("Bilateral basal opacities, more marked on the right",
            "bilateral opacities, lower left lung and lower right lung. More marked on the right.");
        row("opacity in the left upper lobe; malignancy cannot be excluded",
            "unilateral opacity, upper left lung. Malignancy cannot be excluded.");
        row("Two foci of consolidation, one in the right apex and one in the right base.",
            "unilateral consolidation, two affected areas, upper lower right lung.");
        // Abbreviations
        row("haziness R mid zone", "unilateral haziness, middle right lung.");
        row("RLL consolidation", "unilateral consolidation, lower right lung.");
        row("Opacities x2: lt UZ/MZ, rt LZ",
            "bilateral opacities, two affected areas, upper middle left lung and lower right lung.");
        row("bibasal atelectasis", "bilateral atelectasis, lower left lung and lower right lung.");
        // Numbers
        row("Two airspace opacities in the left lower zone",
            "unilateral airspace opacities, two affected areas, lower left lung.");
        row("two left lower lobe opacities", "unilateral opacities, two affected areas, lower left lung.");
        row("a single focus of consolidation in the left lower lobe",
            "unilateral consolidation, one affected area, lower left lung.");
        row("There are three patches of consolidation at the right base",
            "unilateral consolidation, three affected areas, lower right lung.");
        row("2 cm nodule in the left upper lobe", "unilateral 2 cm nodule, upper left lung.");
        // Sentences
        row("There is consolidation of the left lower lobe. Two separate areas are seen.",
            "unilateral consolidation, two affected areas, lower left lung.");
        row("Ground-glass change involves the whole left lung as well as the lower third of the right lung.",
            "bilateral ground-glass change, all left lung and lower right lung.");
        row("Findings: right middle lobe pneumonia.", "unilateral pneumonia, middle right lung.");
        row("The heart is not enlarged. Consolidation in the left lower lobe. No effusion.",
            "unilateral consolidation, lower left lung. The heart is not enlarged. No effusion.");
        // What is not read stays in words.
        row("left lower lobe consolidation, no effusion", "unilateral consolidation, lower left lung. No effusion.");
        row("left lower lobe consolidation without effusion",
            "unilateral consolidation, lower left lung. Without effusion.");
        row("left lower lobe consolidation, right lung clear",
            "unilateral consolidation, lower left lung. Right lung clear.");
        row("opacification of the right lung, the left lung being well aerated",
            "unilateral opacification, right lung. The left lung being well aerated.");
        row("left lower lobe consolidation, with air bronchograms",
            "unilateral consolidation, lower left lung. With air bronchograms.");
        row("bilateral pulmonary infection, two infected areas, beyond the hilum, lower left lung and right lung.",
            "bilateral pulmonary infection, two infected areas, lower left lung and right lung. Beyond the hilum.");
    }

    void the_words_of_reports_are_understood()
    {
        QFETCH(QString, text);
        QFETCH(QString, sentence);
        const auto choice = choiceOf(text.toStdString());
        QVERIFY(draws(choice));
        const auto expected = annotations::fieldsOfOwnWording(sentence.toStdString());
        QVERIFY(expected.has_value());
        auto fields = *expected; // Its words for the finding and what is left out aside.
        fields.finding = choice.fields.finding;
        fields.freeText.clear();
        QCOMPARE(annotations::sentence(choice.fields), annotations::sentence(fields));
    }

    void the_plain_wording_is_english()
    {
        ReportFields f;
        f.left = {true, true, true, true, false};
        f.right = {true, false, true, true, false};
        f.areas = 2;
        f.extent = Extent::Severe;
        f.freeText = "No effusion.";
        QCOMPARE(QString::fromStdString(annotations::plainSentence(f)),
            QString(
                "Bilateral pulmonary infection of severe extent with two infected areas in the whole left lung and in "
                "the middle and lower zones of the right lung. No effusion."));
    }

    void a_finding_without_capitals_comes_back_from_the_plain_wording()
    {
        ReportFields f;
        f.finding = "肺炎";
        f.areas = 1;
        QCOMPARE(QString::fromStdString(annotations::plainSentence(f)), QString("肺炎 with one affected area."));
        QVERIFY(readBack(annotations::plainSentence(f)) == annotations::normalized(f));
    }

    void any_fields_come_back_from_both_wordings()
    {
        QVERIFY(rc::check([] {
            const ReportFields f = *anyFields();
            const ReportFields n = annotations::normalized(f);
            RC_LOG() << '"' << f.finding << "\", \"" << annotations::sentence(f) << "\", \""
                     << annotations::plainSentence(f) << "\"\n";
            RC_ASSERT(annotations::normalized(n) == n);
            RC_ASSERT(readBack(annotations::sentence(f)) == n);
            RC_ASSERT(readBack(annotations::plainSentence(f)) == n);
            RC_ASSERT(annotations::sentence(readBack(annotations::plainSentence(f))) == annotations::sentence(f));
        }));
    }

    void texts_in_other_words_are_free_text_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("free") << "The heart is enlarged, the lungs are clear.";
        QTest::newRow("Chinese") << QString::fromUtf8("双肺感染，左肺下叶。");
        QTest::newRow("blanks kept") << "  something   odd \n here ";
        // A side that belongs to something else, or that may be negated, must never become a place of the finding.
        for (const char* text :
            {"left lower lobe consolidation, effusion tracking to the right",
                "consolidation with effusion, extending left and right of the hilum",
                "left lower lobe consolidation, now resolved", "Known left lower lobe pneumonia has cleared.",
                "no infection in the left lower lobe, right upper lobe", "no infection. Clear left lung.",
                "Right lung clear, left lower lobe consolidation", "consolidation of the left lung, sparing the apex",
                "Neither lung shows consolidation. Left chest tube.", "Left lung: clear. Right lung: clear.",
                "The left lower lobe opacity is no longer visible.", "Complete resolution of left basal consolidation.",
                "Consolidation in the left lower lobe. Heart normal. It has resolved.",
                "Clinical query of RLL pneumonia: no supporting evidence.",
                "comparison with previous, left lower lobe, heart size stable", "lower zones", "left", "upper, lower"})
            QTest::newRow(text) << text;
        QTest::newRow("said twice")
            << "unilateral pulmonary infection, one infected area, two infected areas, left lung.";
        QTest::newRow("negated") << "no pulmonary infection.";
        QTest::newRow("negated with a side") << "No pulmonary infection in the left lung.";
        QTest::newRow("negated areas") << "pulmonary infection with no infected areas, lower left lung.";
        QTest::newRow("negated, bilateral") << "bilateral lungs clear, no effusion.";
        QTest::newRow("without") << "unilateral opacity without consolidation, left lung.";
        QTest::newRow("control characters") << QString("two\x01infected\x1b[31m areas\n\t");
        QTest::newRow("empty") << "";
        QTest::newRow("long and full of places") << QString("upper left and lower ").repeated(3000);
        QTest::newRow("long") << QString("word ").repeated(2000);
        QTest::newRow("nul") << QString::fromUtf8("a\0b", 3);
    }

    void texts_in_other_words_are_free_text()
    {
        QFETCH(QString, text);
        const auto fields = readBack(text.toStdString());
        QVERIFY(fields.finding.empty());
        QCOMPARE(annotations::sentence(fields), text.toStdString());
        QCOMPARE(annotations::plainSentence(fields), text.toStdString());
    }

    void contradictions_are_named_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("asked");
        QTest::addColumn<QString>("warning");
        QTest::newRow("unilateral") << "unilateral pulmonary infection, left lung and right lung." << true
                                    << "two sides";
        QTest::newRow("bilateral") << "bilateral pulmonary infection, lower left lung." << true
                                   << "contradicts itself about the side";
        QTest::newRow("no side") << "unilateral pulmonary infection, one infected area." << false
                                 << "does not name the side";
        QTest::newRow("side not named") << "pulmonary infection in the lower zones." << false << "which lung";
    }

    void contradictions_are_named()
    {
        QFETCH(QString, text);
        QFETCH(bool, asked);
        QFETCH(QString, warning);
        const auto choice = annotations::chooseFor(annotations::readReport(text.toStdString()), "pulmonary infection");
        QCOMPARE(!draws(choice), asked);
        QString said;
        for (const auto& one : choice.warnings)
            said += QString::fromStdString(one) + ' ';
        QVERIFY2(said.contains(warning), qPrintable(said));
    }

    void other_ways_to_say_it_are_understood_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("capitals")
            << "Bilateral Pulmonary Infection, 2 infected areas, lower LEFT lung and lower right lung";
        QTest::newRow("both")
            << "bilateral pulmonary infection with two infected areas in the lower zones of both lungs.";
        QTest::newRow("no finding") << "two infected areas, lower left lung and lower right lung";
        QTest::newRow("blanks")
            << "\n bilateral  pulmonary infection ,two infected areas, lower left lung\nand lower right lung .";
    }

    void other_ways_to_say_it_are_understood()
    {
        QFETCH(QString, text);
        const auto fields = annotations::fieldsToDraw(text.toStdString(), "pulmonary infection");
        QVERIFY(fields.has_value());
        QCOMPARE(annotations::sentence(*fields),
            std::string("bilateral pulmonary infection, two infected areas, lower left lung and lower right lung."));
    }

    /// Others' words: most are understood, hardly any wrongly, and nothing that is not there becomes a place.
    void sentences_of_radiologists_are_understood_or_left_alone_data()
    {
        QTest::addColumn<QString>("list");
        QTest::addColumn<int>("atLeast"); // Of 100 that name a place.
        QTest::newRow("that the grammar was widened for") << "first" << 85;
        QTest::newRow("that it was measured on") << "second" << 58;
    }

    void sentences_of_radiologists_are_understood_or_left_alone()
    {
        QFETCH(QString, list);
        QFETCH(int, atLeast);
        QFile file(QStringLiteral("tests/data/report_sentences.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto zonesOf = [](const LungZones& lung) {
            const QString zones = QString(lung.upper ? "U" : "") + (lung.middle ? "M" : "") + (lung.lower ? "L" : "");
            return lung.involved && zones.isEmpty() ? QStringLiteral("?") : zones;
        };
        int named = 0, right = 0, wrong = 0;
        for (const auto& value : QJsonDocument::fromJson(file.readAll()).object()[list].toArray()) {
            const auto one = value.toObject();
            const auto text = one["text"].toString();
            const auto read = choiceOf(text.toStdString());
            const auto left = draws(read) ? zonesOf(read.fields.left) : QString();
            const auto other = draws(read) ? zonesOf(read.fields.right) : QString();
            if (one["kind"] == "negative") {
                QVERIFY2(left.isEmpty() && other.isEmpty(), qPrintable(text));
                continue;
            }
            ++named;
            const bool same = left == one["left"].toString() && other == one["right"].toString();
            right += same;
            wrong += draws(read) && !same;
        }
        qInfo("%d sentences that name a place: %d read as meant, %d otherwise, %d left as they stand", named, right,
            wrong, named - right - wrong);
        QVERIFY(named == 100);
        QVERIFY2(right >= atLeast, qPrintable(QString::number(right)));
        QVERIFY2(wrong <= 3, qPrintable(QString::number(wrong)));
    }

    void the_side_of_the_fields_is_a_code()
    {
        ReportFields f;
        QVERIFY(annotations::laterality(f).value.empty());
        f.left.involved = true;
        QVERIFY((annotations::laterality(f) == annotations::Code{"7771000", "SCT", "Left"}));
        f.right.involved = true;
        QVERIFY((annotations::laterality(f) == annotations::Code{"51440002", "SCT", "Right and left"}));
        f.left.involved = false;
        QVERIFY((annotations::laterality(f) == annotations::Code{"24028007", "SCT", "Right"}));
    }

    /// All texts of QaTa-COV19 as LViT uses them; the two with a slip of the pen come back corrected, with a warning.
    void every_training_text_is_understood_and_written_again()
    {
        QFile manifest(qEnvironmentVariable("LIMN_TEST_DATA") + "/qata-cov19-v2/manifest.csv");
        if (!manifest.open(QIODevice::ReadOnly))
            QSKIP("The training texts (qata-cov19-v2) are not there.");
        const QStringList lines = QString::fromUtf8(manifest.readAll()).split('\n', Qt::SkipEmptyParts);
        const QRegularExpression field("\"([^\"]*)\"");
        std::set<std::string> texts;
        for (const QString& line : lines) {
            auto matches = field.globalMatch(line);
            while (matches.hasNext())
                texts.insert(matches.next().captured(1).toStdString());
        }
        texts.erase("");
        QVERIFY(texts.size() > 150);
        int corrected = 0;
        for (const std::string& text : texts) {
            const auto read = annotations::fieldsToDraw(text, "pulmonary infection");
            if (!read) {
                ++corrected; // "all lung and all right lung": asked.
                continue;
            }
            const std::string again = annotations::sentence(*read);
            QVERIFY(annotations::fieldsToDraw(again, "pulmonary infection") == read);
            if (again != text) {
                ++corrected;
                continue;
            }
            // The mirrored picture's text, as training makes it: the same fields with the sides exchanged.
            ReportFields mirrored = *read;
            std::swap(mirrored.left, mirrored.right);
            QVERIFY2(annotations::fieldsToDraw(imaging::swapSideWords(text), "pulmonary infection") == mirrored,
                text.c_str());
        }
        QVERIFY2(corrected <= 2, qPrintable(QString::number(corrected)));
    }
};

QTEST_APPLESS_MAIN(TestReportText)
#include "tst_report_text.moc"
