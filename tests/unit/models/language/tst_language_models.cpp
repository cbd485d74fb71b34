#include "models/generate/generate.h"
#include "models/language/causal_decoder.h"
#include "models/language/llama.h"
#include "models/language/load_language.h"
#include "models/language/opt.h"
#include "models/weights/load_report.h"
#include "tests/support/error_sentence.h"

#include <nlohmann/json.hpp>
#include <torch/types.h>
#include <torch/utils.h>

#include <QtTest>

namespace {

using imaging::ErrorKind;
using nlohmann::json;
namespace language = models::language;

models::weights::ModelSettings settingsOf(const json& document)
{
    return {document, "The settings of the language model", "config.json"};
}

const json kOpt = {{"model_type", "opt"}, {"vocab_size", 30}, {"hidden_size", 16}, {"num_hidden_layers", 2},
    {"num_attention_heads", 2}, {"ffn_dim", 24}, {"max_position_embeddings", 20}};
const json kOpt350 = {{"model_type", "opt"}, {"vocab_size", 30}, {"hidden_size", 16}, {"num_hidden_layers", 2},
    {"num_attention_heads", 2}, {"ffn_dim", 24}, {"max_position_embeddings", 20}, {"word_embed_proj_dim", 8},
    {"do_layer_norm_before", false}};
const json kLlama = {{"model_type", "llama"}, {"vocab_size", 30}, {"hidden_size", 16}, {"num_hidden_layers", 2},
    {"num_attention_heads", 4}, {"num_key_value_heads", 2}, {"intermediate_size", 24}};
const json kT5 = {{"model_type", "t5"}, {"vocab_size", 30}, {"d_model", 16}, {"d_kv", 4}, {"d_ff", 24},
    {"num_layers", 2}, {"num_decoder_layers", 3}, {"num_heads", 2}};

std::shared_ptr<language::CausalModel> randomCausal(const json& document)
{
    torch::manual_seed(5);
    const auto settings = settingsOf(document);
    std::shared_ptr<language::CausalModel> model;
    if (language::languageKind(settings) == language::LanguageKind::Opt)
        model = std::make_shared<language::Opt>(language::readOptConfig(settings));
    else
        model = std::make_shared<language::Llama>(language::readLlamaConfig(settings));
    model->eval();
    return model;
}

std::shared_ptr<language::T5> randomT5(const json& document)
{
    torch::manual_seed(6);
    auto model = std::make_shared<language::T5>(language::readT5Config(settingsOf(document)));
    model->eval();
    return model;
}

double worst(const at::Tensor& a, const at::Tensor& b)
{
    return a.sizes() == b.sizes() ? (a - b).abs().max().item<double>() : 1e9;
}

void addCausalModels()
{
    QTest::addColumn<QByteArray>("settings");
    QTest::newRow("OPT") << QByteArray::fromStdString(kOpt.dump());
    QTest::newRow("OPT with norms behind and projections") << QByteArray::fromStdString(kOpt350.dump());
    QTest::newRow("Llama with heads that share keys") << QByteArray::fromStdString(kLlama.dump());
}

} // namespace

class TestLanguageModels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void one_token_after_the_other_gives_what_all_at_once_give_data() { addCausalModels(); }

    void one_token_after_the_other_gives_what_all_at_once_give()
    {
        QFETCH(QByteArray, settings);
        const at::InferenceMode inference;
        const auto model = randomCausal(json::parse(settings.toStdString()));
        const auto ids = torch::randint(3, 30, {3, 9}, torch::kLong);
        const auto whole = model->forward({model->embed(ids)});
        language::CausalDecoder decoder(model, model->embed(ids.narrow(1, 0, 4)));
        QVERIFY(worst(decoder.next(ids.narrow(1, 0, 1)), whole.select(1, 3)) < 1e-5);
        const auto order = torch::tensor(std::vector<std::int64_t>{2, 0, 0, 1});
        decoder.reorder(order);
        for (std::int64_t at = 4; at < 9; ++at) {
            const auto next = decoder.next(ids.index_select(0, order).narrow(1, at, 1));
            QVERIFY(worst(next, whole.index_select(0, order).select(1, at)) < 1e-5);
        }
    }

    void padding_in_front_changes_nothing_data() { addCausalModels(); }

    void padding_in_front_changes_nothing()
    {
        QFETCH(QByteArray, settings);
        const at::InferenceMode inference;
        const auto model = randomCausal(json::parse(settings.toStdString()));
        const auto ids = torch::randint(3, 30, {1, 5}, torch::kLong);
        const auto padded = torch::cat({torch::full({1, 3}, 1, torch::kLong), ids}, 1);
        const auto mask = torch::cat({torch::zeros({1, 3}, torch::kLong), torch::ones({1, 5}, torch::kLong)}, 1);
        language::CausalDecoder plain(model, model->embed(ids)), behind(model, model->embed(padded), mask);
        QVERIFY(worst(plain.next(ids), behind.next(ids)) < 1e-5);
        const auto more = torch::full({1, 1}, 7, torch::kLong);
        QVERIFY(worst(plain.next(more), behind.next(more)) < 1e-5);
        QVERIFY(model->forward({model->embed(padded), mask}).isfinite().all().item<bool>());
    }

    void bfloat16_is_near_single_precision_data() { addCausalModels(); }

    void bfloat16_is_near_single_precision()
    {
        QFETCH(QByteArray, settings);
        const at::InferenceMode inference;
        const auto document = json::parse(settings.toStdString());
        const auto model = randomCausal(document);
        const auto half = language::makeCausalModel(
            settingsOf(document), models::weights::weightsOf(*model), "file", torch::kBFloat16);
        const auto embeddings = model->embed(torch::randint(3, 30, {2, 6}, torch::kLong));
        auto mask = torch::ones({2, 6}, torch::kLong);
        mask[0][0] = 0;
        const auto exact = model->forward({embeddings, mask}), rounded = half->forward({embeddings, mask});
        QCOMPARE(rounded.scalar_type(), torch::kFloat);
        const auto seen = mask.unsqueeze(-1);
        QVERIFY(worst(exact * seen, rounded * seen) < 0.05 * exact.abs().max().item<double>());
    }

    void eight_bits_are_near_single_precision_data() { addCausalModels(); }

    void eight_bits_are_near_single_precision()
    {
        QFETCH(QByteArray, settings);
        const at::InferenceMode inference;
        const auto document = json::parse(settings.toStdString());
        const auto model = randomCausal(document);
        const auto bytes = language::makeCausalModel(
            settingsOf(document), models::weights::weightsOf(*model), "file", torch::kChar);
        for (const auto& item : bytes->named_parameters()) // No matrix of a layer is held twice.
            QVERIFY2(item.value().dim() == 1 || item.key().find(".layers.") == std::string::npos, item.key().c_str());
        const auto embeddings = model->embed(torch::randint(3, 30, {2, 6}, torch::kLong));
        const auto exact = model->forward({embeddings}), rounded = bytes->forward({embeddings});
        QVERIFY(worst(exact, rounded) > 0);
        QVERIFY(worst(exact, rounded) < 0.05 * exact.abs().max().item<double>());
    }

    void eight_bits_refuse_what_does_not_fit()
    {
        const auto document = kT5;
        const auto model = randomT5(kT5);
        auto weights = models::weights::weightsOf(*model);
        const at::InferenceMode inference;
        const auto bytes = language::makeT5(settingsOf(document), weights, "file", torch::kChar);
        const auto ids = torch::randint(2, 30, {1, 5}, torch::kLong);
        const auto exact = model->encode(model->embed(ids)), rounded = bytes->encode(bytes->embed(ids));
        QVERIFY(worst(exact, rounded) < 0.05 * exact.abs().max().item<double>());
        const std::string key = "encoder.block.0.layer.0.SelfAttention.q.weight";
        weights.at(key) = torch::zeros({3, 3});
        QVERIFY(support::sentence(ErrorKind::Model, [&] {
            language::makeT5(settingsOf(document), weights, "file", torch::kChar);
        }).contains(key.c_str()));
    }

    void t5_writes_token_by_token_what_it_gives_at_once()
    {
        const at::InferenceMode inference;
        const auto model = randomT5(kT5);
        const auto mask = torch::tensor(std::vector<std::int64_t>{1, 1, 1, 1, 0, 1, 1, 1, 1, 1}).view({2, 5});
        const auto source = model->encode(model->embed(torch::randint(2, 30, {2, 5}, torch::kLong)), mask);
        const auto ids = torch::randint(2, 30, {6, 7}, torch::kLong); // Three rows on each source.
        const auto whole = model->logits(model->decode(ids, {.source = source, .sourceMask = mask}));
        language::T5Decoder decoder(model, source, mask);
        for (std::int64_t at = 0; at < 7; ++at)
            QVERIFY(worst(decoder.next(ids.narrow(1, at, 1)), whole.select(1, at)) < 1e-5);
        const auto alone = model->logits(model->decode(
            ids.narrow(0, 3, 3), {.source = source.narrow(0, 1, 1), .sourceMask = mask.narrow(0, 1, 1)}));
        QVERIFY(worst(alone, whole.narrow(0, 3, 3)) < 1e-5);
    }

    void tied_logits_of_t5_are_scaled()
    {
        const at::InferenceMode inference;
        const auto model = randomT5(kT5);
        const auto hidden = torch::randn({1, 2, 16});
        const auto words = models::weights::weightsOf(*model).at("shared.weight");
        QVERIFY(worst(model->logits(hidden), at::linear(hidden / 4, words)) < 1e-5);
        QVERIFY(!models::weights::weightsOf(*model).contains("lm_head.weight"));
    }

    void distances_fall_into_the_originals_buckets()
    {
        const auto distances = torch::tensor(std::vector<std::int64_t>{-200, -20, -8, -7, -1, 0, 1, 7, 8, 20, 200});
        const auto of = [&](language::T5Role role) {
            const auto buckets = language::distanceBuckets(distances, {}, role);
            return std::vector<std::int64_t>(buckets.data_ptr<std::int64_t>(), buckets.data_ptr<std::int64_t>() + 11);
        };
        QCOMPARE(of(language::T5Role::Encoder), (std::vector<std::int64_t>{15, 10, 8, 7, 1, 0, 17, 23, 24, 26, 31}));
        QCOMPARE(of(language::T5Role::Decoder), (std::vector<std::int64_t>{31, 17, 8, 7, 1, 0, 0, 0, 0, 0, 0}));
    }

    void absent_settings_have_hugging_faces_defaults()
    {
        const json nothing = json::object();
        const auto opt = language::readOptConfig(settingsOf(nothing));
        QCOMPARE(opt.vocabularySize, 50272);
        QVERIFY(opt.tied && opt.normFirst && opt.lastNorm);
        const auto t5 = language::readT5Config(settingsOf(nothing));
        QCOMPARE(t5.decoderLayers, 6);
        QVERIFY(t5.tied && !t5.gated && t5.activation == "relu");
        const auto llama = language::readLlamaConfig(settingsOf(nothing));
        QCOMPARE(llama.keyHeads, 32);
        QCOMPARE(llama.headWidth, 128);
        QVERIFY(!llama.tied);
        const json gated = {{"feed_forward_proj", "gated-gelu"}};
        QVERIFY(language::readT5Config(settingsOf(gated)).gated);
        QCOMPARE(language::readT5Config(settingsOf(gated)).activation, std::string("gelu_new"));
        const json said = {{"feed_forward_proj", "gated-gelu"}, {"dense_act_fn", "gelu"}};
        QCOMPARE(language::readT5Config(settingsOf(said)).activation, std::string("gelu"));
    }

    void second_copies_and_more_words_than_the_settings_say_are_taken()
    {
        json fewer = kOpt;
        auto weights = models::weights::weightsOf(*randomCausal(kOpt));
        weights["lm_head.weight"] = weights.at("model.decoder.embed_tokens.weight");
        fewer["vocab_size"] = 25;
        const auto opt = language::makeCausalModel(settingsOf(fewer), weights, "file");
        const auto ids = torch::full({1, 2}, 29, torch::kLong);
        QCOMPARE(opt->forward({opt->embed(ids)}).size(2), 30);
        auto t5 = models::weights::weightsOf(*randomT5(kT5));
        t5["encoder.embed_tokens.weight"] = t5["decoder.embed_tokens.weight"] = t5.at("shared.weight");
        t5["lm_head.weight"] = t5.at("shared.weight");
        language::makeT5(settingsOf(kT5), t5, "file");
    }

    void what_does_not_fit_is_refused_with_all_of_it()
    {
        auto weights = models::weights::weightsOf(*randomCausal(kLlama));
        weights.erase("model.norm.weight");
        weights["something_else"] = torch::zeros({1});
        const auto message = support::sentence(
            ErrorKind::Model, [&] { language::makeCausalModel(settingsOf(kLlama), weights, "the file"); });
        for (const char* part : {"the file", "model.norm.weight", "something_else"})
            QVERIFY2(message.contains(part), qPrintable(message));
        QVERIFY(support::sentence(ErrorKind::Model, [] { language::makeCausalModel(settingsOf(kT5), {}, "f"); })
                    .contains("decoder only"));
        QVERIFY(support::sentence(ErrorKind::Model, [] { language::makeT5(settingsOf(kOpt), {}, "f"); }).contains("no T5"));
    }

    void a_text_beyond_the_positions_is_refused()
    {
        const auto model = randomCausal(kOpt);
        const auto ids = torch::full({1, 21}, 5, torch::kLong);
        QVERIFY(support::sentence(ErrorKind::InvalidInput, [&] { model->forward({model->embed(ids)}); }).contains("20"));
    }

    void settings_that_cannot_be_are_refused_data()
    {
        QTest::addColumn<QByteArray>("settings");
        QTest::addColumn<QString>("reason");
        QTest::newRow("another model") << QByteArray(R"({"model_type": "gpt2"})") << "\"gpt2\"";
        QTest::newRow("OPT's heads") << QByteArray(R"({"model_type": "opt", "hidden_size": 100})") << "multiple";
        QTest::newRow("OPT's activation") << QByteArray(R"({"activation_function": "mish"})") << "mish";
        QTest::newRow("OPT's norms") << QByteArray(R"({"do_layer_norm_before": 3})") << "neither true nor false";
        QTest::newRow("OPT too big") << QByteArray(R"({"hidden_size": 12000000})") << "32 billion";
        QTest::newRow("Llama's keys") << QByteArray(R"({"model_type": "llama", "num_key_value_heads": 5})") << "multiple";
        QTest::newRow("Llama's positions")
            << QByteArray(R"({"model_type": "llama", "rope_scaling": {"rope_type": "yarn", "factor": 2}})") << "yarn";
        QTest::newRow("Llama's factor")
            << QByteArray(R"({"model_type": "llama", "rope_scaling": {"type": "linear", "factor": 0.5}})") << "below 1";
        QTest::newRow("T5's distances")
            << QByteArray(R"({"model_type": "t5", "relative_attention_max_distance": 16})") << "too small";
        QTest::newRow("T5's activation") << QByteArray(R"({"model_type": "t5", "dense_act_fn": "mish"})") << "mish";
    }

    void settings_that_cannot_be_are_refused()
    {
        QFETCH(QByteArray, settings);
        QFETCH(QString, reason);
        const auto document = json::parse(settings.toStdString());
        const auto message = support::sentence(ErrorKind::Model, [&] {
            const auto read = settingsOf(document);
            switch (language::languageKind(read)) {
            case language::LanguageKind::Opt:
                language::readOptConfig(read);
                break;
            case language::LanguageKind::Llama:
                language::readLlamaConfig(read);
                break;
            case language::LanguageKind::T5:
                language::readT5Config(read);
                break;
            }
        });
        QVERIFY2(message.contains(reason), qPrintable(message));
    }
};

QTEST_GUILESS_MAIN(TestLanguageModels)
#include "tst_language_models.moc"
