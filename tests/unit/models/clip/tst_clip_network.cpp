#include "models/clip/load_clip.h"
#include "models/clip/network.h"
#include "models/layers/unit_length.h"
#include "models/vision/clip_tower.h"
#include "models/weights/place_weights.h"
#include "models/weights/read_weights.h"
#include "models/weights/safetensors.h"
#include "tests/support/error_sentence.h"
#include "tests/unit/models/refused_settings.h"
#include "tests/unit/models/vlm_goldens.h"

#include <torch/types.h>

#include <QTemporaryDir>
#include <QtTest>

namespace {

using imaging::ErrorKind;
using models::weights::StateDict;

double worst(const at::Tensor& a, const at::Tensor& b)
{
    return a.sizes() == b.sizes() ? (a - b).abs().max().item<double>() : 1e9;
}

StateDict golden()
{
    return models::weights::readWeights(vlm_goldens::find("clip/golden.safetensors"));
}

} // namespace

class TestClipNetwork : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void both_layouts_give_the_originals_numbers_data()
    {
        QTest::addColumn<QString>("path");
        QTest::newRow("Hugging Face") << "clip/config.json";
        QTest::newRow("OpenAI") << "clip_openai/model.safetensors";
    }

    void both_layouts_give_the_originals_numbers()
    {
        QFETCH(QString, path);
        const auto found = vlm_goldens::find(path.toStdString());
        if (found.empty())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        const at::InferenceMode inference;
        auto clip = models::clip::openClip(found.filename() == "config.json" ? found.parent_path() : found);
        const auto numbers = golden();
        const auto& pixels = numbers.at("pixel_values");
        const auto images = models::layers::unitLength(clip->encodeImage(pixels));
        const auto texts = models::layers::unitLength(clip->encodeText(numbers.at("input_ids")));
        QVERIFY2(worst(images, numbers.at("image_embeds")) < 5e-6, "image embeddings");
        QVERIFY2(worst(texts, numbers.at("text_embeds")) < 5e-6, "text embeddings");
        QVERIFY2(worst(clip->logits(images, texts), numbers.at("logits_per_image")) < 2e-4, "logits");
    }

    void its_picture_tower_as_blip_2_takes_it_lacks_the_last_block_alone()
    {
        const auto found = vlm_goldens::find("clip/config.json");
        if (found.empty())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        const at::InferenceMode inference;
        const auto folder = found.parent_path();
        const auto document = vlm_goldens::readJson(found);
        const models::weights::ModelSettings settings(document, "The settings", found);
        const auto config = models::vision::clipTower(settings.part("vision_config"));
        models::vision::Vit tower(config);
        auto weights = models::vision::clipTowerWeights(models::weights::readWeights(folder), config, "tower");
        StateDict own;
        for (const auto& [key, tensor] : weights)
            own.emplace(key.substr(std::string("tower.").size()), tensor);
        models::weights::placeWeights(*tower, std::move(own), "the tower", torch::kFloat);
        auto clip = models::clip::openClip(folder);
        const auto parts = clip->named_modules();
        const auto last = "visual.transformer.resblocks." + std::to_string(config.layers);
        const auto pixels = golden().at("pixel_values");
        const auto tokens = parts["visual.ln_post"]->as<torch::nn::LayerNorm>()->forward(
            parts[last]->as<models::clip::ResidualAttentionBlock>()->forward(tower(pixels), /*causal=*/false));
        QVERIFY(worst(tokens, parts["visual"]->as<models::clip::VisionTransformer>()->finalTokens(pixels)) < 1e-5);
    }

    /// Cosines differ by at most 0.01.
    void bfloat16_stays_near_the_originals()
    {
        const auto found = vlm_goldens::find("clip/config.json");
        if (found.empty())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        const at::InferenceMode inference;
        auto clip = models::clip::openClip(found.parent_path(), torch::kBFloat16);
        const auto numbers = golden();
        const auto images = models::layers::unitLength(clip->encodeImage(numbers.at("pixel_values")));
        const auto texts = models::layers::unitLength(clip->encodeText(numbers.at("input_ids")));
        QVERIFY(images.scalar_type() == torch::kFloat && texts.scalar_type() == torch::kFloat);
        const auto cosines = torch::matmul(images, texts.t());
        const auto exact = torch::matmul(numbers.at("image_embeds"), numbers.at("text_embeds").t());
        QVERIFY2(worst(cosines, exact) < 0.01, qPrintable(QString::number(worst(cosines, exact))));
        QVERIFY(worst(cosines, exact) > 0);
        for (const auto& item : clip->named_parameters()) // The scale alone stays as it was.
            QVERIFY2((item.value().scalar_type() == torch::kBFloat16) == (item.key() != "logit_scale"), item.key().c_str());
    }

    void weights_are_refused_with_all_that_does_not_fit()
    {
        const auto found = vlm_goldens::find("clip/model.safetensors");
        if (found.empty())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        auto weights = models::weights::readWeights(found);
        weights.erase("text_model.final_layer_norm.bias");
        weights.erase("vision_model.encoder.layers.1.mlp.fc2.weight");
        weights["text_projection.weight"] = torch::zeros({48, 63});
        weights["something_else"] = torch::zeros({1});
        QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString());
        std::filesystem::copy_file(found.parent_path() / "config.json", path / "config.json");
        models::weights::writeSafetensors(path / "model.safetensors", weights);
        const auto message = support::sentence(ErrorKind::Model, [&] { models::clip::openClip(path); });
        for (const char* part : {"ln_final.bias", "visual.transformer.resblocks.1.mlp.c_proj.weight",
                 "text_projection", "something_else"})
            QVERIFY2(message.contains(part), qPrintable(message));
    }

    void a_value_projection_that_is_missing_is_named()
    {
        const auto found = vlm_goldens::find("clip/model.safetensors");
        if (found.empty())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        auto weights = models::weights::readWeights(found);
        weights.erase("text_model.encoder.layers.2.self_attn.v_proj.bias");
        const auto message =
            support::sentence(ErrorKind::Model, [&] { models::clip::withOriginalNames(weights, "file"); });
        QVERIFY2(message.contains("transformer.resblocks.2.attn.v_proj.bias"), qPrintable(message));
    }

    void settings_that_cannot_be_are_refused_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("reason");
        QTest::newRow("another model") << QByteArray(R"({"model_type": "bert"})") << "\"bert\"";
        QTest::newRow("heads") << QByteArray(R"({"text_config": {"hidden_size": 100, "num_attention_heads": 3}})")
                               << "multiple of the number of heads";
        QTest::newRow("patch") << QByteArray(R"({"vision_config": {"patch_size": 15}})") << "multiple of the patch";
        QTest::newRow("activation") << QByteArray(R"({"vision_config": {"hidden_act": "mish"}})") << "activation";
        QTest::newRow("towers") << QByteArray(R"({"vision_config": {"hidden_act": "gelu"}})") << "differ";
        QTest::newRow("layers") << QByteArray(R"({"text_config": {"num_hidden_layers": 0}})") << "num_hidden_layers";
        QTest::newRow("huge") << QByteArray(R"({"text_config": {"hidden_size": 16000000, "num_attention_heads": 1}})")
                              << "4 billion";
        QTest::newRow("no object") << QByteArray(R"({"text_config": 3})") << "no object";
    }

    void settings_that_cannot_be_are_refused()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, reason);
        const auto message = support::refusedSettings(json, models::clip::readClipConfig);
        QVERIFY2(message.contains(reason), qPrintable(message));
    }

    void pictures_and_ids_that_do_not_fit_are_refused()
    {
        models::clip::ClipConfig config;
        config.vision = config.text = {64, 1, 1, 64};
        config.imageSize = 32;
        config.patchSize = 16;
        config.vocabularySize = 10;
        config.contextLength = 5;
        models::clip::Clip clip(config);
        for (const auto& pixels : {torch::zeros({1, 3, 32, 33}), torch::zeros({1, 1, 32, 32})})
            QVERIFY(support::sentence(ErrorKind::InvalidInput, [&] { clip->encodeImage(pixels); }).contains("32 x 32"));
        const auto encode = [&](const at::Tensor& ids) { return [&clip, ids] { clip->encodeText(ids); }; };
        QVERIFY(support::sentence(ErrorKind::InvalidInput, encode(torch::zeros({1, 6}, torch::kLong)))
                    .contains("at most 5 tokens"));
        QVERIFY(support::sentence(ErrorKind::Model, encode(torch::full({1, 3}, 10, torch::kLong)))
                    .contains("does not belong to the model"));
        QCOMPARE(clip->encodeText(torch::full({2, 3}, 9, torch::kLong)).sizes(), (at::IntArrayRef{2, 512}));
    }
};

QTEST_GUILESS_MAIN(TestClipNetwork)
#include "tst_clip_network.moc"
