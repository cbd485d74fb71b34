#include "app/workflow/evaluation/evaluate.h"
#include "app/workflow/evaluation/evaluation_files.h"
#include "imaging/error.h"
#include "tests/support/fake_evaluation.h"

#include <nlohmann/json.hpp>

#include <QFile>
#include <QImage>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>

using support::FakeEvaluation;

/// `limn evaluate` over answers that are known.
class EvaluateTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void each_text_is_scored_on_its_own();
    void shuffled_texts_are_other_cases_texts();
    void paraphrases_go_raw_and_in_the_packages_wording();
    void sides_are_brought_to_the_models_or_asked_about();
    void distances_are_in_millimetres_where_all_spacings_are_known();
    void the_tolerance_is_that_of_surface_dice();
    void groups_hold_every_case_once();
    void the_sheet_shows_best_median_and_worst();
    void a_sheet_of_few_cases_repeats_them();
    void tables_have_a_line_for_each_case_and_text();
    void the_document_names_both_conventions();
    void a_stop_request_gives_no_figures();
    void captions_are_texts_of_another_model();
    void an_unknown_kind_of_text_is_refused();
};

namespace {

const std::string kLeft = "unilateral pulmonary infection, one infected area, lower left lung.";
const std::string kRight = "unilateral pulmonary infection, one infected area, lower right lung.";
const std::string kBoth = "bilateral pulmonary infection, two infected areas, all left lung and all right lung.";

/// Three cases: left is drawn right, right half of it, both not at all. Without a text everything is empty.
FakeEvaluation threeCases()
{
    FakeEvaluation fake;
    fake.info.name = "fake";
    fake.info.version = "1";
    fake.info.threshold = 0.5F;
    fake.info.pictureSize = 4;
    fake.info.finding = "Pulmonary infection";
    fake.info.textWording = models::TextWording::LvitReport;
    fake.add("a.png", kLeft, FakeEvaluation::columns(1, 3));
    fake.add("b.png", kRight, FakeEvaluation::columns(4, 8));
    fake.add("c, \"d\".png", kBoth, FakeEvaluation::columns(0, 8));
    fake.answers[kLeft] = FakeEvaluation::columns(1, 3);
    fake.answers[kRight] = FakeEvaluation::columns(4, 6);
    return fake;
}

app::EvaluateRequest requestFor(std::vector<app::TextKind> texts)
{
    app::EvaluateRequest request;
    request.texts = std::move(texts);
    request.resamples = 100;
    return request;
}

double diceOf(const app::TextScores& scores, std::size_t index)
{
    return models::scoring::dice(scores.cases[index].pixels);
}

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

void EvaluateTest::each_text_is_scored_on_its_own()
{
    auto fake = threeCases();
    const auto result = app::evaluate(fake, requestFor({app::TextKind::Given, app::TextKind::None}), {}, {});
    QVERIFY(!result.cancelled);
    QCOMPARE(result.texts.size(), std::size_t(2));
    QVERIFY(std::abs(diceOf(result.texts[0], 0) - 1) < 1e-5);
    QVERIFY(std::abs(diceOf(result.texts[0], 1) - 2.0 / 3) < 1e-5);
    QCOMPARE(diceOf(result.texts[0], 2), 0.0);
    QCOMPARE(result.texts[1].sent, std::vector<std::string>(3));
    QCOMPARE(diceOf(result.texts[1], 0), 0.0);
    QCOMPARE(*result.texts[0].cases[0].hausdorff95, 0.0);
    QVERIFY(*result.texts[0].cases[1].hausdorff95 > 0);
    QVERIFY(!result.texts[0].cases[2].hausdorff95);
    QCOMPARE(result.bestPossible[2].surfaceDice, 1.0);
    QCOMPARE(result.unlabelled, 2);
    const auto summaries = app::summarizeTexts(result, {0, 1});
    QVERIFY(std::abs(summaries[0].scores.perImageDice.value - (1 + 2.0 / 3) / 3) < 1e-5);
    QCOMPARE(summaries[0].scores.withoutDistance, std::size_t(1));
    // 0.9 inside and 0.1 outside: every threshold between gives the same.
    QVERIFY(std::abs(result.sweep[49].scores.perImageDice - summaries[0].scores.perImageDice.value) < 1e-12);
    QCOMPARE(app::bestOf(result.sweep, &models::scoring::Scores::perImageIou).threshold, 0.11); // 0.1F lies above 0.1.
}

void EvaluateTest::sides_are_brought_to_the_models_or_asked_about()
{
    auto fake = threeCases(); // Its package means the picture's.
    auto request = requestFor({app::TextKind::Given});
    const char* orientation = "L\\F";
    request.sidesOf = [&](const std::string&) { return imaging::sidesFromTags("", orientation); };
    try {
        app::evaluate(fake, request, {}, {});
        QFAIL("The texts could mean the patient's sides.");
    } catch (const imaging::Error& error) {
        QCOMPARE(error.setting(), std::string("side"));
    }
    request.sides = imaging::Sides::Picture;
    QCOMPARE(app::evaluate(fake, request, {}, {}).texts[0].sent[0], kLeft);
    request.sides = imaging::Sides::Patient;
    const auto converted = app::evaluate(fake, request, {}, {});
    QCOMPARE(converted.texts[0].sent[0], kRight);
    QCOMPARE(converted.cases[0].text, kLeft);
    QCOMPARE(converted.facts[0].textSide, std::string("right")); // Comparable with where the mask lies.
    orientation = "R\\F";
    QCOMPARE(app::evaluate(fake, request, {}, {}).texts[0].sent[0], kLeft);
    orientation = "";
    try {
        app::evaluate(fake, request, {}, {});
        QFAIL("Nothing says where the patient's sides are.");
    } catch (const imaging::Error& error) {
        QVERIFY2(QString(error.what()).startsWith("'"), error.what()); // The picture's name.
        QCOMPARE(error.confirmable(), imaging::Confirmable::Sides);
    }
    request.sides.reset(); // A PNG does not say where the patient's sides are: its texts are what the model was taught.
    QCOMPARE(app::evaluate(fake, request, {}, {}).texts[0].sent[0], kLeft);
    fake.add("hidden.png", "Infection of the leftlung.", support::FakeEvaluation::columns(0, 2));
    request.sides = imaging::Sides::Patient;
    orientation = "L\\F";
    try {
        app::evaluate(fake, request, {}, {});
        QFAIL("A side within a word is not exchanged.");
    } catch (const imaging::Error& error) {
        QVERIFY2(QString(error.what()).startsWith("'hidden.png': "), error.what());
    }
}

void EvaluateTest::shuffled_texts_are_other_cases_texts()
{
    auto fake = threeCases();
    const auto request = requestFor({app::TextKind::Shuffled});
    const auto result = app::evaluate(fake, request, {}, {});
    const auto& sent = result.texts.front().sent;
    for (std::size_t i = 0; i < 3; ++i)
        QVERIFY(sent[i] != fake.cases()[i].text);
    QVERIFY(std::is_permutation(sent.begin(), sent.end(), std::vector{kLeft, kRight, kBoth}.begin()));
    QCOMPARE(app::evaluate(fake, request, {}, {}).texts.front().sent, sent);
}

void EvaluateTest::paraphrases_go_raw_and_in_the_packages_wording()
{
    auto fake = threeCases();
    fake.add("e.png", "the heart is enlarged", FakeEvaluation::columns(0, 1));
    auto request = requestFor({app::TextKind::Given, app::TextKind::Paraphrased});
    request.ways = app::ownParaphrases();
    const auto result = app::evaluate(fake, request, {}, {});
    QCOMPARE(result.texts.size(), 1 + 2 * request.ways.size());
    QCOMPARE(result.notParaphrased, 1);
    for (std::size_t way = 0; way < request.ways.size(); ++way) {
        const auto& raw = result.texts[1 + 2 * way];
        const auto& sent = result.texts[2 + 2 * way];
        QCOMPARE(raw.way, request.ways[way].name);
        QCOMPARE(raw.wording, std::string("raw"));
        QCOMPARE(sent.wording, std::string("as sent"));
        QCOMPARE(raw.sent[0], *app::paraphrase(kLeft, request.ways[way]));
        QCOMPARE(raw.sent[3], std::string("the heart is enlarged"));
    }
    // The plainest way is understood: what is sent is LViT's sentence again, and it scores as that.
    QCOMPARE(result.texts[2].sent[0], kLeft);
    QCOMPARE(diceOf(result.texts[2], 0), diceOf(result.texts[0], 0));
    QCOMPARE(diceOf(result.texts[1], 0), 0.0); // The fake knows no other words.
    const auto summaries = app::summarizeTexts(result, {10, 1});
    QCOMPARE(summaries.size(), std::size_t(3));
    QCOMPARE(summaries[1].text, std::string("paraphrased, raw"));
    QCOMPARE(summaries[1].scores.perImageDice.value, 0.0);
    QVERIFY(summaries[2].scores.perImageDice.value > 0);
}

void EvaluateTest::distances_are_in_millimetres_where_all_spacings_are_known()
{
    auto fake = threeCases();
    const auto pixels = app::evaluate(fake, requestFor({app::TextKind::Given}), {}, {});
    QVERIFY(!pixels.inMm);
    fake.setSpacing({0.5, 0.25});
    const auto millimetres = app::evaluate(fake, requestFor({app::TextKind::Given}), {}, {});
    QVERIFY(millimetres.inMm);
    // The prediction ends two columns too early.
    QCOMPARE(*pixels.texts[0].cases[1].hausdorff95, 2.0);
    QCOMPARE(*millimetres.texts[0].cases[1].hausdorff95, 1.0);
    fake.add("f.png", "", FakeEvaluation::columns(0, 1)); // Without a spacing.
    QVERIFY(!app::evaluate(fake, requestFor({app::TextKind::Given}), {}, {}).inMm);
}

void EvaluateTest::the_tolerance_is_that_of_surface_dice()
{
    auto fake = threeCases();
    auto request = requestFor({app::TextKind::Given});
    request.tolerance = 0;
    const double strict = app::evaluate(fake, request, {}, {}).texts[0].cases[1].surfaceDice;
    request.tolerance = 2;
    QCOMPARE(app::evaluate(fake, request, {}, {}).texts[0].cases[1].surfaceDice, 1.0);
    QVERIFY(strict < 1);
}

void EvaluateTest::groups_hold_every_case_once()
{
    auto fake = threeCases();
    const auto result = app::evaluate(fake, requestFor({app::TextKind::Given}), {}, {});
    std::map<std::string, std::size_t> counted;
    std::map<std::string, double> left;
    for (const auto& group : app::summarizeGroups(result, {0, 1})) {
        counted[group.by] += group.scores.pictures;
        if (group.value == "left")
            left[group.by] = group.scores.perImageDice.value;
    }
    QCOMPARE(counted.size(), std::size_t(5));
    for (const auto& [by, count] : counted)
        QVERIFY2(count == 3, by.c_str());
    QVERIFY(std::abs(left["mask_side"] - 1) < 1e-5);
    QVERIFY(std::abs(left["text_side"] - 1) < 1e-5);
}

void EvaluateTest::the_sheet_shows_best_median_and_worst()
{
    auto fake = threeCases();
    auto request = requestFor({app::TextKind::Given});
    request.sheetCases = 1;
    const auto result = app::evaluate(fake, request, {}, {});
    QCOMPARE(result.sheet.size(), std::size_t(3));
    QCOMPARE(result.sheet[0].group, std::string("best"));
    QCOMPARE(result.sheet[0].index, std::size_t(0));
    QCOMPARE(result.sheet[1].index, std::size_t(1));
    QCOMPARE(result.sheet[2].index, std::size_t(2));
    QCOMPARE(result.sheet[1].predicted, FakeEvaluation::columns(4, 6));

    QTemporaryDir folder;
    const QString path = folder.filePath("sheet.png");
    app::writeSheet(path.toStdString(), result);
    const QImage sheet(path);
    QVERIFY(!sheet.isNull());
    const auto list = nlohmann::json::parse(contentOf(folder.filePath("sheet.json")).toStdString());
    QCOMPARE(list["cases"].size(), std::size_t(3));
    QCOMPARE(list["cases"][0]["group"].get<std::string>(), std::string("best"));
    QCOMPARE(list["cases"][2]["image"].get<std::string>(), std::string("c, \"d\".png"));
    QVERIFY(list["cases"][2]["hausdorff95"].is_null());
    // The true outline lies where the list says that the case is drawn: columns 4..7 of 8.
    const auto tile = list["cases"][1]["at"].get<std::vector<int>>();
    const auto at = [&](double column, double row) {
        return sheet.pixel(tile[0] + int(column / 8 * tile[2]), tile[1] + int(row / 6 * tile[3]));
    };
    QCOMPARE(at(4.01, 3), qRgb(80, 220, 100));
    QCOMPARE(at(5.99, 3), qRgb(255, 140, 40));
    QVERIFY(qRed(at(1, 3)) == qBlue(at(1, 3)));
}

void EvaluateTest::a_sheet_of_few_cases_repeats_them()
{
    auto fake = threeCases();
    auto request = requestFor({app::TextKind::Given});
    request.sheetCases = 20;
    QCOMPARE(app::evaluate(fake, request, {}, {}).sheet.size(), std::size_t(9));
}

void EvaluateTest::tables_have_a_line_for_each_case_and_text()
{
    auto fake = threeCases();
    const auto result = app::evaluate(fake, requestFor({app::TextKind::Given, app::TextKind::None}), {}, {});
    const auto lines = QByteArray::fromStdString(app::casesTable(result)).trimmed().split('\n');
    QCOMPARE(lines.size(), 7);
    QVERIFY(lines[0].startsWith("image,text,way,wording,sent,dice,iou,hausdorff95_px,"));
    QVERIFY(lines[1].startsWith("\"a.png\",\"given\",\"\",\"\",\"unilateral pulmonary infection, one"));
    QVERIFY(lines[3].startsWith("\"c, \"\"d\"\".png\""));
    QVERIFY(lines[3].contains(",0.000000,0.000000,,0.000000,48,0,"));
    const auto sweep = QByteArray::fromStdString(app::sweepTable(result)).trimmed().split('\n');
    QCOMPARE(sweep.size(), 100);
    QVERIFY(sweep[50].startsWith("0.500000,0.555"));
}

void EvaluateTest::the_document_names_both_conventions()
{
    auto fake = threeCases();
    auto request = requestFor({app::TextKind::Given, app::TextKind::None, app::TextKind::Paraphrased});
    request.ways = app::ownParaphrases();
    const auto document = app::toJson(app::evaluate(fake, request, {}, {}), request);
    QCOMPARE(document["pictures"].get<int>(), 3);
    QCOMPARE(document["without_a_mask"].get<int>(), 2);
    QCOMPARE(document["text"].get<std::string>(), std::string("given"));
    QCOMPARE(document["texts"].size(), std::size_t(4));
    QVERIFY(document["texts"][0]["per_image"]["dice"]["value"] == document["per_image"]["dice"]);
    QVERIFY(document["texts"][0]["pooled"]["iou"]["value"] == document["pooled"]["iou"]);
    QVERIFY(document["pooled"]["dice"] != document["per_image"]["dice"]);
    QCOMPARE(document["paraphrases"].size(), 2 * request.ways.size());
    QCOMPARE(document["sweep"].size(), std::size_t(99));
    QVERIFY(std::abs(document["best_possible"]["per_image"]["dice"]["value"].get<double>() - 1) < 1e-5);
    QVERIFY(document["best_thresholds"]["pooled_dice"]["threshold"].get<double>() < 0.12);
    QVERIFY(document["conventions"].contains("per_image"));
}

void EvaluateTest::a_stop_request_gives_no_figures()
{
    auto fake = threeCases();
    std::stop_source stop;
    stop.request_stop();
    QVERIFY(app::evaluate(fake, requestFor({app::TextKind::Given}), stop.get_token(), {}).cancelled);
    QCOMPARE(fake.runs, 1);
}

void EvaluateTest::captions_are_texts_of_another_model()
{
    auto fake = threeCases();
    auto request = requestFor({app::TextKind::Caption, app::TextKind::Given});
    QVERIFY_EXCEPTION_THROWN(app::evaluate(fake, request, {}, {}), imaging::Error); // Nobody writes.
    QStringList asked;
    request.captionOf = [&](const std::string& image, imaging::Sides whose) {
        asked << QString::fromStdString(image);
        return std::string(whose == imaging::Sides::Picture ? kLeft : kRight); // As the package means.
    };
    const auto result = app::evaluate(fake, request, {}, {});
    QCOMPARE(asked.size(), 3);
    QCOMPARE(result.texts[0].text, std::string("caption"));
    QCOMPARE(result.texts[0].sent, std::vector<std::string>(3, kLeft));
    QVERIFY(std::abs(diceOf(result.texts[0], 0) - 1) < 1e-5);
    QCOMPARE(diceOf(result.texts[0], 1), 0.0);
}

void EvaluateTest::an_unknown_kind_of_text_is_refused()
{
    QCOMPARE(app::parseTextKind("caption"), app::TextKind::Caption);
    QCOMPARE(app::parseTextKind("shuffled"), app::TextKind::Shuffled);
    QVERIFY_EXCEPTION_THROWN(app::parseTextKind("wrong"), imaging::Error);
}

QTEST_GUILESS_MAIN(EvaluateTest)
#include "tst_evaluate.moc"
