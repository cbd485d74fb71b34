#include "app/workflow/prompt.h"

#include "imaging/error.h"
#include "tests/support/error_sentence.h"

#include <QTest>

using app::Confirmed;
using imaging::PatientSide;
using imaging::PictureSides;
using imaging::Sides;

namespace {

constexpr PictureSides kStandard{PatientSide::Right, PatientSide::Left};
constexpr PictureSides kFlipped{PatientSide::Left, PatientSide::Right};
constexpr PictureSides kUnknown{};
const char* const kText = "one infected area, lower left lung.";
const char* const kSwapped = "one infected area, lower right lung.";

} // namespace

class PromptTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sides_follow_both_conventions_and_the_picture_data();
    void sides_follow_both_conventions_and_the_picture();
    void a_side_without_side_tags_is_refused_until_confirmed();
    void a_side_within_another_word_is_asked_about_and_not_exchanged();
    void a_picture_that_is_not_upright_is_turned_and_said_data();
    void a_picture_that_is_not_upright_is_turned_and_said();
    void tags_that_contradict_each_other_are_named();
    void a_text_without_sides_needs_no_tags();
    void an_empty_sentence_is_refused_data();
    void an_empty_sentence_is_refused();
    void bytes_that_are_no_utf8_are_refused_always_data();
    void bytes_that_are_no_utf8_are_refused_always();
    void a_report_is_put_into_the_packages_words_data();
    void a_report_is_put_into_the_packages_words();
    void a_text_with_nothing_to_draw_is_refused_until_confirmed_data();
    void a_text_with_nothing_to_draw_is_refused_until_confirmed();
    void a_package_without_a_wording_gets_the_text_as_it_stands();
    void wording_and_sides_go_together();
};

void PromptTest::sides_follow_both_conventions_and_the_picture_data()
{
    QTest::addColumn<int>("user");
    QTest::addColumn<int>("package");
    QTest::addColumn<bool>("flipped");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("patient's words, picture's model, standard display") << 0 << 0 << false << QByteArray(kSwapped);
    QTest::newRow("patient's words, picture's model, flipped picture") << 0 << 0 << true << QByteArray(kText);
    QTest::newRow("picture's words, picture's model") << 1 << 0 << false << QByteArray(kText);
    QTest::newRow("picture's words, picture's model, flipped") << 1 << 0 << true << QByteArray(kText);
    QTest::newRow("patient's words, patient's model") << 0 << 1 << false << QByteArray(kText);
    QTest::newRow("patient's words, patient's model, flipped") << 0 << 1 << true << QByteArray(kText);
    QTest::newRow("picture's words, patient's model, standard") << 1 << 1 << false << QByteArray(kSwapped);
    QTest::newRow("picture's words, patient's model, flipped") << 1 << 1 << true << QByteArray(kText);
}

void PromptTest::sides_follow_both_conventions_and_the_picture()
{
    QFETCH(int, user);
    QFETCH(int, package);
    QFETCH(bool, flipped);
    QFETCH(QByteArray, expected);
    const auto result = app::withPackageSides(kText, user == 0 ? imaging::Sides::Patient : imaging::Sides::Picture,
        package == 0 ? imaging::Sides::Picture : imaging::Sides::Patient, flipped ? kFlipped : kStandard,
        Confirmed::No);
    QCOMPARE(QByteArray::fromStdString(result.text), expected);
    QVERIFY(result.warnings.empty());
}

void PromptTest::a_side_without_side_tags_is_refused_until_confirmed()
{
    QVERIFY_EXCEPTION_THROWN(
        app::withPackageSides(kText, imaging::Sides::Patient, imaging::Sides::Picture, kUnknown, Confirmed::No),
        imaging::Error);
    const auto result =
        app::withPackageSides(kText, imaging::Sides::Patient, imaging::Sides::Picture, kUnknown, Confirmed::Yes);
    QCOMPARE(QByteArray::fromStdString(result.text), QByteArray(kSwapped));
    QCOMPARE(result.warnings.size(), std::size_t{1});
}

void PromptTest::a_side_within_another_word_is_asked_about_and_not_exchanged()
{
    const auto put = [](const char* text, imaging::Sides user, const imaging::PictureSides& picture) {
        return app::withPackageSides(text, user, imaging::Sides::Picture, picture, Confirmed::No).text;
    };
    const auto usual = imaging::sidesFromTags({}, "L\\F");
    const char* text = "Effusion of the rightlung.";
    QVERIFY(support::sentence(imaging::ErrorKind::InvalidInput, [&] {
        put(text, imaging::Sides::Patient, usual);
    }).contains("within another word"));
    QVERIFY(support::sentence(imaging::ErrorKind::InvalidInput, [&] {
        put(text, imaging::Sides::Patient, {});
    }).contains("does not say where"));
    QCOMPARE(put(text, imaging::Sides::Picture, usual), std::string(text)); // Nothing has to be exchanged.
    models::PackageInfo package;
    package.textWording = models::TextWording::LvitReport;
    package.finding = "Pulmonary infection";
    for (const char* said : {"Infection of the leftlung.", "Consolidation, upper zone of the right lung, rightward."}) {
        const auto worded = app::inPackageWording(said, package);
        QVERIFY(worded.verdict == annotations::ReadingVerdict::Ask);
        QVERIFY2(worded.why.find("words of their own") != std::string::npos, worded.why.c_str());
    }
}

void PromptTest::a_picture_that_is_not_upright_is_turned_and_said_data()
{
    QTest::addColumn<QByteArray>("orientation");
    QTest::addColumn<int>("user");
    QTest::addColumn<int>("package");
    QTest::addColumn<QByteArray>("expected"); // Empty: refused until confirmed.
    QTest::addColumn<bool>("said");
    const QByteArray text(kText), swapped(kSwapped);
    QTest::newRow("usual") << QByteArray("L\\F") << 0 << 0 << swapped << false;
    QTest::newRow("mirrored, the words follow") << QByteArray("R\\F") << 0 << 0 << text << false;
    QTest::newRow("mirrored, the picture follows") << QByteArray("R\\F") << 0 << 1 << text << true;
    QTest::newRow("feet at the top") << QByteArray("L\\H") << 0 << 0 << swapped << true;
    QTest::newRow("upside down") << QByteArray("R\\H") << 0 << 0 << text << true;
    QTest::newRow("upside down, patient's model") << QByteArray("R\\H") << 0 << 1 << text << true;
    QTest::newRow("upside down, picture's words") << QByteArray("R\\H") << 1 << 0 << text << true;
    QTest::newRow("lies") << QByteArray("F\\L") << 0 << 0 << swapped << true;
    QTest::newRow("lies, mirrored") << QByteArray("F\\R") << 0 << 0 << swapped << true;
    QTest::newRow("lies, patient's model") << QByteArray("F\\L") << 0 << 1 << text << true;
    QTest::newRow("lies, picture's words") << QByteArray("F\\L") << 1 << 0 << QByteArray() << true;
    QTest::newRow("lies, picture's words, patient's model") << QByteArray("H\\R") << 1 << 1 << QByteArray() << true;
    QTest::newRow("no tags, patient's model") << QByteArray() << 0 << 1 << QByteArray() << false;
}

void PromptTest::a_picture_that_is_not_upright_is_turned_and_said()
{
    QFETCH(QByteArray, orientation);
    QFETCH(int, user);
    QFETCH(int, package);
    QFETCH(QByteArray, expected);
    QFETCH(bool, said);
    const auto sides = imaging::sidesFromTags({}, orientation.toStdString());
    const auto run = [&](Confirmed confirmed) {
        return app::withPackageSides(kText, user == 0 ? imaging::Sides::Patient : imaging::Sides::Picture,
            package == 0 ? imaging::Sides::Picture : imaging::Sides::Patient, sides, confirmed);
    };
    if (expected.isEmpty()) {
        QVERIFY_EXCEPTION_THROWN(run(Confirmed::No), imaging::Error);
        QCOMPARE(run(Confirmed::Yes).warnings.size(), std::size_t{1} + said);
        return;
    }
    const auto result = run(Confirmed::No);
    QCOMPARE(QByteArray::fromStdString(result.text), expected);
    QCOMPARE(!result.warnings.empty(), said);
}

void PromptTest::tags_that_contradict_each_other_are_named()
{
    const auto sides = imaging::sidesFromTags("1\\0\\0\\0\\0\\-1", "R\\F");
    const auto doubt = app::doubtAboutSides(kText, imaging::Sides::Patient, imaging::Sides::Picture, sides);
    QVERIFY(doubt.find("contradict each other") != std::string::npos);
    QVERIFY(app::doubtAboutSides("upper zones", imaging::Sides::Patient, imaging::Sides::Picture, sides).empty());
}

void PromptTest::a_text_without_sides_needs_no_tags()
{
    const auto result = app::withPackageSides(
        "  pulmonary infection \n", imaging::Sides::Patient, imaging::Sides::Picture, kUnknown, Confirmed::No);
    QCOMPARE(QByteArray::fromStdString(result.text), QByteArray("pulmonary infection"));
    QVERIFY(result.warnings.empty());
}

void PromptTest::an_empty_sentence_is_refused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray("");
    QTest::newRow("spaces") << QByteArray(" \t\r\n ");
}

void PromptTest::an_empty_sentence_is_refused()
{
    QFETCH(QByteArray, text);
    QVERIFY_EXCEPTION_THROWN(app::withPackageSides(text.toStdString(), imaging::Sides::Patient, imaging::Sides::Picture,
                                 kStandard, Confirmed::Yes),
        imaging::Error);
}

void PromptTest::bytes_that_are_no_utf8_are_refused_always_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("refused");
    QTest::newRow("Latin-1") << QByteArray("Verdichtung links, \xfc"
                                           "berlagert")
                             << true;
    QTest::newRow("cut") << QByteArray("infection \xe5\xb7") << true;
    QTest::newRow("overlong") << QByteArray("infection \xc0\xaf") << true;
    QTest::newRow("surrogate") << QByteArray("infection \xed\xa0\x80") << true;
    QTest::newRow("UTF-8") << QByteArray("infection in the left lung \xe2\x80\x93 new \xf0\x9f\xab\x81") << false;
}

void PromptTest::bytes_that_are_no_utf8_are_refused_always()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, refused);
    std::string said;
    try {
        app::textForModel(text.toStdString(), imaging::Sides::Patient, {}, kStandard, Confirmed::Yes);
    } catch (const imaging::Error& error) {
        said = error.what();
    }
    QCOMPARE(said.find("not UTF-8") != std::string::npos, refused);
}

void PromptTest::a_report_is_put_into_the_packages_words_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("expected");
    QTest::addColumn<int>("warnings");
    const auto row = [](const char* text, const char* expected, int warnings) {
        QTest::newRow(text) << QByteArray(text) << QByteArray(expected) << warnings;
    };
    const char* const kLowerLeft = "unilateral pulmonary infection, lower left lung.";
    row("unilateral pulmonary infection, lower left lung.", kLowerLeft, 0);
    row("Pulmonary infection in the left lower lobe.", kLowerLeft, 0);
    row("left lower lobe", kLowerLeft, 0);
    row("Lower left lung.", kLowerLeft, 0);
    row("pulmonary infection at the left base", kLowerLeft, 0);
    row("Consolidation in the left lower lobe.", kLowerLeft, 1);
    row("left lower lobe consolidation", kLowerLeft, 1);
    row("pulmonary infection, lower left lung, mild extent. Heart not enlarged.", kLowerLeft, 2);
    row("One infected area, lower left lung.", "unilateral pulmonary infection, one infected area, lower left lung.",
        0);
    row("One area, lower left lung.", "unilateral pulmonary infection, one infected area, lower left lung.", 1);
    row("pulmonary infection in both lower lobes",
        "bilateral pulmonary infection, lower left lung and lower right lung.", 0);
    row("Right pleural effusion. Left lower lobe consolidation.", kLowerLeft, 2);
    row("Infiltrat im linken Unterlappen.", kLowerLeft, 0);
}

void PromptTest::a_report_is_put_into_the_packages_words()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, expected);
    QFETCH(int, warnings);
    models::PackageInfo package;
    package.textWording = models::TextWording::LvitReport;
    package.finding = "Pulmonary infection";
    const auto result = app::inPackageWording(text.toStdString(), package);
    QCOMPARE(QByteArray::fromStdString(result.text), expected);
    QCOMPARE(int(result.warnings.size()), warnings);
}

void PromptTest::a_text_with_nothing_to_draw_is_refused_until_confirmed_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("asWritten"); // Whether a package that takes any words refuses it too.
    const auto row = [](const char* text, bool asWritten) { QTest::newRow(text) << QByteArray(text) << asWritten; };
    row("No consolidation.", true);
    row("Lungs clear.", true);
    row("Consolidation has resolved.", true);
    row("Cardiomegaly.", true);
    row("Left lower lobe of the right lung.", false);
    row("Herz gross", false);
    row("Opacit\xc3\xa9 du lobe inf\xc3\xa9rieur gauche.", false);
}

void PromptTest::a_text_with_nothing_to_draw_is_refused_until_confirmed()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, asWritten);
    models::PackageInfo package;
    package.textWording = models::TextWording::LvitReport;
    package.finding = "Pulmonary infection";
    const auto send = [&](Confirmed confirmed) {
        return app::textForModel(text.toStdString(), imaging::Sides::Patient, package, kStandard, confirmed);
    };
    QVERIFY_EXCEPTION_THROWN(send(Confirmed::No), imaging::Error);
    const auto confirmed = send(Confirmed::Yes);
    QVERIFY(!confirmed.text.empty());
    QVERIFY(!confirmed.warnings.empty());
    package.textWording = models::TextWording::AsWritten;
    if (asWritten)
        QVERIFY_EXCEPTION_THROWN(send(Confirmed::No), imaging::Error);
    else
        QVERIFY(!send(Confirmed::No).text.empty());
    package.finding.clear(); // Nothing is known of what such a package draws.
    QVERIFY(!send(Confirmed::No).text.empty());
}

void PromptTest::a_package_without_a_wording_gets_the_text_as_it_stands()
{
    const auto result = app::inPackageWording("Left lower lobe, as seen.", models::PackageInfo());
    QCOMPARE(QByteArray::fromStdString(result.text), QByteArray("Left lower lobe, as seen."));
    QVERIFY(result.warnings.empty());
}

void PromptTest::wording_and_sides_go_together()
{
    models::PackageInfo package;
    package.textWording = models::TextWording::LvitReport;
    package.textSides = imaging::Sides::Picture;
    package.finding = "Pulmonary infection";
    const auto result =
        app::textForModel("left lower lobe", imaging::Sides::Patient, package, kStandard, Confirmed::No);
    QCOMPARE(QByteArray::fromStdString(result.text), QByteArray("unilateral pulmonary infection, lower right lung."));
}

QTEST_GUILESS_MAIN(PromptTest)
#include "tst_prompt.moc"
