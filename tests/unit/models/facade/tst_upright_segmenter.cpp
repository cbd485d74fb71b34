#include "models/facade/upright_segmenter.h"

#include "tests/support/fake_segmenter.h"

#include <QtTest>

using imaging::Sides;

namespace {

models::PackageInfo packageOf(imaging::Sides sides)
{
    models::PackageInfo package;
    package.textSides = sides;
    return package;
}

/// Three columns, two rows, brightness 0, 0.2, ... as stored, with the tag's sides.
imaging::Slice sliceOf(const std::string& orientation)
{
    imaging::Slice slice;
    slice.columns = 3;
    slice.rows = 2;
    slice.values = {0, 1, 2, 3, 4, 5};
    slice.window = {2.5, 5};
    slice.sides = imaging::sidesFromTags({}, orientation);
    return slice;
}

/// Answers as FakeSegmenter and remembers the picture that it was shown.
class Watching : public support::FakeSegmenter
{
public:
    Watching(models::PackageInfo package, imaging::Slice& shown)
        : FakeSegmenter(std::move(package))
        , m_shown(shown)
    {
    }

    std::unique_ptr<models::PreparedSlice> prepare(const imaging::Slice& slice) override
    {
        m_shown = slice;
        return FakeSegmenter::prepare(slice);
    }

private:
    imaging::Slice& m_shown;
};

} // namespace

class UprightSegmenterTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void the_network_sees_the_head_at_the_top_data()
    {
        QTest::addColumn<QString>("orientation");
        QTest::addColumn<imaging::Sides>("sides");
        QTest::addColumn<QList<float>>("shown");
        const QList<float> stored{0, 1, 2, 3, 4, 5};
        QTest::newRow("usual") << "L\\F" << imaging::Sides::Picture << stored;
        QTest::newRow("unknown") << "" << imaging::Sides::Patient << stored;
        QTest::newRow("mirrored, words can follow") << "R\\F" << imaging::Sides::Picture << stored;
        QTest::newRow("mirrored, words cannot follow")
            << "R\\F" << imaging::Sides::Patient << QList<float>{2, 1, 0, 5, 4, 3};
        QTest::newRow("feet at the top") << "L\\H" << imaging::Sides::Picture << QList<float>{3, 4, 5, 0, 1, 2};
        QTest::newRow("upside down, left as seen")
            << "R\\H" << imaging::Sides::Picture << QList<float>{3, 4, 5, 0, 1, 2};
        QTest::newRow("upside down") << "R\\H" << imaging::Sides::Patient << QList<float>{5, 4, 3, 2, 1, 0};
        QTest::newRow("lies") << "F\\L" << imaging::Sides::Picture << QList<float>{0, 3, 1, 4, 2, 5};
        QTest::newRow("lies, mirrored") << "F\\R" << imaging::Sides::Picture << QList<float>{3, 0, 4, 1, 5, 2};
    }

    void the_network_sees_the_head_at_the_top()
    {
        QFETCH(QString, orientation);
        QFETCH(imaging::Sides, sides);
        QFETCH(QList<float>, shown);
        imaging::Slice seen;
        const auto segmenter = models::uprightSegmenter(std::make_unique<Watching>(packageOf(sides), seen));
        const auto slice = sliceOf(orientation.toStdString());
        const auto prepared = segmenter->prepare(slice);
        QCOMPARE(seen.values, std::vector<float>(shown.begin(), shown.end()));
        // The answer lies on the picture as it is stored.
        const auto answer = segmenter->segment(*prepared, "text");
        QCOMPARE(answer.columns, 3);
        QCOMPARE(answer.rows, 2);
        QCOMPARE(answer.probabilities, imaging::brightness(slice));
        const auto explained = segmenter->explain(*prepared, "text", {});
        QCOMPARE(explained.columns, 3);
        QCOMPARE(explained.heat, imaging::brightness(slice));
    }

    void a_region_is_turned_along()
    {
        imaging::Slice seen;
        const auto package = packageOf(imaging::Sides::Picture);
        const auto segmenter = models::uprightSegmenter(std::make_unique<Watching>(package, seen));
        const auto prepared = segmenter->prepare(sliceOf("F\\L"));
        const std::vector<std::uint8_t> region{0, 1, 1, 0, 0, 1};
        QCOMPARE(segmenter->explain(*prepared, "text", {{}, region}).region, region);
    }

    void classes_are_turned_back_with_the_rest()
    {
        auto package = packageOf(imaging::Sides::Picture);
        package.classes = {"a", "b"};
        imaging::Slice seen;
        const auto segmenter = models::uprightSegmenter(std::make_unique<Watching>(package, seen));
        const auto slice = sliceOf("L\\H");
        const auto answer = segmenter->segment(*segmenter->prepare(slice), "text");
        const auto bright = imaging::brightness(slice);
        QCOMPARE(answer.classes.at(0), (std::vector<float>{bright[0], 0, bright[2], bright[3], 0, bright[5]}));
    }
};

QTEST_APPLESS_MAIN(UprightSegmenterTest)
#include "tst_upright_segmenter.moc"
