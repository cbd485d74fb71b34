#include "app/workflow/reporter_worker.h"
#include "imaging/error.h"
#include "tests/support/error_sentence.h"
#include "tests/support/fake_reporter.h"
#include "tests/support/synthetic_volume.h"

#include <QtTest>

namespace {

struct Desk
{
    /// Makes the models that are opened; the last one stays known.
    app::ReporterWorker worker{[this](const std::filesystem::path& path) {
        opened << QString::fromStdString(path.string());
        if (path == "broken")
            throw imaging::Error(imaging::ErrorKind::Model, "broken: there is no config.json.");
        auto made = std::make_unique<support::FakeReporter>();
        made->writes = path != "compares" && path != "answers";
        made->answers = path == "answers";
        made->compares = path != "answers";
        fake = made.get();
        return made;
    }};
    QStringList opened;
    app::UserSides user;
    support::FakeReporter* fake = nullptr;
    std::shared_ptr<const imaging::Volume> volume = support::syntheticVolume(support::gridOf(4, 4, 3), {},
        [](imaging::VoxelIndex at) { return static_cast<std::int16_t>(10 * at.slice + at.column); });

    app::DraftOutcome write(const char* model, int slice, models::DraftRequest request = {}, std::stop_token stop = {})
    {
        return worker.write({model, {volume, slice}, user}, request, stop, {}, [this](const std::string& text) { shown << QString::fromStdString(text); });
    }
    app::MatchOutcome match(const char* model, int slice, const std::string& text)
    {
        return worker.match({model, {volume, slice}, user}, text, {}, {});
    }
    QStringList shown;
};

} // namespace

class ReporterWorkerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_second_question_does_not_encode_the_picture_again()
    {
        Desk desk;
        QCOMPARE(desk.write("a", 1).view.size, 4);
        QCOMPARE(desk.fake->brightest, 13.F);
        desk.write("a", 1);
        QCOMPARE(desk.match("a", 1, "No effusion.").view.size, 4);
        QCOMPARE(desk.fake->looks, 1);
        desk.write("a", 2);
        QCOMPARE(desk.fake->looks, 2);
        QCOMPARE(desk.opened, QStringList{QStringLiteral("a")});
    }

    void another_volume_is_another_picture()
    {
        Desk desk;
        desk.write("a", 1);
        desk.volume = support::syntheticVolume(
            support::gridOf(4, 4, 3), {}, [](imaging::VoxelIndex at) { return std::int16_t(at.column > 0 ? 7 : 1); });
        desk.write("a", 1);
        QCOMPARE(desk.fake->looks, 2);
        QCOMPARE(desk.fake->brightest, 7.F);
    }

    void another_path_is_another_model_which_looks_anew()
    {
        Desk desk;
        desk.write("a", 1);
        desk.write("b", 1);
        QCOMPARE(desk.fake->looks, 1);
        QCOMPARE(desk.opened, (QStringList{QStringLiteral("a"), QStringLiteral("b")}));
    }

    void a_model_that_does_not_open_is_tried_again()
    {
        Desk desk;
        desk.write("a", 1);
        QVERIFY_EXCEPTION_THROWN(desk.write("broken", 1), imaging::Error);
        QVERIFY_EXCEPTION_THROWN(desk.write("broken", 1), imaging::Error);
        QCOMPARE(desk.opened.size(), 3);
        desk.write("a", 1);
        QCOMPARE(desk.opened.size(), 4);
    }

    void a_draft_is_shown_word_by_word_and_falls_into_sentences()
    {
        Desk desk;
        models::DraftRequest request;
        request.beams = 1;
        const auto outcome = desk.write("a", 0, request);
        QCOMPARE(desk.shown.first(), QStringLiteral("The"));
        QCOMPARE(desk.shown.last(), QString::fromStdString(desk.fake->text));
        QCOMPARE(outcome.sentences, (std::vector<std::string>{"The heart is enlarged.", "A shadow in the left lung."}));
        QVERIFY(outcome.abilities.writes && outcome.abilities.compares && !outcome.abilities.answers);
    }

    void sides_are_exchanged_between_the_user_and_the_model()
    {
        Desk desk;
        desk.worker.open("a");
        desk.fake->sides = imaging::Sides::Picture;
        QVERIFY_EXCEPTION_THROWN(desk.write("a", 0), imaging::Error); // The picture does not say where they are.
        QVERIFY(desk.fake->requests.empty());
        desk.user.confirmed = app::Confirmed::Yes;
        QCOMPARE(desk.write("a", 0).sentences.at(1), std::string("A shadow in the right lung."));
        QCOMPARE(desk.match("a", 0, "A shadow on the left.").match.whole.probability, 0.875);
        QCOMPARE(desk.fake->matched.back(), std::string("A shadow on the right."));
    }

    void the_example_is_of_words_that_the_model_knows()
    {
        Desk desk;
        QCOMPARE(desk.worker.open("a").example, std::string("a radiograph of"));
        desk.fake->unknown = "radiograph";
        QCOMPARE(desk.worker.open("a").example, std::string("unilateral pulmonary infection"));
    }

    void words_that_the_model_does_not_know_are_said_once()
    {
        Desk desk;
        desk.worker.open("a");
        desk.fake->unknown = "pneumothorax";
        desk.fake->text = "Clear.";
        const auto match = desk.match("a", 0, "A pneumothorax. No other pneumothorax.").match;
        QCOMPARE(match.unknownWords, std::vector<std::string>{"pneumothorax"});
        QCOMPARE(match.whole.warnings.size(), std::size_t(1));
        QVERIFY(match.whole.warnings.front().starts_with("The model does not know the word: pneumothorax."));
        models::DraftRequest request;
        request.prompt = "the pneumothorax is";
        QCOMPARE(desk.write("a", 0, request).draft.warnings, match.whole.warnings);
        QVERIFY(desk.write("a", 0).draft.warnings.empty());
    }

    void what_is_no_text_is_refused_before_a_model_is_opened()
    {
        Desk desk;
        models::DraftRequest request;
        request.prompt = "a \xE9";
        for (const bool writes : {true, false}) {
            const auto refused = support::sentence(imaging::ErrorKind::InvalidInput, [&] {
                if (writes)
                    desk.write("a", 0, request);
                else
                    desk.match("a", 0, request.prompt);
            });
            QVERIFY2(
                refused.contains(writes ? "The prompt is not UTF-8" : "The text is not UTF-8"), qPrintable(refused));
        }
        QVERIFY(desk.opened.isEmpty());
    }

    void a_picture_that_shows_nothing_is_asked_about_and_then_said_each_time()
    {
        Desk desk;
        desk.volume =
            support::syntheticVolume(support::gridOf(4, 4, 1), {}, [](imaging::VoxelIndex) { return std::int16_t(7); });
        const auto refused = support::sentence(imaging::ErrorKind::InvalidInput, [&] { desk.write("a", 0); });
        QVERIFY2(refused.contains("equally bright") && refused.contains("Confirm"), qPrintable(refused));
        desk.user.confirmed = app::Confirmed::Yes;
        for (int time = 0; time < 2; ++time) {
            QVERIFY(desk.write("a", 0).draft.warnings.back().find("equally bright") != std::string::npos);
            QVERIFY(
                desk.match("a", 0, "Clear.").match.whole.warnings.back().find("equally bright") != std::string::npos);
        }
        QCOMPARE(desk.fake->looks, 1);
    }

    void what_a_model_cannot_do_is_said_before_it_looks()
    {
        Desk desk;
        QVERIFY_EXCEPTION_THROWN(desk.write("compares", 0), imaging::Error);
        QCOMPARE(desk.fake->looks, 0);
        QVERIFY_EXCEPTION_THROWN(desk.match("answers", 0, "Clear."), imaging::Error);
        QVERIFY_EXCEPTION_THROWN(desk.write("answers", 0), imaging::Error); // No question.
        QCOMPARE(desk.fake->looks, 0);
        models::DraftRequest request;
        request.prompt = "is there an effusion?";
        desk.write("answers", 0, request);
        QCOMPARE(desk.fake->looks, 1);
        const auto refused = support::sentence(imaging::ErrorKind::WrongUse, [&] { desk.write("a", 0, request); });
        QVERIFY2(refused.contains("answers no questions") && refused.contains("how the text begins"), qPrintable(refused));
        QVERIFY(desk.fake->requests.empty());
        request.prompt = " \n";
        QVERIFY_EXCEPTION_THROWN(desk.write("answers", 0, request), imaging::Error);
    }

    void a_text_is_compared_whole_and_by_sentence()
    {
        Desk desk;
        const auto match = desk.match("a", 0, "Clear. A shadow on the left.").match;
        QCOMPARE(match.whole.probability, 0.125);
        QCOMPARE(match.sentences.size(), std::size_t(2));
        QCOMPARE(match.sentences[0].second.probability, 0.875);
        QVERIFY_EXCEPTION_THROWN(desk.match("a", 0, " ... "), imaging::Error);
    }

    void after_a_stop_request_nothing_more_is_computed()
    {
        Desk desk;
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(desk.write("a", 0, {}, stop.get_token()).draft.cancelled);
        QCOMPARE(desk.fake->looks, 0);
    }
};

QTEST_APPLESS_MAIN(ReporterWorkerTest)
#include "tst_reporter_worker.moc"
