#include "app/workflow/canvas.h"

#include <QImage>
#include <QTemporaryDir>
#include <QTest>

#include <set>

/// Drawing results into files.
class CanvasTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_picture_is_scaled_between_its_pixels_centres();
    void an_outline_is_the_inner_border();
    void heat_goes_from_clear_to_pale_yellow();
    void every_character_has_its_own_shape();
    void what_lies_outside_is_not_drawn();
    void text_is_wrapped_at_words_data();
    void text_is_wrapped_at_words();
    void the_file_holds_what_was_drawn();
};

namespace {

constexpr app::Rgb kBlack{0, 0, 0};
constexpr app::Rgb kWhite{255, 255, 255};

int drawnPixels(const app::Canvas& canvas)
{
    int count = 0;
    for (int row = 0; row < canvas.rows(); ++row)
        for (int column = 0; column < canvas.columns(); ++column)
            count += canvas.at(column, row) != kBlack ? 1 : 0;
    return count;
}

} // namespace

void CanvasTest::a_picture_is_scaled_between_its_pixels_centres()
{
    app::Canvas canvas(10, 6, kBlack);
    const std::vector<float> grey{0, 1};
    canvas.drawPicture({1, 1, 8, 4}, {2, 1, grey});
    QCOMPARE(canvas.at(0, 0), kBlack);
    QCOMPARE(canvas.at(1, 2), kBlack);
    QCOMPARE(canvas.at(8, 2), kWhite);
    for (int column = 3; column < 6; ++column) // Between the centres it grows by an eighth of both a pixel.
        QVERIFY(canvas.at(column, 2)[0] < canvas.at(column + 1, 2)[0]);
    QCOMPARE(int(canvas.at(4, 2)[0]) + int(canvas.at(5, 2)[0]), 255);
    QCOMPARE(canvas.at(9, 2), kBlack);
}

void CanvasTest::an_outline_is_the_inner_border()
{
    app::Canvas canvas(8, 8, kBlack);
    const std::vector<std::uint8_t> mask{
        0, 0, 0, 0, //
        0, 1, 1, 0, //
        0, 1, 1, 0, //
        0, 0, 0, 0, //
    };
    canvas.drawOutline({0, 0, 8, 8}, {4, 4, mask}, kWhite); // 4 x 4 pixels inside, of which 2 x 2 are within.
    QCOMPARE(drawnPixels(canvas), 12);
    QCOMPARE(canvas.at(2, 2), kWhite);
    QCOMPARE(canvas.at(3, 3), kBlack);
    QCOMPARE(canvas.at(1, 1), kBlack);
}

void CanvasTest::heat_goes_from_clear_to_pale_yellow()
{
    app::Canvas canvas(3, 1, kWhite);
    const std::vector<float> heat{0, 0.5F, 1};
    canvas.drawHeat({0, 0, 3, 1}, {3, 1, heat});
    QCOMPARE(canvas.at(0, 0), kWhite);
    QVERIFY(canvas.at(1, 0)[0] > canvas.at(1, 0)[1]); // Red, as in the window.
    QVERIFY(canvas.at(2, 0)[0] >= canvas.at(2, 0)[1] && canvas.at(2, 0)[1] > canvas.at(2, 0)[2]);
}

void CanvasTest::every_character_has_its_own_shape()
{
    std::set<std::array<std::uint8_t, app::kGlyphRows>> shapes;
    for (char character = ' '; character <= '~'; ++character) {
        for (const auto row : app::glyphOf(character))
            QVERIFY(row < 1 << app::kGlyphColumns);
        shapes.insert(app::glyphOf(character));
    }
    QCOMPARE(shapes.size(), std::size_t('~' - ' ' + 1));
    QCOMPARE(app::glyphOf('\xC3'), app::glyphOf('?'));
    app::Canvas canvas(20, 9, kBlack);
    canvas.drawText(1, 1, "-", kWhite);
    QCOMPARE(drawnPixels(canvas), 5);
}

void CanvasTest::what_lies_outside_is_not_drawn()
{
    app::Canvas canvas(4, 4, kBlack);
    canvas.drawText(-3, -2, "###", kWhite);
    canvas.drawPicture({2, 2, 9, 9}, {1, 1, std::vector<float>{1}});
    canvas.set(9, 9, kWhite);
    QVERIFY(drawnPixels(canvas) > 0);
}

void CanvasTest::text_is_wrapped_at_words_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("lines");
    QTest::addColumn<QString>("wrapped");
    QTest::newRow("fits") << "one two" << 3 << "one two";
    QTest::newRow("two lines") << "one two three" << 3 << "one two|three";
    QTest::newRow("cut") << "one two three four" << 1 << "one two...";
    QTest::newRow("long word") << "extraordinary x" << 3 << "extraordinary|x";
    QTest::newRow("empty") << "" << 3 << "";
}

void CanvasTest::text_is_wrapped_at_words()
{
    QFETCH(QString, text);
    QFETCH(int, lines);
    QStringList wrapped;
    for (const auto& line : app::wrappedText(text.toStdString(), app::textColumns("1234567"), std::size_t(lines)))
        wrapped << QString::fromStdString(line);
    QTEST(wrapped.join('|'), "wrapped");
}

void CanvasTest::the_file_holds_what_was_drawn()
{
    QTemporaryDir folder;
    app::Canvas canvas(5, 3, {10, 20, 30});
    canvas.set(4, 2, {200, 100, 50});
    canvas.writePng(folder.filePath("canvas.png").toStdString());
    const QImage image(folder.filePath("canvas.png"));
    QCOMPARE(image.size(), QSize(5, 3));
    QCOMPARE(image.pixel(0, 0), qRgb(10, 20, 30));
    QCOMPARE(image.pixel(4, 2), qRgb(200, 100, 50));
}

QTEST_GUILESS_MAIN(CanvasTest)
#include "tst_canvas.moc"
