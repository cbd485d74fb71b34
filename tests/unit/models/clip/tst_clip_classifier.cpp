#include "imaging/error.h"
#include "imaging/turn.h"
#include "models/clip/classifier.h"
#include "models/clip/prompt_files.h"
#include "models/text/open_tokenizer.h"
#include "models/weights/load_report.h"
#include "models/weights/safetensors.h"
#include "tests/support/error_sentence.h"
#include "tests/unit/models/clip/clip_goldens.h"

#include <QTemporaryDir>
#include <QtTest>

namespace {

imaging::Slice gradient(int columns, int rows)
{
    imaging::Slice slice;
    slice.columns = columns;
    slice.rows = rows;
    slice.window = {50, 100};
    for (int row = 0; row < rows; ++row)
        for (int column = 0; column < columns; ++column)
            slice.values.push_back(static_cast<float>((7 * column + 13 * row + column * row) % 101));
    return slice;
}

QString refusal(models::Classifier& classifier, const models::ClassQuestion& question)
{
    return support::sentence(imaging::ErrorKind::WrongUse, [&] { classifier.ask(question); });
}

/// What the network is given, of what the answer says that it saw.
at::Tensor pixelsOf(const models::Classification& answer)
{
    constexpr float kMean[] = {0.48145466F, 0.4578275F, 0.40821073F};
    constexpr float kDeviation[] = {0.26862954F, 0.26130258F, 0.27577711F};
    const auto seen =
        torch::tensor(at::ArrayRef<std::uint8_t>(answer.seen), torch::kByte).view({answer.size, answer.size});
    auto pixels = torch::empty({1, 3, answer.size, answer.size});
    for (int channel = 0; channel < 3; ++channel)
        pixels[0][channel] = (seen.to(torch::kFloat) / 255 - kMean[channel]) / kDeviation[channel];
    return pixels;
}

double probability(const models::Classification& answer, const std::string& name)
{
    for (const auto& one : answer.scores)
        if (one.name == name)
            return one.probability;
    return -1;
}

} // namespace

/// CLIP with the weights of the golden numbers and OpenAI's vocabulary.
class TestClipClassifier : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const auto golden = vlm_goldens::find("prompt_learning/golden.json");
        const QString vocabulary = qEnvironmentVariable("LIMN_TEST_DATA") + "/tokenizers/clip-bpe_simple_vocab_16e6.txt.gz";
        if (golden.empty() || !QFile::exists(vocabulary))
            QSKIP("The goldens or CLIP's vocabulary (LIMN_TEST_DATA/tokenizers) are not here.");
        m_golden = vlm_goldens::readJson(golden);
        m_clip = clip_goldens::filledClip(m_golden);
        m_folder = std::filesystem::path(m_home.path().toStdString());
        models::weights::writeSafetensors(m_folder / "model.safetensors", models::weights::weightsOf(*m_clip));
        QVERIFY(QFile::copy(vocabulary, m_home.filePath("bpe_simple_vocab_16e6.txt.gz")));
    }

    void classes_are_scored_as_the_network_scores_their_texts_data()
    {
        QTest::addColumn<int>("columns");
        QTest::addColumn<int>("rows");
        QTest::newRow("the network's size") << 32 << 32;
        QTest::newRow("wider") << 48 << 36;
        QTest::newRow("larger and higher") << 90 << 200;
        QTest::newRow("one pixel") << 1 << 1;
    }

    void classes_are_scored_as_the_network_scores_their_texts()
    {
        QFETCH(int, columns);
        QFETCH(int, rows);
        auto classifier = open();
        const models::ClassQuestion question{{"pleural effusion", "pneumonia", "no finding"}, {"a photo of a {}."}, false};
        classifier->ask(question);
        const auto answer = classifier->classify(gradient(columns, rows));
        QCOMPARE(answer.size, 32);
        QCOMPARE(answer.seen.size(), std::size_t(32 * 32));
        // The same by hand: the tokenizer's ids are those of the golden file.
        const auto ids = clip_goldens::idsOf(m_golden["zero_shot"][0]["prompt_ids"][0], 77);
        const at::NoGradGuard noGrad;
        const auto wanted = m_clip->logits(m_clip->encodeImage(pixelsOf(answer)), m_clip->encodeText(ids))[0];
        double sum = 0;
        for (std::int64_t i = 0; i < 3; ++i) {
            const auto& score = answer.scores[static_cast<std::size_t>(i)];
            QVERIFY(std::abs(score.logit - wanted[i].item<double>()) < 2e-4);
            sum += score.probability;
        }
        QVERIFY(std::abs(sum - 1) < 1e-9);
        QCOMPARE(answer.scores[0].texts, (std::vector<std::string>{"a photo of a pleural effusion."}));
    }

    void findings_are_each_against_their_denial()
    {
        auto classifier = open();
        classifier->ask({{"pneumonia"}, models::kRadiographTemplates, true});
        const auto alone = classifier->classify(gradient(40, 30));
        classifier->ask({{"edema", "pneumonia"}, models::kRadiographTemplates, true});
        const auto both = classifier->classify(gradient(40, 30));
        QVERIFY(std::abs(probability(alone, "pneumonia") - probability(both, "pneumonia")) < 1e-6);
        const auto logit = alone.scores[0].logit;
        QVERIFY(std::abs(alone.scores[0].probability - 1 / (1 + std::exp(-logit))) < 1e-9);
    }

    void polarity_and_the_way_a_picture_lies_do_not_matter()
    {
        auto classifier = open();
        classifier->ask({{"pneumonia", "edema"}});
        const auto slice = gradient(48, 36);
        const auto wanted = classifier->classify(slice);
        auto inverted = slice;
        inverted.inverted = true;
        for (auto& value : inverted.values)
            value = 100 - value;
        QCOMPARE(classifier->classify(inverted).seen, wanted.seen);
        auto turned = slice;
        const imaging::Turn turn{false, true, true};
        turned.values = imaging::turned(slice.values, slice.columns, slice.rows, turn);
        turned.sides.toUsual = imaging::inverse(turn);
        QCOMPARE(classifier->classify(turned).seen, wanted.seen);
    }

    void learnt_prompts_answer_for_their_classes_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("text");
        const QString words = "a photo of a pleural effusion.";
        for (const char* method : {"maple_deep", "maple_deep_fp16prompts", "cocoop", "ivlp", "vpt"})
            QTest::newRow(method) << method << words;
        QTest::newRow("coop") << "coop" << "X X X X X X X X X X X X X X X X pleural effusion.";
    }

    void learnt_prompts_answer_for_their_classes()
    {
        QFETCH(QString, method);
        QFETCH(QString, text);
        const auto& one = clip_goldens::caseOf(m_golden, method.toStdString());
        auto prompts = clip_goldens::promptsOf(m_golden, one, m_clip);
        models::clip::writePrompts(
            m_folder / "prompts.safetensors", prompts, {"pleural_effusion", "pneumonia", "no finding"}, "");
        auto classifier = models::clip::openClassifier(m_folder, m_folder / "prompts.safetensors", "cpu");
        QCOMPARE(classifier->learntClasses().size(), std::size_t(3));
        classifier->ask({{"something else", "pneumonia"}}); // The prompts are the same for the next question.
        classifier->ask({classifier->learntClasses()});
        const auto answer = classifier->classify(gradient(40, 50));
        QVERIFY(answer.warnings.empty());
        const at::NoGradGuard noGrad;
        const auto wanted = prompts->logits(pixelsOf(answer))[0];
        for (std::int64_t i = 0; i < 3; ++i)
            QVERIFY(std::abs(answer.scores[static_cast<std::size_t>(i)].logit - wanted[i].item<double>()) < 2e-4);
        QCOMPARE(answer.scores[0].texts, (std::vector<std::string>{text.toStdString()}));
        classifier->ask({{"pneumonia", "something else"}});
        QCOMPARE(classifier->classify(gradient(32, 32)).warnings.size(), std::size_t(1));
        QVERIFY(refusal(*classifier, {{"pneumonia"}, {"{}"}, true}).contains("not findings"));
        QFile::remove(m_home.filePath("prompts.safetensors"));
    }

    void three_hundred_classes_and_a_long_one_are_answered()
    {
        auto classifier = open();
        models::ClassQuestion question;
        for (int i = 0; i < 300; ++i)
            question.classes.push_back("finding " + std::to_string(i));
        question.classes.push_back(std::string(2000, 'x') + " \xF0\x9F\x98\x80");
        classifier->ask(question);
        const auto answer = classifier->classify(gradient(1, 1));
        QCOMPARE(answer.scores.size(), std::size_t(301));
        QCOMPARE(answer.warnings.size(), std::size_t(1));
    }

    void names_of_any_characters_are_answered()
    {
        auto classifier = open();
        classifier->ask({{"\xF0\x9F\x98\x80", "\xF0\x9F\x91\xA9\xE2\x80\x8D\xE2\x9A\x95\xEF\xB8\x8F", "\xFF\xFE", "\u80BA"}});
        const auto answer = classifier->classify(gradient(1, 1));
        double sum = 0;
        for (const auto& score : answer.scores)
            sum += score.probability;
        QVERIFY(std::abs(sum - 1) < 1e-9);
        QVERIFY(answer.warnings.empty());
    }

    void questions_without_sense_are_refused()
    {
        auto classifier = open();
        QVERIFY(refusal(*classifier, {{"one"}}).contains("two classes"));
        QVERIFY(refusal(*classifier, {{"one", " "}}).contains("no name"));
        QVERIFY(refusal(*classifier, {{"one", "one"}}).contains("twice"));
        QVERIFY(refusal(*classifier, {{"one", "two"}, {"a text"}}).contains("{}"));
        QVERIFY(refusal(*classifier, {{"one", "two"}, {}}).contains("no text"));
        QVERIFY_THROWS_EXCEPTION(imaging::Error, classifier->classify(gradient(4, 4)));
        classifier->ask({{"one", "two"}});
        QVERIFY_THROWS_EXCEPTION(imaging::Error, classifier->classify(imaging::Slice()));
    }

    void a_tokenizer_of_another_model_is_refused()
    {
        models::clip::ClipConfig config;
        config.vision = config.text = {64, 1, 1, 64};
        config.imageSize = 32;
        config.vocabularySize = 100;
        models::clip::Clip small(config);
        QTemporaryDir home;
        const std::filesystem::path folder = home.path().toStdString();
        models::weights::writeSafetensors(folder / "model.safetensors", models::weights::weightsOf(*small));
        QVERIFY(QFile::copy(m_home.filePath("bpe_simple_vocab_16e6.txt.gz"), home.filePath("bpe_simple_vocab_16e6.txt.gz")));
        const auto message = support::sentence(
            imaging::ErrorKind::Model, [&] { models::clip::openClassifier(folder, {}, "cpu"); });
        QVERIFY2(message.contains("do not belong together"), qPrintable(message));
    }

private:
    std::unique_ptr<models::Classifier> open() { return models::clip::openClassifier(m_folder, {}, "cpu"); }

    nlohmann::json m_golden;
    models::clip::Clip m_clip{nullptr};
    QTemporaryDir m_home;
    std::filesystem::path m_folder;
};

QTEST_GUILESS_MAIN(TestClipClassifier)
#include "tst_clip_classifier.moc"
