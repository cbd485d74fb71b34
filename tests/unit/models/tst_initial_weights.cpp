#include "imaging/error.h"
#include "models/training/initial_weights.h"
#include "tests/unit/models/tiny_lvit.h"

#include <torch/torch.h>

#include <QTest>

namespace {

models::LViTConfig sized(int pictureSize, int width = 8)
{
    auto config = tiny::settings().network;
    config.pictureSize = pictureSize;
    config.width = width;
    return config;
}

models::StateDict copied(const models::LViT& net)
{
    models::StateDict result;
    for (const auto& [key, tensor] : models::weightsOf(*net))
        result[key] = tensor.clone();
    return result;
}

} // namespace

class TestInitialWeights : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void weights_of_the_same_network_are_taken_whole();
    void grid_of_tokens_is_resized_for_another_picture_size();
    void network_of_other_parts_gets_what_fits();
    void weights_that_fit_nowhere_are_refused();
};

void TestInitialWeights::weights_of_the_same_network_are_taken_whole()
{
    torch::manual_seed(1);
    models::LViT source(sized(32));
    torch::manual_seed(2);
    models::LViT net(sized(32));
    const auto weights = copied(source);
    const auto done = models::handOverWeights(*net, weights, "source");
    QCOMPARE(done.copied, weights.size());
    QCOMPARE(done.resized, std::size_t(0));
    QVERIFY(done.kept.empty());
    for (const auto& [key, tensor] : models::weightsOf(*net))
        QVERIFY2(tensor.equal(weights.at(key)), key.c_str());
}

void TestInitialWeights::grid_of_tokens_is_resized_for_another_picture_size()
{
    models::LViT source(sized(32)); // 2 x 2 tokens
    models::LViT net(sized(64)); // 4 x 4
    auto weights = copied(source);
    // A plane that rises to the right: any true bilinear resize of it rises, too, and keeps its ends.
    weights["downVit.embeddings.position_embeddings"] =
        torch::tensor({0.F, 1.F, 0.F, 1.F}).view({1, 4, 1}).expand({1, 4, 8}).clone();
    weights["downVit.CTBN3.norm.running_mean"] = torch::tensor({0.F, 0.F, 1.F, 1.F});
    const auto done = models::handOverWeights(*net, weights, "source");
    QVERIFY(done.kept.empty());
    QVERIFY(done.resized > 8);

    const auto now = models::weightsOf(*net);
    const auto positions = now.at("downVit.embeddings.position_embeddings"); // [1, 16, 8]
    QVERIFY(positions.select(2, 3).view({4, 4})[2].allclose(torch::tensor({0.F, 0.25F, 0.75F, 1.F})));
    const auto means = now.at("downVit.CTBN3.norm.running_mean"); // [16], rows of the grid first
    QVERIFY(means.view({4, 4}).select(1, 1).allclose(torch::tensor({0.F, 0.25F, 0.75F, 1.F})));
    QVERIFY(now.at("inc.conv.weight").equal(weights.at("inc.conv.weight")));
    QVERIFY(now.at("downVit.CTBN3.conv.weight")
                .view({4, 4, -1})[0][0]
                .allclose(weights.at("downVit.CTBN3.conv.weight").view({2, 2, -1})[0][0]));
}

void TestInitialWeights::network_of_other_parts_gets_what_fits()
{
    models::LViT source(sized(32));
    auto weights = copied(source);
    std::erase_if(weights, [](const auto& item) { return item.first.find("Vit") != std::string::npos; });
    weights["outc.weight"] = torch::ones({3, 8, 1, 1}); // three classes
    weights["up4.up.weight"] = torch::ones({64, 64, 2, 2}); // a U-Net's
    models::LViT net(sized(32));
    const auto before = copied(net);
    const auto done = models::handOverWeights(*net, weights, "unet");
    const auto now = models::weightsOf(*net);
    QVERIFY(now.at("down2.nConvs.0.conv.weight").equal(weights.at("down2.nConvs.0.conv.weight")));
    QVERIFY(now.at("outc.weight").equal(before.at("outc.weight")));
    QVERIFY(now.at("downVit1.Encoder_blocks.0.attn.qkv.weight")
                .equal(before.at("downVit1.Encoder_blocks.0.attn.qkv.weight")));
    QVERIFY(std::find(done.kept.begin(), done.kept.end(), "outc.weight") != done.kept.end());
    QCOMPARE(done.copied + done.kept.size(), before.size());
}

void TestInitialWeights::weights_that_fit_nowhere_are_refused()
{
    models::LViT net(sized(32));
    const auto before = copied(net);
    try {
        models::handOverWeights(*net, {{"visual.proj", torch::ones({4, 4})}}, "clip.pt");
        QFAIL("nothing was thrown");
    } catch (const imaging::Error& error) {
        QCOMPARE(error.kind(), imaging::ErrorKind::Model);
        QVERIFY(QString(error.what()).contains("clip.pt"));
    }
    for (const auto& [key, tensor] : models::weightsOf(*net))
        QVERIFY2(tensor.equal(before.at(key)), key.c_str());
}

QTEST_GUILESS_MAIN(TestInitialWeights)
#include "tst_initial_weights.moc"
