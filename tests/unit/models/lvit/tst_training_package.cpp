#include "models/lvit/training/training_package.h"
#include "models/weights/half_precision.h"
#include "tests/unit/models/tiny_lvit.h"

#include <torch/types.h>

#include <QTest>

class TestTrainingPackage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void half_precision_halves_matrices_and_keeps_vectors();
    void half_precision_keeps_what_it_cannot_hold();
    void network_in_half_precision_answers_the_same();
};

void TestTrainingPackage::half_precision_halves_matrices_and_keeps_vectors()
{
    const auto half =
        models::weights::inHalfPrecision({{"kernel", torch::ones({4, 2, 3, 3})}, {"bias", torch::ones({4})},
            {"counter", torch::ones({}, torch::kLong)}, {"grid", torch::ones({2, 2}, torch::kLong)}});
    QVERIFY(half.at("kernel").scalar_type() == torch::kHalf);
    QVERIFY(half.at("bias").scalar_type() == torch::kFloat);
    QVERIFY(half.at("counter").scalar_type() == torch::kLong && half.at("grid").scalar_type() == torch::kLong);
}

void TestTrainingPackage::half_precision_keeps_what_it_cannot_hold()
{
    auto large = torch::ones({2, 2});
    large[1][1] = 70000;
    const auto half = models::weights::inHalfPrecision({{"large", large}, {"fits", torch::full({2, 2}, 65000.0)}});
    QVERIFY(half.at("large").equal(large));
    QVERIFY(half.at("fits").scalar_type() == torch::kHalf);
}

/// The running variance of the text's norm grows beyond float16 in long trainings: the text would be lost.
void TestTrainingPackage::network_in_half_precision_answers_the_same()
{
    torch::manual_seed(2);
    models::lvit::LViT net(tiny::settings().network), read(tiny::settings().network);
    auto weights = models::weights::weightsOf(*net);
    weights.at("downVit.CTBN3.norm.running_var").fill_(7e5);
    weights.at("downVit.CTBN3.norm.weight").fill_(500);
    for (const auto& [key, tensor] : models::weights::inHalfPrecision(weights))
        models::weights::weightsOf(*read).at(key).copy_(tensor);
    net->eval();
    read->eval();
    const torch::NoGradGuard noGradients;
    const auto picture = torch::rand({1, 1, 32, 32});
    const auto text = 10 * torch::randn({1, 6, tiny::kTextWidth});
    const auto answer = net->logits(picture, text);
    const auto fromText = (answer - net->logits(picture, -text)).abs().max().item<double>();
    const auto off = (answer - read->logits(picture, text)).abs().max().item<double>();
    QVERIFY2(off < 0.1 * fromText, qPrintable(QString("%1 of %2").arg(off).arg(fromText)));
}

QTEST_GUILESS_MAIN(TestTrainingPackage)
#include "tst_training_package.moc"
