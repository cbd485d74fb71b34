#include "models/blip2/load_blip2.h"
#include "models/weights/load_report.h"
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
using models::blip2::Blip2;
using models::blip2::Blip2Weights;
using models::weights::StateDict;

double worst(const at::Tensor& a, const at::Tensor& b)
{
    return a.sizes() == b.sizes() ? (a - b).abs().max().item<double>() : 1e9;
}

Blip2Weights weightsIn(const std::filesystem::path& folder)
{
    return models::blip2::withLavisNames(models::weights::readWeights(folder), folder);
}

} // namespace

/// Against Hugging Face's BLIP-2 with the same weights; tolerances as the goldens' page says.
class TestBlip2Network : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void the_match_of_text_and_picture_is_the_originals()
    {
        const auto folder = vlm_goldens::find("blip2_itm");
        if (folder.empty())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        const at::InferenceMode inference;
        auto blip2 = models::blip2::loadBlip2(models::blip2::placesOf(folder), weightsIn(folder).own);
        const auto numbers = models::weights::readWeights(folder / "golden.safetensors");
        const auto &ids = numbers.at("input_ids"), &mask = numbers.at("attention_mask");
        const auto picture = blip2->pictureTokens(numbers.at("pixel_values"));
        QVERIFY2(worst(picture, numbers.at("vision_last_hidden_state")) < 2e-5, "picture tokens");
        QVERIFY2(worst(blip2->matchLogits(ids, mask, picture), numbers.at("itm_logits")) < 1e-5, "match");
        const auto pictures = blip2->pictureDirections(picture);
        const auto texts = blip2->textDirections(ids, mask);
        QVERIFY2(worst(pictures, numbers.at("image_embeds")) < 5e-6, "directions of pictures");
        QVERIFY2(worst(texts, numbers.at("text_embeds")) < 5e-6, "directions of texts");
        QVERIFY2(
            worst(models::blip2::bestCosines(pictures, texts), numbers.at("itc_logits_per_image")) < 5e-6, "cosines");
    }

    void soft_tokens_are_the_originals_data()
    {
        QTest::addColumn<QString>("folder");
        for (const char* name : {"blip2_opt", "blip2_t5", "instructblip_t5", "instructblip_llama"})
            QTest::newRow(name) << name;
    }

    void soft_tokens_are_the_originals()
    {
        QFETCH(QString, folder);
        const auto path = vlm_goldens::find(folder.toStdString());
        if (path.empty())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        const at::InferenceMode inference;
        const auto weights = weightsIn(path);
        QVERIFY(!weights.language.empty());
        auto blip2 = models::blip2::loadBlip2(models::blip2::placesOf(path), weights.own);
        QCOMPARE(blip2->config().instructed, folder.startsWith("instructblip"));
        const auto numbers = models::weights::readWeights(path / "golden.safetensors");
        const auto picture = blip2->pictureTokens(numbers.at("pixel_values"));
        QVERIFY2(worst(picture, numbers.at("vision_last_hidden_state")) < 2e-5, "picture tokens");
        const bool instructed = blip2->config().instructed;
        const auto queried = instructed
            ? blip2->queried(picture, numbers.at("qformer_input_ids"), numbers.at("qformer_attention_mask"))
            : blip2->queried(picture);
        const auto& wanted = numbers.at("qformer_last_hidden_state");
        const auto queries = blip2->config().queries;
        QCOMPARE(queried.sizes(), wanted.sizes());
        QVERIFY2(worst(queried.narrow(1, 0, queries), wanted.narrow(1, 0, queries)) < 2e-5, "queries");
        QVERIFY2(worst(blip2->softTokens(queried), numbers.at("language_model_inputs")) < 1e-4, "soft tokens");
    }

    void lavis_files_give_the_same_network()
    {
        const auto folder = vlm_goldens::find("blip2_itm");
        if (folder.empty())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        auto weights = weightsIn(folder);
        StateDict lavis;
        for (auto& [key, tensor] : weights.own) {
            const auto end = key.find(".attn.qkv.bias");
            if (end == std::string::npos) {
                lavis[key] = tensor;
                continue;
            }
            const auto third = tensor.size(0) / 3;
            tensor.narrow(0, third, third).zero_(); // Their keys have no bias.
            lavis[key.substr(0, end) + ".attn.q_bias"] = tensor.narrow(0, 0, third);
            lavis[key.substr(0, end) + ".attn.v_bias"] = tensor.narrow(0, 2 * third, third);
        }
        lavis["temp"] = torch::tensor(0.07);
        lavis["Qformer.cls.predictions.bias"] = torch::zeros({70});
        lavis["Qformer.bert.embeddings.position_ids"] = torch::arange(32).unsqueeze(0);
        lavis["opt_model.model.decoder.embed_tokens.weight"] = torch::zeros({4, 4});
        const auto read = models::blip2::withLavisNames(lavis, "file.pth");
        QCOMPARE(read.language.size(), std::size_t(1));
        QCOMPARE(read.own.size(), weights.own.size());
        for (const auto& [key, tensor] : weights.own)
            QVERIFY2(torch::equal(read.own.at(key), tensor), key.c_str());
    }

    void weights_are_refused_with_all_that_does_not_fit()
    {
        const auto folder = vlm_goldens::find("blip2_opt");
        if (folder.empty())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        auto weights = weightsIn(folder);
        weights.own.erase("ln_vision.bias");
        weights.own["query_tokens"] = torch::zeros({1, 2, 3});
        weights.own["something_else"] = torch::zeros({1});
        weights.own.erase("language_projection.bias");
        const auto places = models::blip2::placesOf(folder);
        const auto message = support::sentence(ErrorKind::Model, [&] { models::blip2::loadBlip2(places, weights.own); });
        for (const char* part : {"ln_vision.bias", "query_tokens", "something_else", "opt_proj.bias"})
            QVERIFY2(message.contains(part), qPrintable(message));
        const auto other = support::sentence(
            ErrorKind::Model, [] { models::blip2::withLavisNames({{"a", torch::zeros({1})}}, "other.pth"); });
        QVERIFY2(other.contains("other.pth"), qPrintable(other));
    }

    void settings_that_cannot_be_are_refused_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("reason");
        QTest::newRow("another model") << QByteArray(R"({"model_type": "blip"})") << "\"blip\"";
        QTest::newRow("another language model") << QByteArray(R"({"text_config": {"model_type": "gpt2"}})") << "gpt2";
        QTest::newRow("widths") << QByteArray(R"({"vision_config": {"hidden_size": 1024}})") << "encoder_hidden_size";
        QTest::newRow("heads") << QByteArray(R"({"qformer_config": {"hidden_size": 100}})")
                               << "multiple of the number of heads";
        QTest::newRow("patch") << QByteArray(R"({"vision_config": {"patch_size": 15}})") << "multiple of the patch";
        QTest::newRow("frequency") << QByteArray(R"({"qformer_config": {"cross_attention_frequency": 0}})")
                                   << "cross_attention_frequency";
        QTest::newRow("image token") << QByteArray(R"({"image_token_index": -3})") << "image_token_index";
        QTest::newRow("huge") << QByteArray(R"({"vision_config": {"hidden_size": 1600000}})") << "8 billion";
    }

    void settings_that_cannot_be_are_refused()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, reason);
        const auto message = support::refusedSettings(json, models::blip2::readBlip2Config);
        QVERIFY2(message.contains(reason), qPrintable(message));
    }

    void a_text_that_cannot_be_read_is_refused()
    {
        models::blip2::QFormerConfig config;
        config.bert.vocabularySize = 10;
        config.bert.hiddenSize = 8;
        config.bert.layers = 1;
        config.bert.heads = 2;
        config.bert.intermediateSize = 8;
        config.bert.maxPositions = 4;
        config.bert.encoderWidth = 6;
        models::blip2::QFormer silent(config);
        const auto ids = torch::ones({1, 5}, torch::kLong);
        QVERIFY(
            support::sentence(ErrorKind::InvalidInput, [&] { silent->forward({.ids = ids}); }).contains("no texts"));
        config.readsText = true;
        models::blip2::QFormer reading(config);
        QVERIFY(support::sentence(ErrorKind::InvalidInput, [&] { reading->forward({.ids = ids}); }).contains("4"));
    }
};

QTEST_GUILESS_MAIN(TestBlip2Network)
#include "tst_blip2_network.moc"
