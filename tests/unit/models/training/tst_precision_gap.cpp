#include "models/training/precision_gap.h"
#include "tests/support/error_sentence.h"

#include <torch/types.h>

#include <QTest>

#include <limits>

class TestPrecisionGap : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equal_answers_have_none();
    void bfloat16_is_rounding();
    void wrong_sums_are_not_rounding();
    void wrong_gradients_are_not_rounding();
    void what_is_no_number_is_not_rounding();
    void parameters_without_a_gradient_do_not_count();
    void other_parts_are_refused();
};

namespace {

models::training::BatchAnswer answer()
{
    torch::manual_seed(3);
    return {{torch::randn({2, 3, 8, 8}), torch::randn({2, 1, 16, 16})}, {torch::randn({8, 4}), torch::randn({8})}};
}

} // namespace

void TestPrecisionGap::equal_answers_have_none()
{
    const auto gap = models::training::gapBetween(answer(), answer());
    QCOMPARE(gap.stage, 0.0);
    QCOMPARE(gap.gradients, 0.0);
    QVERIFY(gap.isRounding());
}

void TestPrecisionGap::bfloat16_is_rounding()
{
    auto rounded = answer();
    rounded.stages[1] = rounded.stages[1].to(torch::kBFloat16);
    rounded.gradients[0] = rounded.gradients[0].to(torch::kBFloat16);
    const auto gap = models::training::gapBetween(answer(), rounded);
    QVERIFY(gap.stage > 1e-4 && gap.stage < 0.01);
    QVERIFY(gap.isRounding());
}

void TestPrecisionGap::wrong_sums_are_not_rounding()
{
    auto wrong = answer();
    wrong.stages[0] = wrong.stages[0] + torch::randn_like(wrong.stages[0]); // The logits alone would not show it.
    const auto gap = models::training::gapBetween(answer(), wrong);
    QVERIFY(!gap.isRounding());
    QVERIFY2(gap.text().find("off by 1") != std::string::npos || gap.text().find("off by 9") != std::string::npos,
        gap.text().c_str());
}

void TestPrecisionGap::wrong_gradients_are_not_rounding()
{
    auto wrong = answer();
    wrong.gradients[0] = -wrong.gradients[0];
    QVERIFY(!models::training::gapBetween(answer(), wrong).isRounding());
}

void TestPrecisionGap::what_is_no_number_is_not_rounding()
{
    auto wrong = answer();
    wrong.stages[0][0][0][0][0] = std::numeric_limits<float>::quiet_NaN();
    QVERIFY(!models::training::gapBetween(answer(), wrong).isRounding());
}

void TestPrecisionGap::parameters_without_a_gradient_do_not_count()
{
    auto without = answer();
    without.gradients.emplace_back();
    QVERIFY(models::training::gapBetween(without, without).isRounding());
}

void TestPrecisionGap::other_parts_are_refused()
{
    auto other = answer();
    other.stages.pop_back();
    const auto said =
        support::sentence(imaging::ErrorKind::Internal, [&] { models::training::gapBetween(answer(), other); });
    QVERIFY2(said.contains("different parts"), qPrintable(said));
}

QTEST_GUILESS_MAIN(TestPrecisionGap)
#include "tst_precision_gap.moc"
