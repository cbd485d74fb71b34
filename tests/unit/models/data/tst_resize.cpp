#include "models/data/resize.h"

#include <QTest>

#include <ATen/ATen.h>

#include <rapidcheck.h>

#include <algorithm>
#include <random>

namespace {

using Bytes = std::vector<std::uint8_t>;
using models::data::FullMask;
using models::data::Picture;

Bytes bytesOf(const at::Tensor& tensor)
{
    const auto bytes = tensor.to(at::kByte).contiguous();
    const auto* data = bytes.const_data_ptr<std::uint8_t>();
    return {data, data + bytes.numel()};
}

/// What LibTorch makes of a picture: data sets were decoded so before models/data had code of its own.
Bytes pictureByTorch(const Picture& picture, int size)
{
    const auto pixels = at::tensor(at::ArrayRef<std::uint8_t>(picture.values), at::kByte)
                            .view({1, picture.rows, picture.columns, picture.channels})
                            .permute({0, 3, 1, 2})
                            .contiguous()
                            .to(at::kFloat); // [1, channels, rows, columns]
    return bytesOf(at::_upsample_bilinear2d_aa(pixels, {size, size}, /*align_corners=*/false).round().clamp(0, 255));
}

/// The part of each new pixel's area that is set, [size, size].
at::Tensor share(const Bytes& values, const FullMask& mask, int size)
{
    const auto pixels = at::tensor(at::ArrayRef<std::uint8_t>(values), at::kByte)
                            .view({1, 1, mask.rows, mask.columns})
                            .to(at::kFloat); // [1, 1, rows, columns]
    return at::adaptive_avg_pool2d(pixels, {size, size})[0][0];
}

Bytes maskByTorch(const FullMask& mask, int size)
{
    if (mask.labels.empty())
        return bytesOf(share(Bytes(mask.values.begin(), mask.values.end()), mask, size) >= 0.5);
    auto best = at::full({size, size}, -1.0F);
    auto labels = at::zeros({size, size});
    for (int label = 0; label <= *std::max_element(mask.labels.begin(), mask.labels.end()); ++label) {
        Bytes own(mask.labels.size());
        std::transform(mask.labels.begin(), mask.labels.end(), own.begin(),
            [label](std::uint8_t value) { return std::uint8_t(value == label); });
        const auto part = share(own, mask, size);
        labels.masked_fill_(part >= best, label);
        best = at::maximum(best, part);
    }
    return bytesOf(labels);
}

/// Values in 0..`most`: noise, or runs of one value as masks and flat regions have them.
Bytes randomValues(std::size_t count, int most, unsigned seed)
{
    std::mt19937 random(seed);
    std::uniform_int_distribution<int> value(0, most), run(1, seed % 2 == 0 ? 1 : 40);
    Bytes values;
    while (values.size() < count)
        values.resize(std::min(count, values.size() + std::size_t(run(random))), std::uint8_t(value(random)));
    return values;
}

Picture randomPicture(int columns, int rows, int channels, unsigned seed)
{
    return {columns, rows, randomValues(std::size_t(columns) * std::size_t(rows) * std::size_t(channels), 255, seed),
        channels};
}

FullMask randomMask(int columns, int rows, int classes, unsigned seed)
{
    const auto labels = randomValues(std::size_t(columns) * std::size_t(rows), classes - 1, seed);
    FullMask mask{columns, rows, {}};
    for (const auto label : labels)
        mask.values.push_back(label != 0);
    if (classes > 2)
        mask.labels = labels;
    return mask;
}

} // namespace

class TestResize : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pictures_have_the_pixels_that_torch_gives_them_data();
    void pictures_have_the_pixels_that_torch_gives_them();
    void pictures_of_any_size_have_the_pixels_that_torch_gives_them();
    void masks_of_any_size_have_the_pixels_that_torch_gives_them();
};

void TestResize::pictures_have_the_pixels_that_torch_gives_them_data()
{
    QTest::addColumn<int>("columns");
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("size");
    QTest::addColumn<int>("channels");
    QTest::newRow("a radiograph") << 1024 << 1024 << 224 << 1;
    QTest::newRow("a wide radiograph") << 2021 << 1735 << 224 << 1;
    QTest::newRow("a slice of CT") << 512 << 512 << 224 << 1;
    QTest::newRow("a tile in colour") << 1000 << 1000 << 224 << 3;
    QTest::newRow("a small picture") << 60 << 47 << 224 << 1;
    QTest::newRow("a small picture in colour") << 61 << 50 << 96 << 3;
    QTest::newRow("columns that fit") << 224 << 301 << 224 << 1;
    QTest::newRow("rows that fit") << 450 << 224 << 224 << 3;
    QTest::newRow("whole multiples") << 448 << 672 << 224 << 1;
    QTest::newRow("one pixel") << 1 << 1 << 16 << 3;
    QTest::newRow("one row") << 300 << 1 << 32 << 1;
    QTest::newRow("to one pixel") << 31 << 17 << 1 << 1;
}

void TestResize::pictures_have_the_pixels_that_torch_gives_them()
{
    QFETCH(int, columns);
    QFETCH(int, rows);
    QFETCH(int, size);
    QFETCH(int, channels);
    for (unsigned seed = 0; seed < 4; ++seed) {
        const auto picture = randomPicture(columns, rows, channels, seed);
        QVERIFY(models::data::resizedPicture(picture, size) == pictureByTorch(picture, size));
    }
}

void TestResize::pictures_of_any_size_have_the_pixels_that_torch_gives_them()
{
    QVERIFY(rc::check([] {
        const auto side = rc::gen::inRange(1, 300);
        const int columns = *side, rows = *side, size = *side, channels = *rc::gen::element(1, 3);
        const auto picture = randomPicture(columns, rows, channels, *rc::gen::arbitrary<unsigned>());
        const bool same = models::data::resizedPicture(picture, size) == pictureByTorch(picture, size);
        RC_ASSERT(same); // Not the pixels themselves, which would be printed.
    }));
}

void TestResize::masks_of_any_size_have_the_pixels_that_torch_gives_them()
{
    QVERIFY(rc::check([] {
        const auto side = rc::gen::inRange(1, 200);
        const int columns = *side, rows = *side, size = *side, classes = *rc::gen::element(2, 3, 7, 256);
        const auto mask = randomMask(columns, rows, classes, *rc::gen::arbitrary<unsigned>());
        const bool same = models::data::resizedMask(mask, size) == maskByTorch(mask, size);
        RC_ASSERT(same);
    }));
}

QTEST_GUILESS_MAIN(TestResize)
#include "tst_resize.moc"
