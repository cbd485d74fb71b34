#include "models/scoring/figure_table.h"
#include "models/scoring/match_scores.h"

#include <QtTest>

#include <rapidcheck.h>

#include <cmath>

using models::scoring::calibrated;
using models::scoring::partBelow;
using models::scoring::rocArea;

namespace {

/// 0..1 in hundredths, so that there are equal ones.
std::vector<double> drawnScores()
{
    std::vector<double> scores;
    for (const int hundredths : *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 101))))
        scores.push_back(hundredths / 100.0);
    return scores;
}

double meanError(const std::vector<double>& fitting, const std::vector<double>& others, double threshold)
{
    return (partBelow(fitting, threshold) + 1 - partBelow(others, threshold)) / 2;
}

} // namespace

class TestMatchScores : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void the_area_counts_pairs_in_order()
    {
        const std::vector<double> fitting{0.9, 0.5, 0.2}, others{0.1, 0.5};
        QCOMPARE(rocArea(fitting, others), (2 + 1.5 + 1) / 6.0);
        QCOMPARE(rocArea(fitting, fitting), 0.5);
        QCOMPARE(rocArea({}, others), 0.5);
    }

    void the_threshold_lies_between_the_two()
    {
        const auto calibration = calibrated(std::vector<double>{0.8, 0.9, 0.7}, std::vector<double>{0.1, 0.2});
        QCOMPARE(calibration.threshold, 0.45);
        QCOMPARE(calibration.points.size(), std::size_t(2)); // None fits, and all fit.
        QCOMPARE(calibration.points[0][0], 0.15);
        QCOMPARE(calibration.points[0][1], 0.0);
        QCOMPARE(calibration.points[1][0], 0.8);
        QCOMPARE(calibration.points[1][1], 1.0);
        QVERIFY(calibrated({}, std::vector<double>{0.5}).points.empty());
    }

    void figures_are_shown_in_their_units()
    {
        const models::scoring::FigureTable table{"texts", "What is written.",
            {{"reports", "reports", 1, 0}, {"bleu4", "BLEU-4"}}, {{"this model", {12.0, 0.125}}, {"none", {3.0, {}}}}};
        QCOMPARE(QByteArray::fromStdString(markdown(table)),
            QByteArray("| | reports | BLEU-4 |\n|---|---|---|\n| this model | 12 | 12.50 |\n| none | 3 | |\n"));
    }

    void scores_that_say_nothing_are_worth_nothing()
    {
        const std::vector<double> same(50, 0.5), low{0.1, 0.2}, high{0.7, 0.8};
        QVERIFY(calibrated(same, same).points.empty());
        QVERIFY(calibrated(low, high).points.empty()); // Worse than chance.
        QVERIFY(!calibrated(high, low).points.empty());
    }

    void half_of_what_is_judged_right_is_of_each_kind()
    {
        using models::scoring::partRight;
        const std::vector<double> fitting{0.9, 0.4}, others{0.1, 0.2, 0.3, 0.8};
        QCOMPARE(partRight(fitting, others), (0.5 + 0.75) / 2);
        QCOMPARE(partRight(fitting, {}), 0.5);
        QCOMPARE(partRight({}, others), 0.0);
    }

    void loss_is_least_where_scores_are_right_and_sure()
    {
        using models::scoring::matchLoss;
        const std::vector<double> even{0.5, 0.5}, sure{1, 1}, never{0, 0};
        QVERIFY(std::abs(matchLoss(even, even) - std::log(2.0)) < 1e-12);
        QCOMPARE(matchLoss(sure, never), 0.0);
        QVERIFY(matchLoss(never, sure) > 20 && std::isfinite(matchLoss(never, sure)));
        QVERIFY(matchLoss(std::vector<double>{0.9}, std::vector<double>{0.2}) < matchLoss(even, even));
        QVERIFY(std::abs(matchLoss(std::vector<double>{0.5}, {}) - std::log(2.0)) < 1e-12);
    }

    void points_ascend_and_no_other_threshold_errs_less()
    {
        const bool holds = rc::check([] {
            const auto fitting = drawnScores(), others = drawnScores();
            const auto calibration = calibrated(fitting, others);
            RC_ASSERT(calibration.points.empty() == (rocArea(fitting, others) <= 0.5));
            if (calibration.points.empty())
                return;
            for (std::size_t i = 1; i < calibration.points.size(); ++i) {
                RC_ASSERT(calibration.points[i - 1][0] < calibration.points[i][0]);
                RC_ASSERT(calibration.points[i - 1][1] < calibration.points[i][1]);
            }
            for (const auto& [score, share] : calibration.points)
                RC_ASSERT(score >= 0 && score <= 1 && share >= 0 && share <= 1);
            const double least = meanError(fitting, others, calibration.threshold);
            for (int hundredths = 0; hundredths <= 100; ++hundredths)
                RC_ASSERT(least <= meanError(fitting, others, hundredths / 100.0 - 0.005) + 1e-9);
        });
        QVERIFY(holds);
    }
};

QTEST_APPLESS_MAIN(TestMatchScores)
#include "tst_match_scores.moc"
