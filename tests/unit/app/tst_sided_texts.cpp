#include "app/workflow/sided_texts.h"
#include "app/workflow/text_match.h"
#include "tests/support/error_sentence.h"
#include "tests/support/fake_reporter.h"

#include <QtTest>

namespace {

using app::Confirmed;
using imaging::PictureSides;
using imaging::Sides;

PictureSides lying(const char* orientation)
{
    return imaging::sidesFromTags({}, orientation);
}

bool says(const imaging::Warnings& warnings, const char* words)
{
    return std::any_of(warnings.begin(), warnings.end(), [&](const auto& one) { return one.find(words) != one.npos; });
}

void addRows()
{
    QTest::addColumn<int>("user");
    QTest::addColumn<int>("model");
    QTest::addColumn<QByteArray>("orientation");
    QTest::addColumn<bool>("exchanged");
    QTest::addColumn<bool>("asked"); // Until it is confirmed.
    const int patient = 0, picture = 1;
    const auto row = [](const char* name, int user, int model, const char* orientation, bool exchanged, bool asked) {
        QTest::newRow(name) << user << model << QByteArray(orientation) << exchanged << asked;
    };
    row("patient's words, picture's model", patient, picture, "L\\F", true, false);
    row("patient's words, picture's model, mirrored", patient, picture, "R\\F", true, false);
    row("patient's words, picture's model, lies", patient, picture, "F\\L", true, false);
    row("patient's words, picture's model, unknown", patient, picture, "", true, true);
    row("patient's words, patient's model", patient, patient, "R\\F", false, false);
    row("patient's words, patient's model, unknown", patient, patient, "", false, true);
    row("picture's words, picture's model", picture, picture, "L\\F", false, false);
    row("picture's words, picture's model, mirrored", picture, picture, "R\\F", true, false);
    row("picture's words, picture's model, unknown", picture, picture, "", false, false);
    row("picture's words, patient's model", picture, patient, "L\\F", true, false);
    row("picture's words, patient's model, mirrored", picture, patient, "R\\F", false, false);
    row("picture's words, lies", picture, picture, "F\\L", false, true);
}

Sides sidesOf(int word)
{
    return word == 0 ? Sides::Patient : Sides::Picture;
}

} // namespace

/// The model sees every picture as it is usually seen: the patient's right at the left.
class SidedTextsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void what_is_compared_goes_to_the_model_in_its_sides_data() { addRows(); }

    void what_is_compared_goes_to_the_model_in_its_sides()
    {
        QFETCH(bool, exchanged);
        support::FakeReporter reporter;
        ask([&](app::UserSides user, const PictureSides& picture) {
            return app::matchInSides(reporter, "lower left lung", user, picture).warnings;
        }, reporter.sides);
        if (!QTest::currentTestFailed())
            QCOMPARE(reporter.matched.back(), std::string(exchanged ? "lower right lung" : "lower left lung"));
        const app::UserSides sure{Sides::Patient, Confirmed::Yes};
        const auto match = app::matchInSides(reporter, "lower left lung", sure, {});
        QCOMPARE(match.sent, reporter.matched.back());
    }

    void what_is_written_comes_back_in_the_users_sides_data() { addRows(); }

    void what_is_written_comes_back_in_the_users_sides()
    {
        QFETCH(bool, exchanged);
        support::FakeReporter reporter;
        reporter.text = "shadow in the Left lung";
        std::string text, shown;
        ask([&](app::UserSides user, const PictureSides& picture) {
            models::DraftRequest request;
            request.prompt = "the right lung";
            request.beams = 1;
            const auto draft = app::writeInSides(
                reporter, request, user, picture, {}, [&](const std::string& soFar) { shown = soFar; });
            text = draft.texts.at(0).text;
            return draft.warnings;
        }, reporter.sides);
        if (QTest::currentTestFailed())
            return;
        QCOMPARE(text, std::string(exchanged ? "shadow in the Right lung" : "shadow in the Left lung"));
        QCOMPARE(shown, text);
        QCOMPARE(reporter.requests.back().prompt, std::string(exchanged ? "the left lung" : "the right lung"));
    }

    void classes_go_to_the_model_in_its_sides_data() { addRows(); }

    void classes_go_to_the_model_in_its_sides()
    {
        QFETCH(bool, exchanged);
        const models::ClassQuestion question{{"left", "right", "both lungs"}, {"opacity, {} lung"}};
        std::optional<Sides> model;
        std::vector<std::string> classes;
        ask([&](app::UserSides user, const PictureSides& picture) {
            const auto sided = app::questionInSides(question, model, /*learnt=*/false, user, picture);
            classes = sided.question.classes;
            return sided.warnings;
        }, model);
        if (!QTest::currentTestFailed())
            QCOMPARE(classes,
                exchanged ? (std::vector<std::string>{"right", "left", "both lungs"}) : question.classes);
    }

    void a_text_without_sides_is_never_asked_about()
    {
        support::FakeReporter reporter;
        reporter.sides = Sides::Picture;
        QVERIFY(app::matchInSides(reporter, "lungs clear", {}, {}).warnings.empty());
        QVERIFY(app::questionInSides({{"a", "b"}}, Sides::Picture, false, {}, {}).warnings.empty());
    }

    void a_model_that_does_not_say_is_not_relied_on()
    {
        support::FakeReporter reporter;
        const auto match = app::matchInSides(reporter, "left lung", {}, lying("L\\F"));
        QCOMPARE(reporter.matched.back(), std::string("left lung"));
        QVERIFY(says(match.warnings, "does not say whose sides"));
        QVERIFY(says(app::writeInSides(reporter, {}, {}, {}, {}, {}).warnings, "does not say whose sides"));
        reporter.text = "lungs clear";
        QVERIFY(app::writeInSides(reporter, {}, {}, {}, {}, {}).warnings.empty());
        const auto sided = app::questionInSides({{"left", "b"}}, std::nullopt, false, {}, {});
        QVERIFY(says(sided.warnings, "does not say whose sides"));
    }

    void a_side_in_words_that_are_not_exchanged_is_refused_or_said_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text :
            {"RLL infiltrate", "infiltrate in the RUL", "Infiltrat linke Lunge", "LLL infiltrate and left effusion",
                "left effusion, consolidation in the RLL", "Effusion on the right. RLL infiltrate.", "leftward shift",
                "infiltrate of the rightlung"})
            QTest::newRow(text) << QString(text);
    }

    void a_side_in_words_that_are_not_exchanged_is_refused_or_said()
    {
        QFETCH(QString, text);
        const auto words = text.toStdString();
        support::FakeReporter reporter;
        reporter.sides = Sides::Picture;
        const auto refused = support::sentence(imaging::ErrorKind::InvalidInput,
            [&] { app::matchInSides(reporter, words, {}, lying("L\\F")); });
        QVERIFY2(refused.contains("other words"), qPrintable(refused));
        QVERIFY(reporter.matched.empty());
        QVERIFY(support::sentence(imaging::ErrorKind::InvalidInput, [&] {
            app::questionInSides({{words, "b"}}, Sides::Picture, /*learnt=*/false, {}, lying("L\\F"));
        }).contains("other words"));
        reporter.text = words;
        const auto draft = app::writeInSides(reporter, {}, {}, lying("L\\F"), {}, {});
        QCOMPARE(draft.texts.front().text, imaging::swapSideWords(words));
        QVERIFY(says(draft.warnings, "not exchanged"));
        const app::UserSides same{Sides::Picture, Confirmed::No}; // Nothing is to be exchanged.
        app::matchInSides(reporter, words, same, lying("L\\F"));
        QCOMPARE(reporter.matched.back(), words);
    }

    void a_text_with_left_and_right_only_is_exchanged_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("exchanged");
        QTest::newRow("a lobe") << "right lower lobe infiltrate" << "left lower lobe infiltrate";
        QTest::newRow("two findings") << "Left effusion. No infiltrate on the right."
                                      << "Right effusion. No infiltrate on the left.";
        QTest::newRow("a word of it") << "left-sided effusion, lungs clear" << "right-sided effusion, lungs clear";
        QTest::newRow("both") << "bilateral infiltrates, left more than right"
                              << "bilateral infiltrates, right more than left";
        QTest::newRow("another organ") << "the left ventricle is enlarged" << "the right ventricle is enlarged";
        QTest::newRow("of the training texts")
            << "unilateral pulmonary infection, one infected area, lower left lung."
            << "unilateral pulmonary infection, one infected area, lower right lung.";
        QTest::newRow("two sides of the training texts")
            << "bilateral pulmonary infection, two infected areas, upper left lung and all right lung."
            << "bilateral pulmonary infection, two infected areas, upper right lung and all left lung.";
    }

    void a_text_with_left_and_right_only_is_exchanged()
    {
        QFETCH(QString, text);
        QFETCH(QString, exchanged);
        support::FakeReporter reporter;
        reporter.sides = Sides::Picture;
        app::matchInSides(reporter, text.toStdString(), {}, lying("L\\F"));
        QCOMPARE(QString::fromStdString(reporter.matched.back()), exchanged);
    }

    void names_that_were_learnt_stay_as_they_are()
    {
        const auto sided =
            app::questionInSides({{"left", "right"}}, Sides::Picture, /*learnt=*/true, {}, lying("L\\F"));
        QCOMPARE(sided.question.classes.front(), std::string("left"));
        QVERIFY(says(sided.warnings, "was learnt"));
    }

    void sentences_are_shown_as_they_were_written()
    {
        support::FakeReporter reporter;
        reporter.sides = Sides::Picture;
        const auto match = app::matchReport(reporter, "Left lung clear. Heart large.", {}, lying("L\\F"));
        QCOMPARE(match.sentences.at(0).first, std::string("Left lung clear."));
        QCOMPARE(match.sentences.at(0).second.probability, 0.875); // It was asked about the right one.
        QCOMPARE(reporter.matched,
            (std::vector<std::string>{"Right lung clear. Heart large.", "Right lung clear.", "Heart large."}));
    }

private:
    /// Runs `work` for the row, unconfirmed where nothing is to be asked. `ofModel`: set to the row's.
    template <typename Work> void ask(const Work& work, std::optional<Sides>& ofModel)
    {
        QFETCH(int, user);
        QFETCH(int, model);
        QFETCH(QByteArray, orientation);
        QFETCH(bool, exchanged);
        QFETCH(bool, asked);
        ofModel = sidesOf(model);
        const auto picture = lying(orientation.constData());
        app::UserSides whose{sidesOf(user), Confirmed::No};
        if (asked) {
            const auto sentence = support::sentence(imaging::ErrorKind::InvalidInput, [&] { work(whose, picture); });
            QVERIFY2(sentence.contains("or confirm"), qPrintable(sentence));
            whose.confirmed = Confirmed::Yes;
        }
        const auto warnings = work(whose, picture);
        QCOMPARE(says(warnings, "were exchanged"), exchanged);
        QCOMPARE(says(warnings, "was taken to be at its left"), asked);
    }
};

QTEST_APPLESS_MAIN(SidedTextsTest)
#include "tst_sided_texts.moc"
