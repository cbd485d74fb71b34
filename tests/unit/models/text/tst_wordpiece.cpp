#include "tests/unit/models/vlm_goldens.h"

#include "imaging/error.h"
#include "models/text/wordpiece.h"

#include <QtTest>

#include <fstream>
#include <map>
#include <random>

using imaging::Error;
using imaging::ErrorKind;
using models::text::WordPiece;

namespace {

using Ids = std::vector<std::int64_t>;

/// A vocabulary small enough to see through.
const char* const kVocabulary =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nlung\nun\n##aff\n##able\n.\n,\nleft\nA\n\xe8\x82\xba\ne\nLung\n##s\n";
enum Word { Pad, Unknown, Begin, End, Mask, Lung, Un, Aff, Able, Dot, Comma, Left, UpperA, Ideograph, E, UpperLung, S };

std::filesystem::path vocabularyFile()
{
    for (const auto& file : {std::filesystem::path(qEnvironmentVariable("LIMN_TEST_DATA").toStdString())
                 / "tokenizers/bert-base-uncased-vocab.txt",
             vlm_goldens::minilm() / "vocab.txt"})
        if (std::filesystem::exists(file))
            return file;
    return {};
}

} // namespace

class TestWordPiece : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void texts_are_split_like_bert_data();
    void texts_are_split_like_bert();
    void a_cased_vocabulary_keeps_case_and_accents();
    void a_long_text_is_cut_and_says_so_data();
    void a_long_text_is_cut_and_says_so();
    void goldens_of_hugging_face_are_met();
    void tokenized_questions_are_reproduced();
    void any_bytes_are_accepted();
    void a_folder_tells_whether_to_lower_case();
    void broken_vocabularies_are_refused();

private:
    std::filesystem::path write(const char* name, const std::string& text);
    QTemporaryDir m_folder;
    std::filesystem::path m_small;
};

std::filesystem::path TestWordPiece::write(const char* name, const std::string& text)
{
    const auto file = std::filesystem::path(m_folder.path().toStdString()) / name;
    std::ofstream(file, std::ios::binary) << text;
    return file;
}

void TestWordPiece::initTestCase()
{
    m_small = write("small.txt", kVocabulary);
}

void TestWordPiece::texts_are_split_like_bert_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QList<int>>("expected");
    const auto add = [](const char* name, const std::string& text, const QList<int>& ids) {
        QTest::newRow(name) << QByteArray::fromStdString(text) << ids;
    };
    add("nothing", "", {});
    add("white space", " \t\r\n\u00a0\u3000", {});
    add("lower case", "LUNG", {Lung});
    add("punctuation", "lung,left.", {Lung, Comma, Left, Dot});
    add("pieces", "unaffable", {Un, Aff, Able});
    add("plural", "Lungs", {Lung, S});
    add("unknown tail makes the whole word unknown", "unaffablex", {Unknown});
    add("accents", "l\u00fang", {Lung});
    add("combining accent", "lu\u0301ng", {Lung});
    add("ideographs stand alone", "\u80balung\u80ba", {Ideograph, Lung, Ideograph});
    add("control characters vanish", std::string("lu\0ng\x07", 6) + "\u200b", {Lung});
    add("not UTF-8", "lu\xff\xfeng", {Lung});
    add("cut in a character", "lung\xe8\x82", {Lung});
    add("special tokens", "lung [MASK] left [SEP]", {Lung, Mask, Left, End});
    add("special tokens keep their case", "[mask]", {Unknown, Unknown, Unknown});
    add("word of 100 characters", std::string(100, 'q'), {Unknown});
    add("word of 101 known characters", std::string("lung") + std::string(97, 's'), {Unknown});
}

void TestWordPiece::texts_are_split_like_bert()
{
    QFETCH(QByteArray, text);
    QFETCH(QList<int>, expected);
    const auto result = WordPiece(m_small, /*lowerCase=*/true).encode(text.toStdString());
    Ids ids{Begin};
    ids.insert(ids.end(), expected.begin(), expected.end());
    ids.push_back(End);
    QCOMPARE(result.ids, ids);
    QCOMPARE(result.continuesWord.size(), ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i)
        QCOMPARE(static_cast<bool>(result.continuesWord[i]), ids[i] == Aff || ids[i] == Able || ids[i] == S);
    QVERIFY(!result.cut);
}

void TestWordPiece::a_cased_vocabulary_keeps_case_and_accents()
{
    const WordPiece tokenizer(m_small, /*lowerCase=*/false);
    QCOMPARE(tokenizer.encode("Lung lung A").ids, (Ids{Begin, UpperLung, Lung, UpperA, End}));
    QCOMPARE(tokenizer.encode("l\u00fang").ids, (Ids{Begin, Unknown, End}));
}

void TestWordPiece::a_long_text_is_cut_and_says_so_data()
{
    QTest::addColumn<int>("most");
    QTest::addColumn<int>("length");
    QTest::addColumn<bool>("cut");
    QTest::newRow("no limit") << 0 << 7 << false;
    QTest::newRow("fits exactly") << 7 << 7 << false;
    QTest::newRow("one too many") << 6 << 6 << true;
    QTest::newRow("inside a word") << 4 << 4 << true;
    QTest::newRow("no room at all") << 1 << 2 << true;
}

void TestWordPiece::a_long_text_is_cut_and_says_so()
{
    QFETCH(int, most);
    QFETCH(int, length);
    QFETCH(bool, cut);
    const auto result = WordPiece(m_small, true).encode("lung unaffable left", static_cast<std::size_t>(most));
    QCOMPARE(static_cast<int>(result.ids.size()), length);
    QCOMPARE(result.ids.back(), std::int64_t{End});
    QCOMPARE(result.cut, cut);
}

void TestWordPiece::goldens_of_hugging_face_are_met()
{
    const auto goldens = vlm_goldens::find("tokenizers/bert.json");
    const auto vocabulary = vocabularyFile();
    if (goldens.empty() || vocabulary.empty())
        QSKIP("needs BERT's vocabulary: the default text encoder or LIMN_TEST_DATA/tokenizers");
    const WordPiece tokenizer(vocabulary, /*lowerCase=*/true);
    const auto cases = vlm_goldens::readJson(goldens).at("cases");
    QVERIFY(cases.size() >= 60);
    for (const auto& item : cases) {
        const auto text = item.at("text").get<std::string>();
        QVERIFY2(tokenizer.encode(text).ids == item.at("ids").get<Ids>(), text.c_str());
    }
}

void TestWordPiece::tokenized_questions_are_reproduced()
{
    const auto vocabulary = vocabularyFile();
    const auto file = std::filesystem::path(qEnvironmentVariable("LIMN_TEST_DATA").toStdString())
        / "tokenizers/bert-tokenized_questions.json";
    if (vocabulary.empty() || !std::filesystem::exists(file))
        QSKIP("needs LIMN_TEST_DATA/tokenizers");
    std::vector<std::string> words;
    std::ifstream stream(vocabulary);
    for (std::string line; std::getline(stream, line);)
        words.push_back(line);
    const WordPiece tokenizer(vocabulary, true);
    int checked = 0;
    for (const auto& question : vlm_goldens::readJson(file)) {
        const auto ids = question.get<Ids>();
        std::string text; // The file has ids only: their words, joined, must give them back.
        for (const auto id : ids) {
            const auto& word = words.at(static_cast<std::size_t>(id));
            text += word.starts_with("##") ? word.substr(2) : " " + word;
        }
        Ids expected{101};
        expected.insert(expected.end(), ids.begin(), ids.end());
        expected.push_back(102);
        QVERIFY2(tokenizer.encode(text).ids == expected, text.c_str());
        ++checked;
    }
    QVERIFY(checked > 10000);
}

void TestWordPiece::any_bytes_are_accepted()
{
    const WordPiece tokenizer(m_small, true);
    std::mt19937 random(3);
    for (int round = 0; round < 2000; ++round) {
        std::string text(random() % 60, '\0');
        for (auto& byte : text)
            byte = static_cast<char>(random());
        const auto result = tokenizer.encode(text, 20);
        QVERIFY(result.ids.size() >= 2 && result.ids.size() <= 20);
        QCOMPARE(result.ids.front(), std::int64_t{Begin});
        QCOMPARE(result.ids.back(), std::int64_t{End});
    }
}

void TestWordPiece::a_folder_tells_whether_to_lower_case()
{
    QTemporaryDir folder;
    const std::filesystem::path path = folder.path().toStdString();
    std::ofstream(path / "vocab.txt") << kVocabulary;
    QCOMPARE(WordPiece(path).encode("Lung").ids, (Ids{Begin, Lung, End}));
    std::ofstream(path / "tokenizer_config.json") << R"({"do_lower_case": false})";
    QCOMPARE(WordPiece(path).encode("Lung").ids, (Ids{Begin, UpperLung, End}));
    std::ofstream(path / "vocab.txt") << "[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\nLung\r\n";
    QCOMPARE(WordPiece(path).encode("Lung").ids, (Ids{2, 4, 3}));
}

void TestWordPiece::broken_vocabularies_are_refused()
{
    const auto kindOf = [](const std::filesystem::path& file) {
        try {
            WordPiece(file, true);
        } catch (const Error& error) {
            return error.kind();
        }
        return ErrorKind::Internal;
    };
    QVERIFY(kindOf("no-such-vocabulary.txt") == ErrorKind::NotFound);
    QVERIFY(kindOf(write("empty.txt", "")) == ErrorKind::Model);
    QVERIFY(kindOf(write("gpt.txt", "<s>\n</s>\nlung\n")) == ErrorKind::Model);
}

QTEST_GUILESS_MAIN(TestWordPiece)
#include "tst_wordpiece.moc"
