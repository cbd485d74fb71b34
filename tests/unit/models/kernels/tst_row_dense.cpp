// Products of few rows with matrices as checkpoints hold them, and linear layers that use them, against Torch.

#include "models/kernels/row_dense.h"
#include "models/layers/linear.h"

#include <QtTest>

#include <torch/types.h>

using models::kernels::areFewRows;
using models::kernels::multiplyFewRows;

namespace {

double difference(const torch::Tensor& ours, const torch::Tensor& exact)
{
    if (ours.sizes() != exact.sizes() || ours.scalar_type() != exact.scalar_type())
        return 1e9;
    if (exact.numel() == 0)
        return 0;
    const auto right = exact.to(torch::kFloat);
    return ((ours.to(torch::kFloat) - right).abs().max() / (1 + right.abs().max())).item<double>();
}

} // namespace

class TestRowDense : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void products_are_torchs_data();
    void products_are_torchs();
    void what_does_not_suit_is_left_to_others();
    void a_linear_layer_answers_as_torchs_data();
    void a_linear_layer_answers_as_torchs();
    void a_linear_layer_gives_gradients_where_they_are_wanted();
};

void TestRowDense::products_are_torchs_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("inputs");
    QTest::addColumn<int>("outputs");
    QTest::addColumn<torch::ScalarType>("type");
    for (const int rows : {1, 2, 4, 5, 7, 8})
        for (const auto& [inputs, outputs] : {std::pair(64, 130), std::pair(16, 1), std::pair(768, 3072)})
            for (const auto type : {torch::kFloat, torch::kBFloat16})
                QTest::addRow("%d rows, %d to %d, %s", rows, inputs, outputs, torch::toString(type)) << rows << inputs << outputs << type;
}

void TestRowDense::products_are_torchs()
{
    QFETCH(int, rows);
    QFETCH(int, inputs);
    QFETCH(int, outputs);
    QFETCH(torch::ScalarType, type);
    const auto weight = torch::randn({outputs, inputs}).to(type), x = torch::randn({rows, 1, inputs}).to(type);
    const auto bias = torch::randn({outputs}).to(type);
    QVERIFY(areFewRows(x, weight));
    const double tolerance = type == torch::kFloat ? 1e-5 : 1e-2;
    QVERIFY(difference(multiplyFewRows(x, weight, bias), torch::linear(x, weight, bias)) < tolerance);
    QVERIFY(difference(multiplyFewRows(x.transpose(0, 1), weight, {}), torch::linear(x.transpose(0, 1), weight)) < tolerance);
}

void TestRowDense::what_does_not_suit_is_left_to_others()
{
    const auto x = torch::randn({2, 32}), weight = torch::randn({4, 32});
    QVERIFY(areFewRows(x, weight));
    QVERIFY(!areFewRows(torch::randn({9, 32}), weight));
    QVERIFY(!areFewRows(torch::randn({0, 32}), weight));
    QVERIFY(!areFewRows(x, torch::randn({32, 4}).t()));
    QVERIFY(!areFewRows(torch::randn({2, 30}), torch::randn({4, 30})));
    QVERIFY(!areFewRows(torch::randn({2, 16}), weight));
    QVERIFY(!areFewRows(x.to(torch::kHalf), weight.to(torch::kHalf)));
    QVERIFY(!areFewRows(x.to(torch::kBFloat16), weight));
    QVERIFY(!areFewRows(x, weight.to(torch::kDouble)));
}

void TestRowDense::a_linear_layer_answers_as_torchs_data()
{
    QTest::addColumn<torch::Tensor>("x");
    QTest::newRow("one row") << torch::randn({1, 1, 48});
    QTest::newRow("many rows") << torch::randn({3, 50, 48});
    QTest::newRow("many rows with gaps") << torch::randn({50, 3, 96}).transpose(0, 1).narrow(2, 11, 48);
    QTest::newRow("without a batch") << torch::randn({48});
    QTest::newRow("no rows") << torch::randn({0, 48});
    QTest::newRow("halves") << torch::randn({2, 48}).to(torch::kHalf);
    QTest::newRow("bfloat16, many rows") << torch::randn({20, 48}).to(torch::kBFloat16);
    QTest::newRow("doubles") << torch::randn({20, 48}, torch::kDouble);
}

void TestRowDense::a_linear_layer_answers_as_torchs()
{
    QFETCH(torch::Tensor, x);
    const torch::NoGradGuard guard;
    for (const bool bias : {true, false}) {
        auto layer = models::layers::linear(48, 70, bias);
        layer->to(x.scalar_type());
        const double tolerance = x.element_size() > 2 ? 1e-5 : 1e-2;
        QVERIFY(difference(layer(x), torch::linear(x, layer->weight, layer->bias)) < tolerance);
    }
}

void TestRowDense::a_linear_layer_gives_gradients_where_they_are_wanted()
{
    auto layer = models::layers::linear(48, 70, true);
    layer(torch::randn({2, 48})).sum().backward();
    QVERIFY(layer->weight.grad().defined());
    for (auto& parameter : layer->parameters())
        parameter.requires_grad_(false);
    auto x = torch::randn({2, 48}, torch::requires_grad());
    layer(x).sum().backward();
    QVERIFY(difference(x.grad()[1], layer->weight.sum(0)) < 1e-5);
}

QTEST_GUILESS_MAIN(TestRowDense)
#include "tst_row_dense.moc"
