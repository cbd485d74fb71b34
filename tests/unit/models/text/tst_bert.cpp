#include "tests/unit/models/vlm_goldens.h"

#include "imaging/error.h"
#include "models/text/bert_files.h"
#include "models/text/import_bert.h"
#include "models/weights/load_report.h"
#include "models/weights/safetensors.h"
#include "models/weights/sha256.h"

#include <QtTest>

#include <torch/serialize.h>
#include <torch/types.h>

#include <fstream>

using imaging::Error;
using imaging::ErrorKind;
using models::layers::BertConfig;
using models::layers::BertModel;
using models::layers::BertModelImpl;

namespace {

/// Goldens' README: float32 against float64 differs by 2e-6; hidden states 2e-5.
constexpr double kTolerance = 2e-5;

double difference(const at::Tensor& left, const at::Tensor& right)
{
    return left.sizes() == right.sizes() ? (left - right).abs().max().item<double>() : 1e9;
}

BertConfig tiny()
{
    BertConfig config;
    config.vocabularySize = 30;
    config.hiddenSize = 12;
    config.layers = 2;
    config.heads = 3;
    config.intermediateSize = 20;
    config.maxPositions = 16;
    return config;
}

std::filesystem::path pathOf(const QTemporaryDir& folder)
{
    return folder.path().toStdString();
}

void writeText(const std::filesystem::path& file, const std::string& text)
{
    std::ofstream(file, std::ios::binary) << text;
}

const char* const kTinyConfig = R"({"model_type":"bert","vocab_size":30,"hidden_size":12,"num_hidden_layers":2,
    "num_attention_heads":3,"intermediate_size":20,"max_position_embeddings":16})";

} // namespace

class TestBert : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        torch::manual_seed(1);
        torch::set_num_threads(1); // Spinning threads on a busy machine make small models very slow.
    }
    void tiny_model_equals_hugging_face();
    void default_encoder_equals_hugging_face();
    void padding_does_not_change_the_tokens();
    void pytorch_files_with_prefix_and_old_names_load();
    void import_makes_a_folder_of_today_out_of_an_old_one();
    void import_leaves_nothing_behind_when_something_does_not_fit();
    void wrong_settings_are_refused_data();
    void wrong_settings_are_refused();
    void weights_that_do_not_fit_are_listed();
    void too_many_tokens_are_refused();
};

void TestBert::tiny_model_equals_hugging_face()
{
    const auto file = vlm_goldens::find("bert/golden.safetensors");
    if (file.empty())
        QSKIP("needs LIMN_GOLDENS/vlm/bert");
    const auto golden = models::weights::readSafetensors(file);
    auto model = models::text::openBert(file.parent_path());
    const torch::NoGradGuard noGrad;
    const auto& ids = golden.at("input_ids");
    const auto& mask = golden.at("attention_mask");
    const auto typed = model->forward(ids, {mask, golden.at("token_type_ids")});
    QVERIFY(difference(typed.lastHiddenState, golden.at("last_hidden_state")) < kTolerance);
    QVERIFY(difference(typed.pooled, golden.at("pooler_output")) < kTolerance);
    const auto plain = model->forward(ids, {mask});
    QVERIFY(difference(plain.lastHiddenState, golden.at("last_hidden_state_no_types")) < kTolerance);
    QVERIFY(difference(plain.lastHiddenState, typed.lastHiddenState) > 100 * kTolerance);
}

void TestBert::default_encoder_equals_hugging_face()
{
    const auto json = vlm_goldens::find("bert_minilm/golden.json");
    const auto folder = vlm_goldens::minilm();
    if (json.empty() || folder.empty())
        QSKIP("needs the default text encoder: run packaging/setup.sh");
    const auto settings = vlm_goldens::readJson(json);
    const auto& expected = settings.at("files").at("model.safetensors").at("sha256");
    if (models::weights::sha256OfFile(folder / "model.safetensors") != expected.get<std::string>())
        QSKIP("the installed text encoder is another version");
    const auto golden = models::weights::readSafetensors(json.parent_path() / "golden.safetensors");
    auto model = models::text::openBert(folder);
    const torch::NoGradGuard noGrad;
    for (std::size_t i = 0; i < settings.at("cases").size(); ++i) {
        const auto ids = settings["cases"][i].at("input_ids").get<std::vector<std::int64_t>>();
        const auto hidden = model->forward(torch::tensor(ids).unsqueeze(0)).lastHiddenState[0];
        const auto& wanted = golden.at(std::to_string(i) + "/last_hidden_state");
        // The small copy holds the first columns only.
        QVERIFY(difference(hidden.slice(1, 0, wanted.size(1)), wanted) < kTolerance);
    }
}

void TestBert::padding_does_not_change_the_tokens()
{
    BertModel model(tiny(), BertModelImpl::Pooler::With);
    model->eval();
    const torch::NoGradGuard noGrad;
    const auto ids = torch::randint(1, 30, {2, 7});
    const auto padded = torch::cat({ids, torch::zeros({2, 4}, at::kLong)}, 1);
    const auto mask = torch::cat({torch::ones({2, 7}), torch::zeros({2, 4})}, 1);
    const auto alone = model->forward(ids);
    const auto together = model->forward(padded, {mask});
    QVERIFY(difference(alone.lastHiddenState, together.lastHiddenState.slice(1, 0, 7)) < 1e-6);
    QVERIFY(difference(alone.pooled, together.pooled) < 1e-6);
    QVERIFY(difference(alone.lastHiddenState, model->forward(padded).lastHiddenState.slice(1, 0, 7)) > 1e-4);
}

void TestBert::pytorch_files_with_prefix_and_old_names_load()
{
    QTemporaryDir folder;
    BertModel model(tiny(), BertModelImpl::Pooler::Without);
    model->eval();
    c10::Dict<std::string, at::Tensor> file;
    for (const auto& [key, tensor] : models::weights::weightsOf(*model)) {
        auto name = QString::fromStdString("bert." + key);
        if (name.contains("LayerNorm"))
            name.replace(".weight", ".gamma").replace(".bias", ".beta");
        file.insert(name.toStdString(), tensor);
    }
    file.insert("bert.embeddings.position_ids", torch::arange(16).unsqueeze(0));
    file.insert("cls.predictions.bias", torch::zeros({30}));
    const auto bytes = torch::pickle_save(file);
    std::ofstream(pathOf(folder) / "pytorch_model.bin", std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    writeText(pathOf(folder) / "config.json", kTinyConfig);
    auto read = models::text::openBert(pathOf(folder));
    const torch::NoGradGuard noGrad;
    const auto ids = torch::randint(1, 30, {1, 9});
    QVERIFY(torch::equal(model->forward(ids).lastHiddenState, read->forward(ids).lastHiddenState));
    QVERIFY(!read->forward(ids).pooled.defined());
}

void TestBert::import_makes_a_folder_of_today_out_of_an_old_one()
{
    QTemporaryDir folder;
    const auto old = pathOf(folder) / "old", made = pathOf(folder) / "made";
    std::filesystem::create_directories(old);
    models::weights::StateDict weights;
    for (const auto& [key, tensor] : models::weights::weightsOf(*BertModel(tiny(), BertModelImpl::Pooler::Without))) {
        auto name = "bert." + key;
        if (const auto at = name.find("LayerNorm.weight"); at != std::string::npos)
            name.replace(at, std::string::npos, "LayerNorm.gamma");
        weights[name] = tensor.clone();
    }
    weights["cls.predictions.bias"] = torch::zeros({30});
    models::weights::writeSafetensors(old / "model.safetensors", weights);
    writeText(old / "config.json", kTinyConfig);
    writeText(old / "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\none\narea\n");
    writeText(old / "tokenizer_config.json", R"({"do_lower_case": false})");
    QVERIFY(models::text::isBertFolder(old));
    models::text::importBert(old, made);
    const auto keys = models::weights::readSafetensors(made / "model.safetensors");
    QVERIFY(keys.contains("embeddings.LayerNorm.weight") && !keys.contains("cls.predictions.bias"));
    const auto ids = torch::randint(1, 30, {1, 9});
    const torch::NoGradGuard noGrad;
    QVERIFY(torch::equal(models::text::openBert(old)->forward(ids).lastHiddenState,
        models::text::openBert(made)->forward(ids).lastHiddenState));
    QVERIFY(QString::fromStdString(models::text::verifyBert(made)).contains("2 layers, width 12, 30 word pieces"));
    QVERIFY(std::filesystem::exists(made / "tokenizer_config.json"));
    QVERIFY_EXCEPTION_THROWN(models::text::importBert(old, made), Error); // Nothing is overwritten.
}

void TestBert::import_leaves_nothing_behind_when_something_does_not_fit()
{
    QTemporaryDir folder;
    const auto old = pathOf(folder) / "old";
    std::filesystem::create_directories(old);
    writeText(old / "config.json", kTinyConfig);
    models::weights::writeSafetensors(old / "model.safetensors", {{"embeddings.nothing", torch::zeros({1})}});
    writeText(old / "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n");
    QVERIFY_EXCEPTION_THROWN(models::text::importBert(old, pathOf(folder) / "made"), Error);
    QVERIFY(!std::filesystem::exists(pathOf(folder) / "made"));
}

void TestBert::wrong_settings_are_refused_data()
{
    QTest::addColumn<QString>("config");
    QTest::addColumn<QString>("reason");
    QTest::newRow("no JSON") << "{"
                             << "JSON";
    QTest::newRow("a list") << "[]"
                            << "JSON";
    QTest::newRow("another model") << R"({"model_type":"gpt2"})"
                                   << "gpt2";
    QTest::newRow("relative positions") << R"({"position_embedding_type":"relative_key"})"
                                        << "relative";
    QTest::newRow("heads do not divide") << R"({"hidden_size":10,"num_attention_heads":3})"
                                         << "multiple";
    QTest::newRow("negative layers") << R"({"num_hidden_layers":-1})"
                                     << "num_hidden_layers";
    QTest::newRow("text for a number") << R"({"hidden_size":"wide"})"
                                       << "hidden_size";
    QTest::newRow("far too large") << R"({"hidden_size":65536,"num_attention_heads":64,"num_hidden_layers":1000})"
                                   << "4 billion";
    QTest::newRow("unknown activation") << R"({"hidden_act":"mish"})"
                                        << "mish";
}

void TestBert::wrong_settings_are_refused()
{
    QFETCH(QString, config);
    QFETCH(QString, reason);
    QTemporaryDir folder;
    writeText(pathOf(folder) / "config.json", config.toStdString());
    try {
        models::text::openBert(pathOf(folder));
        QFAIL("nothing was thrown");
    } catch (const Error& error) {
        QVERIFY(error.kind() == ErrorKind::Model);
        QVERIFY2(QString(error.what()).contains(reason), error.what());
        QVERIFY(QString(error.what()).contains("config.json"));
    }
}

void TestBert::weights_that_do_not_fit_are_listed()
{
    QTemporaryDir folder;
    auto config = tiny();
    config.layers = 1;
    models::weights::writeSafetensors(pathOf(folder) / "model.safetensors",
        models::weights::weightsOf(*BertModel(config, BertModelImpl::Pooler::With)));
    writeText(pathOf(folder) / "config.json", kTinyConfig);
    try {
        models::text::openBert(pathOf(folder));
        QFAIL("nothing was thrown");
    } catch (const Error& error) {
        QVERIFY(QString(error.what()).contains("16 are missing"));
        QVERIFY(QString(error.what()).contains("encoder.layer.1.attention.self.query.weight"));
    }
}

void TestBert::too_many_tokens_are_refused()
{
    BertModel model(tiny(), BertModelImpl::Pooler::Without);
    QVERIFY_EXCEPTION_THROWN(model->forward(torch::zeros({1, 17}, at::kLong)), Error);
}

QTEST_GUILESS_MAIN(TestBert)
#include "tst_bert.moc"
