#include "models/blip/caption_decoder.h"
#include "models/blip/load_blip.h"
#include "models/blip/match_calibration.h"
#include "models/blip/reporter.h"
#include "models/generate/generate.h"
#include "models/text/open_tokenizer.h"
#include "models/vision/seen_pixels.h"
#include "models/weights/load_report.h"
#include "models/weights/safetensors.h"
#include "tests/support/error_sentence.h"

#include <torch/nn/init.h>
#include <torch/types.h>

#include <QTemporaryDir>
#include <QtTest>

namespace {

using imaging::ErrorKind;
using models::blip::BlipParts;

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

const QStringList kWords{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "picture", "of", "the", "lung", "left",
    "right", "base", "clear", "opacity", "in", "no", "pneumonia", "##s", ".", "is", "there", "both", "and", "upper",
    "lower", "zone", "small"};

/// A model folder with random weights: a small picture tower, and a vocabulary of kWords, [DEC] and [ENC].
void writeModel(const QTemporaryDir& home, const BlipParts& parts, std::int64_t rows = 30)
{
    torch::manual_seed(11);
    const std::filesystem::path folder = home.path().toStdString();
    QFile config(home.filePath("config.json"));
    QVERIFY(config.open(QIODevice::WriteOnly));
    config.write(QStringLiteral(R"({"model_type": "blip", "image_text_hidden_size": 12,
        "text_config": {"vocab_size": %1, "hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2,
            "intermediate_size": 32, "max_position_embeddings": 40, "bos_token_id": 28, "sep_token_id": 3},
        "vision_config": {"hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32,
            "image_size": 32, "patch_size": 8}})").arg(rows).toUtf8());
    config.close();
    QFile vocabulary(home.filePath("vocab.txt"));
    QVERIFY(vocabulary.open(QIODevice::WriteOnly));
    vocabulary.write(kWords.join('\n').toUtf8());
    vocabulary.close();
    auto settings = models::blip::readBlipConfig(folder);
    settings.parts = parts;
    models::blip::Blip blip(settings);
    for (auto& parameter : blip->parameters())
        torch::nn::init::normal_(parameter, 0, 0.5);
    models::weights::writeSafetensors(folder / "model.safetensors", models::weights::weightsOf(*blip));
}

/// Adds "match_calibration" to the folder's config.json.
void setCalibration(const QTemporaryDir& home, const QString& said)
{
    QFile config(home.filePath("config.json"));
    QVERIFY(config.open(QIODevice::ReadOnly));
    QByteArray text = config.readAll().trimmed();
    config.close();
    text.chop(1);
    QVERIFY(config.open(QIODevice::WriteOnly | QIODevice::Truncate));
    config.write(text + ", \"match_calibration\": " + said.toUtf8() + "}");
}

constexpr BlipParts kWriter{true, false, false}, kMatcher{false, true, true}, kAnswerer{true, true, false};

models::DraftRequest request(const std::string& prompt, int beams = 1)
{
    models::DraftRequest request;
    request.prompt = prompt;
    request.beams = beams;
    request.maxTokens = 8;
    request.minTokens = 3;
    return request;
}

} // namespace

class TestBlipReporter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_draft_goes_on_from_the_prompt_and_leaves_it_out_data()
    {
        QTest::addColumn<int>("beams");
        QTest::newRow("one by one") << 1;
        QTest::newRow("beams") << 3;
    }

    void a_draft_goes_on_from_the_prompt_and_leaves_it_out()
    {
        QFETCH(int, beams);
        QTemporaryDir home;
        writeModel(home, kWriter);
        auto reporter = models::blip::openReporter(home.path().toStdString(), "cpu");
        QVERIFY(reporter->canWrite() && !reporter->canMatch() && !reporter->canAnswer());
        const auto slice = gradient(40, 50);
        const auto view = reporter->look(slice);
        QCOMPARE(view.size, 32);
        QCOMPARE(view.seen.size(), std::size_t(32 * 32));
        std::vector<std::string> shown;
        auto asked = request("a picture of", beams);
        asked.texts = beams;
        const auto draft = reporter->write(asked, {}, [&](const std::string& text) { shown.push_back(text); });

        const at::InferenceMode inference;
        auto blip = models::blip::openBlip(home.path().toStdString());
        models::vision::PictureFit fit;
        fit.size = 32;
        fit.fit = models::vision::SquareFit::Squash;
        const auto picture = blip->pictureTokens(models::vision::seenPixels(slice, fit).pixels);
        models::blip::CaptionDecoder decoder(blip, picture);
        models::generate::GenerateOptions options;
        options.beams = options.returned = beams;
        options.maxNewTokens = 8;
        options.minNewTokens = 3;
        options.endId = 3;
        const auto prompt = torch::tensor(std::vector<std::int64_t>{28, 5, 6, 7}).unsqueeze(0); // [DEC] a picture of
        const auto wanted = models::generate::generate(decoder, prompt, options);
        const auto tokenizer = models::text::openBertTokenizer(home.path().toStdString(), {"[DEC]", "[ENC]"});
        QCOMPARE(draft.texts.size(), wanted.size());
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            QCOMPARE(draft.texts[i].text, tokenizer->decode(wanted[i].ids));
            QCOMPARE(draft.texts[i].score, wanted[i].score);
        }
        QCOMPARE(draft.tokens, static_cast<int>(wanted.front().ids.size()));
        if (beams == 1)
            QCOMPARE(shown.back(), draft.texts.front().text);
        else
            QVERIFY(shown.empty());
    }

    void chance_follows_its_seed()
    {
        QTemporaryDir home;
        writeModel(home, kWriter);
        auto reporter = models::blip::openReporter(home.path().toStdString(), "cpu");
        reporter->look(gradient(32, 32));
        auto asked = request("");
        asked.sample = true;
        asked.topP = 1;
        asked.temperature = 5;
        const auto first = reporter->write(asked).texts.front().text;
        QCOMPARE(reporter->write(asked).texts.front().text, first);
        asked.seed = 7;
        QVERIFY(reporter->write(asked).texts.front().text != first);
    }

    void a_stopped_draft_keeps_what_is_there()
    {
        QTemporaryDir home;
        writeModel(home, kWriter);
        auto reporter = models::blip::openReporter(home.path().toStdString(), "cpu");
        reporter->look(gradient(32, 32));
        std::stop_source stop;
        int tokens = 0;
        const auto draft = reporter->write(request(""), stop.get_token(), [&](const std::string&) {
            if (++tokens == 2)
                stop.request_stop();
        });
        QVERIFY(draft.cancelled);
        QCOMPARE(draft.tokens, 2);
    }

    void a_question_is_read_with_the_picture_before_the_answer()
    {
        QTemporaryDir home;
        writeModel(home, kAnswerer);
        auto reporter = models::blip::openReporter(home.path().toStdString(), "cpu");
        QVERIFY(reporter->canAnswer() && !reporter->canWrite() && !reporter->canMatch());
        const auto slice = gradient(32, 32);
        reporter->look(slice);
        const auto draft = reporter->write(request("is there pneumonia", 2));
        const at::InferenceMode inference;
        auto blip = models::blip::openBlip(home.path().toStdString());
        models::vision::PictureFit fit;
        fit.size = 32;
        fit.fit = models::vision::SquareFit::Squash;
        const auto picture = blip->pictureTokens(models::vision::seenPixels(slice, fit).pixels);
        const auto question = torch::tensor(std::vector<std::int64_t>{29, 20, 21, 17, 3}).unsqueeze(0); // [ENC] ... [SEP]
        models::blip::CaptionDecoder decoder(
            blip, blip->groundedTokens(question, torch::ones_like(question), picture));
        models::generate::GenerateOptions options;
        options.beams = 2;
        options.maxNewTokens = 8;
        options.minNewTokens = 3;
        options.endId = 3;
        const auto wanted = models::generate::generate(decoder, torch::full({1, 1}, 28, torch::kLong), options);
        QCOMPARE(draft.texts.front().score, wanted.front().score);
    }

    void a_match_is_what_the_two_heads_say()
    {
        QTemporaryDir home;
        writeModel(home, kMatcher);
        auto reporter = models::blip::openReporter(home.path().toStdString(), "cpu");
        QVERIFY(reporter->canMatch() && !reporter->canWrite());
        const auto slice = gradient(9, 70);
        reporter->look(slice);
        const auto match = reporter->match("the left lung is clear.");
        const at::InferenceMode inference;
        auto blip = models::blip::openBlip(home.path().toStdString());
        models::vision::PictureFit fit;
        fit.size = 32;
        fit.fit = models::vision::SquareFit::Squash;
        const auto picture = blip->pictureTokens(models::vision::seenPixels(slice, fit).pixels);
        const auto ids = torch::tensor(std::vector<std::int64_t>{2, 8, 10, 9, 20, 13, 19, 3}).unsqueeze(0);
        const auto mask = torch::ones_like(ids);
        QCOMPARE(match.probability, torch::softmax(blip->matchLogits(ids, mask, picture), 1)[0][1].item<double>());
        QVERIFY(std::abs(match.cosine - (blip->pictureDirections(picture) * blip->textDirections(ids, mask)).sum().item<double>()) < 1e-6);
        QVERIFY(match.warnings.empty());
        std::string longText;
        for (int i = 0; i < 60; ++i)
            longText += "lung ";
        QCOMPARE(reporter->match(longText).warnings.size(), std::size_t(1));
        for (const char* odd : {"", " \n", "\xF0\x9F\x98\x80", "\xFF\xFE"}) {
            const double probability = reporter->match(odd).probability;
            QVERIFY(probability >= 0 && probability <= 1);
        }
    }

    void what_a_score_is_worth_comes_from_the_package()
    {
        QTemporaryDir home;
        writeModel(home, kMatcher);
        setCalibration(home, R"({"threshold": 0.75, "points": [[0.0, 0.25], [1.0, 0.75]]})");
        auto reporter = models::blip::openReporter(home.path().toStdString(), "cpu");
        reporter->look(gradient(9, 70));
        for (const char* text : {"the left lung is clear.", "both upper zone", "no pneumonia", "a small opacity"}) {
            const auto match = reporter->match(text);
            QVERIFY(match.warnings.empty());
            QVERIFY(std::abs(*match.calibrated - (0.25 + match.probability / 2)) < 1e-12);
            QCOMPARE(*match.fits, *match.calibrated >= 0.5); // One rule with what is shown.
            QCOMPARE(*match.fits, match.probability >= *match.threshold);
        }
    }

    void what_scores_do_not_tell_apart_is_said()
    {
        QTemporaryDir home;
        writeModel(home, kMatcher);
        setCalibration(home,
            R"({"threshold": 0.75, "points": [[0, 0.25], [1, 0.75]], "not_told_apart": ["side only", 3, "<b>x</b>"]})");
        auto reporter = models::blip::openReporter(home.path().toStdString(), "cpu");
        reporter->look(gradient(9, 70));
        const auto match = reporter->match("the left lung is clear.");
        QCOMPARE(match.warnings.size(), std::size_t(1));
        const auto said = QString::fromStdString(match.warnings.front());
        QVERIFY2(said.contains("a wrong side") && !said.contains("zones") && !said.contains("<b>"), qPrintable(said));
        QVERIFY(match.calibrated);
    }

    void a_calibration_that_is_worth_nothing_is_said_and_not_used_data()
    {
        QTest::addColumn<QString>("said");
        for (const char* said : {"5", "{}", R"({"threshold": 0.5})", R"({"threshold": 0.5, "points": []})",
                 R"({"threshold": "0.5", "points": [[0, 0], [1, 1]]})",
                 R"({"threshold": 1.5, "points": [[0, 0], [1, 1]]})",
                 R"({"threshold": 0.5, "points": [[0, 0], [1]]})",
                 R"({"threshold": 0.5, "points": [[0, 0], [1, 2]]})",
                 R"({"threshold": 0.5, "points": [[0.5, 0], [0.2, 1]]})",
                 R"({"threshold": 0.5, "points": [[0, 0.5], [1, 0.2]]})",
                 R"({"threshold": 0.5, "points": [[0.4, 0.5]]})",
                 R"({"threshold": 0.1, "points": [[0.1, 0.5], [0.9, 0.5]]})"})
            QTest::newRow(said) << said; // The last two tell no better than chance.
    }

    void a_calibration_that_is_worth_nothing_is_said_and_not_used()
    {
        QFETCH(QString, said);
        QTemporaryDir home;
        writeModel(home, kMatcher);
        setCalibration(home, said);
        auto reporter = models::blip::openReporter(home.path().toStdString(), "cpu");
        reporter->look(gradient(9, 70));
        const auto match = reporter->match("the left lung is clear.");
        QVERIFY(!match.calibrated && !match.fits);
        QCOMPARE(match.warnings.size(), std::size_t(1));
        QVERIFY(QString::fromStdString(match.warnings.front()).contains("match_calibration"));
    }

    void shares_lie_on_lines_between_the_points()
    {
        const models::scoring::MatchCalibration steps{0.5, {{0.2, 0.1}, {0.4, 0.1}, {0.4, 0.5}, {0.6, 0.9}}};
        for (const auto& [score, share] :
            {std::pair{0.0, 0.1}, {0.2, 0.1}, {0.3, 0.1}, {0.4, 0.5}, {0.5, 0.7}, {0.6, 0.9}, {1.0, 0.9}})
            QVERIFY2(std::abs(models::blip::shareAt(steps, score) - share) < 1e-12, qPrintable(QString::number(score)));
    }

    void what_has_no_sense_is_refused()
    {
        QTemporaryDir home;
        writeModel(home, kWriter);
        auto reporter = models::blip::openReporter(home.path().toStdString(), "cpu");
        const auto misuse = [&](const auto& work) { return support::sentence(ErrorKind::WrongUse, work); };
        QVERIFY(misuse([&] { reporter->write({}); }).contains("no picture"));
        reporter->look(gradient(1, 1));
        QVERIFY(misuse([&] { reporter->match("a lung"); }).contains("itm_head"));
        QVERIFY(misuse([&] {
            auto asked = request("");
            asked.texts = 2;
            reporter->write(asked);
        }).contains("beams"));
        std::string prompt;
        for (int i = 0; i < 50; ++i)
            prompt += "lung ";
        QVERIFY(support::sentence(ErrorKind::InvalidInput, [&] { reporter->write(request(prompt)); }).contains("50 tokens"));
        QVERIFY_THROWS_EXCEPTION(imaging::Error, reporter->look(imaging::Slice()));
        QTemporaryDir other;
        writeModel(other, kMatcher);
        auto matcher = models::blip::openReporter(other.path().toStdString(), "cpu");
        matcher->look(gradient(4, 4));
        QVERIFY(misuse([&] { matcher->write(request("")); }).contains("text_decoder"));
    }

    void a_vocabulary_of_another_model_is_refused()
    {
        QTemporaryDir home;
        writeModel(home, kWriter, 29); // [ENC] has no row.
        const auto message = support::sentence(
            ErrorKind::Model, [&] { models::blip::openReporter(home.path().toStdString(), "cpu"); });
        QVERIFY2(message.contains("do not belong together"), qPrintable(message));
    }
};

QTEST_GUILESS_MAIN(TestBlipReporter)
#include "tst_blip_reporter.moc"
