// The fast network against the exact one.

#include "tests/unit/models/lvit_goldens.h"

#include "models/lvit/fast/fast_lvit.h"
#include "models/lvit/infer_config.h"
#include "models/weights/load_report.h"

using models::lvit::LViT;
using models::lvit::LViTConfig;
using models::lvit::fast::FastLViT;

namespace {

/// Batch norms far from doing nothing, so that folding them is seen.
LViT randomNetwork(const LViTConfig& config, std::uint64_t seed)
{
    torch::manual_seed(seed);
    LViT net(config);
    const torch::NoGradGuard noGradient;
    for (const auto& item : net->named_buffers()) {
        if (item.key().ends_with("running_mean"))
            item.value().normal_(0, 0.2);
        if (item.key().ends_with("running_var"))
            item.value().uniform_(0.5, 1.5);
    }
    for (const auto& item : net->named_parameters()) {
        if (item.key().ends_with("norm.weight"))
            item.value().uniform_(0.5, 1.5);
        if (item.key().ends_with("norm.bias") || item.key().ends_with("position_embeddings"))
            item.value().normal_(0, 0.2);
    }
    net->eval();
    return net;
}

double relativeDifference(const torch::Tensor& ours, const torch::Tensor& exact)
{
    return ((ours - exact).abs().max() / exact.abs().max()).item<double>();
}

} // namespace

class TestLvitFast : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void logits_equal_those_of_the_exact_network_data()
    {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("size");
        QTest::addColumn<int>("channels");
        QTest::addColumn<int>("textTokens");
        QTest::addColumn<int>("depth");
        QTest::addColumn<int>("classes");
        QTest::addColumn<int>("batch");
        QTest::newRow("the default package") << 16 << 112 << 1 << 24 << 1 << 1 << 1;
        QTest::newRow("the authors'") << 64 << 224 << 3 << 10 << 1 << 1 << 1;
        QTest::newRow("channels that fill no vector") << 8 << 112 << 3 << 10 << 1 << 1 << 2;
        QTest::newRow("a width of three vectors, sides that fill no tile") << 24 << 80 << 1 << 14 << 1 << 1 << 3;
        QTest::newRow("several classes and blocks, batch of 8") << 16 << 64 << 3 << 7 << 2 << 3 << 8;
        QTest::newRow("the smallest") << 8 << 16 << 1 << 1 << 1 << 1 << 1;
    }

    void logits_equal_those_of_the_exact_network()
    {
        QFETCH(int, width);
        QFETCH(int, size);
        QFETCH(int, channels);
        QFETCH(int, textTokens);
        QFETCH(int, depth);
        QFETCH(int, classes);
        QFETCH(int, batch);
        LViTConfig config;
        config.width = width;
        config.pictureSize = size;
        config.channels = channels;
        config.textTokens = textTokens;
        config.textWidth = 48;
        config.depth = depth;
        config.classes = classes;
        auto exact = randomNetwork(config, 7);
        const torch::InferenceMode inference;
        const FastLViT fast(*exact);
        const auto image = torch::rand({batch, channels, size, size});
        const auto text = torch::randn({batch, textTokens, 48});
        const auto prepared = fast.prepare(image);
        for (const auto& words : {text, -text}) {
            const double difference = relativeDifference(fast.finish(prepared, words), exact->logits(image, words));
            qInfo("logits differ by %.1e", difference);
            QVERIFY(difference <= FastLViT::kLogitTolerance);
        }
        if (size > 16) // One token attends to itself only.
            QVERIFY((fast.finish(prepared, text) - fast.finish(prepared, -text)).abs().max().item<double>() > 0);
    }

    void golden_weights_give_the_golden_map()
    {
        const auto stages = goldens::readJson("stages.json");
        if (stages.is_discarded())
            QSKIP("the goldens have no stages.json");
        const auto seed = stages.at("seed").get<std::uint64_t>();
        const auto weights = goldens::weights(seed);
        LViT exact(models::lvit::inferLViTConfig(weights, "goldens"));
        models::weights::loadWeights(*exact, weights, "goldens");
        exact->eval();
        const auto& config = exact->config();
        const torch::InferenceMode inference;
        const FastLViT fast(*exact);
        const auto image = fill::image(seed, 1, config.channels, config.pictureSize);
        const auto text = fill::text(seed, 1, config.textTokens, config.textWidth);
        const auto logits = fast.finish(fast.prepare(image), text);
        QVERIFY(relativeDifference(logits, exact->logits(image, text)) <= FastLViT::kLogitTolerance);
        if (const auto file = goldens::find("forward.safetensors"); !file.empty())
            QVERIFY(relativeDifference(logits[0][0], models::weights::readSafetensors(file).at("logits"))
                <= FastLViT::kLogitTolerance);
    }

    void network_without_text_or_attention_is_answered_too_data()
    {
        QTest::addColumn<bool>("text");
        QTest::addColumn<bool>("plam");
        QTest::newRow("LViT-TW") << false << true;
        QTest::newRow("without PLAM") << true << false;
        QTest::newRow("neither") << false << false;
    }

    void network_without_text_or_attention_is_answered_too()
    {
        QFETCH(bool, text);
        QFETCH(bool, plam);
        LViTConfig config;
        config.width = 16;
        config.pictureSize = 48;
        config.textWidth = 16;
        config.text = text;
        config.plam = plam;
        auto exact = randomNetwork(config, 10);
        const torch::InferenceMode inference;
        const FastLViT fast(*exact);
        const auto image = torch::rand({1, 3, 48, 48}), words = torch::randn({1, 10, 16});
        QVERIFY(relativeDifference(fast.finish(fast.prepare(image), words), exact->logits(image, words))
            <= FastLViT::kLogitTolerance);
    }

    void every_set_of_instructions_gives_the_same_data()
    {
        QTest::addColumn<int>("index");
        for (int i = 0; i < models::kernels::usableKernels().count; ++i)
            QTest::newRow(models::kernels::usableKernels().items[i]->name) << i;
    }

    void every_set_of_instructions_gives_the_same()
    {
        QFETCH(int, index);
        LViTConfig config;
        config.width = 24;
        config.pictureSize = 48;
        config.textWidth = 16;
        auto exact = randomNetwork(config, 8);
        const torch::InferenceMode inference;
        const FastLViT fast(*exact, *models::kernels::usableKernels().items[index]);
        const auto image = torch::rand({2, 3, 48, 48}), text = torch::randn({2, 10, 16});
        QVERIFY(relativeDifference(fast.finish(fast.prepare(image), text), exact->logits(image, text))
            <= FastLViT::kLogitTolerance);
    }

    void items_of_a_batch_do_not_see_each_other()
    {
        LViTConfig config;
        config.width = 8;
        config.pictureSize = 32;
        auto exact = randomNetwork(config, 9);
        const torch::InferenceMode inference;
        const FastLViT fast(*exact);
        const auto image = torch::rand({8, 3, 32, 32}), text = torch::randn({8, 10, 768});
        const auto together = torch::sigmoid(fast.finish(fast.prepare(image), text));
        QVERIFY((together - fast.forward(image, text)).abs().max().item<double>() < 1e-6);
        for (int item = 0; item < 8; ++item)
            QVERIFY((together[item] - exact->forward(image.narrow(0, item, 1), text.narrow(0, item, 1))[0])
                        .abs()
                        .max()
                        .item<double>()
                < 1e-5);
    }
};

QTEST_GUILESS_MAIN(TestLvitFast)
#include "tst_lvit_fast.moc"
