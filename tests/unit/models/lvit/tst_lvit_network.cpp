// The network's modules and keys, and the sizes it can be built with.

#include "tests/unit/models/lvit_goldens.h"

#include "imaging/error.h"
#include "models/lvit/infer_config.h"
#include "models/weights/load_report.h"

#include <set>

using models::lvit::LViT;
using models::lvit::LViTConfig;

namespace {

/// Names in the order of Python's state_dict: own parameters, own buffers, then the children.
void appendNames(const torch::nn::Module& module, const std::string& prefix, std::vector<std::string>& names)
{
    for (const auto& item : module.named_parameters(/*recurse=*/false))
        names.push_back(prefix + item.key());
    for (const auto& item : module.named_buffers(/*recurse=*/false))
        names.push_back(prefix + item.key());
    for (const auto& item : module.named_children())
        appendNames(*item.value(), prefix + item.key() + ".", names);
}

std::int64_t countParameters(const torch::nn::Module& module)
{
    std::int64_t count = 0;
    for (const auto& parameter : module.parameters())
        count += parameter.numel();
    return count;
}

/// Of the network that the goldens list; the authors' unless another set is run.
LViTConfig goldenConfig()
{
    return models::lvit::inferLViTConfig(goldens::weights(/*seed=*/0), "keys.json");
}

LViTConfig smallConfig()
{
    LViTConfig config;
    config.channels = 1;
    config.width = 8;
    config.pictureSize = 32;
    config.textWidth = 12;
    config.textTokens = 5;
    config.keepUnused = false;
    return config;
}

} // namespace

class TestLvitNetwork : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void full_size_has_the_authors_keys_in_their_order()
    {
        const auto golden = goldens::readJson("keys.json");
        QCOMPARE(countParameters(*LViT(LViTConfig{})), std::int64_t{39933345});
        LViT net(goldenConfig());
        std::vector<std::string> names, expected;
        appendNames(*net, "", names);
        for (const auto& entry : goldens::entries())
            expected.push_back(entry.name);
        QVERIFY(names == expected);
        QCOMPARE(names.size(), golden.at("state_entries").get<std::size_t>());
        const auto state = models::weights::weightsOf(*net);
        for (const auto& entry : goldens::entries())
            QVERIFY2(state.at(entry.name).sizes().vec() == entry.shape, entry.name.c_str());
        QCOMPARE(countParameters(*net), golden.at("learnable_total").get<std::int64_t>());
    }

    void without_unused_modules_only_what_runs_is_there()
    {
        const auto golden = goldens::readJson("keys.json");
        auto config = goldenConfig();
        config.keepUnused = false;
        LViT net(config);
        QCOMPARE(countParameters(*net), golden.at("learnable_touched_by_forward").get<std::int64_t>());
        std::set<std::string> unused;
        for (const auto* list : {"parameters_never_used", "buffers_never_updated"})
            for (const auto& name : golden.at(list))
                unused.insert(name.get<std::string>());
        std::vector<std::string> names, expected;
        appendNames(*net, "", names);
        for (const auto& entry : goldens::entries())
            if (!unused.contains(entry.name))
                expected.push_back(entry.name);
        QVERIFY(names == expected);
    }

    void every_parameter_of_the_lean_network_gets_a_gradient()
    {
        LViT net(smallConfig());
        net->train();
        net->logits(torch::rand({2, 1, 32, 32}), torch::randn({2, 5, 12})).pow(2).sum().backward();
        for (const auto& item : net->named_parameters())
            QVERIFY2(item.value().grad().defined(), item.key().c_str());
    }

    void lean_and_full_network_give_the_same_answer()
    {
        auto config = smallConfig();
        LViT lean(config);
        config.keepUnused = true;
        LViT full(config);
        auto weights = models::weights::weightsOf(*full);
        for (const auto& [key, tensor] : models::weights::weightsOf(*lean))
            weights[key] = tensor;
        models::weights::loadWeights(*full, weights, "the lean network");
        lean->eval();
        full->eval();
        const auto image = torch::rand({1, 1, 32, 32});
        const auto text = torch::randn({1, 5, 12});
        QCOMPARE(goldens::maxDifference(lean->forward(image, text), full->forward(image, text)), 0.0);
    }

    void sizes_are_settings_data()
    {
        QTest::addColumn<LViTConfig>("config");
        auto config = smallConfig();
        QTest::newRow("small") << config;
        config.depth = 3;
        QTest::newRow("three blocks deep") << config;
        config.width = 24;
        QTest::newRow("width 24") << config;
        config.channels = 3;
        config.textTokens = 24;
        config.textWidth = 384;
        QTest::newRow("other texts") << config;
        config.pictureSize = 112;
        QTest::newRow("picture of 112") << config;
        config.classes = 4;
        QTest::newRow("four classes") << config;
        config.keepUnused = true;
        QTest::newRow("with unused modules") << config;
    }
    void sizes_are_settings()
    {
        QFETCH(LViTConfig, config);
        LViT net(config);
        net->eval();
        const torch::InferenceMode inference;
        const auto result = net->forward(torch::rand({1, config.channels, config.pictureSize, config.pictureSize}),
            torch::randn({1, config.textTokens, config.textWidth}));
        QCOMPARE(result.sizes().vec(),
            (std::vector<std::int64_t>{1, config.classes, config.pictureSize, config.pictureSize}));
        QVERIFY(result.min().item<float>() >= 0 && result.max().item<float>() <= 1);
        auto inferred = models::lvit::inferLViTConfig(models::weights::weightsOf(*net), "the network");
        QCOMPARE(inferred.dropout, 0.1);
        QVERIFY(inferred == config);
    }

    void answer_to_one_picture_does_not_depend_on_its_batch()
    {
        LViT net(smallConfig());
        net->eval();
        const torch::InferenceMode inference;
        const auto images = torch::rand({3, 1, 32, 32});
        const auto texts = torch::randn({3, 5, 12});
        const auto together = net->forward(images, texts);
        for (int item = 0; item < 3; ++item)
            QVERIFY(goldens::maxDifference(
                        together.narrow(0, item, 1), net->forward(images.narrow(0, item, 1), texts.narrow(0, item, 1)))
                < 1e-5);
    }

    void same_seed_gives_the_same_start()
    {
        torch::manual_seed(3);
        LViT first(smallConfig());
        torch::manual_seed(3);
        LViT second(smallConfig());
        const auto a = models::weights::weightsOf(*first), b = models::weights::weightsOf(*second);
        for (const auto& [key, tensor] : a)
            QVERIFY2(torch::equal(tensor, b.at(key)), key.c_str());
        QCOMPARE(a.at("downVit.embeddings.position_embeddings").abs().sum().item<float>(), 0.0F);
        QVERIFY(a.at("downVit.Encoder_blocks.0.mlp.fc1.bias").abs().max().item<float>() < 1e-5F);
    }

    void impossible_sizes_are_refused_data()
    {
        QTest::addColumn<LViTConfig>("config");
        QTest::addColumn<QString>("field");
        const auto add = [](const char* field, auto change) {
            auto config = smallConfig();
            change(config);
            QTest::newRow(field) << config << QString(field);
        };
        add("width", [](LViTConfig& c) { c.width = 12; });
        add("depth", [](LViTConfig& c) { c.depth = 0; });
        add("channels", [](LViTConfig& c) { c.channels = -1; });
        add("picture_size", [](LViTConfig& c) { c.pictureSize = 100; });
        add("text_width", [](LViTConfig& c) { c.textWidth = 0; });
        add("text_tokens", [](LViTConfig& c) { c.textTokens = 100000; });
        add("classes", [](LViTConfig& c) { c.classes = 0; });
        add("dropout", [](LViTConfig& c) { c.dropout = 1; });
    }
    void impossible_sizes_are_refused()
    {
        QFETCH(LViTConfig, config);
        QFETCH(QString, field);
        try {
            LViT net(config);
            QFAIL("the network was built");
        } catch (const imaging::Error& error) {
            QCOMPARE(error.kind(), imaging::ErrorKind::Model);
            QVERIFY2(QString(error.what()).contains(field), error.what());
        }
    }
};

QTEST_GUILESS_MAIN(TestLvitNetwork)
#include "tst_lvit_network.moc"
