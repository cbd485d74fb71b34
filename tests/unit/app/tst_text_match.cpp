#include "app/workflow/text_match.h"
#include "app/workflow/warnings.h"
#include "tests/support/error_sentence.h"

#include <QtTest>

namespace {

/// Remembers what it was asked, and finds a text the better the longer it is.
class CountingReporter : public models::Reporter
{
public:
    bool canWrite() const override { return false; }
    bool canAnswer() const override { return false; }
    bool canMatch() const override { return true; }
    models::ReporterView look(const imaging::Slice&) override { return {}; }
    models::Draft write(const models::DraftRequest&, std::stop_token, const std::function<void(const std::string&)>&) override
    {
        return {};
    }
    models::TextMatch match(const std::string& text) override
    {
        asked.push_back(text);
        return {static_cast<double>(text.size()), 0, {}};
    }

    std::vector<std::string> asked;
};

} // namespace

class TestTextMatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_text_falls_into_its_sentences_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("sentences");
        QTest::newRow("two") << "Lungs are clear. No effusion." << QStringList{"Lungs are clear.", "No effusion."};
        QTest::newRow("no stop") << " No effusion " << QStringList{"No effusion"};
        QTest::newRow("number") << "A node of 2.5 cm. Stable." << QStringList{"A node of 2.5 cm.", "Stable."};
        QTest::newRow("abbreviation") << "Seen by Dr. Who, ca. 3 cm, z. B. links. Ende."
                                      << QStringList{"Seen by Dr. Who, ca. 3 cm, z. B. links.", "Ende."};
        QTest::newRow("lines") << "Findings:\nClear lungs\n\n - no effusion" << QStringList{"Findings:", "Clear lungs", "- no effusion"};
        QTest::newRow("Chinese") << QString::fromUtf8("\u53cc\u80ba\u6e05\u6670\u3002\u672a\u89c1\u79ef\u6db2\u3002")
                                 << QStringList{QString::fromUtf8("\u53cc\u80ba\u6e05\u6670\u3002"),
                                        QString::fromUtf8("\u672a\u89c1\u79ef\u6db2\u3002")};
        QTest::newRow("question") << "Pneumonia? Yes!" << QStringList{"Pneumonia?", "Yes!"};
        QTest::newRow("nothing") << " ... \n" << QStringList{};
        QTest::newRow("empty") << "" << QStringList{};
    }

    void a_text_falls_into_its_sentences()
    {
        QFETCH(QString, text);
        QFETCH(QStringList, sentences);
        QStringList found;
        for (const auto& one : app::textSentences(text.toStdString()))
            found << QString::fromStdString(one);
        QCOMPARE(found, sentences);
    }

    void the_whole_and_each_sentence_are_compared()
    {
        CountingReporter reporter;
        const auto match = app::matchReport(reporter, "Clear lungs. No effusion.", {}, {});
        QCOMPARE(match.whole.probability, 25.0);
        QCOMPARE(match.sentences.size(), std::size_t(2));
        QCOMPARE(match.sentences[1].first, std::string("No effusion."));
        QCOMPARE(match.sentences[1].second.probability, 12.0);
        app::matchReport(reporter, "Clear.", {}, {});
        QCOMPARE(reporter.asked.size(), std::size_t(4)); // One sentence is the whole.
        QVERIFY(support::sentence(imaging::ErrorKind::WrongUse, [&] { app::matchReport(reporter, " . ", {}, {}); }).contains("no text"));
    }

    void of_many_unknown_words_the_first_eight_are_named()
    {
        std::vector<std::string> words;
        for (int i = 0; i < 8; ++i)
            words.push_back("w" + std::to_string(i));
        QVERIFY(app::warningOfUnknown(words).at(0).find("w6, w7. What") != std::string::npos);
        words.insert(words.end(), {"x", "y"});
        const auto said = app::warningOfUnknown(words).at(0);
        QVERIFY2(said.find("w7 and 2 more. What") != std::string::npos, said.c_str());
    }

    void a_stopped_comparison_keeps_what_is_there()
    {
        CountingReporter reporter;
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(app::matchReport(reporter, "Clear lungs. No effusion.", {}, {}, stop.get_token()).sentences.empty());
    }
};

QTEST_GUILESS_MAIN(TestTextMatch)
#include "tst_text_match.moc"
