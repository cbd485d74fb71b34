#include "app/workflow/packed_plane.h"

#include "app/workflow/proposal.h"

#include <QTest>
#include <rapidcheck.h>

#include <cmath>
#include <random>

using app::PackedPlane;

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr int kSize = 512;

/// What a network says of a slice: sure of the ground, sure of a finding, and a border of a few pixels between them.
Bytes answerOf(int slice, int slices)
{
    const double along = 2.0 * slice / slices - 1;
    const double radius = 90 * std::sqrt(1 - along * along);
    std::vector<float> probabilities;
    for (int row = 0; row < kSize; ++row)
        for (int column = 0; column < kSize; ++column) {
            const double inside = radius - std::hypot(column - 300, row - 200);
            probabilities.push_back(static_cast<float>(1 / (1 + std::exp(-inside))));
        }
    return app::inHundredths(probabilities);
}

} // namespace

class PackedPlaneTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void what_is_packed_comes_back_equal()
    {
        QVERIFY(rc::check([] {
            Bytes bytes;
            const auto pieces = *rc::gen::container<std::vector<std::pair<int, std::uint8_t>>>(
                rc::gen::pair(rc::gen::inRange(1, 300), rc::gen::inRange<std::uint8_t>(0, 4)));
            for (const auto& [count, value] : pieces) {
                if (value != 3)
                    bytes.insert(bytes.end(), static_cast<std::size_t>(count), value);
                else // No run.
                    for (int i = 0; i < count; ++i)
                        bytes.push_back(static_cast<std::uint8_t>(i));
            }
            const PackedPlane plane(bytes);
            RC_ASSERT(plane.unpacked() == bytes);
            RC_ASSERT(plane.size() == bytes.size());
            RC_ASSERT(plane.packedBytes() <= bytes.size() + bytes.size() / 128 + 1);
        }));
    }

    void nothing_packs_to_nothing()
    {
        QVERIFY(PackedPlane().empty());
        QVERIFY(PackedPlane(Bytes{}).unpacked().empty());
    }

    void noise_takes_hardly_more_than_it_has()
    {
        std::mt19937 random(3);
        Bytes noise(kSize * kSize);
        std::generate(noise.begin(), noise.end(), [&] { return static_cast<std::uint8_t>(random() % 101); });
        const PackedPlane plane(noise);
        QVERIFY(plane.packedBytes() <= noise.size() + noise.size() / 128 + 1);
        QCOMPARE(plane.unpacked(), noise);
    }

    /// 400 slices of 512 x 512 took 105 MB.
    void a_whole_ct_that_waits_is_small()
    {
        constexpr int kSlices = 400;
        std::size_t packed = 0;
        for (int slice = 0; slice < kSlices; ++slice) {
            const auto answer = answerOf(slice, kSlices);
            const PackedPlane plane(answer);
            packed += plane.packedBytes();
            if (slice % 50 == 0)
                QCOMPARE(plane.unpacked(), answer);
        }
        qInfo("%d slices: %.1f MB packed, %.1f MB as they were", kSlices, static_cast<double>(packed) / 1e6,
            kSlices * kSize * kSize / 1e6);
        QVERIFY(packed < std::size_t{8'000'000});
    }
};

QTEST_GUILESS_MAIN(PackedPlaneTest)
#include "tst_packed_plane.moc"
