#include "app/workflow/prompt.h"

#include "imaging/error.h"

#include <QTest>

using app::Confirmed;
using app::UserSides;
using imaging::PatientSide;
using imaging::PictureSides;
using models::TextSides;

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
    void a_text_without_sides_needs_no_tags();
    void an_empty_sentence_is_refused_data();
    void an_empty_sentence_is_refused();
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
    const auto result = app::textForModel(kText, user == 0 ? UserSides::Patient : UserSides::Picture,
        package == 0 ? TextSides::Picture : TextSides::Patient, flipped ? kFlipped : kStandard, Confirmed::No);
    QCOMPARE(QByteArray::fromStdString(result.text), expected);
    QVERIFY(result.warnings.empty());
}

void PromptTest::a_side_without_side_tags_is_refused_until_confirmed()
{
    QVERIFY_EXCEPTION_THROWN(
        app::textForModel(kText, UserSides::Patient, TextSides::Picture, kUnknown, Confirmed::No), imaging::Error);
    const auto result = app::textForModel(kText, UserSides::Patient, TextSides::Picture, kUnknown, Confirmed::Yes);
    QCOMPARE(QByteArray::fromStdString(result.text), QByteArray(kSwapped));
    QCOMPARE(result.warnings.size(), std::size_t{1});
}

void PromptTest::a_text_without_sides_needs_no_tags()
{
    const auto result =
        app::textForModel("  pulmonary infection \n", UserSides::Patient, TextSides::Picture, kUnknown, Confirmed::No);
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
    QVERIFY_EXCEPTION_THROWN(
        app::textForModel(text.toStdString(), UserSides::Patient, TextSides::Picture, kStandard, Confirmed::Yes),
        imaging::Error);
}

QTEST_GUILESS_MAIN(PromptTest)
#include "tst_prompt.moc"
