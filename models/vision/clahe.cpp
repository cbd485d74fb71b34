#include "models/vision/clahe.h"

#include "imaging/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace models::vision {

namespace {

constexpr int kLevels = 256;

using Histogram = std::array<int, kLevels>;
using Levels = std::array<std::uint8_t, kLevels>; ///< What becomes of each level.

/// The picture's cut into tiles.
struct TileCut
{
    int tiles = 1;
    int width = 0;
    int height = 0;
    int columns = 0; ///< Of the picture.

    int pixels() const { return width * height; }
};

std::uint8_t byteOf(float value)
{
    return static_cast<std::uint8_t>(std::clamp(std::lrint(value), 0L, 255L)); // Of two equally near the even one.
}

Histogram histogramOf(std::span<const std::uint8_t> picture, const TileCut& cut, int tileColumn, int tileRow)
{
    Histogram histogram{};
    for (int row = tileRow * cut.height; row < (tileRow + 1) * cut.height; ++row)
        for (int column = tileColumn * cut.width; column < (tileColumn + 1) * cut.width; ++column)
            ++histogram[picture[static_cast<std::size_t>(row) * static_cast<std::size_t>(cut.columns)
                + static_cast<std::size_t>(column)]];
    return histogram;
}

/// What lies above the limit is spread over all levels, what then is left over levels at equal distances.
void limit(Histogram& histogram, double clip, int pixels)
{
    if (!(clip > 0))
        return;
    const int most = std::max(static_cast<int>(clip * pixels / kLevels), 1);
    int clipped = 0;
    for (int& count : histogram) {
        clipped += std::max(count - most, 0);
        count = std::min(count, most);
    }
    const int each = clipped / kLevels;
    int left = clipped - each * kLevels;
    for (int& count : histogram)
        count += each;
    const int step = left > 0 ? std::max(kLevels / left, 1) : 1;
    for (int level = 0; level < kLevels && left > 0; level += step, --left)
        ++histogram[static_cast<std::size_t>(level)];
}

Levels levelsOf(const Histogram& histogram, int pixels)
{
    Levels levels{};
    const float scale = static_cast<float>(kLevels - 1) / static_cast<float>(pixels);
    int sum = 0;
    for (std::size_t level = 0; level < levels.size(); ++level) {
        sum += histogram[level];
        levels[level] = byteOf(static_cast<float>(sum) * scale);
    }
    return levels;
}

/// The tiles between whose centres a pixel lies, and its distance from the first one's, in tiles.
struct Between
{
    int first = 0;
    int second = 0;
    float share = 0; ///< Of the second one.
};

std::vector<Between> placesOf(int length, int tileLength, int tiles)
{
    std::vector<Between> places;
    const float inverse = 1.0F / static_cast<float>(tileLength);
    for (int at = 0; at < length; ++at) {
        const float place = static_cast<float>(at) * inverse - 0.5F;
        const int first = static_cast<int>(std::floor(place));
        places.push_back({std::max(first, 0), std::min(first + 1, tiles - 1), place - static_cast<float>(first)});
    }
    return places;
}

TileCut cutOf(std::span<const std::uint8_t> picture, int columns, int rows, int tiles)
{
    if (columns < 1 || rows < 1 || tiles < 1 || columns % tiles != 0 || rows % tiles != 0
        || picture.size() != static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows))
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "A picture of " + std::to_string(columns) + " x " + std::to_string(rows) + " pixels cannot be equalized in "
                + std::to_string(tiles) + " x " + std::to_string(tiles)
                + " tiles: its size must be a multiple of theirs.");
    return {tiles, columns / tiles, rows / tiles, columns};
}

} // namespace

std::vector<std::uint8_t> equalized(
    std::span<const std::uint8_t> picture, int columns, int rows, double clip, int tiles)
{
    const auto cut = cutOf(picture, columns, rows, tiles);
    std::vector<Levels> levels;
    for (int tile = 0; tile < tiles * tiles; ++tile) {
        auto histogram = histogramOf(picture, cut, tile % tiles, tile / tiles);
        limit(histogram, clip, cut.pixels());
        levels.push_back(levelsOf(histogram, cut.pixels()));
    }
    const auto across = placesOf(columns, cut.width, tiles), down = placesOf(rows, cut.height, tiles);
    std::vector<std::uint8_t> result(picture.size());
    std::size_t pixel = 0;
    for (const auto& y : down)
        for (const auto& x : across) {
            const auto level = [&](int row, int column) {
                return static_cast<float>(levels[static_cast<std::size_t>(row * tiles + column)][picture[pixel]]);
            };
            const float upper = level(y.first, x.first) * (1 - x.share) + level(y.first, x.second) * x.share;
            const float lower = level(y.second, x.first) * (1 - x.share) + level(y.second, x.second) * x.share;
            result[pixel++] = byteOf(upper * (1 - y.share) + lower * y.share);
        }
    return result;
}

} // namespace models::vision
