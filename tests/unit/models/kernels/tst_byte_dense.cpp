// Products with matrices of bytes, with each set of instructions that this processor has, against Torch.

#include "models/kernels/byte_dense.h"
#include "models/kernels/byte_product.h"

#include <QtTest>

#include <torch/types.h>

#include <functional>

using models::kernels::ByteDense;
namespace inner = models::kernels::detail;

namespace {

double difference(const torch::Tensor& ours, const torch::Tensor& exact)
{
    return ours.sizes() == exact.sizes() ? ((ours - exact).abs().max() / (1 + exact.abs().max())).item<double>() : 1e9;
}

} // namespace

class TestByteDense : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void products_are_those_of_the_matrix_that_it_stands_for_data();
    void products_are_those_of_the_matrix_that_it_stands_for();
    void each_set_of_instructions_gives_the_same_data();
    void each_set_of_instructions_gives_the_same();
    void the_matrix_is_kept_to_half_a_step_of_each_row();
};

void TestByteDense::products_are_those_of_the_matrix_that_it_stands_for_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("inputs");
    QTest::addColumn<int>("outputs");
    for (const int rows : {1, 2, 3, 5, 8, 29})
        for (const auto& [inputs, outputs] :
            {std::pair(64, 130), std::pair(17, 3), std::pair(1, 1), std::pair(300, 65)})
            QTest::addRow("%d rows, %d to %d", rows, inputs, outputs) << rows << inputs << outputs;
}

void TestByteDense::products_are_those_of_the_matrix_that_it_stands_for()
{
    QFETCH(int, rows);
    QFETCH(int, inputs);
    QFETCH(int, outputs);
    const ByteDense dense(torch::randn({outputs, inputs}));
    const auto x = torch::randn({1, rows, inputs}), bias = torch::randn({outputs});
    QVERIFY(difference(dense.run(x, bias), torch::linear(x, dense.weight(), bias)) < 1e-5);
    QVERIFY(difference(dense.run(x.transpose(0, 1)), torch::linear(x.transpose(0, 1), dense.weight())) < 1e-5);
}

void TestByteDense::each_set_of_instructions_gives_the_same_data()
{
    using Multiply = std::function<void(const inner::ByteProduct&, int, int)>;
    QTest::addColumn<Multiply>("multiply");
    QTest::newRow("base") << Multiply(inner::multiplyBytesBase);
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        QTest::newRow("AVX2") << Multiply(inner::multiplyBytesAvx2);
    if (__builtin_cpu_supports("avx512f"))
        QTest::newRow("AVX-512") << Multiply(inner::multiplyBytesAvx512);
#endif
}

void TestByteDense::each_set_of_instructions_gives_the_same()
{
    using Multiply = std::function<void(const inner::ByteProduct&, int, int)>;
    QFETCH(Multiply, multiply);
    constexpr int kDepth = 48, kColumns = 11, kRows = 13;
    const auto x = torch::randn({kRows, kDepth});
    const auto bytes = torch::randint(-127, 128, {kColumns, kDepth}, torch::kChar);
    const auto scales = torch::rand({kColumns});
    auto result = torch::full({kRows, kColumns}, -7.0F);
    multiply({x.const_data_ptr<float>(), kRows, bytes.const_data_ptr<std::int8_t>(), scales.const_data_ptr<float>(),
                 kDepth, result.mutable_data_ptr<float>(), kColumns},
        1, kColumns - 1);
    const auto exact = torch::matmul(x, bytes.to(torch::kFloat).t()) * scales;
    QVERIFY(difference(result.narrow(1, 1, kColumns - 2), exact.narrow(1, 1, kColumns - 2)) < 1e-5);
    QVERIFY(result.select(1, 0).eq(-7).all().item<bool>()); // Other columns are other threads'.
    QVERIFY(result.select(1, kColumns - 1).eq(-7).all().item<bool>());
}

void TestByteDense::the_matrix_is_kept_to_half_a_step_of_each_row()
{
    auto weight = torch::randn({1500, 40});
    weight[3] *= 1000; // A row of large numbers costs the others nothing.
    weight[7].zero_();
    for (const auto type : {torch::kFloat, torch::kHalf, torch::kBFloat16}) {
        const auto given = weight.to(type).to(torch::kFloat);
        const auto steps = given.abs().amax(1, true) / 127;
        const auto kept = ByteDense(weight.to(type)).weight();
        QVERIFY(((kept - given).abs() <= 0.51 * steps).all().item<bool>());
    }
}

QTEST_GUILESS_MAIN(TestByteDense)
#include "tst_byte_dense.moc"
