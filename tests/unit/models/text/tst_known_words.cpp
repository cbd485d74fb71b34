#include "models/text/known_words.h"
#include "models/text/learnt_vocabulary.h"
#include "models/text/open_tokenizer.h"
#include "tests/support/error_sentence.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <memory>

using namespace models::text;

namespace {

const std::set<std::string> kTexts{"Lower left lung.", "Upper right lung."};

/// A model's folder with a learnt vocabulary, and with a list of known words where one is given.
struct Folder
{
    explicit Folder(const TokenizerFiles& vocabulary, const char* config = nullptr)
    {
        writeTokenizerFiles(vocabulary, path());
        if (config)
            std::ofstream(path() / "config.json") << config;
        tokenizer = openTokenizer(path());
    }

    std::filesystem::path path() const { return home.path().toStdString(); }
    std::vector<std::string> unknown(std::string_view text) const { return KnownWords(path()).unknown(*tokenizer, text); }

    QTemporaryDir home;
    std::unique_ptr<Tokenizer> tokenizer;
};

using Words = std::vector<std::string>;

} // namespace

/// Which words of a text a model cannot know.
class KnownWordsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void words_are_letters_and_digits_in_lower_case()
    {
        QCOMPARE(wordsOf("Left-sided, 2 Ergüsse (T2)."), (Words{"left", "sided", "2", "ergüsse", "t2"}));
        QCOMPARE(wordsOf("\u0045\u0301tat"), (Words{"\u00e9tat"})); // A letter and its accent apart.
        QVERIFY(wordsOf(" -- {} \xFF ").empty());
        QCOMPARE(wordsOf("lung\U0001FAC1\u2192\U0001FAC1 <5"), (Words{"lung", "\U0001FAC1", "\u2192", "\U0001FAC1", "<", "5"}));
    }

    void a_word_without_a_token_is_unknown()
    {
        const Folder bert(learntBertVocabulary(kTexts, 300));
        QCOMPARE(bert.unknown("Lower lung: 7 x, 7"), (Words{"7", "x"}));
        QVERIFY(bert.unknown("Left upper lung!").empty()); // A mark is no word.
        QCOMPARE(bert.unknown("left \U0001FAC1\U0001F3FB lung"), Words{"\U0001FAC1"}); // With a tone of skin.
    }

    void what_no_text_of_the_training_said_is_unknown_where_that_is_recorded()
    {
        const char* said = R"({"known_words": ["left", "lower", "lung"]})";
        const Folder clip(learntClipVocabulary(kTexts, 600), said);
        QCOMPARE(clip.unknown("A pneumothorax in the lower LEFT lung, pneumothorax"), Words{"pneumothorax"});
        QCOMPARE(clip.unknown("left lung \U0001F525\u2764\uFE0F"), (Words{"\U0001F525", "\u2764"}));
        const Folder bert(learntBertVocabulary(kTexts, 300), said);
        QCOMPARE(bert.unknown("upper left, 7"), (Words{"upper", "7"}));
    }

    void nothing_is_guessed_where_no_package_says_it()
    {
        QVERIFY(Folder(learntClipVocabulary(kTexts, 600)).unknown("pneumothorax").empty());
        QVERIFY(Folder(learntClipVocabulary(kTexts, 600), R"({"model_type": "clip"})").unknown("pneumothorax").empty());
        QVERIFY(!knownWordsIn("/nowhere"));
    }

    void a_list_that_is_none_is_refused()
    {
        const Folder broken(learntClipVocabulary(kTexts, 600), R"({"known_words": ["left", 3]})");
        QVERIFY(support::sentence(imaging::ErrorKind::Model, [&] { broken.unknown("left"); }).contains("known_words"));
    }
};

QTEST_APPLESS_MAIN(KnownWordsTest)
#include "tst_known_words.moc"
