#include "app/workflow/case_scores.h"

#include <QTest>

#include <algorithm>
#include <limits>
#include <vector>

using imaging::PatientSide;

namespace {

constexpr int kSize = 40;

/// A mask of squares of 6 x 6 pixels with the given left upper corners.
std::vector<std::uint16_t> squares(const std::vector<std::pair<int, int>>& corners)
{
    std::vector<std::uint16_t> mask(static_cast<std::size_t>(kSize) * kSize);
    for (const auto& [column, row] : corners)
        for (int y = row; y < row + 6; ++y)
            for (int x = column; x < column + 6; ++x)
                mask[static_cast<std::size_t>(y) * kSize + static_cast<std::size_t>(x)] = 1;
    return mask;
}

} // namespace

class TestCaseScores : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void entropy_grows_with_doubt();
    void the_same_seam_matters_more_around_a_small_area();
    void disagreement_is_between_none_and_all();
    void mismatch_counts_sides_and_areas_data();
    void mismatch_counts_sides_and_areas();
    void a_square_map_is_spread_over_the_picture();
    void sides_turn_with_the_convention();
    void specks_are_no_areas();
    void a_text_that_says_nothing_gives_no_score();
};

void TestCaseScores::entropy_grows_with_doubt()
{
    QCOMPARE(app::entropyOf(std::vector<float>{1.0F, 1.0F, 0.0F}), 0.0);
    QCOMPARE(app::entropyOf(std::vector<float>{0.5F, 0.5F}), 2.0 / 3);
    const double sure = app::entropyOf(std::vector<float>{0.9F, 0.95F});
    const double unsure = app::entropyOf(std::vector<float>{0.6F, 0.65F});
    QVERIFY(sure > 0 && sure < unsure && unsure < 1);
    QCOMPARE(app::entropyOf(std::vector<float>(4)), 1.0);
    QVERIFY(app::entropyOf(std::vector<float>(4, 0.001F)) > 0.9);
    QCOMPARE(app::entropyOf(std::vector<float>{std::numeric_limits<float>::quiet_NaN()}), 1.0);
}

void TestCaseScores::the_same_seam_matters_more_around_a_small_area()
{
    std::vector<float> small{0.5F, 0.5F, 1, 1};
    std::vector<float> large = small;
    large.resize(40, 1);
    QVERIFY(app::entropyOf(small) > app::entropyOf(large));
    large = small;
    large.resize(1000, 0); // The empty rest of the picture changes nothing.
    QCOMPARE(app::entropyOf(small), app::entropyOf(large));
}

void TestCaseScores::disagreement_is_between_none_and_all()
{
    const std::vector<float> a{1, 1, 0, 0};
    const std::vector<float> b{0, 0, 1, 1};
    QCOMPARE(app::disagreementOf(a, a), 0.0);
    QCOMPARE(app::disagreementOf(a, b), 1.0);
    QCOMPARE(app::disagreementOf(a, std::vector<float>{1, 0, 0, 0}), 1 - 2.0 / 3);
    QCOMPARE(app::disagreementOf(std::vector<float>(4), std::vector<float>(4)), 0.0);
}

void TestCaseScores::a_square_map_is_spread_over_the_picture()
{
    const std::vector<float> square{0, 1, 0, 1};
    const auto same = app::stretched(square, 2, 2, 2);
    QVERIFY(same == square);
    const auto wide = app::stretched(square, 2, 8, 3);
    QCOMPARE(wide.size(), std::size_t(24));
    QVERIFY(wide[0] == 0 && wide[7] == 1 && wide[16] == 0 && wide[23] == 1);
    QVERIFY(std::is_sorted(wide.begin(), wide.begin() + 8));
    QCOMPARE(app::stretched(square, 2, 1, 1).front(), 0.5F);
}

void TestCaseScores::mismatch_counts_sides_and_areas_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QVector<QPair<int, int>>>("corners");
    QTest::addColumn<double>("expected");
    const QVector<QPair<int, int>> left{{2, 10}};
    const QVector<QPair<int, int>> right{{30, 10}};
    const QVector<QPair<int, int>> both{{2, 10}, {30, 10}};
    QTest::newRow("agrees") << QByteArray("unilateral pulmonary infection, one infected area, lower left lung.") << left
                            << 0.0;
    QTest::newRow("other side") << QByteArray("unilateral pulmonary infection, one infected area, lower right lung.")
                                << left << 1.0;
    QTest::newRow("half on the other side")
        << QByteArray("unilateral pulmonary infection, two infected areas, lower left lung.") << both << 0.5;
    QTest::newRow("both") << QByteArray(
        "bilateral pulmonary infection, two infected areas, lower left lung and lower right lung.")
                          << both << 0.0;
    QTest::newRow("one of both") << QByteArray(
        "bilateral pulmonary infection, one infected area, lower left lung and lower right lung.")
                                 << right << 0.5;
    QTest::newRow("two areas named, one drawn")
        << QByteArray("unilateral pulmonary infection, two infected areas, lower left lung.") << left << 0.25;
    QTest::newRow("one area named, two drawn, half outside")
        << QByteArray("unilateral pulmonary infection, one infected area, lower left lung.") << both << 1 - 0.5 * 0.75;
    QTest::newRow("nothing drawn") << QByteArray("unilateral pulmonary infection, one infected area, lower left lung.")
                                   << QVector<QPair<int, int>>() << 1.0;
}

void TestCaseScores::mismatch_counts_sides_and_areas()
{
    QFETCH(QByteArray, text);
    QFETCH(double, expected);
    const auto fetched = QTest::qData("corners", qMetaTypeId<QVector<QPair<int, int>>>());
    std::vector<std::pair<int, int>> corners;
    for (const auto& corner : *static_cast<QVector<QPair<int, int>>*>(fetched))
        corners.emplace_back(corner.first, corner.second);
    const auto mask = squares(corners);
    const auto score = app::mismatchOf(text.toStdString(), {kSize, kSize, mask}, PatientSide::Left);
    QVERIFY(score.has_value());
    QVERIFY2(std::abs(*score - expected) < 1e-9, qPrintable(QString::number(*score)));
}

void TestCaseScores::sides_turn_with_the_convention()
{
    const char* text = "unilateral pulmonary infection, one infected area, lower left lung.";
    const auto mask = squares({{2, 10}});
    QCOMPARE(*app::mismatchOf(text, {kSize, kSize, mask}, PatientSide::Left), 0.0);
    QCOMPARE(*app::mismatchOf(text, {kSize, kSize, mask}, PatientSide::Right), 1.0);
    QCOMPARE(*app::mismatchOf(text, {kSize, kSize, mask}, PatientSide::Unknown), 0.0); // The number of areas alone.
}

void TestCaseScores::specks_are_no_areas()
{
    constexpr int kLarge = 100; // A speck is less than 10 of its pixels.
    std::vector<std::uint16_t> mask(static_cast<std::size_t>(kLarge) * kLarge);
    for (int row = 50; row < 60; ++row)
        std::fill_n(mask.begin() + row * kLarge + 10, 10, std::uint16_t{1});
    std::fill_n(mask.begin() + 20 * kLarge + 10, 9, std::uint16_t{1});
    const char* text = "unilateral pulmonary infection, one infected area, lower left lung.";
    QCOMPARE(*app::mismatchOf(text, {kLarge, kLarge, mask}, PatientSide::Left), 0.0);
    std::fill_n(mask.begin() + 20 * kLarge + 10, 10, std::uint16_t{1});
    QCOMPARE(*app::mismatchOf(text, {kLarge, kLarge, mask}, PatientSide::Left), 0.25);
}

void TestCaseScores::a_text_that_says_nothing_gives_no_score()
{
    const auto mask = squares({{2, 10}});
    QVERIFY(!app::mismatchOf("", {kSize, kSize, mask}, PatientSide::Left));
    QVERIFY(!app::mismatchOf("see the report of Tuesday", {kSize, kSize, mask}, PatientSide::Left));
}

QTEST_APPLESS_MAIN(TestCaseScores)
#include "tst_case_scores.moc"
