#include "models/layers/device.h"
#include "models/vision/patch_embedding.h"
#include "tests/support/error_sentence.h"

#include <torch/types.h>

#include <QTest>

namespace {

namespace nn = torch::nn;

nn::Conv2d embedding(int channels, int patch)
{
    torch::manual_seed(7);
    return nn::Conv2d(nn::Conv2dOptions(channels, channels, patch).stride(patch));
}

double gap(const torch::Tensor& exact, const torch::Tensor& other)
{
    return ((other.to(torch::kFloat) - exact).norm() / exact.norm()).item<double>();
}

bool hasAmx()
{
#if defined(__x86_64__) && defined(__GNUC__) && __GNUC__ >= 12 && !defined(__clang__)
    return __builtin_cpu_supports("amx-bf16") != 0;
#else
    return false;
#endif
}

} // namespace

class TestPatchEmbedding : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tokens_are_those_of_the_convolution_data() { shapes(); }
    void tokens_are_those_of_the_convolution();
    void half_precision_is_rounding_data() { shapes(); }
    void half_precision_is_rounding();
    void edge_without_a_whole_patch_is_left_out();
    void other_convolutions_are_refused();

private:
    static void shapes();
};

void TestPatchEmbedding::shapes()
{
    QTest::addColumn<int>("channels");
    QTest::addColumn<int>("patch");
    for (const int channels : {3, 8, 16, 24, 28, 32, 48, 64})
        for (const int patch : {1, 2, 4, 8, 16})
            QTest::addRow("%d channels, patches of %d", channels, patch) << channels << patch;
}

void TestPatchEmbedding::tokens_are_those_of_the_convolution()
{
    QFETCH(int, channels);
    QFETCH(int, patch);
    const torch::NoGradGuard noGradients;
    auto convolution = embedding(channels, patch);
    const auto picture = torch::randn({2, channels, 32, 48});
    const auto expected = convolution(picture).flatten(2).transpose(1, 2);
    QVERIFY(gap(expected, models::vision::patchTokens(picture, convolution)) < 1e-5);
    const auto channelsLast = picture.contiguous(at::MemoryFormat::ChannelsLast);
    QVERIFY(gap(expected, models::vision::patchTokens(channelsLast, convolution)) < 1e-5);
}

/// The shapes at which a convolution in bfloat16 is wrong by its own size on processors with AMX.
void TestPatchEmbedding::half_precision_is_rounding()
{
    QFETCH(int, channels);
    QFETCH(int, patch);
    static const bool told = [] {
        qInfo("AMX: %s; bfloat16 arithmetic: %s", hasAmx() ? "yes" : "no, so the faulty convolutions cannot show here",
            models::layers::hasHalfPrecision(c10::kCPU) ? "yes" : "no");
        return true;
    }();
    QVERIFY(told);
    auto convolution = embedding(channels, patch);
    const auto picture = torch::randn({2, channels, 32, 48});
    const auto exact = models::vision::patchTokens(picture, convolution);
    const auto back = torch::randn_like(exact);
    exact.backward(back);
    const auto exactGradient = convolution->weight.grad().clone();
    convolution->zero_grad();
    convolution->to(torch::kBFloat16);
    const auto half = models::vision::patchTokens(picture.to(torch::kBFloat16), convolution);
    half.backward(back.to(torch::kBFloat16));
    QVERIFY2(gap(exact, half) < 0.02, qPrintable(QString::number(gap(exact, half))));
    QVERIFY(gap(exactGradient, convolution->weight.grad()) < 0.02);
}

void TestPatchEmbedding::edge_without_a_whole_patch_is_left_out()
{
    const torch::NoGradGuard noGradients;
    auto convolution = embedding(8, 4);
    const auto picture = torch::randn({1, 8, 35, 33});
    const auto expected = convolution(picture).flatten(2).transpose(1, 2);
    const auto tokens = models::vision::patchTokens(picture, convolution);
    QVERIFY(tokens.sizes() == expected.sizes());
    QVERIFY(gap(expected, tokens) < 1e-5);
}

void TestPatchEmbedding::other_convolutions_are_refused()
{
    const auto picture = torch::randn({1, 8, 32, 32});
    for (const auto& options : {nn::Conv2dOptions(8, 8, 4).stride(2), nn::Conv2dOptions(8, 8, 4).stride(4).padding(1),
             nn::Conv2dOptions(8, 8, 4).stride(4).groups(2), nn::Conv2dOptions(8, 8, 2).stride(2).dilation(2)}) {
        const auto said = support::sentence(
            imaging::ErrorKind::Internal, [&] { models::vision::patchTokens(picture, nn::Conv2d(options)); });
        QVERIFY2(said.contains("every pixel once"), qPrintable(said));
    }
}

QTEST_GUILESS_MAIN(TestPatchEmbedding)
#include "tst_patch_embedding.moc"
