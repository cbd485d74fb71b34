// PLAM and the vision transformer alone against the authors', and what holds for the blocks without any golden number.

#include "tests/unit/models/lvit_goldens.h"

#include "models/weights/load_report.h"

namespace {

/// Entries that begin with `prefix`, without it.
models::weights::StateDict part(const models::weights::StateDict& all, const std::string& prefix)
{
    models::weights::StateDict result;
    for (const auto& [key, tensor] : all)
        if (key.starts_with(prefix))
            result[key.substr(prefix.size())] = tensor;
    return result;
}

models::lvit::VitConfig vitConfig(int channels, int patch, int tokens, models::lvit::VitPlace place, bool keepUnused)
{
    models::lvit::VitConfig config;
    config.channels = channels;
    config.patch = patch;
    config.tokens = tokens;
    config.place = place;
    config.keepUnused = keepUnused;
    return config;
}

} // namespace

class TestLvitBlocks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fill_rule_gives_the_numbers_of_its_description_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<std::vector<std::int64_t>>("shape");
        QTest::addColumn<double>("first");
        QTest::addColumn<double>("second");
        using Shape = std::vector<std::int64_t>;
        QTest::newRow("convolution") << "inc.conv.weight" << Shape{64, 3, 3, 3} << -0.160774663 << -0.00970852375;
        QTest::newRow("variance") << "inc.norm.running_var" << Shape{64} << 1.45181715 << 1.3306644;
        QTest::newRow("mean") << "inc.norm.running_mean" << Shape{64} << -0.0899154097 << -0.0659010783;
        QTest::newRow("positions") << "downVit.embeddings.position_embeddings" << Shape{1, 196, 64} << -0.0192756206
                                   << 0.010137043;
        QTest::newRow("scale") << "downVit.Encoder_blocks.0.norm1.weight" << Shape{64} << 0.906299889 << 1.03197646;
        QTest::newRow("bias") << "downVit.Encoder_blocks.0.attn.qkv.bias" << Shape{192} << 0.0221864935 << 0.0356127433;
    }
    void fill_rule_gives_the_numbers_of_its_description()
    {
        QFETCH(QString, key);
        QFETCH(std::vector<std::int64_t>, shape);
        QFETCH(double, first);
        QFETCH(double, second);
        QCOMPARE(fill::hashOf("inc.conv.weight", 0), std::uint64_t{0xdb1f03ec96407c15});
        const auto tensor = fill::weight(key.toStdString(), 2026, shape).flatten();
        QVERIFY(std::abs(tensor[0].item<double>() - first) < 1e-8);
        QVERIFY(std::abs(tensor[1].item<double>() - second) < 1e-8);
    }

    void plam_equals_python_with_its_gradients()
    {
        const auto file = goldens::find("plam.safetensors");
        if (file.empty())
            QSKIP("the goldens have no plam.safetensors");
        const auto golden = models::weights::readSafetensors(file);
        auto input = golden.at("input").clone().requires_grad_(true); // [B, C, H, W], H != W
        models::lvit::PLAM plam(static_cast<int>(input.size(1)), /*keepUnused=*/true);
        models::weights::loadWeights(*plam, part(golden, "weight."), "plam.safetensors");
        QVERIFY(goldens::maxDifference(plam->gate(input), golden.at("gate")) <= 1e-6);
        const auto output = plam->forward(input);
        QVERIFY(goldens::maxDifference(output, golden.at("output")) <= 1e-6);
        (output * golden.at("cotangent")).sum().backward();
        QVERIFY(goldens::maxDifference(input.grad(), golden.at("grad_input")) <= 1e-5);
        const auto parameters = plam->named_parameters();
        for (const auto& [name, gradient] : part(golden, "grad."))
            QVERIFY2(goldens::maxDifference(parameters[name].grad(), gradient) <= 1e-5, name.c_str());
    }

    void vision_transformer_equals_python_data()
    {
        QTest::addColumn<bool>("keepUnused");
        QTest::newRow("with the modules that never run") << true;
        QTest::newRow("without them") << false;
    }
    void vision_transformer_equals_python()
    {
        QFETCH(bool, keepUnused);
        const auto file = goldens::find("vit_block.safetensors");
        if (file.empty())
            QSKIP("the goldens have no vit_block.safetensors");
        const auto golden = models::weights::readSafetensors(file);
        const auto weights = part(golden, "weight.vit16.");
        compareVit16(golden, weights, keepUnused);
    }

    void text_enters_the_first_transformer_as_in_python()
    {
        const auto file = goldens::find("vit_block.safetensors");
        if (file.empty())
            QSKIP("the goldens have no vit_block.safetensors");
        const auto golden = models::weights::readSafetensors(file);
        const auto seed = goldens::readJson("stages.json").at("seed").get<std::uint64_t>();
        const auto tokens = golden.at("vit64.down").size(1); // 14 * 14
        const auto channels = golden.at("vit64.down").size(2);
        const auto grid = std::lround(std::sqrt(static_cast<double>(tokens)));
        models::lvit::VisionTransformer vit(vitConfig(
            static_cast<int>(channels), 1, static_cast<int>(tokens), models::lvit::VitPlace::DownFirst, true));
        vit->eval();
        models::weights::StateDict weights;
        for (const auto& [key, tensor] : models::weights::weightsOf(*vit))
            weights[key] = fill::weight("vit64." + key, seed, tensor.sizes());
        models::weights::loadWeights(*vit, weights, "the fill rule");
        const auto embedded = vit->embed(fill::symmetric("vit64.image", seed, {1, channels, grid, grid}, 0, 1));
        const auto textTokens = golden.at("weight.vit16.CTBN3.conv.weight").size(1);
        const auto text = fill::symmetric("vit64.text", seed, {1, textTokens, channels}, 0, 1);
        QVERIFY(goldens::maxDifference(vit->down(embedded, {}, text), golden.at("vit64.down")) <= 1e-5);
        QVERIFY(
            goldens::maxDifference(vit->down(embedded, {}, torch::zeros_like(text)), golden.at("vit64.down_zero_text"))
            <= 1e-5);
    }

    void reconstruct_in_training_equals_upsampling_first()
    {
        torch::manual_seed(7);
        const int channels = 6, grid = 3, scale = 4;
        models::lvit::Reconstruct ours(channels, grid, scale);
        torch::nn::Conv2d conv(torch::nn::Conv2dOptions(channels, channels, 1));
        torch::nn::BatchNorm2d norm(channels);
        conv->weight.set_data(ours->conv->weight.clone());
        conv->bias.set_data(ours->conv->bias.clone());
        for (int step = 0; step < 3; ++step) {
            const auto tokens = torch::randn({2, grid * grid, channels});
            const auto map = tokens.transpose(1, 2).reshape({2, channels, grid, grid});
            const auto theirs = torch::relu(norm(conv(torch::upsample_nearest2d(map, {grid * scale, grid * scale}))));
            QVERIFY(goldens::maxDifference(ours->forward(tokens), theirs) < 1e-5);
        }
        QVERIFY(goldens::maxDifference(ours->norm->running_mean, norm->running_mean) < 1e-6);
        QVERIFY(goldens::maxDifference(ours->norm->running_var, norm->running_var) < 1e-6);
        QCOMPARE(ours->norm->num_batches_tracked.item<int>(), 3);
    }

    void reconstruct_can_be_run_twice_before_the_gradient()
    {
        models::lvit::Reconstruct block(4, 2, 2);
        const auto tokens = torch::randn({2, 4, 4}, torch::requires_grad());
        (block->forward(tokens).sum() + block->forward(tokens * 2).pow(2).sum()).backward();
        QVERIFY(tokens.grad().abs().sum().item<double>() > 0);
    }

    void maximum_over_channels_gives_its_gradient_to_one_winner()
    {
        models::lvit::PLAM plam(3, /*keepUnused=*/false);
        const torch::NoGradGuard noGradient;
        plam->conv_max->weight.fill_(1); // every channel ties
        torch::Tensor gradient;
        {
            const torch::AutoGradMode withGradient(true);
            auto x = torch::ones({1, 3, 1, 1});
            plam->gate(x).sum().backward();
            gradient = plam->conv_max->weight.grad().abs().sum({1, 2, 3});
        }
        QVERIFY((gradient > 0).sum().item<int>() <= 1);
    }

private:
    void compareVit16(
        const models::weights::StateDict& golden, const models::weights::StateDict& weights, bool keepUnused)
    {
        const auto& image = golden.at("vit16.image"); // [B, C, H, W]
        const auto channels = static_cast<int>(image.size(1));
        const auto patch = static_cast<int>(weights.at("embeddings.patch_embeddings.weight").size(2));
        const auto tokens = static_cast<int>(golden.at("vit16.tokens").size(1));
        for (const auto place : {models::lvit::VitPlace::Down, models::lvit::VitPlace::Up}) {
            models::lvit::VisionTransformer vit(vitConfig(channels, patch, tokens, place, keepUnused));
            models::weights::StateDict fitting;
            for (const auto& [key, tensor] : models::weights::weightsOf(*vit))
                fitting[key] = weights.contains(key) ? weights.at(key) : tensor; // CTBN3's width does not run here
            if (fitting.contains("CTBN3.conv.weight"))
                for (const auto& [key, tensor] : models::weights::weightsOf(*vit))
                    if (key.starts_with("CTBN3."))
                        fitting[key] = tensor;
            models::weights::loadWeights(*vit, fitting, "vit_block.safetensors");
            vit->eval();
            if (place == models::lvit::VitPlace::Down) {
                const auto embedded = vit->embed(image);
                QVERIFY(goldens::maxDifference(
                            vit->down(embedded, golden.at("vit16.skip_down"), {}), golden.at("vit16.down"))
                    <= 1e-5);
            } else {
                QVERIFY(goldens::maxDifference(
                            vit->up(golden.at("vit16.tokens"), golden.at("vit16.skip_up")), golden.at("vit16.up"))
                    <= 1e-5);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestLvitBlocks)
#include "tst_lvit_blocks.moc"
