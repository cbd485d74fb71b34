#include "imaging/error.h"
#include "models/facade/choose_precision.h"
#include "tests/support/error_sentence.h"

#include <QtTest>

using models::Precision;

class TestChoosePrecision : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void the_most_precise_that_fits_is_chosen_data();
    void the_most_precise_that_fits_is_chosen();
    void bytes_are_for_language_models();
};

void TestChoosePrecision::the_most_precise_that_fits_is_chosen_data()
{
    QTest::addColumn<int>("asked");
    QTest::addColumn<bool>("bfloat16");
    QTest::addColumn<double>("byteNumbers"); // thousand millions
    QTest::addColumn<double>("available");
    QTest::addColumn<QString>("chosen");
    const auto row = [](const char* name, Precision asked, bool bfloat16, double bytes, double available,
                         const char* chosen) {
        QTest::newRow(name) << static_cast<int>(asked) << bfloat16 << bytes << available << QString(chosen);
    };
    row("room for all", Precision::Auto, true, 2.5, 20, "float32"); // 3 * 4 + 0.5 GB
    row("just room", Precision::Auto, true, 2.5, 12.5, "float32");
    row("no room in float32", Precision::Auto, true, 2.5, 12.4, "bfloat16");
    row("no such instructions", Precision::Auto, false, 2.5, 12.4, "int8");
    row("room for bytes only", Precision::Auto, true, 2.5, 5, "int8");
    row("no room for the rest in float32", Precision::Auto, true, 2.5, 4.9, "int8+bfloat16");
    row("nor such instructions", Precision::Auto, false, 2.5, 4.9, "int8");
    row("no language model, little room", Precision::Auto, true, 0, 5, "bfloat16");
    row("no language model, no instructions", Precision::Auto, false, 0, 5, "float32"); // Loading refuses it.
    row("asked for", Precision::Float32, true, 2.5, 1, "float32");
    row("asked for without instructions", Precision::BFloat16, false, 0, 100, "bfloat16");
    row("bytes asked for", Precision::Int8, true, 2.5, 100, "int8");
    row("both asked for", Precision::Int8BFloat16, false, 2.5, 100, "int8+bfloat16");
}

void TestChoosePrecision::the_most_precise_that_fits_is_chosen()
{
    QFETCH(int, asked);
    QFETCH(bool, bfloat16);
    QFETCH(double, byteNumbers);
    QFETCH(double, available);
    QFETCH(QString, chosen);
    const models::PrecisionMeans means{bfloat16, static_cast<std::uint64_t>(byteNumbers * 1e9)};
    const auto precision = models::choosePrecision(
        static_cast<Precision>(asked), 3'000'000'000, means, static_cast<std::uint64_t>(available * 1e9));
    QCOMPARE(QString(models::precisionName(precision)), chosen);
}

void TestChoosePrecision::bytes_are_for_language_models()
{
    const auto message = support::sentence(imaging::ErrorKind::WrongUse,
        [] { models::choosePrecision(Precision::Int8, 1000, {.bfloat16 = true}, 1'000'000'000); });
    QVERIFY2(message.contains("language model"), qPrintable(message));
}

QTEST_GUILESS_MAIN(TestChoosePrecision)
#include "tst_choose_precision.moc"
