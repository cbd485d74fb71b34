#include "models/text/learnt_vocabulary.h"
#include "models/text/open_tokenizer.h"
#include "tests/support/error_sentence.h"

#include <QTemporaryDir>
#include <QTest>

using namespace models::text;
using imaging::ErrorKind;

namespace {

const std::set<std::string> kTexts{"Unilateral pulmonary infection, lower left lung.",
    "Bilateral pulmonary infection, all left lung and lower right lung.", "Keine Infiltrate, kein Erguß."};

} // namespace

/// Vocabularies that are learnt from the texts of a training.
class LearntVocabularyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void clips_vocabulary_opens_and_gives_texts_back()
    {
        const auto tokenizer = open(learntClipVocabulary(kTexts, 700));
        QVERIFY(tokenizer->size() > 514 && tokenizer->size() <= 700);
        QCOMPARE(tokenizer->find("<|endoftext|>"), std::int64_t(tokenizer->size()) - 1);
        QCOMPARE(tokenizer->pieces("pulmonary infection").size(), std::size_t(2)); // Both words are there twice.
        for (const std::string text : {"lower left lung", "kein erguß", "\xF0\x9F\xAB\x81 never seen \xC3\xA9"})
            QCOMPARE(tokenizer->decode(tokenizer->pieces(text)), text);
    }

    void opts_vocabulary_opens_and_gives_texts_back()
    {
        const auto tokenizer = open(learntOptVocabulary(kTexts, 400));
        QVERIFY(tokenizer->size() > 260 && tokenizer->size() <= 400);
        QCOMPARE(tokenizer->find("</s>"), std::int64_t(2));
        QCOMPARE(tokenizer->frame().before, TokenIds{2});
        QCOMPARE(tokenizer->frame().pad, std::int64_t(1));
        QCOMPARE(tokenizer->pieces(" pulmonary infection").size(), std::size_t(2));
        for (const std::string text : {"lower left lung", " Kein Erguß", "\xF0\x9F\xAB\x81 never  seen \xC3\xA9"})
            QCOMPARE(tokenizer->decode(tokenizer->pieces(text)), text);
        QVERIFY(support::sentence(ErrorKind::WrongUse, [] { learntOptVocabulary(kTexts, 200); }).contains("260"));
    }

    void berts_vocabulary_opens_and_knows_the_words()
    {
        const auto files = learntBertVocabulary(kTexts, 300);
        QTemporaryDir folder;
        writeTokenizerFiles(files, folder.path().toStdString());
        const auto tokenizer = openBertTokenizer(folder.path().toStdString(), {"[DEC]", "[ENC]"});
        QCOMPARE(tokenizer->frame().pad, 0);
        QCOMPARE(tokenizer->find("[ENC]"), std::int64_t(tokenizer->size()) - 1);
        QCOMPARE(tokenizer->pieces("Pulmonary infection").size(), std::size_t(2));
        QCOMPARE(tokenizer->decode(tokenizer->pieces("bilateral lung")), std::string("bilateral lung"));
        QVERIFY(tokenizer->pieces("\xD0\xB6").front() == tokenizer->find("[UNK]"));
    }

    void the_same_texts_give_the_same_files()
    {
        QVERIFY(learntClipVocabulary(kTexts, 600) == learntClipVocabulary(kTexts, 600));
        QVERIFY(learntBertVocabulary(kTexts, 90) == learntBertVocabulary(kTexts, 90));
    }

    void size_that_cannot_hold_the_characters_is_refused()
    {
        QVERIFY(support::sentence(ErrorKind::WrongUse, [] { learntClipVocabulary(kTexts, 513); }).contains("514"));
        QVERIFY(support::sentence(ErrorKind::WrongUse, [] { learntBertVocabulary(kTexts, 10); }).contains("too small"));
    }

    void files_of_a_folder_are_read_as_they_lie_there()
    {
        QTemporaryDir folder;
        const auto files = learntClipVocabulary(kTexts, 600);
        writeTokenizerFiles(files, folder.path().toStdString());
        QVERIFY(readTokenizerFiles(folder.path().toStdString()) == files);
        QVERIFY(readTokenizerFiles(folder.filePath("vocab.json").toStdString()) == files);
        QTemporaryDir empty;
        QVERIFY(support::sentence(ErrorKind::NotFound, [&] {
            readTokenizerFiles(empty.path().toStdString());
        }).contains("no vocabulary"));
    }

private:
    std::unique_ptr<Tokenizer> open(const TokenizerFiles& files)
    {
        QTemporaryDir folder;
        writeTokenizerFiles(files, folder.path().toStdString());
        return openTokenizer(folder.path().toStdString());
    }
};

QTEST_APPLESS_MAIN(LearntVocabularyTest)
#include "tst_learnt_vocabulary.moc"
