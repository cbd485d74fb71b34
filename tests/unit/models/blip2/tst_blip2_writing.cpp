#include "models/blip2/load_blip2.h"
#include "models/blip2/prompts.h"
#include "models/blip2/reporter.h"
#include "models/generate/generate.h"
#include "models/text/open_tokenizer.h"
#include "models/vision/seen_pixels.h"
#include "tests/support/error_sentence.h"
#include "tests/unit/models/blip2/made_blip2.h"

#include <torch/types.h>

#include <cmath>

namespace {

using imaging::ErrorKind;
using made_blip2::Folder;
using made_blip2::gradient;

models::DraftRequest request(const std::string& prompt, int beams = 1)
{
    models::DraftRequest request;
    request.prompt = prompt;
    request.beams = beams;
    request.maxTokens = 8;
    request.minTokens = 3;
    return request;
}

std::unique_ptr<models::Reporter> open(const Folder& folder)
{
    return models::blip2::openReporter(folder.path(), "cpu");
}

/// A reporter that has seen a picture.
std::unique_ptr<models::Reporter> looking(const Folder& folder)
{
    auto reporter = open(folder);
    reporter->look(gradient(40, 20));
    return reporter;
}

/// What a reporter of the folder must write: each part by itself, with ids that the vocabulary's files name.
std::vector<models::generate::GeneratedText> expected(const Folder& folder, const imaging::Slice& slice,
    const std::vector<std::string>& tokens, const std::vector<std::string>& instruction,
    models::generate::GenerateOptions options)
{
    const at::InferenceMode inference;
    auto opened = models::blip2::openBlip2(models::blip2::placesOf(folder.path()));
    auto& blip2 = *opened.blip2;
    models::vision::PictureFit fit;
    fit.size = static_cast<int>(blip2.config().vision.imageSize);
    fit.fit = models::vision::SquareFit::Squash;
    const auto picture = blip2.pictureTokens(models::vision::seenPixels(slice, fit).pixels);
    const auto row = [](const models::text::Tokenizer& tokenizer, const std::vector<std::string>& words) {
        std::vector<std::int64_t> ids;
        for (const auto& word : words)
            ids.push_back(tokenizer.find(word));
        return torch::tensor(ids).unsqueeze(0);
    };
    at::Tensor asked;
    if (!instruction.empty())
        asked = row(*models::text::openTokenizer(folder.path() / "qformer_tokenizer"), instruction);
    const auto soft = blip2.softTokens(blip2.queried(picture, asked));
    const auto ids = row(*models::text::openTokenizer(folder.path()), tokens);
    auto* t5 = opened.language->t5();
    const auto words = t5 ? t5->embed(ids) : opened.language->causal()->embed(ids);
    const auto decoder = opened.language->decoder(torch::cat({soft, words}, 1));
    options.endId = blip2.config().endId;
    options.penalizePrompt = t5 != nullptr;
    return models::generate::generate(*decoder, opened.language->firstIds(1), options);
}

const std::vector<std::string> kInstruction{"[CLS]", "what", "is", "[UNK]", ".", "[SEP]"};

} // namespace

/// BLIP-2 and InstructBLIP with their language models: what they write, and what they refuse.
class TestBlip2Writing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_text_goes_on_from_picture_and_words_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<std::vector<std::string>>("tokens");
        QTest::addColumn<std::vector<std::string>>("instruction");
        QTest::addColumn<int>("beams");
        for (const int beams : {1, 3}) {
            const auto add = [beams](const char* kind, std::vector<std::string> tokens, bool instructed) {
                QTest::newRow((kind + std::to_string(beams)).c_str())
                    << kind << std::move(tokens) << (instructed ? kInstruction : std::vector<std::string>()) << beams;
            };
            const std::string mark = "\u2581", space = "\u0120";
            add("opt", {"</s>", "w", "h", "a", "t", space + "is", space + "the", "n", "."}, false);
            add("t5", {mark + "what", mark + "is", mark + "the", "n", ".", "</s>"}, false);
            add("instruct-t5", {mark + "what", mark + "is", mark + "the", "n", ".", "</s>"}, true);
            add("instruct-llama", {"<s>", mark + "what", mark + "is", mark + "the", "n", "."}, true);
        }
    }

    void a_text_goes_on_from_picture_and_words()
    {
        QFETCH(QString, kind);
        QFETCH(std::vector<std::string>, tokens);
        QFETCH(std::vector<std::string>, instruction);
        QFETCH(int, beams);
        const Folder folder(kind);
        auto reporter = open(folder);
        QVERIFY(reporter->canAnswer() && !reporter->canMatch());
        QCOMPARE(reporter->canWrite(), instruction.empty());
        const auto slice = gradient(40, 20);
        const auto view = reporter->look(slice);
        QCOMPARE(view.size, 28);
        QCOMPARE(view.seen.size(), std::size_t(28 * 28));
        auto asked = request(" what is then.\n", beams);
        asked.texts = beams;
        std::vector<std::string> shown;
        const auto draft = reporter->write(asked, {}, [&](const std::string& text) { shown.push_back(text); });
        models::generate::GenerateOptions options;
        options.beams = options.returned = beams;
        options.maxNewTokens = 8;
        options.minNewTokens = 3;
        options.repetitionPenalty = instruction.empty() ? 1 : 1.5; // InstructBLIP's, of its authors.
        const auto wanted = expected(folder, slice, tokens, instruction, options);
        QCOMPARE(draft.texts.size(), wanted.size());
        for (std::size_t i = 0; i < wanted.size(); ++i)
            QVERIFY2(std::abs(draft.texts[i].score - wanted[i].score) < 1e-5, std::to_string(i).c_str());
        QCOMPARE(draft.tokens, static_cast<int>(wanted.front().ids.size()));
        QVERIFY(!draft.texts.front().text.empty() && draft.seconds > 0 && draft.firstTokenSeconds > 0);
        if (beams == 1)
            QCOMPARE(shown.back(), draft.texts.front().text);
        else
            QVERIFY(shown.empty());
    }

    void a_question_is_put_as_the_authors_put_it_data()
    {
        QTest::addColumn<bool>("instructed");
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("asked");
        QTest::newRow("question") << false << " is it clear? " << "Question: is it clear? Answer:";
        QTest::newRow("Chinese") << false << "\u6E05?\uFF1F" << "Question: \u6E05?\uFF1F Answer:";
        QTest::newRow("put already") << false << "Question: is it? Answer:" << "Question: is it? Answer:";
        QTest::newRow("begun already") << false << "Question: is it?" << "Question: is it?";
        QTest::newRow("beginning") << false << "a photo of\n" << "a photo of";
        QTest::newRow("nothing") << false << " \t" << "";
        QTest::newRow("instruction") << true << "is it clear?" << "is it clear?";
    }

    void a_question_is_put_as_the_authors_put_it()
    {
        QFETCH(bool, instructed);
        QFETCH(QString, prompt);
        QFETCH(QString, asked);
        const Folder folder(instructed ? QStringLiteral("instruct-t5") : QStringLiteral("t5"));
        const auto places = models::blip2::placesOf(folder.path());
        const models::blip2::Prompts prompts(places, models::blip2::readBlip2Config(folder.path()), 64);
        QCOMPARE(QString::fromStdString(prompts.asked(prompt.toStdString())), asked);
    }

    void a_text_ends_without_its_end_and_blanks()
    {
        const Folder folder(QStringLiteral("opt"));
        const auto places = models::blip2::placesOf(folder.path());
        const models::blip2::Prompts prompts(places, models::blip2::readBlip2Config(folder.path()), 400);
        const auto tokenizer = models::text::openTokenizer(folder.path());
        QCOMPARE(prompts.endId(), tokenizer->find("\u010A")); // The line break, which is OPT's end in BLIP-2.
        const models::text::TokenIds ids{
            tokenizer->find("\u0120lung"), tokenizer->find("\u0120clear"), prompts.endId()};
        QCOMPARE(prompts.text(ids), std::string("lung clear"));
        QCOMPARE(prompts.text({}), std::string());
    }

    void chance_follows_its_seed_data() { made_blip2::addKinds(); }

    void chance_follows_its_seed()
    {
        QFETCH(QString, kind);
        const Folder folder(kind);
        const auto reporter = looking(folder);
        auto asked = request("a lung");
        asked.sample = true;
        asked.topP = 1;
        asked.temperature = 5;
        const auto first = reporter->write(asked).texts.front();
        QCOMPARE(reporter->write(asked).texts.front().score, first.score);
        asked.seed = 7;
        QVERIFY(reporter->write(asked).texts.front().score != first.score);
    }

    void a_stopped_draft_keeps_what_is_there()
    {
        const Folder folder(QStringLiteral("opt"));
        const auto reporter = looking(folder);
        std::stop_source stop;
        int tokens = 0;
        auto asked = request("");
        asked.minTokens = 8;
        const auto draft = reporter->write(asked, stop.get_token(), [&](const std::string&) {
            if (++tokens == 2)
                stop.request_stop();
        });
        QVERIFY(draft.cancelled);
        QCOMPARE(draft.tokens, 2);
    }

    void odd_prompts_and_pictures_are_taken_data() { made_blip2::addKinds(); }

    void odd_prompts_and_pictures_are_taken()
    {
        QFETCH(QString, kind);
        const Folder folder(kind);
        const auto reporter = open(folder);
        reporter->look(gradient(1, 1));
        for (const char* odd : {"\xF0\x9F\x98\x80", "\xFF\xFE", "<image>x", "?", "\u80BA?"})
            if (kind != "opt" || std::string(odd) != "<image>x")
                QVERIFY2(!reporter->write(request(odd)).texts.empty(), odd);
        QVERIFY_THROWS_EXCEPTION(imaging::Error, reporter->look(imaging::Slice()));
    }

    void nothing_to_go_on_from_is_a_caption_but_no_instruction_data() { made_blip2::addKinds(); }

    void nothing_to_go_on_from_is_a_caption_but_no_instruction()
    {
        QFETCH(QString, kind);
        const Folder folder(kind);
        const auto reporter = looking(folder);
        if (reporter->canWrite())
            QVERIFY(!reporter->write(request(" ")).texts.empty());
        else
            QVERIFY(
                support::sentence(ErrorKind::WrongUse, [&] { reporter->write(request(" ")); }).contains("question"));
    }

    void a_prompt_that_is_too_long_is_refused_data() { made_blip2::addKinds(); }

    void a_prompt_that_is_too_long_is_refused()
    {
        QFETCH(QString, kind);
        const Folder folder(kind);
        const auto reporter = looking(folder);
        std::string prompt;
        for (int i = 0; i < 100; ++i)
            prompt += "lung ";
        const auto message = support::sentence(ErrorKind::InvalidInput, [&] { reporter->write(request(prompt)); });
        QVERIFY2(message.contains("10") && message.contains("shorter"), qPrintable(message));
        // What only the default length does not fit is written to the end of the context.
        auto asked =
            request("lung lung lung lung lung lung lung lung lung lung lung lung lung lung lung lung lung lung");
        asked.maxTokens.reset();
        QVERIFY(!reporter->write(asked).texts.empty());
    }

    void lower_precisions_stay_near_and_are_said_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<int>("precision");
        using models::Precision;
        for (const char* kind : made_blip2::kKinds)
            for (const auto one : {Precision::BFloat16, Precision::Int8, Precision::Int8BFloat16})
                QTest::addRow("%s in %s", kind, models::precisionName(one)) << kind << static_cast<int>(one);
    }

    void lower_precisions_stay_near_and_are_said()
    {
        QFETCH(QString, kind);
        QFETCH(int, precision);
        const Folder folder(kind);
        const auto chosen = static_cast<models::Precision>(precision);
        const auto wanted = looking(folder);
        QCOMPARE(wanted->precision(), models::Precision::Float32); // There is room for the small one.
        const auto reporter = models::blip2::openReporter(folder.path(), "cpu", chosen);
        QCOMPARE(reporter->precision(), chosen);
        reporter->look(gradient(40, 20));
        auto asked = request("what is the lung?");
        asked.maxTokens = 1;
        asked.minTokens = 1;
        const auto one = wanted->write(asked).texts.front(), other = reporter->write(asked).texts.front();
        QVERIFY2(std::abs(one.score - other.score) < 0.05 * std::abs(one.score), other.text.c_str());
    }

    void sight_in_bfloat16_is_rounding()
    {
        const Folder folder(QStringLiteral("instruct-t5"));
        const at::InferenceMode inference;
        const auto places = models::blip2::placesOf(folder.path());
        const auto pixels = torch::linspace(-1, 1, 3 * 28 * 28).view({1, 3, 28, 28});
        const auto ids = torch::tensor({2, 4, 5, 3, 0}).unsqueeze(0), mask = ids.ne(0).to(torch::kLong);
        std::vector<at::Tensor> soft;
        for (const auto type : {at::kFloat, at::kBFloat16}) {
            auto blip2 = models::blip2::openBlip2(places, {type, at::kFloat}).blip2;
            const auto queried = blip2->queried(blip2->pictureTokens(pixels), ids, mask);
            QCOMPARE(queried.scalar_type(), type);
            soft.push_back(blip2->softTokens(queried).to(torch::kFloat));
        }
        QVERIFY((soft[0] - soft[1]).norm().item<double>() < 0.03 * soft[0].norm().item<double>());
    }

    void what_has_no_sense_is_refused()
    {
        const Folder folder(QStringLiteral("opt"));
        const auto reporter = open(folder);
        const auto misuse = [&](const auto& work) { return support::sentence(ErrorKind::WrongUse, work); };
        QVERIFY(misuse([&] { reporter->write(request("a")); }).contains("no picture"));
        QVERIFY(misuse([&] { reporter->match("a lung"); }).contains("retrieval"));
        reporter->look(gradient(4, 4));
        QVERIFY(misuse([&] {
            auto asked = request("a");
            asked.texts = 2;
            reporter->write(asked);
        }).contains("beams"));
        // A place for the picture that the prompt spells out is one too many.
        QVERIFY(support::sentence(ErrorKind::InvalidInput, [&] {
            reporter->write(request("<image> a"));
        }).contains("places"));
    }
};

QTEST_GUILESS_MAIN(TestBlip2Writing)
#include "tst_blip2_writing.moc"
