#include "app/workflow/evaluation/case_facts.h"
#include "app/workflow/evaluation/score_summary.h"
#include "app/workflow/evaluation/threshold_sweep.h"
#include "imaging/error.h"
#include "models/data/random.h"

#include <QTest>
#include <rapidcheck.h>

#include <cmath>
#include <numeric>

/// The parts that figures are made of: sweep, intervals, groups.
class EvaluationFiguresTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_sweep_gives_what_each_threshold_gives_alone();
    void a_probability_on_a_threshold_is_not_above_it();
    void the_best_threshold_is_the_lowest_of_equals();
    void both_conventions_are_kept_apart();
    void several_texts_are_averaged_and_pooled();
    void intervals_hold_the_mean_and_shrink_with_the_number_of_cases();
    void intervals_are_the_same_for_the_same_seed();
    void intervals_cover_the_truth_as_often_as_they_say();
    void cases_without_a_distance_are_counted_and_left_out();
    void no_case_is_an_error();
    void facts_of_a_case_data();
    void facts_of_a_case();
};

namespace {

/// A case with so many pixels right of so many predicted and true.
app::CaseScore scored(std::int64_t both, std::int64_t predicted, std::int64_t inMask)
{
    return {{both, predicted, inMask}, 3.0, 0.5};
}

std::vector<std::size_t> positions(std::size_t count)
{
    std::vector<std::size_t> all(count);
    std::iota(all.begin(), all.end(), std::size_t{0});
    return all;
}

/// Cases whose Dice is spread evenly over 0..1.
std::vector<app::CaseScore> spread(std::size_t count, std::uint64_t seed)
{
    models::data::SeededRandom random{seed};
    std::vector<app::CaseScore> cases;
    for (std::size_t i = 0; i < count; ++i)
        cases.push_back(scored(static_cast<std::int64_t>(random.below(100'001)), 100'000, 100'000));
    return cases;
}

} // namespace

void EvaluationFiguresTest::a_sweep_gives_what_each_threshold_gives_alone()
{
    QVERIFY(rc::check([] {
        const auto pictures = *rc::gen::inRange(1, 4);
        app::ThresholdSweep sweep;
        std::vector<std::vector<float>> probabilities;
        std::vector<std::vector<std::uint8_t>> masks;
        for (int picture = 0; picture < pictures; ++picture) {
            probabilities.push_back(*rc::gen::container<std::vector<float>>(
                30, rc::gen::map(rc::gen::inRange(0, 1001), [](int p) { return static_cast<float>(p) / 1000; })));
            masks.push_back(*rc::gen::container<std::vector<std::uint8_t>>(30, rc::gen::element<std::uint8_t>(0, 1)));
            sweep.add(probabilities.back(), masks.back());
        }
        for (const auto& [threshold, scores] : sweep.points()) {
            std::vector<models::scoring::PixelCounts> counts;
            for (std::size_t i = 0; i < masks.size(); ++i)
                counts.push_back(models::scoring::countPixels(probabilities[i], masks[i], threshold));
            const auto expected = models::scoring::summarize(counts);
            RC_ASSERT(std::abs(scores.perImageDice - expected.perImageDice) < 1e-12);
            RC_ASSERT(std::abs(scores.perImageIou - expected.perImageIou) < 1e-12);
            RC_ASSERT(std::abs(scores.pooledDice - expected.pooledDice) < 1e-12);
            RC_ASSERT(std::abs(scores.pooledIou - expected.pooledIou) < 1e-12);
        }
    }));
}

void EvaluationFiguresTest::a_probability_on_a_threshold_is_not_above_it()
{
    app::ThresholdSweep sweep;
    sweep.add(std::vector<float>{0.5F, 1.0F, 0.0F}, std::vector<std::uint8_t>{1, 1, 0});
    const auto points = sweep.points();
    QCOMPARE(points.size(), app::ThresholdSweep::kThresholds);
    QCOMPARE(points[49].threshold, 0.5);
    QVERIFY(std::abs(points[48].scores.pooledDice - 1) < 1e-5);
    QVERIFY(std::abs(points[49].scores.pooledDice - 2.0 / 3) < 1e-5);
    QVERIFY(std::abs(points[98].scores.pooledDice - 2.0 / 3) < 1e-5);
}

void EvaluationFiguresTest::the_best_threshold_is_the_lowest_of_equals()
{
    app::ThresholdSweep sweep;
    sweep.add(std::vector<float>{0.705F, 0.205F}, std::vector<std::uint8_t>{1, 0});
    QCOMPARE(app::bestOf(sweep.points(), &models::scoring::Scores::perImageDice).threshold, 0.21);
}

void EvaluationFiguresTest::both_conventions_are_kept_apart()
{
    // A large case that is right and a small one that is wrong: half by pictures, nearly all by pixels.
    const std::vector<app::CaseScore> cases{scored(1000, 1000, 1000), scored(0, 10, 10)};
    const auto summary = app::summarizeScores({cases}, positions(2), {0, 1});
    QCOMPARE(summary.pictures, std::size_t(2));
    QVERIFY(std::abs(summary.perImageDice.value - 0.5) < 1e-6);
    QVERIFY(std::abs(summary.perImageIou.value - 0.5) < 1e-6);
    QVERIFY(std::abs(summary.pooledDice.value - 2000.0 / 2020) < 1e-6);
    QVERIFY(std::abs(summary.pooledIou.value - 1000.0 / 1020) < 1e-6);
    QCOMPARE(summary.perImageDice.low, summary.perImageDice.value);
    QCOMPARE(summary.surfaceDice.value, 0.5);
    const std::vector<std::size_t> second{1};
    QCOMPARE(app::summarizeScores({cases}, second, {0, 1}).perImageDice.value, 0.0);
}

void EvaluationFiguresTest::several_texts_are_averaged_and_pooled()
{
    const std::vector<app::CaseScore> good{scored(10, 10, 10)}, bad{scored(0, 30, 10)};
    const auto summary = app::summarizeScores({good, bad}, positions(1), {50, 1});
    QCOMPARE(summary.pictures, std::size_t(1));
    QVERIFY(std::abs(summary.perImageDice.value - 0.5) < 1e-6);
    QVERIFY(std::abs(summary.pooledDice.value - 20.0 / 60) < 1e-6);
    // One case is the same case in every resample.
    QVERIFY(std::abs(summary.perImageDice.low - summary.perImageDice.high) < 1e-12);
}

void EvaluationFiguresTest::intervals_hold_the_mean_and_shrink_with_the_number_of_cases()
{
    double last = 1;
    for (const std::size_t count : {100U, 900U, 8100U}) {
        const auto cases = spread(count, 3);
        const auto dice = app::summarizeScores({cases}, positions(count), {500, 5}).perImageDice;
        QVERIFY(dice.low < dice.value && dice.value < dice.high);
        // An even spread over 0..1 has a standard deviation of 0.289.
        const double expected = 2 * 1.96 * 0.2887 / std::sqrt(static_cast<double>(count));
        QVERIFY2(std::abs((dice.high - dice.low) / expected - 1) < 0.2, qPrintable(QString::number(count)));
        QVERIFY(dice.high - dice.low < last);
        last = dice.high - dice.low;
    }
}

void EvaluationFiguresTest::intervals_are_the_same_for_the_same_seed()
{
    const auto cases = spread(50, 3);
    const auto first = app::summarizeScores({cases}, positions(50), {200, 5}).pooledIou;
    const auto again = app::summarizeScores({cases}, positions(50), {200, 5}).pooledIou;
    const auto other = app::summarizeScores({cases}, positions(50), {200, 6}).pooledIou;
    QCOMPARE(again.low, first.low);
    QCOMPARE(again.high, first.high);
    QVERIFY(other.low != first.low);
}

void EvaluationFiguresTest::intervals_cover_the_truth_as_often_as_they_say()
{
    int covered = 0;
    constexpr int kTrials = 300;
    for (std::uint64_t trial = 0; trial < kTrials; ++trial) {
        const auto cases = spread(60, 1000 + trial);
        const auto dice = app::summarizeScores({cases}, positions(60), {300, trial}).perImageDice;
        covered += dice.low <= 0.5 && 0.5 <= dice.high ? 1 : 0;
    }
    // 95 % of 300 is 285, with a standard deviation of 4; a percentile bootstrap of 60 covers a little less.
    QVERIFY2(covered >= 268 && covered <= 297, qPrintable(QString::number(covered)));
}

void EvaluationFiguresTest::cases_without_a_distance_are_counted_and_left_out()
{
    std::vector<app::CaseScore> cases{scored(1, 1, 1), scored(0, 0, 4)};
    cases[0].hausdorff95 = 7;
    cases[1].hausdorff95.reset();
    const auto summary = app::summarizeScores({cases}, positions(2), {0, 1});
    QCOMPARE(summary.hausdorff95.value, 7.0);
    QCOMPARE(summary.withoutDistance, std::size_t(1));
}

void EvaluationFiguresTest::no_case_is_an_error()
{
    const std::vector<app::CaseScore> cases;
    QVERIFY_EXCEPTION_THROWN(app::summarizeScores({cases}, {}, {0, 1}), imaging::Error);
}

void EvaluationFiguresTest::facts_of_a_case_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("mask"); // 6 x 2
    QTest::addColumn<QString>("maskSide");
    QTest::addColumn<int>("maskAreas");
    QTest::addColumn<QString>("textSide");
    QTest::addColumn<int>("textAreas");
    const QString left = "unilateral pulmonary infection, one infected area, lower left lung.";
    const QString both = "bilateral pulmonary infection, three infected areas, all left lung and lower right lung.";
    QTest::newRow("left") << left << QByteArray("110000110000") << "left" << 1 << "left" << 1;
    QTest::newRow("text and mask differ") << left << QByteArray("000011000000") << "right" << 1 << "left" << 1;
    QTest::newRow("both") << both << QByteArray("100001000000") << "both" << 2 << "both" << 3;
    QTest::newRow("corners touch") << both << QByteArray("100000010000") << "left" << 1 << "both" << 3;
    QTest::newRow("empty") << QString() << QByteArray("000000000000") << "none" << 0 << "not stated" << 0;
    QTest::newRow("not understood") << "two lungs" << QByteArray("111111111111") << "right" << 1 << "not stated" << 0;
}

void EvaluationFiguresTest::facts_of_a_case()
{
    QFETCH(QString, text);
    QFETCH(QByteArray, mask);
    std::vector<std::uint8_t> truth;
    for (const char pixel : mask)
        truth.push_back(pixel == '1' ? 1 : 0);
    const auto facts = app::factsOf(text.toStdString(), truth, 6, 2);
    QTEST(QString::fromStdString(facts.maskSide), "maskSide");
    QTEST(facts.maskAreas, "maskAreas");
    QTEST(QString::fromStdString(facts.textSide), "textSide");
    QTEST(facts.textAreas, "textAreas");
    QCOMPARE(facts.maskPart, mask.count('1') / 12.0);
}

QTEST_APPLESS_MAIN(EvaluationFiguresTest)
#include "tst_evaluation_figures.moc"
