#include "imaging/error.h"
#include "models/text/byte_alphabet.h"
#include "models/text/open_tokenizer.h"
#include "tests/support/error_sentence.h"

#include <nlohmann/json.hpp>
#include <zlib.h>

#include <QtTest>

#include <fstream>
#include <random>

using imaging::ErrorKind;
using models::text::openTokenizer;
using models::text::TokenIds;
using nlohmann::json;

namespace {

void write(const std::filesystem::path& file, const std::string& text)
{
    std::ofstream(file, std::ios::binary) << text;
}

/// All bytes, with `ending` behind the second 256 of them (CLIP's), then the words, then the special tokens.
json byteVocabulary(const std::string& ending, const std::vector<std::string>& words)
{
    json vocabulary = json::object();
    std::vector<std::string> endings{""};
    if (!ending.empty())
        endings.push_back(ending);
    for (const auto& end : endings)
        for (const auto byte : models::text::bytesInAlphabetOrder())
            vocabulary[std::string(models::text::byteCharacter(byte)) + end] = vocabulary.size();
    for (const auto& word : words)
        vocabulary[word] = vocabulary.size();
    return vocabulary;
}

json byteLevelJson()
{
    return {{"added_tokens", json::array({{{"id", 258}, {"content", "</s>"}, {"special", true}}})},
        {"normalizer", nullptr}, {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", false}}},
        {"post_processor",
            {{"type", "TemplateProcessing"},
                {"single", {{{"SpecialToken", {{"id", "</s>"}}}}, {{"Sequence", {{"id", "A"}}}}}},
                {"special_tokens", {{"</s>", {{"ids", {258}}}}}}}},
        {"model",
            {{"type", "BPE"}, {"vocab", byteVocabulary("", {"lu", "lun", "</s>"})}, {"merges", {"l u", {"lu", "n"}}}}}};
}

json wordPieceJson()
{
    return {{"added_tokens", json::array({{{"id", 6}, {"content", "[DEC]"}}})},
        {"normalizer", {{"type", "BertNormalizer"}, {"lowercase", true}}},
        {"model",
            {{"type", "WordPiece"}, {"continuing_subword_prefix", "##"},
                {"vocab", {{"[PAD]", 0}, {"[UNK]", 1}, {"[CLS]", 2}, {"[SEP]", 3}, {"lung", 4}, {"##s", 5}}}}}};
}

json unigramJson()
{
    const auto vocabulary = json::array({{"<unk>", 0}, {"\u2581", -3}, {"\u2581lung", -1}, {"s", -2}});
    return {{"model", {{"type", "Unigram"}, {"unk_id", 0}, {"vocab", vocabulary}}},
        {"pre_tokenizer", {{"type", "Metaspace"}, {"replacement", "\u2581"}, {"prepend_scheme", "always"}}}};
}

} // namespace

class TestOpenTokenizer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void a_folder_is_opened_by_what_lies_in_it_data();
    void a_folder_is_opened_by_what_lies_in_it();
    void a_config_says_what_stands_in_front_data();
    void a_config_says_what_stands_in_front();
    void blip_needs_the_words_of_bert();
    void broken_files_are_refused_data();
    void broken_files_are_refused();
    void json_with_changed_values_never_crashes();
    void a_cut_gzip_is_refused();

private:
    std::unique_ptr<QTemporaryDir> m_temporary;
    std::filesystem::path m_folder;
};

void TestOpenTokenizer::init()
{
    m_temporary = std::make_unique<QTemporaryDir>();
    m_folder = m_temporary->path().toStdString();
}

void TestOpenTokenizer::cleanup()
{
    m_temporary.reset();
}

void TestOpenTokenizer::a_folder_is_opened_by_what_lies_in_it_data()
{
    QTest::addColumn<QMap<QString, QByteArray>>("files");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QList<int>>("ids");
    const auto bytes = [](const json& value) { return QByteArray::fromStdString(value.dump()); };
    QTest::newRow("tokenizer.json of byte pairs")
        << QMap<QString, QByteArray>{{"tokenizer.json", bytes(byteLevelJson())}} << QByteArray("lun</s>")
        << QList<int>{258, 257, 258};
    QTest::newRow("tokenizer.json of BERT, before vocab.txt")
        << QMap<QString, QByteArray>{{"tokenizer.json", bytes(wordPieceJson())}, {"vocab.txt", "nothing"}}
        << QByteArray("Lungs [DEC]") << QList<int>{2, 4, 5, 6, 3};
    QTest::newRow("tokenizer.json of unigrams") << QMap<QString, QByteArray>{{"tokenizer.json", bytes(unigramJson())}}
                                                << QByteArray("lungs lung") << QList<int>{2, 3, 2};
    QTest::newRow("vocab.txt with an added token")
        << QMap<QString, QByteArray>{{"vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\nlung\n"},
               {"added_tokens.json", R"({"[DEC]": 5})"}}
        << QByteArray("[DEC] lung") << QList<int>{2, 5, 4, 3};
    QTest::newRow("vocab.json and merges.txt of OPT")
        << QMap<QString, QByteArray>{{"vocab.json", bytes(byteVocabulary("", {"lu", "lun", "</s>"}))},
               {"merges.txt", "#version: 0.2\nl u\nlu n\n"}}
        << QByteArray("lun") << QList<int>{258, 257};
    QTest::newRow("vocab.json and merges.txt of CLIP") << QMap<QString, QByteArray>{
        {"vocab.json", bytes(byteVocabulary("</w>", {"lu", "<|startoftext|>", "<|endoftext|>"}))},
        {"merges.txt", "l u\n"}} << QByteArray(" LU!") << QList<int>{513, 75, 256 + 84, 256, 514};
}

void TestOpenTokenizer::a_folder_is_opened_by_what_lies_in_it()
{
    using Files = QMap<QString, QByteArray>;
    QFETCH(Files, files);
    QFETCH(QByteArray, text);
    QFETCH(QList<int>, ids);
    for (auto file = files.begin(); file != files.end(); ++file)
        write(m_folder / file.key().toStdString(), file.value().toStdString());
    QList<int> found;
    for (const auto id : openTokenizer(m_folder)->encode(text.toStdString()).ids)
        found << static_cast<int>(id);
    QCOMPARE(found, ids);
}

void TestOpenTokenizer::a_config_says_what_stands_in_front_data()
{
    QTest::addColumn<QByteArray>("config");
    QTest::addColumn<QList<int>>("ids");
    QTest::newRow("OPT") << QByteArray(R"({"bos_token": {"content": "</s>"}, "add_bos_token": true})")
                         << QList<int>{256, 64};
    QTest::newRow("GPT-2") << QByteArray(R"({"bos_token": "<|endoftext|>", "tokenizer_class": "GPT2Tokenizer"})")
                           << QList<int>{64};
    QTest::newRow("RoBERTa") << QByteArray(
        R"({"cls_token": "<s>", "sep_token": "</s>", "tokenizer_class": "RobertaTokenizer"})")
                             << QList<int>{257, 64, 256};
}

void TestOpenTokenizer::a_config_says_what_stands_in_front()
{
    QFETCH(QByteArray, config);
    QFETCH(QList<int>, ids);
    write(m_folder / "vocab.json", byteVocabulary("", {"</s>", "<s>"}).dump());
    write(m_folder / "merges.txt", "");
    write(m_folder / "tokenizer_config.json", config.toStdString());
    QList<int> found;
    for (const auto id : openTokenizer(m_folder)->encode("a").ids)
        found << static_cast<int>(id);
    QCOMPARE(found, ids);
}

void TestOpenTokenizer::blip_needs_the_words_of_bert()
{
    write(m_folder / "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\nlung\n");
    const auto blip = models::text::openBertTokenizer(m_folder, {"[DEC]", "[ENC]"});
    QCOMPARE(blip->find("[DEC]"), std::int64_t{5});
    QCOMPARE(blip->find("[ENC]"), std::int64_t{6});
    QCOMPARE(blip->encode("[DEC] lung").ids, (TokenIds{2, 5, 4, 3}));
    write(m_folder / "tokenizer.json", unigramJson().dump());
    const auto sentence =
        support::sentence(ErrorKind::Model, [&] { models::text::openBertTokenizer(m_folder, {"[DEC]"}); });
    QVERIFY2(sentence.contains("not BERT's"), qPrintable(sentence));
}

void TestOpenTokenizer::broken_files_are_refused_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("says");
    const auto add = [](const char* row, const char* name, const std::string& text, ErrorKind kind, const char* says) {
        QTest::newRow(row) << QString(name) << QByteArray::fromStdString(text) << static_cast<int>(kind)
                           << QString(says);
    };
    const auto changed = [](json value, const char* path, const json& to) {
        value[json::json_pointer(path)] = to;
        return value.dump();
    };
    using enum ErrorKind;
    add("nothing there", "readme.txt", "", NotFound, "no tokenizer in");
    add("no JSON", "tokenizer.json", "{\"model\": ", Model, "no JSON object");
    add("a list", "tokenizer.json", "[1]", Model, "no JSON object");
    add("very deep", "tokenizer.json", std::string(100000, '['), Model, "no JSON object");
    add("no model", "tokenizer.json", "{}", Model, "model");
    add("another model", "tokenizer.json", R"({"model": {"type": "WordLevel"}})", Unsupported, "WordLevel");
    add("merges that do not fit", "tokenizer.json", changed(byteLevelJson(), "/model/merges", {"l q"}), Model,
        "do not fit");
    add("a merge that is no pair", "tokenizer.json", changed(byteLevelJson(), "/model/merges", {"lun"}), Model,
        "no pair");
    add("a vocabulary of texts", "tokenizer.json", changed(byteLevelJson(), "/model/vocab/a", "x"), Model, "type");
    add("an id that asks for memory", "tokenizer.json", changed(byteLevelJson(), "/model/vocab/a", 1LL << 40), Model,
        "id");
    add("a byte is missing", "tokenizer.json",
        changed(byteLevelJson(), "/model/vocab", {{"l", 0}, {"u", 1}, {"lu", 2}, {"n", 3}, {"lun", 4}}), Model,
        "none of bytes");
    add("a normalizer of its own", "tokenizer.json", changed(byteLevelJson(), "/normalizer", {{"type", "NFC"}}),
        Unsupported, "normalizes text");
    add("a score that is no number", "tokenizer.json", changed(unigramJson(), "/model/vocab/1/1", nullptr), Model,
        "number");
    add("unknown beyond the pieces", "tokenizer.json", changed(unigramJson(), "/model/unk_id", 9), Model,
        "the number 9");
    add("a very long piece", "tokenizer.json", changed(unigramJson(), "/model/vocab/1/0", std::string(600, 'x')), Model,
        "piece 1");
    add("another mark", "tokenizer.json", changed(unigramJson(), "/pre_tokenizer/replacement", "_"), Unsupported,
        "U+2581");
    add("another splitter", "tokenizer.json", changed(unigramJson(), "/pre_tokenizer/type", "Digits"), Unsupported,
        "Digits");
    add("a damaged charsmap", "tokenizer.json",
        changed(unigramJson(), "/normalizer", {{"type", "Precompiled"}, {"precompiled_charsmap", "AAAA"}}), Model,
        "replacements");
    add("another expression", "tokenizer.json",
        changed(unigramJson(), "/normalizer", {{"type", "Replace"}, {"pattern", {{"Regex", "a+"}}}, {"content", ""}}),
        Unsupported, "a+");
    add("words without [CLS]", "vocab.txt", "[PAD]\n[UNK]\nlung\n", Model, "[CLS]");
    add("no merges", "vocab.json", "{}", NotFound, "merges.txt");
    add("a number for a vocabulary", "vocab.json", R"({"a": "b"})", Model, "no number");
    add("no model of SentencePiece", "spiece.model", "x", Model, "SentencePiece");
    add("text in place of gzip", "bpe_simple_vocab_16e6.txt.gz", "#version\na b\n", Model, "1 merges");
}

void TestOpenTokenizer::broken_files_are_refused()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, text);
    QFETCH(int, kind);
    QFETCH(QString, says);
    write(m_folder / name.toStdString(), text.toStdString());
    const auto sentence = support::sentence(static_cast<ErrorKind>(kind), [&] { openTokenizer(m_folder); });
    QVERIFY2(sentence.contains(says), qPrintable(sentence));
    QVERIFY2(sentence.contains(m_folder.string().c_str()), qPrintable(sentence));
    QVERIFY2(sentence.contains("opy") || sentence.contains("ake") || sentence.contains("can be used")
            || sentence.contains("beside") || sentence.contains("not BERT's"),
        qPrintable(sentence)); // What to do.
}

void TestOpenTokenizer::json_with_changed_values_never_crashes()
{
    std::mt19937 random(3);
    for (int round = 0; round < 400; ++round) {
        auto text = std::vector{byteLevelJson(), wordPieceJson(), unigramJson()}[random() % 3].dump();
        for (auto changes = 1 + random() % 3; changes > 0; --changes)
            text[random() % text.size()] = "{}[]\",:0-9nul"[random() % 13];
        write(m_folder / "tokenizer.json", text);
        try {
            const auto opened = openTokenizer(m_folder);
            opened->decode(opened->encode("lungs </s>\u80ba").ids);
        } catch (const imaging::Error& error) {
            QVERIFY(QString(error.what()).contains("tokenizer.json"));
        }
    }
}

void TestOpenTokenizer::a_cut_gzip_is_refused()
{
    const auto file = m_folder / "bpe_simple_vocab_16e6.txt.gz";
    const auto packed = gzopen(file.c_str(), "wb");
    std::mt19937 random(1);
    for (int i = 0; i < 20000; ++i)
        gzprintf(packed, "%u %u\n", static_cast<unsigned>(random()), static_cast<unsigned>(random()));
    gzclose(packed);
    std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
    QVERIFY(support::sentence(ErrorKind::Model, [&] { openTokenizer(m_folder); }).contains("cut"));
}

QTEST_GUILESS_MAIN(TestOpenTokenizer)
#include "tst_open_tokenizer.moc"
