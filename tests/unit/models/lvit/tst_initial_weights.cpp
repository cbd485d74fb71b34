#include "imaging/error.h"
#include "models/lvit/training/initial_weights.h"
#include "models/lvit/widen.h"
#include "tests/unit/models/tiny_lvit.h"

#include <torch/types.h>

#include <QTest>

namespace {

models::lvit::LViTConfig sized(int pictureSize, int width = 8)
{
    auto config = tiny::settings().network;
    config.pictureSize = pictureSize;
    config.width = width;
    return config;
}

models::weights::StateDict copied(const models::lvit::LViT& net)
{
    models::weights::StateDict result;
    for (const auto& [key, tensor] : models::weights::weightsOf(*net))
        result[key] = tensor.clone();
    return result;
}

/// As after a training: norms that have seen something.
void settle(models::lvit::LViT& net)
{
    for (auto& [key, tensor] : models::weights::weightsOf(*net)) {
        if (key.ends_with("running_mean") || key.ends_with("norm.bias"))
            tensor.normal_(0, 0.1);
        if (key.ends_with("running_var") || key.ends_with("norm.weight"))
            tensor.uniform_(0.5, 1.5);
    }
    net->eval();
}

models::lvit::LViT widened(const models::lvit::LViT& small, int width, double noise)
{
    auto config = small->config();
    config.width = width;
    models::lvit::LViT large(config);
    const auto done =
        models::lvit::handOverWeights(*large, models::lvit::widenLViT(copied(small), width, noise), "small");
    for (const auto& key : done.kept)
        if (key.find(".head.") == std::string::npos)
            throw std::runtime_error("not widened: " + key);
    large->eval();
    return large;
}

/// Of the answers' difference and of the answers, the ratio of their sizes.
double relativeDifference(models::lvit::LViT& one, models::lvit::LViT& other, const torch::Tensor& text)
{
    const torch::NoGradGuard noGradients;
    torch::manual_seed(9);
    const auto picture = torch::rand({2, 1, 32, 32});
    const auto expected = one->logits(picture, text);
    return ((other->logits(picture, text) - expected).norm() / (expected - expected.mean()).norm()).item<double>();
}

} // namespace

class TestInitialWeights : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void weights_of_the_same_network_are_taken_whole();
    void grid_of_tokens_is_resized_for_another_picture_size();
    void texts_of_more_tokens_say_what_they_said();
    void network_of_other_parts_gets_what_fits();
    void weights_that_fit_nowhere_are_refused();
    void network_of_twice_the_width_answers_the_same_data();
    void network_of_twice_the_width_answers_the_same();
    void network_of_half_as_much_more_width_answers_nearly_the_same();
    void text_reaches_the_wider_network();
    void noise_parts_the_copies();
    void weights_that_cannot_be_widened_are_refused();
};

void TestInitialWeights::weights_of_the_same_network_are_taken_whole()
{
    torch::manual_seed(1);
    models::lvit::LViT source(sized(32));
    torch::manual_seed(2);
    models::lvit::LViT net(sized(32));
    const auto weights = copied(source);
    const auto done = models::lvit::handOverWeights(*net, weights, "source");
    QCOMPARE(done.copied, weights.size());
    QCOMPARE(done.resized, std::size_t(0));
    QVERIFY(done.kept.empty());
    for (const auto& [key, tensor] : models::weights::weightsOf(*net))
        QVERIFY2(tensor.equal(weights.at(key)), key.c_str());
}

void TestInitialWeights::grid_of_tokens_is_resized_for_another_picture_size()
{
    models::lvit::LViT source(sized(32)); // 2 x 2 tokens
    models::lvit::LViT net(sized(64)); // 4 x 4
    auto weights = copied(source);
    // A plane that rises to the right: any true bilinear resize of it rises, too, and keeps its ends.
    weights["downVit.embeddings.position_embeddings"] =
        torch::tensor({0.F, 1.F, 0.F, 1.F}).view({1, 4, 1}).expand({1, 4, 8}).clone();
    weights["downVit.CTBN3.norm.running_mean"] = torch::tensor({0.F, 0.F, 1.F, 1.F});
    const auto done = models::lvit::handOverWeights(*net, weights, "source");
    QVERIFY(done.kept.empty());
    QVERIFY(done.resized > 8);

    const auto now = models::weights::weightsOf(*net);
    const auto positions = now.at("downVit.embeddings.position_embeddings"); // [1, 16, 8]
    QVERIFY(positions.select(2, 3).view({4, 4})[2].allclose(torch::tensor({0.F, 0.25F, 0.75F, 1.F})));
    const auto means = now.at("downVit.CTBN3.norm.running_mean"); // [16], rows of the grid first
    QVERIFY(means.view({4, 4}).select(1, 1).allclose(torch::tensor({0.F, 0.25F, 0.75F, 1.F})));
    QVERIFY(now.at("inc.conv.weight").equal(weights.at("inc.conv.weight")));
    QVERIFY(now.at("downVit.CTBN3.conv.weight")
                .view({4, 4, -1})[0][0]
                .allclose(weights.at("downVit.CTBN3.conv.weight").view({2, 2, -1})[0][0]));
}

void TestInitialWeights::texts_of_more_tokens_say_what_they_said()
{
    auto shorter = sized(32);
    shorter.textTokens = 12;
    models::lvit::LViT source(shorter);
    settle(source);
    auto longer = shorter;
    longer.textTokens = 15;
    models::lvit::LViT net(longer);
    const auto done = models::lvit::handOverWeights(*net, copied(source), "source");
    net->eval();
    QVERIFY(done.kept.empty());
    QCOMPARE(done.resized, std::size_t(1));

    const torch::NoGradGuard noGradients;
    const auto picture = torch::rand({1, 1, 32, 32});
    auto text = torch::rand({1, shorter.textTokens, tiny::kTextWidth});
    text.slice(1, 6).zero_(); // Convolutions of the last tokens see what follows them: the biases of new ones.
    auto filled = torch::zeros({1, longer.textTokens, tiny::kTextWidth});
    filled.slice(1, 0, shorter.textTokens).copy_(text);
    const auto before = source->logits(picture, text), now = net->logits(picture, filled);
    QVERIFY((before - now).norm().item<double>() < 0.05 * before.norm().item<double>());
    QVERIFY(models::weights::weightsOf(*net)
            .at("downVit.CTBN3.conv.weight")
            .slice(1, shorter.textTokens)
            .eq(0)
            .all()
            .item<bool>());
}

void TestInitialWeights::network_of_other_parts_gets_what_fits()
{
    models::lvit::LViT source(sized(32));
    auto weights = copied(source);
    std::erase_if(weights, [](const auto& item) { return item.first.find("Vit") != std::string::npos; });
    weights["outc.weight"] = torch::ones({3, 8, 1, 1}); // three classes
    weights["up4.up.weight"] = torch::ones({64, 64, 2, 2}); // a U-Net's
    models::lvit::LViT net(sized(32));
    const auto before = copied(net);
    const auto done = models::lvit::handOverWeights(*net, weights, "unet");
    const auto now = models::weights::weightsOf(*net);
    QVERIFY(now.at("down2.nConvs.0.conv.weight").equal(weights.at("down2.nConvs.0.conv.weight")));
    QVERIFY(now.at("outc.weight").equal(before.at("outc.weight")));
    QVERIFY(now.at("downVit1.Encoder_blocks.0.attn.qkv.weight")
                .equal(before.at("downVit1.Encoder_blocks.0.attn.qkv.weight")));
    QVERIFY(std::find(done.kept.begin(), done.kept.end(), "outc.weight") != done.kept.end());
    QCOMPARE(done.copied + done.kept.size(), before.size());
}

void TestInitialWeights::weights_that_fit_nowhere_are_refused()
{
    models::lvit::LViT net(sized(32));
    const auto before = copied(net);
    try {
        models::lvit::handOverWeights(*net, {{"visual.proj", torch::ones({4, 4})}}, "clip.pt");
        QFAIL("nothing was thrown");
    } catch (const imaging::Error& error) {
        QCOMPARE(error.kind(), imaging::ErrorKind::Model);
        QVERIFY(QString(error.what()).contains("clip.pt"));
    }
    for (const auto& [key, tensor] : models::weights::weightsOf(*net))
        QVERIFY2(tensor.equal(before.at(key)), key.c_str());
}

void TestInitialWeights::network_of_twice_the_width_answers_the_same_data()
{
    QTest::addColumn<bool>("unet");
    QTest::addColumn<bool>("plam");
    QTest::addColumn<int>("depth");
    QTest::addColumn<bool>("keepUnused");
    QTest::newRow("LViT-TW") << false << true << 1 << false;
    QTest::newRow("without PLAM") << false << false << 1 << false;
    QTest::newRow("of two blocks each") << false << true << 2 << false;
    QTest::newRow("with the authors' unused modules") << false << true << 1 << true;
    QTest::newRow("U-Net") << true << false << 1 << false;
}

void TestInitialWeights::network_of_twice_the_width_answers_the_same()
{
    QFETCH(const bool, unet);
    QFETCH(const bool, plam);
    QFETCH(const int, depth);
    QFETCH(const bool, keepUnused);
    auto config = sized(32);
    config.kind = unet ? models::NetworkKind::UNet : models::NetworkKind::LViT;
    config.text = false; // Its way in has a seam.
    config.plam = plam;
    config.depth = depth;
    config.keepUnused = keepUnused;
    torch::manual_seed(3);
    models::lvit::LViT small(config);
    settle(small);
    auto large = widened(small, 16, 0);
    const double difference = relativeDifference(small, large, {});
    QVERIFY2(difference < 1e-4, qPrintable(QString::number(difference)));
}

void TestInitialWeights::network_of_half_as_much_more_width_answers_nearly_the_same()
{
    auto config = sized(32, 16);
    torch::manual_seed(4);
    models::lvit::LViT small(config);
    settle(small);
    config.width = 24;
    models::lvit::LViT stranger(config);
    settle(stranger);
    const auto text = torch::randn({2, 6, tiny::kTextWidth});
    auto large = widened(small, 24, 0);
    const double difference = relativeDifference(small, large, text);
    QVERIFY2(difference < 0.25 * relativeDifference(small, stranger, text), qPrintable(QString::number(difference)));
}

void TestInitialWeights::text_reaches_the_wider_network()
{
    torch::manual_seed(5);
    models::lvit::LViT small(sized(32));
    settle(small);
    auto large = widened(small, 16, 0);
    const torch::NoGradGuard noGradients;
    const auto picture = torch::rand({1, 1, 32, 32});
    const auto one = torch::randn({1, 6, tiny::kTextWidth}), other = torch::randn({1, 6, tiny::kTextWidth});
    const auto change = [&](models::lvit::LViT& net) {
        return net->logits(picture, one) - net->logits(picture, other);
    };
    const auto expected = change(small);
    QVERIFY(expected.norm().item<double>() > 0);
    const double off = ((change(large) - expected).norm() / expected.norm()).item<double>();
    QVERIFY2(off < 0.5, qPrintable(QString::number(off)));
}

void TestInitialWeights::noise_parts_the_copies()
{
    torch::manual_seed(6);
    models::lvit::LViT small(sized(32));
    const auto alike = models::lvit::widenLViT(copied(small), 16, 0).at("down1.nConvs.1.conv.weight"); // [32, 32, 3, 3]
    QVERIFY(alike.slice(0, 0, 16).equal(alike.slice(0, 16)));
    const auto parted = models::lvit::widenLViT(copied(small), 16, 0.1).at("down1.nConvs.1.conv.weight");
    const double off = ((parted - alike).std() / alike.std()).item<double>();
    QVERIFY2(off > 0.08 && off < 0.12, qPrintable(QString::number(off)));
}

void TestInitialWeights::weights_that_cannot_be_widened_are_refused()
{
    models::lvit::LViT net(sized(32, 16));
    const auto refused = [](const models::weights::StateDict& weights, int width) {
        try {
            models::lvit::widenLViT(weights, width, 0);
        } catch (const imaging::Error& error) {
            return QString(error.what());
        }
        return QString();
    };
    QVERIFY(refused(copied(net), 16).contains("16"));
    QVERIFY(refused({{"visual.proj", torch::ones({4, 4})}}, 16).contains("width 0"));
    auto broken = copied(net);
    broken["downVit.embeddings.position_embeddings"] = torch::ones({4});
    QVERIFY(refused(broken, 24).contains("downVit.embeddings.position_embeddings"));
}

QTEST_GUILESS_MAIN(TestInitialWeights)
#include "tst_initial_weights.moc"
