#include "models/blip2/load_blip2.h"
#include "models/blip2/reporter.h"
#include "tests/support/error_sentence.h"
#include "tests/unit/models/blip2/made_blip2.h"
#include "tests/unit/models/vlm_goldens.h"

#include <torch/serialize.h>
#include <torch/types.h>

#include <cmath>
#include <limits>

namespace {

using imaging::ErrorKind;
using made_blip2::Folder;
using models::weights::StateDict;
using nlohmann::json;

models::DraftRequest request()
{
    models::DraftRequest request;
    request.prompt = "what is there?";
    request.beams = 1;
    request.maxTokens = 8;
    request.minTokens = 8;
    return request;
}

models::DraftText written(const std::filesystem::path& folder)
{
    const auto reporter = models::blip2::openReporter(folder, "cpu");
    reporter->look(made_blip2::gradient(40, 20));
    return reporter->write(request()).texts.front();
}

QString refusal(const std::filesystem::path& folder, ErrorKind kind = ErrorKind::Model)
{
    return support::sentence(kind, [&] { models::blip2::openReporter(folder, "cpu"); });
}

/// As `torch.save` writes it.
void writePickle(const std::filesystem::path& file, const StateDict& weights, const char* around)
{
    c10::Dict<std::string, at::Tensor> tensors;
    for (const auto& [key, tensor] : weights)
        tensors.insert(key, tensor.contiguous());
    c10::IValue value = tensors;
    if (around) {
        c10::impl::GenericDict outer(c10::StringType::get(), c10::AnyType::get());
        outer.insert(std::string(around), tensors);
        value = outer;
    }
    const auto bytes = torch::pickle_save(value);
    std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// The tensors whose keys begin so, without that.
StateDict taken(StateDict& from, const std::string& front)
{
    StateDict part;
    for (auto one = from.lower_bound(front); one != from.end() && one->first.starts_with(front);) {
        part.emplace(one->first.substr(front.size()), one->second);
        one = from.erase(one);
    }
    return part;
}

/// A biased qkv as EVA's and LAVIS' files hold it.
void splitBiases(StateDict& tower)
{
    StateDict split;
    for (auto& [key, tensor] : tower) {
        const auto end = key.find(".qkv.bias");
        if (end == std::string::npos) {
            split[key] = tensor;
            continue;
        }
        const auto parts = tensor.chunk(3);
        split[key.substr(0, end) + ".q_bias"] = parts[0];
        split[key.substr(0, end) + ".v_bias"] = parts[2];
    }
    tower = split;
}

/// A made folder taken apart as LAVIS publishes its models.
class LavisFolder
{
public:
    explicit LavisFolder(const QString& kind)
        : m_made(kind)
    {
        // LAVIS' norm behind the tower; Hugging Face takes it from the tower's.
        m_made.changeConfig([](json& config) { config["vision_config"]["layer_norm_eps"] = 1e-5; });
        auto parts = models::blip2::withLavisNames(m_made.weights(), m_made.path());
        trained = parts.own;
        language = parts.language;
        const bool t5 = kind.endsWith(QStringLiteral("t5"));
        const std::string projection = t5 ? "t5_proj." : kind == QStringLiteral("opt") ? "opt_proj." : "llm_proj.";
        for (auto& [key, tensor] : taken(trained, "language_projection."))
            trained[projection + key] = tensor;
        tower = taken(trained, "visual_encoder.");
        splitBiases(tower);
        trained["temp"] = torch::tensor(0.07);
        const auto width = tower.at("cls_token").size(2);
        tower["blocks.2.norm1.weight"] = torch::ones({width}); // The last block, which BLIP-2 does not use.
        tower["norm.weight"] = torch::ones({width});
        tower["head.weight"] = torch::ones({3, width});
        write();
    }

    /// Writes what the three hold now.
    void write() const
    {
        const auto config = m_made.config();
        std::filesystem::create_directories(path());
        std::filesystem::create_directories(languagePath());
        writePickle(path() / "blip2.pth", trained, "model");
        writePickle(path() / "eva.pth", tower, nullptr);
        writePickle(languagePath() / "pytorch_model.bin", language, nullptr);
        auto text = config["text_config"];
        text["eos_token_id"] = text["model_type"] == "t5" ? 1 : 2; // OPT's own; LAVIS ends at the line break.
        text.erase("dense_act_fn"); // LAVIS takes "gelu" whatever it says.
        std::ofstream(languagePath() / "config.json") << text;
        for (const char* name : {"tokenizer.json", "vocab.json", "merges.txt", "tokenizer_config.json"})
            if (std::filesystem::exists(m_made.path() / name))
                std::filesystem::copy_file(
                    m_made.path() / name, languagePath() / name, std::filesystem::copy_options::overwrite_existing);
        if (std::filesystem::exists(m_made.path() / "qformer_tokenizer"))
            std::filesystem::copy_file(m_made.path() / "qformer_tokenizer" / "vocab.txt", path() / "vocab.txt",
                std::filesystem::copy_options::overwrite_existing);
        writeConfig([](json&) { });
    }

    template <typename Change> void writeConfig(const Change& change) const
    {
        auto config = m_made.config();
        config.erase("text_config");
        config.erase("image_token_index");
        config["weights"] = "blip2.pth";
        config["vision_weights"] = "eva.pth";
        config["language_model"] = "../language";
        change(config);
        std::ofstream(path() / "config.json") << config;
    }

    const Folder& made() const { return m_made; }
    std::filesystem::path path() const { return m_made.beside("lavis"); }
    std::filesystem::path languagePath() const { return m_made.beside("language"); }

    StateDict trained, tower, language;

private:
    Folder m_made;
};

void copyTokenizer(const Folder& from, const Folder& to)
{
    for (const char* name : {"tokenizer.json", "vocab.json", "merges.txt", "tokenizer_config.json"}) {
        std::filesystem::remove(to.path() / name);
        if (std::filesystem::exists(from.path() / name))
            std::filesystem::copy_file(from.path() / name, to.path() / name);
    }
}

} // namespace

/// What a BLIP-2 is opened from, and what is refused.
class TestBlip2Open : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void three_places_of_lavis_are_the_same_model_data() { made_blip2::addKinds(); }

    void three_places_of_lavis_are_the_same_model()
    {
        QFETCH(QString, kind);
        const LavisFolder lavis(kind);
        if (kind == QStringLiteral("instruct-llama")) // LAVIS begins a prompt with </s>.
            std::ofstream(lavis.made().path() / "tokenizer_config.json")
                << json{{"add_bos_token", true}, {"bos_token", "</s>"}, {"tokenizer_class", "LlamaTokenizer"}};
        const auto wanted = written(lavis.made().path());
        const auto found = written(lavis.path());
        QCOMPARE(found.text, wanted.text);
        QVERIFY(std::abs(found.score - wanted.score) < 1e-4);
    }

    /// Stage 1: the trained part and EVA's tower compare, without any language model.
    void lavis_weights_of_the_first_stage_compare()
    {
        const auto golden = vlm_goldens::find("blip2_itm");
        if (golden.empty())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        QTemporaryDir home;
        const std::filesystem::path folder = home.path().toStdString();
        auto config = vlm_goldens::readJson(golden / "config.json");
        config["vision_config"]["layer_norm_eps"] = 1e-5;
        std::ofstream(folder / "config.json") << config;
        std::filesystem::copy_file(golden / "model.safetensors", folder / "model.safetensors");
        std::string words = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nlung\nclear\n";
        for (int i = 7; i < 70; ++i) // As many as the weights have rows.
            words += "word" + std::to_string(i) + "\n";
        std::ofstream(folder / "vocab.txt") << words;
        const auto matched = [&] {
            const auto reporter = models::blip2::openReporter(folder, "cpu");
            reporter->look(made_blip2::gradient(40, 20));
            return reporter->match("clear lung");
        };
        const auto wanted = matched();
        auto own = models::blip2::withLavisNames(models::weights::readWeights(folder), folder).own;
        auto tower = taken(own, "visual_encoder.");
        own["temp"] = torch::tensor(0.07);
        own["Qformer.cls.predictions.bias"] = torch::zeros({70});
        writePickle(folder / "blip2_pretrained.pth", own, "model");
        writePickle(folder / "eva.pth", tower, nullptr);
        std::filesystem::remove(folder / "model.safetensors");
        config.erase("text_config");
        config["weights"] = "blip2_pretrained.pth";
        config["vision_weights"] = "eva.pth";
        config["qformer_config"].erase("use_qformer_text_input"); // The weights say it.
        std::ofstream(folder / "config.json") << config;
        const auto found = matched();
        QVERIFY(std::abs(found.probability - wanted.probability) < 1e-5);
        QVERIFY(std::abs(found.cosine - wanted.cosine) < 1e-5);
    }

    void a_tower_among_lavis_weights_is_taken()
    {
        LavisFolder lavis(QStringLiteral("t5"));
        const auto wanted = written(lavis.path());
        for (const auto& [key, tensor] : lavis.tower)
            if (key.starts_with("blocks.0") || key.starts_with("blocks.1") || !key.starts_with("blocks."))
                lavis.trained["visual_encoder." + key] = tensor;
        lavis.trained.erase("visual_encoder.norm.weight");
        lavis.trained.erase("visual_encoder.head.weight");
        lavis.tower["cls_token"] = torch::zeros({1, 1, 3}); // Not read then.
        lavis.write();
        QCOMPARE(written(lavis.path()).score, wanted.score);
    }

    void all_that_is_wrong_in_three_places_is_told_at_once()
    {
        LavisFolder lavis(QStringLiteral("opt"));
        lavis.trained.erase("query_tokens");
        lavis.trained["query_tokens"] = torch::zeros({1, 2, 3});
        lavis.trained["something_else"] = torch::zeros({1});
        lavis.tower.erase("blocks.1.mlp.fc1.weight");
        lavis.tower["blocks.3.norm1.weight"] = torch::ones({24}); // Two more blocks than the settings say.
        lavis.language.erase("model.decoder.layers.0.fc1.weight");
        lavis.language["model.decoder.layers.9.fc1.weight"] = torch::zeros({1});
        lavis.write();
        const auto message = refusal(lavis.path());
        for (const char* part :
            {"blip2.pth", "query_tokens", "something_else", "visual_encoder.blocks.1.mlp.fc1.weight", "blocks.3",
                "language", "model.decoder.layers.0.fc1.weight", "layers.9"})
            QVERIFY2(message.contains(QLatin1String(part)), qPrintable(QString(part) + ": " + message));
        QVERIFY2(!message.contains(QStringLiteral("blocks.2")), qPrintable(message));
    }

    void places_that_cannot_be_are_refused_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<bool>("absent");
        QTest::addColumn<QString>("reason");
        QTest::newRow("no such file") << "weights" << QByteArray(R"("gone.pth")") << true << "gone.pth";
        QTest::newRow("no such folder") << "language_model" << QByteArray(R"("../gone")") << true << "language_model";
        QTest::newRow("no path") << "weights" << QByteArray("3") << false << "weights";
        QTest::newRow("empty path") << "vision_weights" << QByteArray(R"("")") << false << "vision_weights";
        QTest::newRow("no tower") << "vision_weights" << QByteArray() << false << "eva_vit_g.pth";
        QTest::newRow("no language model") << "language_model" << QByteArray() << false << "language_model";
    }

    void places_that_cannot_be_are_refused()
    {
        QFETCH(QString, key);
        QFETCH(QByteArray, value);
        QFETCH(bool, absent);
        QFETCH(QString, reason);
        static const LavisFolder lavis(QStringLiteral("t5"));
        lavis.writeConfig([&](json& config) {
            if (value.isEmpty())
                config.erase(key.toStdString());
            else
                config[key.toStdString()] = json::parse(value.toStdString());
        });
        const auto message = refusal(lavis.path(), absent ? ErrorKind::NotFound : ErrorKind::Model);
        QVERIFY2(message.contains(reason), qPrintable(message));
    }

    void a_language_model_of_another_width_is_refused_data() { made_blip2::addKinds(); }

    void a_language_model_of_another_width_is_refused()
    {
        QFETCH(QString, kind);
        const LavisFolder lavis(kind);
        auto text = json::parse(std::ifstream(lavis.languagePath() / "config.json"));
        for (const char* key : {"hidden_size", "word_embed_proj_dim", "d_model"})
            if (text.contains(key))
                text[key] = 48;
        std::ofstream(lavis.languagePath() / "config.json") << text;
        const auto message = refusal(lavis.path());
        QVERIFY2(message.contains(QStringLiteral("32 numbers")) && message.contains(QStringLiteral("48")),
            qPrintable(message));
    }

    void a_language_model_of_another_kind_is_refused()
    {
        const LavisFolder opt(QStringLiteral("opt")), t5(QStringLiteral("t5"));
        opt.writeConfig([&](json& config) { config["language_model"] = t5.languagePath().string(); });
        const auto message = refusal(opt.path());
        QVERIFY2(
            message.contains(QStringLiteral("t5_proj.weight")) && message.contains(QStringLiteral("opt_proj.weight")),
            qPrintable(message));
    }

    void tokenizers_of_other_models_are_refused_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("other");
        QTest::newRow("T5's with OPT") << "opt" << "t5";
        QTest::newRow("Llama's with OPT") << "opt" << "instruct-llama";
        QTest::newRow("OPT's with T5") << "t5" << "opt";
        QTest::newRow("Llama's with T5") << "instruct-t5" << "instruct-llama";
        QTest::newRow("OPT's with Llama") << "instruct-llama" << "opt";
    }

    void tokenizers_of_other_models_are_refused()
    {
        QFETCH(QString, kind);
        QFETCH(QString, other);
        const Folder folder(kind), from(other);
        copyTokenizer(from, folder);
        const auto message = refusal(folder.path());
        QVERIFY2(message.contains(QStringLiteral("tokenizer"))
                && message.contains(QString::fromStdString(folder.path().string())),
            qPrintable(message));
    }

    void a_tokenizer_with_other_numbers_is_refused()
    {
        const Folder folder(QStringLiteral("t5"));
        auto tokenizer = json::parse(std::ifstream(folder.path() / "tokenizer.json"));
        std::swap(tokenizer["model"]["vocab"][1], tokenizer["model"]["vocab"][3]);
        tokenizer["added_tokens"].erase(1);
        std::ofstream(folder.path() / "tokenizer.json") << tokenizer;
        const auto message = refusal(folder.path());
        QVERIFY2(message.contains(QStringLiteral("</s>")), qPrintable(message));
    }

    void a_place_for_the_picture_that_the_tokenizer_numbers_otherwise_is_refused()
    {
        const Folder folder(QStringLiteral("opt"));
        folder.changeConfig([](json& config) { config["image_token_index"] = 5; });
        const auto message = refusal(folder.path());
        QVERIFY2(message.contains(QStringLiteral("<image>")), qPrintable(message));
    }

    void both_names_of_the_place_for_the_picture_are_read()
    {
        const Folder folder(QStringLiteral("opt"));
        const auto wanted = models::blip2::readBlip2Config(folder.path()).imageTokenId;
        QVERIFY(wanted > 0);
        folder.changeConfig([&](json& config) {
            config.erase("image_token_index");
            config["image_token_id"] = wanted;
        });
        QCOMPARE(models::blip2::readBlip2Config(folder.path()).imageTokenId, wanted);
    }

    void without_tokenizers_what_to_copy_is_said()
    {
        const Folder folder(QStringLiteral("instruct-t5"));
        std::filesystem::remove_all(folder.path() / "qformer_tokenizer");
        QVERIFY(refusal(folder.path(), ErrorKind::NotFound).contains(QStringLiteral("qformer_tokenizer")));
        std::filesystem::remove(folder.path() / "tokenizer.json");
        QVERIFY(refusal(folder.path(), ErrorKind::NotFound).contains(QStringLiteral("tokenizer.json")));
    }

    void a_qformer_vocabulary_that_was_cut_is_refused()
    {
        const Folder folder(QStringLiteral("instruct-llama"));
        std::ofstream(folder.path() / "qformer_tokenizer" / "vocab.txt") << "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n";
        const auto message = refusal(folder.path());
        QVERIFY2(message.contains(QStringLiteral("vocabulary is not whole")), qPrintable(message));
    }

    void a_qformer_vocabulary_of_another_model_is_refused()
    {
        const Folder folder(QStringLiteral("instruct-llama"));
        std::ofstream(folder.path() / "qformer_tokenizer" / "vocab.txt", std::ios::app) << "one\nmore\n";
        const auto message = refusal(folder.path());
        QVERIFY2(message.contains(QStringLiteral("do not belong together")), qPrintable(message));
    }

    void damaged_weights_are_refused_data()
    {
        QTest::addColumn<QString>("tensor");
        QTest::newRow("tower") << "vision_model.post_layernorm.weight";
        QTest::newRow("Q-Former") << "query_tokens";
        QTest::newRow("language model") << "language_model.model.decoder.layers.1.fc2.weight";
    }

    void damaged_weights_are_refused()
    {
        QFETCH(QString, tensor);
        const Folder folder(QStringLiteral("opt"));
        folder.changeWeights([&](StateDict& weights) {
            weights.at(tensor.toStdString()).view(-1)[1] = std::numeric_limits<float>::quiet_NaN();
        });
        const auto message = refusal(folder.path());
        QVERIFY2(message.contains(QStringLiteral("no numbers")), qPrintable(message));
    }

    void a_shard_that_is_missing_is_named()
    {
        const Folder folder(QStringLiteral("opt"));
        auto all = folder.weights();
        const auto language = taken(all, "language_model.");
        StateDict second;
        json map;
        for (const auto& [key, tensor] : all)
            map[key] = "model-00001-of-00002.safetensors";
        for (const auto& [key, tensor] : language) {
            second["language_model." + key] = tensor;
            map["language_model." + key] = "model-00002-of-00002.safetensors";
        }
        const auto wanted = written(folder.path());
        models::weights::writeSafetensors(folder.path() / "model-00001-of-00002.safetensors", all);
        models::weights::writeSafetensors(folder.path() / "model-00002-of-00002.safetensors", second);
        std::ofstream(folder.path() / "model.safetensors.index.json") << json{{"weight_map", map}};
        std::filesystem::remove(folder.path() / "model.safetensors");
        QCOMPARE(written(folder.path()).score, wanted.score);
        std::filesystem::remove(folder.path() / "model-00002-of-00002.safetensors");
        const auto message = refusal(folder.path(), ErrorKind::NotFound);
        QVERIFY2(message.contains(QStringLiteral("model-00002-of-00002.safetensors")), qPrintable(message));
    }

    void a_shard_that_is_cut_off_is_named()
    {
        const Folder folder(QStringLiteral("opt"));
        json map;
        for (const auto& [key, tensor] : folder.weights())
            map[key] = "model-00001-of-00001.safetensors";
        const auto shard = folder.path() / "model-00001-of-00001.safetensors";
        std::filesystem::rename(folder.path() / "model.safetensors", shard);
        std::ofstream(folder.path() / "model.safetensors.index.json") << json{{"weight_map", map}};
        std::filesystem::resize_file(shard, std::filesystem::file_size(shard) - 10);
        const auto message = refusal(folder.path());
        QVERIFY2(message.contains(QStringLiteral("model-00001-of-00001.safetensors")), qPrintable(message));
    }

    void a_language_model_beyond_the_free_memory_is_refused()
    {
        const LavisFolder folder(QStringLiteral("opt"));
        const std::uint64_t bytes = std::uint64_t{1} << 42U; // 4 TB, of which nothing takes place on the disk.
        auto header = json{{"model.decoder.embed_tokens.weight",
                               {{"dtype", "F32"}, {"shape", {bytes / 4096, 1024}}, {"data_offsets", {0, bytes}}}}}
                          .dump();
        header.resize((header.size() + 7) / 8 * 8, ' ');
        const auto file = folder.languagePath() / "model.safetensors";
        std::string start(8, '\0');
        start[0] = static_cast<char>(header.size());
        std::ofstream(file, std::ios::binary) << start << header;
        std::filesystem::resize_file(file, start.size() + header.size() + bytes);
        const auto message = refusal(folder.path());
        QVERIFY2(message.contains(QStringLiteral("are free")) && message.contains(QStringLiteral("model.safetensors")),
            qPrintable(message));
    }

    void types_may_be_mixed_data() { made_blip2::addKinds(); }

    void types_may_be_mixed()
    {
        QFETCH(QString, kind);
        const Folder folder(kind);
        const auto rounded = [](const std::string& key, const at::Tensor& tensor) {
            return key.starts_with("vision_model.")  ? tensor.to(at::kHalf)
                : key.starts_with("language_model.") ? tensor.to(at::kBFloat16)
                                                     : tensor;
        };
        folder.changeWeights([&](StateDict& weights) {
            for (auto& [key, tensor] : weights)
                tensor = rounded(key, tensor);
        });
        const auto mixed = written(folder.path());
        folder.changeWeights([&](StateDict& weights) {
            for (auto& [key, tensor] : weights)
                tensor = tensor.to(at::kFloat);
        });
        QCOMPARE(mixed.score, written(folder.path()).score);
    }

    void weights_without_a_language_model_are_refused()
    {
        const Folder folder(QStringLiteral("t5"));
        folder.changeWeights([](StateDict& weights) { taken(weights, "language_model."); });
        const auto message = refusal(folder.path());
        QVERIFY2(message.contains(QStringLiteral("no language model")), qPrintable(message));
    }
};

QTEST_GUILESS_MAIN(TestBlip2Open)
#include "tst_blip2_open.moc"
