#include "annotations/seg/bits.h"

#include "annotations/seg/colour.h"
#include "imaging/error.h"

#include <QtTest>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>

class TestBits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void the_first_pixel_is_the_lowest_bit()
    {
        const std::vector<std::uint8_t> mask{1, 0, 0, 0, 1, 0, 0, 0, 1, 1};
        std::vector<std::uint8_t> packed(2);
        annotations::packBits(mask, 0, packed);
        QCOMPARE(packed, (std::vector<std::uint8_t>{0x11, 0x03}));
    }

    void frames_of_any_size_run_on_and_come_back()
    {
        QVERIFY(rc::check([] {
            const auto size = *rc::gen::inRange<std::size_t>(1, 40);
            const auto frames = *rc::gen::container<std::vector<std::vector<std::uint8_t>>>(
                rc::gen::container<std::vector<std::uint8_t>>(size, rc::gen::inRange<std::uint8_t>(0, 2)));
            std::vector<std::uint8_t> packed(annotations::packedBytes(size * frames.size()));
            for (std::size_t i = 0; i < frames.size(); ++i)
                annotations::packBits(frames[i], i * size, packed);
            for (std::size_t i = 0; i < frames.size(); ++i) {
                std::vector<std::uint8_t> back(size, 9);
                annotations::unpackBits(packed, i * size, back);
                RC_ASSERT(back == frames[i]);
                const auto ones = std::accumulate(back.begin(), back.end(), std::size_t{0});
                RC_ASSERT(annotations::countBits(packed, i * size, size) == ones);
                for (std::size_t k = 0; k < size; ++k) { // PS3.5 8.1.1, bit by bit.
                    const std::size_t bit = i * size + k;
                    RC_ASSERT(((packed[bit / 8] >> (bit % 8)) & 1) == frames[i][k]);
                }
            }
        }));
    }

    void labels_pack_like_masks_and_unpack_over_each_other()
    {
        QVERIFY(rc::check([] {
            const auto size = *rc::gen::inRange<std::size_t>(1, 40);
            const auto first = *rc::gen::inRange<std::size_t>(0, 17);
            const auto labels =
                *rc::gen::container<std::vector<std::uint16_t>>(size, rc::gen::inRange<std::uint16_t>(0, 4));
            std::vector<std::uint8_t> packed(annotations::packedBytes(first + size));
            const std::size_t ones = annotations::packLabel(labels, 2, first, packed);
            RC_ASSERT(ones == std::size_t(std::count(labels.begin(), labels.end(), 2)));
            std::vector<std::uint16_t> drawn(size, 7);
            RC_ASSERT(annotations::unpackLabel(packed, first, 2, drawn) == ones);
            for (std::size_t i = 0; i < size; ++i)
                RC_ASSERT(drawn[i] == (labels[i] == 2 ? 2 : 7));
        }));
    }

    void too_few_bytes_are_refused()
    {
        std::vector<std::uint8_t> packed(1);
        std::vector<std::uint8_t> mask(9);
        QVERIFY_EXCEPTION_THROWN(annotations::unpackBits(packed, 0, mask), imaging::Error);
        QVERIFY_EXCEPTION_THROWN(annotations::packBits(mask, 0, packed), imaging::Error);
    }

    void colours_survive_cielab_within_one()
    {
        QVERIFY(rc::check([](std::uint8_t r, std::uint8_t g, std::uint8_t b) {
            const std::array<std::uint8_t, 3> rgb{r, g, b};
            const auto back = annotations::rgbFromCielab(annotations::cielabFromRgb(rgb));
            for (std::size_t i = 0; i < 3; ++i)
                RC_ASSERT(std::abs(int(back[i]) - int(rgb[i])) <= 1);
        }));
    }

    void white_is_the_top_of_the_lightness_axis()
    {
        const auto white = annotations::cielabFromRgb({255, 255, 255});
        QVERIFY(white[0] >= 65534); // As DCMTK rounds it.
        QVERIFY(std::abs(int(white[1]) - 32896) < 30); // a* = 0 is 128/255 of the range.
        QVERIFY(std::abs(int(white[2]) - 32896) < 30);
    }
};

QTEST_APPLESS_MAIN(TestBits)
#include "tst_bits.moc"
