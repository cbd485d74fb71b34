#include "imaging/error.h"
#include "imaging/turn.h"
#include "models/clip/class_heat.h"
#include "models/clip/classifier.h"
#include "models/clip/probe.h"
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

/// A picture tower in double precision, so that small steps can be trusted.
models::clip::VisionTransformer smallTower()
{
    models::clip::ClipConfig config;
    config.vision = {8, 2, 2, 16};
    config.imageSize = 12;
    config.patchSize = 4;
    config.embedDim = 6;
    torch::manual_seed(5);
    models::clip::VisionTransformer tower(config);
    tower->to(torch::kDouble);
    return tower;
}

/// What comes behind the tokens that the tower's last block is given: the similarity of the class token to a text.
double similarity(models::clip::VisionTransformer& tower, const at::Tensor& tokens, const at::Tensor& text)
{
    const at::NoGradGuard noGradients;
    const auto modules = tower->named_modules("", /*include_self=*/false);
    const auto& block = modules["transformer.resblocks.1"];
    const auto behind = block->as<models::clip::ResidualAttentionBlock>()->forward(tokens, /*causal=*/false);
    const auto read = modules["ln_post"]->as<torch::nn::LayerNorm>()->forward(behind.select(1, 0));
    const auto vector = torch::matmul(read, tower->named_parameters()["proj"])[0];
    return (vector.dot(text) / vector.norm()).item<double>();
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

    void the_heat_has_the_gradient_that_small_steps_show_data()
    {
        QTest::addColumn<int>("prompts");
        QTest::newRow("patches alone") << 0;
        QTest::newRow("prompts behind them") << 2;
    }

    void the_heat_has_the_gradient_that_small_steps_show()
    {
        QFETCH(int, prompts);
        auto tower = smallTower();
        const auto text = torch::randn({6}, torch::kDouble);
        models::clip::TowerPrompts learnt;
        if (prompts > 0)
            learnt.shallow = torch::randn({prompts, 8}, torch::kDouble);
        models::vision::TokenTrace trace;
        const auto vector = tower(torch::randn({1, 3, 12, 12}, torch::kDouble), learnt, &trace)[0];
        const auto heat = models::clip::patchHeat(trace, vector.dot(text) / vector.norm(), 3);
        for (const auto& parameter : tower->parameters())
            QVERIFY(!parameter.grad().defined());

        const auto tokens = trace.tokens.detach();
        QCOMPARE(tokens.size(1), std::int64_t(1 + 9 + prompts));
        constexpr double kStep = 1e-5;
        auto weights = torch::zeros({8}, torch::kDouble);
        for (std::int64_t channel = 0; channel < 8; ++channel)
            for (std::int64_t patch = 1; patch <= 9; ++patch) {
                auto up = tokens.clone(), down = tokens.clone();
                up[0][patch][channel] += kStep;
                down[0][patch][channel] -= kStep;
                weights[channel] += (similarity(tower, up, text) - similarity(tower, down, text)) / (2 * kStep) / 9;
            }
        const auto wanted = torch::relu(torch::matmul(tokens[0].narrow(0, 1, 9), weights)).view({3, 3});
        QVERIFY(wanted.max().item<double>() > 0);
        QVERIFY((heat - wanted).abs().max().item<double>() < 1e-7 * wanted.max().item<double>());
    }

    void the_heat_of_a_class_lies_on_the_slices_own_grid()
    {
        auto classifier = open();
        classifier->ask({{"pneumonia", "edema"}});
        const auto slice = gradient(48, 36);
        const auto heat = classifier->explain(slice, "edema");
        QCOMPARE(heat.columns, 48);
        QCOMPARE(heat.heat.size(), std::size_t(48 * 36));
        QCOMPARE(*std::max_element(heat.heat.begin(), heat.heat.end()), 1.0F);
        QVERIFY(std::abs(heat.score - classifier->classify(slice).scores[1].logit) < 1e-4);
        for (int row = 0; row < 36; ++row) // The network sees the middle of a wide picture.
            for (const int column : {0, 5, 42, 47})
                QCOMPARE(heat.heat[std::size_t(48 * row + column)], 0.0F);
        auto turned = slice;
        const imaging::Turn turn{true, false, true};
        turned.values = imaging::turned(slice.values, slice.columns, slice.rows, turn);
        std::swap(turned.columns, turned.rows);
        turned.sides.toUsual = imaging::inverse(turn);
        QCOMPARE(classifier->explain(turned, "edema").heat, imaging::turned(heat.heat, 48, 36, turn));
    }

    void every_way_to_answer_is_explained_data()
    {
        QTest::addColumn<QString>("learnt");
        for (const char* learnt : {"", "findings", "probe", "maple_deep", "cocoop", "vpt", "coop"})
            QTest::newRow(*learnt == 0 ? "zero-shot" : learnt) << learnt;
    }

    void every_way_to_answer_is_explained()
    {
        QFETCH(QString, learnt);
        const auto file = m_folder / "prompts.safetensors";
        models::ClassQuestion question{{"pneumonia", "no finding"}};
        if (learnt == "probe") {
            torch::manual_seed(2);
            models::clip::writeProbe(
                file, {torch::randn({2, m_clip->config().embedDim}), torch::zeros({2}), question.classes, "probe", ""});
        } else if (learnt == "findings") {
            question.findings = true;
        } else if (!learnt.isEmpty()) {
            const auto& one = clip_goldens::caseOf(m_golden, learnt.toStdString());
            models::clip::writePrompts(
                file, clip_goldens::promptsOf(m_golden, one, m_clip), {"a", "pneumonia", "no finding"}, "");
        }
        auto classifier =
            models::clip::openClassifier(m_folder, std::filesystem::exists(file) ? file : std::filesystem::path(), "cpu");
        const auto slice = gradient(32, 32);
        QVERIFY_THROWS_EXCEPTION(imaging::Error, classifier->explain(slice, "pneumonia")); // There was no question.
        classifier->ask(question);
        const auto answer = classifier->classify(slice);
        for (const auto& score : answer.scores) {
            const auto heat = classifier->explain(slice, score.name);
            QCOMPARE(heat.heat.size(), slice.values.size());
            QVERIFY(std::abs(heat.score - score.logit) < 1e-3 * std::max(1.0, std::abs(score.logit)));
        }
        QCOMPARE(classifier->classify(slice).scores[0].logit, answer.scores[0].logit); // Nothing has changed by it.
        const auto message =
            support::sentence(imaging::ErrorKind::WrongUse, [&] { classifier->explain(slice, "edema"); });
        QVERIFY2(message.contains("was not asked for"), qPrintable(message));
        QFile::remove(m_home.filePath("prompts.safetensors"));
    }

    void three_hundred_classes_and_a_long_one_are_answered()
    {
        auto classifier = open();
        models::ClassQuestion question;
        question.templates = {"a photo of a {}."};
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
