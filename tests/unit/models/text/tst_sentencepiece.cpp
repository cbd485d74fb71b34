#include "imaging/error.h"
#include "models/text/open_tokenizer.h"
#include "models/text/sentencepiece_file.h"
#include "models/text/sentencepiece_tokenizer.h"
#include "tests/support/error_sentence.h"

#include <nlohmann/json.hpp>
#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <QtTest>

#include <algorithm>
#include <fstream>
#include <random>

using imaging::ErrorKind;
using models::text::openTokenizer;
using models::text::TokenIds;
using nlohmann::json;

namespace {

const std::vector<std::string> kWords{"the", "left", "lung", "lungs", "are", "clear", "no", "acute", "infection",
    "infected", "bilateral", "pulmonary", "areas", "upper", "lower", "effusion,", "pneumonia.", "3.5", "cm",
    "caf\u00e9"};

std::string randomSentence(std::mt19937& random, bool strange)
{
    std::string text;
    for (auto words = random() % 12; words > 0; --words) {
        text += kWords[random() % kWords.size()] + (random() % 5 == 0 ? "  " : " ");
        if (strange && random() % 4 == 0)
            text += std::vector<std::string>{"\u80ba", "\U0001f600", "x\ny", "\t", "</s>", "\u2581"}[random() % 6];
    }
    return text;
}

class Sentences : public sentencepiece::SentenceIterator
{
public:
    Sentences() { Next(); }
    bool done() const override { return m_count > 3000; }
    void Next() override
    {
        ++m_count;
        m_text = randomSentence(m_random, /*strange=*/false);
    }
    const std::string& value() const override { return m_text; }
    sentencepiece::util::Status status() const override { return {}; }

private:
    std::mt19937 m_random{1};
    std::string m_text;
    int m_count = 0;
};

/// A small model, trained here: as Llama's (byte pairs, bytes for what is unknown) or as T5's (unigrams, no begin
/// token).
std::string trained(const char* settings)
{
    Sentences sentences;
    std::string bytes;
    const auto status = sentencepiece::SentencePieceTrainer::Train(
        std::string("--minloglevel=4 --hard_vocab_limit=false ") + settings, &sentences, &bytes);
    return status.ok() ? bytes : std::string();
}

void write(const std::filesystem::path& file, const std::string& bytes)
{
    std::ofstream(file, std::ios::binary) << bytes;
}

struct Pieces
{
    std::vector<std::string> texts;
    std::vector<float> scores;

    explicit Pieces(const std::string& model)
    {
        sentencepiece::SentencePieceProcessor processor;
        if (!processor.LoadFromSerializedProto(model).ok())
            return;
        for (int id = 0; id < processor.GetPieceSize(); ++id) {
            texts.push_back(processor.IdToPiece(id));
            scores.push_back(processor.GetScore(id));
        }
    }
};

json special(const char* text, int id)
{
    return {{"id", id}, {"content", text}, {"special", true}};
}

/// What Hugging Face's conversion makes of a Llama model: each piece's halves are a merge, in the order of the scores.
json llamaJson(const std::string& model)
{
    const Pieces pieces(model);
    json vocabulary = json::object();
    for (std::size_t id = 0; id < pieces.texts.size(); ++id)
        vocabulary[pieces.texts[id]] = id;
    struct Half
    {
        float score;
        std::size_t left, right;
        std::string merge;
    };
    std::vector<Half> halves;
    for (std::size_t id = 0; id < pieces.texts.size(); ++id)
        for (std::size_t cut = 1; cut < pieces.texts[id].size(); ++cut) {
            const auto left = pieces.texts[id].substr(0, cut);
            const auto right = pieces.texts[id].substr(cut);
            if (vocabulary.contains(left) && vocabulary.contains(right))
                halves.push_back({pieces.scores[id], vocabulary[left], vocabulary[right], left + " " + right});
        }
    std::sort(halves.begin(), halves.end(), [](const Half& a, const Half& b) {
        return std::tuple(-a.score, a.left, a.right) < std::tuple(-b.score, b.left, b.right);
    });
    json merges = json::array();
    for (const auto& half : halves)
        merges.push_back(half.merge);
    return {{"added_tokens", {special("<unk>", 0), special("<s>", 1), special("</s>", 2)}},
        {"normalizer",
            {{"type", "Sequence"},
                {"normalizers",
                    {{{"type", "Prepend"}, {"prepend", "\u2581"}},
                        {{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", "\u2581"}}}}}},
        {"pre_tokenizer", nullptr},
        {"post_processor",
            {{"type", "TemplateProcessing"},
                {"single", {{{"SpecialToken", {{"id", "<s>"}}}}, {{"Sequence", {{"id", "A"}}}}}},
                {"special_tokens", {{"<s>", {{"ids", {1}}}}}}}},
        {"model",
            {{"type", "BPE"}, {"unk_token", "<unk>"}, {"byte_fallback", true}, {"fuse_unk", true},
                {"vocab", vocabulary}, {"merges", merges}}}};
}

/// The same for a T5 model whose text is not normalized.
json t5Json(const std::string& model)
{
    const Pieces pieces(model);
    json vocabulary = json::array();
    for (std::size_t id = 0; id < pieces.texts.size(); ++id)
        vocabulary.push_back({pieces.texts[id], pieces.scores[id]});
    return {{"added_tokens", {special("<pad>", 0), special("</s>", 1), special("<unk>", 2)}}, {"normalizer", nullptr},
        {"pre_tokenizer",
            {{"type", "Sequence"},
                {"pretokenizers",
                    {{{"type", "WhitespaceSplit"}}, {{"type", "Metaspace"}, {"add_prefix_space", true}}}}}},
        {"post_processor",
            {{"type", "TemplateProcessing"},
                {"single", {{{"Sequence", {{"id", "A"}}}}, {{"SpecialToken", {{"id", "</s>"}}}}}},
                {"special_tokens", {{"</s>", {{"ids", {1}}}}}}}},
        {"model", {{"type", "Unigram"}, {"unk_id", 2}, {"vocab", vocabulary}}}};
}

} // namespace

class TestSentencePiece : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void llama_puts_its_begin_in_front();
    void t5_puts_its_end_behind();
    void tokenizer_json_gives_what_the_library_gives_data();
    void tokenizer_json_gives_what_the_library_gives();
    void tokens_of_other_files_are_known();
    void a_cut_file_is_refused_at_every_length();
    void changed_bytes_never_crash();
    void no_model_is_refused();

private:
    QTemporaryDir m_folder;
    std::filesystem::path m_llama;
    std::filesystem::path m_t5;
    std::string m_llamaBytes;
};

void TestSentencePiece::initTestCase()
{
    m_llama = std::filesystem::path(m_folder.path().toStdString()) / "llama";
    m_t5 = std::filesystem::path(m_folder.path().toStdString()) / "t5";
    std::filesystem::create_directory(m_llama);
    std::filesystem::create_directory(m_t5);
    m_llamaBytes = trained("--model_type=bpe --vocab_size=400 --byte_fallback=true --normalization_rule_name=identity "
                           "--remove_extra_whitespaces=false");
    QVERIFY(!m_llamaBytes.empty());
    write(m_llama / "tokenizer.model", m_llamaBytes);
    write(m_llama / "x-tokenizer.json", llamaJson(m_llamaBytes).dump());
    const auto t5 = trained("--model_type=unigram --vocab_size=120 --bos_id=-1 --pad_id=0 --eos_id=1 --unk_id=2 "
                            "--normalization_rule_name=identity");
    QVERIFY(!t5.empty());
    write(m_t5 / "spiece.model", t5);
    write(m_t5 / "x-tokenizer.json", t5Json(t5).dump());
}

void TestSentencePiece::llama_puts_its_begin_in_front()
{
    const auto llama = openTokenizer(m_llama);
    const auto encoded = llama->encode("the left lung");
    QCOMPARE(encoded.ids.front(), std::int64_t{1});
    QVERIFY(encoded.ids.back() > 2);
    QCOMPARE(llama->decode(encoded.ids), std::string("the left lung"));
    QCOMPARE(llama->decode(llama->encode("\u80ba x").ids), std::string("\u80ba x")); // By its bytes.
    QCOMPARE(llama->encode("</s>").ids, (TokenIds{1, 2}));
}

void TestSentencePiece::t5_puts_its_end_behind()
{
    const auto t5 = openTokenizer(m_t5);
    const auto encoded = t5->encode("the left lung");
    QCOMPARE(encoded.ids.back(), std::int64_t{1});
    QVERIFY(encoded.ids.front() > 2);
    QCOMPARE(t5->decode(encoded.ids), std::string("the left lung"));
    QCOMPARE(t5->frame().pad, std::int64_t{0});
    const auto last = static_cast<std::int64_t>(t5->size()) - 1;
    QCOMPARE(t5->find("<extra_id_0>"), last);
    QCOMPARE(t5->find("<extra_id_99>"), last - 99);
    QCOMPARE(t5->pieces("<extra_id_0>"), TokenIds{last});
    QCOMPARE(t5->find("no such piece"), std::int64_t{-1});
}

void TestSentencePiece::tokenizer_json_gives_what_the_library_gives_data()
{
    QTest::addColumn<bool>("llama");
    QTest::newRow("byte pairs with bytes for the unknown") << true;
    QTest::newRow("unigrams") << false;
}

void TestSentencePiece::tokenizer_json_gives_what_the_library_gives()
{
    QFETCH(bool, llama);
    const auto folder = llama ? m_llama : m_t5;
    const auto library = openTokenizer(folder / (llama ? "tokenizer.model" : "spiece.model"));
    const auto own = openTokenizer(folder / "x-tokenizer.json");
    std::mt19937 random(11);
    for (int round = 0; round < 3000; ++round) {
        const auto text = randomSentence(random, /*strange=*/llama);
        const auto ids = own->encode(text).ids;
        QCOMPARE(ids, library->encode(text).ids);
        QCOMPARE(own->decode(ids), library->decode(ids));
    }
}

void TestSentencePiece::tokens_of_other_files_are_known()
{
    const auto size = static_cast<std::int64_t>(openTokenizer(m_llama)->size());
    const auto folder = std::filesystem::path(m_folder.path().toStdString()) / "vicuna";
    std::filesystem::create_directory(folder);
    write(folder / "tokenizer.model", m_llamaBytes);
    write(folder / "added_tokens.json", "{\"[PAD]\": " + std::to_string(size) + "}");
    write(folder / "tokenizer_config.json", R"({"pad_token": "[PAD]"})");
    const auto vicuna = openTokenizer(folder);
    QCOMPARE(vicuna->pieces("[PAD]"), TokenIds{size});
    QCOMPARE(vicuna->frame().pad, size);
    QCOMPARE(vicuna->size(), static_cast<std::size_t>(size) + 1);
    QCOMPARE(vicuna->decode(vicuna->encodePadded("the lung", 20).ids), std::string("the lung"));
    QCOMPARE(vicuna->frame().before, TokenIds{1});
    write(folder / "tokenizer_config.json", R"({"bos_token": {"content": "</s>"}, "add_bos_token": true})");
    QCOMPARE(openTokenizer(folder)->frame().before, TokenIds{2});
    write(folder / "tokenizer_config.json", R"({"bos_token": "<s>", "add_bos_token": false, "tokenizer_class": null})");
    QCOMPARE(openTokenizer(folder)->frame().before, TokenIds{});
}

void TestSentencePiece::a_cut_file_is_refused_at_every_length()
{
    const auto file = std::filesystem::path(m_folder.path().toStdString()) / "cut.model";
    int refused = 0;
    int tried = 0;
    for (std::size_t length = 0; length + 200 < m_llamaBytes.size(); length += 37, ++tried) {
        write(file, m_llamaBytes.substr(0, length));
        try {
            models::text::SentencePieceTokenizer(file, {});
        } catch (const imaging::Error& error) {
            QVERIFY(QString(error.what()).contains("cut.model"));
            ++refused;
        }
    }
    QVERIFY(refused > tried * 9 / 10); // What is cut between two pieces is a smaller model.
}

void TestSentencePiece::changed_bytes_never_crash()
{
    const auto file = std::filesystem::path(m_folder.path().toStdString()) / "changed.model";
    std::mt19937 random(13);
    for (int round = 0; round < 300; ++round) {
        auto bytes = m_llamaBytes;
        for (auto changes = 1 + random() % 4; changes > 0; --changes)
            bytes[random() % bytes.size()] = static_cast<char>(random());
        write(file, bytes);
        try {
            const models::text::SentencePieceTokenizer tokenizer(file, {});
            tokenizer.decode(tokenizer.encode("the left lung \u80ba").ids);
        } catch (const imaging::Error& error) {
            QVERIFY(QString(error.what()).contains("changed.model"));
        }
    }
}

void TestSentencePiece::no_model_is_refused()
{
    const auto folder = std::filesystem::path(m_folder.path().toStdString());
    const auto read = [&](const std::string& bytes) {
        write(folder / "a.model", bytes);
        return support::sentence(ErrorKind::Model, [&] { models::text::readSentencePieceFile(folder / "a.model"); });
    };
    QVERIFY(read("").contains("0 pieces"));
    QVERIFY(read("<html>not found</html>").contains("no SentencePiece model"));
    QVERIFY(read(m_llamaBytes + m_llamaBytes).contains("there twice"));
    QVERIFY(support::sentence(ErrorKind::NotFound, [&] {
        models::text::readSentencePieceFile(folder / "none.model");
    }).contains("none.model"));
}

QTEST_GUILESS_MAIN(TestSentencePiece)
#include "tst_sentencepiece.moc"
