#include "models/blip/caption_decoder.h"
#include "models/blip/load_blip.h"
#include "models/generate/generate.h"
#include "models/layers/token_loss.h"
#include "models/weights/load_report.h"
#include "models/weights/read_weights.h"
#include "models/weights/safetensors.h"
#include "tests/support/error_sentence.h"
#include "tests/unit/models/generate/generate_goldens.h"
#include "tests/unit/models/refused_settings.h"
#include "tests/unit/models/vlm_goldens.h"

#include <torch/serialize.h>
#include <torch/types.h>

#include <QTemporaryDir>
#include <QtTest>

namespace {

using imaging::ErrorKind;
using models::blip::Blip;
using models::blip::BlipConfig;
using models::blip::CaptionDecoder;
using models::weights::StateDict;

double worst(const at::Tensor& a, const at::Tensor& b)
{
    return a.sizes() == b.sizes() ? (a - b).abs().max().item<double>() : 1e9;
}

std::filesystem::path pathOf(const QTemporaryDir& folder)
{
    return folder.path().toStdString();
}

/// Small, with all its heads.
BlipConfig tinyConfig()
{
    BlipConfig config;
    config.vision = {.width = 64, .layers = 2, .heads = 1, .mlpWidth = 48, .imageSize = 16, .patchSize = 8};
    config.text.vocabularySize = 40;
    config.text.hiddenSize = 64;
    config.text.layers = 2;
    config.text.heads = 1;
    config.text.intermediateSize = 32;
    config.text.maxPositions = 20;
    config.text.typeVocabularySize = 0;
    config.text.encoderWidth = 64;
    config.projection = 12;
    config.parts = {true, true, true};
    config.beginId = 38;
    config.endId = 3;
    return config;
}

} // namespace

/// Against Hugging Face's BLIP with the same weights; tolerances as the goldens' page says.
class TestBlipNetwork : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_teacher_forced_caption_has_the_originals_logits_and_loss()
    {
        const auto folder = vlm_goldens::find("blip_caption");
        if (folder.empty())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        const at::InferenceMode inference;
        auto blip = models::blip::openBlip(folder);
        const auto numbers = models::weights::readWeights(folder / "golden.safetensors");
        const auto picture = blip->pictureTokens(numbers.at("pixel_values"));
        QVERIFY2(worst(picture, numbers.at("image_embeds")) < 2e-5, "picture tokens");
        const auto logits = blip->decoder()->forward(
            numbers.at("input_ids"), {.mask = numbers.at("attention_mask"), .source = picture, .causal = true});
        const auto seen = numbers.at("attention_mask").unsqueeze(-1);
        QVERIFY2(worst(logits * seen, numbers.at("logits") * seen) < 1e-4, "logits");
        const auto golden = vlm_goldens::readJson(folder / "golden.json");
        // So it is called there, but Hugging Face's text decoder has a smoothing of its own, which is 0.
        const double plain = models::layers::nextTokenLoss(logits, numbers.at("labels"), 0).item<double>();
        QVERIFY(std::abs(plain - golden["loss_label_smoothing_0.1"].get<double>()) < 5e-5);
        const auto logs = torch::log_softmax(logits.narrow(1, 0, logits.size(1) - 1), -1);
        const auto labels = numbers.at("labels").narrow(1, 1, logits.size(1) - 1);
        const double spread = -logs.mean(-1).masked_select(labels != -100).mean().item<double>();
        const double smoothed = models::layers::nextTokenLoss(logits, numbers.at("labels"), 0.1).item<double>();
        QVERIFY(std::abs(smoothed - (0.9 * plain + 0.1 * spread)) < 5e-5);
    }

    /// Logits differ by at most 3 % of their range, the padded text's too.
    void bfloat16_stays_near_the_originals()
    {
        const auto folder = vlm_goldens::find("blip_caption");
        if (folder.empty())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        const at::InferenceMode inference;
        auto blip = models::blip::openBlip(folder, torch::kBFloat16);
        const auto numbers = models::weights::readWeights(folder / "golden.safetensors");
        const auto picture = blip->pictureTokens(numbers.at("pixel_values"));
        const auto logits = blip->decoder()->forward(
            numbers.at("input_ids"), {.mask = numbers.at("attention_mask"), .source = picture, .causal = true});
        const auto seen = numbers.at("attention_mask").unsqueeze(-1);
        const auto& exact = numbers.at("logits");
        const auto share = worst(logits.to(torch::kFloat) * seen, exact * seen) / (exact.max() - exact.min()).item<double>();
        QVERIFY2(share > 0 && share < 0.03, qPrintable(QString::number(share)));
        const auto ids = torch::full({1, 1}, blip->config().beginId, torch::kLong);
        CaptionDecoder decoder(blip, picture.narrow(0, 0, 1));
        QCOMPARE(decoder.next(ids).scalar_type(), torch::kFloat);
    }

    void captions_are_the_originals_data()
    {
        const auto folder = vlm_goldens::find("blip_caption");
        if (folder.empty())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        generate_goldens::addRows(vlm_goldens::readJson(folder / "golden.json"));
    }

    void captions_are_the_originals()
    {
        QFETCH(QString, name);
        const at::InferenceMode inference;
        const auto folder = vlm_goldens::find("blip_caption");
        const auto golden = vlm_goldens::readJson(folder / "golden.json");
        const auto& one = golden["generate"][name.toStdString()];
        auto blip = models::blip::openBlip(folder);
        const auto numbers = models::weights::readWeights(folder / "golden.safetensors");
        const auto picture = blip->pictureTokens(numbers.at("pixel_values"));
        const auto begin = blip->config().beginId;
        const auto prompts = name == "no_prompt" ? torch::full({picture.size(0), 1}, begin, torch::kLong)
                                                 : models::blip::promptIds(numbers.at("prompt_input_ids"), begin);
        CaptionDecoder decoder(blip, picture);
        const auto options = generate_goldens::optionsOf(
            one["args"], golden["eos_used_in_generate"].get<std::int64_t>(), prompts.size(1));
        const auto texts = models::generate::generate(decoder, prompts, options);
        const auto problem = generate_goldens::difference(one, texts, static_cast<std::size_t>(prompts.size(1)));
        QVERIFY2(problem.empty(), problem.c_str());
    }

    void the_match_of_text_and_picture_is_the_originals()
    {
        const auto folder = vlm_goldens::find("blip_itm");
        if (folder.empty())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        const at::InferenceMode inference;
        auto blip = models::blip::openBlip(folder);
        const auto numbers = models::weights::readWeights(folder / "golden.safetensors");
        const auto &ids = numbers.at("input_ids"), &mask = numbers.at("attention_mask");
        const auto picture = blip->pictureTokens(numbers.at("pixel_values"));
        QVERIFY2(worst(picture, numbers.at("vision_last_hidden_state")) < 2e-5, "picture tokens");
        const auto seen = mask.unsqueeze(-1);
        QVERIFY2(worst(blip->textTokens(ids, mask) * seen, numbers.at("unimodal_text_last_hidden_state") * seen) < 2e-5,
            "the text alone");
        QVERIFY2(worst(blip->groundedTokens(ids, mask, picture) * seen, numbers.at("itm_text_last_hidden_state") * seen)
                < 2e-5,
            "the text with the picture");
        QVERIFY2(worst(blip->matchLogits(ids, mask, picture), numbers.at("itm_logits")) < 1e-5, "match");
        const auto cosines = blip->pictureDirections(picture).matmul(blip->textDirections(ids, mask).t());
        QVERIFY2(worst(cosines, numbers.at("itc")) < 5e-6, "cosines");
    }

    void one_token_after_the_other_gives_what_all_at_once_give()
    {
        torch::manual_seed(3);
        const at::InferenceMode inference;
        Blip blip(tinyConfig());
        blip->eval();
        const auto picture = blip->pictureTokens(torch::randn({2, 3, 16, 16}));
        const auto ids = torch::randint(4, 38, {6, 9}, torch::kLong); // Three rows on each picture.
        const auto whole = blip->decoder()->forward(ids, {.source = picture, .causal = true});
        models::layers::BertCache cache(2);
        at::Tensor last =
            blip->decoder()->next(ids.narrow(1, 0, 4), {.source = picture, .causal = true, .cache = &cache});
        QVERIFY(worst(last, whole.select(1, 3)) < 1e-5);
        for (std::int64_t at = 4; at < 9; ++at) {
            last = blip->decoder()->next(ids.narrow(1, at, 1), {.source = picture, .causal = true, .cache = &cache});
            QVERIFY(worst(last, whole.select(1, at)) < 1e-5);
        }
        QCOMPARE(cache.tokens(), 9);
        QVERIFY(support::sentence(ErrorKind::InvalidInput, [&] {
            blip->decoder()->next(
                torch::full({6, 12}, 5, torch::kLong), {.source = picture, .causal = true, .cache = &cache});
        }).contains("20"));
    }

    void the_authors_files_open_with_what_trainings_left_in_them()
    {
        torch::manual_seed(4);
        auto config = tinyConfig();
        config.text.vocabularySize = 30524;
        Blip blip(config);
        auto weights = models::weights::weightsOf(*blip);
        StateDict stored = weights;
        stored["visual_encoder_m.cls_token"] = torch::zeros({1, 1, 64});
        stored["text_proj_m.weight"] = torch::zeros({12, 64});
        stored["image_queue"] = torch::zeros({12, 5});
        stored["queue_ptr"] = torch::zeros({1}, torch::kLong);
        stored["temp"] = torch::tensor(0.07);
        stored["text_decoder.bert.embeddings.position_ids"] = torch::arange(20).unsqueeze(0);
        stored["text_decoder.cls.predictions.decoder.bias"] = torch::zeros({40});
        QTemporaryDir folder;
        const auto file = pathOf(folder) / "model.pth";
        c10::Dict<std::string, at::Tensor> dictionary;
        for (const auto& [key, tensor] : stored)
            dictionary.insert(key, tensor);
        c10::impl::GenericDict outer(c10::StringType::get(), c10::AnyType::get());
        outer.insert(std::string("model"), dictionary);
        const auto bytes = torch::pickle_save(outer);
        QFile out(QString::fromStdString(file.string()));
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(bytes.data(), static_cast<qint64>(bytes.size()));
        out.close();
        auto read = models::blip::openBlip(file);
        QVERIFY(read->config().parts == (models::blip::BlipParts{true, true, true}));
        for (const auto& [key, tensor] : models::weights::weightsOf(*read))
            QVERIFY2(torch::equal(tensor, weights.at(key)), key.c_str());
        QCOMPARE(read->config().vision.imageSize, 16);
        QCOMPARE(read->config().projection, 12);
    }

    void a_vocabulary_without_the_first_word_is_refused()
    {
        torch::manual_seed(5);
        Blip blip(tinyConfig());
        QTemporaryDir home; // Without config.json the authors' [DEC] is meant.
        models::weights::writeSafetensors(pathOf(home) / "model.safetensors", models::weights::weightsOf(*blip));
        const auto message = support::sentence(ErrorKind::Model, [&] { models::blip::openBlip(pathOf(home)); });
        QVERIFY2(message.contains("[DEC] (30522)"), qPrintable(message));
    }

    void a_decoder_without_a_matrix_of_its_own_gets_the_embeddings()
    {
        const auto folder = vlm_goldens::find("blip_caption");
        if (folder.empty())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        auto weights = models::weights::readWeights(folder);
        const std::string matrix = "text_decoder.cls.predictions.decoder.weight";
        weights.erase(matrix);
        const auto named = models::blip::withAuthorsNames(weights, "file");
        QVERIFY(torch::equal(named.at(matrix), weights.at("text_decoder.bert.embeddings.word_embeddings.weight")));
    }

    void weights_are_refused_with_all_that_does_not_fit()
    {
        const auto folder = vlm_goldens::find("blip_itm");
        if (folder.empty())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        auto weights = models::weights::readWeights(folder);
        weights.erase("itm_head.bias");
        weights.erase("vision_model.encoder.layers.1.mlp.fc2.weight");
        weights["text_proj.weight"] = torch::zeros({3, 4});
        weights["something_else"] = torch::zeros({1});
        QTemporaryDir home;
        std::filesystem::copy_file(folder / "config.json", pathOf(home) / "config.json");
        models::weights::writeSafetensors(pathOf(home) / "model.safetensors", weights);
        const auto message = support::sentence(ErrorKind::Model, [&] { models::blip::openBlip(pathOf(home)); });
        for (const char* part :
            {"itm_head.bias", "visual_encoder.blocks.1.mlp.fc2.weight", "text_proj", "something_else"})
            QVERIFY2(message.contains(part), qPrintable(message));
        const auto other = support::sentence(
            ErrorKind::Model, [] { models::blip::withAuthorsNames({{"a", torch::zeros({1})}}, "other.pth"); });
        QVERIFY2(other.contains("other.pth"), qPrintable(other));
    }

    void settings_that_cannot_be_are_refused_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("reason");
        QTest::newRow("another model") << QByteArray(R"({"model_type": "blip-2"})") << "\"blip-2\"";
        QTest::newRow("heads") << QByteArray(R"({"text_config": {"hidden_size": 100}})")
                               << "multiple of the number of heads";
        QTest::newRow("picture's heads") << QByteArray(R"({"vision_config": {"hidden_size": 100}})")
                                         << "multiple of the number of heads";
        QTest::newRow("patch") << QByteArray(R"({"vision_config": {"patch_size": 15}})") << "multiple of the patch";
        QTest::newRow("activation") << QByteArray(R"({"vision_config": {"hidden_act": "mish"}})") << "activation";
        QTest::newRow("text activation") << QByteArray(R"({"text_config": {"hidden_act": "mish"}})") << "mish";
        QTest::newRow("begin") << QByteArray(R"({"text_config": {"bos_token_id": 99999}})") << "bos_token_id";
        QTest::newRow("huge") << QByteArray(R"({"text_config": {"hidden_size": 16000000}})") << "4 billion";
    }

    void settings_that_cannot_be_are_refused()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, reason);
        const auto message = support::refusedSettings(json, models::blip::readBlipConfig);
        QVERIFY2(message.contains(reason), qPrintable(message));
    }
};

QTEST_GUILESS_MAIN(TestBlipNetwork)
#include "tst_blip_network.moc"
