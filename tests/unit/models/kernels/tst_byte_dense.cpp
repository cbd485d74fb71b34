// Products with matrices of bytes, with each set of instructions that this processor has, against Torch.

#include "models/kernels/byte_dense.h"
#include "models/kernels/row_product.h"

#include <QtTest>

#include <torch/types.h>

#include <functional>
#include <limits>
#include <tuple>

using models::kernels::ByteDense;
namespace inner = models::kernels::detail;
using inner::RowNumbers;
using Multiply = std::function<void(const inner::RowProduct&, int, int)>;

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
    void what_is_no_number_stays_none();
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
    QTest::addColumn<Multiply>("multiply");
    QTest::addColumn<torch::ScalarType>("type");
    QTest::addColumn<RowNumbers>("numbers");
    for (const auto& [name, type, numbers] : {std::tuple("bytes", torch::kChar, RowNumbers::Bytes),
             {"bfloat16", torch::kBFloat16, RowNumbers::BFloat16}, {"floats", torch::kFloat, RowNumbers::Floats}}) {
        QTest::addRow("base, %s", name) << Multiply(inner::multiplyRowsBase) << type << numbers;
#ifdef __x86_64__
        if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
            QTest::addRow("AVX2, %s", name) << Multiply(inner::multiplyRowsAvx2) << type << numbers;
        if (__builtin_cpu_supports("avx512f"))
            QTest::addRow("AVX-512, %s", name) << Multiply(inner::multiplyRowsAvx512) << type << numbers;
#endif
    }
}

void TestByteDense::each_set_of_instructions_gives_the_same()
{
    QFETCH(Multiply, multiply);
    QFETCH(torch::ScalarType, type);
    QFETCH(RowNumbers, numbers);
    constexpr int kDepth = 48, kColumns = 11;
    for (int rows = 1; rows <= 13; ++rows) {
        const auto x = torch::randn({rows, kDepth});
        const auto matrix = torch::randint(-127, 128, {kColumns, kDepth}, torch::kFloat).to(type);
        const auto scales = torch::rand({kColumns});
        auto result = torch::full({rows, kColumns}, -7.0F);
        multiply({x.const_data_ptr<float>(), rows, matrix.const_data_ptr(), numbers, scales.const_data_ptr<float>(), kDepth,
                     result.mutable_data_ptr<float>(), kColumns},
            1, kColumns - 1);
        const auto exact = torch::matmul(x, matrix.to(torch::kFloat).t()) * scales;
        QVERIFY(difference(result.narrow(1, 1, kColumns - 2), exact.narrow(1, 1, kColumns - 2)) < 1e-5);
        QVERIFY(result.select(1, 0).eq(-7).all().item<bool>()); // Other columns are other threads'.
        QVERIFY(result.select(1, kColumns - 1).eq(-7).all().item<bool>());
    }
}

void TestByteDense::what_is_no_number_stays_none()
{
    const ByteDense dense(torch::randn({5, 70}));
    for (const float damage : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        auto x = torch::randn({2, 70});
        x[1][3] = damage;
        const auto answer = dense.run(x).isfinite();
        QVERIFY(answer[0].all().item<bool>());
        QVERIFY(!answer[1].any().item<bool>());
    }
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
