#include "imaging/dicom/lookup_table.h"

#include "imaging/dicom/prescan.h"
#include "tests/support/dicom_bytes.h"

#include <QtTest>

using test::DicomBytes;
using Words = std::vector<std::uint16_t>;

namespace {

/// The three tables of a palette with these segments for each colour.
std::vector<imaging::LookupTable> palette(int entries, const Words& segments)
{
    DicomBytes set;
    set.text(0x00080016, "UI", "1.2.3");
    for (std::uint32_t colour = 0; colour < 3; ++colour)
        set.shorts(0x00281101 + colour, "US", {static_cast<std::uint16_t>(entries), 0, 16});
    for (std::uint32_t colour = 0; colour < 3; ++colour)
        set.shorts(0x00281221 + colour, "OW", segments);
    const auto header =
        imaging::prescanBytes(test::part10(set, "1.2.840.10008.1.2.1"), "x", imaging::PrescanExtent::UpToPixels);
    return imaging::paletteTables(header->root(), /*isSigned=*/false);
}

} // namespace

class TestLookupTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void samples_outside_of_a_table_get_its_ends()
    {
        const imaging::LookupTable table{.firstValue = 10, .bits = 16, .entries = {7, 8, 9}};
        QCOMPARE(table(-1000), std::uint16_t{7});
        QCOMPARE(table(11), std::uint16_t{8});
        QCOMPARE(table(65535), std::uint16_t{9});
    }

    /// PS3.3 C.7.9.2: discrete (0, count, values), linear (1, count, end), indirect (2, segments, place in bytes).
    void segments_are_expanded_data()
    {
        QTest::addColumn<QList<int>>("segments");
        QTest::addColumn<QList<int>>("expected");
        QTest::newRow("discrete") << QList<int>{0, 3, 5, 6, 7} << QList<int>{5, 6, 7};
        QTest::newRow("linear") << QList<int>{0, 1, 100, 1, 4, 200} << QList<int>{100, 125, 150, 175, 200};
        QTest::newRow("linear downwards") << QList<int>{0, 1, 100, 1, 2, 0} << QList<int>{100, 50, 0};
        QTest::newRow("indirect") << QList<int>{0, 2, 10, 20, 1, 2, 0, 2, 2, 0, 0}
                                  << QList<int>{10, 20, 10, 0, 10, 20, 10, 0};
        // What does not give the entries that the descriptor says is refused.
        QTest::newRow("too few") << QList<int>{0, 2, 5, 6} << QList<int>{};
        QTest::newRow("too many") << QList<int>{0, 3, 5, 6, 7, 0, 60000} << QList<int>{};
        QTest::newRow("linear first") << QList<int>{1, 3, 7} << QList<int>{};
        QTest::newRow("unknown kind") << QList<int>{9, 3, 7, 7, 7} << QList<int>{};
        QTest::newRow("segments of nothing without end") << QList<int>{0, 0, 2, 65535, 0, 0} << QList<int>{};
        QTest::newRow("indirect behind the end") << QList<int>{0, 1, 5, 2, 1, 60000, 3} << QList<int>{};
        QTest::newRow("indirect to itself") << QList<int>{0, 1, 5, 2, 1, 6, 0} << QList<int>{};
        QTest::newRow("cut") << QList<int>{0, 4, 5} << QList<int>{};
        QTest::newRow("nothing") << QList<int>{} << QList<int>{};
    }

    void segments_are_expanded()
    {
        QFETCH(QList<int>, segments);
        QFETCH(QList<int>, expected);
        const int entries = expected.isEmpty() ? 4 : static_cast<int>(expected.size());
        const auto tables = palette(entries, Words(segments.begin(), segments.end()));
        QCOMPARE(tables.size(), expected.isEmpty() ? std::size_t{0} : std::size_t{3});
        for (const auto& table : tables)
            QCOMPARE(table.entries, Words(expected.begin(), expected.end()));
    }
};

QTEST_APPLESS_MAIN(TestLookupTable)
#include "tst_lookup_table.moc"
