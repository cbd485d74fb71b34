#include "app/workflow/classifier_worker.h"
#include "app/workflow/sided_texts.h"
#include "imaging/error.h"
#include "tests/support/error_sentence.h"
#include "tests/support/fake_classifier.h"
#include "tests/support/synthetic_volume.h"

#include <QtTest>

namespace {

struct Desk
{
    app::ClassifierWorker worker{[this](const std::filesystem::path& model, const std::filesystem::path& prompts) {
        opened << QString::fromStdString(model.string() + "+" + prompts.string());
        if (model == "broken")
            throw imaging::Error(imaging::ErrorKind::Model, "broken: there is no config.json.");
        auto made = std::make_unique<support::FakeClassifier>();
        if (!prompts.empty())
            made->learnt = {"x", "y"};
        made->unknown = unknown;
        fake = made.get();
        return made;
    }};
    QStringList opened;
    std::string unknown; ///< To models that are opened from now on.
    support::FakeClassifier* fake = nullptr;
    std::shared_ptr<const imaging::Volume> volume = support::syntheticVolume(support::gridOf(5, 4, 3), {},
        [](imaging::VoxelIndex at) { return static_cast<std::int16_t>(at.slice + at.column); });
    app::UserSides user;
    models::ClassQuestion question{{"pneumonia", "no finding"}, models::kRadiographTemplates};

    std::optional<models::Classification> ask(const char* model, int slice, const char* prompts = "", std::stop_token stop = {})
    {
        return worker.classify({{model, prompts}, {volume, slice}, question, user}, stop, {});
    }

    std::optional<models::ClassHeat> explain(const char* name, int slice, std::stop_token stop = {})
    {
        app::ClassifyTask task;
        task.choice = {"a", ""};
        task.picture = {volume, slice};
        task.question = question;
        task.user = user;
        return worker.explain(task, name, stop, {});
    }
};

} // namespace

class ClassifierWorkerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void the_same_question_is_read_once()
    {
        Desk desk;
        QCOMPARE(desk.ask("a", 0)->scores.size(), std::size_t(2));
        QCOMPARE(desk.fake->columns, 5);
        desk.ask("a", 1);
        QCOMPARE(desk.fake->questions.size(), std::size_t(1));
        QCOMPARE(desk.fake->looks, 2);
        desk.ask("a", 1);
        QCOMPARE(desk.fake->looks, 2); // Nothing is new.
        desk.question.findings = true;
        desk.ask("a", 1);
        QCOMPARE(desk.fake->questions.size(), std::size_t(2));
        QCOMPARE(desk.fake->looks, 3);
        QCOMPARE(desk.opened.size(), 1);
    }

    void sides_are_exchanged_for_the_model_and_names_stay()
    {
        Desk desk;
        desk.question.classes = {"left lung", "right lung"};
        desk.worker.open({"a", ""});
        desk.fake->sides = imaging::Sides::Picture;
        QVERIFY_EXCEPTION_THROWN(desk.ask("a", 0), imaging::Error); // The picture does not say where they are.
        QVERIFY(desk.fake->questions.empty());
        desk.user.confirmed = app::Confirmed::Yes;
        const auto answer = desk.ask("a", 0);
        QCOMPARE(desk.fake->questions.back().classes, (std::vector<std::string>{"right lung", "left lung"}));
        QCOMPARE(answer->scores.front().name, std::string("left lung"));
        QCOMPARE(answer->scores.front().texts.front(), std::string("a picture of right lung."));
        QVERIFY(!answer->warnings.empty());
        desk.user = {imaging::Sides::Picture, app::Confirmed::No};
        QVERIFY(desk.ask("a", 0)->warnings.empty());
        QCOMPARE(desk.fake->questions.back().classes, desk.question.classes);
    }

    void names_are_read_without_blanks_and_what_is_no_text_refused()
    {
        Desk desk;
        desk.question.classes = {" pneumonia\t", "no finding "};
        QCOMPARE(desk.ask("a", 0)->scores.front().name, std::string("pneumonia"));
        QCOMPARE(desk.fake->questions.back().classes, (std::vector<std::string>{"pneumonia", "no finding"}));
        const auto refused = [&] {
            return support::sentence(imaging::ErrorKind::InvalidInput, [&] { desk.ask("b", 0); });
        };
        desk.question.classes.back() = "no \xC3 finding";
        QVERIFY2(refused().contains("name of a class is not UTF-8"), qPrintable(refused()));
        desk.question.classes.back() = "no finding";
        desk.question.templates = {"\xFF {}"};
        QVERIFY2(refused().contains("template is not UTF-8"), qPrintable(refused()));
        QCOMPARE(desk.opened, QStringList{QStringLiteral("a+")}); // Before a model is opened for it.
    }

    void words_that_the_model_does_not_know_are_said_once()
    {
        Desk desk;
        desk.unknown = "pneumonia";
        desk.question.classes = {"pneumonia", "old pneumonia", "lung"};
        const auto answer = desk.ask("a", 0);
        QCOMPARE(answer->unknownWords, std::vector<std::string>{"pneumonia"});
        QCOMPARE(answer->warnings.size(), std::size_t(1));
        QVERIFY(answer->warnings.front().starts_with("The model does not know the word: pneumonia."));
        QVERIFY(desk.ask("a", 0, "learnt")->warnings.empty()); // What was learnt knows them.
        desk.unknown = "no";
        desk.question = {{"lung"}, {"{}"}, true};
        QCOMPARE(desk.ask("b", 0)->unknownWords, std::vector<std::string>{"no"}); // Of the denial.
    }

    void a_model_that_hardly_tells_sides_apart_says_so_where_only_they_differ()
    {
        Desk desk;
        desk.user = {imaging::Sides::Picture, app::Confirmed::No};
        desk.worker.open({"a", ""});
        desk.fake->sides = imaging::Sides::Picture;
        desk.fake->doubt = "It hardly tells sides apart.";
        desk.question.classes = {"upper left lung", "lower right lung"};
        QVERIFY(desk.ask("a", 0)->warnings.empty());
        desk.question.classes = {"upper lung", "lower Left lung", "lower right lung"};
        QCOMPARE(desk.ask("a", 0)->warnings, imaging::Warnings{"It hardly tells sides apart."});
        QVERIFY(app::differBySideOnly({"lung", "left lung"}));
        QVERIFY(!app::differBySideOnly({"left lung", "left lung", "left heart"}));
    }

    void usual_templates_and_examples_are_words_that_the_model_knows()
    {
        Desk desk;
        QCOMPARE(desk.worker.open({"a", ""}).usualTemplates, models::kRadiographTemplates);
        QCOMPARE(desk.worker.open({"a", ""}).examples.front(), std::string("pneumonia"));
        desk.question.templates.clear();
        desk.ask("a", 0);
        QCOMPARE(desk.fake->questions.back().templates, models::kRadiographTemplates);
        desk.unknown = "x-ray";
        desk.ask("b", 0);
        QCOMPARE(desk.fake->questions.back().templates, std::vector<std::string>{"{}."});
        desk.unknown = "pneumonia";
        QCOMPARE(desk.worker.open({"c", ""}).examples.front(), std::string("upper left lung"));
    }

    void a_picture_that_shows_nothing_is_asked_about()
    {
        Desk desk;
        desk.volume =
            support::syntheticVolume(support::gridOf(5, 4, 1), {}, [](imaging::VoxelIndex) { return std::int16_t(3); });
        const auto refused = support::sentence(imaging::ErrorKind::InvalidInput, [&] { desk.ask("a", 0); });
        QVERIFY2(refused.contains("equally bright") && refused.contains("Confirm"), qPrintable(refused));
        QCOMPARE(desk.fake->looks, 0);
        desk.user.confirmed = app::Confirmed::Yes;
        const auto warned = [&] { return QString::fromStdString(desk.ask("a", 0)->warnings.at(0)); };
        QVERIFY2(warned().contains("equally bright"), qPrintable(warned()));
    }

    void other_prompts_are_another_model()
    {
        Desk desk;
        desk.ask("a", 0);
        desk.ask("a", 0, "learnt");
        QCOMPARE(desk.opened, (QStringList{QStringLiteral("a+"), QStringLiteral("a+learnt")}));
        QCOMPARE(desk.fake->looks, 1);
    }

    void without_classes_those_of_the_prompts_are_meant()
    {
        Desk desk;
        desk.question.classes.clear();
        QCOMPARE(desk.worker.open({"a", "learnt"}).learntClasses, (std::vector<std::string>{"x", "y"}));
        QCOMPARE(desk.ask("a", 0, "learnt")->scores.front().name, std::string("x"));
        QVERIFY_EXCEPTION_THROWN(desk.ask("a", 0), imaging::Error);
    }

    void a_refused_question_is_not_taken_for_the_one_before()
    {
        Desk desk;
        desk.ask("a", 0);
        auto good = desk.question;
        desk.question.classes = {"alone"};
        QVERIFY_EXCEPTION_THROWN(desk.ask("a", 0), imaging::Error);
        desk.question = good;
        QVERIFY(desk.ask("a", 0));
        QCOMPARE(desk.fake->questions.size(), std::size_t(3));
    }

    void a_model_that_does_not_open_is_tried_again()
    {
        Desk desk;
        QVERIFY_EXCEPTION_THROWN(desk.ask("broken", 0), imaging::Error);
        QVERIFY_EXCEPTION_THROWN(desk.ask("broken", 0), imaging::Error);
        QCOMPARE(desk.opened.size(), 2);
    }

    void a_class_of_the_question_is_explained()
    {
        Desk desk;
        const auto heat = desk.explain("no finding", 2);
        QCOMPARE(heat->heat.size(), std::size_t(20));
        QCOMPARE(desk.fake->explained, std::vector<std::string>{"no finding"});
        desk.ask("a", 2);
        QCOMPARE(desk.fake->questions.size(), std::size_t(1)); // The texts are read once for both.
    }

    void a_class_is_explained_under_the_models_name_of_it()
    {
        Desk desk;
        desk.ask("a", 0); // Opens it.
        desk.fake->sides = imaging::Sides::Picture;
        desk.question.classes = {"left lung", "right lung"};
        desk.user = {imaging::Sides::Patient, app::Confirmed::Yes};
        const auto heat = desk.explain("left lung", 0);
        QCOMPARE(heat->name, std::string("left lung"));
        QCOMPARE(desk.fake->explained, std::vector<std::string>{"right lung"});
    }

    void after_a_stop_request_nothing_is_computed()
    {
        Desk desk;
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(!desk.ask("a", 0, "", stop.get_token()));
        QVERIFY(!desk.explain("pneumonia", 0, stop.get_token()));
        QVERIFY(desk.fake->questions.empty());
    }
};

QTEST_APPLESS_MAIN(ClassifierWorkerTest)
#include "tst_classifier_worker.moc"
