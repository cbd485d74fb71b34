#include "models/data/tiles.h"

#include <algorithm>

namespace models::data {

namespace {

/// Copies what lies inside, row by row; `channels` values a pixel.
template <typename Values>
Values cutValues(const Values& values, int columns, int rows, int channels, const vision::Tile& tile)
{
    Values result(std::size_t(tile.size) * std::size_t(tile.size) * std::size_t(channels));
    const int width = std::min(tile.size, columns - tile.left);
    for (int row = 0; row < std::min(tile.size, rows - tile.top); ++row) {
        const auto from = (std::ptrdiff_t(tile.top + row) * columns + tile.left) * channels;
        std::copy_n(values.begin() + from, std::ptrdiff_t(width) * channels,
            result.begin() + std::ptrdiff_t(row) * tile.size * channels);
    }
    return result;
}

} // namespace

Picture cut(const Picture& picture, const vision::Tile& tile)
{
    return {tile.size, tile.size, cutValues(picture.values, picture.columns, picture.rows, picture.channels, tile),
        picture.channels};
}

FullMask cut(const FullMask& mask, const vision::Tile& tile)
{
    if (mask.columns == 0)
        return {};
    FullMask result{tile.size, tile.size, cutValues(mask.values, mask.columns, mask.rows, 1, tile), {}};
    if (!mask.labels.empty())
        result.labels = cutValues(mask.labels, mask.columns, mask.rows, 1, tile);
    return result;
}

} // namespace models::data
