#include "imaging/error.h"
#include "models/text/bert_tokenizer.h"
#include "models/text/clean_text.h"
#include "models/text/open_tokenizer.h"
#include "models/text/tokenizer.h"
#include "models/text/unicode_text.h"
#include "tests/unit/models/vlm_goldens.h"

#include <QtTest>

#include <random>

using models::text::CutSide;
using models::text::openTokenizer;
using models::text::TokenIds;
using models::text::Tokenizer;

namespace {

struct Vocabulary
{
    const char* golden;
    const char* file;
    bool frameIsGolden = true; ///< The golden's ids have the start and end around them.
};

const Vocabulary kClip{"clip", "clip-bpe_simple_vocab_16e6.txt.gz", false};
const Vocabulary kOpt{"opt", "opt-roberta-vocab.json"};
const Vocabulary kT5{"t5", "t5-small-tokenizer.json"};
const Vocabulary kBert{"bert", "bert-base-uncased-vocab.txt"};

std::filesystem::path vocabularyFile(const char* name)
{
    const auto file = std::filesystem::path(qEnvironmentVariable("LIMN_TEST_DATA").toStdString()) / "tokenizers" / name;
    return std::filesystem::exists(file) ? file : std::filesystem::path();
}

/// One of the real vocabularies, opened once; null where it is absent.
const Tokenizer* tokenizer(const char* file)
{
    static std::map<std::string, std::unique_ptr<Tokenizer>> opened;
    auto& result = opened[file];
    if (!result && !vocabularyFile(file).empty())
        result = openTokenizer(vocabularyFile(file));
    return result.get();
}

nlohmann::json golden(const char* name, const char* part = "cases")
{
    return vlm_goldens::readJson(vlm_goldens::find(std::string("tokenizers/") + name + ".json")).at(part);
}

std::string randomBytes(std::mt19937& random)
{
    std::string text(random() % 80, '\0');
    for (auto& byte : text)
        byte = static_cast<char>(random() % 3 == 0 ? random() : 'a' + random() % 26);
    return text;
}

/// Characters of many scripts, marks and symbols.
std::string randomText(std::mt19937& random)
{
    std::string text;
    for (auto length = random() % 40; length > 0; --length) {
        const auto kind = random() % 6;
        models::text::appendUtf8(text,
            static_cast<char32_t>(kind < 3 ? 0x20 + random() % 95
                    : kind == 3            ? 0xa0 + random() % 0x500
                    : kind == 4            ? random() % 0xd000
                                           : 0x10000 + random() % 0x10000));
    }
    return text;
}

} // namespace

class TestTokenizers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goldens_are_met_data();
    void goldens_are_met();
    void goldens_are_decoded();
    void clip_pads_and_cuts_like_open_clip();
    void bert_pairs_are_cut_like_the_original();
    void a_long_text_is_cut_at_the_side_that_is_asked_for();
    void clip_cleans_text_like_the_original_data();
    void clip_cleans_text_like_the_original();
    void opt_gives_back_every_text();
    void any_bytes_are_accepted();
    void blip_adds_its_tokens();
    void bert_gives_back_a_sentence();
};

void TestTokenizers::goldens_are_met_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QList<qint64>>("ids");
    QTest::addColumn<bool>("framed");
    for (const auto& vocabulary : {kClip, kOpt, kT5, kBert}) {
        int number = 0;
        for (const auto& item : golden(vocabulary.golden)) {
            QList<qint64> ids;
            for (const auto id : item.at("ids").get<TokenIds>())
                ids << id;
            QTest::addRow("%s %d", vocabulary.golden, number++)
                << QByteArray(vocabulary.file) << QByteArray::fromStdString(item.at("text")) << ids
                << vocabulary.frameIsGolden;
        }
        QVERIFY(number >= 60);
    }
}

void TestTokenizers::goldens_are_met()
{
    QFETCH(QByteArray, file);
    QFETCH(QByteArray, text);
    QFETCH(QList<qint64>, ids);
    QFETCH(bool, framed);
    const auto* opened = tokenizer(file);
    if (!opened)
        QSKIP("needs LIMN_TEST_DATA/tokenizers");
    QList<qint64> found;
    for (const auto id : framed ? opened->encode(text.toStdString()).ids : opened->pieces(text.toStdString()))
        found << id;
    QCOMPARE(found, ids);
}

void TestTokenizers::goldens_are_decoded()
{
    for (const auto& vocabulary : {kOpt, kT5}) {
        const auto* opened = tokenizer(vocabulary.file);
        if (!opened)
            QSKIP("needs LIMN_TEST_DATA/tokenizers");
        for (const auto& item : golden(vocabulary.golden))
            QCOMPARE(opened->decode(item.at("ids").get<TokenIds>()), item.at("decoded").get<std::string>());
    }
}

void TestTokenizers::clip_pads_and_cuts_like_open_clip()
{
    const auto* clip = tokenizer(kClip.file);
    if (!clip)
        QSKIP("needs LIMN_TEST_DATA/tokenizers");
    for (const auto& item : golden("clip", "padded_77")) {
        const auto result = clip->encodePadded(item.at("text").get<std::string>(), 77);
        QCOMPARE(result.ids, item.at("open_clip_77").get<TokenIds>());
        QCOMPARE(result.cut, clip->pieces(item.at("text").get<std::string>()).size() > 75);
    }
    QCOMPARE(clip->decode(clip->encodePadded("A chest X-ray.", 77).ids), std::string("a chest x - ray ."));
    QCOMPARE(clip->size(), std::size_t{49408});
}

void TestTokenizers::bert_pairs_are_cut_like_the_original()
{
    const auto* opened = tokenizer(kBert.file);
    if (!opened)
        QSKIP("needs LIMN_TEST_DATA/tokenizers");
    const auto& bert = dynamic_cast<const models::text::BertTokenizer&>(*opened);
    const auto expected = golden("bert", "pair_truncated_padded");
    const auto first = expected.at("text").get<std::string>();
    const auto second = expected.at("text_pair").get<std::string>();
    const auto pair = bert.encodePair(first, second, expected.at("max_length"));
    QCOMPARE(pair.ids, expected.at("input_ids").get<TokenIds>());
    QCOMPARE(pair.types, expected.at("token_type_ids").get<TokenIds>());
    QVERIFY(pair.cut);
    QVERIFY(!bert.encodePair(first, second).cut);
    QCOMPARE(bert.encodePair("lung", first, 6).ids.size(), std::size_t{6});
    QCOMPARE(bert.encodePair("lung", first, 2).ids.size(), std::size_t{3}); // No less than [CLS] [SEP] [SEP].
}

void TestTokenizers::a_long_text_is_cut_at_the_side_that_is_asked_for()
{
    const auto* bert = tokenizer(kBert.file);
    if (!bert)
        QSKIP("needs LIMN_TEST_DATA/tokenizers");
    const auto all = bert->encode("no acute abnormality of the left lung").ids;
    const auto end = bert->encode("no acute abnormality of the left lung", 5);
    QCOMPARE(end.ids, (TokenIds{all[0], all[1], all[2], all[3], all.back()}));
    QVERIFY(end.cut);
    const auto start = bert->encode("no acute abnormality of the left lung", 5, CutSide::Start);
    QCOMPARE(start.ids, (TokenIds{all[0], all[all.size() - 4], all[all.size() - 3], all[all.size() - 2], all.back()}));
    const auto padded = bert->encodePadded("lung", 6);
    QCOMPARE(padded.ids.size(), std::size_t{6});
    QCOMPARE(padded.length, std::size_t{3});
    QVERIFY(!padded.cut);
    QCOMPARE(bert->encode("lung", 1).ids.size(), std::size_t{2}); // The frame stays.
}

void TestTokenizers::clip_cleans_text_like_the_original_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("expected");
    const auto add = [](const char* name, const std::string& text, const std::string& expected) {
        QTest::newRow(name) << QByteArray::fromStdString(text) << QByteArray::fromStdString(expected);
    };
    add("white space", " A\t\nB \u3000 C\u2028", "a b c");
    add("named entity", "5 &gt; 3 &amp;&amp; 2", "5 > 3 && 2");
    add("without its semicolon", "a &lt b &notit;", "a < b \u00acit;");
    add("number", "37.5&#176;C &#x2265; &#0; &#xD800; &#7;", "37.5\u00b0c \u2265 \ufffd \ufffd");
    add("in capitals, no <", "P&EACUTE;REZ", "p\u00e9rez");
    add("in capitals, after <", "<b> P&EACUTE;REZ", "<b> p&eacute;rez");
    add("unescaped again and again", "&amp;amp;amp;amp;lt;", "<");
    add("unescaped twice after <", "< &amp;amp;lt;", "< &lt;");
    add("ligatures", "\ufb01brosis \ufb03 \u0133 \u01c5 \ufb05", "fibrosis ffi ij d\u017e \u017ft");
    add("width", "\uff21\uff22\uff11 \uff76\uff9e", "ab1 \u30ac");
    add("quotes", "\u201cx\u201d \u2018y\u2019 \u02bc", "\"x\" 'y' '");
    add("controls", std::string("a\0b\x07", 4) + "c\ufeffd\x7f", "abcd");
    add("C1", "a\u0085b \u0093x\u0094", "a\u2026b \"x\"");
    add("terminal escape", "\x1b[36;44mblue\x1b[0m", "blue");
    add("composed", "e\u0301", "\u00e9");
    add("lower case of words", "\u039f\u0394\u039f\u03a3 \u0130", "\u03bf\u03b4\u03bf\u03c2 i\u0307");
    add("line breaks", "a\r\nb\rc", "a b c");
    add("not UTF-8", "a\xff", "a\ufffd");
}

void TestTokenizers::clip_cleans_text_like_the_original()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, expected);
    const auto cleaned = models::text::utf8(models::text::cleanedForClip(text.toStdString()));
    QCOMPARE(QByteArray::fromStdString(cleaned), expected);
}

void TestTokenizers::opt_gives_back_every_text()
{
    const auto* opt = tokenizer(kOpt.file);
    if (!opt)
        QSKIP("needs LIMN_TEST_DATA/tokenizers");
    std::mt19937 random(5);
    for (int round = 0; round < 2000; ++round) {
        const auto text = randomText(random);
        QCOMPARE(opt->decode(opt->encode(text).ids), text);
    }
    const std::string longWord(200000, 'x'); // Not quadratic.
    QCOMPARE(opt->decode(opt->encode(longWord).ids), longWord);
}

void TestTokenizers::any_bytes_are_accepted()
{
    for (const auto& vocabulary : {kClip, kOpt, kT5, kBert}) {
        const auto* opened = tokenizer(vocabulary.file);
        if (!opened)
            QSKIP("needs LIMN_TEST_DATA/tokenizers");
        std::mt19937 random(7);
        for (int round = 0; round < 1000; ++round) {
            const auto ids = opened->pieces(randomBytes(random));
            for (const auto id : ids)
                QVERIFY(id >= 0 && static_cast<std::size_t>(id) < opened->size());
            opened->decode(ids);
        }
        QVERIFY(opened->decode(TokenIds{-1, 1 << 30, 5}).size() < 20);
    }
}

void TestTokenizers::blip_adds_its_tokens()
{
    if (!tokenizer(kBert.file))
        QSKIP("needs LIMN_TEST_DATA/tokenizers");
    models::text::BertTokenizer blip(models::text::WordPiece(vocabularyFile(kBert.file), /*lowerCase=*/true));
    QCOMPARE(blip.addSpecial("[DEC]"), std::int64_t{30522});
    QCOMPARE(blip.addSpecial("[ENC]"), std::int64_t{30523});
    QCOMPARE(blip.addSpecial("[DEC]"), std::int64_t{30522});
    QCOMPARE(blip.size(), std::size_t{30524});
    QCOMPARE(blip.pieces("[DEC] a picture of"), (TokenIds{30522, 1037, 3861, 1997}));
    QCOMPARE(blip.decode(TokenIds{30522, 1037, 3861, 1997, 102}), std::string("a picture of"));
    const auto middle = blip.pieces("pneumothorax"); // What goes on from a prompt may begin in the middle of a word.
    QVERIFY(middle.size() > 1);
    const auto rest = blip.decode(std::span(middle).subspan(1));
    QVERIFY2(std::string("pneumothorax").ends_with(rest), rest.c_str());
}

void TestTokenizers::bert_gives_back_a_sentence()
{
    const auto* bert = tokenizer(kBert.file);
    if (!bert)
        QSKIP("needs LIMN_TEST_DATA/tokenizers");
    // From the conversion of BLIP's captioner: the caption of its demo picture.
    const TokenIds caption{30522, 1037, 2450, 3564, 2006, 1996, 3509, 2007, 2014, 3899, 102};
    QCOMPARE(bert->decode(caption), std::string("a woman sitting on the beach with her dog"));
    QCOMPARE(bert->decode(bert->encode("No acute cardiopulmonary abnormality, it's clear.").ids),
        std::string("no acute cardiopulmonary abnormality, it's clear."));
}

QTEST_GUILESS_MAIN(TestTokenizers)
#include "tst_tokenizers.moc"
