#include "models/vision/tile_grid.h"

#include <algorithm>

namespace models::vision {

namespace {

std::vector<int> starts(int length, int size, int overlap)
{
    std::vector<int> result{0};
    while (result.back() + size < length)
        result.push_back(std::min(result.back() + size - overlap, length - size));
    return result;
}

} // namespace

std::vector<Tile> tilesOf(int columns, int rows, int size, int overlap)
{
    std::vector<Tile> tiles;
    for (const int top : starts(rows, size, overlap))
        for (const int left : starts(columns, size, overlap))
            tiles.push_back({left, top, size});
    return tiles;
}

} // namespace models::vision
